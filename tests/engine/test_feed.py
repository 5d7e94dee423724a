# SPDX-License-Identifier: MIT
"""PageFeed: its place after errors, no row twice, local filter and local order."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.errors import MalformedReply, NotReachable, TimedOut, Unsupported
from crmdesk.domain.names import Cursor, FieldName, RecordId
from crmdesk.domain.query import Compare, Filter, Not, Op, Order, Query
from crmdesk.domain.record import Page, Record
from crmdesk.engine.feed import PAGES_PER_REQUEST, PageFeed, sort_records
from tests.engine.bench import Bench, began, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF, FakeConnector, Fault


def filled(bench: Bench, count: int, city: Callable[[int], str] = lambda n: "Espoo") -> None:
    for number in range(count):
        bench.server.add(f"r{number:03}", accountname=f"Name {number:03}", bill_city=city(number), employees=number)


def keys(records: tuple[Record, ...]) -> list[str]:
    return [record.id.key for record in records]


async def everything(feed: PageFeed) -> list[str]:
    found: list[str] = []
    while not feed.exhausted:
        found += keys((await feed.next_page()).records)
    return found


def test_pages_come_in_order_until_there_are_no_more(bench: Bench) -> None:
    filled(bench, 25)

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS))
        assert feed.plan is None
        assert keys((await feed.next_page()).records) == [f"r{n:03}" for n in range(10)]
        assert not feed.exhausted
        assert await feed.total() == 25
        assert feed.scanned == 10
        assert len(await everything(feed)) == 15
        assert feed.scanned == 25

    run(go())


def test_nothing_found_is_an_empty_last_page(bench: Bench) -> None:
    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS))
        rows = await feed.next_page()
        assert (rows.records, rows.scanned, rows.paused, feed.exhausted) == ((), 0, False, True)

    run(go())


@pytest.mark.parametrize("error", [NotReachable("away"), TimedOut("slow"), MalformedReply("odd")])
def test_retry_after_failed_page_keeps_place(bench: Bench, error: Exception) -> None:
    filled(bench, 25)

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS))
        first = keys((await feed.next_page()).records)
        bench.server.fail("fetch_page", error)
        with pytest.raises(type(error)):
            await feed.next_page()
        assert first + await everything(feed) == [f"r{n:03}" for n in range(25)]

    run(go())


def test_a_cancelled_page_keeps_the_place_too(bench: Bench) -> None:
    filled(bench, 25)

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS))
        first = keys((await feed.next_page()).records)
        gate = bench.server.hold("fetch_page")
        task = asyncio.ensure_future(feed.next_page())
        await began(bench.server.begun["fetch_page"])
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        assert first + await everything(feed) == [f"r{n:03}" for n in range(25)]

    run(go())


def test_a_row_that_slides_onto_the_next_page_is_given_once(bench: Bench) -> None:
    """Somebody adds a row in front between two pages, so that offsets move."""
    filled(bench, 25)

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS))
        first = keys((await feed.next_page()).records)
        records = bench.server.records
        bench.server.records = {"new": replace(records["r000"], id=RecordId(ACCOUNTS, "new")), **records}
        rest = await everything(feed)
        assert len(first + rest) == len(set(first + rest)) == 25

    run(go())


def test_a_result_that_begins_anew_gives_no_row_twice(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def rows(*numbers: int) -> tuple[Record, ...]:
        return tuple(Record(RecordId(ACCOUNTS, f"r{n}"), {NAME: str(n)}) for n in numbers)

    pages = iter([
        Page(rows(1, 2), Cursor("a")),
        Page(rows(1, 2, 3), Cursor("b"), restarted=True),
        Page(rows(4)),
    ])  # fmt: skip
    monkeypatch.setattr(FakeConnector, "fetch_page", lambda *_: next(pages))

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS))
        assert await everything(feed) == ["r1", "r2", "r3", "r4"]
        assert feed.scanned == 4

    run(go())


def test_one_request_at_a_time(bench: Bench) -> None:
    async def go() -> None:
        gate = bench.server.hold("fetch_page")
        feed = PageFeed(bench.session, Query(ACCOUNTS))
        first = asyncio.ensure_future(feed.next_page())
        await began(bench.server.begun["fetch_page"])
        with pytest.raises(RuntimeError, match="under way"):
            await feed.next_page()
        gate.set()
        await first

    run(go())


RARE: Filter = Compare(STAFF, Op.GE, 68)


def test_a_local_rest_reads_on_and_pauses(bench: Bench) -> None:
    filled(bench, 80)

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS, where=RARE))
        rows = await feed.next_page()
        assert feed.plan is not None
        assert feed.plan.rest == RARE
        assert (rows.records, rows.scanned, rows.paused) == ((), 10 * PAGES_PER_REQUEST, True)
        assert not feed.exhausted
        assert await feed.total() is None
        rows = await feed.next_page()
        assert (len(rows.records), rows.paused, feed.exhausted) == (12, False, True)

    run(go())
    assert bench.server.did("count") == 0


@pytest.mark.parametrize(
    ("where", "total"),
    [
        (Compare(CITY, Op.EQ, "Espoo"), 12),
        (Compare(CITY, Op.CONTAINS, "spo"), 12),
        (Compare(CITY, Op.CONTAINS, "50%"), None),
        (Compare(CITY, Op.CONTAINS, "a_b"), None),
        (Compare(CITY, Op.CONTAINS, "a\\b"), None),
        (Compare(CITY, Op.EQ, "50%"), 0),
        (Compare(CITY, Op.EQ, "Espoo "), None),
    ],
)
def test_a_total_is_not_told_where_servers_find_more_than_asked(bench: Bench, where: Filter, total: int | None) -> None:
    filled(bench, 12)

    async def go() -> None:
        assert await PageFeed(bench.session, Query(ACCOUNTS, where=where)).total() == total

    run(go())


def test_a_local_rest_stops_reading_when_a_page_is_full(bench: Bench) -> None:
    filled(bench, 80)

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS, where=Compare(STAFF, Op.GE, 5)))
        rows = await feed.next_page()
        assert (len(rows.records), rows.scanned, rows.paused) == (15, 20, False)

    run(go())


@pytest.mark.parametrize("cancelled", [False, True])
def test_rows_found_before_a_later_page_failed_are_not_lost(bench: Bench, cancelled: bool) -> None:
    """One request reads pages 1 and 2; page 1 has matches, page 2 fails: they come with the next request."""
    filled(bench, 30)
    some = Compare(STAFF, Op.IN, (3, 13, 23))

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS, where=some))
        await bench.session.schema(ACCOUNTS)
        if cancelled:
            task = asyncio.ensure_future(feed.next_page())
            while bench.server.did("fetch_page") == 0:
                await asyncio.sleep(0)
            gate = bench.server.hold("fetch_page")
            await began(bench.server.begun["fetch_page"])
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            gate.set()
        else:
            bench.server.fail("fetch_page", NotReachable("away"))
            bench.server.faults["fetch_page"].appendleft(Fault(None))
            with pytest.raises(NotReachable):
                await feed.next_page()
        assert feed.scanned > 0
        assert await everything(feed) == ["r003", "r013", "r023"]

    run(go())


def test_a_row_the_server_finds_too_much_is_taken_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Page((Record(RecordId(ACCOUNTS, "x"), {CITY: "Espoo "}), Record(RecordId(ACCOUNTS, "y"), {CITY: "Espoo"})))
    monkeypatch.setattr(FakeConnector, "fetch_page", lambda *_: odd)

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS, where=Compare(CITY, Op.EQ, "Espoo")))
        assert await everything(feed) == ["y"]

    run(go())


def test_a_local_order_sorts_everything_and_tells_how_far_it_is(bench: Bench) -> None:
    filled(bench, 35, city=lambda n: "ABC"[n % 3])
    told: list[int] = []

    async def go() -> None:
        order = (Order(CITY), Order(STAFF, descending=True))
        feed = PageFeed(bench.session, Query(ACCOUNTS, order=order))
        rows = await feed.next_page(progress=told.append)
        assert feed.exhausted
        found = [(r.values[CITY], -int(str(r.values[STAFF]))) for r in rows.records]
        assert len(found) == 35
        assert found == sorted(found)
        assert (await feed.next_page()).records == ()

    run(go())
    assert told == [10, 20, 30, 35]


def test_a_local_order_that_fails_on_the_way_goes_on_where_it_was(bench: Bench) -> None:
    filled(bench, 35)

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS, order=(Order(CITY), Order(NAME))))
        bench.server.fail("fetch_page", NotReachable("away"))
        with pytest.raises(NotReachable):
            await feed.next_page()
        pages = bench.server.did("fetch_page")
        assert len((await feed.next_page()).records) == 35
        assert bench.server.did("fetch_page") - pages == 4

    run(go())


def test_local_filter_and_local_order_together(bench: Bench) -> None:
    filled(bench, 35)

    async def go() -> None:
        query = Query(ACCOUNTS, where=Not(Compare(NAME, Op.CONTAINS, "1")), order=(Order(CITY), Order(NAME, True)))
        found = await everything(PageFeed(bench.session, query))
        assert found == [f"r{n:03}" for n in reversed(range(35)) if "1" not in f"{n:03}"]

    run(go())


def test_fields_are_narrowed_but_what_the_filter_needs_is_read(bench: Bench) -> None:
    filled(bench, 12)

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS, fields=(NAME,), where=Compare(STAFF, Op.GT, 9)))
        assert await everything(feed) == ["r010", "r011"]

    run(go())


A, B = FieldName("a"), FieldName("b")


def rows_of(*values: object) -> list[Record]:
    return [Record(RecordId(ACCOUNTS, str(i)), {A: v}) for i, v in enumerate(values)]  # type: ignore[dict-item]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "values",
    [
        ("b", "Ö", "a", None, "c", ""),
        (2, Decimal("1.5"), None, 10),
        (date(2026, 1, 2), None, date(2025, 1, 1)),
        (True, None, False),
        (("b", "c"), (), ("a",)),
    ],
)
def test_empty_values_sort_last_whichever_way(values: tuple[object, ...], descending: bool) -> None:
    found = [r.values[A] for r in sort_records(rows_of(*values), (Order(A, descending),))]
    filled_ones = [v for v in found if v not in (None, "", ())]
    assert found[: len(filled_ones)] == filled_ones
    there_and_back = sort_records(rows_of(*filled_ones), (Order(A, not descending),))
    assert [r.values[A] for r in there_and_back] == filled_ones[::-1]


def test_references_sort_by_what_is_shown() -> None:
    rows = [
        Record(RecordId(ACCOUNTS, "1"), {A: RecordId(ACCOUNTS, "19x1")}, {A: "Zoe"}),
        Record(RecordId(ACCOUNTS, "2"), {A: RecordId(ACCOUNTS, "19x2")}, {A: "ada"}),
    ]
    assert keys(tuple(sort_records(rows, (Order(A),)))) == ["2", "1"]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3))), st.booleans(), st.booleans())
def test_sorting_is_stable_over_several_keys(pairs: list[tuple[int, int]], down_a: bool, down_b: bool) -> None:
    rows = [Record(RecordId(ACCOUNTS, str(i)), {A: a, B: b}) for i, (a, b) in enumerate(pairs)]
    found = [int(r.id.key) for r in sort_records(rows, (Order(A, down_a), Order(B, down_b)))]
    wanted = sorted(
        range(len(pairs)), key=lambda i: (pairs[i][0] * (-1 if down_a else 1), pairs[i][1] * (-1 if down_b else 1))
    )
    assert found == wanted


def test_a_total_that_the_server_declines_is_unknown(bench: Bench) -> None:
    """It counts, but not what this filter means: that is no error to tell anybody."""
    filled(bench, 12)
    bench.server.fail("count", Unsupported("counting what this filter means"))

    async def go() -> None:
        feed = PageFeed(bench.session, Query(ACCOUNTS))
        assert await feed.total() is None
        assert await feed.total() == 12

    run(go())
