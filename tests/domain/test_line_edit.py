# SPDX-License-Identifier: MIT
"""Lines put to another place together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.line_edit import moved, numbered, placed
from crmdesk.domain.sales import LineItem

LINES = numbered(LineItem(key=key, position=0) for key in "abcde")


@pytest.mark.parametrize(
    ("keys", "before", "order"),
    [
        ("a", "d", "bcade"),
        ("e", "a", "eabcd"),
        ("bd", "", "acebd"),
        ("db", "a", "bdace"),  # in the order they have
        ("bc", "c", "abcde"),  # before one of themselves: where that one stands
        ("bd", "d", "acbde"),
        ("a", "gone", "bcdea"),
        ("", "a", "abcde"),
    ],
)
def test_lines_stand_together_before_another(keys: str, before: str, order: str) -> None:
    found = placed(LINES, list(keys), before)
    assert "".join(line.key or "" for line in found) == order
    assert [line.position for line in found] == [1, 2, 3, 4, 5]


@given(st.sets(st.sampled_from("abcde")), st.sampled_from(["", *"abcde"]))
def test_no_line_is_lost_and_the_others_keep_their_order(keys: set[str], before: str) -> None:
    found = [line.key for line in placed(LINES, keys, before)]
    assert sorted(key or "" for key in found) == list("abcde")
    assert [key for key in found if key not in keys] == [line.key for line in LINES if line.key not in keys]


@given(st.sampled_from("abcde"))
def test_one_place_down_is_before_the_one_after_the_next(key: str) -> None:
    at = "abcde".index(key)
    after_next = "abcde"[at + 2 : at + 3]
    if at < 4:
        assert placed(LINES, [key], after_next) == moved(LINES, [key], 1)
