# SPDX-License-Identifier: MIT
"""The benchmark runs and says what it should; no figure is held against a clock here."""

import io
from collections.abc import Iterator

import pytest

from tests.bench import grid, start
from tests.bench.children import Children, children
from tests.bench.table import Line, at_most, quantile, told, write


@pytest.fixture(scope="module")
def made() -> Iterator[Children]:
    with children(with_screen=False) as started:
        yield started


def test_quantiles_are_values_that_were_seen() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (quantile(values, 0.5), quantile(values, 0.95), quantile(values, 1)) == (51, 96, 100)
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)


def test_the_table_says_what_is_short() -> None:
    out = io.StringIO()
    write([at_most("one", 2.0, 1.5, "x", "why"), at_most("two", 1.0, 1.5, "x"), told("three", "so")], out)
    assert out.getvalue().splitlines()[1:] == [
        "one     ≤ 1.5 x  SHORT  2.00 x   why",
        "two     ≤ 1.5 x  ok     1.00 x",
        "three                   so",
    ]


def test_the_start_is_measured_and_nothing_slow_or_remote_comes_before_the_first_picture(made: Children) -> None:
    lines: list[Line] = list(start.figures(made, 1))
    assert [line.figure for line in lines if line.bound == "≤ 1.25 x"] == [
        "window usable, first start, offscreen",
        "window usable, with a saved account, offscreen",
    ]
    quiet = [line for line in lines if line.bound == "none"]
    assert [line.seen for line in quiet] == ["none", "none"]


def test_the_grid_is_measured(made: Children) -> None:
    lines = list(grid.figures(made, 2, 500, 200))
    assert len(lines) == 2 * 4 * 2 + 1
    assert all(line.seen for line in lines)
