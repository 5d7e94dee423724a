# SPDX-License-Identifier: MIT
"""Money of currencies without decimals and with three."""

from decimal import Decimal

import pytest

from crmdesk.domain.currencies import as_money, in_currency, places_of
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument, Totals
from crmdesk.domain.totals import Terms, TotalsRule, compute, deviations

TERMS = Terms(rule=TotalsRule(source="test"))


@pytest.mark.parametrize(
    ("currency", "places"),
    [
        ("EUR", 2),
        ("", 2),
        ("Euro", 2),
        ("JPY", 0),
        ("Yen (JPY)", 0),
        ("KWD", 3),
        ("Kuwaiti dinar : KWD", 3),
        ("kwd", 2),
    ],
)
def test_decimals_by_the_code(currency: str, places: int) -> None:
    assert places_of(currency) == places


@pytest.mark.parametrize(
    ("amount", "places", "told"),
    [("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("1.2345", 3, "1.235"), ("118.4", 0, "118.40"), ("7", 3, "7.000")],
)
def test_money_is_rounded_half_away_from_zero_and_keeps_cents(amount: str, places: int, told: str) -> None:
    assert str(as_money(Decimal(amount), places)) == told


def test_a_fils_of_difference_is_no_longer_hidden() -> None:
    line = LineItem(key="1", position=1, unit_price=Decimal("1.234"))
    document = SalesDocument(header=Record(RecordId(ModuleName("m"), "1"), {}), lines=(line,), currency="KWD")
    theirs = Totals(gross=Decimal("1.233"))
    ours = compute(document, TERMS)
    assert deviations(ours, theirs, TERMS.rule) == ()
    (found,) = deviations(ours, theirs, in_currency(TERMS, "KWD").rule)
    assert (found.ours, found.theirs) == (Decimal("1.234"), Decimal("1.233"))
    assert in_currency(TERMS, "JPY") is TERMS
