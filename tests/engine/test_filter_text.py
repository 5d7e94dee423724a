# SPDX-License-Identifier: MIT
"""Filters as text: there and back, what each form means, and what is said about slips."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.engine.filter_text import format_filter, name_of, parse_filter, parse_order, since
from tests.engine.fake_vendor import ACCOUNTS, CITY, MODULE, NAME, SCHEMA, STAFF
from tests.engine.values import filters


def flat(where: Filter) -> Filter:
    """``a and (b and c)`` is written and read without brackets."""
    match where:
        case And(parts) | Or(parts):
            found: list[Filter] = []
            for part in map(flat, parts):
                found += part.parts if isinstance(part, type(where)) else (part,)
            return type(where)(tuple(found))
        case Not(part):
            return Not(flat(part))
        case Compare():
            return where


@settings(max_examples=300, deadline=None)
@given(filters())
def test_text_and_back_is_the_same_filter(where: Filter) -> None:
    assert parse_filter(format_filter(where), SCHEMA) == flat(where)


def one(text: str) -> Filter | None:
    return parse_filter(text, SCHEMA)


DAY, MOMENT, CLOCK = FieldName("founded"), FieldName("modified"), FieldName("opens")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", None),
        ("  ", None),
        ("bill_city = 'Helsinki'", Compare(CITY, Op.EQ, "Helsinki")),
        ("BILL_CITY = 'Helsinki'", Compare(CITY, Op.EQ, "Helsinki")),
        ("city <> 'x'", Compare(CITY, Op.NE, "x")),
        ("\"City\" != 'x'", Compare(CITY, Op.NE, "x")),
        ("employees > 10", Compare(STAFF, Op.GT, 10)),
        ("employees >= -10", Compare(STAFF, Op.GE, -10)),
        ("employees = '10'", Compare(STAFF, Op.EQ, 10)),
        ("revenue <= 1.50", Compare(FieldName("revenue"), Op.LE, Decimal("1.50"))),
        ("bill_city = ''", Compare(CITY, Op.IS_EMPTY)),
        ("bill_city != ''", Not(Compare(CITY, Op.IS_EMPTY))),
        ("bill_city is null", Compare(CITY, Op.IS_EMPTY)),
        ("bill_city is not null", Not(Compare(CITY, Op.IS_EMPTY))),
        ("not bill_city is null", Not(Compare(CITY, Op.IS_EMPTY))),
        ("is_empty(bill_city)", Compare(CITY, Op.IS_EMPTY)),
        ("active is true", Compare(FieldName("active"), Op.EQ, True)),
        ("active = false", Compare(FieldName("active"), Op.EQ, False)),
        ("founded >= '2026-01-31'", Compare(DAY, Op.GE, date(2026, 1, 31))),
        ("modified < '2026-01-31 14:30'", Compare(MOMENT, Op.LT, datetime(2026, 1, 31, 14, 30, tzinfo=UTC))),
        ("opens = '08:15'", Compare(CLOCK, Op.EQ, time(8, 15))),
        ("parent = '3x17'", Compare(FieldName("parent"), Op.EQ, RecordId(ACCOUNTS, "3x17"))),
        ("bill_city in ('a', 'b')", Compare(CITY, Op.IN, ("a", "b"))),
        ("bill_city not in ('a')", Not(Compare(CITY, Op.IN, ("a",)))),
        ("employees in (1, 2)", Compare(STAFF, Op.IN, (1, 2))),
        ("employees between 1 and 5", And((Compare(STAFF, Op.GE, 1), Compare(STAFF, Op.LE, 5)))),
        ("employees not between 1 and 5", Not(And((Compare(STAFF, Op.GE, 1), Compare(STAFF, Op.LE, 5))))),
        ("bill_city like '%sink%'", Compare(CITY, Op.CONTAINS, "sink")),
        ("bill_city like 'Hel%'", Compare(CITY, Op.STARTS_WITH, "Hel")),
        ("bill_city ilike 'Hel%'", Compare(CITY, Op.STARTS_WITH, "Hel")),
        ("bill_city not like 'Hel%'", Not(Compare(CITY, Op.STARTS_WITH, "Hel"))),
        ("bill_city like 'Hel'", Compare(CITY, Op.EQ, "Hel")),
        ("contains(bill_city, 'x')", Compare(CITY, Op.CONTAINS, "x")),
        ("starts_with(bill_city, 'x')", Compare(CITY, Op.STARTS_WITH, "x")),
        ("accountname = 'O''Brien'", Compare(NAME, Op.EQ, "O'Brien")),
        ("accountname = 'a\\b'", Compare(NAME, Op.EQ, "a\\b")),
        ("accountname = '-- no comment'", Compare(NAME, Op.EQ, "-- no comment")),
        ("accountname = ' x '", Compare(NAME, Op.EQ, " x ")),
        ("1 = 1", And(())),
        ("1 = 0", Or(())),
        (
            "accountname = 'a' or bill_city = 'b' and employees = 1",
            Or((Compare(NAME, Op.EQ, "a"), And((Compare(CITY, Op.EQ, "b"), Compare(STAFF, Op.EQ, 1))))),
        ),
        (
            "not (accountname = 'a' or bill_city = 'b')",
            Not(Or((Compare(NAME, Op.EQ, "a"), Compare(CITY, Op.EQ, "b")))),
        ),
    ],
)
def test_what_each_form_means(text: str, meaning: Filter | None) -> None:
    assert one(text) == meaning


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("bill_cty = 'x'", "Did you mean bill_city"),
        ("zzzz = 'x'", "has no field “zzzz”"),
        ("bill_city = ", "cannot be read"),
        ("bill_city = 'x", "cannot be read"),
        ("(bill_city = 'x'", "cannot be read"),
        ("bill_city = Helsinki", "single quotes"),
        ("employees = 'many'", "not a number"),
        ("employees = 1.5", "whole number"),
        ("founded = '31.12.2026'", "2026"),
        ("active = 'perhaps'", "yes or no"),
        ("'x' = bill_city", "begins with a field"),
        ("bill_city", "cannot be read"),
        ("bill_city = 'x'; drop table a", "more than conditions"),
        ("1 = 1 order by bill_city", "more than conditions"),
        ("1 = 1 limit 5", "more than conditions"),
        ("1 = 1 union select 1", "more than conditions"),
        ("bill_city = (select 1)", "single quotes"),
        ("exists (select 1)", "cannot be read"),
        ("bill_city in (select 1)", ""),
        ("bill_city like '%a%b%'", "like takes"),
        ("bill_city like 'a_b'", "like takes"),
        ("bill_city like '%ab'", "like takes"),
        ("lower(bill_city) = 'x'", "begins with a field"),
        ("employees + 1 > 2", "begins with a field"),
        ("bill_city = 'a' xor accountname = 'b'", "cannot be read"),
        ("contains(bill_city)", ""),
        ("delete from x", ""),
    ],
)
def test_slips_are_told_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        one(text)
    assert says in caught.value.user_text
    assert "\n" not in caught.value.user_text


@pytest.mark.parametrize(
    "evil",
    [
        "' or '1'='1",
        "'; drop table x; --",
        "\\' or 1=1 --",
        "'' or '' = '",
        "\\",
        "%",
        "x\ny",
        "/* */",
        "漢'字",
        "\u2028",
    ],
)
def test_a_value_cannot_leave_its_quotes(evil: str) -> None:
    where = Compare(NAME, Op.EQ, evil)
    assert one(format_filter(where)) == where
    listed = Compare(NAME, Op.IN, (evil, "x"))
    assert one(format_filter(listed)) == listed


def test_field_names_that_are_words_of_the_language_are_quoted() -> None:
    odd = [
        FieldName(name)
        for name in (
            "order",
            "select",
            "from",
            "group",
            "Name",
            "with blank",
            "and",
            "user",
            "date",
            "timestamp",
            "left",
            "case",
            'qu"ote',
            "ünïcode",
            "1st",
        )
    ]
    schema = Schema(MODULE, tuple(Field(name=name, label=f"L {i}") for i, name in enumerate(odd)), odd[0])
    for name in odd:
        for where in (
            Compare(name, Op.EQ, "x"),
            Compare(name, Op.IS_EMPTY),
            Compare(name, Op.CONTAINS, "x"),
            Compare(name, Op.IN, ("x", "y")),
        ):
            assert parse_filter(format_filter(where), schema) == where, format_filter(where)
        assert name_of(name) in format_filter(Compare(name, Op.EQ, "x"))


def test_a_label_that_two_fields_share_is_no_name() -> None:
    schema = Schema(MODULE, (Field(name=NAME, label="City"), Field(name=CITY, label="City")), NAME)
    with pytest.raises(Invalid, match="no field “City”"):
        parse_filter("City = 'x'", schema)


def test_a_long_filter_is_read_and_a_bottomless_one_refused() -> None:
    long = " or ".join(f"employees = {n}" for n in range(500))
    found = one(long)
    assert isinstance(found, Or)
    assert len(found.parts) == 500
    with pytest.raises(Invalid):
        one("(" * 20_000 + "employees = 1" + ")" * 20_000)


def test_orders() -> None:
    assert parse_order("", SCHEMA) == ()
    assert parse_order("accountname, employees desc,City ASC", SCHEMA) == (
        Order(NAME),
        Order(STAFF, True),
        Order(CITY),
    )
    for wrong in ("accountname sideways", "accountname desc asc", "desc", "nope"):
        with pytest.raises(Invalid):
            parse_order(wrong, SCHEMA)


def test_in_the_last_days_begins_at_midnight() -> None:
    now = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
    assert since(2, now) == datetime(2026, 2, 28, tzinfo=UTC)


def test_text_of_a_long_text_field_keeps_its_blanks() -> None:
    note = FieldName("note")
    schema = Schema(MODULE, (Field(name=note, label="Note", type=FieldType.LONG_TEXT),), note)
    for value in (" two  blanks ", " ", "\t"):
        assert parse_filter(format_filter(Compare(note, Op.EQ, value)), schema) == Compare(note, Op.EQ, value)
