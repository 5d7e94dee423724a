# SPDX-License-Identifier: MIT
"""Whether a saved document holds the lines that were wanted, and how to bring back what it lost."""

from dataclasses import dataclass, replace
from enum import Enum

from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.sales import LineItem, SalesDocument
from crmdesk.domain.values import same


class LineTrouble(Enum):
    """What is wrong with a line after saving."""

    LOST = "lost"
    UNASKED = "unasked"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line that is not what was wanted.

    Attributes:
        wanted: None for a line that nobody asked for. held: None for a line that is gone.
        parts: what differs: "product", "text", "quantity", "unit_price", "discount", or a name in ``extras``.
    """

    trouble: LineTrouble
    wanted: LineItem | None
    held: LineItem | None
    parts: tuple[str, ...] = ()


def line_differences(
    wanted: SalesDocument, held: SalesDocument, before: SalesDocument | None = None
) -> tuple[LineDifference, ...]:
    """Compare the lines that were sent with those read back, in the wanted order; empty = all is as wanted.

    Lines are told apart by their keys; new ones, which had none, by product and place. What the server computes
    (totals, taxes, positions) is not compared. Of ``extras`` those are that the person changed: they differ from
    ``before``, or belong to a new line.
    """
    old = {line.key: line for line in before.lines} if before is not None else {}
    pairs, left = _matched(wanted.lines, held.lines)
    found: list[LineDifference] = []
    for want, have in pairs:
        if have is None:
            found.append(LineDifference(LineTrouble.LOST, want, None))
        elif parts := _parts(want, have, old.get(want.key) if want.key is not None else None):
            found.append(LineDifference(LineTrouble.OTHERWISE, want, have, parts))
    return (*found, *(LineDifference(LineTrouble.UNASKED, None, line) for line in left))


def restoring(held: SalesDocument, wanted: SalesDocument) -> SaveDocument:
    """The change that brings the wanted lines back; one that is gone comes back as a new line."""
    pairs, _ = _matched(wanted.lines, held.lines)
    lines = tuple(replace(want, key=have.key if have is not None else None) for want, have in pairs)
    return SaveDocument(held, replace(held, lines=lines))


def _matched(
    wanted: tuple[LineItem, ...], held: tuple[LineItem, ...]
) -> tuple[list[tuple[LineItem, LineItem | None]], list[LineItem]]:
    """Each wanted line with the one that stands for it, and the held ones nobody wanted."""
    left = list(held)
    by_key = {line.key: line for line in held if line.key is not None}
    found: dict[int, LineItem] = {}
    for place, want in enumerate(wanted):
        have = by_key.get(want.key) if want.key is not None else None
        if have is not None and have in left:
            found[place] = have
            left.remove(have)
    for place, want in enumerate(wanted):
        if place in found or want.key is not None:
            continue
        alike = [line for line in left if line.product == want.product]
        have = next((line for line in alike if not _parts(want, line)), alike[0] if alike else None)
        if have is not None:
            found[place] = have
            left.remove(have)
    return [(want, found.get(place)) for place, want in enumerate(wanted)], left


def _parts(want: LineItem, have: LineItem, before: LineItem | None = None) -> tuple[str, ...]:
    compared = (
        ("product", want.product == have.product),
        ("text", want.text == have.text or (want.key is None and not want.text)),
        ("quantity", want.quantity == have.quantity),
        ("unit_price", want.unit_price == have.unit_price),
        ("discount", _discount(want) == _discount(have)),
    )
    asked = want.extras if want.key is None else {}
    if before is not None:
        asked = {name: value for name, value in want.extras.items() if not same(value, before.extras.get(name))}
    extras = (str(name) for name, value in asked.items() if not same(value, have.extras.get(name)))
    return (*(name for name, is_same in compared if not is_same), *extras)


def _discount(line: LineItem) -> tuple[object, object]:
    return line.discount_percent or None, line.discount_amount or None
