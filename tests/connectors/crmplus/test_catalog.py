# SPDX-License-Identifier: MIT
"""Names behind ids and modules behind prefixes: asked once, in batches, and never a reason to fail."""

from collections.abc import Mapping

import pytest

from crmdesk.connectors.vendors.crmplus import meta
from crmdesk.domain.errors import MalformedReply, NotReachable
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.schema import FieldType, Operation
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
)

MODULE = ModuleName("Leads")
OWNER, PARTNER = FieldName("assigned_user_id"), FieldName("partner_id")
PARTNERS = {
    "name": "Partner",
    "idPrefix": "41",
    "fields": [field_of("partnername")],
    "labelFields": "partnername",
}
BARE_TYPES = {"types": ["Leads"], "information": {"Leads": {"isEntity": True, "label": "Leads", "singular": "Lead"}}}
ROWS = [
    {"id": "2x1", "lastname": "A", "partner_id": "41x7", "assigned_user_id": "19x5"},
    {"id": "2x2", "lastname": "B", "partner_id": "41x8", "assigned_user_id": "20x2"},
    {"id": "2x3", "lastname": "C", "partner_id": "41x7", "assigned_user_id": "19x1"},
]


def describe(params: Mapping[str, str]) -> object:
    known: Mapping[str, object] = {"Leads": LEADS, "Partner": PARTNERS}
    return known.get(params["elementType"], failure("ACCESS_DENIED"))


def answer(params: Mapping[str, str]) -> object:
    text = params["query"]
    if " from Users " in text:
        return [{"id": "19x5", "first_name": "J&uuml;rgen", "last_name": "Ö"}]
    if " from Groups " in text:
        return [{"id": "20x2", "groupname": "Team Selling"}]
    if " from Partner " in text:
        return [{"id": "41x7", "partnername": "Nord & Wind &amp;"}]
    return [{"count": "0"}] if "count(*)" in text else ROWS


def server(types: object = TYPES, query: object = answer, login: Mapping[str, object] = CRMPLUS) -> FakeHttp:
    return FakeHttp({**login, "listtypes": types, "describe": describe, "query": query})


@pytest.mark.parametrize("types", [TYPES, BARE_TYPES])
def test_a_page_shows_names_instead_of_ids(types: object) -> None:
    """With prefixes in listtypes, and without (vtiger 8), where a restricted user may not describe Users either."""
    http = server(types)
    connector = connect(http)
    records = connector.fetch_page(Query(MODULE), None, 100).records
    assert [record.labels.get(OWNER) for record in records] == ["Jürgen Ö", "Team Selling", "Süsi Vertrieb"]
    assert [record.labels.get(PARTNER) for record in records] == ["Nord & Wind &amp;", None, "Nord & Wind &amp;"]
    assert records[0].values[OWNER] == RecordId(ModuleName("Users"), "19x5")
    assert records[1].values[OWNER] == RecordId(ModuleName("Groups"), "20x2")
    asked = [one.params["query"] for one in http.sent if one.operation == "query"]
    assert "select id, partnername from Partner where id in ('41x7', '41x8') limit 100;" in asked
    connector.fetch_page(Query(MODULE), None, 100)
    again = [one.params["query"] for one in http.sent if one.operation == "query"][len(asked) :]
    assert not any(" where id in " in text for text in again), "known names are not asked again"


def test_names_that_may_not_be_read_leave_the_rows_whole() -> None:
    def denied(params: Mapping[str, str]) -> object:
        return answer(params) if " from Leads" in params["query"] else failure("ACCESS_DENIED")

    http = server(query=denied)
    connector = connect(http)
    for _ in range(2):
        records = connector.fetch_page(Query(MODULE), None, 100).records
        assert [record.labels for record in records] == [{}, {}, {OWNER: "Süsi Vertrieb"}]
    users = [one for one in http.sent if " from Users " in one.params.get("query", "")]
    assert len(users) == 1, "a refusal is remembered"


@pytest.mark.parametrize("trouble", [failure("SESSION_EXPIRED"), EMPTY_500, NotReachable("gone")])
def test_trouble_while_names_are_read_is_not_the_pages_trouble(trouble: object) -> None:
    def troubled(params: Mapping[str, str]) -> object:
        if " from Leads" not in params["query"]:
            if isinstance(trouble, Exception):
                raise trouble
            return trouble
        return answer(params)

    page = connect(server(query=troubled)).fetch_page(Query(MODULE), None, 100)
    assert [record.id.key for record in page.records] == ["2x1", "2x2", "2x3"]


