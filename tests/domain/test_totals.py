# SPDX-License-Identifier: MIT
"""Totals: rules as values, and exact arithmetic."""

import ast
from dataclasses import replace
from decimal import Context, localcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmdesk
from crmdesk.domain.sales import LineItem, Tax, Totals
from crmdesk.domain.totals import (
    Deviation,
    TaxMode,
    Terms,
    TotalsRule,
    compute,
    deviations,
    shown,
    stored,
)
from tests.domain.sums import CENTS, NINETEEN, PLAIN, PRODUCT, WITH_TAX, D, document, line, lines_, terms_


def test_a_line_is_quantity_times_price_less_discount_and_its_tax() -> None:
    ours = compute(document(line("2", "50", discount_percent=D(10), taxes=NINETEEN)), Terms(rule=PLAIN))
    (one,) = ours.lines
    assert (one.discount, one.net, one.total) == (D(10), D(90), D("107.1"))
    assert (ours.net, ours.tax, ours.gross) == (D(90), D("17.1"), D("107.1"))


def test_a_discount_amount_is_for_the_whole_line_and_wins() -> None:
    both = line("3", "10", discount_percent=D(50), discount_amount=D(4))
    assert compute(document(both), Terms(rule=PLAIN)).net == 26


def test_a_discount_above_the_price_makes_the_line_negative() -> None:
    assert compute(document(line(discount_percent=D(150))), Terms(rule=PLAIN)).gross == -50


def test_the_overall_discount_is_taken_of_the_subtotal_with_tax_where_the_rule_says_so() -> None:
    lines = document(line(taxes=NINETEEN))
    assert compute(lines, Terms(rule=WITH_TAX, discount_percent=D(10))).gross == D("107.1")
    assert compute(lines, Terms(rule=PLAIN, discount_percent=D(10))).gross == D(109)


def test_a_group_is_taxed_after_the_discount_at_the_first_lines_rates() -> None:
    ours = compute(
        document(line(taxes=NINETEEN), line(taxes=(Tax("vat", D(7)),))),
        Terms(rule=WITH_TAX, tax_mode=TaxMode.GROUP, discount_amount=D(50)),
    )
    assert ours.subtotal == 200
    assert [(t.base, t.amount) for t in ours.taxes] == [(D(150), D("28.5"))]
    assert ours.gross == D("178.5")


def test_without_taxes_nothing_is_taxed() -> None:
    assert compute(document(line(taxes=NINETEEN)), Terms(rule=PLAIN, tax_mode=TaxMode.NONE)).gross == 100


def test_only_the_taxes_of_the_product_count_where_the_rule_says_so() -> None:
    lines = document(line(taxes=(Tax("vat", D(19)), Tax("luxury", D(50)))))
    assigned = {PRODUCT: (Tax("vat", D(19)),)}
    assert compute(lines, Terms(rule=WITH_TAX), assigned).gross == 119
    assert compute(lines, Terms(rule=WITH_TAX), {}).gross == 169  # not known: what the line says
    assert compute(lines, Terms(rule=PLAIN), assigned).gross == 169


def test_a_new_line_that_names_no_tax_gets_its_products() -> None:
    new = line(key=None)
    assert compute(document(new), Terms(rule=WITH_TAX), {PRODUCT: NINETEEN}).gross == 119
    assert compute(document(replace(new, key="1")), Terms(rule=WITH_TAX), {PRODUCT: NINETEEN}).gross == 100


@pytest.mark.parametrize(("rule", "gross"), [(WITH_TAX, D(100)), (PLAIN, D(105))])
def test_a_negative_overall_amount(rule: TotalsRule, gross: D) -> None:
    terms = Terms(rule=rule, discount_amount=D(-5), discount_percent=D(50))
    assert compute(document(line()), terms).gross == gross


def test_charges_their_taxes_and_the_adjustment_come_last() -> None:
    terms = Terms(rule=WITH_TAX, charges=D(10), charge_taxes=NINETEEN, adjustment=D("-0.9"))
    ours = compute(document(line()), terms)
    assert (ours.charges, ours.tax, ours.gross) == (D(10), D("1.9"), D(111))
    assert ours.pre_tax == 110


def test_inputs_are_rounded_to_what_the_server_stores_half_away_from_zero() -> None:
    ours = compute(document(line("1.0005", "1000")), Terms(rule=WITH_TAX))
    assert ours.net == D(1001)
    assert compute(document(line("-1.0005", "1000")), Terms(rule=WITH_TAX)).net == D(-1001)


def test_lines_and_taxes_in_cents_where_the_rule_says_so() -> None:
    lines = document(*(line("1", "0.335", taxes=(Tax("vat", D("33.333")),)) for _ in range(3)))
    ours = compute(lines, Terms(rule=CENTS))
    assert ours.net == D("1.02")  # 3 × 0.34
    assert ours.taxes[0].amount == D("0.33")  # 3 × 0.11


