# SPDX-License-Identifier: MIT
"""The preview: pages as they will be printed, the sender kept for the account, PDF and text as ways out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from crmdesk.engine.desk import Account
from crmdesk.engine.whole_document import WholeDocument
from crmdesk.ui.sales.print_sheet import SENDER, PrintSheet
from tests.journeys.conftest import Play
from tests.ui.house import House, a_profile, house, press
from tests.ui.sales.papers import LINES, line, whole
from tests.ui.waiting import Host, host, until


class Scene:
    """The sheet, and what came of it."""

    def __init__(self, rooms: House, account: Account, window: Host, document: WholeDocument) -> None:
        self.account, self.window, self.tasks = account, window, set[asyncio.Task[Any]]()
        self.sheet = PrintSheet(account, document, rooms.formats, self.start)
        self.told = rooms.told
        self.sheet.told.connect(self.told.append)
        self.sheet.open_in(window, focus=self.sheet.pdf)

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        self.tasks.add(asyncio.get_running_loop().create_task(work))

    async def settle(self) -> None:
        """Until nothing of the sheet runs any more."""
        await asyncio.gather(*self.tasks)


@contextlib.asynccontextmanager
async def printing(folder: Path, document: WholeDocument | None = None, sender: str = "") -> AsyncIterator[Scene]:
    async with house(folder, "de_DE") as rooms:
        account = await rooms.account(a_profile())
        if sender:
            await account.storage.remember(SENDER, sender)
        with host() as window:
            scene = Scene(rooms, account, window, document or whole())
            yield scene
            with contextlib.suppress(RuntimeError):  # it may be gone
                scene.sheet.reject()
            await scene.settle()
    assert rooms.errors == []


def test_pages_are_white_paper_with_ink_and_counted(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        many = whole([line(f"Part {n}") for n in range(90)])
        async with printing(tmp_path, many) as scene:
            sheet, pages = scene.sheet, scene.sheet.pages
            count = sheet.layout_of.pageCount()
            assert count > 1
            assert sheet.count.text() == f"{count} pages, A4"
            assert pages.accessibleName() == f"{count} pages"
            assert "Part 89" in pages.accessibleDescription()
            picture = pages.grab().toImage()
            page_px = pages.height() // count
            for number in range(count):
                row = [picture.pixelColor(x, number * page_px + page_px // 2) for x in range(picture.width())]
                assert QColor("white") in row
                inks = {
                    picture.pixelColor(x, y).lightness()
                    for y in range(number * page_px + 40, (number + 1) * page_px - 40, 3)
                    for x in range(0, picture.width(), 3)
                }
                assert min(inks) < 120

    play(go())


def test_one_page_is_called_so(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with printing(tmp_path) as scene:
            assert scene.sheet.count.text() == "1 page, A4"
            assert scene.sheet.windowTitle() == f"Print: {scene.sheet.paper.title}"

    play(go())


def test_the_sender_is_printed_and_kept_for_the_account(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with printing(tmp_path, sender="Pumpen GmbH\nHafenstr. 1") as scene:
            sheet = scene.sheet
            await until(lambda: sheet.address.toPlainText() == "Pumpen GmbH\nHafenstr. 1")
            assert "Hafenstr. 1" in sheet.pages.accessibleDescription()
            sheet.address.selectAll()
            QTest.keyClicks(sheet.address, "Neue Pumpen AG")
            press(sheet, "Copy as text")  # before the preview has followed
            assert "Neue Pumpen AG" in sheet.pages.accessibleDescription()
            await scene.settle()
            assert await scene.account.storage.recall(SENDER) == "Neue Pumpen AG"

    play(go())


def test_what_is_typed_before_the_kept_sender_comes_stays(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with printing(tmp_path, sender="Old") as scene:
            QTest.keyClicks(scene.sheet.address, "New")
            await scene.settle()
            assert scene.sheet.address.toPlainText() == "New"

    play(go())


def test_copied_text_is_the_document(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with printing(tmp_path) as scene:
            press(scene.sheet, "Copy as text")
            text = QGuiApplication.clipboard().text()
            assert all(one.name in text for one in LINES if one.product is not None)
            assert max(len(row) for row in text.splitlines()) <= 78
            assert scene.told == ["Copied as text."]

    play(go())


def test_a_pdf_is_written_and_told(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with printing(tmp_path) as scene:
            target = tmp_path / "quote.pdf"
            scene.sheet.save_pdf(target)
            assert target.read_bytes().startswith(b"%PDF")
            assert scene.told == ["1 page saved in quote.pdf."]
            assert scene.sheet.trouble.isHidden()

    play(go())


def test_a_pdf_that_cannot_be_written_is_told_until_one_is(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with printing(tmp_path) as scene:
            sheet = scene.sheet
            sheet.save_pdf(tmp_path / "nowhere" / "quote.pdf")
            assert sheet.trouble.isVisible()
            assert "quote.pdf cannot be written" in sheet.trouble.text_label.text()
            assert scene.told == []
            sheet.save_pdf(tmp_path / "quote.pdf")
            assert not sheet.trouble.isVisible()

    play(go())


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_file_is_offered_under_the_documents_name(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A title with marks that no file's name may hold loses them; the chosen file is written."""
    monkeypatch.chdir(tmp_path)

    async def go() -> None:
        made = whole()
        named = replace(made.schema, module=replace(made.schema.module, label="Quote/Offer"))
        async with printing(tmp_path, replace(made, schema=named)) as scene:
            scene.sheet.ask_pdf()
            chooser = scene.window.findChild(QFileDialog)
            assert chooser is not None
            (offered,) = chooser.selectedFiles()
            assert Path(offered).name == "Quote_Offer QUO7.pdf"
            chooser.fileSelected.emit(str(tmp_path / "chosen.pdf"))
            assert (tmp_path / "chosen.pdf").exists()
            chooser.close()

    play(go())


def test_pending_changes_are_said_beside_the_pages(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with printing(tmp_path, replace(whole(), is_pending=True)) as scene:
            assert "the server does not have them yet" in " ".join(
                note.accessibleName()
                for note in scene.sheet.findChildren(type(scene.sheet.trouble))
                if note.isVisible()
            )

    play(go())
