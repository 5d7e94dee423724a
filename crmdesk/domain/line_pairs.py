# SPDX-License-Identifier: MIT
"""Which line of one reading of a document is which line of another, and in what two lines differ."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineDifference, LineItem, LineTrouble, SalesDocument
from crmdesk.domain.values import same

_PARTS = frozenset({"product", "text", "quantity", "unit_price", "discount"})


def line_differences(
    wanted: SalesDocument,
    held: SalesDocument,
    before: SalesDocument | None = None,
    settable: Collection[str] | None = None,
) -> tuple[LineDifference, ...]:
    """Compare the lines that were sent with those read back, in the wanted order; empty = all is as wanted.

    Lines are told apart by their keys; new ones, which had none, by product and place; where the server gives a line a
    new key when it saves, by what it says. What the server computes (totals, taxes) is not compared. Of ``extras``
    those are that the person changed: they differ from ``before``, or belong to a new line. A line that is as wanted
    but stands at another place among the others is ``MOVED``.
    """
    old = {line.key: line for line in before.lines} if before is not None else {}
    pairs, left = paired(wanted.lines, held.lines)
    strays = _strays([have for _, have in pairs if have is not None], held.lines)
    found: list[LineDifference] = []
    for want, have in pairs:
        if have is None:
            found.append(LineDifference(LineTrouble.LOST, want, None))
        elif parts := _asked(want, have, held, old, settable):
            found.append(LineDifference(LineTrouble.OTHERWISE, want, have, parts))
        elif any(have is one for one in strays):
            found.append(LineDifference(LineTrouble.MOVED, want, have))
    return (*found, *(LineDifference(LineTrouble.UNASKED, None, line) for line in left))


def _asked(
    want: LineItem,
    have: LineItem,
    held: SalesDocument,
    old: Mapping[str | None, LineItem],
    settable: Collection[str] | None,
) -> tuple[str, ...]:
    before = old.get(want.key) if want.key is not None else None
    parts = different_parts(as_told(want, held.lines), have, before)
    return parts if settable is None else tuple(one for one in parts if one in _PARTS or one in settable)


def restored(held: SalesDocument, wanted: SalesDocument, other: SalesDocument | None = None) -> SalesDocument:
    """``held`` with the wanted lines; one that is gone comes back as a new line.

    Of a line that is there only those parts become the wanted ones that differ; of the vendor's own fields those that
    ``wanted`` has otherwise than ``other``, since many of them are figures that move by themselves.
    """
    old = {line.key: line for line in other.lines} if other is not None else {}
    pairs, _ = paired(wanted.lines, held.lines)
    lines: list[LineItem] = []
    for want, have in pairs:
        if have is None:
            lines.append(replace(want, key=None))
            continue
        parts = different_parts(as_told(want, held.lines), have, old.get(want.key) if want.key is not None else None)
        lines.append(_mended(want, have, parts))
    return replace(held, lines=tuple(replace(line, position=place) for place, line in enumerate(lines, 1)))


def _mended(want: LineItem, have: LineItem, parts: Sequence[str]) -> LineItem:
    line = have
    for part in parts:
        match part:
            case "product":
                line = replace(line, product=want.product, kind=want.kind, name=want.name)
            case "text":
                line = replace(line, text=want.text)
            case "quantity":
                line = replace(line, quantity=want.quantity)
            case "unit_price":
                line = replace(line, unit_price=want.unit_price)
            case "discount":
                line = replace(line, discount_percent=want.discount_percent, discount_amount=want.discount_amount)
            case _:
                name = FieldName(part)
                line = replace(line, extras={**line.extras, name: want.extras.get(name)})
    return line


def paired(
    wanted: Sequence[LineItem], held: Sequence[LineItem]
) -> tuple[list[tuple[LineItem, LineItem | None]], list[LineItem]]:
    """Each wanted line with the one that stands for it, and the held ones nobody wanted."""
    left = list(held)
    found: dict[int, LineItem] = {}
    asked = [as_told(want, held) for want in wanted]

    def take(place: int, line: LineItem) -> None:
        found[place] = line
        left[:] = [one for one in left if one is not line]

    by_key = {line.key: line for line in held if line.key is not None}
    for place, want in enumerate(asked):  # the same key and product: certainly the same line
        have = by_key.get(want.key) if want.key is not None else None
        if have is not None and have.product == want.product:
            take(place, have)
    for place, want in enumerate(asked):  # servers that name lines anew when they save: by what the line says
        if place not in found:
            have = next((line for line in left if not different_parts(want, line) and line.kind is want.kind), None)
            if have is not None:
                take(place, have)
    for place, want in enumerate(asked):
        if place in found:
            continue
        have = by_key.get(want.key) if want.key is not None else None
        if have is not None and any(have is line for line in left):
            take(place, have)
        elif want.key is None and (alike := [line for line in left if line.product == want.product]):
            take(place, alike[0])
    _uncross(asked, found, held)
    return [(want, found.get(place)) for place, want in enumerate(wanted)], left


def _uncross(wanted: Sequence[LineItem], found: dict[int, LineItem], held: Sequence[LineItem]) -> None:
    """Of lines that say the same the first wanted one is the first held one, however their keys moved about.

    Else a copy beside its original could be taken for it, and the document for one in the wrong order.
    """
    stands = {id(line): at for at, line in enumerate(held)}
    alike: dict[object, list[int]] = {}
    for place in sorted(found):
        alike.setdefault((wanted[place].product, wanted[place].kind), []).append(place)
    for places in alike.values():
        while _swapped(places, wanted, found, stands):
            pass  # a swap may make room for another; each leaves fewer out of order, so it ends


def _swapped(
    places: Sequence[int], wanted: Sequence[LineItem], found: dict[int, LineItem], stands: Mapping[int, int]
) -> bool:
    """Swap what stands in the wrong order and fits no worse the other way round; False = there was nothing to swap."""
    swapped = False
    for at, first in enumerate(places):
        for second in places[at + 1 :]:
            one, other = found[first], found[second]
            if stands[id(one)] > stands[id(other)] and (
                _departures(wanted[first], other) <= _departures(wanted[first], one)
                and _departures(wanted[second], one) <= _departures(wanted[second], other)
            ):
                found[first], found[second] = other, one
                swapped = True
    return swapped


def _departures(want: LineItem, have: LineItem) -> set[str]:
    """Everything in which they differ, the vendor's own fields with it, whoever changed it."""
    own = (str(name) for name, value in want.extras.items() if not same(value, have.extras.get(name)))
    return {*different_parts(want, have), *own}


