# SPDX-License-Identifier: MIT
"""The pretended servers a soak works on: what of each is edited, how to open an account there, and what it truly holds."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from crmdesk.connectors.port import Connector, Endpoint, Http
from crmdesk.connectors.registry import find_plugins
from crmdesk.connectors.vendors.webcrm import session as webcrm_session
from crmdesk.connectors.vendors.webcrm.limiter import Limiter
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.dialect import Request
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName, ModuleName, RecordId, VendorName
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.profiles import Environment, Profile, unsaved_account_id

Rows = Mapping[str, Mapping[str, Any]]
"""Record key -> the row as the pretended server keeps it, by the names of its own database."""
ROWS, DEADLINE_S = 60, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One vendor's interface.

    Attributes:
        fields: texts that are edited, by our name -> the name in the server's database. title: names a new record.
        reads: what the operations that read one record look like.
        held: every row of the module, as the server keeps it now.
        orders: the module whose records have lines, "" = it has none. headers: texts of such a record's header.
        lines: everything that the server keeps of all lines. tells_lines: and its interface shows and takes them.
    """

    name: str
    vendor: str
    module: str
    fields: Mapping[str, str]
    title: tuple[str, str]
    reads: str
    held: Callable[[Any], Rows]
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    entry: tuple[str, str] = ("", "")
    orders: str = ""
    headers: tuple[str, ...] = ()
    lines: Callable[[Any], Any] = lambda _: None
    tells_lines: bool = True

    def key_read(self, operation: str, request: Request, keys: re.Pattern[str]) -> str:
        """The record that a request reads, "" where it reads none of ``keys``."""
        if not re.fullmatch(self.reads, operation):
            return ""
        found = keys.search(unquote_plus(f"{request.path}?{request.query}\n{request.body.decode('latin-1')}"))
        return found[0] if found else ""

    def record(self, key: str) -> RecordId:
        """The id of a record of the module that is edited."""
        return RecordId(ModuleName(self.module), key)

    @property
    def names(self) -> tuple[FieldName, ...]:
        """What is edited."""
        return tuple(FieldName(name) for name in self.fields)


