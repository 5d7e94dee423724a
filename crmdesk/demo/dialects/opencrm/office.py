# SPDX-License-Identifier: MIT
"""What every method is handed: the switches, the data, the parameters sent; and how an error is said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crmdesk.demo.dialects.opencrm.modules import ModuleDef
from crmdesk.demo.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Where public sources are silent or disagree, a switch each; the names are options of the demo server.

    Attributes:
        one_row_as_object: A list of one row comes as that row.
        empty_list: The body for a list without rows, as it goes over the wire ("", "[]", "null", '""', '{"error":"…"}').
        login_style: "json" ("…"), "bare" (no quotes) or "braces" ({"…"}, as the document prints it).
        idle_s: An access key dies this long after its last use, seconds.
        refused_methods: Methods that this system does not know; by default the disputed names that a client found wanting.
        unknown_status: HTTP status of an unknown method.
        missing_record: "error", "empty" or "404": the answer for a record that is not there.
        owner_name: How a read record names its owner; writes want assigned_user_id.
        order: "id", or "modified": newest change first, so that rows wander between pages while somebody works.
        query_names: "lenient" takes API names in query_string too, "strict" only crmentity.smownerid for the owner.
        post_only: GET is refused.
        blocks_agents: The firewall before the server refuses python's and curl's own User-Agent.
        calls_per_minute: Above that, HTTP 429; None means no limit.
    """

    one_row_as_object: bool = True
    empty_list: str = ""
    login_style: str = "json"
    idle_s: float = 1800
    refused_methods: tuple[str, ...] = ("edit_helpdesk", "edit_contracts")
    unknown_status: int = 200
    missing_record: str = "error"
    owner_name: str = "assigned_user_id"
    order: str = "id"
    query_names: str = "lenient"
    post_only: bool = True
    blocks_agents: bool = True
    calls_per_minute: int | None = None


class Refusal(Exception):
    """The method ends with {"error": text}; `status` is nearly always 200."""

    def __init__(self, text: str, status: int = 200) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


@dataclass(slots=True)
class Tally:
    """What tests ask afterwards: requests with keys in the URL, lines deleted, calls by method."""

    keys_in_url: int = 0
    lines_deleted: int = 0
    calls: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Office:
    """The data of one pretended server. `store` holds every record as text, by module name."""

    habits: Habits
    store: Store
    clock: Callable[[], float]
    tally: Tally = field(default_factory=Tally)
    user_names: dict[str, str] = field(default_factory=dict)  # number -> name

    def stamp(self) -> str:
        """Return the server's clock as the database keeps it, UTC."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Call:
    """One request after its keys were found good."""

    office: Office
    sent: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a parameter as text, "" where it was not sent."""
        return plain(self.sent.get(name))

    def number(self, name: str) -> int:
        """Return a parameter as a number, 0 where it is none, as PHP casts."""
        text = self.text(name).strip()
        return int(text) if text.isascii() and text.isdigit() else 0


def plain(value: Any) -> str:
    """Return any JSON value as PHP would print it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return str(value)


def find(call: Call, module: ModuleDef, number: int) -> dict[str, str]:
    """Return a live record.

    Raises:
        Refusal: There is none.
    """
    row = call.office.store.get(module.name, number)
    if row is None:
        raise Refusal("Record not found", 404 if call.office.habits.missing_record == "404" else 200)
    return row
