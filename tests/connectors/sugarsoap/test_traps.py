# SPDX-License-Identifier: MIT
"""The fifteen pitfalls of sugarsoap.md 9, each as a test; and what happens to a record on the way there and back."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.domain.changes import Create, Delete, Update
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    Invalid,
    MalformedReply,
    NotFound,
    OutcomeUnclear,
    ServerFault,
    SessionExpired,
    Unsupported,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Order, Query
from crmdesk.domain.record import Record
from tests.connectors.contract import everything
from tests.connectors.sugarsoap.support import (
    BASE,
    ME,
    SESSION,
    FakeHttp,
    connect,
    connected,
    demo,
    entry,
    fault,
    guid,
    listing,
    module_fields,
    named,
    plain,
    saved,
)

ACCOUNTS, USERS = ModuleName("Accounts"), ModuleName("Users")
SPLENDID_FIELDS = module_fields(
    Family.SPLENDID, ID="Guid", NAME="string", DESCRIPTION="string", DATE_CLOSED="DateTime", DATE_MODIFIED="DateTime", DELETED="bool", ASSIGNED_USER_ID="Guid",
)  # fmt: skip
SUGAR_FIELDS = module_fields(Family.SUGAR, id="id", name="name", description="text", date_modified="datetime", deleted="bool", assigned_user_id="relate", email1="varchar")  # fmt: skip
ROW = entry(
    guid(1),
    name="One",
    description="Old",
    date_closed="2025/01/01 05:00:00",
    date_modified="2024/06/01 16:30:15",
    deleted="False",
    assigned_user_id=ME,
)
COLUMNS = ("id", "name", "description", "date_closed", "date_modified", "deleted", "assigned_user_id")
BEFORE = Record(RecordId(ACCOUNTS, guid(1)), named({"name": "One"}))


def server(family: Family, **answers: object) -> FakeHttp:
    fields = SPLENDID_FIELDS if family is Family.SPLENDID else SUGAR_FIELDS
    usual = {
        "get_module_fields": fields,
        "get_entry_list": listing(ROW, columns=COLUMNS),
        "get_entries": listing(ROW),
        "set_entry": saved(guid(1)),
    }
    return FakeHttp(family, {**usual, **answers})


@pytest.mark.parametrize("family", list(Family), ids=lambda family: family.name)
def test_1_every_array_says_that_it_is_one(family: Family) -> None:
    """Without arrayType SuiteCRM inserts a blank record and answers "No Error"."""
    http = server(family, search_by_module=listing())
    connector = connect(http)
    connector.update(Update(BEFORE, named({"description": "New"})))
    connector.fetch_page(Query(ACCOUNTS), None, 5)
    connector.find_anywhere("x", 5)
    wsdl, service = connector._session.wsdl, connector._session._service
    assert wsdl is not None
    assert service is not None
    for name, operation in wsdl.operations.items():
        lists = [part.name for part in operation.parameters if part.kind == "list"]
        if not lists:
            continue
        told: dict[str, object] = {part.name: [] if part.kind == "list" else "1" if part.kind in ("text", "integer") else None for part in operation.parameters}  # fmt: skip
        body = service.build(name, told).decode()
        assert len(re.findall(r'arrayType="[^"]+\[0\]"', body)) == len(lists), name
    for sent in http.sent:
        if any(isinstance(value, list) for value in sent.arguments.values()):
            assert b"arrayType=" in sent.body, sent.operation


def test_2_the_three_regimes_of_failure_are_one_tree() -> None:
    for family, answer, kind in (
        (Family.SPLENDID, fault("The session ID is invalid.  x"), SessionExpired),
        (
            Family.SUGAR,
            {"result_count": "-1", "error": {"number": "11", "name": "", "description": ""}},
            SessionExpired,
        ),
        (Family.SUGAR, plain("Database failure. Please refer to suitecrm.log for details."), ServerFault),
        (Family.SUGAR, plain(""), ServerFault),
    ):
        connector = connect(server(family, get_entry_list=answer))
        with pytest.raises(kind) as caught:
            connector.fetch_page(Query(ACCOUNTS), None, 5)
        assert caught.value.user_text.endswith(".")


def test_3_and_13_the_session_is_a_parameter_a_cookie_and_has_a_probe() -> None:
    http = server(Family.SPLENDID, seamless_login="0")
    connector = connect(http)
    assert not connector._session.is_alive()
    assert http.last("seamless_login").arguments == {"session": SESSION}
    assert connect(server(Family.SPLENDID, seamless_login=plain("odd", 200)))._session.is_alive()


def test_4_a_refused_login_is_sent_once() -> None:
    http = server(Family.SPLENDID, login=fault("Invalid username and/or password for admin"))
    for _ in range(3):
        with pytest.raises(BadCredentials):
            connect(http)
    assert len(http.of("login")) == 1


def test_5_one_column_upwards_and_never_without_an_order() -> None:
    http = server(Family.SPLENDID)
    connector = connect(http)
    name = FieldName("name")
    connector.fetch_page(Query(ACCOUNTS), None, 5)
    connector.fetch_page(Query(ACCOUNTS, order=(Order(name),)), None, 5)
    assert {one.arguments["order_by"] for one in http.of("get_entry_list")} == {"ID", "NAME"}
    assert all(int(one.arguments["max_results"]) > 0 for one in http.of("get_entry_list"))
    with pytest.raises(Unsupported):
        connector.fetch_page(Query(ACCOUNTS, order=(Order(name, True),)), None, 5)
    with pytest.raises(Unsupported):
        connector.count(Query(ACCOUNTS))


def test_6_one_record_is_read_by_get_entries_never_by_get_entry() -> None:
    """Entries there are fields, dates in the server's culture, deleted records too."""
    http = server(Family.SPLENDID)
    record = connect(http).fetch(RecordId(ACCOUNTS, guid(1)))
    assert record.values[FieldName("name")] == "One"
    assert "get_entry" not in http.operations()
    assert [guid(1)] in [one.arguments["ids"] for one in http.of("get_entries")]


