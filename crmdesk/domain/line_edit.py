# SPDX-License-Identifier: MIT
"""Editing the lines of a sales document: their parts as values, and lines added, moved, copied and taken out.

A part names one thing a line holds: ``quantity``, ``tax:VAT``, ``own:comment2`` … so that whoever shows, merges or takes
back edits needs to know nothing else of lines. Every function returns new lines, numbered 1, 2, 3 in their order.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from crmdesk.domain.line_pairs import staying
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.sales import LineItem, LineShape, SalesDocument, Tax
from crmdesk.domain.values import Value, same

Lines = tuple[LineItem, ...]

NEW_LINE = "new:"
"""Prefix of the key of a line that the server does not know yet; ``sendable`` takes it off."""
PRODUCT, TEXT, QUANTITY, PRICE = "product", "text", "quantity", "unit_price"
PERCENT, AMOUNT = "discount_percent", "discount_amount"
LINE, PLACE = "line", "place"
TAX, OWN = "tax:", "own:"
_PLAIN = (PRODUCT, TEXT, QUANTITY, PRICE, PERCENT, AMOUNT)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineChange:
    """One difference between two states of a document's lines.

    Attributes:
        key: the line's. number: its place as people count, in ``after`` or, where it is gone, in ``before``.
        part: which part; ``LINE`` = the whole line came (before None) or went (after None); ``PLACE`` = it moved.
        line: as it is wanted, or as it was where it is gone.
    """

    key: str
    number: int
    part: str
    before: Value
    after: Value
    line: LineItem


def is_new(line: LineItem) -> bool:
    """Whether the server does not know the line yet."""
    return line.key is None or line.key.startswith(NEW_LINE)


def parts_of(line: LineItem) -> tuple[str, ...]:
    """Every part the line has, in a fixed order."""
    taxes = (f"{TAX}{tax.name}" for tax in line.taxes)
    return (*_PLAIN, *taxes, *(f"{OWN}{name}" for name in line.extras))


def part(line: LineItem, name: str) -> Value:
    """What a part holds; None for a discount of 0 and for what the line does not have."""
    if name.startswith(TAX):
        return next((tax.percent for tax in line.taxes if tax.name == name[len(TAX) :]), None)
    if name.startswith(OWN):
        return line.extras.get(FieldName(name[len(OWN) :]))
    if name in (PERCENT, AMOUNT):
        return (line.discount_percent if name == PERCENT else line.discount_amount) or None
    value: Value = getattr(line, name)
    return value


def with_part(line: LineItem, name: str, value: Value) -> LineItem:
    """The line with another value of one part. Setting one discount takes the other away.

    The server's total of the line holds no longer, whatever part it is that counts.

    Raises:
        TypeError: the part cannot hold such a value.
    """
    changed_line = _with_part(line, name, value)
    return changed_line if name == TEXT or name.startswith(OWN) else replace(changed_line, total=None)


def _with_part(line: LineItem, name: str, value: Value) -> LineItem:
    if name.startswith(OWN):
        return replace(line, extras={**line.extras, FieldName(name[len(OWN) :]): value})
    if name.startswith(TAX):
        return replace(line, taxes=_with_tax(line.taxes, name[len(TAX) :], _number(value, name)))
    if name == PRODUCT and (value is None or isinstance(value, RecordId)):
        return replace(line, product=value)
    if name == TEXT:
        return replace(line, text="" if value is None else str(value))
    if name == QUANTITY:
        return replace(line, quantity=_number(value, name) or _ZERO)
    if name == PRICE:
        return replace(line, unit_price=_number(value, name) or _ZERO)
    if name in (PERCENT, AMOUNT):
        number = _number(value, name) or None
        percent = number if name == PERCENT else (None if number else line.discount_percent)
        amount = number if name == AMOUNT else (None if number else line.discount_amount)
        return replace(line, discount_percent=percent, discount_amount=amount)
    raise TypeError(f"no part {name} that holds {value!r}")


def _number(value: Value, name: str) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise TypeError(f"{name} takes a number, not {value!r}")


def _with_tax(taxes: tuple[Tax, ...], name: str, percent: Decimal | None) -> tuple[Tax, ...]:
    """A tax of another rate; its amount is the server's to tell. None takes it out."""
    if percent is None:
        return tuple(tax for tax in taxes if tax.name != name)
    if any(tax.name == name for tax in taxes):
        return tuple(Tax(name, percent) if tax.name == name else tax for tax in taxes)
    return (*taxes, Tax(name, percent))


# ---- lines among others ------------------------------------------------------------------------------------------------


def numbered(lines: Iterable[LineItem]) -> Lines:
    """Positions 1, 2, 3 in this order."""
    return tuple(
        line if line.position == place else replace(line, position=place) for place, line in enumerate(lines, 1)
    )


def changed(lines: Lines, key: str, name: str, value: Value) -> Lines:
    """One part of one line holds something else; unknown keys change nothing."""
    return tuple(with_part(line, name, value) if line.key == key else line for line in lines)


def swapped(lines: Lines, key: str, line: LineItem) -> Lines:
    """Another line at the place of one, under its key."""
    return numbered(replace(line, key=key) if one.key == key else one for one in lines)


def inserted(lines: Lines, new: Iterable[LineItem], at: int) -> Lines:
    """New lines before place ``at`` (0 = in front); beyond the end they are appended."""
    return numbered((*lines[:at], *new, *lines[at:]))


