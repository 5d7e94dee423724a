# SPDX-License-Identifier: MIT
"""Cells as values: a spreadsheet's own types, texts by their conventions; a whole column as its cells one by one."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Choice, Field, FieldType
from crmdesk.domain.values import PLAIN, Conventions, NotAValue
from crmdesk.engine.cell_values import Meaning, Wrong, cell_value, read_column
from crmdesk.engine.sheet_shape import Cell, Unvalued

CITY = FieldName("bill_city")
GERMAN = Conventions(decimal_point=",", group=".", date_order="dmy", yes="ja", no="nein")


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        (12, FieldType.INTEGER, 12),
        (Decimal("12.0"), FieldType.INTEGER, 12),
        (Decimal("12.1"), FieldType.MONEY, Decimal("12.1")),
        (123456789012345, FieldType.TEXT, "123456789012345"),
        (Decimal("7.50"), FieldType.TEXT, "7.50"),
        (True, FieldType.BOOLEAN, True),
        (1, FieldType.BOOLEAN, True),
        (date(2026, 1, 31), FieldType.DATE, date(2026, 1, 31)),
        (datetime.fromisoformat("2026-01-31T00:00"), FieldType.DATE, date(2026, 1, 31)),
        (date(2026, 1, 31), FieldType.TEXT, "2026-01-31"),
        ("007", FieldType.TEXT, "007"),
    ],
)
def test_a_spreadsheets_own_types(cell: Cell, kind: FieldType, value: object) -> None:
    found = cell_value(cell, Field(name=CITY, label="X", type=kind), GERMAN)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("cell", "kind"), [(Decimal("1.5"), FieldType.INTEGER), (46053, FieldType.DATE)])
def test_a_spreadsheets_number_where_it_makes_no_sense(cell: Cell, kind: FieldType) -> None:
    """A date that came as a day number is not guessed."""
    with pytest.raises(NotAValue):
        cell_value(cell, Field(name=CITY, label="X", type=kind), PLAIN)


def test_what_a_day_number_may_mean_is_said() -> None:
    with pytest.raises(
        NotAValue, match=r"46053 is no date for X\. Give the column a date format .* 2026-01-31 is meant"
    ):
        cell_value(46053, Field(name=CITY, label="X", type=FieldType.DATE), PLAIN)


def test_equal_cells_of_two_types_are_two_cells() -> None:
    cells: tuple[Cell, ...] = (1, True, Decimal("1.0"), Decimal("1.00"), "1", None, "", " ")
    found = read_column(cells, Field(name=CITY, label="X", type=FieldType.TEXT), PLAIN)
    assert found == ["1", "1", "1.0", "1.00", "1", None, None, None]
    flags = read_column((True, 1, "yes"), Field(name=CITY, label="X", type=FieldType.BOOLEAN), PLAIN)
    assert [type(one) for one in flags] == [bool, bool, bool]


def test_a_column_without_a_field_holds_ids() -> None:
    found = read_column(("12x3", 4711, " 12x4 ", Unvalued("=A1"), None), None, PLAIN)
    assert found == ["12x3", "4711", "12x4", Wrong("This cell has no value that was stored."), None]


def test_an_unordinary_text_is_held_against_the_field() -> None:
    field = Field(name=CITY, label="City", max_length=4, stores_astral=False)
    found = read_column(("Oulu", "Turku", "\U0001f600", "Öl", Unvalued("#N/A")), field, PLAIN)
    assert [type(one) for one in found] == [str, Wrong, Wrong, str, Wrong]


_NUMBERS = some.text("0123456789.,-+ '\u00a0\u2212e_\u0663", max_size=9)
_TEXTS = some.one_of(_NUMBERS, some.text(max_size=8), some.sampled_from(["Food", "food", "a; b", "31.1.2026", "ja"]))
_CELLS = some.one_of(
    some.none(), _TEXTS, some.booleans(), some.integers(), some.decimals(allow_nan=False, allow_infinity=False),
    some.dates(), some.sampled_from([Unvalued("=A1"), Unvalued("#N/A")]),
)  # fmt: skip


@given(some.lists(_CELLS, max_size=12), some.sampled_from(FieldType), some.sampled_from([PLAIN, GERMAN, Conventions()]))
def test_a_column_is_read_as_its_cells_are(cells: list[Cell], kind: FieldType, ways: Conventions) -> None:
    """The short ways for ordinary cells lead where the whole rule does."""
    choices = (Choice("food", "Food"),) if kind is FieldType.CHOICE else ()
    field = Field(
        name=CITY, label="X", type=kind, choices=choices, max_length=6, stores_astral=False,
        refers_to=(ModuleName("Accounts"),),
    )  # fmt: skip
    for cell, found in zip(cells, read_column(cells, field, ways), strict=True):
        wanted = alone(cell, field, ways)
        assert found == wanted
        assert type(found) is type(wanted)


def alone(cell: Cell, field: Field, ways: Conventions) -> Meaning:
    try:
        return None if cell is None else cell_value(cell, field, ways)
    except NotAValue as error:
        return Wrong(str(error))
