# SPDX-License-Identifier: MIT
"""Rows of a query: what is a number, how they are sorted here, what a file of them holds."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.engine.native_query import QueryRows
from crmdesk.engine.row_files import from_text_cell
from crmdesk.ui.query.query_rows import columns_of, number, rows_of, sorted_places, turned, write_rows
from crmdesk.ui.table.cells import Kind, SortMark
from tests.engine.fake_vendor import ACCOUNTS, MODULE


def result(*rows: dict[str, str]) -> QueryRows:
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    return QueryRows(rows, columns, 1.0, MODULE, {"id": ACCOUNTS}, False)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", Decimal(12)),
        ("-3.50", Decimal("-3.50")),
        ("0", Decimal(0)),
        ("0.5", Decimal("0.5")),
        ("2745000.000000000", Decimal(2745000)),
        ("00100", None),
        ("358401234567890", None),
        ("1e5", None),
        ("٣", None),
        ("--1", None),
        ("", None),
        ("12 ", None),
    ],
)
def test_what_is_a_number(text: str, amount: Decimal | None) -> None:
    assert number(text) == amount


def test_columns_by_what_they_hold() -> None:
    kinds = [c.kind for c in columns_of(result({"id": "1", "n": "2", "t": "x"}, {"n": "", "t": "3"}))]
    assert kinds == [Kind.LINK, Kind.NUMBER, Kind.TEXT]


def test_sorting_is_by_number_or_folded_text_and_empty_comes_last() -> None:
    found = result({"n": "10", "t": "b"}, {"n": "9", "t": "Ä"}, {"n": "", "t": "B"}, {"n": "9", "t": "c"})
    assert sorted_places(found, [SortMark("n")]) == [1, 3, 0, 2]
    assert sorted_places(found, [SortMark("n", True)]) == [0, 1, 3, 2]
    assert sorted_places(found, [SortMark("t")]) == [1, 0, 2, 3]
    assert sorted_places(found, [SortMark("n"), SortMark("t", True)]) == [3, 1, 0, 2]
    assert sorted_places(found, []) == [0, 1, 2, 3]
    assert [row.cells[0] for row in rows_of(found, [2, 0])] == ["", "10"]


def test_files_hold_every_column_of_every_row(tmp_path: Path) -> None:
    rows = ({"a": "1", "b": 'x "y"\nz'}, {"a": "Äijä"})
    write_rows(tmp_path / "r.csv", ("a", "b"), rows)
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["a", "b"], ["1", 'x "y"\nz'], ["Äijä", ""]]
    write_rows(tmp_path / "r.json", ("a", "b"), rows)
    assert json.loads((tmp_path / "r.json").read_text("utf-8")) == [{"a": "1", "b": 'x "y"\nz'}, {"a": "Äijä", "b": ""}]


def test_a_file_computes_nothing_and_is_whole_or_as_it_was(tmp_path: Path) -> None:
    """A formula in a name, a postcode's zeros: both stay texts. A write that breaks leaves the file of yesterday."""
    target = tmp_path / "r.csv"
    write_rows(target, ("=name", "zip"), [{"=name": "=1+1", "zip": "00100"}])
    text = target.read_text("utf-8-sig")
    assert [from_text_cell(cell) for row in csv.reader(text.splitlines()) for cell in row] == [
        "=name",
        "zip",
        "=1+1",
        "00100",
    ]
    assert "\n=1" not in text.replace("\r", "")

    def breaks() -> Iterator[dict[str, str]]:
        yield {"a": "new"}
        raise OSError("the disk is full")

    for name in ("r.csv", "r.json"):
        (tmp_path / name).write_text("yesterday", encoding="utf-8")
        with pytest.raises(OSError, match="full"):
            write_rows(tmp_path / name, ("a",), breaks())
        assert (tmp_path / name).read_text("utf-8") == "yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.csv", "r.json"]


def test_a_click_sorts_up_then_down_then_as_it_came() -> None:
    up, down, other = SortMark("a"), SortMark("a", True), SortMark("b")
    assert [turned(marks, "a") for marks in ([], [up], [down])] == [[up], [down], []]
    assert turned([other], "a") == [up]
    assert turned([other, up], "a", add=True) == [other, down]
    assert turned([other, down], "a", add=True) == [other]
