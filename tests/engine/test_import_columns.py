# SPDX-License-Identifier: MIT
"""Columns held against fields: counts over all rows, samples to confirm, the ways that a file is written in."""

from datetime import date
from decimal import Decimal

import pytest

from crmdesk.domain.names import FieldName
from crmdesk.domain.values import Conventions
from crmdesk.engine.import_columns import best_ways, check_column, is_doubtful, written
from crmdesk.engine.import_plan import ID, ColumnMap
from crmdesk.engine.sheets import Cell, Sheet, SheetRow, Unvalued
from tests.engine.fake_vendor import NAME, SCHEMA, STAFF

GERMAN = Conventions(decimal_point=",", group=".", date_order="dmy")
FOUNDED, REVENUE = FieldName("founded"), FieldName("revenue")


def column(*cells: Cell) -> Sheet:
    return Sheet(("a",), tuple(SheetRow(line, (cell,)) for line, cell in enumerate(cells, 2)))


def test_every_cell_is_counted_and_the_first_wrong_one_has_its_line() -> None:
    found = check_column(column("7", "7", None, "many", "8", "many"), 0, SCHEMA.field(STAFF), GERMAN)
    assert (found.fine, found.empty, found.wrong, found.wrong_line) == (3, 1, 2, 5)
    assert found.wrong_why == "many is not a number; write 1234,56."


def test_an_id_can_be_any_text_but_no_formula() -> None:
    found = check_column(column("3x1", 12, Unvalued("=A1")), 0, None, GERMAN)
    assert (found.fine, found.wrong) == (2, 1)


def test_three_samples_are_told_doubtful_ones_first() -> None:
    found = check_column(
        column("17.04.2026", "31.12.2026", "03.04.2026", "05.05.2026"), 0, SCHEMA.field(FOUNDED), GERMAN
    )
    assert [(s.text, s.value, s.is_doubtful) for s in found.samples] == [
        ("03.04.2026", date(2026, 4, 3), True),
        ("17.04.2026", date(2026, 4, 17), False),
        ("31.12.2026", date(2026, 12, 31), False),
    ]
    assert check_column(column("x"), 0, SCHEMA.field(NAME), GERMAN).samples == ()


@pytest.mark.parametrize(
    ("text", "field", "doubtful"),
    [
        ("03.04.2026", FOUNDED, True),
        ("05.05.2026", FOUNDED, False),
        ("2026-04-03", FOUNDED, False),
        ("13/4/26", FOUNDED, False),
        ("1.250", REVENUE, True),
        ("1,250", REVENUE, True),
        ("1.250,00", REVENUE, False),
        ("0.125", REVENUE, False),
    ],
)
def test_what_could_be_read_in_two_ways(text: str, field: FieldName, doubtful: bool) -> None:
    known = SCHEMA.field(field)
    assert known is not None
    assert is_doubtful(text, known) is doubtful


@pytest.mark.parametrize(
    ("cells", "order"), [(("12/31/2026", "1/2/2026"), "mdy"), (("31.12.2026",), "dmy"), (("2026-01-31",), "dmy")]
)
def test_dates_that_contradict_the_persons_order_choose_another(cells: tuple[str, ...], order: str) -> None:
    columns = (ColumnMap(header="a", field=FOUNDED),)
    assert best_ways(column(*cells), columns, SCHEMA, GERMAN).date_order == order


@pytest.mark.parametrize(
    ("cells", "point"),
    [(("1234.50", "7.5"), "."), (("1.234,50",), ","), (("7",), ","), (("1.250",), ","), (("x", "y"), ",")],
)
def test_numbers_that_contradict_the_persons_mark_choose_another(cells: tuple[str, ...], point: str) -> None:
    columns = (ColumnMap(header="a", field=REVENUE),)
    assert best_ways(column(*cells), columns, SCHEMA, GERMAN).decimal_point == point


def test_columns_that_hold_no_dates_say_nothing() -> None:
    assert best_ways(column("12/31/2026"), (ColumnMap(header="a", field=ID),), SCHEMA, GERMAN) == GERMAN


def test_thousands_stand_apart_by_the_other_mark() -> None:
    from crmdesk.domain.values import parse

    spaced = Conventions(decimal_point=",", group="\u00a0")
    known = SCHEMA.field(REVENUE)
    assert known is not None
    assert (
        parse("1.250,5", known, written(spaced, ","))
        == parse("1\u00a0250,5", known, written(spaced, ","))
        == Decimal("1250.5")
    )
