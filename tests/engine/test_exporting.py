# SPDX-License-Identifier: MIT
"""Records to files: whole or not there, titled, shown or stored, and readable by our own import."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crmdesk.domain.errors import Invalid, NotReachable
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.values import Conventions, Value
from crmdesk.engine.cell_values import cell_value
from crmdesk.engine.exporting import ExportFormat, ExportPlan, Looks, check_room, export, titles
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.sheets import detect, load
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, SCHEMA, STAFF

INDUSTRY, ACTIVE, PARENT, REVENUE = (FieldName(n) for n in ("industry", "active", "parent", "revenue"))
FIELDS = (NAME, INDUSTRY, ACTIVE, PARENT, REVENUE)


def record(number: int) -> Record:
    values: dict[FieldName, Value] = {
        NAME: f"=Koch {number}",
        INDUSTRY: "it",
        ACTIVE: True,
        PARENT: RecordId(ACCOUNTS, "A7"),
        REVENUE: Decimal("1234.50"),
    }
    return Record(RecordId(ACCOUNTS, f"00{number}"), values, {PARENT: "Mother AG"})


async def pages(*sizes: int, error: Exception | None = None) -> AsyncIterator[Sequence[Record]]:
    number = 0
    for size in sizes:
        yield [record(number + n) for n in range(size)]
        number += size
    if error is not None:
        raise error


def plan_of(form: ExportFormat, looks: Looks = Looks.STORED, *, with_labels: bool = True) -> ExportPlan:
    return ExportPlan(form=form, fields=FIELDS, with_labels=with_labels, looks=looks)


@pytest.mark.parametrize("form", list(ExportFormat))
def test_every_format_is_read_back_by_our_own_import(tmp_path: Path, form: ExportFormat) -> None:
    target, told = tmp_path / f"x.{form.ending}", list[int]()
    assert run(export(target, pages(2, 0, 3), plan_of(form), SCHEMA, told.append)) == 5
    assert told == [2, 2, 5]
    sheet = load(target, detect(target))
    labels = ("id", "Account name", "Industry", "Active", "Member of", "Revenue")
    assert sheet.headers == (("id", *FIELDS) if form is ExportFormat.JSON_LINES else labels)
    assert len(sheet.rows) == 5
    key, name, industry, active, parent, revenue = sheet.rows[4].cells
    assert (key, name, industry, parent) == ("004", "=Koch 4", "it", "A7")
    assert active in (True, "1")
    assert Decimal(str(revenue)) == Decimal("1234.5")


def test_values_as_people_read_them(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    run(export(target, pages(1), plan_of(ExportFormat.CSV, Looks.SHOWN, with_labels=False), SCHEMA))
    head, line = target.read_text("utf-8").splitlines()
    assert head == "id,accountname,industry,active,parent,revenue"
    assert line == "000,=Koch 0,Computers,yes,Mother AG,1234.50"


def test_formulas_are_defused_where_a_spreadsheet_reads(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    run(export(target, pages(1), plan_of(ExportFormat.SHEET_CSV), SCHEMA))
    assert '"=""=Koch 0"""' in target.read_text("utf-8-sig")


def test_json_lines_keep_names_and_shapes(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    run(export(target, pages(1), plan_of(ExportFormat.JSON_LINES), SCHEMA))
    assert json.loads(target.read_text("utf-8")) == {
        "id": "000", "accountname": "=Koch 0", "industry": "it", "active": True, "parent": "A7", "revenue": "1234.50",
    }  # fmt: skip


@pytest.mark.parametrize("form", list(ExportFormat))
def test_what_breaks_off_leaves_the_old_file_as_it_was(tmp_path: Path, form: ExportFormat) -> None:
    target = tmp_path / "x"
    target.write_text("precious")
    with pytest.raises(NotReachable):
        run(export(target, pages(2, error=NotReachable("gone")), plan_of(form), SCHEMA))
    assert target.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        run(export(tmp_path / "no" / "x.csv", pages(1), plan_of(ExportFormat.CSV), SCHEMA))


def test_labels_that_several_fields_have_are_told_apart() -> None:
    from dataclasses import replace

    twice = replace(SCHEMA, fields=(*SCHEMA.fields, replace(SCHEMA.fields[2], name=FieldName("ship_city"))))
    assert titles((CITY, FieldName("ship_city"), STAFF), twice) == ["City (bill_city)", "City (ship_city)", "Employees"]


def test_too_many_rows_for_a_sheet_are_a_sentence() -> None:
    check_room(ExportFormat.XLSX, 1_048_575, "Accounts")
    check_room(ExportFormat.CSV, 5_000_000, "Accounts")
    with pytest.raises(Invalid, match=r"A sheet holds 1,048,575 records, and there are 1,048,576 Accounts\."):
        check_room(ExportFormat.XLSX, 1_048_576, "Accounts")


def test_a_query_is_read_to_its_end(bench: Bench, tmp_path: Path) -> None:
    for number in range(25):
        bench.server.add(f"A{number}", accountname=f"Name {number}")
    target = tmp_path / "x.csv"

    async def go() -> int:
        found = PageFeed(bench.session, Query(ACCOUNTS, (NAME,))).pages()
        return await export(target, found, ExportPlan(form=ExportFormat.CSV, fields=(NAME,)), SCHEMA)

    assert run(go()) == 25
    assert len(target.read_text("utf-8").splitlines()) == 26


@pytest.mark.parametrize("hour", ["2026-07-01T09:30+00:00", "2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00"])
def test_moments_come_back_from_a_workbook_in_the_persons_zone(tmp_path: Path, hour: str) -> None:
    """The hour that the clocks show twice in autumn cannot be told by a spreadsheet's date, so it is text with its zone."""
    when, zone, name = datetime.fromisoformat(hour), ZoneInfo("Europe/Helsinki"), FieldName("modified")
    one = Record(RecordId(ACCOUNTS, "A1"), {name: when})

    async def found() -> AsyncIterator[Sequence[Record]]:
        yield [one]

    target = tmp_path / "x.xlsx"
    run(export(target, found(), ExportPlan(form=ExportFormat.XLSX, fields=(name,), zone=zone), SCHEMA))
    (row,) = load(target, detect(target)).rows
    field = SCHEMA.field(name)
    assert field is not None
    assert cell_value(row.cells[1], field, Conventions(zone=zone)) == when
