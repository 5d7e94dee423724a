# SPDX-License-Identifier: MIT
"""Aiming for a total: what is found reaches what it says, exactly where that can be."""

from decimal import Context, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.domain.aiming import Goal, Lever, Wish, aim, turned
from crmdesk.domain.sales import LineItem
from crmdesk.domain.totals import Terms, compute, shown
from tests.domain.sums import NINETEEN, PLAIN, WITH_TAX, D, document, line, lines_, terms_


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