def test_uncounted_lines_are_in_no_sum() -> None:
    ours = compute(document(line(), line("5")), Terms(rule=PLAIN, uncounted=frozenset({1})))
    assert (ours.gross, ours.lines[1].net) == (D(100), D(500))


def test_fourteen_digits_drop_the_cents_of_very_large_totals() -> None:
    assert stored(D("11607935805371.027"), WITH_TAX) == D("11607935805371")
    assert shown(D("1469135787630.864"), WITH_TAX) == D("1469135787630.90")
    assert stored(D("11607935805371.027"), PLAIN) == D("11607935805371.027")
    assert shown(D(0), WITH_TAX) == 0


@pytest.mark.parametrize(("places", "money"), [(0, D(3)), (2, D("2.50")), (3, D("2.500"))])
def test_currencies_with_other_decimals(places: int, money: D) -> None:
    assert shown(D("2.5"), replace(PLAIN, shown_places=places)) == money


def test_taxes_of_one_name_and_rate_are_one_figure() -> None:
    seven = (Tax("vat", D(7)),)
    ours = compute(document(line(taxes=NINETEEN), line(taxes=seven), line(taxes=NINETEEN)), Terms(rule=PLAIN))
    assert [(t.percent, t.base, t.amount) for t in ours.taxes] == [(D(19), D(200), D(38)), (D(7), D(100), D(7))]


def test_a_cent_is_a_deviation_and_less_is_not() -> None:
    ours = compute(document(line()), Terms(rule=PLAIN))
    assert deviations(ours, Totals(net=D("100.004"), gross=D("100.004")), PLAIN) == ()
    assert deviations(ours, Totals(gross=D("100.01")), PLAIN) == (Deviation("gross", D("100.00"), D("100.01")),)
    assert deviations(ours, Totals(), PLAIN) == ()


@given(lines_, terms_)
def test_the_parts_make_the_whole(lines: list[LineItem], terms: Terms) -> None:
    ours = compute(document(*lines), terms)
    with localcontext(Context(prec=80)):
        assert sum((one.net for one in ours.lines), D(0)) == ours.net
        extra = D(0) if ours.subtotal_has_tax else sum((t.amount for t in ours.taxes), D(0))
        charged = sum((t.amount for t in ours.charge_taxes), D(0))
        assert ours.subtotal - ours.discount + ours.charges + extra + charged + ours.adjustment == ours.gross
        assert ours.gross == ours.net + ours.tax - ours.discount + ours.charges + ours.adjustment


@given(lines_, terms_, st.randoms())
def test_the_order_of_lines_matters_only_for_a_groups_rates(
    lines: list[LineItem], terms: Terms, random: object
) -> None:
    if terms.tax_mode is TaxMode.GROUP:
        return
    terms = replace(terms, times={})  # these are by place
    other = list(lines)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert compute(document(*lines), terms).gross == compute(document(*other), terms).gross


def test_a_line_may_be_taken_times_something() -> None:
    """Billing periods and the like: the discount and the tax are of all of them."""
    order = document(line("2", "50", discount_percent=D(10), taxes=NINETEEN), line())
    ours = compute(order, Terms(rule=CENTS, times={0: D(12)}))
    assert [one.net for one in ours.lines] == [D(1080), D(100)]
    assert ours.tax == D("205.20")


def test_an_overall_discount_lowers_the_taxed_amounts_where_the_rule_says_so() -> None:
    """Of each line in proportion, so that lines of different rates keep their share."""
    order = document(line("1", "100", taxes=NINETEEN), line("3", "100", taxes=(Tax("vat", D(7)),)))
    rule = replace(CENTS, discount_lowers_tax=True)
    tenth = compute(order, Terms(rule=rule, discount_percent=D(10)))
    assert [(one.base, one.amount) for one in tenth.taxes] == [(D(90), D("17.10")), (D(270), D("18.90"))]
    assert tenth.gross == D(360) + D(36)
    assert compute(order, Terms(rule=rule, discount_amount=D(40))).gross == tenth.gross
    assert compute(order, Terms(rule=CENTS, discount_percent=D(10))).tax == D(40)
    assert compute(document(), Terms(rule=rule, discount_amount=D(5))).gross == -5


ARITHMETIC = (
    "domain/totals.py",
    "domain/aiming.py",
    "domain/levers.py",
    "domain/sales.py",
    "domain/line_edit.py",
    "domain/currencies.py",
    "connectors/vendors/*/totals.py",
)


@pytest.mark.parametrize("pattern", ARITHMETIC)
def test_no_binary_fraction_comes_near_the_arithmetic(pattern: str) -> None:
    found = sorted(Path(crmdesk.__file__).parent.glob(pattern))
    assert found
    for path in found:
        tree = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        assert not [n for n in tree if isinstance(n, ast.Constant) and isinstance(n.value, float)], path.name
        assert not [n for n in tree if isinstance(n, ast.Name) and n.id in ("float", "round")], path.name