@pytest.mark.parametrize(
    ("family", "answer"),
    [
        (Family.SPLENDID, listing()),
        (
            Family.SUGAR,
            listing({"id": guid(1), "module_name": "Accounts", "name_value_list": []}),
        ),  # recorded: "get_entry missing"
        (Family.SUGAR, listing(entry(guid(1), deleted="1"))),  # recorded: "get deleted"
        (Family.SPLENDID, listing(entry(guid(2), name="Another"))),
    ],
)
def test_6_what_is_gone_is_not_found_in_any_spelling(family: Family, answer: object) -> None:
    connector = connect(server(family, get_entries=answer))
    with pytest.raises(NotFound):
        connector.fetch(RecordId(ACCOUNTS, guid(1)))


def test_6_what_cannot_be_an_id_is_not_found_without_asking() -> None:
    http = server(Family.SPLENDID)
    connector = connect(http)
    connector.describe(ACCOUNTS)
    before = len(http.of("get_entries"))
    for key in ("", "12345", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotFound):
            connector.fetch(RecordId(ACCOUNTS, key))
    assert len(http.of("get_entries")) == before


def test_7_and_8_dates_are_read_in_utc_and_written_so_that_they_keep_their_moment() -> None:
    """On the demo server, whose clock is not UTC: what is written is what is read, for moments and for days."""
    with demo(rows=20) as site:
        connector = connected(site)
        connector.login()
        opportunities = ModuleName("Opportunities")
        schema = connector.describe(opportunities)
        day, start = FieldName("date_closed"), FieldName("date_start")
        made = connector.create(
            Create("t", opportunities, named({"name": "Dates", "date_closed": datetime(2026, 7, 1, tzinfo=UTC).date()}))
        )
        assert made.values[day] == datetime(2026, 7, 1, tzinfo=UTC).date()
        winter = connector.update(Update(made, {day: datetime(2026, 12, 31, tzinfo=UTC).date()}))
        assert winter.values[day] == datetime(2026, 12, 31, tzinfo=UTC).date()
        assert schema.field(day) is not None
        for at in (datetime(2026, 7, 1, 12, 30, tzinfo=UTC), datetime(2026, 1, 1, 3, 0, tzinfo=UTC)):
            call = connector.create(Create("c", ModuleName("Calls"), named({"name": "Call", "date_start": at})))
            assert call.values[start] == at
        connector.close()


def test_8_only_changed_fields_are_sent() -> None:
    http = server(Family.SPLENDID)
    connect(http).update(Update(BEFORE, named({"description": "New"})))
    assert http.last("set_entry").pairs() == {"id": guid(1), "description": "New"}


