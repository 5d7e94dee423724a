# SPDX-License-Identifier: MIT
"""Cells of a file as values of a field: texts by stated conventions, a spreadsheet's own types as they are."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from crmdesk.domain.fitting import not_in_list, why_not
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.sentence import joined, said_by, sentence
from crmdesk.domain.values import Conventions, NotAValue, Value, parse, plain
from crmdesk.engine.sheet_shape import Cell, Unvalued

Reader = Callable[[Cell], Value]
"""Reads one cell; raises NotAValue with a sentence."""

_LISTS = frozenset({FieldType.CHOICE, FieldType.MULTI_CHOICE})
_FIRST_DAY, _LAST_DAY = 10_000, 80_000
"""Day numbers of spreadsheets (1927 to 2119): what a date becomes in a column without a date format."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be read, and why."""

    why: str


Meaning = Value | Wrong
"""What a cell means; None = it is empty, as one with nothing but blanks is."""


def read_column(cells: Sequence[Cell], field: Field | None, ways: Conventions) -> list[Meaning]:
    """What each cell of a column means to a field; blocks, so call it on a lane.

    Args:
        field: None = the record's id, which any text can be.
    """
    if field is not None and field.type.is_text and field.type not in _LISTS:
        return _texts(cells, field, ways)
    known: dict[object, Meaning] = {None: None, "": None}
    found: list[Meaning] = []
    read = _reader(field, ways)
    for cell in cells:
        # 1 and True, 1.0 and 1.00, are equal and not the same
        key = cell if type(cell) is str or cell is None else (type(cell), str(cell))
        if key not in known:
            known[key] = _meaning(cell, read)
        found.append(known[key])
    return found


def _texts(cells: Sequence[Cell], field: Field, ways: Conventions) -> list[Meaning]:
    """Texts mean themselves, unless they are too long or hold what the server cannot store."""
    longest, takes_all = field.max_length or 2**31, field.stores_astral

    def read(cell: Cell) -> Value:
        return None if cell is None else cell_value(cell, field, ways)

    return [
        cell
        if type(cell) is str and cell and not cell.isspace() and len(cell) <= longest and (takes_all or cell.isascii())
        else _meaning(cell, read)
        for cell in cells
    ]


def _meaning(cell: Cell, read: Reader) -> Meaning:
    try:
        return read(cell)
    except NotAValue as error:
        return Wrong(said_by(error))


def _reader(field: Field | None, ways: Conventions) -> Reader:
    """Made once for all cells of a column: the ordinary ones need little of the whole rule."""
    if field is None:
        return _id
    if field.type.is_number:
        return _number_reader(field, ways)
    words = _words(field)
    return lambda cell: cell_value(cell, field, ways, words)


def _id(cell: Cell) -> Value:
    if isinstance(cell, Unvalued):
        raise NotAValue(sentence("This cell has no value that was stored."))
    return as_text(cell) or None


def _number_reader(field: Field, ways: Conventions) -> Reader:
    point, is_whole = ways.decimal_point, field.type is FieldType.INTEGER
    ordinary = re.compile(rf"[+-]?[0-9]{{1,30}}(?:{re.escape(point)}[0-9]{{1,30}})?").fullmatch

    def read(cell: Cell) -> Value:
        if type(cell) is str and ordinary(cell) is not None:
            if not is_whole:
                return Decimal(cell.replace(point, "."))
            if point not in cell:
                return int(cell)
        return cell_value(cell, field, ways)

    return read


def _words(field: Field) -> dict[str, str]:
    return {choice.label: choice.value for choice in field.choices}


def cell_value(cell: Cell, known: Field, ways: Conventions, words: Mapping[str, str] | None = None) -> Value:
    """A cell as a value of a field; a spreadsheet's own dates and numbers need no conventions.

    Args:
        words: the field's labels with their choices, where they are at hand.

    Raises:
        NotAValue: with a sentence.
    """
    value: Value
    if isinstance(cell, Unvalued):
        raise NotAValue(_unvalued(cell))
    if isinstance(cell, str):
        value = parse(cell, known, ways, _words(known) if words is None else words)
    elif known.type.is_number and isinstance(cell, (int, Decimal)) and not isinstance(cell, bool):
        value = int(cell) if known.type is FieldType.INTEGER and cell == int(cell) else cell
        if known.type is FieldType.INTEGER and not isinstance(value, int):
            raise NotAValue(
                sentence("{field} takes a whole number, {given} is not one.", field=known.label, given=as_text(cell))
            )
    elif known.type is FieldType.BOOLEAN and isinstance(cell, bool):
        value = cell
    elif known.type is FieldType.DATE and isinstance(cell, date):
        value = cell.date() if isinstance(cell, datetime) else cell
    elif known.type is FieldType.DATETIME and isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        value = moment if moment.tzinfo else moment.replace(tzinfo=ways.zone)
    elif known.type is FieldType.TIME and isinstance(cell, time):
        value = cell
    elif known.type.is_moment:
        raise NotAValue(_no_moment(cell, known))
    else:
        value = parse(as_text(cell), known, ways if known.type.is_text else Conventions(group=""))
    return _fits(value, known)


def _unvalued(cell: Unvalued) -> str:
    if cell.startswith("="):
        return sentence(
            "This is a formula without a stored value. Open the file in your spreadsheet program and save it there."
        )
    return sentence("The spreadsheet could not compute this cell ({cell}).", cell=cell)


def _no_moment(cell: Cell, known: Field) -> str:
    """A number is never taken for a date by itself, but what it would be as a spreadsheet's day is said."""
    given = as_text(cell)
    if known.type is FieldType.TIME:
        said = sentence("{given} is no time for {field}.", given=given, field=known.label)
    else:
        said = sentence("{given} is no date for {field}.", given=given, field=known.label)
    if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool) and _FIRST_DAY <= cell <= _LAST_DAY:
        day = date(1899, 12, 30) + timedelta(days=int(cell))
        more = sentence(
            "Give the column a date format in your spreadsheet program if {day} is meant.", day=day.isoformat()
        )
        return joined(said, more)
    return said


def _fits(value: Value, known: Field) -> Value:
    if isinstance(value, str) and (problem := why_not(value, known) or not_in_list(value, known)):
        raise NotAValue(problem)
    return value


def as_text(cell: Cell) -> str:
    """A cell in plain words, without blanks around."""
    if type(cell) is str:
        return cell.strip()
    if isinstance(cell, datetime) and cell.tzinfo is None and cell.time() == time():
        return cell.date().isoformat()
    return plain(cell).strip()
