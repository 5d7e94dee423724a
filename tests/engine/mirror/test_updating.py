# SPDX-License-Identifier: MIT
"""Copying and following: whatever breaks off goes on, nothing is lost, nothing comes back from the dead."""

import asyncio
from collections import deque
from dataclasses import replace
from decimal import Decimal

import pytest

from crmdesk.domain.changes import Delete, Update
from crmdesk.domain.errors import Invalid, NotReachable, ProfileError, RateLimited
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Module
from crmdesk.engine.mirror import Mirror, MirrorChange, Phase, Progress
from tests.engine.bench import profile_of, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, SCHEMA, STAFF, Fault
from tests.engine.mirror.support import ChangingServer, Desk, no_wait


def fill(desk: Desk, count: int = 25) -> None:
    for n in range(count):
        desk.server.add(f"{n:02}", accountname=f"Firm {n}", bill_city="Espoo", employees=n)


def test_everything_is_copied_with_numbers_on_the_way(desk: Desk) -> None:
    fill(desk)
    told: list[Progress] = []
    desk.mirror.progress.connect(told.append)

    async def work() -> None:
        done = await desk.update()
        assert (done.changed, done.deleted, done.whole, done.trouble) == (25, 0, True, "")
        assert await desk.keys() == [f"{n:02}" for n in range(25)]
        state = (await desk.mirror.status()).state(ACCOUNTS)
        assert state is not None
        assert (state.rows, state.complete, state.trouble) == (25, True, "")
        assert state.synced_at is not None
        assert state.used_bytes > 0

    run(work())
    copying = [p for p in told if p.phase is Phase.COPYING]
    assert copying[0].total == 25
    assert told[-1].phase is Phase.DONE


def test_a_server_that_dies_mid_way_is_gone_on_with(desk: Desk) -> None:
    fill(desk)

    async def work() -> None:
        real = desk.server.log
        dead = (Fault(NotReachable("gone")) for _ in range(8))
        desk.server.faults["fetch_page"] = deque([Fault(None), *dead])  # the first page comes
        done = await desk.update()
        assert done.trouble == "gone"
        state = (await desk.mirror.status()).state(ACCOUNTS)
        assert state is not None
        assert not state.complete
        assert 0 < state.rows < 25
        assert state.trouble == "gone"
        desk.server.faults.clear()
        before = len([one for one in real if one[0] == "fetch_page"])
        done = await desk.update()
        assert done.trouble == ""
        asked = [what for name, what in real if name == "fetch_page"][before:]
        assert "" not in asked  # it did not begin at the beginning
        assert len(await desk.keys()) == 25
        assert (await desk.mirror.status()).state(ACCOUNTS).trouble == ""  # type: ignore[union-attr]

    run(work())


def test_a_server_that_asks_to_wait_is_waited_for(desk: Desk) -> None:
    fill(desk, 3)
    desk.server.fail("fetch_page", RateLimited("slowly", retry_after_s=7), times=2)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def work() -> None:
        (done,) = await desk.mirror.update(desk.session, [ACCOUNTS], sleep=sleep)
        assert done.changed == 3

    run(work())
    assert slept == [7, 7]


def test_cancelling_keeps_what_was_copied(desk: Desk) -> None:
    fill(desk)

    async def work() -> None:
        waits = asyncio.Event()

        async def wait(_: float) -> None:
            waits.set()
            await asyncio.sleep(60)

        desk.server.faults["fetch_page"] = deque([Fault(None), Fault(RateLimited("slowly", retry_after_s=1))])
        running = asyncio.ensure_future(desk.mirror.update(desk.session, [ACCOUNTS], sleep=wait))
        await waits.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (await desk.mirror.status()).updating is None
        assert len(await desk.keys()) >= 10
        await desk.update()
        assert len(await desk.keys()) == 25

    run(work())


