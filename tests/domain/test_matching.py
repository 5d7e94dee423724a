# SPDX-License-Identifier: MIT
"""Matching: what each operator means, and the laws that filters obey."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.domain.matching import folded, is_empty, matches
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, compares
from crmdesk.domain.values import Value
from tests.domain import strategies as some

F = FieldName("f")
ACCOUNT = RecordId(ModuleName("Accounts"), "11x1")


def holds(have: Value, op: Op, wanted: object = None) -> bool:
    return matches(Compare(F, op, wanted), {F: have})  # type: ignore[arg-type]  # the tables below hold all kinds


@settings(max_examples=200)
@given(some.filters, some.rows)
def test_not_is_the_opposite(where: Filter, row: dict[FieldName, Value]) -> None:
    assert matches(Not(where), row) != matches(where, row)
    assert matches(Not(Not(where)), row) == matches(where, row)


@settings(max_examples=200)
@given(st.lists(some.filters, max_size=3), some.rows)
def test_de_morgan(parts: list[Filter], row: dict[FieldName, Value]) -> None:
    opposites = tuple(Not(part) for part in parts)
    assert matches(Not(And(tuple(parts))), row) == matches(Or(opposites), row)
    assert matches(Not(Or(tuple(parts))), row) == matches(And(opposites), row)


@settings(max_examples=200)
@given(some.compares(), some.rows)
def test_not_equal_is_not_equal(one: Compare, row: dict[FieldName, Value]) -> None:
    if one.op is not Op.IN:
        equal, unequal = Compare(one.field, Op.EQ, one.value), Compare(one.field, Op.NE, one.value)
        assert matches(unequal, row) != matches(equal, row)


@settings(max_examples=200)
@given(some.compares(), some.rows)
def test_in_is_an_alternative_of_equals(one: Compare, row: dict[FieldName, Value]) -> None:
    if one.op is Op.IN and isinstance(one.value, tuple):
        either = Or(tuple(Compare(one.field, Op.EQ, value) for value in one.value))
        assert matches(one, row) == matches(either, row)


@settings(max_examples=200)
@given(some.compares(), some.rows)
def test_order_operators_agree(one: Compare, row: dict[FieldName, Value]) -> None:
    """At most one of <, =, > holds; <= is < or =, >= is > or =; nothing is ordered beside an empty value."""
    if one.op in (Op.IN, Op.IS_EMPTY):
        return
    lt, eq, gt, le, ge = (matches(Compare(one.field, op, one.value), row) for op in (Op.LT, Op.EQ, Op.GT, Op.LE, Op.GE))
    assert lt + eq + gt <= 1
    if is_empty(row.get(one.field)) or one.value in (None, "", ()):
        assert (lt, le, gt, ge) == (False, False, False, False)
    elif not isinstance(one.value, (RecordId, tuple, bool)):
        assert (le, ge) == (lt or eq, gt or eq)


@given(some.rows)
def test_empty_trees(row: dict[FieldName, Value]) -> None:
    assert matches(None, row)
    assert matches(And(()), row)
    assert not matches(Or(()), row)


@settings(max_examples=200)
@given(some.filters)
def test_a_field_that_was_not_read_counts_as_empty(where: Filter) -> None:
    empty: dict[FieldName, Value] = {one.field: None for one in compares(where)}
    assert matches(where, {}) == matches(where, empty)


@pytest.mark.parametrize("empty", [None, "", ()])
def test_only_is_empty_and_unequal_match_an_empty_field(empty: Value) -> None:
    assert holds(empty, Op.IS_EMPTY)
    assert holds(empty, Op.NE, "x")
    assert holds(empty, Op.EQ, None)
    assert not holds(empty, Op.NE, "")
    for op in (Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE, Op.CONTAINS, Op.STARTS_WITH):
        assert not holds(empty, op, "x")
    assert not holds(empty, Op.IN, ("x",))
    assert not holds(empty, Op.IN, ())


@pytest.mark.parametrize("full", ["x", 0, Decimal(0), False, ("",), date(2026, 1, 1), time(0), ACCOUNT])
def test_what_is_there_is_not_empty(full: Value) -> None:
    assert not holds(full, Op.IS_EMPTY)


@pytest.mark.parametrize(
    ("have", "op", "wanted"),
    [
        ("Jyväskylä", Op.EQ, "JYVASKYLA"),
        ("Jyväskylä", Op.CONTAINS, "väs"),
        ("Jyväskylä", Op.STARTS_WITH, "jyva"),
        ("banana", Op.GT, "Apple"),
        ("50%", Op.CONTAINS, "%"),
        (Decimal("1.00"), Op.EQ, 1),
        (10, Op.GT, 9),
        (Decimal("9.99"), Op.LT, 10),
        (True, Op.EQ, True),
        (date(2026, 10, 1), Op.GT, date(2026, 9, 30)),
        (datetime(2026, 1, 1, 12, tzinfo=UTC), Op.EQ, datetime(2026, 1, 1, 14, tzinfo=timezone(timedelta(hours=2)))),
        (time(9), Op.LT, time(10)),
        (ACCOUNT, Op.EQ, RecordId(ModuleName(""), "11x1")),
        (ACCOUNT, Op.EQ, "11x1"),
        (ACCOUNT, Op.IN, (RecordId(ModuleName("Accounts"), "11x2"), ACCOUNT)),
        (("a", "b"), Op.EQ, ("B", "a")),
        (("alpha", "beta"), Op.CONTAINS, "ET"),
        (("alpha", "beta"), Op.STARTS_WITH, "be"),
        (("a", "b"), Op.IN, (("c",), ("b", "a"))),
        (Decimal("12.50"), Op.CONTAINS, "2.5"),
    ],
)
def test_holds(have: Value, op: Op, wanted: object) -> None:
    assert holds(have, op, wanted)


@pytest.mark.parametrize(
    ("have", "op", "wanted"),
    [
        (True, Op.EQ, 1),
        (False, Op.EQ, 0),
        (ACCOUNT, Op.EQ, RecordId(ModuleName("Accounts"), "11X1")),
        (("a", "b"), Op.EQ, ("a",)),
        (("alpha", "beta"), Op.CONTAINS, "aβ"),
        ("Straße", Op.EQ, "strasse"),
        ("10", Op.GT, "9"),
        (date(2026, 1, 1), Op.EQ, datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), Op.GT, date(2025, 1, 1)),
        (5, Op.EQ, date(2026, 1, 1)),
    ],
)
def test_does_not_hold(have: Value, op: Op, wanted: object) -> None:
    assert not holds(have, op, wanted)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("ÄÖÜ", "aou"), ("Ångström", "angstrom"), ("ß", "ß"), ("Łódź", "łodz"), ("İ", "i"), ("😀", "😀"), ("", "")],
)
def test_folded(text: str, plain: str) -> None:
    assert folded(text) == plain


def test_combining_mark_of_its_own_stays() -> None:
    assert folded("a\u0301") == "a\u0301"


@given(st.text())
def test_folding_twice_changes_nothing_and_keeps_the_length(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert len(folded(text)) == len(text)


def test_a_moment_contains_its_text_in_utc_whichever_zone_it_is_told_in() -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=UTC)
    there = {FieldName("at"): moment.astimezone(timezone(timedelta(minutes=90)))}
    for wanted in (moment, "2026-01-01T12", there[FieldName("at")]):
        assert matches(Compare(FieldName("at"), Op.CONTAINS, wanted), there)
    assert not matches(Compare(FieldName("at"), Op.CONTAINS, "13:30"), there)
    first = {FieldName("at"): datetime.min.replace(tzinfo=timezone(timedelta(hours=2)))}
    assert matches(Compare(FieldName("at"), Op.CONTAINS, "0001-01-01"), first)
