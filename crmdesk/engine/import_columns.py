# SPDX-License-Identifier: MIT
"""One column of a file held against a field: how many cells are fine, what the first ones mean, which ways fit best."""

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import said_by, sentence
from crmdesk.domain.values import PLAIN, Conventions, NotAValue, Value
from crmdesk.engine.import_cells import ColumnMap, ImportPlan, cell_value
from crmdesk.engine.sheet_shape import Cell, Sheet, Unvalued

SAMPLES = 3


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
        field, ways: what it was held against. values: what its texts mean so.
    """

    fine: int = 0
    empty: int = 0
    wrong: int = 0
    wrong_line: int = 0
    wrong_why: str = ""
    samples: tuple[Sample, ...] = ()
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict, repr=False, compare=False)
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
    counts: Counter[Cell] = Counter(row.cells[place] for row in sheet.rows)
    empty = counts.pop(None, 0) + counts.pop("", 0)
    fine, wrong, values = 0, dict[Cell, str](), dict[str, Value]()
    samples: list[Sample] = []
    for cell, count in counts.items():
        try:
            value = _read(cell, field, ways)
        except NotAValue as error:
            wrong[cell] = said_by(error)
            continue
        fine += count
        if type(cell) is str:
            values[cell] = value
        if field is not None and _is_told(field) and len(samples) < 200:
            samples.append(Sample(str(cell), value, isinstance(cell, str) and is_doubtful(cell, field)))
    samples.sort(key=lambda sample: not sample.is_doubtful)
    first = next((row for row in sheet.rows if row.cells[place] in wrong), None) if wrong else None
    return ColumnCheck(
        fine=fine,
        empty=empty,
        wrong=sum(counts[cell] for cell in wrong),
        wrong_line=first.line if first is not None else 0,
        wrong_why=wrong[first.cells[place]] if first is not None else "",
        samples=tuple(samples[:SAMPLES]),
        field=field,
        ways=ways,
        values=values,
    )


def remembered(checks: Mapping[int, ColumnCheck], plan: ImportPlan, schema: Schema) -> dict[int, Mapping[str, Value]]:
    """What was read when the columns were judged, for those judged as the plan has them; by the column's place."""
    return {
        place: checks[place].values
        for place, column in enumerate(plan.columns)
        if place in checks
        and checks[place].field == schema.field(column.field or "")
        and checks[place].ways == plan.ways
    }


def _read(cell: Cell, field: Field | None, ways: Conventions) -> Value:
    if field is not None:
        return cell_value(cell, field, ways)
    if isinstance(cell, Unvalued):
        raise NotAValue(sentence("This cell has no value that was stored."))
    return str(cell)


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
