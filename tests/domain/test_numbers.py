# SPDX-License-Identifier: MIT
"""Numbers that are values, and numbers that are traps."""

import json
from decimal import Decimal

import pytest

from crmdesk.domain.numbers import bounded, exact


@pytest.mark.parametrize("text", ["0", "-1.50", "1E+3", "1e-10", "9" * 400, "0." + "0" * 399 + "1"])
def test_what_can_be_a_value_keeps_its_digits(text: str) -> None:
    assert exact(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    ["1E+40000000", "1e-40000000", "1e999999999999999999999", "9" * 401, "NaN", "Infinity", "sNaN", "", "x", "1,5"],
)
def test_a_trap_stays_the_text_it_is(text: str) -> None:
    assert bounded(text) is None
    assert exact(text) == text


def test_a_json_number_of_forty_million_digits_costs_nothing() -> None:
    assert json.loads('{"a": 1E+40000000}', parse_float=exact) == {"a": "1E+40000000"}
    assert json.loads('{"a": 1e9999999999999999999999}', parse_float=exact) == {"a": "1e9999999999999999999999"}
