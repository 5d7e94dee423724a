# SPDX-License-Identifier: MIT
"""The fake vendor with every role that a window has a place for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from crmdesk.connectors.port import Connector, Endpoint, Http, OperationInfo, Part, RecordAction, VendorPlugin
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from tests.engine.fake_vendor import ACCOUNTS, FakeConnector, FakeServer, plugin_of

T = TypeVar("T")

OPERATIONS = (
    OperationInfo("ping", False, {"text": "What to say back."}, "Says something back."),
    OperationInfo(
        "addOrder",
        True,
        {},
        "Makes an order.",
        (
            Part(name="number", kind="integer", required=True, label="Number"),
            Part(name="account", kind="record", module=ACCOUNTS, label="Account"),
            Part(
                name="rows",
                kind="list",
                label="Rows",
                parts=(
                    Part(
                        name="row",
                        kind="group",
                        parts=(
                            Part(name="product", required=True),
                            Part(name="price", kind="decimal"),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
ACTIONS = (
    RecordAction(key="archive", label="Archive", question="The record is archived on the server."),
    RecordAction(
        key="move",
        label="Move to level…",
        question="The record moves to another level.",
        parts=(Part(name="level", label="Level", kind="choice", required=True, choices={"1": "Offer", "2": "Order"}),),
    ),
)


@dataclass
class RoleServer(FakeServer):
    """What the roles answer, and what they were asked.

    Attributes:
        rows: what any query gives. result: what any operation gives.
        calls: (operation or action, arguments) in order.
    """

    rows: tuple[Mapping[str, str], ...] = ()
    result: object = None
    calls: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    leads_to: RecordId | None = None
    portal: Mapping[str, str] = field(default_factory=dict)
    anywhere: tuple[Record, ...] = ()


class RoleConnector(FakeConnector):
    """Beside what the fake does: queries, operations, actions, portal logins, a search over everything."""

    def __init__(self, server: RoleServer, http: Http) -> None:
        super().__init__(server, http)
        self._roles = server

    def explain(self, query: Any, limit: int) -> str:
        return self._do(
            "explain", query.module, lambda: f"select * from {query.module} limit {limit}\nGET /q?limit={limit}"
        )

    def run_query(self, text: str) -> tuple[Mapping[str, str], ...]:
        return self._do("run_query", text, lambda: self._roles.rows)

    def operations(self) -> tuple[OperationInfo, ...]:
        return OPERATIONS

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        return self._noted("call", operation, parameters, lambda: self._roles.result)

    def list_actions(self, module: ModuleName) -> tuple[RecordAction, ...]:
        return ACTIONS if module == ACCOUNTS else ()

    def act(self, record: RecordId, action: str, arguments: Mapping[str, str]) -> RecordId | None:
        return self._noted("act", action, {"record": record.key, **arguments}, lambda: self._roles.leads_to)

    def check_portal_login(self, email: str, password: str, portal: str) -> Mapping[str, str]:
        given = {"email": email, "password": password, "portal": portal}
        return self._noted("check_portal_login", "portal", given, lambda: self._roles.portal)

    def find_anywhere(self, words: str, limit: int) -> tuple[Record, ...]:
        return self._do("find_anywhere", words, lambda: self._roles.anywhere[:limit])

    def _noted(self, kind: str, name: str, given: Mapping[str, str], work: Callable[[], T]) -> T:
        def carry_out() -> T:
            self._roles.calls.append((name, dict(given)))
            return work()

        return self._do(kind, name, carry_out)


def plugin_with_roles(server: RoleServer) -> VendorPlugin:
    """The vendor that talks to ``server``."""

    def connect(endpoint: Endpoint, http: Http) -> Connector:
        return RoleConnector(server, http)

    return replace(plugin_of(server), connect=connect)
