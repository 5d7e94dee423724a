# SPDX-License-Identifier: MIT
"""One test for each trap that two real servers of the family lay for a naive client, named after it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crmdesk.connectors.vendors.crmplus import PLUGIN, meta, parse, payload, query
from crmdesk.connectors.vendors.crmplus.operations import DOCUMENTED, FAMILY
from crmdesk.domain.changes import Create, SaveDocument, Update
from crmdesk.domain.errors import (
    BadCredentials,
    Invalid,
    MalformedReply,
    NotPermitted,
    OutcomeUnclear,
    SessionExpired,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.planning import plan
from crmdesk.domain.query import Compare, Op, Order, Query
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from tests.connectors.crmplus.support import (
    CRMPLUS,
    EMPTY_500,
    LEADS,
    LOGIN,
    TYPES,
    FakeHttp,
    connect,
    failure,
    field_of,
    new_connector,
    reply,
)

MODULE = ModuleName("Leads")
SCHEMA = meta.described(LEADS).schema
STORED = {"id": "2x199", "lastname": "Koch", "company": "Nordwind", "createdtime": "2026-01-14 10:21:36"}
ORDER_FIELDS = [
    field_of("subject", mandatory=True),
    field_of("hdnTaxType", "picklist"),
    field_of("invoicestatus", "picklist", mandatory=True),
    field_of("productid", "reference", mandatory=True, type={"refersTo": ["Products", "Services"]}),
    field_of("quantity", "double"),
    field_of("listprice", "currency"),
    field_of("tax1"),
    field_of("shipping_&_handling", "double", label="Shipping &amp; Handling"),
]
SALES_ORDER = {"name": "SalesOrder", "label": "Sales Orders", "idPrefix": "16", "fields": ORDER_FIELDS}


def field(name: str) -> FieldName:
    return FieldName(name)


def describe(params: Mapping[str, str]) -> object:
    return SALES_ORDER if params["elementType"] == "SalesOrder" else LEADS


def server(answers: Mapping[str, object] | None = None, *, login: Mapping[str, object] = CRMPLUS) -> FakeHttp:
    base = {"listtypes": TYPES, "describe": describe, "query": [], "retrieve": STORED, "create": STORED}
    return FakeHttp({**login, **base, "update": STORED, "revise": STORED, **(answers or {})})


def queries(http: FakeHttp) -> list[str]:
    return [one.params["query"] for one in http.sent if one.operation == "query"]


def test_trap_1_no_semicolon_at_the_end_of_the_query() -> None:
    http = server({"query": lambda params: [{"count": "0"}] if "count" in params["query"] else []})
    connector = connect(http)
    connector.fetch_page(Query(MODULE), None, 100)
    connector.count(Query(MODULE, where=Compare(field("city"), Op.EQ, "a;b")))
    connector.run_query("select lastname from Leads")
    assert queries(http)
    assert all(text.endswith(";") and not text.endswith(";;") for text in queries(http))


def test_trap_2_paging_without_order_by_id() -> None:
    http = server({"query": lambda params: [{"count": "0"}] if "count" in params["query"] else [STORED]})
    connector = connect(http)
    connector.fetch_page(Query(MODULE), None, 1)
    connector.fetch_page(Query(MODULE, order=(Order(field("city")),)), None, 1)
    pages = [text for text in queries(http) if text.startswith("select *")]
    assert "order by id limit 1;" in pages[0]
    assert "order by city, id limit 1;" in pages[1]


def test_trap_3_a_short_page_is_not_the_last_page() -> None:
    """Three of a hundred rows came, and the server counts more: go on. (All of test_paging.py is about this.)"""
    few = [{**STORED, "id": f"2x{number}"} for number in (1, 2, 5)]
    http = server({"query": lambda params: [{"count": "7"}] if "count" in params["query"] else few})
    page = connect(http).fetch_page(Query(MODULE), None, 100)
    assert page.next is not None
    assert queries(http)[1] == "select count(*) from Leads where id > '2x5';"


@pytest.mark.parametrize("operation", ["create", "update"])
def test_trap_4_a_write_after_http_500_may_be_done(operation: str) -> None:
    http = server({operation: EMPTY_500})
    connector = connect(http)
    change = Update(Record(RecordId(MODULE, "2x199"), {}), {field("city"): "Ulm"})
    create = Create("t", MODULE, {field("lastname"): "Koch"})
    with pytest.raises(OutcomeUnclear, match="look before you try again") as caught:
        connector.create(create) if operation == "create" else connector.update(change)
    assert caught.value.may_be_done
    assert http.operations().count(operation) == 1, "never sent twice by itself"


def test_trap_4_a_write_that_is_done_never_looks_refused() -> None:
    """The record is created, then reading it back fails: what the write answered counts."""
    http = server({"retrieve": failure("SESSION_EXPIRED")})
    assert connect(http).create(Create("t", MODULE, {field("lastname"): "Koch"})).id.key == "2x199"


@pytest.mark.parametrize(
    "body",
    [b"", b"Sorry! Attempt to access restricted file.", b'<br /><b>Deprecated</b>: {"success":true,"result":[]}'],
)
def test_trap_5_the_body_is_looked_at_before_it_is_parsed(body: bytes) -> None:
    http = server({"query": reply(body)})
    connector = connect(http)
    if body.startswith(b"<br"):
        assert connector.run_query("select id from Leads;") == ()
    else:
        with pytest.raises((MalformedReply, Exception)) as caught:
            connector.run_query("select id from Leads;")
        assert type(caught.value).__module__ == "crmdesk.domain.errors"


def test_trap_6_access_denied_may_mean_gone() -> None:
    http = server({"retrieve": failure("ACCESS_DENIED", "Permission to perform the operation is denied")})
    with pytest.raises(NotPermitted, match=r"does not allow this, or the record is no longer there"):
        connect(http).fetch(RecordId(MODULE, "2x1"))


def test_trap_7_the_code_may_be_a_number_and_unknown_keys_pass() -> None:
    http = server({"create": failure(0, "Duplicate(s) detected!")})
    with pytest.raises(Invalid, match="already has such a record"):
        connect(http).create(Create("t", MODULE, {field("lastname"): "Koch"}))
    more = json.dumps({"success": True, "result": [], "moreinfo": {"totalrows": "120"}})
    assert connect(server({"query": reply(more)})).run_query("select id from Leads;") == ()


def test_trap_8_id_prefixes_come_from_the_server() -> None:
    types = {"types": ["Leads"], "information": {"Leads": {"isEntity": True, "label": "Leads", "idPrefix": "77"}}}
    http = server({"listtypes": types, "query": [{"id": "77x1", "partner_id": "91x4", "assigned_user_id": "19x1"}]})
    record = connect(http).fetch_page(Query(MODULE), None, 1).records[0]
    assert record.id == RecordId(MODULE, "77x1")
    assert record.values[field("partner_id")] == RecordId(ModuleName("Partner"), "91x4")
    assert record.values[field("assigned_user_id")] == RecordId(ModuleName("Users"), "19x1")
    assert record.labels[field("assigned_user_id")] == "Süsi Vertrieb"


def test_trap_9_numbers_and_dates_are_sent_in_the_servers_spelling() -> None:
    values: dict[FieldName, Value] = {
        field("lastname"): "Koch",
        field("annualrevenue"): Decimal("1234.50"),
        field("noofemployees"): 7,
        field("cf_857"): date(2026, 12, 24),
    }
    assert payload.changed(values, SCHEMA, UTC) == {
        "lastname": "Koch",
        "annualrevenue": "1234.50",
        "noofemployees": "7",
        "cf_857": "2026-12-24",
    }
    for name, text in (("annualrevenue", "1.234,56"), ("noofemployees", "abc"), ("cf_857", "24.12.2026")):
        with pytest.raises(Invalid) as caught:
            payload.changed({field(name): text}, SCHEMA, UTC)
        assert name in caught.value.per_field


def test_trap_9_the_stored_value_is_read_back() -> None:
    """Not what the write answers but what a retrieve tells afterwards is handed on, to be compared."""
    http = server(
        {"create": {**STORED, "company": "what was sent"}, "retrieve": {**STORED, "company": "what was kept"}}
    )
    made = connect(http).create(Create("t", MODULE, {field("lastname"): "Koch"}))
    assert made.values[field("company")] == "what was kept"
    assert http.operations()[-2:] != ["create"]


def test_trap_10_null_true_and_emoji() -> None:
    cleared = payload.changed({field("company"): None, field("emailoptout"): True}, SCHEMA, UTC)
    assert cleared == {"company": "", "emailoptout": "1"}
    made = payload.created({field("lastname"): "Koch", field("company"): None}, SCHEMA, UTC, "19x1")
    assert made == {"lastname": "Koch", "assigned_user_id": "19x1"}
    assert "null" not in payload.dumped(made | cleared)
    for text in ("😀", "half \ud83d"):
        with pytest.raises(Invalid) as caught:
            payload.changed({field("company"): text}, SCHEMA, UTC)
        assert list(caught.value.per_field) == ["company"]


def test_trap_11_sync_asks_the_last_second_again_and_for_everybody() -> None:
    asked: list[str] = []

    def sync(params: Mapping[str, str]) -> object:
        asked.append(params["modifiedTime"])
        assert json.loads(params["options"]) == {"onlyOwn": False}
        return {"updated": [], "deleted": [], "more": False, "lastModifiedTime": 1795332910}

    connector = connect(server({"sync": sync}))
    first = connector.changes_since(MODULE, "")
    again = connector.changes_since(MODULE, first.token)
    third = connector.changes_since(MODULE, again.token)
    assert asked == ["1", "1795332909", "1795332909"], "and it does not creep backwards"
    assert first.token == again.token == third.token == "1795332910"


def test_trap_11_a_full_page_goes_on_behind_its_last_second() -> None:
    """A page never splits a second: asking the last second again would answer 5,150 rows for ever."""
    answers: Iterator[object] = iter(
        [
            {"updated": [STORED], "deleted": [], "more": True, "lastModifiedTime": 100},
            {"updated": [], "deleted": ["2x4"], "more": False, "lastModifiedTime": "101"},
        ]
    )
    http = server({"sync": answers})
    connector = connect(http)
    first = connector.changes_since(MODULE, "")
    second = connector.changes_since(MODULE, first.token)
    assert first.more
    assert [one.params["modifiedTime"] for one in http.sent if one.operation == "sync"] == ["1", "100"]
    assert second.deleted == (RecordId(MODULE, "2x4"),)
    assert not second.more


@pytest.mark.parametrize("code", ["INVALID_AUTH_TOKEN", "INVALID_USER_CREDENTIALS"])
def test_trap_12_two_logins_of_one_user_at_once(code: str) -> None:
    """Somebody took a challenge in between: once more with a new one; a second refusal is believed."""
    logins: Iterator[object] = iter([failure(code), LOGIN["login"]])
    http = server({"login": logins})
    assert connect(http).capabilities.can_count
    assert http.operations()[:4] == ["getchallenge", "login", "getchallenge", "login"]
    with pytest.raises(BadCredentials):
        new_connector(server({"login": failure(code)})).login()


def test_trap_12_a_dead_session_is_never_sent_with_getchallenge() -> None:
    http = server({"query": failure("SESSION_LEFT_IDLE")})
    connector = connect(http)
    with pytest.raises(SessionExpired):
        connector.run_query("select id from Leads;")
    connector.login()
    challenges = [one for one in http.sent if one.operation in ("getchallenge", "login")]
    assert len(challenges) == 4
    assert not any("sessionName" in one.params for one in challenges)


def document_of(connector_answers: Mapping[str, object], family: Mapping[str, object] = CRMPLUS) -> FakeHttp:
    return server(connector_answers, login=family)


VTIGER_ORDER = {
    "id": "16x9",
    "subject": "Order",
    "hdnTaxType": "group",
    "invoicestatus": "",
    "productid": None,
    "shipping_&_handling": None,
    "LineItems": [
        {"id": "33x1", "parent_id": "6xArray", "productid": "6x1", "sequence_no": "1", "quantity": "2.000",
         "listprice": "100.00000000", "tax1": "19.000", "tax2": "0.000", "comment": "", "entity_type": "Products",
         "product_name": "Schraube &Oslash; 01"},
        {"id": "33x2", "productid": "25x2", "sequence_no": "2", "quantity": "1.500", "listprice": "10.00000000",
         "tax1": "7.000", "comment": "<b>", "entity_type": "Services", "product_name": "Dienst"},
    ],
}  # fmt: skip
ORDER = RecordId(ModuleName("SalesOrder"), "16x9")


def test_trap_13_a_header_edit_never_sends_lines() -> None:
    http = server({"retrieve": VTIGER_ORDER, "revise": VTIGER_ORDER}, login=LOGIN)
    connector = connect(http)
    before = connector.fetch_document(ORDER)
    header = replace(before.header, values={**before.header.values, field("subject"): "New"})
    connector.save_document(SaveDocument(before, replace(before, header=header)))
    assert http.last("revise").json("element") == {"id": "16x9", "subject": "New"}
    connector.update(Update(before.header, {field("subject"): "Newer"}))
    assert http.last("revise").json("element") == {"id": "16x9", "subject": "Newer"}


def test_trap_13_lines_are_sent_whole_with_their_taxes() -> None:
    http = server({"retrieve": VTIGER_ORDER, "revise": VTIGER_ORDER}, login=LOGIN)
    connector = connect(http)
    before = connector.fetch_document(ORDER)
    first = replace(before.lines[0], quantity=Decimal("3"))
    connector.save_document(SaveDocument(before, replace(before, lines=(first, before.lines[1]))))
    element = http.last("revise").json("element")
    assert set(element) == {"id", "LineItems", "hdnTaxType"}, "the whole retrieved order is never sent back"
    assert element["hdnTaxType"] == "group"
    assert [(line["productid"], line["quantity"], line.get("tax1")) for line in element["LineItems"]] == [
        ("6x1", "3", "19.000"),
        ("25x2", "1.500", "7.000"),
    ]


def test_trap_14_a_sort_key_is_always_selected() -> None:
    http = server({"query": lambda params: [{"count": "0"}] if "count" in params["query"] else []})
    connector = connect(http)
    connector.fetch_page(Query(MODULE, (field("lastname"),), order=(Order(field("city")),)), None, 100)
    assert queries(http)[0] == "select id, lastname, city from Leads order by city, id limit 100;"


def test_trap_14_empty_is_never_asked() -> None:
    for where in (
        Compare(field("city"), Op.EQ, ""),
        Compare(field("city"), Op.EQ, None),
        Compare(field("city"), Op.IS_EMPTY),
        Compare(field("city"), Op.IN, ("Ulm", "")),
        Compare(field("city"), Op.CONTAINS, ""),
        Compare(field("city"), Op.NE, "Ulm"),
    ):
        planned = plan(Query(MODULE, where=where), PLUGIN.capabilities, SCHEMA)
        assert planned.pushed.where is None
        assert "''" not in query.render(MODULE, ("*",), query.conditions(planned.pushed.where, SCHEMA))
    with pytest.raises(Exception, match="cannot say"):
        query.literal("")


def test_trap_15_only_keys_that_come_encoded_are_decoded() -> None:
    http = server({"retrieve": VTIGER_ORDER}, login=LOGIN)
    connector = connect(http)
    lines = connector.fetch_document(ORDER).lines
    assert lines[0].extras[field("name")] == "Schraube Ø 01"
    assert lines[1].text == "<b>"
    told = {"id": "2x1", "company": "&amp; Entity", "lastname": "&uuml;", "label": "&Ouml;"}
    record = parse.record(told, SCHEMA, parse.Reading())
    assert record.values == {"company": "&amp; Entity", "lastname": "&uuml;"}
    assert connector.login().full_name == "Süsi Vertrieb"
    described = meta.described(SALES_ORDER)
    assert "&amp;" not in "".join(one.label for one in described.schema.fields)


# Facts beside the fifteen that bit as well


def test_line_columns_are_no_columns_of_the_document() -> None:
    """vtiger 8 describes them as its own; asking one of them pages over joined lines and drops doubles."""
    http = server({"query": lambda params: [{"count": "0"}] if "count" in params["query"] else []})
    connector = connect(http)
    schema = connector.describe(ModuleName("SalesOrder"))
    assert [f.name for f in schema.fields] == ["subject", "hdnTaxType", "invoicestatus"]
    connector.fetch_page(Query(ModuleName("SalesOrder")), None, 100)
    assert queries(http)[0] == "select id, subject, hdnTaxType, invoicestatus from SalesOrder order by id limit 100;"


def test_an_owner_that_does_not_exist_reads_without_x() -> None:
    record = parse.record({"id": "2x1", "assigned_user_id": "999"}, SCHEMA, parse.Reading())
    assert record.values[field("assigned_user_id")] == RecordId(ModuleName(""), "999")
    assert parse.record({"id": "2x1", "partner_id": "0"}, SCHEMA, parse.Reading()).values[field("partner_id")] is None


def test_datetimes_are_on_the_servers_clock() -> None:
    connector = connect(server(), time_zone="Europe/Berlin")
    made = connector.fetch(RecordId(MODULE, "2x199"))
    assert made.values[field("createdtime")] == datetime(2026, 1, 14, 9, 21, 36, tzinfo=UTC)


def test_get_operations_travel_in_the_url_and_post_ones_in_the_body() -> None:
    """A wrong verb is answered with a misleading ACCESS_DENIED."""
    assert {spec.verb for spec in (*DOCUMENTED, *FAMILY)} == {"GET", "POST"}
    http = server()
    connect(http).close()
    assert {one.operation: one.verb for one in http.sent} == {
        "getchallenge": "GET",
        "login": "POST",
        "getStreamProperties": "GET",
        "logout": "POST",
    }


def test_the_family_is_found_without_a_write() -> None:
    for unknown, name in ((EMPTY_500, "vtiger"), (failure("UNKNOWN_OPERATION"), "coreBOS")):
        http = FakeHttp(LOGIN, unknown)
        identity = new_connector(http).login()
        assert identity.details["Family"] == name
        assert not any(one.write for one in http.sent)
    denied = FakeHttp({**LOGIN, "getStreamProperties": failure("ACCESS_DENIED")})
    assert new_connector(denied).login().details["Family"] == "CRM+"
