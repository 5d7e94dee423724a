# SPDX-License-Identifier: MIT
"""Aiming for a total: which discount or price reaches the net or gross that somebody wishes for, or comes nearest."""

from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from enum import Enum

from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.totals import EXACT, Assigned, Terms, compute, rounded, shown

_ZERO, _HUNDRED = Decimal(0), Decimal(100)


class Lever(Enum):
    """What is turned to reach a total."""

    DOCUMENT_PERCENT = "document percent"
    DOCUMENT_AMOUNT = "document amount"
    LINE_PERCENT = "line percent"
    LINE_AMOUNT = "line amount"
    LINE_PRICE = "line price"


class Goal(Enum):
    """Which figure is wished for."""

    NET = "net"
    """Without any tax, the overall discount taken off."""
    GROSS = "gross"


@dataclass(frozen=True, slots=True)
class Aim:
    """The lever's ``value`` that comes nearest; ``reached`` is the figure it gives, as money."""

    value: Decimal
    reached: Decimal
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wished for: ``wanted`` money, by turning a lever; ``line`` is a place from 0, for a line's levers."""

    goal: Goal
    wanted: Decimal
    lever: Lever
    line: int = 0
    assigned: Assigned = field(default_factory=dict)


_LEVER_PLACES = {Lever.DOCUMENT_PERCENT: 3, Lever.LINE_PERCENT: 3}


def turned(document: SalesDocument, terms: Terms, wish: Wish, value: Decimal) -> tuple[SalesDocument, Terms]:
    """The document and its terms with the lever at ``value``."""
    if wish.lever is Lever.DOCUMENT_PERCENT:
        return document, replace(terms, discount_percent=value, discount_amount=None)
    if wish.lever is Lever.DOCUMENT_AMOUNT:
        return document, replace(terms, discount_percent=None, discount_amount=value)
    old = document.lines[wish.line]
    if wish.lever is Lever.LINE_PRICE:
        new = replace(old, unit_price=value)
    elif wish.lever is Lever.LINE_PERCENT:
        new = replace(old, discount_percent=value, discount_amount=None)
    else:
        new = replace(old, discount_percent=None, discount_amount=value)
    lines = (*document.lines[: wish.line], new, *document.lines[wish.line + 1 :])
    return replace(document, lines=lines), terms


def aim(document: SalesDocument, terms: Terms, wish: Wish) -> Aim | None:
    """The lever's value that reaches the wish, or the nearest that can be reached; None = the lever moves nothing.

    Percentages run from 0 to 100, amounts from 0 up, prices freely; no server takes more than their decimals.
    """

    def figure(value: Decimal) -> Decimal:
        ours = compute(*turned(document, terms, wish, value), wish.assigned)
        if wish.goal is Goal.GROSS:
            return ours.gross
        return ours.net - ours.discount

    with localcontext(EXACT):
        start, step = figure(_ZERO), figure(_HUNDRED) - figure(_ZERO)
        if not step:
            return None
        ideal = (wish.wanted - start) / step * _HUNDRED
        places = _LEVER_PLACES.get(wish.lever, terms.rule.shown_places)
        unit = Decimal(1).scaleb(-places)
        middle = rounded(ideal, places)
        tries = [_within(middle + unit * offset, wish.lever) for offset in range(-2, 3)]
        best = min(tries, key=lambda value: (abs(shown(figure(value), terms.rule) - wish.wanted), abs(value - ideal)))
        reached = shown(figure(best), terms.rule)
        return Aim(best, reached, reached == wish.wanted)


def _within(value: Decimal, lever: Lever) -> Decimal:
    if lever is Lever.LINE_PRICE:
        return value
    value = max(value, _ZERO)
    return min(value, _HUNDRED) if lever in _LEVER_PLACES else value
