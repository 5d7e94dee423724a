# SPDX-License-Identifier: MIT
"""Totals: rules as values, exact arithmetic, and aiming for a total."""

import ast
import inspect
from dataclasses import replace
from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.domain import totals
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument, Tax, Totals
from crmdesk.domain.totals import (
    Deviation,
    Goal,
    Lever,
    TaxMode,
    Terms,
    TotalsRule,
    Wish,
    aim,
    compute,
    deviations,
    shown,
    stored,
    turned,
)

D = Decimal
PLAIN = TotalsRule(source="nothing is rounded")
CENTS = TotalsRule(source="each line in cents", line_places=2, tax_places=2)
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


numbers = st.decimals("-1000000", "1000000", places=4)
percents = st.decimals("-50", "150", places=3)
taxes = st.lists(st.builds(Tax, st.sampled_from(["a", "b"]), st.decimals("0", "40", places=3)), max_size=2).map(tuple)
lines_ = st.lists(
    st.builds(lambda q, p, d, t: line(str(q), str(p), discount_percent=d, taxes=t), numbers, numbers, percents, taxes),
    max_size=8,
)
rules = st.sampled_from([PLAIN, CENTS, WITH_TAX])
modes = st.sampled_from(list(TaxMode))
terms_ = st.builds(
    lambda rule, mode, percent, charges, rates, adjustment: Terms(
        rule=rule,
        tax_mode=mode,
        discount_percent=percent,
        charges=charges,
        charge_taxes=rates,
        adjustment=adjustment,
    ),
    rules,
    modes,
    percents,
    numbers,
    taxes,
    numbers,
)


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
    other = list(lines)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert compute(document(*lines), terms).gross == compute(document(*other), terms).gross


@settings(max_examples=40)
@given(lines_.filter(bool), terms_, st.decimals("0", "100000", places=2), st.sampled_from(Lever), st.sampled_from(Goal))
def test_aiming_tells_what_it_reaches(lines: list[LineItem], terms: Terms, wanted: D, lever: Lever, goal: Goal) -> None:
    wish = Wish(goal=goal, wanted=wanted, lever=lever)
    found = aim(document(*lines), terms, wish)
    if found is None:
        return
    ours = compute(*turned(document(*lines), terms, wish, found.value))
    with localcontext(Context(prec=80)):
        reached = ours.gross if goal is Goal.GROSS else ours.net - ours.discount
    assert shown(reached, terms.rule) == found.reached
    assert found.is_exact == (found.reached == wanted)
    if lever in (Lever.DOCUMENT_PERCENT, Lever.LINE_PERCENT):
        assert 0 <= found.value <= 100


def test_aiming_for_a_gross_by_the_overall_discount() -> None:
    order = document(line("3", "33.33", taxes=NINETEEN), line("2", "10"))
    wish = Wish(goal=Goal.GROSS, wanted=D(120), lever=Lever.DOCUMENT_AMOUNT)
    found = aim(order, Terms(rule=WITH_TAX), wish)
    assert found is not None
    assert found.is_exact
    assert (found.value, found.reached) == (D("18.99"), D("120.00"))


def test_aiming_by_a_percentage_may_only_come_near() -> None:
    order = document(line("1", "10000000"))
    found = aim(order, Terms(rule=WITH_TAX), Wish(goal=Goal.NET, wanted=D("9999999.99"), lever=Lever.DOCUMENT_PERCENT))
    assert found is not None
    assert not found.is_exact
    assert found.reached == 10000000


def test_aiming_below_what_the_lever_can_reach_gives_the_nearest() -> None:
    found = aim(
        document(line(), line()), Terms(rule=PLAIN), Wish(goal=Goal.NET, wanted=D(50), lever=Lever.LINE_PERCENT, line=1)
    )  # fmt: skip
    assert found is not None
    assert (found.value, found.reached) == (D(100), D(100))


def test_a_lever_that_moves_nothing_is_told() -> None:
    nothing = document(line("0"))
    assert aim(nothing, Terms(rule=PLAIN), Wish(goal=Goal.NET, wanted=D(1), lever=Lever.DOCUMENT_PERCENT)) is None
    assert aim(document(), Terms(rule=PLAIN), Wish(goal=Goal.NET, wanted=D(1), lever=Lever.DOCUMENT_PERCENT)) is None


def test_a_discount_reaches_a_price_with_many_decimals() -> None:
    wish = Wish(goal=Goal.NET, wanted=D("99.99"), lever=Lever.LINE_PRICE)
    found = aim(document(line("3", "1", discount_percent=D("33.333"))), Terms(rule=WITH_TAX), wish)
    assert found is not None
    assert abs(found.reached - D("99.99")) <= D("0.01")


def test_no_binary_fraction_comes_near_the_arithmetic() -> None:
    tree = ast.parse(inspect.getsource(totals))
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in ("float", "round")]
