# SPDX-License-Identifier: MIT
"""Tables, files that are whole or not there, and values as people read them."""

import io
import os
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.cli.output import Progress, TableWriter, print_table, text_output
from crmdesk.cli.shapes import one_line, short, shown, telling_fields
from crmdesk.cli.trouble import Refused, Usage
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.row_files import Json, row_shape, value_shape

ID = RecordId(ModuleName("Leads"), "2x1")
CITY = FieldName("city")


def record(values: Mapping[str, Value], **labels: str) -> Record:
    return Record(
        ID, {FieldName(n): v for n, v in values.items()}, {FieldName(n): label for n, label in labels.items()}
    )


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (None, None),
        ("", None),
        ((), None),
        ("x", "x"),
        (True, True),
        (0, 0),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+2"), "100"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00"),
        (time(9, 5), "09:05:00"),
        (ID, "2x1"),
        (("a", "b"), ["a", "b"]),
    ],
)
def test_json_values(value: Value, shape: Json) -> None:
    assert value_shape(value) == shape
    assert type(value_shape(value)) is type(shape)


def test_the_id_comes_first_and_only_once() -> None:
    assert list(row_shape(record({"id": "2x1", "city": "Espoo"}), [CITY, FieldName("id")])) == ["id", "city"]


def test_what_people_read() -> None:
    rating = Field(name=FieldName("rating"), label="Rating", type=FieldType.CHOICE, choices=(Choice("a", "Good"),))
    one = record(
        {
            "owner": RecordId(ModuleName("Users"), "19x1"),
            "rating": "a",
            "hot": True,
            "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        },
        owner="Ada",
    )
    assert shown(one, FieldName("owner"), None) == "Ada"
    assert shown(one, FieldName("rating"), rating) == "Good"
    assert shown(one, FieldName("hot"), None) == "yes"
    assert shown(one, FieldName("at"), None) == "2026-01-02 03:04+00:00"
    assert shown(one, FieldName("absent"), None) == ""


@pytest.mark.parametrize(
    ("number", "text"), [("1250000.000000000", "1250000.00"), ("1.5", "1.50"), ("7", "7"), ("0.125000", "0.125")]
)
def test_short_figures(number: str, text: str) -> None:
    assert short(Decimal(number)) == text


def test_a_value_cannot_drive_the_terminal() -> None:
    assert one_line("red \x1b[31m\nnext\u2028line\ttab") == "red [31m next line tab"


class Terminal(io.StringIO):
    """Claims to be one."""

    def isatty(self) -> bool:
        return True


def test_progress_shows_on_a_terminal_after_a_while_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, pipe = Terminal(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    at_once, later = Progress(quiet_s=0), Progress(quiet_s=60)
    at_once(1200)
    later(1200)
    later.clear()
    assert terminal.getvalue() == "\r1,200 rows…"
    at_once.clear()
    assert terminal.getvalue().endswith("\r           \r")
    monkeypatch.setattr(sys, "stderr", pipe)
    piped = Progress(quiet_s=0)
    piped(1200)
    piped.clear()
    assert pipe.getvalue() == ""


def test_table_for_a_file_is_whole_and_for_a_terminal_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    rows = [["2x1", "漢字" * 20, "12"], ["2x2", "short", "7"]]
    file, terminal = io.StringIO(), Terminal()
    print_table(file, ["id", "name", "n"], rows, right=[2])
    print_table(terminal, ["id", "name", "n"], rows, right=[2])
    assert "漢字" * 20 in file.getvalue()
    assert "…" in terminal.getvalue()
    from wcwidth import wcswidth

    assert max(wcswidth(line) for line in terminal.getvalue().splitlines()) <= 40


def test_table_aligns_numbers_and_keeps_texts_that_look_like_numbers() -> None:
    staff = FieldName("staff")
    module = Module(name=ModuleName("Leads"), label="Lead", label_plural="Leads")
    fields = (Field(name=CITY, label="City"), Field(name=staff, label="Staff", type=FieldType.INTEGER))
    schema = Schema(module, fields, CITY)
    out = io.StringIO()
    writer = TableWriter(out, [CITY, staff], schema)
    writer.write([record({"city": "007", "staff": 5}), record({"city": "1e5", "staff": 12345})])
    writer.end()
    lines = out.getvalue().splitlines()
    assert lines[2].split() == ["2x1", "007", "5"]
    assert lines[2].endswith("    5")
    assert telling_fields(schema, []) == (CITY,)


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("old")

    def half() -> None:
        with text_output(file) as out:
            out.write("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_file_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    file, link = tmp_path / "a.csv", tmp_path / "link.csv"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    with text_output(link) as out:
        out.write("neu ä")
    assert file.read_text("utf-8") == "neu ä"
    assert file.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()


def test_folders_that_are_wrong(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="no folder"), text_output(tmp_path / "no" / "a.csv"):
        pass
    with pytest.raises(Usage, match="is a folder"), text_output(tmp_path):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_a_sentence() -> None:
    with pytest.raises(Refused, match="could not be written"), text_output(Path("/dev/full")) as out:
        out.write("x")
