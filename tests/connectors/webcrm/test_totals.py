# SPDX-License-Identifier: MIT
"""webCRM's quotation lines add up as the official client's recorded lines say."""

from decimal import Decimal

import pytest

from crmdesk.connectors.vendors.webcrm import line_items
from crmdesk.connectors.vendors.webcrm.totals import terms
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.totals import compute

P = "QuotationLine"


def test_a_line_is_its_price_less_the_percentage_and_vat_is_added_line_by_line() -> None:
    rows: list[dict[str, object]] = [
        {f"{P}Id": 1, f"{P}Quantity": 450, f"{P}ListPrice": 10, f"{P}Discount": 10, f"{P}Price": 4050, f"{P}SortOrder": 10},
        {f"{P}Id": 2, f"{P}Quantity": Decimal("1.5"), f"{P}ListPrice": Decimal("0.33"), f"{P}VatPercentage": 25, f"{P}SortOrder": 20},
    ]  # fmt: skip
    document = SalesDocument(
        header=Record(RecordId(ModuleName("Opportunities"), "9"), {}), lines=line_items.lines_of(rows)
    )
    ours = compute(document, terms(document))
    assert [one.net for one in ours.lines] == [Decimal(4050), Decimal("0.50")]
    assert document.lines[0].total == ours.lines[0].net
    assert ours.tax == Decimal("0.13")
    assert ours.gross == Decimal("4050.63")


@pytest.mark.parametrize(
    ("quantity", "price", "discount"), [("3", "33.335", "7.5"), ("0.5", "0.25", "0"), ("-0.5", "0.25", "0")]
)
def test_what_is_sent_as_a_lines_price_is_what_is_computed(quantity: str, price: str, discount: str) -> None:
    row = {f"{P}Id": 3, f"{P}Quantity": quantity, f"{P}ListPrice": price, f"{P}Discount": discount}
    (line,) = line_items.lines_of([row])
    document = SalesDocument(header=Record(RecordId(ModuleName("Opportunities"), "9"), {}), lines=(line,))
    assert compute(document, terms(document)).lines[0].net == line_items.total(line)
