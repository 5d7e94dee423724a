# SPDX-License-Identifier: MIT
"""OpenCRM's lines, whose taxes are told in cents."""

from decimal import Decimal

from crmdesk.connectors.vendors.opencrm import line_items
from crmdesk.connectors.vendors.opencrm.totals import terms
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.totals import TaxMode, compute


def _document(rows: list[dict[str, str]]) -> SalesDocument:
    header = Record(RecordId(ModuleName("salesorder"), "7"), {})
    return SalesDocument(header=header, lines=line_items.from_rows(rows), tax_mode="individual")


def test_a_discount_is_a_percentage_or_an_amount_and_tax_is_in_cents() -> None:
    document = _document(
        [
            {"lineid": "1", "productid": "5", "quantity": "2.5", "listprice1": "19.99", "discount": "10%", "taxpercent": "20"},
            {"lineid": "2", "productid": "6", "quantity": "1", "listprice1": "100", "discount": "10", "taxpercent": "20"},
        ]
    )  # fmt: skip
    ours = compute(document, terms(document))
    assert [one.net for one in ours.lines] == [Decimal("44.98"), Decimal(90)]
    assert ours.tax == Decimal("27.00")
    assert ours.gross == Decimal("161.98")


def test_a_document_without_lines_has_no_totals_to_tax() -> None:
    document = _document([])
    assert terms(document).tax_mode is TaxMode.NONE
    assert compute(document, terms(document)).gross == 0
