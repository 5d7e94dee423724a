# SPDX-License-Identifier: MIT
"""Pages: no row lost, none doubled, whatever moves; and reading always ends."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.vendors.webcrm import paging
from crmdesk.connectors.vendors.webcrm.paging import MAX_RESTARTS, Place, Row, Rows, window_before
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import Cursor


def table(keys: list[int]) -> tuple[Row, ...]:
    return tuple({"Id": key} for key in keys)


def window_of(keys: list[int]) -> paging.Window:
    def window(page: int, size: int) -> tuple[Row, ...]:
        assert page >= 1
        assert 1 <= size <= 1000
        return table(keys[(page - 1) * size : page * size])

    return window


def read_all(step: Callable[[Place | None], Rows], most: int = 500) -> list[int]:
    found: list[int] = []
    place: Place | None = None
    for _ in range(most):
        rows = step(place)
        if rows.restarted:
            found.clear()
        found += [int(str(row["Id"])) for row in rows.rows]
        place = place_of(Place, cursor_of(rows.after))
        if place is None:
            return found
    raise AssertionError("the pages never end")


@given(st.integers(0, 3000), st.integers(1, 1500))
def test_a_list_that_stands_is_read_once(count: int, limit: int) -> None:
    keys = list(range(7, 7 + count))
    if count / limit > 400:
        limit = 10  # so many pages would take long
    assert read_all(lambda place: paging.by_pages(window_of(keys), "Id", place, limit)) == keys


@given(st.integers(0, 2000), st.integers(1, 1000), st.integers(100, 1000))
def test_a_server_that_cuts_sizes_down_loses_nothing(count: int, limit: int, cap: int) -> None:
    """Nobody says what it does with a Size beyond its maximum: then its pages are counted in smaller steps."""
    keys = list(range(7, 7 + count))
    if count / limit > 400:
        limit = 10

    def window(page: int, size: int) -> tuple[Row, ...]:
        size = min(size, cap)
        return table(keys[(page - 1) * size : page * size])

    assert read_all(lambda place: paging.by_pages(window, "Id", place, limit)) == keys
    assert [row["Id"] for row in paging.everything(window, "Id")] == keys


@given(st.integers(1, 200_000), st.integers(1, 1000))
def test_windows_begin_before_the_place_and_reach_beyond(at: int, limit: int) -> None:
    offset, size = window_before(at, limit)
    assert 0 <= offset < at < offset + size
    assert size <= 1000
    assert offset % size == 0
    assert min(limit, offset + size - at) >= limit * 0.35


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_small_pages_reach_far(limit: int) -> None:
    """4,420 rows read one by one: there once was no window over that place, and it was taken for the end."""
    keys = list(range(4500))
    rows = paging.by_pages(window_of(keys), "Id", Place(last="4419", at=4420), limit)
    assert [row["Id"] for row in rows.rows] == keys[4420 : 4420 + limit]


@given(st.lists(st.tuples(st.sampled_from("+-"), st.integers(0, 400)), max_size=4), st.integers(1, 60))
def test_a_list_that_moves_is_read_anew_until_it_stands(moves: list[tuple[str, int]], limit: int) -> None:
    keys, left = list(range(0, 400, 2)), list(moves)

    def step(place: Place | None) -> Rows:
        if place is not None and place.at and left:
            what, where = left.pop()
            if what == "-":
                del keys[min(where, len(keys) - 1)]
            else:
                keys.insert(min(where, len(keys)), 10_000 + len(left))
        return paging.by_pages(window_of(keys), "Id", place, limit)

    found = read_all(step, 2000)
    stayed = set(range(0, 400, 2)) & set(keys)
    assert stayed <= set(found)


def test_a_list_that_never_stands_ends_all_the_same() -> None:
    keys = list(range(100))

    def step(place: Place | None) -> Rows:
        keys.reverse()
        return paging.by_pages(window_of(keys), "Id", place, 10)

    rows = step(None)
    restarts = 0
    for _ in range(200):
        if rows.after is None:
            break
        rows = step(rows.after)
        restarts += rows.restarted
    else:
        raise AssertionError("the pages never end")
    assert restarts <= MAX_RESTARTS


@given(st.integers(0, 500), st.integers(1, 120), st.integers(1, 50))
def test_a_server_that_gives_less_than_asked_loses_nothing(count: int, limit: int, cap: int) -> None:
    """Reading by id: a short page is not the end, an empty one is."""
    keys = list(range(1, count + 1))

    def read(last: str, size: int) -> tuple[Row, ...]:
        return table([key for key in keys if not last or key > int(last)][: min(size, cap)])

    assert read_all(lambda place: paging.by_id(read, "Id", place, limit), 600) == keys


def test_ids_that_do_not_rise_are_no_order() -> None:
    for rows in (table([3, 2]), ({"Id": "x"},)):
        with pytest.raises(MalformedReply):
            paging.by_id(lambda _l, _s, rows=rows: rows, "Id", Place(last="5"), 10)  # type: ignore[misc]


@given(st.integers(0, 200), st.integers(1, 60))
def test_a_list_that_came_whole_is_handed_out_in_parts(count: int, limit: int) -> None:
    keys = list(range(count))
    assert read_all(lambda place: paging.at_once(table(keys), "Id", place, limit)) == keys


def test_everything_ends_where_pages_are_not_heeded() -> None:
    assert len(paging.everything(lambda _page, _size: table([1, 2, 3]), "Id")) == 3


@pytest.mark.parametrize("text", ["", "x", "[]", '{"z": 1}', "null"])
def test_a_cursor_that_is_not_ours(text: str) -> None:
    with pytest.raises(MalformedReply):
        place_of(Place, Cursor(text))
