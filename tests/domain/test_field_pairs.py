# SPDX-License-Identifier: MIT
"""Fields of two modules that say the same."""

from crmdesk.domain.field_pairs import can_take, counterparts, links_to
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Field, FieldType, Module, Schema


def schema(module: str, *fields: Field) -> Schema:
    known = Module(name=ModuleName(module), label=module, label_plural=f"{module}s")
    return Schema(known, fields, fields[0].name)


def field(name: str, label: str = "", kind: FieldType = FieldType.TEXT, refers_to: tuple[str, ...] = ()) -> Field:
    return Field(
        name=FieldName(name), label=label or name, type=kind, refers_to=tuple(ModuleName(one) for one in refers_to)
    )


def test_by_name_then_by_label_then_without_the_modules_prefix() -> None:
    quote = schema(
        "Quote", field("subject"), field("bill_city", "City"), field("terms", "Terms"), field("only", "Only")
    )
    order = schema("Order", field("subject"), field("town", "city "), field("terms", "Conditions"))
    assert counterparts(quote, order) == {"subject": "subject", "town": "bill_city", "terms": "terms"}
    left = schema(
        "Opportunity", field("OpportunityMemo", "A"), field("OpportunityNote", "B"), field("OpportunityX", "C")
    )
    right = schema("Delivery", field("DeliveryMemo", "D"), field("DeliveryNote", "E"), field("DeliveryY", "F"))
    assert counterparts(left, right) == {"DeliveryMemo": "OpportunityMemo", "DeliveryNote": "OpportunityNote"}


def test_in_one_module_each_is_its_own() -> None:
    quote = schema("Quote", field("a", "Same"), field("b", "Same"))
    assert counterparts(quote, quote) == {"a": "a", "b": "b"}


def test_of_two_of_one_label_none_is_guessed() -> None:
    left = schema("Quote", field("a", "Street"), field("b", "Street"), field("c"))
    right = schema("Order", field("x", "Street"), field("y", "Other"), field("z", "Else"))
    assert counterparts(left, right) == {}


def test_what_a_field_can_take() -> None:
    company = field("a", kind=FieldType.REFERENCE, refers_to=("Accounts",))
    assert can_take(company, field("b", kind=FieldType.REFERENCE, refers_to=("Accounts", "Contacts")))
    assert not can_take(company, field("b", kind=FieldType.REFERENCE, refers_to=("Vendors",)))
    assert not can_take(company, field("b"))
    assert can_take(field("a", kind=FieldType.MONEY), field("b", kind=FieldType.DECIMAL))
    assert can_take(field("a", kind=FieldType.LONG_TEXT), field("b"))
    assert not can_take(field("a", kind=FieldType.DATE), field("b"))


def test_the_field_that_names_the_original() -> None:
    quote = schema("Quotes", field("subject"))
    order = schema("Orders", field("subject"), field("quote_id", kind=FieldType.REFERENCE, refers_to=("Quotes",)))
    assert links_to(order, quote) == "quote_id"
    assert links_to(quote, order) is None
    parent = schema("Quotes", field("subject"), field("parent", kind=FieldType.REFERENCE, refers_to=("Quotes",)))
    assert links_to(parent, parent) is None  # in one module it may mean anything
