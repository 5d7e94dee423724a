# SPDX-License-Identifier: MIT
"""Two documents side by side as rows of a grid, differences marked; and the same as plain text."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from crmdesk.domain.document_compare import (
    KIND,
    TAXES,
    ComparedField,
    ComparedFigure,
    ComparedLine,
    Standing,
    compare_headers,
    compare_lines,
    compare_totals,
)
from crmdesk.domain.line_edit import AMOUNT, PERCENT, PRICE, PRODUCT, QUANTITY, TAX, TEXT
from crmdesk.domain.sales import LineItem, LineKind
from crmdesk.domain.schema import Field
from crmdesk.domain.values import Value
from crmdesk.engine.whole_document import WholeDocument
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.document_text import aligned
from crmdesk.ui.sales.line_parts import DISCOUNT, LineParts
from crmdesk.ui.table.cells import Cell, Column, Kind, Row, Segment, plain
from crmdesk.ui.translation import mark, within
from crmdesk.ui.wording import tr

_FIGURES = {
    "net": mark("Subtotal"),
    "discount": mark("Discount"),
    "tax": mark("Tax"),
    "charges": mark("Shipping and handling"),
    "adjustment": mark("Adjustment"),
    "gross": mark("Grand total"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two documents and everything in which they differ."""

    left: WholeDocument
    right: WholeDocument
    lines: tuple[ComparedLine, ...]
    fields: tuple[ComparedField, ...]
    figures: tuple[ComparedFigure, ...]

    def count(self, standing: Standing) -> int:
        """Lines that stand so."""
        return sum(one.standing is standing for one in self.lines)

    @property
    def is_same(self) -> bool:
        """No line, field or figure differs."""
        lines = all(one.standing is Standing.SAME and not one.has_moved for one in self.lines)
        return lines and not self.fields and not any(one.left != one.right for one in self.figures)


def compare(left: WholeDocument, right: WholeDocument) -> Comparison:
    """Hold two documents against each other; of the vendor's own line fields those that can be set in both."""
    own = left.shape.settable & right.shape.settable
    return Comparison(
        left=left,
        right=right,
        lines=compare_lines(left.document.lines, right.document.lines, own),
        fields=compare_headers(left.document.header, right.document.header, (left.schema, right.schema)),
        figures=compare_totals(left.totals, right.totals),
    )


def name_of(whole: WholeDocument, formats: Formats) -> str:
    """ "Quote QUO12", else by its title."""
    number = whole.schema.number_field
    held = whole.document.header.values.get(number) if number else None
    return f"{whole.schema.module.label} {held or formats.title(whole.document.header, whole.schema)}"


def compare_columns(left: str, right: str) -> tuple[Column, ...]:
    """State, what is compared, the two sides, and what differs."""
    return (
        Column(key="state", title="", spoken=tr("What"), width=98),
        Column(key="what", title=tr("Item"), kind=Kind.MAIN, width=180),
        Column(key="left", title=left, width=240),
        Column(key="right", title=right, width=240),
        Column(key="parts", title=tr("Differs in"), kind=Kind.MUTED, width=140),
    )


def compare_rows(found: Comparison, formats: Formats, *, only_differences: bool) -> list[Row]:
    """Lines, totals, fields; those that are the same are left out where only differences are wanted."""
    rows: list[Row] = []
    for at, one in enumerate(found.lines):
        if not only_differences or one.standing is not Standing.SAME or one.has_moved:
            rows.append(Row(f"line{at}", _line_cells(found, one, formats)))
    for figure in found.figures:
        if not only_differences or figure.left != figure.right:
            rows.append(Row(f"figure:{figure.name}", _figure_cells(figure, formats)))
    for at, field in enumerate(found.fields):
        rows.append(Row(f"field{at}", _field_cells(found, field, formats)))
    return rows


def comparison_text(found: Comparison, formats: Formats) -> str:
    """The differences as aligned text; ends with a line break."""
    left, right = name_of(found.left, formats), name_of(found.right, formats)
    rows = [[plain(cell) for cell in row.cells] for row in compare_rows(found, formats, only_differences=True)]
    if not rows:
        return tr("{left} and {right}: no differences.", left=left, right=right) + "\n"
    table: list[Sequence[str]] = [["", tr("Item"), left, right, tr("Differs in")], *rows]
    lines = aligned(table, [False] * 5)
    return "\n".join([lines[0], "-" * max(len(line) for line in lines), *lines[1:]]) + "\n"


# ---- lines -----------------------------------------------------------------------------------------------------------


