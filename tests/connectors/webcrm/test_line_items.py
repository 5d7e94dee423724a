# SPDX-License-Identifier: MIT
"""Sort orders of quotation lines: those the server has stay where they rise, whatever their steps."""

import pytest

from crmdesk.connectors.vendors.webcrm.line_items import sort_orders
from crmdesk.domain.sales import LineItem


@pytest.mark.parametrize(
    ("keys", "held", "expected"),
    [
        ("1 2 3", {"1": 1, "2": 2, "3": 3}, [1, 2, 3]),
        ("1 3", {"1": 10, "2": 20, "3": 30}, [10, 30]),
        ("1 2 + +", {"1": 5, "2": 100}, [5, 100, 110, 120]),
        ("1 + 2", {"1": 1, "2": 2}, [10, 20, 30]),
        ("2 1", {"1": 1, "2": 2}, [10, 20]),
        ("+", {}, [10]),
        ("1 2", {"1": 0, "2": 0}, [0, 0]),
        ("2 1", {"1": 0, "2": 0}, [10, 20]),
    ],
)
def test_sort_orders(keys: str, held: dict[str, int], expected: list[int]) -> None:
    lines = [LineItem(key=None if key == "+" else key, position=1) for key in keys.split()]
    assert list(sort_orders(lines, held).values()) == expected