def test_translated_choices_and_told_names_are_labels() -> None:
    row = {
        "id": "2x1",
        "leadstatus": "Hot",
        "partner_id": "41x7",
        "partner_idename": {"module": "Partner", "reference": "Euro : &euro;"},
    }
    record = connect(server(query=lambda params: [row])).fetch_page(Query(MODULE), None, 1).records[0]
    assert record.labels == {"leadstatus": "Heiß", "partner_id": "Euro : €"}


def test_modules_are_grouped_and_helpers_are_not_listed() -> None:
    names = ["Accounts", "Products", "HelpDesk", "Campaigns", "Project", "Users", "Groups", "LineItem", "Custom1"]
    told = {name: {"isEntity": name not in ("Groups", "LineItem"), "label": f"{name}&amp;"} for name in names}
    modules, _ = meta.modules({"types": names, "information": told})
    assert {m.name: m.group for m in modules} == {
        "Accounts": "sales",
        "Products": "inventory",
        "HelpDesk": "support",
        "Campaigns": "marketing",
        "Project": "projects",
        "Users": "system",
        "Groups": "system",
        "LineItem": "system",
        "Custom1": "other",
    }
    assert [m.name for m in modules if not m.is_listed] == ["LineItem"]
    assert modules[0].label_plural == "Accounts&"
    assert {m.name for m in modules if m.operations == {Operation.READ}} == {"Groups", "LineItem"}
    assert {m.name for m in meta.modules({"types": ["Quotes", "Leads"]})[0] if m.is_sales_document} == {"Quotes"}


def test_describe_reads_types_limits_rights_and_blocks() -> None:
    fields = [
        field_of("email", "email"),
        field_of("rate", "double", uitype="9"),
        field_of("sum", "double", type={"uitype": "71"}),
        field_of("name", typeofdata="V~M~LE~40", mandatory=True),
        field_of("order"),
        field_of("start", "time"),
        field_of("pic", "image"),
        field_of("user_password", "string"),
        field_of("bill_city"),
        field_of("cf_1"),
        field_of("createdtime", "datetime"),
        field_of("x", "brandnew", block={"blockname": "Pricing Information:"}),
    ]
    told = {"name": "Thing", "fields": fields, "labelFields": "nosuch, name", "createable": False, "isEntity": True}
    found = meta.described(told)
    by_name = {f.name: f for f in found.schema.fields}
    kinds = {
        name: by_name[FieldName(name)].type for name in ("email", "rate", "sum", "start", "pic", "user_password", "x")
    }
    assert kinds == {
        "email": FieldType.EMAIL,
        "rate": FieldType.PERCENT,
        "sum": FieldType.MONEY,
        "start": FieldType.TIME,
        "pic": FieldType.OPAQUE,
        "user_password": FieldType.OPAQUE,
        "x": FieldType.TEXT,
    }
    assert by_name[FieldName("name")].max_length == 40
    assert by_name[FieldName("name")].required
    unasked = {name for name, f in by_name.items() if not f.filterable}
    assert unasked == {"order", "start", "pic", "user_password"}, "order is a word of the language itself"
    assert by_name[FieldName("createdtime")].read_only
    assert {name: by_name[FieldName(name)].block for name in ("bill_city", "cf_1", "createdtime", "x")} == {
        "bill_city": "Billing address",
        "cf_1": "Custom fields",
        "createdtime": "System",
        "x": "Pricing Information",
    }
    assert found.schema.title_field == "name"
    assert Operation.CREATE not in found.schema.module.operations


@pytest.mark.parametrize("bad", [None, [], "x", {}, {"types": "Leads"}, {"fields": None}])
def test_what_is_no_list_of_modules_or_fields_is_one_clear_error(bad: object) -> None:
    with pytest.raises(MalformedReply):
        meta.modules(bad)
    with pytest.raises(MalformedReply):
        meta.described(bad)


def test_the_relatives_learn_prefixes_by_describing() -> None:
    http = server(BARE_TYPES, login=LOGIN)
    records = connect(http).fetch_page(Query(MODULE), None, 100).records
    assert records[0].values[PARTNER] == RecordId(ModuleName("Partner"), "41x7")
    described = [one.params["elementType"] for one in http.sent if one.operation == "describe"]
    assert len(described) == len(set(described)), "each module is described once"
