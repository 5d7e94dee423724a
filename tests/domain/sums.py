# SPDX-License-Identifier: MIT
"""Documents, rules and strategies for tests of what a document comes to."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument, Tax
from crmdesk.domain.totals import TaxMode, Terms, TotalsRule

D = Decimal
PLAIN = TotalsRule(source="nothing is rounded")
CENTS = TotalsRule(source="each line in cents", line_places=2, tax_places=2)
LOWERS = replace(CENTS, discount_lowers_tax=True)
WITH_TAX = TotalsRule(
    source="the subtotal has tax",
    quantity_places=3,
    price_places=8,
    percent_places=3,
    amount_places=8,
    subtotal_has_tax=True,
    only_assigned=True,
    ignores_negative_amount=True,
    stored_digits=14,
)
PRODUCT = RecordId(ModuleName("Products"), "14x1")
NINETEEN = (Tax("vat", D(19)),)


def line(quantity: str = "1", price: str = "100", **more: object) -> LineItem:
    one = LineItem(key="1", position=1, product=PRODUCT, quantity=D(quantity), unit_price=D(price))
    return replace(one, **more)  # type: ignore[arg-type]


def document(*lines: LineItem) -> SalesDocument:
    return SalesDocument(header=Record(RecordId(ModuleName("Invoice"), "7x1"), {}), lines=lines)


numbers = st.decimals("-1000000", "1000000", places=4)
percents = st.decimals("-50", "150", places=3)
taxes = st.lists(st.builds(Tax, st.sampled_from(["a", "b"]), st.decimals("0", "40", places=3)), max_size=2).map(tuple)
lines_ = st.lists(
    st.builds(lambda q, p, d, t: line(str(q), str(p), discount_percent=d, taxes=t), numbers, numbers, percents, taxes),
    max_size=8,
)
rules = st.sampled_from([PLAIN, CENTS, LOWERS, WITH_TAX])
modes = st.sampled_from(list(TaxMode))
terms_ = st.builds(
    lambda rule, mode, percent, charges, rates, adjustment, times: Terms(
        rule=rule,
        tax_mode=mode,
        discount_percent=percent,
        charges=charges,
        charge_taxes=rates,
        adjustment=adjustment,
        times={0: times},
    ),
    rules,
    modes,
    percents,
    numbers,
    taxes,
    numbers,
    st.sampled_from([D(1), D(12)]),
)
