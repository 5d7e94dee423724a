# SPDX-License-Identifier: MIT
"""Records to a file, page by page, on a lane: the file takes its name only when it is whole."""

import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value
from crmdesk.engine.lanes import Lanes
from crmdesk.engine.row_files import CsvWriter, JsonLinesWriter, RowWriter, SheetCsvWriter, whole_file

_ID = "id"


class ExportFormat(Enum):
    """What kind of file."""

    XLSX = "xlsx"
    SHEET_CSV = "sheet_csv"
    """For spreadsheets: nothing that they would compute, cut or round."""
    CSV = "csv"
    """Exactly the values, for other programs."""
    JSON_LINES = "jsonl"

    @property
    def ending(self) -> str:
        """Of the file's name, without the dot."""
        return "csv" if self is ExportFormat.SHEET_CSV else self.value


class Looks(Enum):
    """How values are written."""

    STORED = "stored"
    """As the server keeps them: ids, the words of lists as stored. Imports again to the same."""
    SHOWN = "shown"
    """As people read them: names for ids, labels for the words of lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """What is written and how.

    Attributes:
        fields: the columns in order; the record's id always stands before them.
        with_labels: columns are titled by their labels; JSON lines always have names.
        separator, decimal_point: of a CSV for spreadsheets.
        zone: of moments in a workbook. yes, no: how truth is shown.
    """

    form: ExportFormat
    fields: tuple[FieldName, ...]
    with_labels: bool = True
    looks: Looks = Looks.STORED
    separator: str = ","
    decimal_point: str = "."
    zone: tzinfo = UTC
    yes: str = "yes"
    no: str = "no"


async def export(
    target: Path,
    pages: AsyncIterator[Sequence[Record]],
    plan: ExportPlan,
    schema: Schema,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write every record of every page; how many.

    When it is cancelled or fails, there is no new file and an old one of that name is as it was.

    Raises:
        Invalid: the format cannot hold it. OSError: it cannot be written. Whatever ``pages`` raises.
    """
    lane: Lanes[None] = Lanes(lambda: None, lambda _: None, count=1, name="export")
    work = _Work(target, plan, schema)
    written = 0
    try:
        await lane.call(lambda _: work.begin(), abandon=False)
        try:
            async for records in pages:
                rows = list(records)
                await lane.call(lambda _, rows=rows: work.write(rows))  # type: ignore[misc]  # mypy: default of a lambda
                written += len(rows)
                if progress is not None:
                    progress(written)
            await lane.call(lambda _: work.finish())
        except BaseException as error:
            await lane.call(lambda _, error=error: work.give_up(error), abandon=False)  # type: ignore[misc]  # the same
            raise
    finally:
        lane.close()
    return written


class _Work:
    """What happens on the lane."""

    def __init__(self, target: Path, plan: ExportPlan, schema: Schema) -> None:
        self._target, self._plan, self._schema = target, plan, schema
        self._open = ExitStack()
        self._writer: RowWriter | None = None
        self._text: io.TextIOWrapper | None = None
        self._shown = _Shown(plan, schema) if plan.looks is Looks.SHOWN else None

    def begin(self) -> None:
        raw = self._open.enter_context(whole_file(self._target))
        try:
            self._writer = self._made(raw)
        except BaseException as error:
            self._open.__exit__(type(error), error, error.__traceback__)
            raise

    def _made(self, raw: BinaryIO) -> RowWriter:
        plan, fields = self._plan, self._plan.fields
        heads = [_ID, *titles(fields, self._schema)] if plan.with_labels else None
        if plan.form is ExportFormat.XLSX:
            from crmdesk.engine.spreadsheet import SpreadsheetWriter

            title = self._schema.module.label_plural or self._schema.module.name
            return SpreadsheetWriter(raw, fields, title, heads, plan.zone)
        self._text = io.TextIOWrapper(raw, encoding="utf-8", errors="surrogatepass", newline="")
        match plan.form:
            case ExportFormat.SHEET_CSV:
                return SheetCsvWriter(self._text, fields, heads, plan.separator, plan.decimal_point)
            case ExportFormat.CSV:
                return CsvWriter(self._text, fields, heads)
            case _:
                return JsonLinesWriter(self._text, fields)

    def write(self, records: Sequence[Record]) -> None:
        assert self._writer is not None
        self._writer.write([self._shown(one) for one in records] if self._shown is not None else records)

    def finish(self) -> None:
        assert self._writer is not None
        self._writer.end()
        if self._text is not None:
            self._text.flush()
            self._text.detach()
        self._open.close()

    def give_up(self, error: BaseException) -> None:
        drop = getattr(self._writer, "give_up", None)
        if drop is not None:
            drop()
        if self._text is not None:
            self._text.detach()
        try:
            self._open.__exit__(type(error), error, error.__traceback__)
        except BaseException as told:
            if told is not error:
                raise


def titles(fields: Sequence[FieldName], schema: Schema) -> list[str]:
    """The labels of columns; a label that several have is told apart by the field's name, so that it imports again."""
    labels = [known.label if (known := schema.field(name)) is not None else str(name) for name in fields]
    return [
        f"{label} ({name})" if labels.count(label) > 1 or label.casefold() == _ID else label
        for name, label in zip(fields, labels, strict=True)
    ]


@dataclass(slots=True)
class _Shown:
    """Records as people read them."""

    plan: ExportPlan
    schema: Schema
    _fields: Mapping[FieldName, Field] = field(init=False)

    def __post_init__(self) -> None:
        self._fields = {one.name: one for one in self.schema.fields}

    def __call__(self, record: Record) -> Record:
        return replace(record, values={name: self._value(record, name, value) for name, value in record.values.items()})

    def _value(self, record: Record, name: FieldName, value: Value) -> Value:
        known = self._fields.get(name)
        if value is None or known is None:
            return value
        if isinstance(value, bool):
            return self.plan.yes if value else self.plan.no
        if isinstance(value, tuple):
            return tuple(known.choice_label(one) for one in value)
        if known.type is FieldType.CHOICE and isinstance(value, str):
            return record.labels.get(name) or known.choice_label(value)
        return record.labels.get(name) or value if known.type is FieldType.REFERENCE else value


def check_room(form: ExportFormat, rows: int | None, what: str) -> None:
    """Refuse before the first row what a sheet cannot hold.

    Args:
        rows: how many there are, None = not known. what: what they are called.

    Raises:
        Invalid.
    """
    from crmdesk.engine.spreadsheet import MOST_ROWS

    if form is ExportFormat.XLSX and rows is not None and rows >= MOST_ROWS:
        raise Invalid(
            sentence(
                "A sheet holds {most_rows} records, and there are {rows} {what}. Filter the table first, or choose CSV.",
                most_rows=f"{MOST_ROWS - 1:,}",
                rows=f"{rows:,}",
                what=what,
            )
        )
