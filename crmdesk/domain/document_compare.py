# SPDX-License-Identifier: MIT
"""Two sales documents line by line: a quote with its next version, a quote with the order made of it. Pure.

Lines have no key in common, so they are told apart by what they say: all of it, then product and text, then product
alone, then the words of those without one, and at last by where they stand between lines that are found.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from crmdesk.domain.field_pairs import counterparts
from crmdesk.domain.line_edit import OWN, TAX, changed_parts
from crmdesk.domain.line_pairs import staying
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank
from crmdesk.domain.sales import LineItem, Totals
from crmdesk.domain.schema import Field, Schema
from crmdesk.domain.values import Value, same

TAXES = "taxes"
"""The part of all taxes of a line, where the two documents call them otherwise."""
KIND = "kind"


class Standing(Enum):
    """How a line of one document stands to the other."""

    SAME = "same"
    CHANGED = "changed"
    ONLY_LEFT = "only left"
    ONLY_RIGHT = "only right"


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A line on both sides, or on one of them.

    Attributes:
        parts: what differs, as ``line_edit`` names it; ``TAXES``, ``KIND``.
        has_moved: it stands elsewhere among the lines that are on both sides.
    """

    standing: Standing
    left: LineItem | None
    right: LineItem | None
    parts: tuple[str, ...] = ()
    has_moved: bool = False


@dataclass(frozen=True, slots=True)
class ComparedField:
    """A field that says something else on the two sides; ``left_field`` or ``right_field`` None = it is not there."""

    left_field: Field | None
    right_field: Field | None
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A total: ``name`` is a field of ``Totals``; None where it is not told."""

    name: str
    left: Decimal | None
    right: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Right less left; None where one is not told."""
        return None if self.left is None or self.right is None else self.right - self.left


def compare_lines(
    left: Sequence[LineItem], right: Sequence[LineItem], own: Collection[str] = ()
) -> tuple[ComparedLine, ...]:
    """Every line of both once: in the right's order, those only the left has behind the line they stood behind.

    Args:
        own: names of the vendor's own line fields that count; the others are often figures that move by themselves.
    """
    partner = _partners(left, right, own)
    back = {there: here for here, there in partner.items()}
    order = [back[at] for at in range(len(right)) if at in back]
    stays = staying(order)
    found: list[ComparedLine] = [ComparedLine(Standing.ONLY_LEFT, left[at], None) for at in _alone(-1, left, partner)]
    for at, line in enumerate(right):
        if at not in back:
            found.append(ComparedLine(Standing.ONLY_RIGHT, None, line))
            continue
        other = back[at]
        parts = different(left[other], line, own)
        standing = Standing.CHANGED if parts else Standing.SAME
        found.append(ComparedLine(standing, left[other], line, parts, other not in stays))
        found += [ComparedLine(Standing.ONLY_LEFT, left[gone], None) for gone in _alone(other, left, partner)]
    return tuple(found)


def different(left: LineItem, right: LineItem, own: Collection[str] = ()) -> tuple[str, ...]:
    """The parts in which two lines differ; taxes by their rates alone where they are called otherwise."""
    parts = changed_parts(left, right)
    kept = [name for name in parts if not name.startswith((OWN, TAX)) or name.removeprefix(OWN) in own]
    if {tax.name for tax in left.taxes} == {tax.name for tax in right.taxes}:
        kept += [name for name in parts if name.startswith(TAX)]
    elif _rates(left) != _rates(right):
        kept.append(TAXES)
    return (*([KIND] if left.kind is not right.kind else []), *kept)


def compare_headers(left: Record, right: Record, schemas: tuple[Schema, Schema]) -> tuple[ComparedField, ...]:
    """Fields that people fill and that say something else, in the right's order; then those only the left has."""
    pairs = counterparts(*schemas)
    found: list[ComparedField] = []
    for field in schemas[1].fields:
        old = schemas[0].field(pairs[field.name]) if field.name in pairs else None
        if field.read_only or (old is not None and old.read_only):
            continue
        values = left.values.get(old.name) if old is not None else None, right.values.get(field.name)
        if not _alike(*values):
            found.append(ComparedField(old, field, *values))
    used = set(pairs.values())
    for field in schemas[0].fields:
        value = left.values.get(field.name)
        if field.name not in used and not field.read_only and not is_blank(value):
            found.append(ComparedField(field, None, value, None))
    return tuple(found)


