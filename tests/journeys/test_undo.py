# SPDX-License-Identifier: MIT
"""What was applied is found in the journal, taken back, and taken back again; by keys where that is how people do it."""

import os
from pathlib import Path

from PySide6.QtWidgets import QPushButton

from crmdesk.demo.server import DemoServer
from crmdesk.ui.changes.journal_tab import JournalTab
from crmdesk.ui.changes.journal_undo import UndoSheet
from crmdesk.ui.changes.review_dialog import ReviewDialog
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, press, program, until


def picture(p: Program, name: str) -> None:
    """For the eye, where somebody asks for it."""
    folder = os.environ.get("CRMDESK_PICTURES")
    if folder:
        p.window.grab().save(str(Path(folder) / f"{name}.png"))


async def undo(p: Program, journal: JournalTab, row: int) -> list[str]:
    """Undo a batch from the journal through its review; what became of it."""
    journal.grid.go_to(row, "time")
    await until(lambda: not journal._scope.busy)
    journal.undo_batch()
    plan = p.sheet(UndoSheet)
    await until(lambda: plan.plan is not None, PATIENCE_S)
    picture(p, f"undo-{row}")
    press(plan, "Stage and review")
    await until(lambda: any(s.isVisible() for s in p.window.findChildren(ReviewDialog)), PATIENCE_S)
    sheet = p.sheet(ReviewDialog)
    await until(lambda: bool(sheet.review.checked), PATIENCE_S)
    said = await p.apply(sheet)
    press(sheet, "Close")
    return said


def test_apply_undo_and_undo_of_the_undo(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            first = await p.edit(0, "bill_city", "Espoo")
            second = await p.edit(1, "phone", "+49 30 1")
            before = [p.stored(first)["bill_city"], p.stored(second)["phone"]]
            sheet = await p.review()
            assert await p.apply(sheet) == ["applied", "applied"]
            press(sheet, "Close")
            p.keys("Ctrl+Shift+J")
            journal = p.space.page
            assert isinstance(journal, JournalTab)
            await until(lambda: journal.model.rowCount() == 1, PATIENCE_S)
            await until(lambda: journal.changes.rowCount() == 2, PATIENCE_S)
            picture(p, "journal")
            assert await undo(p, journal, 0) == ["applied", "applied"]
            assert [p.stored(first)["bill_city"], p.stored(second)["phone"]] == before
            await until(lambda: journal.model.rowCount() == 2, PATIENCE_S)
            assert journal.model.text(1, 6) == "undone"
            picture(p, "undone")
            assert await undo(p, journal, 0) == ["applied", "applied"]
            assert p.stored(first)["bill_city"] == "Espoo"
            await until(lambda: journal.model.rowCount() == 3, PATIENCE_S)
            assert not p.account.staged.all()
            assert p.told == ""

    play(journey())


def test_the_journal_is_found_by_its_name_and_comes_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            commands = [action.text() for action in p.window.menus.commands()]
            assert "Journal and undo" in commands
            p.keys("Ctrl+Shift+J")
            journal = p.space.page
            assert isinstance(journal, JournalTab)
            journal.search.setText("Espoo")
            await until(lambda: journal.grid.isVisible())
        async with program(tmp_path, server) as p:
            p.show()
            p.window.run(p.window.accounts.open_demo(), "account")
            await until(lambda: p.window.workspace is not None and len(p.space.pages) == 2, PATIENCE_S)
            (page,) = (one for one in p.space.pages if isinstance(one, JournalTab))
            assert page.search.text() == "Espoo"
            assert [b.text() for b in page.findChildren(QPushButton) if b.text() == "Undo this batch…"]

    play(journey())


def test_a_damaged_store_is_put_aside_and_said(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.edit(0, "bill_city", "Espoo")
        store = tmp_path / "data" / "accounts" / "demo" / "account.sqlite"
        content = b"nothing that anybody could read" * 100
        store.write_bytes(content)
        for side in ("-wal", "-shm"):
            store.with_name(store.name + side).unlink(missing_ok=True)
        async with program(tmp_path, server) as p:
            await p.open()
            assert "was damaged. It was kept as" in p.told
            (kept,) = store.parent.glob("account.damaged-*.sqlite")
            assert kept.read_bytes() == content
            assert not p.account.staged.all()

    play(journey())