def test_what_changed_is_asked_for_and_what_is_gone_goes(telling: Desk, changing: ChangingServer) -> None:
    fill(telling)

    async def work() -> None:
        await telling.update()
        changing.touch("03", bill_city="Oulu")
        changing.touch("99", accountname="New One")
        changing.remove("04")
        pages = changing.did("fetch_page")
        heard: list[MirrorChange] = []
        telling.mirror.changed.connect(heard.append)
        done = await telling.update()
        assert (done.changed, done.deleted, done.whole) == (2, 1, False)
        assert changing.did("fetch_page") == pages
        keys = await telling.keys()
        assert "99" in keys
        assert "04" not in keys
        found = await telling.mirror.record(RecordId(ACCOUNTS, "03"))
        assert found is not None
        assert found.values[CITY] == "Oulu"
        assert [(set(one.changed), one.deleted) for one in heard] == [({"03", "99"}, ("04",))]
        again = await telling.update()
        assert (again.changed, again.deleted) == (0, 0)

    run(work())


def test_the_same_change_twice_changes_nothing(telling: Desk, changing: ChangingServer) -> None:
    fill(telling)

    async def work() -> None:
        await telling.update()
        for _ in range(3):
            changing.touch("03", bill_city="Oulu")
        assert (await telling.update()).changed == 1
        assert [h.record.key for h in await telling.mirror.search("oulu")] == ["03"]

    run(work())


def test_what_changes_while_it_is_copied_is_not_missed(telling: Desk, changing: ChangingServer) -> None:
    fill(telling)

    async def work() -> None:
        stop = telling.mirror.changed.connect(lambda change: changing.touch("00", bill_city="Oulu"))
        await telling.update()
        stop()
        found = await telling.mirror.record(RecordId(ACCOUNTS, "00"))
        assert found is not None
        assert found.values[CITY] == "Oulu"

    run(work())


def test_where_deletions_are_not_told_ids_are_compared(telling: Desk, changing: ChangingServer) -> None:
    fill(telling)
    changing.says_deleted = False

    async def work() -> None:
        await telling.update()
        del changing.records["07"]  # and nothing else changes
        changing.add("77", accountname="Unheard of")  # an import without stamps
        changing.add("78", accountname="Unheard of, too")
        done = await telling.update()
        assert done.deleted == 1
        keys = await telling.keys()
        assert "07" not in keys
        assert {"77", "78"} <= set(keys)

    run(work())


def test_a_server_that_tells_nothing_is_copied_again(desk: Desk) -> None:
    fill(desk)

    async def work() -> None:
        await desk.update()
        desk.server.poke("01", bill_city="Oulu")
        del desk.server.records["02"]
        done = await desk.update()
        assert (done.changed, done.deleted, done.whole) == (1, 1, True)

    run(work())


def test_a_mark_that_is_not_understood_any_more_means_a_whole_copy(telling: Desk, changing: ChangingServer) -> None:
    fill(telling)

    async def work() -> None:
        await telling.update()
        changing.fail("changes_since", Invalid("The mark is damaged."))
        changing.poke("01", bill_city="Oulu")
        done = await telling.update()
        assert done.whole
        assert done.changed == 1

    run(work())


def test_a_field_that_appears_is_filled_and_one_that_goes_is_forgotten(telling: Desk, changing: ChangingServer) -> None:
    fill(telling, 5)
    more = Field(name=FieldName("bill_country"), label="Country")

    async def work() -> None:
        await telling.update()
        fields = (*(f for f in SCHEMA.fields if f.name != STAFF), more)
        changing.schema = replace(SCHEMA, fields=fields)
        for key in list(changing.records):
            changing.poke(key, bill_country="FI")
        done = await telling.update()
        assert done.whole
        found = await telling.mirror.record(RecordId(ACCOUNTS, "03"))
        assert found is not None
        assert found.values[more.name] == "FI"
        schema = await telling.mirror.schema(ACCOUNTS)
        assert schema is not None
        assert schema.field("employees") is None
        kind = replace(more, type=FieldType.INTEGER)
        changing.schema = replace(SCHEMA, fields=(*fields[:-1], kind))
        for key in list(changing.records):
            changing.poke(key, bill_country=358)
        await telling.update()
        found = await telling.mirror.record(RecordId(ACCOUNTS, "03"))
        assert found is not None
        assert found.values[more.name] == 358

    run(work())


