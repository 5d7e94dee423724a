# SPDX-License-Identifier: MIT
"""What a new document takes from another one, and what it begins without."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.document_copy import HeaderCopy, LineLoss, Why, copied_header, copied_lines, is_state
from crmdesk.domain.line_edit import NEW_LINE, same_line
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, LineShape, Tax
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.domain.values import Value
from tests.domain.test_field_pairs import field

TODAY = date(2026, 11, 22)
STATES = (Choice("Created", "Created"), Choice("Sent", "Sent"))
QUOTE = Schema(
    Module(name=ModuleName("Quotes"), label="Quote", label_plural="Quotes", is_sales_document=True),
    (
        Field(name=FieldName("subject"), label="Subject", required=True),
        Field(name=FieldName("quote_no"), label="Number"),
        Field(name=FieldName("stage"), label="Quote stage", type=FieldType.CHOICE, required=True, choices=STATES),
        Field(name=FieldName("validtill"), label="Valid till", type=FieldType.DATE),
        field("account", "Account", FieldType.REFERENCE, ("Accounts",)),
        field("discount", "Discount", FieldType.MONEY),
        field("bill_state", "Billing state"),
        field("note", "Note"),
        Field(name=FieldName("total"), label="Total", type=FieldType.MONEY, read_only=True),
    ),
    FieldName("subject"),
    FieldName("quote_no"),
)
ORDER = Schema(
    Module(name=ModuleName("Orders"), label="Order", label_plural="Orders", is_sales_document=True),
    (
        Field(name=FieldName("subject"), label="Subject", required=True),
        Field(name=FieldName("sostatus"), label="Status", type=FieldType.CHOICE, required=True, choices=STATES),
        Field(name=FieldName("ordered"), label="Ordered", type=FieldType.DATE, required=True),
        field("account", "Account", FieldType.REFERENCE, ("Accounts",)),
        field("quote", "Quote", FieldType.REFERENCE, ("Quotes",)),
        field("discount", "Discount", FieldType.MONEY),
        field("bill_state", "Billing state"),
        Field(name=FieldName("vendor"), label="Vendor", type=FieldType.REFERENCE, required=True, default="0"),
        Field(name=FieldName("total"), label="Total", type=FieldType.MONEY, read_only=True),
    ),
    FieldName("subject"),
)
ACME = RecordId(ModuleName("Accounts"), "3x1")


def quote(**more: Value) -> Record:
    values: dict[str, Value] = {
        "subject": "Pumps",
        "quote_no": "Q1",
        "stage": "Sent",
        "validtill": date(2026, 1, 1),
        "account": ACME,
        "discount": Decimal(5),
        "bill_state": "Bavaria",
        "note": "call first",
        "total": Decimal(99),
    }
    named = {FieldName(name): value for name, value in {**values, **more}.items()}
    return Record(RecordId(ModuleName("Quotes"), "14x1"), named, {FieldName("account"): "Acme"})


def whys(copy: HeaderCopy) -> dict[str, Why]:
    return {str(one.field.name): one.why for one in copy.left_out}


def test_a_duplicate_begins_anew_in_state_and_dates_and_keeps_the_rest() -> None:
    copy = copied_header(quote(), QUOTE, QUOTE, TODAY, "Pumps (copy)")
    assert dict(copy.values) == {
        "subject": "Pumps (copy)",
        "account": ACME,
        "discount": Decimal(5),
        "bill_state": "Bavaria",
        "note": "call first",
        "stage": "Created",
    }
    assert copy.labels == {"account": "Acme"}
    assert whys(copy) == {"quote_no": Why.OWN, "stage": Why.STATUS, "validtill": Why.DATE}
    assert [one.name for one in copy.begun] == ["stage"]
    assert copy.link is None
    assert copy.missing == ()


def test_an_order_of_a_quote_names_the_quote_and_says_what_is_missing() -> None:
    copy = copied_header(quote(), QUOTE, ORDER, TODAY)
    assert copy.link == "quote"
    assert copy.values[FieldName("quote")] == RecordId(ModuleName("Quotes"), "14x1")
    assert copy.labels[FieldName("quote")] == "Pumps"
    assert copy.values[FieldName("ordered")] == TODAY
    assert copy.values[FieldName("sostatus")] == "Created"
    assert [one.name for one in copy.missing] == ["vendor"]
    assert whys(copy)["note"] is Why.NO_FIELD
    assert "total" not in copy.values


def test_nothing_that_says_nothing_is_sent_or_listed() -> None:
    copy = copied_header(quote(discount=Decimal(0), note="  ", bill_state=None), QUOTE, QUOTE, TODAY)
    assert not {"discount", "note", "bill_state"} & {*copy.values, *whys(copy)}


def test_what_is_a_state() -> None:
    choice = FieldType.CHOICE
    assert is_state(field("sostatus", "Zustand", choice))
    assert is_state(field("OpportunityLevel", "Level", FieldType.INTEGER))
    assert not is_state(field("bill_state", "Billing State"))
    assert not is_state(field("winter", "Winter tyres"))
    assert not is_state(field("status_changed", "Status changed", FieldType.DATE))


def a_line(**more: object) -> LineItem:
    values: dict[str, object] = {"key": "7", "position": 1, "product": RecordId(ModuleName("Products"), "6x1")}
    return LineItem(**{**values, **more})  # type: ignore[arg-type]  # a table of values


def test_lines_are_new_ones_with_what_can_be_set() -> None:
    shape = LineShape(fields=(field("colour"),), has_amount=True)
    line = a_line(
        quantity=Decimal(3),
        discount_amount=Decimal(2),
        taxes=(Tax("VAT", Decimal(24), Decimal(9)),),
        total=Decimal(99),
        extras={FieldName("colour"): "red", FieldName("stock"): 7},
    )
    (new,), lost = copied_lines([line], shape)
    assert lost == ()
    assert (new.key or "").startswith(NEW_LINE)
    assert dict(new.extras) == {"colour": "red"}
    assert new.taxes == (Tax("VAT", Decimal(24)),)
    assert new.total is None


def test_what_a_line_cannot_be_there_is_told() -> None:
    shape = LineShape()
    lines = (a_line(kind=LineKind.HEADING), a_line(product=None), a_line(discount_amount=Decimal(5)))
    kept, lost = copied_lines(lines, shape)
    assert [one.loss for one in lost] == [LineLoss.LINE, LineLoss.LINE, LineLoss.DISCOUNT]
    assert [one.discount_amount for one in kept] == [None]
    assert [one.position for one in kept] == [1]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99)), max_size=8))
def test_lines_that_fit_say_the_same_in_the_same_order(parts: list[tuple[int, int]]) -> None:
    lines = [a_line(key=str(n), quantity=Decimal(q), unit_price=Decimal(p)) for n, (q, p) in enumerate(parts)]
    kept, lost = copied_lines(lines, LineShape())
    assert lost == ()
    assert len(kept) == len(lines)
    assert all(same_line(one, other) for one, other in zip(lines, kept, strict=True))
    assert len({one.key for one in kept}) == len(kept)
