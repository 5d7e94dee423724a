# SPDX-License-Identifier: MIT
"""Rows as a Parquet file, for analysts; typed by the server's own description. Needs the extra "analysis" (pyarrow)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

_ROWS = 10_000
_DIGITS, _PLACES = 38, 10
_SMALLEST = Decimal(1).scaleb(-_PLACES)
_LARGEST = Decimal(10) ** (_DIGITS - _PLACES)


class MissingExtra(ProfileError):
    """pyarrow is not installed."""

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "Parquet files need a library that is not installed here. Install crmdesk with its extra “analysis”: "
                "pip install 'crmdesk[analysis]'."
            )
        )


class ParquetWriter:
    """Writes rows in groups of ten thousand.

    Attributes:
        misfits: values that their column could not hold (a text where the server promised a number); they are empty in
            the file.

    Raises:
        MissingExtra.
    """

    def __init__(self, out: BinaryIO, fields: Sequence[FieldName], schema: Schema) -> None:
        self._arrow, self._file = _library()
        known = {field.name: field for field in schema.fields}
        self._fields = [known.get(name) or Field(name=name, label=name) for name in fields if name != "id"]
        self._out, self.misfits = out, 0
        self._types = {field.name: _type(field.type, self._arrow) for field in self._fields}
        columns = [("id", self._arrow.string()), *((field.name, self._types[field.name]) for field in self._fields)]
        self._schema = self._arrow.schema(columns)
        self._writer = self._file.ParquetWriter(out, self._schema, compression="zstd")
        self._rows: list[Record] = []

    def write(self, records: Sequence[Record]) -> None:
        """Some more rows."""
        self._rows += records
        if len(self._rows) >= _ROWS:
            self._flush()

    def end(self) -> None:
        """Write what is left; the file is whole then."""
        self._flush()
        self._writer.close()

    def give_up(self) -> None:
        """The file is not wanted any more."""
        self._writer.close()

    def _flush(self) -> None:
        if not self._rows:
            return
        columns = [self._arrow.array([record.id.key for record in self._rows], self._arrow.string())]
        for field in self._fields:
            cell = _CELLS.get(field.type, _text)
            cells = [self._cell(record.values.get(field.name), cell) for record in self._rows]
            columns.append(self._arrow.array(cells, self._types[field.name]))
        self._writer.write_table(self._arrow.Table.from_arrays(columns, schema=self._schema))
        self._rows.clear()

    def _cell(self, value: Value, cell: Callable[[Value], object]) -> object:
        if value is None:
            return None
        made = cell(value)
        self.misfits += made is None
        return made


def is_installed() -> bool:
    """Whether Parquet files can be written here."""
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def _library() -> tuple[Any, Any]:
    """pyarrow brings no types of its own.

    Raises:
        MissingExtra.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra from error
    return pyarrow, pyarrow.parquet


def _type(kind: FieldType, arrow: Any) -> Any:
    if kind is FieldType.INTEGER:
        return arrow.int64()
    if kind.is_number:
        return arrow.decimal128(_DIGITS, _PLACES)
    simple = {
        FieldType.BOOLEAN: arrow.bool_(),
        FieldType.DATE: arrow.date32(),
        FieldType.DATETIME: arrow.timestamp("us", tz="UTC"),
        FieldType.TIME: arrow.time64("us"),
        FieldType.MULTI_CHOICE: arrow.list_(arrow.string()),
    }
    return simple.get(kind, arrow.string())


def _amount(value: Value) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    amount = Decimal(value)
    if not amount.is_finite() or abs(amount) >= _LARGEST:
        return None
    rounded = amount.quantize(_SMALLEST)
    return rounded if rounded == amount else None


def _text(value: Value) -> str:
    return plain(value)


_CELLS: Mapping[FieldType, Callable[[Value], object]] = {
    FieldType.INTEGER: lambda v: v if type(v) is int and -(2**63) <= v < 2**63 else None,
    FieldType.DECIMAL: _amount,
    FieldType.MONEY: _amount,
    FieldType.PERCENT: _amount,
    FieldType.BOOLEAN: lambda v: v if isinstance(v, bool) else None,
    FieldType.DATE: lambda v: v if type(v) is date else None,
    FieldType.DATETIME: lambda v: v.astimezone(UTC) if isinstance(v, datetime) else None,
    FieldType.TIME: lambda v: v.replace(tzinfo=None) if isinstance(v, time) else None,
    FieldType.MULTI_CHOICE: lambda v: list(v) if isinstance(v, tuple) else None,
}
