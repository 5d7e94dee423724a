# SPDX-License-Identifier: MIT
"""The change file: one JSON object a line, as the command line reads it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from crmdesk.domain.changes import merge3
from crmdesk.domain.line_edit import same_line
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, Tax
from crmdesk.domain.values import Value
from crmdesk.engine.applying import Checked, Decision
from crmdesk.engine.change_file import read_lines
from crmdesk.engine.change_writing import change_lines, write_change_file
from crmdesk.engine.line_file import new_lines
from crmdesk.engine.staged_record import staged_document
from crmdesk.engine.staging import Kind, StagedRecord

A, B = FieldName("a"), FieldName("b")
LEADS = ModuleName("Leads")


def update(base: dict[FieldName, Value], mine: dict[FieldName, Value], now: dict[FieldName, Value]) -> Checked:
    record = Record(RecordId(LEADS, "2x1"), base)
    staged = StagedRecord(Kind.UPDATE, record, mine)
    return Checked(staged, Record(record.id, now), merge3(base, mine, now))


def test_a_create_carries_its_key() -> None:
    staged = StagedRecord(Kind.CREATE, Record(RecordId(LEADS, "new:7"), {}), {A: "Koch", B: RecordId(LEADS, "2x9")})
    assert [json.loads(line) for line in change_lines([Checked(staged, None)], {})] == [
        {"op": "create", "module": "Leads", "set": {"a": "Koch", "b": "2x9"}, "key": "new:7"}
    ]


def test_a_delete_is_its_id() -> None:
    staged = StagedRecord(Kind.DELETE, Record(RecordId(LEADS, "2x199"), {A: "x"}))
    assert change_lines([Checked(staged, None)], {}) == ['{"op": "delete", "module": "Leads", "id": "2x199"}']


def test_values_are_written_as_the_command_line_reads_them() -> None:
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    mine: dict[FieldName, Value] = {
        FieldName("money"): Decimal("12.50"),
        FieldName("day"): date(2026, 1, 2),
        FieldName("moment"): moment,
        FieldName("tags"): ("x", "y"),
        FieldName("yes"): True,
        FieldName("count"): 7,
        FieldName("none"): None,
        FieldName("name"): "Äijälä",
    }
    line = change_lines([update({}, mine, {})], {})[0]
    assert json.loads(line)["set"] == {
        "money": "12.50",
        "day": "2026-01-02",
        "moment": "2026-01-02T03:04:00+00:00",
        "tags": ["x", "y"],
        "yes": True,
        "count": 7,
        "none": None,
        "name": "Äijälä",
    }
    assert "Äijälä" in line


def test_was_is_the_value_loaded() -> None:
    line = json.loads(change_lines([update({A: "old"}, {A: "new"}, {A: "old"})], {})[0])
    assert line["was"] == {"a": "old"}


def test_fields_decided_for_the_server_are_left_out() -> None:
    one = update({A: "old", B: "x"}, {A: "new", B: "y"}, {A: "theirs", B: "x"})
    key = (one.staged.id, A)
    assert json.loads(change_lines([one], {key: Decision.THEIRS})[0])["set"] == {"b": "y"}
    assert json.loads(change_lines([one], {key: Decision.MINE})[0])["was"] == {"a": "theirs", "b": "x"}
    alone = update({A: "old"}, {A: "new"}, {A: "theirs"})
    assert change_lines([alone], {key: Decision.THEIRS}) == []


def test_the_file_ends_each_line(tmp_path: Path) -> None:
    one = update({A: "old"}, {A: "new"}, {A: "old"})
    assert write_change_file(tmp_path / "x.jsonl", [one, one], {}) == 2
    assert (tmp_path / "x.jsonl").read_bytes().count(b"\n") == 2


def test_a_new_document_carries_its_lines_and_is_read_back_as_it_was() -> None:
    product = LineItem(
        key=None,
        position=1,
        kind=LineKind.SERVICE,
        product=RecordId(ModuleName("Services"), "25x7"),
        quantity=Decimal("1.5"),
        unit_price=Decimal("920.10"),
        discount_percent=Decimal(5),
        taxes=(Tax("VAT", Decimal("25.5")),),
        extras={FieldName("comment2"): "painted"},
    )
    words = LineItem(key=None, position=2, kind=LineKind.HEADING, text="Options", quantity=Decimal(0))
    staged = staged_document(
        RecordId(LEADS, "new:7"), {A: "Order 9"}, (product, words), currency="EUR", tax_mode="group"
    )
    (text,) = change_lines([Checked(staged, None)], {})
    (read,) = read_lines([text])
    assert (read.op, read.key, read.currency, read.tax_mode) == ("create", "new:7", "EUR", "group")
    assert read.lines is not None
    lines = new_lines(read.lines)
    assert [(one.kind, one.product) for one in lines] == [(one.kind, one.product) for one in (product, words)]
    assert all(same_line(one, other) for one, other in zip(lines, (product, words), strict=True))
