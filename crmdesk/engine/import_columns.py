# SPDX-License-Identifier: MIT
"""One column of a file held against a field: how many cells are fine, what the first ones mean, which ways fit best."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import PLAIN, Conventions, Value
from crmdesk.engine.cell_values import Meaning, Wrong, read_column
from crmdesk.engine.import_plan import ColumnMap, ImportPlan
from crmdesk.engine.sheet_shape import Cell, Sheet

SAMPLES = 3
_LOOKED_AT = 200
"""Different cells, for those that are doubtful."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a cell says and what it is taken for.

    Attributes:
        is_doubtful: another way of writing would make something else of it.
    """

    text: str
    value: Value
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnCheck:
    """All cells of a column held against its field.

    Attributes:
        wrong_line: of the first cell that cannot be read; wrong_why: its sentence.
        samples: at most three different dates or numbers, doubtful ones first; empty for other fields.
        values: what each cell means to the field, None = the record's id, by these ways.
    """

    fine: int = 0
    empty: int = 0
    wrong: int = 0
    wrong_line: int = 0
    wrong_why: str = ""
    samples: tuple[Sample, ...] = ()
    values: Sequence[Meaning] = dataclasses.field(default=(), repr=False, compare=False)
    field: Field | None = None
    ways: Conventions = PLAIN

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should say that the samples are right."""
        return any(sample.is_doubtful for sample in self.samples)


def check_column(sheet: Sheet, place: int, field: Field | None, ways: Conventions) -> ColumnCheck:
    """Read every different cell of a column once; blocks, so call it on a lane.

    Args:
        place: of the column, 0 is the first. field: None = the record's id, which any text can be.
    """
    cells = [row.cells[place] for row in sheet.rows]
    values = read_column(cells, field, ways)
    wrong = [at for at, value in enumerate(values) if type(value) is Wrong]
    empty = values.count(None)
    first = values[wrong[0]] if wrong else None
    return ColumnCheck(
        fine=len(values) - empty - len(wrong),
        empty=empty,
        wrong=len(wrong),
        wrong_line=sheet.rows[wrong[0]].line if wrong else 0,
        wrong_why=first.why if isinstance(first, Wrong) else "",
        samples=_samples(cells, values, field) if field is not None and _is_told(field) else (),
        values=values,
        field=field,
        ways=ways,
    )


def _samples(cells: Sequence[Cell], values: Sequence[Meaning], field: Field) -> tuple[Sample, ...]:
    """Doubtful ones first."""
    found: dict[str, Sample] = {}
    for cell, value in zip(cells, values, strict=True):
        if value is None or isinstance(value, Wrong) or str(cell) in found:
            continue
        found[str(cell)] = Sample(str(cell), value, isinstance(cell, str) and is_doubtful(cell, field))
        if len(found) == _LOOKED_AT:
            break
    return tuple(sorted(found.values(), key=lambda sample: not sample.is_doubtful)[:SAMPLES])


def remembered(checks: Mapping[int, ColumnCheck], plan: ImportPlan, schema: Schema) -> dict[int, Sequence[Meaning]]:
    """What was read when the columns were judged, for those judged as the plan has them; by the column's place."""
    return {
        place: checks[place].values
        for place, column in enumerate(plan.columns)
        if place in checks
        and checks[place].field == schema.field(column.field or "")
        and checks[place].ways == plan.ways
    }


def _is_told(field: Field) -> bool:
    """Whether its texts can be read in several ways."""
    return field.type.is_number or field.type in (FieldType.DATE, FieldType.DATETIME)


def is_doubtful(text: str, field: Field) -> bool:
    """Whether somebody elsewhere would read another date or number here: 03.04.2026, 1.250."""
    if field.type in (FieldType.DATE, FieldType.DATETIME):
        parts = re.match(r"\s*(\d{1,2})[./\- ]\s*(\d{1,2})[./\- ]\s*\d{2,4}\b", text)
        return parts is not None and parts[1] != parts[2] and int(parts[1]) <= 12 and int(parts[2]) <= 12
    return field.type.is_number and re.fullmatch(r"\s*[+-]?[1-9]\d{0,2}[.,]\d{3}\s*", text) is not None


def best_ways(sheet: Sheet, columns: Sequence[ColumnMap], schema: Schema, ways: Conventions) -> Conventions:
    """The person's own ways, unless the file's dates or numbers contradict them and others read more of them.

    Only the order of dates and the mark of decimals may differ; blocks, so call it on a lane.
    """
    told: Mapping[int, Field] = {
        place: field
        for place, column in enumerate(columns)
        if column.field and (field := schema.field(column.field)) is not None and _is_told(field)
    }
    some = replace(sheet, rows=sheet.rows[:2_000])
    days = {place: field for place, field in told.items() if not field.type.is_number}
    numbers = {place: field for place, field in told.items() if field.type.is_number}

    def wrong(fields: Mapping[int, Field], tried: Conventions) -> int:
        return sum(check_column(some, place, field, tried).wrong for place, field in fields.items())

    if days and wrong(days, ways):
        orders = dict.fromkeys((ways.date_order, "dmy", "mdy", "ymd"))
        ways = replace(ways, date_order=min(orders, key=lambda one: wrong(days, replace(ways, date_order=one))))
    if numbers and wrong(numbers, ways):
        marks = dict.fromkeys((ways.decimal_point, ".", ","))
        ways = written(ways, min(marks, key=lambda one: wrong(numbers, written(ways, one))))
    return ways


def written(ways: Conventions, decimal_point: str) -> Conventions:
    """The ways with another mark of decimals, and thousands apart by the mark that belongs to it.

    Blanks and apostrophes are always understood; a person's own mark for thousands may be one of them, a file's not.
    """
    return replace(ways, decimal_point=decimal_point, group="." if decimal_point == "," else ",")
