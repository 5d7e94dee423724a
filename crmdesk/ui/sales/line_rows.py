# SPDX-License-Identifier: MIT
"""Lines as rows of a grid: columns by what the vendor's lines hold, amber over what was changed, struck what goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from crmdesk.domain.currencies import as_money
from crmdesk.domain.line_edit import OWN, PRICE, PRODUCT, QUANTITY, TAX, TEXT, Lines, changed_parts, is_new
from crmdesk.domain.line_pairs import staying
from crmdesk.domain.names import RecordId
from crmdesk.domain.sales import LineItem, LineKind, LineShape, ProductHit
from crmdesk.domain.schema import Field, FieldType
from crmdesk.ui.formats import KINDS
from crmdesk.ui.sales.line_parts import DISCOUNT, LineParts
from crmdesk.ui.table.cells import Cell, Column, Kind, Row, Segment, StagedCell, State
from crmdesk.ui.wording import tr

PLACE, NUMBER, UNIT, NET, TOTAL, TAXES = "place", "number", "unit", "net", "total", "taxes"
ADD = "add"
"""Key of the last row, on which a new line is begun."""
_WIDTHS = {FieldType.LONG_TEXT: 180, FieldType.MONEY: 96, FieldType.BOOLEAN: 80, FieldType.DECIMAL: 90}


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What a line comes to as we compute it; None = no rule is known. Optional lines and alternatives are not counted."""

    net: Decimal | None = None
    total: Decimal | None = None
    is_counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTable:
    """Everything the rows are made of.

    Attributes:
        loaded: the lines as the server has them. wanted: as they are to be. The same where nothing is staged.
        figures: by the line's key. known: number and unit of products.
        locked: why nothing may be edited, "" = it may.
        places: decimals of the document's money.
        kept: rows made before, by the line's key, with what they were made of; whoever changes columns empties it.
    """

    parts: LineParts
    loaded: Lines
    wanted: Lines
    figures: Mapping[str, LineFigures]
    known: Mapping[RecordId, ProductHit]
    locked: str = ""
    places: int = 2
    kept: "dict[str, tuple[Made, Row]]" = field(default_factory=dict)


Made = tuple[LineItem, int, LineFigures, ProductHit | None, str]
"""What a row was made of."""


def columns_of(shape: LineShape, parts: LineParts) -> tuple[Column, ...]:
    """Every column of a vendor's lines, those that are hidden at first included."""
    can_add = bool(shape.kinds)
    found = [
        Column(key=PLACE, title="#", width=52, grip=shape.keeps_order,
               tooltip=tr("Drag a line by its number to move it") if shape.keeps_order else ""),
        Column(key=PRODUCT, title=tr("Item"), kind=Kind.MAIN, width=218, editable=True),
        Column(key=NUMBER, title=tr("Number"), kind=Kind.MUTED, width=84),
        Column(key=TEXT, title=parts.label(TEXT), width=94, editable=True),
        Column(key=QUANTITY, title=tr("Quantity"), kind=Kind.NUMBER, width=80, editable=can_add),
        Column(key=UNIT, title=tr("Unit"), kind=Kind.MUTED, width=60),
        Column(key=PRICE, title=tr("Price"), kind=Kind.MONEY, width=92, editable=True),
        Column(key=DISCOUNT, title=tr("Discount"), kind=Kind.NUMBER, width=78, editable=True,
               tooltip=_discount_tip(shape)),
        Column(key=NET, title=tr("Net"), kind=Kind.MONEY, width=96, tooltip=tr("Quantity × price less discount")),
    ]  # fmt: skip
    if shape.taxes:
        found += [
            Column(key=f"{TAX}{name}", title=label, kind=Kind.NUMBER, width=64, editable=True)
            for name, label in shape.taxes.items()
        ]
    else:
        found.append(Column(key=TAXES, title=tr("Tax"), kind=Kind.NUMBER, width=64))
    found.append(Column(key=TOTAL, title=tr("Total"), kind=Kind.TOTAL, width=100))
    found += [
        Column(
            key=f"{OWN}{field.name}",
            title=field.label,
            kind=Kind.TEXT if field.type is FieldType.CHOICE else Kind(KINDS.get(field.type, "text")),
            width=_WIDTHS.get(field.type, 180 if field.name in shape.shown[:1] else 120),
            editable=not field.read_only,
        )
        for field in shape.fields
    ]
    return tuple(found)


def _discount_tip(shape: LineShape) -> str:
    if shape.has_percent and shape.has_amount:
        return tr("5 % is a percentage, 5 an amount")
    return tr("A percentage") if shape.has_percent else tr("An amount")


def hidden_at_first(
    shape: LineShape, lines: Sequence[LineItem], known: Mapping[RecordId, ProductHit], *, has_rule: bool
) -> set[str]:
    """Columns that stay hidden until the person chooses them: the vendor's own that say nothing here, and what no line has."""
    told = {*shape.shown, *(field.name for field in shape.fields if _says_something(field, shape, lines))}
    hidden = {f"{OWN}{field.name}" for field in shape.fields if field.name not in told}
    if not any(hit.number for hit in known.values()):
        hidden.add(NUMBER)
    if not any(hit.unit for hit in known.values()):
        hidden.add(UNIT)
    if not has_rule:
        hidden.add(NET)  # only a rule tells it
    if not shape.needs_product and not any(line.name for line in lines):
        hidden.add(TEXT)  # the item is the text
    return hidden


