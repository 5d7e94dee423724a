# SPDX-License-Identifier: MIT
"""The journal as rows: what each change held before, what was asked, what is stored; and as a file of them."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TextIO

from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.line_edit import LINE, PLACE, line_changes
from crmdesk.domain.names import RecordId
from crmdesk.domain.sales import LineItem
from crmdesk.domain.values import Value, plain, same
from crmdesk.engine.journal import ANYTHING, BatchInfo, Entry, Journal, Search
from crmdesk.engine.row_files import Json, text_cell, value_shape, whole_file

_PAGE = 500
_HEADS = (
    "batch", "time", "user", "server", "position", "operation", "module", "id", "title", "outcome", "reason",
    "field", "before", "asked", "stored",
)  # fmt: skip


class ExportFormat(Enum):
    """What a journal's file can be."""

    CSV = "csv"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class EntryField:
    """One field of a change.

    Attributes:
        name: the field's; of a document's lines "line 2: quantity".
        stored: as read back; None also where nothing was.
        is_own: the server changed it by itself, nobody asked.
    """

    name: str
    before: Value
    asked: Value
    stored: Value
    is_own: bool = False


def record_of_entry(entry: Entry) -> RecordId | None:
    """The record on the server, None for a new one that was never made."""
    for image in (entry.after, entry.before):
        if image is not None:
            return image.id
    match entry.change:
        case Update(before, _) | Delete(before):
            return before.id
        case SaveDocument(before, after):
            return after.header.id if before is not None else None
        case Create():
            return None


def operation_of(entry: Entry) -> str:
    """What was done: "create", "update", "delete" or "document"."""
    match entry.change:
        case Create():
            return "create"
        case Update():
            return "update"
        case Delete():
            return "delete"
        case SaveDocument():
            return "document"


def fields_of(entry: Entry, *, with_own: bool = False) -> tuple[EntryField, ...]:
    """The fields a change is about, in their order; ``with_own`` adds those the server changed by itself."""
    held = entry.after.values if entry.after is not None else {}
    match entry.change:
        case Create(_, _, values):
            return tuple(EntryField(name, None, value, held.get(name)) for name, value in values.items())
        case Delete(before):
            was = (entry.before or before).values
            return tuple(EntryField(n, v, None, None) for n, v in was.items() if v not in (None, "", ()))
        case Update(before, values):
            was = (entry.before or before).values
            asked = [EntryField(name, was.get(name), value, held.get(name)) for name, value in values.items()]
            if with_own and entry.before is not None:
                moved = (n for n, v in held.items() if n not in values and not same(v, was.get(n)))
                asked += [EntryField(name, was.get(name), None, held.get(name), True) for name in moved]
            return tuple(asked)
        case SaveDocument(None, after):
            fields = (EntryField(n, None, value, held.get(n)) for n, value in after.header.values.items())
            return (*fields, *_lines((), after.lines))
        case SaveDocument(loaded, after):
            return _lines(loaded.lines if loaded is not None else (), after.lines)


def _lines(before: tuple[LineItem, ...], after: tuple[LineItem, ...]) -> tuple[EntryField, ...]:
    found = []
    for one in line_changes(before, after):
        if one.part == LINE:
            said = one.line.name or one.line.text or plain(one.line.product) or "-"
            came = one.before is None
            found.append(EntryField(f"line {one.number}", None if came else said, said if came else None, None))
        else:
            name = "place" if one.part == PLACE else one.part
            found.append(EntryField(f"line {one.number}: {name}", one.before, one.after, None))
    return tuple(found)


def entry_shape(info: BatchInfo, entry: Entry) -> dict[str, Json]:
    """One change as an object; values as the command line writes them everywhere."""
    record = record_of_entry(entry)
    module = record.module if record is not None else getattr(entry.change, "module", "")
    return {
        "batch": info.id,
        "time": (entry.sent or info.began).isoformat(),
        "user": info.user,
        "server": info.server,
        "position": entry.position,
        "operation": operation_of(entry),
        "module": module,
        "id": None if record is None else record.key,
        "title": entry.title,
        "outcome": entry.outcome or "not sent",
        "reason": entry.error or None,
        "undoes": entry.undoes,
        "fields": {
            one.name: {
                "before": value_shape(one.before),
                "asked": value_shape(one.asked),
                "stored": value_shape(one.stored),
            }
            for one in fields_of(entry)
        },
    }


async def export(
    journal: Journal,
    out: TextIO,
    form: ExportFormat,
    batches: tuple[BatchInfo, ...],
    wanted: Search = ANYTHING,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the changes of some batches, oldest first; how many.

    CSV has a row for each field and is safe to open in a spreadsheet; JSON lines have an object for each change.

    Raises:
        OSError: it cannot be written. ProfileError: the journal cannot be read.
    """
    table = csv.writer(out, lineterminator="\r\n")
    if form is ExportFormat.CSV:
        out.write("\ufeff")
        table.writerow(_HEADS)
    count = 0
    for info in sorted(batches, key=lambda one: one.id):
        async for entry in _entries(journal, info.id, wanted):
            shape = entry_shape(info, entry)
            if form is ExportFormat.JSON_LINES:
                out.write(json.dumps(shape, ensure_ascii=False) + "\n")
            else:
                table.writerows(_rows(shape))
            count += 1
            if progress is not None and count % _PAGE == 0:
                progress(count)
    return count


async def export_file(
    journal: Journal,
    path: Path,
    batches: tuple[BatchInfo, ...],
    wanted: Search = ANYTHING,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a file that takes its name when it is whole; ``.jsonl`` makes it JSON lines, anything else CSV.

    Raises:
        OSError: it cannot be written. ProfileError: the journal cannot be read.
    """
    form = ExportFormat.JSON_LINES if path.suffix.lower() == ".jsonl" else ExportFormat.CSV
    with whole_file(path) as raw:
        out = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        count = await export(journal, out, form, batches, wanted, progress)
        out.flush()
        out.detach()
    return count


async def _entries(journal: Journal, batch: int, wanted: Search) -> AsyncIterator[Entry]:
    start = 0
    while page := await journal.entries(batch, wanted, start=start, limit=_PAGE):
        for entry in page:
            yield entry
        start = page[-1].position + 1


def _rows(shape: dict[str, Json]) -> list[list[str]]:
    head = [_cell(shape[name]) for name in _HEADS[:11]]
    fields = shape["fields"]
    assert isinstance(fields, dict)
    rows = [[*head, _cell(name), *(_cell(one[part]) for part in ("before", "asked", "stored"))]
            for name, one in fields.items()]  # fmt: skip
    return rows or [[*head, "", "", "", ""]]


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (str, int)):
        return text_cell(str(value))
    return text_cell("; ".join(str(part) for part in value))
