# SPDX-License-Identifier: MIT
"""How long the totals of a document take to compute anew."""

import statistics
import time
from collections.abc import Iterator
from decimal import Decimal

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument, Tax
from crmdesk.domain.totals import TaxMode, Terms, TotalsRule, compute
from tests.bench.table import Line

RULE = TotalsRule(
    source="the strictest one",
    quantity_places=3,
    price_places=8,
    percent_places=3,
    amount_places=8,
    subtotal_has_tax=True,
    only_assigned=True,
    ignores_negative_amount=True,
    stored_digits=14,
)
BOUNDS_MS = {50: 10.0, 500: 40.0}


def figures(rounds: int) -> Iterator[Line]:
    """50 and 500 lines with two taxes each."""
    terms = Terms(rule=RULE, tax_mode=TaxMode.INDIVIDUAL, discount_percent=Decimal("3.5"), charges=Decimal("9.90"))
    for count, bound in BOUNDS_MS.items():
        document, assigned = _document(count), {_product(n): _TAXES for n in range(count)}
        took = []
        for _ in range(rounds):
            begun = time.perf_counter()
            compute(document, terms, assigned)
            took.append((time.perf_counter() - begun) * 1000)
        middle = statistics.median(took)
        seen = f"{middle:.2f} ms ({min(took):.2f}–{max(took):.2f})"
        yield Line(f"totals of {count} lines anew", f"≤ {bound:g} ms", seen, middle <= bound)


_TAXES = (Tax("tax1", Decimal(19)), Tax("tax2", Decimal("7.5")))


def _product(number: int) -> RecordId:
    return RecordId(ModuleName("Products"), f"14x{number}")


def _document(count: int) -> SalesDocument:
    lines = tuple(
        LineItem(
            key=str(n),
            position=n + 1,
            product=_product(n),
            quantity=Decimal(n) / 7,
            unit_price=Decimal("1234.56789"),
            discount_percent=Decimal("2.25"),
            taxes=_TAXES,
        )
        for n in range(count)
    )
    return SalesDocument(header=Record(RecordId(ModuleName("Invoice"), "7x1"), {}), lines=lines)
