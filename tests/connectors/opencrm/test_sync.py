# SPDX-License-Identifier: MIT
"""What changed since a moment: nothing is missed, the last second is asked again, and reading ends."""

import json
from collections.abc import Mapping

import pytest

from crmdesk.connectors.port import SyncPage
from crmdesk.connectors.vendors.opencrm.connector import OpenCrmConnector
from crmdesk.domain.errors import Invalid, Unsupported
from crmdesk.domain.names import ModuleName
from tests.connectors.opencrm.support import FakeHttp, connect

LEAD = ModuleName("lead")


class Office:
    """Leads with a moment each; ``heeds``: it knows the operator ``>``, which the document only shows by example."""

    def __init__(self, rows: int, *, heeds: bool = True) -> None:
        self.rows = [
            {"crmid": n, "modifiedtime": f"2026-01-01 10:{n // 60:02}:{n % 60:02}"} for n in range(1, rows + 1)
        ]
        self.heeds = heeds
        self.asked: list[str] = []

    def __call__(self, params: Mapping[str, str]) -> object:
        condition = params.get("query_string", "")
        self.asked.append(condition)
        since = condition.rpartition("|")[2] if self.heeds else ""
        found = [row for row in self.rows if str(row["modifiedtime"]) > since]
        return found[int(params["limit_start"]) : int(params["limit_end"])]


def read(connector: OpenCrmConnector, token: str = "") -> tuple[list[str], SyncPage]:
    """Every changed record's number, and the last page."""
    found: list[str] = []
    for _ in range(50):
        page = connector.changes_since(LEAD, token)
        found += [record.id.key for record in page.updated]
        token = page.token
        if not page.more:
            return found, page
    raise AssertionError("the changes never end")


@pytest.mark.parametrize("rows", [0, 1, 199, 200, 201, 450])
def test_from_the_beginning_everything_comes_once(rows: int) -> None:
    found, _ = read(connect(FakeHttp({"get_lead_list_full": Office(rows)})))
    assert found == [str(n) for n in range(1, rows + 1)]


@pytest.mark.parametrize("heeds", [True, False])
def test_later_only_what_is_new_comes_and_the_last_second_once_more(heeds: bool) -> None:
    office = Office(300, heeds=heeds)
    connector = connect(FakeHttp({"get_lead_list_full": office}))
    _, page = read(connector)
    office.rows.append({"crmid": 999, "modifiedtime": office.rows[-1]["modifiedtime"]})  # in the second of our reading
    found, page = read(connector, page.token)
    assert found == ["299", "300", "999"]  # reading two pages took part of a second
    assert office.asked[-1].startswith("crmentity.modifiedtime|>|2026-01-01 10:04:58")
    found, _ = read(connector, page.token)
    assert found == (["300", "999"] if heeds else ["299", "300", "999"])


def test_rows_without_a_moment_are_never_left_out() -> None:
    office = Office(3, heeds=False)
    office.rows.append({"crmid": 4})
    connector = connect(FakeHttp({"get_lead_list_full": lambda params: office.rows}))
    _, page = read(connector)
    found, _ = read(connector, page.token)
    assert found == ["3", "4"]


def test_iso_moments_are_asked_on_the_servers_own_clock() -> None:
    row = {"crmid": 1, "modifiedtime": "2026-07-01T10:00:05+01:00"}
    _, page = read(connect(FakeHttp({"get_lead_list_full": [row]})))
    assert json.loads(page.token)["since"] == "2026-07-01 10:00:04"


@pytest.mark.parametrize("token", ["x", "{}", "[]", '{"since": "soon", "newest": ""}', "5"])
def test_a_damaged_token_is_told(token: str) -> None:
    with pytest.raises(Invalid):
        connect(FakeHttp({})).changes_since(LEAD, token)


def test_a_list_without_moments_cannot_be_followed() -> None:
    with pytest.raises(Unsupported):
        connect(FakeHttp({})).changes_since(ModuleName("user"), "")
