# SPDX-License-Identifier: MIT
"""Conditions in words: every field type has operators, and every chip says what it asks."""

from datetime import UTC, date
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from crmdesk.domain.names import FieldName
from crmdesk.domain.query import And, Compare, Filter, Not, Op
from crmdesk.domain.schema import FieldType
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.filter_words import asks_for, can_show, describe, words_of
from tests.ui.table.kinds import SCHEMA, field

FORMATS = Formats(QLocale("de_DE"), UTC)


def compare(name: str, op: Op, value: object = None) -> Compare:
    return Compare(FieldName(name), op, value)  # type: ignore[arg-type]  # the tests' own values


@pytest.mark.parametrize("kind", [k for k in FieldType if k is not FieldType.OPAQUE], ids=lambda k: str(k.name))
def test_every_type_offers_operators_in_different_words(kind: FieldType) -> None:
    asks = asks_for(field(kind.name.lower()))
    words = [ask.words for ask in asks]
    assert len(words) == len(set(words)) >= 4
    assert words[-2:] == ["is empty", "is not empty"]
    for ask in asks:
        assert isinstance(words_of(field(kind.name.lower()), ask), str)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        (compare("text", Op.CONTAINS, "Oy"), ("Text", "contains Oy")),
        (Not(compare("text", Op.CONTAINS, "Oy")), ("Text", "does not contain Oy")),
        (compare("money", Op.GE, Decimal("1234.5")), ("Money", "at least 1.234,50")),
        (compare("date", Op.GE, date(2026, 12, 24)), ("Date", "on or after 24.12.2026")),
        (compare("boolean", Op.EQ, True), ("Boolean", "is yes")),
        (compare("boolean", Op.EQ, False), ("Boolean", "is no")),
        (compare("choice", Op.IN, ("won", "lost")), ("Choice", "is any of Won, Lost")),
        (Not(compare("choice", Op.IN, ("won",))), ("Choice", "is none of Won")),
        (compare("phone", Op.IS_EMPTY), ("Phone", "is empty")),
        (Not(compare("phone", Op.IS_EMPTY)), ("Phone", "is not empty")),
        (compare("text", Op.IN, tuple("abcdef")), ("Text", "is any of a, b, c, d and 2 more")),
        (compare("gone", Op.EQ, "x"), ("gone", "gone = 'x'")),
    ],
)
def test_a_chip_says_field_and_condition(where: Filter, says: tuple[str, str]) -> None:
    assert describe(where, SCHEMA, FORMATS) == says


def test_a_group_is_given_as_text() -> None:
    both = And((compare("text", Op.EQ, "a"), compare("phone", Op.EQ, "b")))
    assert describe(Not(both), SCHEMA, FORMATS) == ("Conditions", "not (text = 'a' and phone = 'b')")


def test_what_the_card_has_no_words_for_is_not_shown_in_it() -> None:
    assert can_show(compare("text", Op.CONTAINS, "x"), SCHEMA)
    assert can_show(Not(compare("text", Op.CONTAINS, "x")), SCHEMA)
    assert not can_show(compare("text", Op.GT, "x"), SCHEMA)
    assert not can_show(Not(compare("money", Op.GE, Decimal(1))), SCHEMA)
    assert not can_show(compare("gone", Op.EQ, "x"), SCHEMA)
    assert not can_show(compare("boolean", Op.NE, True), SCHEMA)
    assert not can_show(And((compare("text", Op.EQ, "a"), compare("text", Op.EQ, "b"))), SCHEMA)