def _plain(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _of_store(table: str, key: Callable[[Any, int], str]) -> Callable[[Any], Rows]:
    return lambda site: {key(site, n): row for n, row in site.office.store.tables[table].rows.items()}


def _family(family: str) -> World:
    return World(
        name="crmplus" if family == "crmplus" else f"crmplus/{family}",
        vendor="crmplus", module="Accounts", options={"family": family},
        fields=_plain("bill_city", "ship_city", "bill_state", "bill_country"), title=("accountname", "accountname"),
        reads="retrieve", orders="SalesOrder", headers=("subject", "carrier", "terms_conditions", "bill_city"),
        lines=lambda site: site.office.store.lines, tells_lines=family != "corebos",
        held=_of_store("Accounts", lambda site, n: site.office.catalogue.wire_id("Accounts", n)),
    )  # fmt: skip


_SUGAR = _plain("billing_address_city", "billing_address_state", "billing_address_country", "shipping_address_city")
WORLDS: tuple[World, ...] = (
    *(_family(name) for name in ("crmplus", "vtiger", "corebos")),
    World(
        name="opencrm", vendor="opencrm", module="company", reads="get_company",
        fields=_plain("city", "state", "ship_city", "ship_state"), title=("accountname", "accountname"),
        held=_of_store("company", lambda _, n: str(n)),
        orders="salesorder", headers=("subject", "carrier", "terms_conditions", "bill_city"),
        lines=lambda site: site.office.store.lines,
    ),
    World(
        name="webcrm", vendor="webcrm", module="Organisations", reads=r"get /organisations/\{id\}",
        fields=_plain("OrganisationCity", "OrganisationState", "OrganisationPostCode", "OrganisationGps"),
        title=("OrganisationName", "OrganisationName"), options={"calls_per_minute": None},
        held=lambda site: {str(n): row for n, row in site.office.table("Organisations").rows.items()},
        orders="Deliveries", headers=("DeliveryDescription", "DeliveryComment", "DeliveryNote"),
        lines=lambda site: site.office.table("QuotationLines").rows,
    ),
    World(
        name="crmservice/rest", vendor="crmservice", module="accounts", reads=r"get /accounts/\{id\}",
        fields=_plain("bill_city", "bill_code", "bill_country", "bill_street"), title=("name", "name"),
        settings={"interface": "rest"}, orders="sales_orders", headers=("name", "bill_city", "notes"),
        lines=lambda site: site.office.tables["sales_order_rows"],
        held=lambda site: {str(n): row for n, row in site.office.tables["accounts"].items()},
    ),
    World(
        name="crmservice/soap", vendor="crmservice", module="Accounts", reads=r"soap accountmanager\.(get|search|fetch).*",
        fields=_plain("bill_city", "bill_code", "bill_country", "bill_street"), title=("accountname", "name"),
        settings={"interface": "soap"}, orders="SalesOrder", headers=("subject", "bill_city", "description"),
        lines=lambda site: site.office.tables["sales_order_rows"],
        held=lambda site: {str(n): row for n, row in site.office.tables["accounts"].items()},
    ),
    World(
        name="sugarsoap/splendid", vendor="sugarsoap", module="Accounts", reads="get_entry|get_entries|get_entry_list",
        fields={name: name.upper() for name in _SUGAR}, title=("name", "NAME"),
        held=lambda site: {row["ID"]: row for row in site.splendid.db.find("ACCOUNTS")},
    ),
    World(
        name="sugarsoap/suite", vendor="sugarsoap", module="Accounts", reads="get_entry|get_entries|get_entry_list",
        fields=_SUGAR, title=("name", "name"), entry=("soap.asmx", "soap.php"),
        held=lambda site: {row["id"]: row for row in site.suite.db.find("accounts")},
        orders="AOS_Quotes", headers=("name", "term", "billing_address_city"),
        lines=lambda site: site.suite.db.find("aos_products_quotes"),
    ),
)  # fmt: skip


def chosen(vendor: str) -> tuple[World, ...]:
    """The worlds of a vendor or of one of its interfaces, "" = all.

    Raises:
        SystemExit: there is none.
    """
    found = tuple(world for world in WORLDS if vendor in ("", world.name, world.vendor))
    if not found:
        raise SystemExit(f"There is no {vendor}: {', '.join(world.name for world in WORLDS)}.")
    return found


@contextmanager
def serving(world: World, latency_ms: float = 0) -> Iterator[DemoServer]:
    """A demo server of this world; nobody waits for the limit of 250 calls a minute that one vendor has."""
    free = lambda *_: Limiter(clock=count(0, 1.0).__next__, sleep=lambda _s: None)  # noqa: E731
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webcrm_session, "limiter_for", free)
        server = DemoServer(rows=ROWS, options=world.options, latency_ms=latency_ms)
        with server.start(warm=False):
            yield server


def _given(world: World, server: DemoServer) -> dict[str, Any]:
    given = server.account(world.vendor)
    old, new = world.entry
    return {
        **given,
        "url": given["url"].replace(old, new) if old else given["url"],
        "set": {**given["set"], **world.settings},
    }


async def opened(world: World, server: DemoServer, folder: Path) -> Account:
    """An account of this world, its file in ``folder``."""
    given = _given(world, server)
    profile = Profile(
        id=unsaved_account_id(world.vendor, given["url"], "soak"), name="Soak", vendor=VendorName(world.vendor),
        url=given["url"], settings=given["set"], environment=Environment.SANDBOX, temporary=True,
    )  # fmt: skip
    desk = Desk(folder / "config", folder / "data", make_http=lambda _: HttpClient(deadline_s=DEADLINE_S))
    for name, secret in given["secrets"].items():
        desk.secrets.keep_for_this_run(profile.id, name, secret)
    return await desk.open(profile)


OTHERS = "x-soak"
"""The header by which the second writer's requests are told from ours."""


class _OthersHttp(HttpClient):
    """The second writer's way to the server."""

    def request(self, *args: Any, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
        """As it is, with the mark."""
        return super().request(*args, headers={**(headers or {}), OTHERS: "1"}, **more)


def second_writer(world: World, server: DemoServer) -> Connector:
    """A session of its own over the vendor's wire, signed in."""
    given = _given(world, server)
    http: Http = _OthersHttp(deadline_s=DEADLINE_S)
    endpoint = Endpoint(url=given["url"], settings=given["set"], secrets=given["secrets"])
    connector = find_plugins()[VendorName(world.vendor)].connect(endpoint, http)
    connector.login()
    return connector
