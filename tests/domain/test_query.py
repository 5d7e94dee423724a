# SPDX-License-Identifier: MIT
"""Query helpers: walking filters and putting them together."""

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, all_of, compares
from crmdesk.domain.values import Value
from tests.domain import strategies as some

A, B, C = (Compare(FieldName(name), Op.EQ, name) for name in "abc")


def test_conditions_come_left_to_right() -> None:
    assert list(compares(And((A, Or((B, Not(C))), A)))) == [A, B, C, A]
    assert list(compares(None)) == []
    assert list(compares(Or(()))) == []


def test_all_of_joins_flatly() -> None:
    assert all_of() is None
    assert all_of(None, None) is None
    assert all_of(None, A) == A
    assert all_of(And((A, B)), None, C) == And((A, B, C))
    assert all_of(Or((A, B)), C) == And((Or((A, B)), C))
    assert all_of(And(())) is None


@given(st.lists(st.none() | some.filters, max_size=3), some.rows)
def test_all_of_asks_for_every_part(parts: list[Filter | None], row: dict[FieldName, Value]) -> None:
    assert matches(all_of(*parts), row) == all(matches(part, row) for part in parts)
