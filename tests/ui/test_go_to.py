# SPDX-License-Identifier: MIT
"""What go to anything is given: modules, accounts, commands; records of the modules most likely meant."""

import asyncio
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QLocale

from crmdesk.connectors.port import FindsByKeywords
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import NotReachable
from crmdesk.domain.names import FieldName, ModuleName, RecordId, VendorName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.ui.formats import Formats
from crmdesk.ui.go_to import Elsewhere, copied_hits, record_hits, server_hits, static_hits
from crmdesk.ui.palette import GoToAnything
from tests.engine.fake_roles import RoleServer, plugin_with_roles
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, column, program
from tests.ui.house import house
from tests.ui.table import kinds
from tests.ui.waiting import until

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace


def test_what_is_known_without_asking(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            p.show()
            before = static_hits(p.window, None)
            assert {hit.kind for hit in before} == {"command"}
            await p.open()
            asked = len(server.seen)
            hits = static_hits(p.window, p.space)
            assert [hit.title for hit in hits if hit.kind == "account"] == ["Demo"]
            modules = {hit.title for hit in hits if hit.kind == "module"}
            assert {"Accounts", "Contacts", "Invoices"} <= modules
            assert len(modules) == sum(m.is_listed for m in p.space.modules)
            commands = {hit.title: hit.detail for hit in hits if hit.kind == "command"}
            assert commands["Quit"] == "Ctrl+Q"
            assert not any("&" in title for title in commands)
            assert len(server.seen) - asked < 40  # only what was under way: counts

    play(journey())


def test_records_are_found_by_name_number_and_number_of_phone(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            name, number, phone = (column(tab, key)[4] for key in ("accountname", "account_no", "phone"))
            for text in (name, number, phone):
                hits = await record_hits(p.space, text, p.formats)
                assert any(hit.title == name and hit.payload == tab.rows.at(4).id for hit in hits), text  # type: ignore[union-attr]  # it is there
            assert await record_hits(p.space, "x", p.formats) == []  # too short to ask a server
            assert await record_hits(None, "long enough", p.formats) == []

    play(journey())


def test_a_server_in_trouble_gives_no_hits_and_no_error(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            server.faults.add(FaultKind.HTTP500, None)
            assert await record_hits(p.space, "Koch", p.formats) == []
            assert p.told == ""

    play(journey())


class _Server:
    """A session whose server searches by keywords; anything else would be asked in vain."""

    away = False

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def offers(self, role: type) -> bool:
        return role is FindsByKeywords

    async def schema(self, name: ModuleName) -> Schema:
        assert name == kinds.MODULE.name
        return kinds.SCHEMA

    async def ask_role(
        self, role: type[FindsByKeywords], work: Callable[[FindsByKeywords], tuple[Record, ...]]
    ) -> tuple[Record, ...]:
        assert role is FindsByKeywords
        return work(self)

    def find_by_keywords(self, module: ModuleName, words: str, limit: int) -> tuple[Record, ...]:
        self.asked.append((module, words))
        many = [Record(RecordId(module, str(n)), {FieldName("text"): f"{words} {n}"}) for n in range(limit + 3)]
        return tuple(many)


def test_a_server_that_searches_by_keywords_is_asked_that_way() -> None:
    session = _Server()
    space = SimpleNamespace(
        modules=(), current=SimpleNamespace(module=kinds.MODULE), account=SimpleNamespace(session=session)
    )
    hits = asyncio.run(record_hits(cast("Workspace", space), " Koch ", Formats(QLocale("en_GB"), UTC)))
    assert session.asked == [("Things", "Koch")]
    assert [hit.title for hit in hits] == ["Koch 0", "Koch 1", "Koch 2", "Koch 3"]


def test_the_servers_own_search_is_marked_and_asked_only_where_it_is(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        found = Record(
            RecordId(ModuleName("Accounts"), "a3"),
            {FieldName("accountname"): "Äijälä Oy", FieldName("bill_city"): "Espoo"},
        )
        elsewhere = Record(RecordId(ModuleName("Odd"), "7"), {FieldName("x"): "Something"})
        bare = Record(RecordId(ModuleName("Odd"), "8"), {})
        server = RoleServer(anywhere=(found, elsewhere, bare))
        async with house(tmp_path, server=server) as h:
            vars(h.desk)["plugins"] = {VendorName("fake"): plugin_with_roles(server)}
            account = await h.account()
            space = cast(
                "Workspace", SimpleNamespace(modules=await account.session.modules(), current=None, account=account)
            )
            hits = await server_hits(space, "  aija ", h.formats)
            assert [(hit.title, hit.where) for hit in hits] == [
                ("Äijälä Oy", "Account, found by the server"),
                ("Something", "Odd, found by the server"),
                ("8", "Odd, found by the server"),
            ]
            assert hits[0].payload == found.id
            assert ("find_anywhere", "aija") in server.log
            assert await server_hits(space, "a", h.formats) == []
            server.fail("find_anywhere", NotReachable("Gone."))
            assert await server_hits(space, "aija", h.formats) == []
        async with house(tmp_path / "other") as h:
            account = await h.account()
            await account.session.identity()
            space = cast("Workspace", SimpleNamespace(modules=(), current=None, account=account))
            assert await server_hits(space, "aija", h.formats) == []

    play(scene())


def test_copies_answer_every_letter_with_the_server_down(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            account = p.space.account
            await account.mirror.update(account.session, (tab.module.name,))
            name, record = column(tab, "accountname")[4], tab.rows.at(4)
            assert record is not None
            server.faults.add(FaultKind.HTTP500, None)
            (hit,) = [hit for hit in await copied_hits(p.window, p.space, name) if hit.payload == record.id]
            assert (hit.kind, hit.title) == ("record", name)
            assert hit.where.startswith(f"{tab.module.label}, copy of ")
            p.keys("Ctrl+K")
            sheet = p.sheet(GoToAnything)
            sheet.line.insert(name[:4])  # whatever script it is written in
            await until(lambda: any(h.payload == record.id for h in sheet.hits._hits))
            sheet.reject()

    play(journey())


def test_a_copied_record_of_another_account_brings_it_to_the_front(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            account = p.space.account
            await account.mirror.update(account.session, (tab.module.name,))
            name, record = column(tab, "accountname")[4], tab.rows.at(4)
            assert record is not None
            hits = await copied_hits(p.window, None, name)
            hit = next(h for h in hits if h.payload == Elsewhere(account.profile.id, record.id))
            assert account.profile.name in hit.where
            p.window.show_welcome()
            p.window.go_to_anything()
            sheet = p.sheet(GoToAnything)
            sheet.chosen.emit(hit, False)
            sheet.reject()
            await until(lambda: p.window.workspace is not None, PATIENCE_S)
            await until(lambda: p.space.panel.shown == record.id, PATIENCE_S)

    play(journey())
