# SPDX-License-Identifier: MIT
"""What go to anything is given: modules, accounts, commands; records of the modules most likely meant."""

from pathlib import Path

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.ui.go_to import record_hits, static_hits
from tests.journeys.conftest import Play
from tests.journeys.program import column, program


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