def test_9_pages_one_row_off_lose_and_double_nothing() -> None:
    for custom in (False, True):
        with demo({"allow_custom_paging": custom}, rows=40) as site:
            connector = connected(site)
            connector.login()
            found = everything(connector, Query(ModuleName("Leads"), order=(Order(FieldName("last_name")),)), 7)
            keys = [record.id.key for record in found]
            assert len(set(keys)) == len(keys) == len(everything(connector, Query(ModuleName("Leads")), 100))
            connector.close()


def test_10_a_condition_cannot_break_out() -> None:
    asked: list[str] = []

    def listed(told: Mapping[str, Any]) -> object:
        asked.append(told["query"])
        return listing(ROW, columns=COLUMNS)

    for family in Family:
        connector = connect(server(family, get_entry_list=listed))
        for hostile in ("1=1) or (1=1", "x'; drop table accounts --", "' or '1'='1", "\\' or 1=1 --"):
            connector.fetch_page(Query(ACCOUNTS, where=Compare(FieldName("name"), Op.EQ, hostile)), None, 5)
    for query in asked:
        assert query.count("'") % 2 == 0
        outside = re.sub(r"'(?:[^']|'')*'", "", query)
        assert ";" not in query
        assert "1=1" not in outside
        assert "--" not in outside


def test_10_a_column_that_the_database_lacks_is_filtered_here_from_then_on() -> None:
    """SuiteCRM answers a bare 500 for it; finding more is allowed, failing is not needed."""
    asked: list[str] = []

    def listed(told: Mapping[str, Any]) -> object:
        asked.append(told["query"])
        return (
            plain("Database failure. Please refer to suitecrm.log for details.")
            if "description" in told["query"]
            else listing(ROW)
        )

    connector = connect(server(Family.SUGAR, get_entry_list=listed))
    query = Query(ACCOUNTS, where=Compare(FieldName("description"), Op.EQ, "12"))
    assert len(connector.fetch_page(query, None, 5).records) == 1
    assert len(connector.fetch_page(query, None, 5).records) == 1
    assert sum("description" in query for query in asked) == 1
    field = connector.describe(ACCOUNTS).field("description")
    assert field is not None
    assert not field.filterable


def test_11_entities_are_decoded_once_and_only_where_they_are_made() -> None:
    text = "a &lt;b&gt; &quot;q&quot; &#039; & &amp;lt;"
    row = entry(guid(1), name="One", description=text)
    suite = connect(server(Family.SUGAR, get_entries=listing(row))).fetch(BEFORE.id)
    splendid = connect(server(Family.SPLENDID, get_entries=listing(row))).fetch(BEFORE.id)
    assert suite.values[FieldName("description")] == 'a <b> "q" \' & &amp;lt;'
    assert splendid.values[FieldName("description")] == text


def test_11_an_emoji_is_refused_by_suitecrm_and_kept_by_splendidcrm() -> None:
    change = Update(BEFORE, named({"description": "🚀"}))
    connect(server(Family.SPLENDID)).update(change)
    with pytest.raises(Invalid):
        connect(server(Family.SUGAR)).update(change)


def test_12_names_are_the_same_whatever_the_family_calls_them() -> None:
    for family in Family:
        connector = connect(server(family))
        assert {"id", "name", "description"} <= {field.name for field in connector.describe(ACCOUNTS).fields}
        assert connector.fetch_page(Query(ACCOUNTS), None, 5).records[0].values[FieldName("name")] == "One"


def test_14_the_configured_address_is_asked_whatever_the_wsdl_says() -> None:
    class Watching(FakeHttp):
        asked: set[str] = set()

        def request(self, method: str, url: str, **more: Any) -> Reply:
            Watching.asked.add(url)
            return super().request(method, url, **more)

    http = Watching(Family.SUGAR)
    connect(http)
    assert Watching.asked == {f"{BASE}/soap.php"}
    assert all(one.headers["SOAPAction"].startswith('"') for one in http.sent)


def test_15_hostile_answers_end_in_an_error() -> None:
    for body in ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "<a><b></a>", "", "\x00", "<soap:Envelope"):
        connector = connect(server(Family.SPLENDID, get_entry_list=plain(body, 200, "text/xml")))
        connector._modules._described.clear()
        with pytest.raises((MalformedReply, ServerFault)):
            connector.fetch_page(Query(ACCOUNTS), None, 5)


