# SPDX-License-Identifier: MIT
"""Windows: every row once, whatever the server's way of counting; nothing behind the end is ever asked for."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.vendors.sugarsoap.paging import Place, Window, read
from crmdesk.connectors.vendors.sugarsoap.parse import Entry
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.errors import MalformedReply, ServerFault
from crmdesk.domain.names import Cursor

OVERFLOW = ServerFault("The server refused.", text="Arithmetic operation resulted in an overflow.")


def rows(count: int) -> list[Entry]:
    return [Entry(f"k{n}", "Accounts", {}) for n in range(count)]


class Table:
    """A list on a server, in its usual way or with custom paging; remembers what was asked."""

    def __init__(self, some: list[Entry], *, custom: bool = False) -> None:
        self.rows, self.custom = some, custom
        self.asked: list[tuple[int, int]] = []

    def window(self, offset: int, most: int) -> tuple[Entry, ...]:
        self.asked.append((offset, most))
        if offset > len(self.rows):
            raise OVERFLOW
        if self.custom:  # RowNumber >= offset and < offset + max, counted from 1
            return tuple(self.rows[max(0, offset - 1) : max(0, offset + most - 1)])
        return tuple(self.rows[offset : offset + most])


def everything(window: Window, limit: int, between: Callable[[], None] = lambda: None) -> list[str]:
    found: list[str] = []
    place: Place | None = None
    for _ in range(500):
        part = read(window, place, limit)
        assert len(part.rows) <= limit
        if part.restarted:
            found.clear()
        found += [row.key for row in part.rows]
        place = part.after
        if place is None:
            return found
        between()
    raise AssertionError("it never ends")


@given(st.integers(0, 60), st.integers(1, 25), st.booleans())
def test_every_row_comes_once_and_nothing_behind_the_end_is_asked(count: int, limit: int, custom: bool) -> None:
    table = Table(rows(count), custom=custom)
    assert everything(table.window, limit) == [row.key for row in table.rows]
    assert all(offset < max(1, count) for offset, _ in table.asked)


def test_a_short_page_is_not_the_end() -> None:
    """A server that hides rows sends fewer than were asked for, although more follow."""
    table = Table(rows(20))

    def stingy(offset: int, most: int) -> tuple[Entry, ...]:
        return table.window(offset, min(most, 4))

    assert everything(stingy, 10) == [row.key for row in table.rows]


@given(st.booleans(), st.lists(st.integers(0, 19), max_size=4), st.integers(3, 9))
def test_rows_that_come_or_go_meanwhile_lose_and_double_none_of_the_others(
    custom: bool, places: list[int], limit: int
) -> None:
    """One row goes or comes between two windows; whatever was there all the time comes once."""
    table, stayed = Table(rows(20), custom=custom), {row.key for row in rows(20)}
    left = iter(enumerate(places))

    def between() -> None:
        turn, place = next(left, (0, None))
        if place is None or place >= len(table.rows):
            return
        if turn % 2:
            table.rows.insert(place, Entry(f"new{turn}", "Accounts", {}))
        else:
            stayed.discard(table.rows.pop(place).key)

    found = everything(table.window, limit, between)
    assert stayed <= set(found)
    assert len(set(found)) == len(found)


def test_a_list_that_shrinks_below_the_place_is_no_error() -> None:
    table = Table(rows(20))
    first = read(table.window, None, 10)
    del table.rows[3:]
    again = read(table.window, first.after, 10)
    assert again.restarted
    assert [row.key for row in again.rows] == ["k0", "k1", "k2"]


def test_another_fault_is_passed_on() -> None:
    def window(offset: int, most: int) -> tuple[Entry, ...]:
        raise ServerFault("no", text="something else")

    with pytest.raises(ServerFault):
        read(window, Place(5, "k4"), 10)


def test_what_moves_faster_than_it_can_be_read_still_ends() -> None:
    table = Table(rows(40))

    def between() -> None:
        table.rows.pop(0)

    assert len(everything(table.window, 5, between)) < 60


def test_a_cursor_is_read_back_and_a_strange_one_refused() -> None:
    place = Place(7, "k6", 1)
    assert place_of(Place, cursor_of(place)) == place
    assert place_of(Place, None) is None
    for strange in ("", "{}", "[]", '{"read":"x","last":"","restarts":0}'):
        with pytest.raises(MalformedReply):
            place_of(Place, Cursor(strange))
