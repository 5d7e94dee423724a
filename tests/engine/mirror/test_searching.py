# SPDX-License-Identifier: MIT
"""Who is calling? Ranking, spellings, one letter, several accounts, servers that join in, answers that come too late."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.names import AccountId, FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType
from crmdesk.engine.mirror import Fit, Mirror, MirrorSearch, SearchAnswer, Source
from tests.engine.bench import profile_of, run
from tests.engine.fake_roles import RoleServer, plugin_with_roles
from tests.engine.fake_vendor import ACCOUNTS, NAME, SCHEMA
from tests.engine.mirror.support import Desk

MORE = (
    Field(name=FieldName("phone"), label="Phone", type=FieldType.PHONE),
    Field(name=FieldName("email1"), label="E-mail", type=FieldType.EMAIL),
)


def stock(desk: Desk) -> None:
    desk.server.schema = replace(SCHEMA, fields=(*SCHEMA.fields, *MORE))
    for key, name, number, city, phone, mail in (
        ("1", "Müller", "ACC7", "Bremen", "+49 421 123456", "info@mueller.example"),
        ("2", "Müller & Söhne GmbH", "ACC17", "Köln", "0221 555 01", ""),
        ("3", "Alte Muellerei", "ACC170", "Jyväskylä", "", ""),
        ("4", "Obermüller", "ACC18", "Helsinki", "", ""),
        ("5", "Nordwind Oy", "ACC19", "Mülheim", "+358 40 123 4567", "anna.berg@nordwind.example"),
        ("6", "Süd AG", "ACC20", "Ulm", "", "mueller@sued.example"),
    ):
        desk.server.add(
            key, accountname=name, account_no=number, bill_city=city, phone=phone or None, email1=mail or None
        )


async def keys(desk: Desk, text: str) -> list[str]:
    return [hit.record.key for hit in await desk.mirror.search(text, 20)]


@pytest.mark.parametrize("typed", ["müller", "Mueller", "MULLER", "mu\u0308ller"])
def test_exact_comes_before_beginning_before_word_before_fragment(desk: Desk, typed: str) -> None:
    stock(desk)

    async def work() -> None:
        await desk.update()
        hits = await desk.mirror.search(typed, 20)
        assert [hit.record.key for hit in hits][:2] == ["1", "2"]
        fits = {hit.record.key: hit.fit for hit in hits}
        assert fits["1"] is Fit.EXACT
        assert fits["2"] is Fit.PREFIX
        assert fits["3"] is Fit.WORD_START
        assert fits["4"] is Fit.FRAGMENT
        assert set(fits) == {"1", "2", "3", "4", "6"}

    run(work())


def test_a_hit_tells_what_is_needed(desk: Desk) -> None:
    stock(desk)

    async def work() -> None:
        await desk.update()
        (hit,) = await desk.mirror.search("anna.berg")
        assert (hit.account, hit.account_name, hit.record) == ("bench", "Bench", RecordId(ACCOUNTS, "5"))
        assert (hit.title, hit.field, hit.field_label) == ("Nordwind Oy", "email1", "E-mail")
        assert hit.text == "anna.berg@nordwind.example"
        assert hit.fresh.source is Source.COPY
        assert hit.fresh.at is not None
        assert hit.module_label == "Account"

    run(work())


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("040 123 4567", ["5"]), ("+358401234567", ["5"]), ("4567", ["5"]), ("22155501", ["2"]), ("jyvaskyla", ["3"]),
        ("acc17", ["2", "3"]), ("ACC-17", []), ("nordw mulh", ["5"]), ("ordwi", ["5"]), ("xyz", []), ("", []), ("  ", []),
        ("n", ["5"]), ("so", ["2"]), ("köln müller", ["2"]), ("'\"%_*", []), ("AND", []),
    ],
)  # fmt: skip
def test_any_fragment_of_anything(desk: Desk, typed: str, wanted: list[str]) -> None:
    stock(desk)

    async def work() -> None:
        await desk.update()
        found = await keys(desk, typed)
        assert found[: len(wanted)] == wanted if wanted else found == []

    run(work())


def test_what_changed_is_found_by_its_new_name_alone(desk: Desk) -> None:
    stock(desk)

    async def work() -> None:
        await desk.update()
        desk.server.poke("4", accountname="Zeppelin")
        del desk.server.records["1"]
        await desk.update()
        assert await keys(desk, "zeppelin") == ["4"]
        assert await keys(desk, "obermüller") == []
        assert "1" not in await keys(desk, "müller")

    run(work())


def test_people_are_found_and_shown_by_their_whole_name(desk: Desk) -> None:
    fields = (Field(name=FieldName("lastname"), label="Last"), Field(name=FieldName("firstname"), label="First"))
    desk.server.schema = replace(SCHEMA, fields=fields, title_field=FieldName("lastname"), number_field=None)
    desk.server.add("1", lastname="Berg", firstname="Anna")
    desk.server.add("2", lastname="Anna", firstname="Bergit")

    async def work() -> None:
        await desk.update()
        hits = await desk.mirror.search("anna berg")
        assert [hit.title for hit in hits] == ["Anna Berg", "Bergit Anna"]
        assert hits[0].fit is Fit.EXACT

    run(work())


def with_roles(path: Path, server: RoleServer) -> Desk:
    desk = Desk(path, server)
    desk.session.plugin = plugin_with_roles(server)
    return desk


async def answers(search: MirrorSearch) -> list[SearchAnswer]:
    """What is told until nothing is pending."""
    told: list[SearchAnswer] = []
    done = asyncio.Event()

    def hear(answer: SearchAnswer) -> None:
        told.append(answer)
        if answer.settled and not answer.server_pending:
            done.set()

    search.answered.connect(hear)
    await asyncio.wait_for(done.wait(), 10)
    return told


def test_all_copies_and_the_server_answer_together(tmp_path: Path) -> None:
    server = RoleServer()
    server.anywhere = (
        Record(RecordId(ACCOUNTS, "1"), {NAME: "Müller"}),
        Record(RecordId(ACCOUNTS, "s9"), {NAME: "Müller by the server"}),
    )
    desk = with_roles(tmp_path, server)
    stock(desk)
    other = Mirror(replace(profile_of(), id=AccountId("other"), name="Other"), tmp_path / "other.mirror.sqlite")

    async def work() -> None:
        await desk.update()
        await other.update(desk.session, [ACCOUNTS])
        search = MirrorSearch(lambda: (desk.mirror, other), quiet_s=0.01)
        search.ask("müller", (desk.session,))
        told = await answers(search)
        assert {hit.account for hit in told[-1].hits} == {"bench", "other"}
        (by_server,) = (hit for hit in told[-1].hits if hit.by_server)
        assert by_server.record.key == "s9"
        assert by_server.fresh.source is Source.SERVER
        assert told[-1].hits[-1] == by_server
        once = await search.find("müller")
        assert once.settled
        assert len(once.hits) == 10

    try:
        run(work())
    finally:
        other.close(2)
        desk.close()


def test_an_older_answer_never_replaces_a_newer_one(tmp_path: Path) -> None:
    server = RoleServer()
    desk = with_roles(tmp_path, server)
    stock(desk)

    async def work() -> None:
        await desk.update()
        search = MirrorSearch(lambda: (desk.mirror,), quiet_s=0.0)
        told: list[str] = []
        search.answered.connect(lambda answer: told.append(answer.text))
        gate = server.hold("find_anywhere")
        search.ask("müll", (desk.session,))
        while not server.begun["find_anywhere"].is_set():
            await asyncio.sleep(0.001)
        seen = len(told)
        search.ask("nord")
        gate.set()
        await answers(search)
        await asyncio.sleep(0.05)
        assert set(told[seen:]) == {"nord"}
        for letter in ("k", "kö", "köl", "köln"):
            search.ask(letter)
        await answers(search)
        assert told[-1] == "köln"

    try:
        run(work())
    finally:
        desk.close()


def test_a_server_that_fails_is_told_beside_the_hits(tmp_path: Path) -> None:
    server = RoleServer()
    server.fail("find_anywhere", NotReachable("gone"))
    desk = with_roles(tmp_path, server)
    stock(desk)

    async def work() -> None:
        await desk.update()
        search = MirrorSearch(lambda: (desk.mirror,), quiet_s=0.0)
        search.ask("müller", (desk.session,))
        told = await answers(search)
        assert told[-1].failed == (("Bench", "gone"),)
        assert told[-1].hits

    try:
        run(work())
    finally:
        desk.close()


def test_what_was_changed_last_comes_first(desk: Desk) -> None:
    from datetime import UTC, datetime, timedelta

    begun = datetime(2026, 5, 1, tzinfo=UTC)
    for n in range(5):
        desk.server.add(str(n), accountname=f"Firm {n}", modified=begun + timedelta(days=n))

    async def work() -> None:
        await desk.update()
        found = await desk.mirror.recent(3)
        assert [hit.title for hit in found] == ["Firm 4", "Firm 3", "Firm 2"]
        assert found[0].text.startswith("2026-05-05")

    run(work())


def test_two_of_one_name_are_told_apart_by_town_phone_and_mail(desk: Desk) -> None:
    stock(desk)
    desk.server.add("7", accountname="Müller", account_no="ACC21", bill_city="Ulm", phone=None, email1="m@ulm.example")

    async def work() -> None:
        await desk.update()
        hits = {hit.record.key: hit for hit in await desk.mirror.search("müller", 20)}
        assert hits["1"].beside == ("Bremen", "+49 421 123456", "info@mueller.example")
        assert hits["7"].beside == ("Ulm", "m@ulm.example")
        (called,) = [hit for hit in await desk.mirror.search("0421 123456", 20) if hit.record.key == "1"]
        assert called.text not in called.beside  # what was found is told already

    run(work())