def test_records_without_an_id_are_left_out_and_counted(desk: Desk) -> None:
    fill(desk, 3)
    desk.server.records["no"] = Record(RecordId(ACCOUNTS, ""), {NAME: "Nobody"})

    async def work() -> None:
        done = await desk.update()
        assert (done.changed, done.left_out) == (3, 1)

    run(work())


def test_a_text_of_ten_megabytes_comes_back_whole(desk: Desk) -> None:
    long = "ä" * 10_000_000
    desk.server.add("1", accountname=long, bill_city="x")

    async def work() -> None:
        await desk.update()
        found = await desk.mirror.record(RecordId(ACCOUNTS, "1"))
        assert found is not None
        assert found.values[NAME] == long
        assert [h.record.key for h in await desk.mirror.search("ää")] == ["1"]

    run(work())


def test_what_looks_like_a_key_is_never_copied(desk: Desk) -> None:
    names = ("accesskey", "user_hash", "PasswordUpdated", "crypt_type_salt", "api_token")
    extra = tuple(Field(name=FieldName(name), label=name) for name in names)
    desk.server.schema = replace(SCHEMA, fields=(*SCHEMA.fields, *extra))
    desk.server.add("1", accountname="Firm", **dict.fromkeys(names, "s3cr3t"), undescribed_token="s3cr3t")

    async def work() -> None:
        await desk.update()
        found = await desk.mirror.record(RecordId(ACCOUNTS, "1"))
        assert found is not None
        assert "s3cr3t" not in found.values.values()

    run(work())
    desk.close()
    assert b"s3cr3t" not in b"".join(p.read_bytes() for p in desk.mirror.path.parent.glob("*mirror*"))


def test_users_and_the_like_are_never_copied(desk: Desk) -> None:
    desk.server.schema = replace(SCHEMA, module=replace(SCHEMA.module, group="system"))

    async def work() -> None:
        with pytest.raises(Invalid, match="never copied"):
            await desk.update()

    run(work())
    assert Mirror.why_not(Module(name=ModuleName("R"), label="R", label_plural="Rs", group="reports"))
    assert Mirror.why_not(Module(name=ModuleName("R"), label="R", label_plural="Rs", can_be_listed=False))
    assert not Mirror.why_not(SCHEMA.module)


def test_an_unknown_module_is_told(desk: Desk) -> None:
    async def work() -> None:
        with pytest.raises(Invalid, match="no module"):
            await desk.mirror.update(desk.session, [ModuleName("Nothing")])

    run(work())


def test_the_limit_stops_a_copy_and_a_larger_one_goes_on(desk: Desk) -> None:
    fill(desk)
    desk.mirror.limit_bytes = 1

    async def work() -> None:
        done = await desk.update()
        assert "limit" in done.trouble
        assert await desk.keys() == []
        desk.mirror.limit_bytes = 10_000_000
        assert (await desk.update()).trouble == ""
        assert len(await desk.keys()) == 25

    run(work())


def test_a_new_limit_counts_for_the_update_under_way(desk: Desk) -> None:
    fill(desk)
    heard: list[int] = []
    desk.mirror.stands.connect(lambda status: heard.append(status.limit_bytes))

    async def work() -> None:
        gate = desk.server.hold("fetch_page")
        running = asyncio.ensure_future(desk.update())
        while not desk.server.begun["fetch_page"].is_set():
            await asyncio.sleep(0.001)
        desk.mirror.limit_bytes = 1
        assert (heard[-1], desk.mirror.known.limit_bytes) == (1, 1)  # whoever shows it hears of it at once
        gate.set()
        assert "limit" in (await running).trouble

    run(work())


