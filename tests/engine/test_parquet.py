# SPDX-License-Identifier: MIT
"""Parquet files come back as they were meant; what fits no column is counted."""

import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.parquet import MissingExtra, ParquetWriter, is_installed
from tests.engine.fake_vendor import ACCOUNTS, SCHEMA

FIELDS = tuple(field.name for field in SCHEMA.fields)
ROW: dict[str, Value] = {
    "accountname": "Äijälä",
    "employees": 5,
    "revenue": Decimal("12.50"),
    "founded": date(2020, 5, 1),
    "modified": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "opens": time(8, 30),
    "active": True,
    "tags": ("a", "b"),
    "parent": RecordId(ACCOUNTS, "3x1"),
}


def record(key: str, **values: Value) -> Record:
    return Record(RecordId(ACCOUNTS, key), {FieldName(name): value for name, value in values.items()})


def test_values_come_back_typed() -> None:
    pytest.importorskip("pyarrow", reason="the extra “analysis” is not installed")
    import pyarrow.parquet

    out = io.BytesIO()
    writer = ParquetWriter(out, FIELDS, SCHEMA)
    writer.write([record("1", **ROW), record("2", employees="many", revenue=Decimal("1e40"), active=None)])
    writer.end()
    assert writer.misfits == 2
    out.seek(0)
    first, second = pyarrow.parquet.read_table(out).to_pylist()
    wanted: dict[str, object] = {"id": "1", **{str(name): None for name in FIELDS}, **ROW}
    assert first == wanted | {"tags": ["a", "b"], "parent": "3x1", "revenue": Decimal("12.5000000000")}
    assert second["employees"] is None


def test_without_the_library_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match="analysis"):
        ParquetWriter(io.BytesIO(), FIELDS, SCHEMA)
    assert not is_installed()
