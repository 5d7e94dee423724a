# SPDX-License-Identifier: MIT
"""Reading: the server while it is there, the copy while it is away, never half of one and half of the other."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.domain.bulk import BulkEdit, BulkKind
from crmdesk.domain.errors import NotFound, NotReachable
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Order, Query
from crmdesk.engine.bulk import BulkDesk
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.reading import Reading, is_copied
from crmdesk.engine.related_copies import lists_of, records_of
from crmdesk.engine.staging import StagedChanges
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF, Fault
from tests.engine.mirror.support import Desk

GONE = NotReachable("Nobody is there.")


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Desk]:
    """Thirty companies, copied."""
    made = Desk(tmp_path)
    for at in range(30):
        made.server.add(f"k{at:02}", accountname=f"Firm {at}", bill_city="Espoo" if at % 3 else "Oulu", employees=at)
    made.server.poke("k01", parent=RecordId(ACCOUNTS, "k00"))

    async def copy() -> None:
        await made.update()
        await made.mirror.status()

    run(copy())
    yield made
    made.close()


def reading_of(desk: Desk) -> Reading:
    return Reading(desk.session, desk.mirror)


def asked(desk: Desk) -> int:
    return len(desk.server.log)


def test_the_server_is_asked_while_it_is_there(filled: Desk) -> None:
    reading, before = reading_of(filled), asked(filled)
    records = run(PageFeed(reading, Query(ACCOUNTS, (NAME,))).rest())
    assert len(records) == 30
    assert asked(filled) > before
    assert not is_copied(reading, ACCOUNTS)


def test_the_copy_answers_as_the_server_would_and_nothing_is_asked(filled: Desk) -> None:
    query = Query(ACCOUNTS, (NAME, STAFF), Compare(CITY, Op.EQ, "Espoo"), (Order(STAFF, descending=True),))

    async def both() -> tuple[list[str], list[str]]:
        there = [record.id.key for record in await PageFeed(filled.session, query).rest()]
        filled.session.away = True
        return there, [record.id.key for record in await PageFeed(reading_of(filled), query).rest()]

    there, here = run(both())
    assert here == there
    assert len(here) == 20
    before = asked(filled)

    async def more() -> None:
        reading = reading_of(filled)
        feed = PageFeed(reading, query)
        assert await feed.total() == 20
        assert (await reading.fetch(RecordId(ACCOUNTS, "k07"))).values[STAFF] == 7
        with pytest.raises(NotFound):
            await reading.fetch(RecordId(ACCOUNTS, "nobody"))
        assert [r.id.key for r in await reading.some(Query(ACCOUNTS, (), Compare(NAME, Op.CONTAINS, "firm 2")), 3)] == [
            "k02", "k20", "k21",
        ]  # fmt: skip
        assert (await reading.schema(ACCOUNTS)).module.name == ACCOUNTS

    run(more())
    assert asked(filled) == before


def test_what_is_not_copied_is_told_at_once(filled: Desk) -> None:
    filled.session.away = True
    reading, before = reading_of(filled), asked(filled)
    other = ModuleName("Leads")
    for work in (
        PageFeed(reading, Query(other)).rest(),
        reading.fetch(RecordId(other, "1")),
        reading.some(Query(other), 5),
    ):
        with pytest.raises(NotReachable, match="no copy of Leads"):
            run(work)
    assert asked(filled) == before


def test_a_copy_that_is_not_whole_lends_some_but_never_all(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    try:
        for at in range(30):
            desk.server.add(f"k{at:02}", accountname=f"Firm {at}")

        run(half(desk))
        desk.session.away = True
        reading = reading_of(desk)
        with pytest.raises(NotReachable, match="not finished"):
            run(PageFeed(reading, Query(ACCOUNTS)).rest())
        assert len(run(reading.some(Query(ACCOUNTS), 50))) == 10
    finally:
        desk.close()


async def half(desk: Desk) -> None:
    """The first page is copied, and then the server dies for good."""
    desk.server.faults["fetch_page"] = deque([Fault(None), *[Fault(GONE)] * 20])
    assert (await desk.update()).trouble
    await desk.mirror.status()


def test_a_server_that_goes_before_the_first_row_is_stood_in_for(filled: Desk) -> None:
    """As the window learns it: the failed question itself tells that the server is away."""
    filled.session.health.connect(lambda health: setattr(filled.session, "away", health.error is not None))
    filled.server.fail("fetch_page", GONE)
    assert len(run(PageFeed(reading_of(filled), Query(ACCOUNTS)).rest())) == 30


def test_a_server_that_goes_in_the_middle_ends_the_question(filled: Desk) -> None:
    filled.session.health.connect(lambda health: setattr(filled.session, "away", health.error is not None))

    async def go() -> None:
        feed = PageFeed(reading_of(filled), Query(ACCOUNTS))
        assert (await feed.next_page()).records
        filled.server.fail("fetch_page", GONE, times=5)
        with pytest.raises(NotReachable):
            await feed.rest()
        assert len(await PageFeed(reading_of(filled), Query(ACCOUNTS)).rest()) == 30  # the next one is whole

    run(go())


def test_a_bulk_edit_is_frozen_and_staged_over_the_copy(filled: Desk) -> None:
    filled.session.away = True
    before = asked(filled)

    async def go() -> None:
        staged = StagedChanges(filled.storage)
        desk = BulkDesk(reading_of(filled), staged)
        targets = await desk.matching(Query(ACCOUNTS, (), Compare(CITY, Op.EQ, "Oulu")), (CITY,))
        edit = BulkEdit(field=CITY, kind=BulkKind.SET, value="Vaasa")
        rows, tally = await desk.plan(targets, edit)
        assert tally.changes == 10
        assert await desk.stage(targets, edit, rows) == 10
        assert staged.count == 10
        some = await desk.listed(ACCOUNTS, "k01 k02 k99", fields=(CITY,))
        assert [record.id.key for record in some.records] == ["k01", "k02"]
        assert some.missing == ("k99",)

    run(go())
    assert asked(filled) == before


def test_fields_and_modules_are_remembered_for_a_start_without_the_server(filled: Desk, tmp_path: Path) -> None:
    run(filled.session.modules())
    again = Desk(tmp_path, filled.server)
    try:
        again.session.away = True

        async def go() -> None:
            await again.session.recall()
            assert [module.name for module in await again.session.modules()] == [ACCOUNTS]
            assert (await again.session.schema(ACCOUNTS)).field(CITY) is not None
            assert again.session.known_schema(ACCOUNTS) is None  # as soon as it is back, it is asked
            again.session.away = False
            await again.session.schema(ACCOUNTS)
            assert again.session.known_schema(ACCOUNTS) is not None

        run(go())
        assert again.session.roles == filled.session.roles
        assert again.session.user_id == filled.session.user_id
    finally:
        again.close()


def test_related_lists_are_what_refers_to_a_record(filled: Desk) -> None:
    async def go() -> None:
        (one,) = await lists_of(filled.mirror, RecordId(ACCOUNTS, "k00"))
        assert (one.relation.module, one.relation.count, one.field.name) == (ACCOUNTS, 1, "parent")
        assert [record.id.key for record in await records_of(filled.mirror, RecordId(ACCOUNTS, "k00"), one)] == ["k01"]
        (none,) = await lists_of(filled.mirror, RecordId(ACCOUNTS, "k05"))
        assert none.relation.count == 0

    run(go())