def test_what_a_save_read_back_is_not_replaced_by_a_page_that_was_asked_for_before(desk: Desk) -> None:
    fill(desk)

    async def work() -> None:
        await desk.update()
        old = desk.server.records["03"]
        asked = desk.session.clock.asked()  # a page is asked for, and is long on its way
        await desk.session.update(Update(old, {CITY: "Oulu"}))
        await desk.session.delete(Delete(desk.server.records["04"]))
        await desk.mirror.settled()
        await desk.mirror.take([old, replace(old, id=RecordId(ACCOUNTS, "04"))], asked)
        found = await desk.mirror.record(old.id)
        assert found is not None
        assert found.values[CITY] == "Oulu"
        assert await desk.mirror.record(RecordId(ACCOUNTS, "04")) is None

    run(work())


def test_our_own_clock_set_back_stops_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk)

    async def work() -> None:
        await desk.update()
        from crmdesk.engine import moments

        real = moments.now_us
        monkeypatch.setattr(moments, "now_us", lambda: real() - 3_600_000_000)
        desk.server.poke("03", bill_city="Oulu")
        await desk.update()
        found = await desk.mirror.record(RecordId(ACCOUNTS, "03"))
        assert found is not None
        assert found.values[CITY] == "Oulu"

    run(work())


def test_another_window_reads_while_one_updates_and_may_not_update(desk: Desk) -> None:
    fill(desk)
    other = Mirror(profile_of(), desk.mirror.path)

    async def work() -> None:
        gate = desk.server.hold("fetch_page")
        running = asyncio.ensure_future(desk.update())
        while not desk.server.begun["fetch_page"].is_set():
            await asyncio.sleep(0.001)
        with pytest.raises(ProfileError, match="Another window"):
            await other.update(desk.session, [ACCOUNTS], sleep=no_wait)
        gate.set()
        await running
        assert await other.count(ACCOUNTS) == 25
        await other.take([replace(desk.server.records["01"], values={NAME: "By the other"})])
        found = await desk.mirror.record(RecordId(ACCOUNTS, "01"))
        assert found is not None
        assert found.values[NAME] == "By the other"
        await other.update(desk.session, sleep=no_wait)

    try:
        run(work())
    finally:
        other.close(2)


def test_dropping_gives_the_room_back_and_forgets(desk: Desk) -> None:
    fill(desk, 200)

    async def work() -> None:
        await desk.update()
        before = (await desk.mirror.status()).used_bytes
        await desk.mirror.drop(ACCOUNTS)
        after = await desk.mirror.status()
        assert after.modules == ()
        assert after.used_bytes < before
        assert await desk.mirror.schema(ACCOUNTS) is None
        assert await desk.mirror.search("firm") == ()
        await desk.update()
        assert await desk.mirror.count(ACCOUNTS) == 200
        await desk.mirror.drop_all()
        assert not desk.mirror.exists
        assert not desk.mirror.path.exists()
        await desk.update()
        assert await desk.mirror.count(ACCOUNTS) == 200

    run(work())


def test_freshness_says_where_a_row_comes_from(desk: Desk) -> None:
    fill(desk, 3)

    async def work() -> None:
        await desk.update()
        record = RecordId(ACCOUNTS, "01")
        assert desk.mirror.freshness(record).source.value == "copy"
        assert desk.mirror.freshness(record).at is not None
        await desk.session.fetch(record)
        assert desk.mirror.freshness(record).source.value == "server"

    run(work())


def test_a_number_of_many_digits_keeps_every_one(desk: Desk) -> None:
    desk.server.add("1", accountname="x", revenue=Decimal("12345678901234567890.123"))

    async def work() -> None:
        await desk.update()
        view = await desk.view(Query(ACCOUNTS))
        assert view.read(0, 1)[0].values[FieldName("revenue")] == Decimal("12345678901234567890.123")

    run(work())