def without(lines: Lines, keys: Iterable[str]) -> Lines:
    """These lines are gone."""
    gone = set(keys)
    return numbered(line for line in lines if line.key not in gone)


def moved(lines: Lines, keys: Iterable[str], step: int) -> Lines:
    """These lines ``step`` places down (negative: up), keeping their order; at an end they stay."""
    chosen = set(keys)
    order = list(lines)
    for _ in range(abs(step)):
        places = [at for at, line in enumerate(order) if line.key in chosen]
        if not places or places[0 if step < 0 else -1] == (0 if step < 0 else len(order) - 1):
            break
        for at in places if step < 0 else reversed(places):
            other = at + (1 if step > 0 else -1)
            order[at], order[other] = order[other], order[at]
    return numbered(order)


def placed(lines: Lines, keys: Iterable[str], before: str) -> Lines:
    """These lines, in the order they have, stand together before line ``before``; "" or an unknown one = at the end."""
    chosen = set(keys)
    first = next((at for at, line in enumerate(lines) if line.key == before), len(lines))
    above = (line for line in lines[:first] if line.key not in chosen)
    below = (line for line in lines[first:] if line.key not in chosen)
    return numbered((*above, *(line for line in lines if line.key in chosen), *below))


def copied(line: LineItem, key: str, settable: Collection[str]) -> LineItem:
    """A new line that says the same; of its own fields those that can be set, since the server computes the others."""
    own = {name: value for name, value in line.extras.items() if name in settable}
    taxes = tuple(Tax(tax.name, tax.percent) for tax in line.taxes)
    return replace(line, key=key, total=None, taxes=taxes, extras=own)


def with_product(line: LineItem, product: LineItem, shape: LineShape) -> LineItem:
    """The line with another product; quantity, discount and what was written stay."""
    brought = {name: value for name, value in product.extras.items() if name in shape.settable}
    taxes = product.taxes
    if not shape.taxes and len(taxes) == len(line.taxes):  # named as the server names them on its lines
        taxes = tuple(Tax(old.name, new.percent) for old, new in zip(line.taxes, taxes, strict=True))
    return replace(
        product,
        quantity=line.quantity,
        discount_percent=line.discount_percent,
        discount_amount=line.discount_amount,
        text=product.text if not shape.needs_product else line.text,
        taxes=taxes,
        extras={**line.extras, **brought},
    )


def taxed_alike(line: LineItem, shape: LineShape, lines: Iterable[LineItem]) -> LineItem:
    """A new line whose product names its tax only: the percentage is that of lines which name the same."""
    name = shape.tax_field
    if name is None or line.taxes or line.extras.get(name) is None:
        return line
    alike = (one for one in lines if one.taxes and one.extras.get(name) == line.extras[name])
    found = next(alike, None)
    return replace(line, taxes=tuple(Tax(t.name, t.percent) for t in found.taxes)) if found else line


def classed(lines: Lines, key: str, tax_class: str, percents: Mapping[str, Decimal]) -> Lines:
    """One line is taxed by another class; where its percentage is not known, the server's answer tells it."""
    if tax_class and tax_class not in percents:
        return lines
    taxes = (Tax(tax_class, percents[tax_class]),) if tax_class else ()
    return tuple(replace(line, taxes=taxes, total=None) if line.key == key else line for line in lines)


def sendable(document: SalesDocument, lines: Lines) -> SalesDocument:
    """The document with these lines as a connector takes them: new ones without a key, numbered in order."""
    ready = (replace(line, key=None) if is_new(line) else line for line in lines)
    return replace(document, lines=numbered(ready))


# ---- what changed ------------------------------------------------------------------------------------------------------


def same_line(left: LineItem, right: LineItem) -> bool:
    """Whether two lines hold the same in every part."""
    return left.kind is right.kind and not changed_parts(left, right)


def same_lines(left: Sequence[LineItem], right: Sequence[LineItem]) -> bool:
    """The same lines with the same parts in the same order; positions and totals do not count."""
    return len(left) == len(right) and all(a.key == b.key and same_line(a, b) for a, b in zip(left, right, strict=True))


def changed_parts(before: LineItem, after: LineItem) -> tuple[str, ...]:
    """The parts that differ, in ``after``'s order."""
    if before is after or before == after:  # nearly all of a long document
        return ()
    names = dict.fromkeys((*parts_of(after), *parts_of(before)))
    return tuple(name for name in names if not same(part(before, name), part(after, name)))


def line_changes(before: Sequence[LineItem], after: Sequence[LineItem]) -> tuple[LineChange, ...]:
    """Every difference, the lines in ``after``'s order, those that are gone behind them."""
    old = {line.key: (number, line) for number, line in enumerate(before, 1)}
    wanted = {line.key for line in after}
    rank = {key: at for at, key in enumerate(line.key for line in before if line.key in wanted)}
    stays = staying([rank[line.key] for line in after if line.key in rank])
    found: list[LineChange] = []
    for number, line in enumerate(after, 1):
        key = line.key or ""
        if line.key is None or line.key not in old:
            found.append(LineChange(key, number, LINE, None, number, line))
            continue
        then, was = old[line.key]
        found += [LineChange(key, number, n, part(was, n), part(line, n), line) for n in changed_parts(was, line)]
        if rank[line.key] not in stays:
            found.append(LineChange(key, number, PLACE, then, number, line))
    gone = ((number, line) for number, line in enumerate(before, 1) if line.key not in wanted)
    return (*found, *(LineChange(line.key or "", number, LINE, number, None, line) for number, line in gone))
