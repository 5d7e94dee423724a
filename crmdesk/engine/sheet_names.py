# SPDX-License-Identifier: MIT
"""Names of a table's columns, and in which row they stand: offices write a title above them."""

from collections.abc import Sequence
from dataclasses import replace

from crmdesk.domain.sentence import sentence
from crmdesk.engine.sheet_shape import Cell, Format, SheetRow, Unvalued, letters

_ENOUGH = 0.6
"""So much of the widest row's cells a row of names has at least."""


def with_names_row(form: Format, head: Sequence[SheetRow]) -> Format:
    """The format with the row where the names stand, and a note where it is not the first; unchanged where it is.

    Args:
        head: the first rows of the file, as they stand.
    """
    place = _names_row(head)
    if place == form.header_row:
        return form
    note = sentence("The columns' names are taken from row {row}; what stands above it is left out.", row=place)
    return replace(form, header_row=place, notes=(*form.notes, note))


def column_names(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Names of the columns, each once; one without a name is called by its letters."""
    last = max((place for place, cell in enumerate(cells) if cell is not None), default=-1)
    found: dict[str, None] = {}
    for place, cell in enumerate(cells[: last + 1]):
        name = " ".join(str(cell).split()) if cell is not None else sentence("Column {letters}", letters=letters(place))
        number, unique = 2, name
        while unique in found:
            number, unique = number + 1, f"{name} ({number})"
        found[unique] = None
    return tuple(found)


def _names_row(head: Sequence[SheetRow]) -> int:
    filled = [sum(cell is not None for cell in row.cells) for row in head]
    widest = max(filled, default=0)
    if widest < 2 or filled[0] * 2 > widest:
        return 1
    for place, (row, count) in enumerate(zip(head, filled, strict=True), 1):
        names = all(cell is None or (isinstance(cell, str) and not isinstance(cell, Unvalued)) for cell in row.cells)
        if names and count >= max(2, _ENOUGH * widest):
            return place
    return 1
