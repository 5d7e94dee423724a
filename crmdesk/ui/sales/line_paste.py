# SPDX-License-Identifier: MIT
"""Rows from a spreadsheet put into lines, all of it or nothing; and cells filled down."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from crmdesk.domain.line_edit import PRODUCT, TEXT, with_part
from crmdesk.domain.sales import LineItem, ProductHit
from crmdesk.domain.values import NotAValue, Value
from crmdesk.ui.sales.line_edits import LineEdits
from crmdesk.ui.sales.line_parts import LineParts
from crmdesk.ui.sales.product_search import ProductSearch
from crmdesk.ui.table.cells import Column
from crmdesk.ui.wording import tr

MOST_ROWS = 500


@dataclass(slots=True)
class Pasted:
    """What a clipboard comes to: ``cells`` of lines that are there, and ``new`` ones to follow the last."""

    cells: list[tuple[LineItem, str, Value]] = field(default_factory=list)
    products: list[tuple[LineItem, LineItem]] = field(default_factory=list)
    new: list[LineItem] = field(default_factory=list)


async def pasted(
    texts: Sequence[Sequence[str]], columns: Sequence[Column], row: int, edits: LineEdits, search: ProductSearch
) -> Pasted:
    """Read the clipboard's rows as lines from a row on; an empty cell leaves what is there.

    Args:
        columns: those that are shown, from the cell on where it is pasted.

    Raises:
        NotAValue: with a sentence that names the row; nothing is to be pasted then. CrmError: products cannot be asked.
    """
    parts = edits.parts
    rows = [list(line) for line in texts]
    if parts is None or not any(text.strip() for line in rows for text in line):
        raise NotAValue(tr("The clipboard holds no rows."))
    if len(rows) > MOST_ROWS:
        raise NotAValue(tr("The clipboard holds more than {n} rows.", n=MOST_ROWS))
    if max(len(line) for line in rows) > len(columns):
        raise NotAValue(tr("The clipboard is wider than the table from here on. Start further left."))
    if any(text.strip() for text in rows[0]) and _is_header(rows[0], columns):
        del rows[0]
    found = Pasted()
    for down, line in enumerate(rows):
        if not any(text.strip() for text in line):
            continue  # the next one still belongs to the line beside it
        cells = [(c.key, text.strip()) for c, text in zip(columns, line, strict=False) if c.editable]
        try:
            await _take(found, edits.line_at(row + down), cells, parts, search)
        except NotAValue as error:
            raise NotAValue(tr("Row {n}: {why}", n=down + 1, why=error)) from error
    return found


def fill_down_cells(
    edits: LineEdits, columns: Sequence[Column], rows: Sequence[int]
) -> list[tuple[LineItem, str, Value]]:
    """What the first selected line holds, for those below it."""
    lines = [line for row in rows if (line := edits.line_at(row)) is not None]
    parts = edits.parts
    if len(lines) < 2 or parts is None:
        return []
    found: list[tuple[LineItem, str, Value]] = []
    for column in columns:
        if column.editable and column.key != PRODUCT:
            name, value = parts.read(column.key, parts.edit_text(lines[0], column.key))
            found += [(line, name, value) for line in lines[1:]]
    return found


def _is_header(line: Sequence[str], columns: Sequence[Column]) -> bool:
    titles = {column.title.casefold() for column in columns if column.title}
    return all(text.strip().casefold() in titles for text in line if text.strip())


async def _take(
    found: Pasted, line: LineItem | None, cells: list[tuple[str, str]], parts: LineParts, search: ProductSearch
) -> None:
    product = next((text for key, text in cells if key == PRODUCT), "")
    values = [parts.read(key, text) for key, text in cells if key != PRODUCT and text]
    if line is not None:
        found.cells += [(line, name, value) for name, value in values]
        if product and product != parts.edit_text(line, PRODUCT):
            hit = await _one(product, search)
            if hit is None and parts.shape.needs_product:
                raise NotAValue(_unknown(product))
            if hit is None:
                found.cells.append((line, TEXT, product))
            else:
                found.products.append((line, hit.line))
        return
    new = await _begun(product, parts, search)
    for name, value in values:
        new = with_part(new, name, value)
    found.new.append(new)


async def _begun(product: str, parts: LineParts, search: ProductSearch) -> LineItem:
    if not product and parts.shape.needs_product:
        raise NotAValue(tr("it has no product. Start pasting in the column of items."))
    hit = await _one(product, search) if product else None
    if hit is not None:
        return replace(hit.line, quantity=Decimal(1))
    if parts.shape.needs_product:
        raise NotAValue(_unknown(product))
    return LineItem(key=None, position=0, text=product)


async def _one(words: str, search: ProductSearch) -> ProductHit | None:
    hit = await search.one(words)
    return await search.whole(hit) if hit is not None else None


def _unknown(product: str) -> str:
    return tr("no single product is called “{name}”.", name=product)
