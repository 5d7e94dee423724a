# SPDX-License-Identifier: MIT
"""Sales documents: what a new line and a document without lines look like."""

from dataclasses import replace
from decimal import Decimal

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, SalesDocument, Totals


def test_new_line_is_one_product_without_price() -> None:
    line = LineItem(key=None, position=1)
    assert line.kind is LineKind.PRODUCT
    assert (line.quantity, line.unit_price) == (Decimal(1), Decimal(0))
    assert line.discount_percent is None
    assert line.discount_amount is None
    assert line.taxes == ()


def test_a_line_is_called_by_its_product_then_by_its_text() -> None:
    line = LineItem(key="1", position=1, product=RecordId(ModuleName("Products"), "6x9"))
    assert line.called == "6x9"
    assert replace(line, text="\n Seal kit\nwith tools").called == " Seal kit"
    assert replace(line, text="Seal kit", name="Viton 86").called == "Viton 86"


def test_document_may_have_no_lines_and_no_totals() -> None:
    document = SalesDocument(header=Record(RecordId(ModuleName("Quotes"), "13x1"), {}))
    assert document.lines == ()
    assert document.server_totals is None


def test_figure_that_is_not_told_is_not_zero() -> None:
    assert Totals(gross=Decimal(0)).gross == 0
    assert Totals().gross is None
