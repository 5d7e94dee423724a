# SPDX-License-Identifier: MIT
"""Long lists come whole and once, whatever the server does with page sizes and while rows come and go."""

from collections.abc import Callable

import pytest

from crmdesk.connectors.vendors.crmservice.rest import paging
from crmdesk.connectors.vendors.crmservice.rest.paging import Listed, Place
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import Cursor


def server(keys: list[str], *, cap: int = 1000, told: bool = False, order: bool = False) -> paging.Ask:
    """A list that is sorted by id, or in the order it has."""

    def ask(last: str, offset: int, size: int) -> Listed:
        rows = keys if order else sorted(keys, key=lambda key: (len(key), key))
        if last:
            rows = [key for key in rows if int(key) > int(last)]
        part = rows[offset : offset + min(size, cap)]
        document: dict[str, object] = {"data": [{"id": key, "type": "accounts"} for key in part]}
        if told:
            document["meta"] = {"page": 1, "page_size": min(size, cap), "total": 3}
        return paging.listed(document, "accounts", size)

    return ask


def read(ask: paging.Ask, limit: int, *, order: bool = False, between: Callable[[], None] = lambda: None) -> list[str]:
    found: list[str] = []
    place: Place | None = None
    for _ in range(300):
        rows = paging.page(ask, place, limit, has_order=order)
        if rows.restarted:
            found.clear()
        assert len(rows.rows) <= limit
        found += [str(row["id"]) for row in rows.rows]
        if rows.after is None:
            return found
        place = place_of(paging.Place, cursor_of(rows.after))
        between()
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("cap", [3, 10, 1000])
@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_every_row_comes_once(limit: int, cap: int, *, told: bool) -> None:
    keys = [str(number) for number in range(1, 38)]
    assert read(server(keys, cap=cap, told=told), limit) == keys
    shuffled = keys[::-1]
    assert read(server(shuffled, cap=cap, told=told, order=True), limit, order=True) == shuffled


def test_ids_that_are_no_numbers_are_read_by_offset() -> None:
    keys = [f"{number:02x}-guid" for number in range(40)]
    assert read(server(keys, order=True), 7) == keys


def test_a_row_that_goes_meanwhile_moves_nothing_by_id() -> None:
    keys = [str(number) for number in range(1, 31)]
    found = read(server(keys), 5, between=lambda: keys.__delitem__(0))
    assert found == [str(number) for number in range(1, 31)]


def test_a_row_that_goes_meanwhile_is_seen_by_offset() -> None:
    keys = [f"g{number:02}" for number in range(20)]
    taken = iter([True])

    def once() -> None:
        if next(taken, False):
            keys.pop(0)

    assert read(server(keys, order=True), 5, order=True, between=once) == [f"g{number:02}" for number in range(1, 20)]


def test_a_list_that_always_moves_ends_all_the_same() -> None:
    keys = [f"g{number:02}" for number in range(60)]
    read(
        server(keys, order=True),
        5,
        order=True,
        between=lambda: keys.insert(0, f"n{len(keys)}") if len(keys) < 90 else None,
    )


def test_the_total_that_a_server_tells_is_not_trusted() -> None:
    assert len(read(server([str(n) for n in range(1, 10)], told=True), 4)) == 9


def test_a_next_link_that_is_empty_is_the_end() -> None:
    asked: list[int] = []

    def ask(last: str, offset: int, size: int) -> Listed:
        asked.append(offset)
        return paging.listed({"data": [{"id": "1"}], "links": {"next": None}}, "accounts", size)

    assert read(ask, 5) == ["1"]
    assert asked == [0]


def test_everything_ends_where_a_server_takes_no_notice_of_the_offset() -> None:
    rows = tuple({"id": str(number), "type": "rows"} for number in range(5))
    assert len(paging.everything(lambda last, offset, size: Listed(rows, is_last=False))) == 5


def test_ids_that_fall_are_not_taken_for_an_order() -> None:
    place = Place(last="5", at=5, by_id=True)
    with pytest.raises(MalformedReply):
        paging.page(lambda *_: Listed(({"id": "4"},), is_last=False), place, 5, has_order=False)


def test_a_cursor_of_somebody_else_is_refused() -> None:
    for text in ("", "7", '{"page": 2}', "null"):
        with pytest.raises(MalformedReply):
            place_of(paging.Place, Cursor(text))


def test_a_list_that_is_none_is_refused() -> None:
    for data in ("rows", 7, ["row"], [None]):
        with pytest.raises(MalformedReply):
            paging.listed({"data": data}, "accounts", 5)
    assert paging.listed({"data": None}, "accounts", 5).rows == ()
    assert len(paging.listed({"data": {"id": "1"}}, "accounts", 5).rows) == 1
