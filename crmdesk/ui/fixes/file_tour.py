# SPDX-License-Identifier: MIT
"""The part of the tour that brings a file in and takes one out: what a clerk does with the addresses of a fair."""

import csv
from collections.abc import Awaitable, Callable
from pathlib import Path

from crmdesk.domain.schema import FieldType, Schema
from crmdesk.ui.fixes.import_sheet import ImportSheet

Until = Callable[[Callable[[], bool], str], Awaitable[None]]
_NAMES = (
    "\u00c4ij\u00e4l\u00e4 Oy",
    "Brainformatik GmbH",
    "S\u00f8ndergaard & S\u00f8nner",
    "Koch Maschinenbau",
    "Lehto Oy",
)
_CITIES = ("Espoo", "K\u00f6ln", "K\u00f8benhavn")
_COUNT = 188


def write_fair(path: Path, schema: Schema) -> None:
    """A file as a spreadsheet program saves it in Western Europe; three rows lack the name."""
    fields = [schema.field(schema.title_field)]
    fields += [next((f for f in schema.fields if f.name.endswith("city") and not f.read_only), None)]
    fields += [next((f for f in schema.fields if f.type is kind and not f.read_only), None) for kind in (
        FieldType.PHONE, FieldType.DATE, FieldType.MONEY)]  # fmt: skip
    with path.open("w", encoding="cp1252", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow([*(field.label if field is not None else "?" for field in fields), "Remark"])
        for number in range(_COUNT):
            name = "" if number in (7, 20, 41) else f"{_NAMES[number % 5]} {number}"
            day, amount = f"{number % 12 + 1:02}.04.2026", f"1.25{number % 10}.000,00"
            table.writerow([name, _CITIES[number % 3], f"+49 421 {1000 + number}", day, amount, "will call back"])


async def show_columns(sheet: ImportSheet, path: Path, until: Until) -> None:
    """The second step, as the mock-up shows it."""
    sheet.open_file(path)
    await until(lambda: sheet.go.isEnabled() and bool(sheet.columns.checks()), "the file")
    sheet.go.click()
    await until(lambda: len(sheet.columns.checks()) > 3, "the columns")


async def show_rows(sheet: ImportSheet, until: Until) -> None:
    """The third step."""
    sheet.go.click()
    await until(lambda: sheet.rows.grid.records.rowCount() == _COUNT, "the rows")
