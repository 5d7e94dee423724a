# SPDX-License-Identifier: MIT
"""What a field takes, and what it does not take any more."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from crmdesk.domain.fitting import fits, misfits, not_in_list, unsendable, why_not, wrong_kind
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.domain.values import Value

CITY = Field(name=FieldName("city"), label="City", max_length=6)
NAME = Field(name=FieldName("name"), label="Name", required=True, stores_astral=False)
ACCOUNTS = Module(name=ModuleName("Accounts"), label="Account", label_plural="Accounts")
SCHEMA = Schema(module=ACCOUNTS, fields=(CITY, NAME), title_field=NAME.name)


@pytest.mark.parametrize(
    ("value", "field", "why"),
    [
        ("Berlin", CITY, ""),
        ("Potsdam", CITY, "City holds 6 characters; this would be 7."),
        (None, CITY, ""),
        (" ", CITY, ""),
        (" ", NAME, "Name must stay filled."),
        ("Käse 🧀", NAME, "Name: the server cannot store 🧀. Leave it out."),
        ("🧀", CITY, ""),
        (1234567, replace(CITY, type=FieldType.INTEGER), ""),
        ("Potsdam", replace(CITY, max_length=0), ""),
    ],
)
def test_what_would_be_emptied_cut_or_damaged_is_said(value: Value, field: Field, why: str) -> None:
    assert why_not(value, field) == why


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (FieldType.BOOLEAN, True, "yes"),
        (FieldType.DATE, date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC)),
        (FieldType.DATETIME, datetime(2026, 1, 2, tzinfo=UTC), date(2026, 1, 2)),
        (FieldType.INTEGER, 3, True),
        (FieldType.MONEY, Decimal("1.5"), "1.5"),
        (FieldType.TEXT, "a", True),
        (FieldType.MULTI_CHOICE, ("a",), 1),
        (FieldType.REFERENCE, RecordId(ModuleName("Users"), "1"), 1),
    ],
)
def test_a_type_that_changed(kind: FieldType, good: Value, bad: Value) -> None:
    field = replace(CITY, type=kind)
    assert fits(good, field)
    assert fits(None, field)
    assert not fits(bad, field)


def test_a_field_that_vanished_is_a_misfit_where_all_fields_are_known() -> None:
    gone = FieldName("fax")
    assert misfits({gone: "1"}, SCHEMA) == {gone: "The server has no field fax any more."}
    assert misfits({gone: "1"}, replace(SCHEMA, is_complete=False)) == {}


@pytest.mark.parametrize(
    ("kind", "good", "bad", "why"),
    [
        (FieldType.INTEGER, 3, True, "City takes a number."),
        (FieldType.MONEY, Decimal("1.5"), "1.5", "City takes a number."),
        (FieldType.DECIMAL, 2, date(2026, 1, 2), "City takes a number."),
        (FieldType.BOOLEAN, False, 1, "City takes yes or no."),
        (FieldType.DATE, date(2026, 1, 2), "2.1.2026", "City takes a date."),
        (FieldType.DATETIME, datetime(2026, 1, 2, tzinfo=UTC), date(2026, 1, 2), "City takes a date."),
        (FieldType.TIME, time(9), "9", "City takes a time."),
    ],
)
def test_what_a_server_would_store_as_nothing_is_not_sent(kind: FieldType, good: Value, bad: Value, why: str) -> None:
    field = replace(CITY, type=kind)

    assert [wrong_kind(value, field) for value in (good, None, "", bad)] == ["", "", "", why]


def test_a_text_takes_anything() -> None:
    assert wrong_kind(Decimal(3), CITY) == wrong_kind(True, CITY) == ""


def test_a_choice_is_one_of_the_list() -> None:
    colour = replace(CITY, type=FieldType.CHOICE, choices=(Choice("r", "Red"),))

    assert not_in_list("r", colour) == not_in_list(None, colour) == not_in_list("b", CITY) == ""
    assert not_in_list("b", replace(colour, choices=())) == ""
    assert not_in_list("Red", colour) == "“Red” is not in the list of City."


def test_one_error_tells_every_field() -> None:
    one, two = FieldName("city"), FieldName("name")

    assert unsendable({one: "City is odd."}).user_text == "City is odd. Nothing was sent."
    both = unsendable({one: "City is odd.", two: "Name is odd."})
    assert both.user_text == "City is odd. And 1 more. Nothing was sent."
    assert both.per_field == {one: "City is odd.", two: "Name is odd."}
    with pytest.raises(ValueError):
        unsendable({})
