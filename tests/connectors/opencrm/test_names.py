# SPDX-License-Identifier: MIT
"""Names of what a record points to: from rows that were read anyway, else from one short list, else numbers."""

from collections.abc import Mapping

import pytest

from crmdesk.domain.errors import SessionExpired
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.query import Query
from tests.connectors.opencrm.support import FakeHttp, connect, error

CONTACT, COMPANY = ModuleName("contact"), ModuleName("company")
CONTACTS = [{"crmid": 1, "lastname": "Smith", "accountid": "7"}, {"crmid": 2, "lastname": "Jones", "accountid": "8"}]
COMPANIES = [{"crmid": 7, "accountname": "Seven Ltd"}, {"crmid": 8, "accountname": "Eight Ltd"}]


def labels(http: FakeHttp) -> list[dict[str, str]]:
    page = connect(http).fetch_page(Query(CONTACT), None, 10)
    return [{str(name): label for name, label in record.labels.items()} for record in page.records]


def test_names_come_from_one_short_list() -> None:
    http = FakeHttp({"get_contact_list_full": CONTACTS, "get_company_list": COMPANIES, "get_contact": CONTACTS[0]})
    connector = connect(http)
    page = connector.fetch_page(Query(CONTACT), None, 10)
    assert [record.labels["accountid"] for record in page.records] == ["Seven Ltd", "Eight Ltd"]  # type: ignore[index]
    assert connector.fetch(RecordId(CONTACT, "1")).labels == {"accountid": "Seven Ltd"}
    assert http.operations().count("get_company_list") == 1


def test_rows_that_were_read_anyway_are_remembered() -> None:
    http = FakeHttp({"get_contact_list_full": CONTACTS, "get_company_list_full": COMPANIES})
    connector = connect(http)
    connector.fetch_page(Query(COMPANY), None, 10)
    page = connector.fetch_page(Query(CONTACT), None, 10)
    assert page.records[1].labels == {"accountid": "Eight Ltd"}
    assert "get_company_list" not in http.operations()


def test_a_name_that_stands_beside_is_taken() -> None:
    http = FakeHttp({"get_contact_list_full": [{"crmid": 1, "accountid": "7", "accountname": "Beside Ltd"}]})
    assert labels(http) == [{"accountid": "Beside Ltd"}]
    assert "get_company_list" not in http.operations()


@pytest.mark.parametrize("answer", [error("No permission"), [], [{"crmid": 9, "accountname": "Nine"}], "odd"])
def test_without_names_the_numbers_stay(answer: object) -> None:
    http = FakeHttp({"get_contact_list_full": CONTACTS, "get_company_list": answer})
    assert labels(http) == [{}, {}]


def test_a_session_that_ends_meanwhile_is_begun_anew_and_names_are_read_then() -> None:
    answers: list[object] = [error("Unauthorized"), COMPANIES]

    def companies(params: Mapping[str, str]) -> object:
        return answers.pop(0)

    http = FakeHttp({"get_contact_list_full": CONTACTS, "get_company_list": companies})
    connector = connect(http)
    with pytest.raises(SessionExpired):
        connector.fetch_page(Query(CONTACT), None, 10)
    connector.login()
    assert connector.fetch_page(Query(CONTACT), None, 10).records[0].labels == {"accountid": "Seven Ltd"}


def test_long_lists_are_read_in_parts_and_not_for_ever() -> None:
    asked: list[int] = []

    def companies(params: Mapping[str, str]) -> object:
        start, end = int(params["limit_start"]), int(params["limit_end"])
        asked.append(start)
        return [{"crmid": n, "accountname": f"Company {n}"} for n in range(start + 100, end + 100)]

    labels(FakeHttp({"get_contact_list_full": CONTACTS, "get_company_list": companies}))
    assert asked == list(range(0, 20_000, 2_000))
