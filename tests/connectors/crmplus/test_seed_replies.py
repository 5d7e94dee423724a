# SPDX-License-Identifier: MIT
"""The vendor's document is a judge: every example reply decodes into the values it shows."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from crmdesk.connectors.port import Relation
from crmdesk.connectors.vendors.crmplus import documents, history, line_items, meta, parse, relations, sync
from crmdesk.connectors.vendors.crmplus.envelope import decode
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sales import LineKind
from crmdesk.domain.schema import FieldType
from tests.connectors.crmplus.seed import HEADINGS, Section, sections
from tests.connectors.crmplus.support import CRMPLUS, LEADS, SESSION, TYPES, FakeHttp, connect, field_of, reply
from tests.connectors.crmplus.test_seed_examples import OWNER, describe, names


def decoded(section: Section, number: int = 0) -> Any:
    """The reply through our own decoding; numbers with a point are exact."""
    return decode(reply(section.replies[number]), section.requests[0].parameters["operation"])


@pytest.mark.parametrize("name", HEADINGS.split())
def test_every_example_reply_decodes_to_what_it_shows(name: str) -> None:
    section = sections()[name]
    for number, text in enumerate(section.replies):
        exact = json.loads(text, parse_float=Decimal)["result"]
        assert decoded(section, number) == exact


def leads_schema() -> Any:
    return meta.described(LEADS).schema


@pytest.mark.parametrize("name", ["Create", "Retrieve", "Update"])
def test_a_record_reply_becomes_a_record(name: str) -> None:
    raw = sections()[name].result()
    record = parse.record(decoded(sections()[name]), leads_schema(), parse.Reading())
    assert record.id == RecordId(ModuleName("Leads"), raw["id"])
    assert record.values[names("lastname")] == raw["lastname"]
    assert record.values[names("annualrevenue")] == Decimal(0)
    assert record.values[names("assigned_user_id")] == RecordId(ModuleName(""), "19x1")
    shown = datetime.fromisoformat(raw["createdtime"]).replace(tzinfo=UTC)
    assert record.values[names("createdtime")] == shown


def test_login_reply() -> None:
    http = FakeHttp(
        {**CRMPLUS, "getchallenge": decoded(sections()["Getchallenge"]), "login": decoded(sections()["Login"])}
    )
    connector = connect(http)
    assert http.last("getStreamProperties").params["sessionName"] == SESSION
    identity = connector.login()
    assert identity.user_id == "19x1"
    assert identity.clock_ahead_s is not None


def test_sync_reply() -> None:
    page = sync.page(decoded(sections()["Sync"]), leads_schema(), parse.Reading(), 1385378000, 1385378000)
    assert [record.id.key for record in page.updated] == ["2x51"]
    assert page.updated[0].values[names("company")] == "Brainformatik GmbH"
    assert (page.deleted, page.token, page.more) == ((), "1385378660+", True)


def test_query_reply() -> None:
    (row,) = parse.rows(decoded(sections()["Query"]), "query")
    fields = [field_of("accountname"), field_of("annual_revenue", "double"), field_of("notify_owner", "boolean")]
    more = [field_of("account_id", "reference", type={"refersTo": ["Accounts"]}), field_of("modifiedtime", "datetime")]
    schema = meta.described({"name": "Accounts", "fields": [*fields, *more]}).schema
    record = parse.record(row, schema, parse.Reading())
    assert record.id == RecordId(ModuleName("Accounts"), "3x8")
    assert record.values == {
        "accountname": "Brainformatik GmbH",
        "annual_revenue": Decimal(0),
        "notify_owner": False,
        "account_id": None,
        "modifiedtime": datetime(2011, 6, 15, 10, 9, 32, tzinfo=UTC),
    }


def test_listtypes_reply() -> None:
    modules, prefixes = meta.modules(decoded(sections()["Listtypes"]))
    assert [m.name for m in modules] == ["Leads", "Accounts", "Groups", "Currencies", "AttachmentsFolder"]
    assert prefixes == {"2": "Leads", "3": "Accounts", "20": "Groups", "50": "AttachmentsFolder", "51": "Currencies"}
    leads = modules[0]
    assert (leads.label, leads.label_plural, leads.group) == ("Lead", "Leads", "sales")
    assert {m.group for m in modules[2:]} == {"system"}


def test_describe_reply() -> None:
    found = meta.described(decoded(sections()["Describe"]))
    revenue, partner = found.schema.fields
    assert (revenue.label, revenue.type, revenue.default) == ("Jahresumsatz", FieldType.MONEY, "0.000000000")
    assert (partner.type, partner.refers_to) == (FieldType.REFERENCE, ("Partner",))
    assert found.id_prefix == "2"
    assert found.line_fields == {"cf_1725": "cf_1725"}
    (block,) = found.product_blocks
    assert (block.key, block.name, block.labels["es_es"]) == ("677", "ArticleList1", "Estándar")


@pytest.mark.parametrize(
    ("number", "shown"), [(0, {"Accounts": True, "Assets": True}), (1, {"de_de": True, "en_us": False})]
)
def test_access_list_reply(number: int, shown: Mapping[str, bool]) -> None:
    http = FakeHttp({**CRMPLUS, "getaccesslist": decoded(sections()["GetAccessList"], number)})
    assert connect(http).access_list("Modules") == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, {"de_de": True, "en_us": True}),
        (1, {"de_de": True, "en_us": False}),
        (2, {"Accounts": True, "Calendar": True}),
        (3, {"Accounts": True, "Calendar": False}),
    ],
)
def test_update_access_reply(number: int, shown: Mapping[str, bool]) -> None:
    http = FakeHttp({**CRMPLUS, "updateaccess": decoded(sections()["Updateaccess"], number)})
    assert connect(http).update_access("Modules", {}) == shown


def test_password_and_user_replies() -> None:
    http = FakeHttp(
        {
            **CRMPLUS,
            "changePassword": decoded(sections()["ChangePassword"]),
            "deleteUser": decoded(sections()["DeleteUser"]),
        }
    )
    connector = connect(http)
    assert connector.change_password(OWNER, "a", "b") == "Changed password successfully"
    assert connector.delete_user(OWNER, OWNER) == "successful"


def test_upload_reply() -> None:
    schema = meta.described(
        {
            "name": "Documents",
            "fields": [field_of("filesize", "integer"), field_of("folderid", "reference", type={"refersTo": ["F"]})],
        }
    ).schema
    record = parse.record(decoded(sections()["UploadDocument"]), schema, parse.Reading())
    assert record.id.key == "7x218"
    assert record.values == {"filesize": 0, "folderid": RecordId(ModuleName("F"), "22x1")}
    assert documents.DOCUMENTS == "Documents"


def test_relation_replies() -> None:
    assert decoded(sections()["AddRelatedRecord"]) is None
    found = relations.parse_relations(decoded(sections()["GetAllRelations"]))
    assert [(r.key, r.label, r.count) for r in found] == [
        ("Contacts", "Kontakte", 2),
        ("EmailsLocal", "E-Mails", 0),
        ("Activities", "Aktivitäten", 3),
    ]
    assert found[2].module == "Calendar"


def test_related_records_reply() -> None:
    answer = decoded(sections()["GetRelatedRecords"])
    connector = connect(
        FakeHttp({**CRMPLUS, "listtypes": TYPES, "describe": describe, "getRelatedRecords": answer, "query": []})
    )
    relation = Relation("Contacts", "Kontakte", ModuleName("Contacts"), 2)
    found = connector.list_related(RecordId(ModuleName("Accounts"), "3x456"), relation)
    assert [(r.id.key, r.values[names("lastname")]) for r in found] == [("4x1", "Test1"), ("4x2", "Test2")]


@pytest.mark.parametrize("name", ["AddLineItems", "GetLineItems"])
def test_line_item_replies(name: str) -> None:
    service, product = line_items.from_crmplus(decoded(sections()[name]))
    assert (service.key, service.position, service.kind) == ("4", 1, LineKind.SERVICE)
    assert service.product == RecordId(ModuleName("Services"), "25x3299")
    assert (service.quantity, service.unit_price, service.total) == (
        Decimal(2),
        Decimal("12235.87"),
        Decimal("24471.74"),
    )
    assert service.taxes == ()
    assert (product.key, product.kind, product.taxes[0].percent) == ("5", LineKind.PRODUCT, Decimal("7.5"))
    assert product.extras[names("name")] == "Product 1"
    assert product.extras[names("cf_1767")] == "value"
    assert product.extras[names("productBlockName")] == "article_list_2"
    assert product.extras[names("optionalLineItem")] is (name == "GetLineItems")
    assert not product.discount_percent
    assert not product.discount_amount


def test_update_line_item_reply() -> None:
    (item,) = line_items.from_crmplus(decoded(sections()["UpdateLineItem"]))
    assert (item.key, item.unit_price, item.total) == ("5", Decimal("199.99"), Decimal("199.99"))
    assert item.extras[names("alternativeParentId")] == 4


def test_delete_line_item_reply_tells_the_new_id() -> None:
    (item,) = line_items.from_crmplus(decoded(sections()["DeleteLineItem"]))
    assert item.key == "6"


def test_stream_properties_reply() -> None:
    found = history.parse_properties(decoded(sections()["GetStreamProperties"]))
    assert found.modules == {"6": "Accounts"}
    assert found.days == (1, 3, 5, 14)
    assert found.assignments == {"LBL_ONLY_MINE": "zeige meine Daten", "LBL_ALL_RECORDS": "zeige alle Daten"}


def test_stream_data_reply() -> None:
    (entry,) = history.parse_entries(decoded(sections()["GetStreamData"]), {"Leads": ModuleName("Leads")})
    assert entry.record == RecordId(ModuleName("Leads"), "213")
    assert (entry.record_label, entry.who, entry.when) == (
        "Lastname via Webservice",
        "Administrator",
        "2014-01-14 12:16",
    )
    assert (entry.kind, entry.module_label, entry.changes) == ("created", "Leads", ())


def test_delete_and_logout_replies() -> None:
    assert decoded(sections()["Delete"]) == {"status": "successful"}
    http = FakeHttp({**CRMPLUS, "logout": decoded(sections()["Logout"])})
    connect(http).close()
    assert http.is_closed
