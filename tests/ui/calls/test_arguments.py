# SPDX-License-Identifier: MIT
"""Typed values as texts: exact decimals, ISO dates, JSON that any server reads."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.ui.calls.arguments import Typed, argument_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+3"), "1000"),
        ("Äijä", "Äijä"),
        (date(2026, 12, 24), "2026-12-24"),
        (datetime(2026, 12, 24, 9, 30, tzinfo=UTC), "2026-12-24T09:30:00+00:00"),
        (RecordId(ModuleName("Accounts"), "3x8"), "3x8"),
        (
            [{"price": Decimal("19.90"), "id": RecordId(ModuleName("A"), "6x1")}, {}],
            '[{"price": 19.90, "id": "6x1"}, {}]',
        ),
        ({"a": None, "b": [True, 1], "ä\n": "ä\n"}, '{"a": null, "b": [true, 1], "\\u00e4\\n": "ä\\n"}'),
    ],
)
def test_values_as_texts(value: Typed, text: str) -> None:
    assert argument_text(value) == text


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)
                    | st.dictionaries(st.text(), inner)).filter(lambda v: isinstance(v, (list, dict))))  # fmt: skip
def test_groups_and_lists_are_json(value: Typed) -> None:
    assert json.loads(argument_text(value)) == value


def test_a_decimal_keeps_every_digit() -> None:
    text = argument_text([Decimal("12345678901234567890.123456789")])
    assert json.loads(text, parse_float=Decimal) == [Decimal("12345678901234567890.123456789")]