def compare_totals(left: Totals, right: Totals) -> tuple[ComparedFigure, ...]:
    """The figures that at least one of them tells."""
    names = ("net", "discount", "tax", "charges", "adjustment", "gross")
    figures = (ComparedFigure(name, getattr(left, name), getattr(right, name)) for name in names)
    return tuple(one for one in figures if one.left or one.right)


def likeness(one: str, other: str) -> int:
    """How much two titles or numbers have in common: whole words that both have; versions of a document share most."""
    return len(set(one.casefold().split()) & set(other.casefold().split()))


# ---- which line is which ---------------------------------------------------------------------------------------------


def _partners(left: Sequence[LineItem], right: Sequence[LineItem], own: Collection[str]) -> dict[int, int]:
    found: dict[int, int] = {}
    ways: tuple[Callable[[LineItem], Hashable | None], ...] = (
        lambda line: _all_of(line, own),
        lambda line: (line.product, _words(line.text)) if line.product is not None else None,
        lambda line: line.product,
        lambda line: (line.kind, _words(line.name or line.text)) if _words(line.name or line.text) else None,
    )
    for called in ways:
        groups: dict[Hashable, list[int]] = {}
        taken = set(found.values())
        for at, line in enumerate(right):
            if at not in taken and (name := called(line)) is not None:
                groups.setdefault(name, []).append(at)
        for at, line in enumerate(left):
            if at not in found and (name := called(line)) is not None and groups.get(name):
                found[at] = groups[name].pop(0)
    _fill_gaps(found, left, right)
    return found


def _fill_gaps(found: dict[int, int], left: Sequence[LineItem], right: Sequence[LineItem]) -> None:
    """A line whose product was exchanged: as many-th in the same gap between lines that are found, and alike."""
    here = {at: at for at in found}
    there = {at: at for at in found.values()}
    gaps: dict[tuple[int, int], list[int]] = {}
    for at in range(len(right)):
        if at not in there:
            gaps.setdefault(_gap(at, there, len(right)), []).append(at)
    seen: dict[tuple[int, int], int] = {}
    matched: dict[int, int] = {}
    for at in (at for at in range(len(left)) if at not in found):
        before, after = _gap(at, here, len(left))
        gap = (found.get(before, -1), found.get(after, len(right)))
        place = seen[gap] = seen.get(gap, -1) + 1
        free = gaps.get(gap, [])
        if place < len(free) and _is_alike(left[at], right[free[place]]):
            matched[at] = free[place]
    found.update(matched)


def _is_alike(left: LineItem, right: LineItem) -> bool:
    """Whether two lines of different products have enough in common to be one that was changed."""
    if left.kind is not right.kind:
        return False
    same_words = bool(_words(left.text)) and _words(left.text) == _words(right.text)
    return left.quantity == right.quantity or left.unit_price == right.unit_price or same_words


def _gap(at: int, known: Mapping[int, int], length: int) -> tuple[int, int]:
    before = next((place for place in range(at - 1, -1, -1) if place in known), -1)
    after = next((place for place in range(at + 1, length) if place in known), length)
    return before, after


def _alone(behind: int, left: Sequence[LineItem], partner: Mapping[int, int]) -> list[int]:
    """Places of lines only the left has that follow the line at ``behind`` (-1: that stand in front of all)."""
    found: list[int] = []
    at = behind + 1
    while at < len(left) and at not in partner:
        found.append(at)
        at += 1
    return found


def _all_of(line: LineItem, own: Collection[str]) -> Hashable:
    extras = tuple(str(line.extras.get(FieldName(name))) for name in sorted(own))
    discount = (line.discount_percent or None, line.discount_amount or None)
    words = _words(line.text) if line.product is not None else _words(line.name or line.text)
    return (line.kind, line.product, words, line.quantity, line.unit_price, discount, _rates(line), extras)


def _rates(line: LineItem) -> tuple[Decimal, ...]:
    return tuple(sorted(tax.percent for tax in line.taxes if tax.percent))


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _alike(left: Value, right: Value) -> bool:
    return (is_blank(left) and is_blank(right)) or same(left, right)