def _line_cells(found: Comparison, one: ComparedLine, formats: Formats) -> list[Cell]:
    sides = (LineParts(found.left.shape, formats), LineParts(found.right.shape, formats))
    line = one.right or one.left
    assert line is not None
    words = [_part_word(part, sides[1]) for part in one.parts]
    if one.has_moved:
        words.append(tr("place"))
    left: Cell = _side(one.left, one, sides[0], "bad") if one.left is not None else ""
    right: Cell = _side(one.right, one, sides[1], "good") if one.right is not None else ""
    return [_state(one), line.called, left, right, ", ".join(dict.fromkeys(words))]


def _state(one: ComparedLine) -> Cell:
    match one.standing:
        case Standing.CHANGED:
            return (Segment(tr("differs"), "pill:warn"),)
        case Standing.ONLY_LEFT:
            return (Segment(tr("only left"), "pill:bad"),)
        case Standing.ONLY_RIGHT:
            return (Segment(tr("only right"), "pill:good"),)
        case Standing.SAME:
            return (Segment(tr("moved"), "pill:info"),) if one.has_moved else (Segment(tr("same"), "muted"),)


def _side(line: LineItem, one: ComparedLine, parts: LineParts, tone: str) -> Cell:
    """ "3 × 1 180,00 −5 %  24 %", what differs in colour, and in words where it is the product or a text."""
    look = "muted" if one.standing is Standing.SAME else ""
    differs = set(one.parts)
    if one.standing in (Standing.ONLY_LEFT, Standing.ONLY_RIGHT):
        look, differs = tone, set()

    def piece(text: str, *names: str) -> Segment:
        return Segment(text, tone if differs & set(names) else look)

    if line.kind in (LineKind.HEADING, LineKind.TEXT):
        return (piece(_short(line.text or line.name), TEXT, KIND),)
    found = [
        piece(parts.text(QUANTITY, line.quantity), QUANTITY),
        Segment("×", "muted"),
        piece(parts.text(PRICE, line.unit_price), PRICE),
    ]
    discount = parts.line_text(line, DISCOUNT)
    if discount or differs & {PERCENT, AMOUNT}:
        found.append(piece(f"−{discount}" if discount else tr("no discount"), PERCENT, AMOUNT))
    taxes = " + ".join(parts.text(PERCENT, tax.percent) for tax in line.taxes if tax.percent)
    names = {TAXES, *(part for part in differs if part.startswith(TAX))}
    if taxes and differs & names:
        found.append(piece(tr("tax {n}", n=taxes), *names))
    if PRODUCT in differs:
        found.insert(0, piece(line.called, PRODUCT))
    if TEXT in differs:
        found.append(piece(_short(line.text) or tr("no text"), TEXT))
    for part in sorted(part for part in differs if parts.field(part) is not None):
        text = parts.line_text(line, part) or tr("(empty)")
        found.append(piece(f"{parts.label(part)}: {_short(text)}", part))
    return tuple(found)


def _short(text: str) -> str:
    return " ".join(text.split())


def _part_word(part: str, parts: LineParts) -> str:
    if part == TAXES or part.startswith(TAX):
        return tr("tax")
    return tr("kind") if part == KIND else within(parts.label(part))


# ---- totals and fields -----------------------------------------------------------------------------------------------


def _figure_cells(figure: ComparedFigure, formats: Formats) -> list[Cell]:
    is_same = figure.left == figure.right
    state: Cell = (Segment(tr("same"), "muted"),) if is_same else (Segment(tr("total"), "pill:neutral"),)

    def side(amount: Decimal | None, tone: str) -> Cell:
        return (Segment("" if amount is None else formats.number(round(amount, 2), 2), "muted" if is_same else tone),)

    more = figure.difference
    sign = "+" if more is not None and more > 0 else ""
    told = f"{sign}{formats.number(round(more, 2), 2)}" if more else ""
    return [state, tr(_FIGURES[figure.name]), side(figure.left, "bad"), side(figure.right, "good"), told]


def _field_cells(found: Comparison, one: ComparedField, formats: Formats) -> list[Cell]:
    field = one.right_field or one.left_field
    assert field is not None

    def side(whole: WholeDocument, own: Field | None, value: Value, tone: str) -> Cell:
        if own is None:
            return (Segment(tr("no such field"), "muted"),)
        text = formats.text(value, own, whole.document.header.labels.get(own.name, ""))
        return (Segment(_short(text) or tr("(empty)"), tone if text else "muted"),)

    return [
        (Segment(tr("field"), "pill:neutral"),),
        field.label,
        side(found.left, one.left_field, one.left, "bad"),
        side(found.right, one.right_field, one.right, "good"),
        "",
    ]
