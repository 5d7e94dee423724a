# SPDX-License-Identifier: MIT
"""What a server describes in any spelling, and answers that are none: values or one error, never a crash."""

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.vendors.crmservice.rest import faults, meta, payload
from crmdesk.domain.changes import Create
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    MalformedReply,
    NotPermitted,
    OutcomeUnclear,
    RateLimited,
    ServerFault,
    SessionExpired,
    UnknownOperation,
    Unsupported,
)
from crmdesk.domain.names import ModuleName
from crmdesk.domain.query import Query
from crmdesk.domain.schema import Choice, FieldType, Operation
from tests.connectors.crmservice.office import ACCOUNTS, NAME, ORDERS, ROWS, Office
from tests.connectors.crmservice.support import HTML, KEY, rest_to
from tests.connectors.crmservice.wsdls import reply

# What a server describes


def test_fields_are_typed_by_what_is_told() -> None:
    crm, _ = rest_to(Office())
    fields = {str(field.name): field for field in crm.describe(ACCOUNTS).fields}
    assert "api_token" not in fields
    assert fields["id"].read_only
    assert (fields["name"].label, fields["name"].required, fields["name"].max_length) == ("Account name", True, 20)
    assert (fields["account_type"].type, fields["account_type"].choices) == (
        FieldType.CHOICE,
        (Choice("C", "Customer"),),
    )
    assert fields["owner_id"].refers_to == ("users",)
    assert fields["updated_at"].read_only
    modules = {module.name: module for module in crm.list_modules()}
    assert modules[ORDERS].is_sales_document
    assert not modules[ROWS].is_listed
    assert modules[ModuleName("users")].operations == {Operation.READ}
    assert (modules[ORDERS].label, modules[ORDERS].label_plural) == ("Sales order", "Sales orders")
    with pytest.raises(Unsupported):
        crm.describe(ModuleName("ghosts"))


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"type": "varchar(255)"}, FieldType.TEXT),
        ({"type": "tinyint", "size": 1}, FieldType.BOOLEAN),
        ({"type": "tinyint", "size": 4}, FieldType.INTEGER),
        ({"type": "decimal"}, FieldType.DECIMAL),
        ({"type": "relation", "relationModules": ["accounts", "contacts"]}, FieldType.REFERENCE),
        ({"type": "multiselect", "values": ["a", {"value": "b", "label": "B"}]}, FieldType.MULTI_CHOICE),
        ({"type": "enum", "choices": ["a"]}, FieldType.CHOICE),
        ({"type": 7}, FieldType.TEXT),
        ({}, FieldType.TEXT),
        ("nonsense", FieldType.TEXT),
    ],
)
def test_types_in_any_spelling(told: object, kind: FieldType) -> None:
    module = meta.module_of(ACCOUNTS, frozenset())
    for document in ({"attributes": {"x": told}}, {"data": {"attributes": {"x": told}}}):
        field = meta.described(document, module).schema.field("x")
        assert field is not None
        assert field.type is kind


@pytest.mark.parametrize(
    ("told", "module"),
    [
        ("sales_orders", "sales_orders"),
        ("SalesOrder", "sales_orders"),
        ("App\\Models\\SalesOrder", "sales_orders"),
        ("app.activity", "activities"),
        ("Unheard\\Of", "Unheard\\Of"),
        ("", ""),
    ],
)
def test_links_name_modules_or_the_servers_own_classes(told: str, module: str) -> None:
    """The documents name a relation's class and show none."""
    known = frozenset({"accounts", "activities", "sales_orders"})
    assert meta.as_module(told, known) == module
    document = {
        "attributes": {"x_id": {"type": "relation", "relationType": "belongsTo", "relationModule": told}},
        "relations": {"those": {"type": "hasMany", "class": told}},
    }
    found = meta.described(document, meta.module_of(ACCOUNTS, known), known)
    field = found.schema.field("x_id")
    assert field is not None
    assert field.refers_to == ((module,) if told else ())
    assert [link.module for link in found.links] == ([module] if told else [])


