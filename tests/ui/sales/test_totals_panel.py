# SPDX-License-Identifier: MIT
"""What a document comes to, row by row: discounts that were given, never the rest of a rounding."""

from decimal import Decimal

from crmdesk.domain.sales import LineItem
from crmdesk.domain.totals import Terms, TotalsRule, compute
from crmdesk.ui.sales.totals_panel import Figure, figure_rows
from tests.ui.sales.papers import GERMAN, line, whole

IN_CENTS = TotalsRule(source="test", tax_places=2, line_places=2)


def rows(*lines: LineItem, rule: TotalsRule = IN_CENTS) -> list[Figure]:
    terms = Terms(rule=rule)
    return figure_rows(compute(whole(lines).document, terms), terms, GERMAN, "EUR")


def amounts(*lines: LineItem) -> dict[str, str]:
    return {one.what: one.amount for one in rows(*lines)}


def test_the_rest_of_a_rounding_is_no_discount() -> None:
    """2.25 × 103.50 is 232.875: the half cent that rounding adds stands with the items."""
    assert amounts(line("Hose", "2.25", "103.5")) == {
        "Items, before discount": "232,88",
        "Tax 24 %": "55,89",
        "Grand total": "288,77 EUR",
    }


def test_a_discount_that_was_given_is_told() -> None:
    told = amounts(line("Kit", "12", "38.5", discount_percent=Decimal(5)), line("Hose", "2.25", "103.5"))
    assert told["Items, before discount"] == "694,88"
    assert told["Line discounts"] == "-23,10"
    assert told["Grand total"] == "833,01 EUR"


def test_the_last_row_is_the_whole_and_the_only_one() -> None:
    assert [one.is_whole for one in rows(line("Kit"))] == [False, False, True]
