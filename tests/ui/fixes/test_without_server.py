# SPDX-License-Identifier: MIT
"""Sheets of fixes when the server goes away under them: what they say, what goes on by itself, what waits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.domain.errors import NotReachable
from crmdesk.engine.settings import Settings
from crmdesk.ui.copies.copies import Copies
from crmdesk.ui.fixes.damage_sheet import DamageSheet
from crmdesk.ui.fixes.duplicates_sheet import DuplicatesSheet
from crmdesk.ui.fixes.export_sheet import ExportOffer, ExportSheet
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, SCHEMA, Fault
from tests.ui.house import House, house
from tests.ui.waiting import Host, host, until

GONE = NotReachable("Nobody is there.")
OFFER = ExportOffer(marked=(), fields=(NAME, CITY), where=None, total=25, whole=25)


@asynccontextmanager
async def copied(folder: Path, *, is_copied: bool = True) -> AsyncIterator[tuple[House, Copies, Host]]:
    """An account with 25 companies, copied, and a window."""
    async with house(folder) as home:
        account = await home.account()
        copies = Copies(account, Settings(None), home.errors.append)
        await copies.begin()
        await account.session.schema(ACCOUNTS)
        if is_copied:
            copies.copying.update([ACCOUNTS])
            await until(lambda: not copies.copying.busy)
        with host() as window:
            yield home, copies, window
        await copies.aclose()


def dead(home: House) -> None:
    """Whatever is asked from now on, nobody answers."""
    for operation in ("fetch_page", "fetch", "count", "describe", "login", "list_modules"):
        home.server.fail(operation, GONE, times=200)


def alive(home: House) -> None:
    home.server.faults.clear()


def test_an_export_that_breaks_off_says_what_can_be_done_and_the_next_one_is_written_from_the_copy(
    run_async: RunAsync[None], tmp_path: Path
) -> None:
    async def play() -> None:
        async with copied(tmp_path / "house") as (home, _, window):
            account, path = await home.account(), tmp_path / "all.csv"
            sheet = ExportSheet(account, SCHEMA, home.formats, OFFER, home.errors.append)
            sheet.open_in(window)
            assert not sheet.away_note.isVisible()
            QTest.mouseClick(sheet.format["csv"], Qt.MouseButton.LeftButton)
            dead(home)
            home.server.faults["fetch_page"].appendleft(Fault(None))  # ten records come
            sheet.write(path)
            await until(sheet.note.isVisible)
            assert "No file was written. Export once more" in sheet.note.text_label.text()
            assert not path.exists()
            await until(lambda: account.session.away)
            assert "written from the copy of Accounts" in sheet.away_note.text_label.text()
            sheet.write(path)
            await until(lambda: sheet.note.text_label.text().startswith("25 records saved"))
            assert len(path.read_text("utf-8").splitlines()) == 26
            sheet.reject()

    run_async(play())


def test_a_search_for_duplicates_goes_on_over_the_copy_and_a_merge_waits(
    run_async: RunAsync[None], tmp_path: Path
) -> None:
    async def play() -> None:
        async with copied(tmp_path) as (home, copies, window):
            dead(home)
            account = await home.account()
            sheet = DuplicatesSheet(account, SCHEMA, home.formats, None, home.errors.append)
            sheet.open_in(window)
            await until(lambda: copies.reach.is_offline)
            await until(lambda: "Among 25 records" in sheet.note.text() or bool(sheet.clusters))
            assert "this works on the copy of Accounts" in sheet.away_note.text_label.text()
            assert sheet.away_note.isVisible()
            assert not sheet.look.isEnabled()
            assert home.errors == []
            alive(home)
            copies.reach.try_now()
            await until(lambda: copies.reach.is_online)
            assert not sheet.away_note.isVisible()
            sheet.reject()

    run_async(play())


def test_without_a_copy_a_sheet_says_that_it_has_to_wait_and_goes_on_when_the_server_is_back(
    run_async: RunAsync[None], tmp_path: Path
) -> None:
    async def play() -> None:
        async with copied(tmp_path, is_copied=False) as (home, copies, window):
            dead(home)
            account = await home.account()
            sheet = DamageSheet(account, SCHEMA, home.formats, None, home.errors.append)
            sheet.open_in(window)
            await until(lambda: copies.reach.is_offline)
            assert "no whole copy of Accounts" in sheet.away_note.text_label.text()
            assert home.errors == []
            alive(home)
            copies.reach.try_now()
            await until(lambda: "25 records were looked at" in sheet.note.text())
            assert not sheet.away_note.isVisible()
            sheet.reject()

    run_async(play())