@pytest.mark.parametrize(
    "report", [[{"count_value": "42"}], {"data": [{"count_value": 42}]}, {"data": {"count_value": 42}}]
)
def test_a_report_comes_with_an_envelope_or_without(report: object) -> None:
    office = Office()
    office.answers["POST /reporting"] = lambda _: reply(report)
    crm, _ = rest_to(office)
    assert crm.count(Query(ACCOUNTS)) == 42


def test_several_choices_go_out_as_a_list() -> None:
    known = meta.described({"attributes": {"x": {"type": "multiselect"}}}, meta.module_of(ACCOUNTS, frozenset()))
    field = known.schema.field("x")
    assert field is not None
    assert payload.spelled(("a", "b"), field) == ["a", "b"]


# Bad input


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (reply(b"", 500), ServerFault),
        (HTML, MalformedReply),
        (reply(b"", 200), MalformedReply),
        (reply(b"[1, 2]"), MalformedReply),
        (reply(b'{"data": "rows"}'), MalformedReply),
        (reply(b'{"data": [{"attributes": {}}]}'), MalformedReply),
        (reply(b"{" * 100_000), MalformedReply),
        (reply(b"\xff\xfe"), MalformedReply),
        (reply({"errors": [{"detail": "Unknown field"}]}), Invalid),
        (reply({"error": "no"}, 401), SessionExpired),
        (reply({"error": "no"}, 403), NotPermitted),
        (reply({"error": "no such module"}, 404), UnknownOperation),
        (reply({"error": "slow down"}, 429, **{"Retry-After": "7"}), RateLimited),
        (reply(b"teapot", 418), ServerFault),
    ],
)
def test_every_answer_becomes_values_or_one_error(told: Reply, kind: type[CrmError]) -> None:
    office = Office()
    crm, _ = rest_to(office)
    crm.describe(ACCOUNTS)
    office.answers["GET /accounts"] = told
    with pytest.raises(kind) as caught:
        crm.fetch_page(Query(ACCOUNTS), None, 5)
    assert not caught.value.may_be_done or kind is MalformedReply
    assert KEY not in caught.value.user_text + caught.value.detail


@pytest.mark.parametrize(
    ("told", "kind", "may_be_done"),
    [
        (reply(b"", 500), OutcomeUnclear, True),
        (HTML, MalformedReply, True),
        (reply(b"", 201), OutcomeUnclear, True),
        (reply({"data": None}), OutcomeUnclear, True),
        (
            reply({"errors": [{"detail": "too long", "source": {"pointer": "/data/attributes/name"}}]}, 422),
            Invalid,
            False,
        ),
        (reply({"error": f"token {KEY} may not"}, 403), NotPermitted, False),
        (reply({"errors": {"name": ["too long", "too odd"]}}, 400), Invalid, False),
    ],
)
def test_a_write_says_whether_it_may_have_been_done(told: Reply, kind: type[CrmError], *, may_be_done: bool) -> None:
    office = Office()
    crm, _ = rest_to(office)
    office.answers["POST /accounts"] = told
    with pytest.raises(kind) as caught:
        crm.create(Create("t", ACCOUNTS, {NAME: "Neu"}))
    assert caught.value.may_be_done is may_be_done
    assert KEY not in caught.value.user_text + caught.value.detail
    if isinstance(caught.value, Invalid):
        assert "too long" in caught.value.per_field[NAME]


def test_messages_are_found_in_any_form() -> None:
    told = {
        "a b": {"errors": [{"title": "a"}, {"detail": "b"}]},
        "why": {"error": {"message": "why"}},
        "name: too long": {"errors": {"name": ["too long"]}},
        "plain": {"message": "plain"},
        "": {"status": 500},
    }
    assert {text: faults.message_of(body, "") for text, body in told.items()} == {text: text for text in told}
    assert faults.message_of(None, "<h1>Fatal</h1> error") == "Fatal error"
    assert faults.unknown_relation(Invalid("The requested relationship (owner) doesn't exist")) == "owner"
    assert faults.unknown_relation(Invalid("Something else")) is None
