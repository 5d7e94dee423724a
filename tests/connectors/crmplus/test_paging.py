# SPDX-License-Identifier: MIT
"""Paging never loses or doubles a row: over a simulated server with ties, hidden rows, a page cap and other writers."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.connectors.vendors.crmplus.paging import Ask, Place, Reader
from crmdesk.connectors.vendors.crmplus.query import Terms
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import Cursor, ModuleName
from tests.connectors.crmplus import vtql

LEADS = ModuleName("Leads")


@dataclass
class Server:
    """Rows: number -> sort key. Hidden rows count in limits and count(*), and are taken out afterwards, as there."""

    rows: dict[int, str]
    hidden: set[int] = field(default_factory=set)
    cap: int = 100
    calls: int = 0

    def found(self, text: str) -> list[int]:
        asked = vtql.parse(text)
        after = next((int(c.values[0].partition("x")[2]) for c in asked.conditions if c.operator == ">"), 0)
        numbers = [number for number in self.rows if number > after]
        if asked.order == ("id",):
            numbers.sort(reverse=asked.descending)
        elif asked.order:
            # Rows that the order does not tell apart come in any order.
            random.Random(self.calls).shuffle(numbers)
            numbers.sort(key=lambda n: tuple(self.rows[n] if key == "city" else n for key in asked.order))
            assert not asked.descending, "the direction would go to the last key alone"
        start, size = asked.limit
        return numbers[start : start + min(size, self.cap)] if "limit" in text else numbers

    def rows_of(self, text: str) -> tuple[Mapping[str, object], ...]:
        self.calls += 1
        return tuple({"id": f"10x{n}", "city": self.rows[n]} for n in self.found(text) if n not in self.hidden)

    def count_of(self, text: str) -> int:
        assert text.startswith("select count(*)")
        return len(self.found(text))

    def visible(self) -> set[int]:
        return set(self.rows) - self.hidden


def read_all(
    server: Server, ask: Ask, limit: int, between: Callable[[int], None] = lambda page: None
) -> tuple[list[int], int]:
    """The numbers in the order they come, begun anew where the result moved; and how often it did."""
    reader = Reader(server.rows_of, server.count_of)
    seen: list[int] = []
    cursor: Cursor | None = None
    restarts = 0
    for page_number in range(400):
        page = reader.page(ask, place_of(Place, cursor), limit)
        assert len(page.rows) <= limit
        if page.restarted:
            seen, restarts = [], restarts + 1
        seen += [int(str(row["id"]).partition("x")[2]) for row in page.rows]
        cursor = cursor_of(page.after)
        if cursor is None:
            return seen, restarts
        between(page_number)
    raise AssertionError("it never ends")


ASKS = {
    "by id": Ask(LEADS, ("id",), Terms()),
    "upwards": Ask(LEADS, ("id", "city"), Terms(), ("city",)),
    "downwards": Ask(LEADS, ("id", "city"), Terms(), ("city",), descending=True),
    "either": Ask(LEADS, ("id",), Terms(("id != '10x0'", "id != '10x0'"), "or")),
}
tables = st.dictionaries(st.integers(1, 60), st.sampled_from("abc"), max_size=40)


def expected(server: Server, ask: Ask) -> list[int]:
    if not ask.order:
        return sorted(server.visible())
    return sorted(server.visible(), key=lambda n: (server.rows[n], n), reverse=ask.descending)


@settings(max_examples=400, deadline=None)
@given(tables, st.sets(st.integers(1, 60)), st.integers(1, 9), st.sampled_from(sorted(ASKS)), st.sampled_from([3, 100]))
def test_every_visible_row_comes_once_in_order(
    rows: dict[int, str], hidden: set[int], limit: int, kind: str, cap: int
) -> None:
    if ASKS[kind].order:
        cap = 100  # an order is read by offset, and the cap of both measured servers is ours
    # A server that cuts pages shorter than it is asked AND hides rows cannot be told from one that is at its end.
    server = Server(dict(rows), hidden & set(rows) if limit <= cap else set(), cap)
    seen, restarts = read_all(server, ASKS[kind], limit)
    assert seen == expected(server, ASKS[kind])
    assert restarts == 0


changes = st.lists(st.tuples(st.sampled_from(["add", "drop"]), st.integers(1, 60), st.sampled_from("abc")), max_size=4)


@settings(max_examples=300, deadline=None)
@given(tables, st.integers(1, 6), st.sampled_from(["by id", "upwards", "downwards"]), changes, st.randoms())
def test_rows_that_stay_come_once_while_others_write(
    rows: dict[int, str], limit: int, kind: str, todo: list[tuple[str, int, str]], chance: random.Random
) -> None:
    """Between pages rows are added and removed; every row that was there all the time comes exactly once."""
    server = Server(dict(rows))
    stayed = set(rows)
    left = list(todo)

    def between(page: int) -> None:
        if not left or chance.random() < 0.3:
            return
        what, number, city = left.pop()
        stayed.discard(number)
        if what == "add":
            server.rows[number] = city
        else:
            server.rows.pop(number, None)

    seen, _ = read_all(server, ASKS[kind], limit, between)
    assert len(seen) == len(set(seen))
    assert stayed <= set(seen)


@settings(max_examples=300, deadline=None)
@given(
    tables, st.sets(st.integers(1, 60)), st.integers(1, 6), st.sampled_from(["by id", "upwards", "downwards"]), changes
)
def test_hidden_rows_and_other_writers_together(
    rows: dict[int, str], hidden: set[int], limit: int, kind: str, todo: list[tuple[str, int, str]]
) -> None:
    server = Server(dict(rows), hidden & set(rows))
    left = list(todo)

    def between(page: int) -> None:
        if left:
            what, number, city = left.pop()
            if what == "add":
                server.rows[number] = city
            else:
                server.rows.pop(number, None)

    seen, _ = read_all(server, ASKS[kind], limit, between)
    if kind == "by id":
        assert len(seen) == len(set(seen))
        assert set(rows) & server.visible() - {number for _, number, _ in todo} <= set(seen)


def test_a_removed_row_makes_a_sorted_reading_begin_anew() -> None:
    server = Server(dict.fromkeys(range(1, 21), "a"))

    def between(page: int) -> None:
        if page == 0:
            del server.rows[2]

    seen, restarts = read_all(server, ASKS["upwards"], 5, between)
    assert restarts == 1
    assert seen == [1, *range(3, 21)]


def test_a_result_that_moves_all_the_time_ends_all_the_same() -> None:
    server = Server(dict.fromkeys(range(100, 140), "b"))

    def between(page: int) -> None:
        if page < 60:
            server.rows[99 - page] = "a"

    seen, restarts = read_all(server, ASKS["upwards"], 10, between)
    assert restarts == 4
    assert set(range(100, 140)) <= set(seen)


def test_a_full_page_costs_one_request_and_a_short_one_two() -> None:
    server = Server(dict.fromkeys(range(1, 151), "a"))
    asked: list[str] = []

    def rows_of(text: str) -> tuple[Mapping[str, object], ...]:
        asked.append(text)
        return server.rows_of(text)

    def count_of(text: str) -> int:
        asked.append(text)
        return server.count_of(text)

    reader = Reader(rows_of, count_of)
    page = reader.page(ASKS["by id"], None, 100)
    assert asked == ["select id from Leads order by id limit 100;"]
    last = reader.page(ASKS["by id"], page.after, 100)
    assert asked[1:] == [
        "select id from Leads where id > '10x100' order by id limit 100;",
        "select count(*) from Leads where id > '10x150';",
    ]
    assert last.after is None


def test_downwards_is_read_from_the_end() -> None:
    """vtiger pastes desc behind the last key alone, so two keys would run in two directions."""
    server = Server({1: "a", 2: "b", 3: "b", 4: "c"})
    assert read_all(server, ASKS["downwards"], 3)[0] == [4, 3, 2, 1]


def test_rows_that_go_between_the_count_and_the_first_page_cost_a_second_look() -> None:
    server = Server(dict.fromkeys(range(1, 6), "a"))
    counts = iter([9, 5, 5, 5, 5])
    page = Reader(server.rows_of, lambda text: next(counts)).page(ASKS["downwards"], None, 9)
    assert [row["id"] for row in page.rows] == ["10x5", "10x4", "10x3", "10x2", "10x1"]
    assert page.after is None


def test_a_foreign_cursor_is_one_clear_error() -> None:
    for text in ("nonsense", '{"other": 1}', "[]"):
        with pytest.raises(MalformedReply):
            place_of(Place, Cursor(text))