def test_a_record_that_is_gone_is_not_inserted_by_an_update() -> None:
    http = server(Family.SPLENDID, get_entries=listing())
    with pytest.raises(NotFound):
        connect(http).update(Update(BEFORE, named({"description": "New"})))
    assert "set_entry" not in http.operations()


def test_a_new_record_never_carries_an_id() -> None:
    http = server(Family.SPLENDID)
    made = connect(http).create(Create("t", ACCOUNTS, named({"name": "New", "id": guid(9), "deleted": True})))
    assert http.last("set_entry").pairs() == {"name": "New"}
    assert made.id.key == guid(1)


def test_a_delete_is_looked_at_before_and_after() -> None:
    answers = iter([listing(), listing(ROW), listing()])
    http = server(Family.SPLENDID, get_entries=answers, set_entry=saved(""))
    connect(http).delete(Delete(BEFORE))
    assert http.last("set_entry").pairs() == {"id": guid(1), "deleted": "1"}
    with pytest.raises(ServerFault) as caught:
        connect(server(Family.SPLENDID, set_entry=saved(""))).delete(Delete(BEFORE))
    assert "still there" in caught.value.user_text
    gone = server(Family.SPLENDID, get_entries=listing())
    with pytest.raises(NotFound):
        connect(gone).delete(Delete(BEFORE))
    assert "set_entry" not in gone.operations()


@pytest.mark.parametrize("answer", [saved(""), saved(guid(2)), {"id": None}])
def test_an_answer_about_another_record_leaves_the_outcome_open(answer: object) -> None:
    with pytest.raises(OutcomeUnclear):
        connect(server(Family.SPLENDID, set_entry=answer)).update(Update(BEFORE, named({"description": "New"})))


@pytest.mark.parametrize("answer", [plain(""), plain("PHP Fatal error"), plain("<html>", 200)])
def test_a_breakdown_in_the_middle_of_a_write_leaves_the_outcome_open(answer: object) -> None:
    for family in Family:
        with pytest.raises(CrmError) as caught:
            connect(server(family, set_entry=answer)).update(Update(BEFORE, named({"description": "New"})))
        assert caught.value.may_be_done


def test_a_refused_write_was_certainly_not_done() -> None:
    for answer in (fault("Insufficient Access"), fault("Something new")):
        with pytest.raises(CrmError) as caught:
            connect(server(Family.SPLENDID, set_entry=answer)).update(Update(BEFORE, named({"description": "New"})))
        assert not caught.value.may_be_done


def test_names_of_linked_records_are_asked_for_once() -> None:
    user = entry(ME, "Users", first_name="Ada", last_name="Admin")

    def entries(told: Mapping[str, Any]) -> object:
        return listing(user) if told["module_name"] == "Users" else listing(ROW)

    http = server(Family.SPLENDID, get_entries=entries)
    connector = connect(http)
    before = len(http.of("get_entries"))
    for _ in range(3):
        (record,) = connector.fetch_page(Query(ACCOUNTS), None, 5).records
        assert record.labels[FieldName("assigned_user_id")] == "Ada Admin"
    assert len(http.of("get_entries")) == before + 1


def test_without_the_right_to_see_users_lists_are_read_all_the_same() -> None:
    def entries(told: Mapping[str, Any]) -> object:
        return fault("Insufficient Access") if told["module_name"] == "Users" else listing(ROW)

    http = server(Family.SPLENDID, get_entries=entries)
    connector = connect(http)
    before = len(http.of("get_entries"))
    for _ in range(2):
        assert len(connector.fetch_page(Query(ACCOUNTS), None, 5).records) == 1
    assert len(http.of("get_entries")) == before + 1


def test_the_servers_decimal_comma_is_learnt_from_its_values() -> None:
    fields = module_fields(Family.SPLENDID, ID="Guid", NAME="string", AMOUNT="decimal")
    row = entry(guid(1), name="1,5", amount="1000,5")
    http = server(
        Family.SPLENDID, get_module_fields=fields, get_entry_list=listing(row, columns=("id", "name", "amount"))
    )
    connector = connect(http)
    connector.describe(ACCOUNTS)
    assert connector._session.clock.decimal_mark == ","
    plain_row = entry(guid(1), name="1,5", amount="1000.5")
    other = connect(
        server(
            Family.SPLENDID,
            get_module_fields=fields,
            get_entry_list=listing(plain_row, columns=("id", "name", "amount")),
        )
    )
    other.describe(ACCOUNTS)
    assert other._session.clock.decimal_mark == "."
