# SPDX-License-Identifier: MIT
"""Which levers a document has, found by asking the vendor's own rule."""

from decimal import Decimal

import pytest

from crmdesk.domain.aiming import Lever
from crmdesk.domain.levers import header_values, is_of_document, lever_fields, line_levers, line_part
from crmdesk.domain.line_edit import PERCENT, PRICE
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, LineShape, SalesDocument
from crmdesk.domain.schema import Field, FieldType, Module, Schema
from crmdesk.domain.totals import Terms, TotalsRule

RULE = TotalsRule(source="test")
SCHEMA = Schema(
    Module(name=ModuleName("Quotes"), label="Quote", label_plural="Quotes"),
    (
        Field(name=FieldName("subject"), label="Subject"),
        Field(name=FieldName("off"), label="Off", type=FieldType.PERCENT),
        Field(name=FieldName("cut"), label="Cut", type=FieldType.MONEY),
        Field(name=FieldName("freight"), label="Freight", type=FieldType.MONEY),
    ),
    FieldName("subject"),
)
HEADER = Record(RecordId(ModuleName("Quotes"), "1"), {FieldName("cut"): Decimal(5)})
DOCUMENT = SalesDocument(header=HEADER)


def number(document: SalesDocument, name: str) -> Decimal | None:
    value = document.header.values.get(FieldName(name))
    return value if isinstance(value, Decimal) else None


def both(document: SalesDocument) -> Terms:
    return Terms(rule=RULE, discount_percent=number(document, "off"), discount_amount=number(document, "cut"))


def test_the_fields_by_which_the_rule_moves() -> None:
    assert lever_fields(DOCUMENT, both, SCHEMA) == {Lever.DOCUMENT_PERCENT: "off", Lever.DOCUMENT_AMOUNT: "cut"}
    assert lever_fields(DOCUMENT, lambda _: Terms(rule=RULE), SCHEMA) == {}


def test_setting_one_discount_clears_the_other() -> None:
    fields = lever_fields(DOCUMENT, both, SCHEMA)
    assert header_values(Lever.DOCUMENT_PERCENT, Decimal(7), fields) == {"off": Decimal(7), "cut": None}
    assert header_values(Lever.DOCUMENT_AMOUNT, Decimal(7), fields) == {"off": None, "cut": Decimal(7)}
    with pytest.raises(KeyError):
        header_values(Lever.DOCUMENT_AMOUNT, Decimal(7), {})


def test_a_lines_levers_are_what_its_vendor_can_hold() -> None:
    line = LineItem(key="1", position=1)
    assert line_levers(line, LineShape()) == (Lever.LINE_PERCENT, Lever.LINE_PRICE)
    assert line_levers(line, LineShape(has_percent=False, has_amount=True)) == (Lever.LINE_AMOUNT, Lever.LINE_PRICE)
    assert line_levers(LineItem(key="1", position=1, kind=LineKind.HEADING), LineShape()) == ()
    assert [line_part(lever) for lever in (Lever.LINE_PERCENT, Lever.LINE_PRICE)] == [PERCENT, PRICE]
    assert is_of_document(Lever.DOCUMENT_AMOUNT)
    assert not is_of_document(Lever.LINE_AMOUNT)
