# SPDX-License-Identifier: MIT
"""Values that a server would damage: refused before they are sent, or shown as stored differently."""

from pathlib import Path

from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.engine.staging import Edit
from tests.journeys.conftest import Play
from tests.journeys.program import Program, press, program, texts, until


async def stage(p: Program, row: int, name: str, value: str) -> RecordId:
    record = p.tab.rows.at(row)
    assert record is not None
    await p.account.staged.edit([Edit(record, FieldName(name), value, "", "A record")])
    return record.id


def test_an_emoji_where_the_server_cannot_store_it(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            tab = await p.show_module("Leads")
            record = await stage(p, 0, "lastname", "Koch 🙂 GmbH")
            before = p.stored(record)["lastname"]
            sheet = await p.review()
            assert await p.apply(sheet) == ["refused"]
            assert "🙂" in texts(sheet, "stored")[0]  # the sentence names what cannot be stored
            assert p.stored(record)["lastname"] == before
            assert not [seen for seen in server.seen if seen.operation == "update"]
            assert p.account.staged.get(record) is not None
            press(sheet, "Close")
            assert tab.rows.read > 0

    play(journey())


def test_a_text_that_is_too_long_is_cut_by_the_server_and_said_so(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            record = await stage(p, 0, "bill_city", "E" * 400)
            sheet = await p.review()
            assert await p.apply(sheet) == ["applied"]
            assert 0 < len(p.stored(record)["bill_city"]) < 400
            assert "stored differently" in texts(sheet, "stored")[0]
            assert "differ" in sheet.note_text

    play(journey())


def test_numbers_and_dates_typed_in_german_reach_the_server_plain(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, locale="de_DE") as p:
            await p.open()
            record = await p.edit(0, "annual_revenue", "1.234,50")
            sheet = await p.review()
            assert texts(sheet, "mine") == ["1.234,50"]
            assert await p.apply(sheet) == ["applied"]
            assert float(p.stored(record)["annual_revenue"]) == 1234.5
            assert "stored differently" not in " ".join(texts(sheet, "stored"))

    play(journey())


def test_a_number_that_could_mean_two_things_is_refused_at_the_cell(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, locale="de_DE") as p:
            tab = await p.open()
            tab.model.edit_requested.emit(0, "annual_revenue", "1234.5")
            await until(lambda: bool(p.told))
            assert "1234.5 is not a number" in p.told
            assert not p.account.staged.count

    play(journey())


def test_nothing_is_sent_in_a_read_only_account(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        from crmdesk.engine.profiles import Environment

        async with program(tmp_path, server, environment=Environment.READ_ONLY) as p:
            tab = await p.open()
            tab.model.edit_requested.emit(0, "bill_city", "Espoo")
            await until(lambda: "read only" in p.told)
            assert not p.account.staged.count
            p.window.messages.clear()
            p.space.new_record()
            await until(lambda: bool(p.told))
            assert "read only" in p.told
            p.window.messages.clear()
            tab.grid.go_to(0)
            p.space.delete_records()
            await until(lambda: bool(p.told))
            assert "read only" in p.told
            assert not p.account.staged.count

    play(journey())
