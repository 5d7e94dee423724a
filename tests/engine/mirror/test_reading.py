# SPDX-License-Identifier: MIT
"""A view of the copy: places, screenfuls, what happens to rows meanwhile; and staging over it with the server dead."""

from dataclasses import replace

import pytest

from crmdesk.domain.errors import NotReachable, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Order, Query
from crmdesk.engine.mirror import FIRST_ROWS, MirrorChange, Source
from crmdesk.engine.staging import Edit, StagedChanges
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF
from tests.engine.mirror.support import Desk

BY_STAFF = Query(ACCOUNTS, order=(Order(STAFF, True),))


def fill(desk: Desk, count: int) -> None:
    desk.server.capabilities = replace(desk.server.capabilities, max_page_size=500)
    for n in range(count):
        desk.server.add(f"{n:04}", accountname=f"Firm {n}", bill_city="Espoo" if n % 2 else "Oulu", employees=n)


def test_the_first_rows_stand_before_all_places_are_known(desk: Desk) -> None:
    fill(desk, FIRST_ROWS + 50)

    async def work() -> None:
        await desk.update()
        view = await desk.mirror.view(BY_STAFF)
        assert len(view) == FIRST_ROWS
        assert not view.complete
        assert [r.values[STAFF] for r in view.read(0, 3)] == [549, 548, 547]
        await view.rest()
        assert view.complete
        assert len(view) == FIRST_ROWS + 50
        assert view.read(545, 100)[-1].values[STAFF] == 0
        assert view.read(9999, 5) == []
        assert view.record(-1) is None
        assert view.place_of("0549") == 0
        assert view.place_of("nobody") == -1
        assert view.is_whole
        assert view.synced_at is not None

    run(work())


def test_rows_that_go_and_change_do_so_in_the_view(telling: Desk) -> None:
    fill(telling, 6)

    async def work() -> None:
        await telling.update()
        view = await telling.view(BY_STAFF)
        changed = replace(telling.server.records["0004"], values={NAME: "Edited"})
        view.replace(1, changed)
        assert view.record(1) == changed
        await telling.mirror.take([replace(changed, id=RecordId(ACCOUNTS, "0005"))])
        assert view.refresh(MirrorChange(ACCOUNTS, ("0005", "0004"), ("0003",))) == 0
        assert len(view) == 5
        assert view.place_of("0003") == -1
        first = view.record(0)
        assert first is not None
        assert first.values[NAME] == "Edited"
        assert view.record(1) == telling.server.records["0004"]
        view.remove(0)
        assert len(view) == 4
        assert view.refresh(MirrorChange(ModuleName("Other"), ("1",))) == 0
        view.close()
        assert len(view) == 0

    run(work())


def test_a_dropped_module_leaves_empty_rows_and_no_error(desk: Desk) -> None:
    fill(desk, 3)

    async def work() -> None:
        await desk.update()
        view = await desk.view()
        await desk.mirror.drop(ACCOUNTS)
        assert [r.id.key for r in view.read(0, 3)] == ["", "", ""]
        assert view.place_of("0001") == -1
        with pytest.raises(Unsupported):
            await desk.mirror.view(Query(ACCOUNTS))

    run(work())


def test_without_the_server_everything_is_read_filtered_sorted_and_edited(desk: Desk) -> None:
    fill(desk, 20)

    async def work() -> None:
        await desk.update()
        for operation in ("login", "fetch", "fetch_page", "describe", "list_modules"):
            desk.server.fail(operation, NotReachable("dead"), times=99)
        where = Compare(CITY, Op.EQ, "oulu")
        assert await desk.mirror.count(ACCOUNTS, where) == 10
        view = await desk.view(Query(ACCOUNTS, (), where, (Order(NAME, True),)))
        record = view.read(0, 1)[0]
        staged = StagedChanges(desk.storage)
        await staged.edit([Edit(record, CITY, "Vaasa")])
        one = staged.get(record.id)
        assert one is not None
        assert one.base == record
        assert desk.mirror.freshness(record.id, one).source is Source.EDIT
        assert [m.name for m in await desk.mirror.modules()] == [ACCOUNTS]
        schema = await desk.mirror.schema(ACCOUNTS)
        assert schema is not None
        assert schema.field(FieldName("bill_city")) is not None
        assert await desk.mirror.search("firm 7")

    run(work())


def test_nothing_is_copied_yet(desk: Desk) -> None:
    async def work() -> None:
        assert not desk.mirror.exists
        assert await desk.mirror.search("x") == ()
        assert await desk.mirror.record(RecordId(ACCOUNTS, "1")) is None
        assert await desk.mirror.schema(ACCOUNTS) is None
        assert (await desk.mirror.status()).modules == ()
        assert await desk.mirror.modules() == ()
        assert await desk.mirror.recent() == ()
        await desk.mirror.take([])
        await desk.mirror.drop(ACCOUNTS)
        with pytest.raises(Unsupported):
            await desk.mirror.view(Query(ACCOUNTS))
        assert not desk.mirror.path.exists()

    run(work())