def _says_something(field: Field, shape: LineShape, lines: Sequence[LineItem]) -> bool:
    """Whether a line is ticked there, as an optional one is, or has a heading."""
    if field.type is FieldType.BOOLEAN:
        return any(line.extras.get(field.name) is True for line in lines)
    return field.name == shape.heading_field and any(line.extras.get(field.name) for line in lines)


def rows_of(table: LineTable, columns: Sequence[Column]) -> tuple[list[Row], dict[str, dict[str, StagedCell]]]:
    """Rows in the wanted order, lines that go struck where they stood, and what lies over changed cells."""
    old = {line.key: (place, line) for place, line in enumerate(table.loaded, 1)}
    wanted = {line.key for line in table.wanted}
    order = [old[line.key][0] for line in table.wanted if line.key in old]
    stays = staying(order)
    rows: list[Row] = []
    overlay: dict[str, dict[str, StagedCell]] = {}
    gone = [(place, line) for place, line in old.values() if line.key not in wanted]
    for number, line in enumerate(table.wanted, 1):
        place = old[line.key][0] if line.key in old else 0
        while place in stays and gone and gone[0][0] < place:
            rows.append(_gone(table, gone.pop(0)[1], columns))
        rows.append(_row(table, line, number, columns))
        if place:
            was = old[line.key][1]
            over = _overlay(table, was, line, columns)
            if place not in stays:
                over[PLACE] = StagedCell(text=str(number), was=str(place))
            if over:
                overlay[line.key or ""] = over
    rows += [_gone(table, line, columns) for _, line in gone]
    return rows, overlay


def add_row(columns: Sequence[Column], hint: str) -> Row:
    """The last row: typing on it begins a new line."""
    cells: list[Cell] = [(Segment(hint, "muted"),) if column.key == PRODUCT else "" for column in columns]
    return Row(ADD, cells)


def _row(table: LineTable, line: LineItem, number: int, columns: Sequence[Column]) -> Row:
    """The row of a line; that of before where nothing it shows is different, so that 500 lines are no wait."""
    key = line.key or ""
    figures = table.figures.get(key, LineFigures())
    hit = table.known.get(line.product) if line.product is not None else None
    made = (line, number, figures, hit, table.locked)
    kept = table.kept.get(key)
    if kept is not None and kept[0] == made:
        return kept[1]
    row = Row(key, _cells(table, line, number, columns), table.locked)
    table.kept[key] = (made, row)
    return row


def _cells(table: LineTable, line: LineItem, number: int, columns: Sequence[Column]) -> list[Cell]:
    place: Cell = str(number)
    if is_new(line):
        place = (Segment(str(number)), Segment("+", "pill:info"))
    cells: list[Cell] = [place if column.key == PLACE else cell_text(table, line, column.key) for column in columns]
    if not table.figures.get(line.key or "", LineFigures()).is_counted:
        for at, column in enumerate(columns):
            if column.key in (NET, TOTAL):
                cells[at] = (Segment(str(cells[at]), "muted"),)  # what it would come to is in no sum
    return cells


def cell_text(table: LineTable, line: LineItem, key: str) -> str:
    """What a cell shows of a line."""
    parts, formats = table.parts, table.parts.formats
    figures = table.figures.get(line.key or "", LineFigures())
    if line.kind in (LineKind.HEADING, LineKind.TEXT) and key not in (PRODUCT, TEXT) and not key.startswith(OWN):
        return ""
    match key:
        case "net":
            net = figures.net
            return "" if net is None else formats.number(as_money(net, table.places), table.places)
        case "total":
            total = figures.total if figures.total is not None else line.total
            return "" if total is None else formats.number(as_money(total, table.places), table.places)
        case "taxes":
            return ", ".join(parts.text(TAX, tax.percent) for tax in line.taxes)
        case "number" | "unit":
            hit = table.known.get(line.product) if line.product is not None else None
            return "" if hit is None else hit.number if key == NUMBER else hit.unit
        case _:
            return parts.line_text(line, key)


def _overlay(table: LineTable, was: LineItem, line: LineItem, columns: Sequence[Column]) -> dict[str, StagedCell]:
    """Cells of a line that say something else than was loaded, those alone that somebody can set."""
    over: dict[str, StagedCell] = {}
    if not changed_parts(was, line):
        return over
    for column in columns:
        if not column.editable:
            continue
        before, after = cell_text(table, was, column.key), cell_text(table, line, column.key)
        exact = table.parts.edit_text(was, column.key) != table.parts.edit_text(line, column.key)
        if before != after or (exact and column.key != PRODUCT):
            state = State.EDITED if after else State.CLEARED
            over[column.key] = StagedCell(text=after, was=before, state=state)
    return over


def _gone(table: LineTable, line: LineItem, columns: Sequence[Column]) -> Row:
    """A line that is to be removed."""
    cells: list[Cell] = []
    for column in columns:
        text = "–" if column.key == PLACE else cell_text(table, line, column.key)
        cells.append((Segment(text, "strike"),) if text else "")
    return Row(line.key or "", cells, tr("This line is to be removed. Discard the removal to keep it."))