def as_told(want: LineItem, held: Sequence[LineItem]) -> LineItem:
    """A line as a server shows it that takes a product and does not tell it: then no line it holds has one."""
    if want.product is None or any(line.product is not None for line in held):
        return want
    return replace(want, product=None)


def different_parts(want: LineItem, have: LineItem, before: LineItem | None = None) -> tuple[str, ...]:
    """What is not as wanted; of ``extras`` what was asked: all of a new line, or what differs from ``before``."""
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


def says_the_same(left: Sequence[LineItem], right: Sequence[LineItem]) -> bool:
    """Whether two readings hold the same lines in the same order, whatever the server calls them by now."""
    return len(left) == len(right) and all(not different_parts(a, b) for a, b in zip(left, right, strict=True))


def _discount(line: LineItem) -> tuple[object, object]:
    return line.discount_percent or None, line.discount_amount or None


def _strays(wanted_order: Sequence[LineItem], held: Iterable[LineItem]) -> list[LineItem]:
    """The fewest held lines that would have to move for the rest to stand in the wanted order."""
    rank = {id(line): place for place, line in enumerate(wanted_order)}
    order = [rank[id(line)] for line in held if id(line) in rank]
    stays = staying(order)
    return [wanted_order[value] for value in order if value not in stays]


def staying(order: Sequence[int]) -> set[int]:
    """The most numbers of ``order`` that rise already (patience sorting); the others would have to move."""
    tops: list[int] = []  # smallest end of a rising run of each length
    ends: list[int] = []  # where in ``order`` it stands
    before: list[int] = []  # the place that comes before each place in its run, -1 = none
    for at, value in enumerate(order):
        length = bisect_left(tops, value)
        tops[length : length + 1] = [value]
        ends[length : length + 1] = [at]
        before.append(ends[length - 1] if length else -1)
    stays: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        stays.add(order[at])
        at = before[at]
    return stays
