# SPDX-License-Identifier: MIT
"""Related records are found by the fields that point to a record; what cannot be asked is looked through, not for ever."""

from collections.abc import Mapping

import pytest

from crmdesk.connectors.port import Relation
from crmdesk.domain.errors import ServerFault
from crmdesk.domain.names import ModuleName, RecordId
from tests.connectors.opencrm.support import FakeHttp, connect, one_hit

COMPANY = RecordId(ModuleName("company"), "7")
CONTACTS = Relation("contact.accountid", "Contacts", ModuleName("contact"), None)


def test_the_server_is_asked_by_the_records_number() -> None:
    rows = [{"crmid": 1, "lastname": "A", "accountid": "7"}, {"crmid": 2, "lastname": "B", "accountid": "8"}]
    http = FakeHttp({"get_contact_list": rows, "get_contact_list_full": rows, "get_contact_list_count": one_hit})
    connector = connect(http)
    found = connector.list_related(COMPANY, CONTACTS)
    assert [record.id.key for record in found] == ["1"]  # a server that finds too much is looked at again
    assert http.last("get_contact_list_full").params["query_string"] == "accountid|=|7"
    assert CONTACTS in connector.list_relations(COMPANY)


def test_where_it_cannot_be_asked_a_short_list_is_looked_through_and_a_long_one_is_told() -> None:
    def rows(params: Mapping[str, str]) -> object:
        start, end = int(params["limit_start"]), int(params["limit_end"])
        return [{"crmid": n, "accountid": "7" if n == 3 else ""} for n in range(start + 1, min(end, total) + 1)]

    total = 300
    http = FakeHttp({"get_contact_list": [], "get_contact_list_full": rows, "get_contact_list_count": 0})
    assert [record.id.key for record in connect(http).list_related(COMPANY, CONTACTS)] == ["3"]
    total = 100_000
    with pytest.raises(ServerFault, match="Filter their own list"):
        connect(http).list_related(COMPANY, CONTACTS)


def test_a_module_without_relations_has_none() -> None:
    assert connect(FakeHttp({})).list_relations(RecordId(ModuleName("user"), "1")) == ()
