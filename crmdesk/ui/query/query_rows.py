# SPDX-License-Identifier: MIT
"""Rows of a query as a table shows them: columns by what they hold, sorted on this computer, written to a file."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from crmdesk.domain.matching import folded
from crmdesk.engine.native_query import QueryRows
from crmdesk.engine.row_files import whole_file, write_table
from crmdesk.ui.table.cells import Column, Kind, Row, SortMark

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(?:\.[0-9]+)?")
_DIGITS_OF_A_NUMBER = 12  # longer ones are keys and telephones


def columns_of(result: QueryRows) -> tuple[Column, ...]:
    """A column for each key; numbers stand at the far edge, keys of records are links."""
    return tuple(Column(key=name, title=name, kind=_kind(result, name)) for name in result.columns)


def _kind(result: QueryRows, name: str) -> Kind:
    if name in result.links:
        return Kind.LINK
    held = [text for row in result.rows if (text := row.get(name, ""))]
    return Kind.NUMBER if held and all(number(text) is not None for text in held) else Kind.TEXT


def number(text: str) -> Decimal | None:
    """The amount, None where the text is no number or begins with zeros as a postcode does."""
    found = _NUMBER.fullmatch(text)
    return Decimal(text) if found is not None and len(found[1]) <= _DIGITS_OF_A_NUMBER else None


def rows_of(result: QueryRows, order: Sequence[int]) -> Iterable[Row]:
    """The rows in an order of their places."""
    return (Row(str(at), tuple(result.rows[at].get(name, "") for name in result.columns)) for at in order)


def sorted_places(result: QueryRows, marks: Sequence[SortMark]) -> list[int]:
    """The places of the rows, sorted; empty values come last whichever way, rows alike stay as they came."""
    places = list(range(len(result.rows)))
    for mark in reversed(marks):
        held = [at for at in places if result.rows[at].get(mark.key, "")]
        empty = [at for at in places if not result.rows[at].get(mark.key, "")]
        as_number = _kind(result, mark.key) is Kind.NUMBER
        held.sort(key=lambda at: _key(result.rows[at][mark.key], as_number), reverse=mark.descending)
        places = [*held, *empty]
    return places


def _key(text: str, as_number: bool) -> tuple[Decimal, str]:
    return (number(text) or Decimal(0), "") if as_number else (Decimal(0), folded(text))


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write JSON where the name ends so, else CSV that spreadsheets read as UTF-8 and compute nothing of. Blocks.

    Raises:
        OSError: the file cannot be written; what was there before is still there.
    """
    if path.suffix.lower() != ".json":
        write_table(path, columns, ([row.get(name, "") for name in columns] for row in rows))
        return
    listed = [{name: row.get(name, "") for name in columns} for row in rows]
    with whole_file(path) as out:
        out.write((json.dumps(listed, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "surrogatepass"))


def turned(marks: Sequence[SortMark], key: str, *, add: bool = False) -> list[SortMark]:
    """The order after a click on a column: up, then down, then as it came; ``add`` keeps the other columns' marks."""
    mine = next((mark for mark in marks if mark.key == key), None)
    own = [SortMark(key)] if mine is None else [] if mine.descending else [SortMark(key, True)]
    return [*(mark for mark in marks if mark.key != key), *own] if add else own
