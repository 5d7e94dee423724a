# SPDX-License-Identifier: MIT
"""File names of attachments: paths, devices, double endings, overlong ones, marks that turn letters."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.connectors.port import Attachment
from crmdesk.domain.file_names import safe_name
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.ui import opening
from crmdesk.ui.form import document_list
from tests.conftest import RunAsync
from tests.ui.form.conftest import Bench, Open, has_sheet, sheet_button

NAMES = {
    "a path upwards": "../../../../etc/cron.d/x.txt",
    "a path from the root": "/etc/passwd.txt",
    "a path of Windows": "..\\..\\Startup\\x.txt",
    "a drive": "C:x.txt",
    "a stream": "x.txt:hidden",
    "a device": "CON",
    "a device with an ending": "aux.txt",
    "a port": "com1",
    "overlong": "x" * 5000 + ".txt",
    "overlong in bytes": "字" * 300 + ".txt",
    "a turning mark": "offer\u202etxt.pdf",
    "hidden": ".bashrc",
    "nothing": "",
    "dots": "..",
    "a line break": "a\r\nb.txt",
    "a nul": "a.exe\0.txt",
    "a blank at the end": "a.txt   ",
    "half a letter": "a\ud800.txt",
}
PROGRAMS = (
    "offer.pdf.exe",
    "offer.pdf\u202egnp.scr",
    "photo.jpg.lnk",
    "list.xlsx.JS ",
    "x.desktop",
    "a.hta.",
    "setup.msi",
)


async def _shown(bench: Open) -> Bench:
    b = await bench()
    await b.show(await b.record("Accounts", "accountname", "Äijälä Oy"))
    b.panel.tabs.choose("documents")
    await b.idle()
    return b


def _attachment(name: str) -> Attachment:
    return Attachment(record=RecordId(ModuleName("Documents"), "7x1"), title=name, file_name=name)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files handed to the system."""
    told: list[Path] = []

    def take(path: Path) -> bool:
        assert path.is_file()
        told.append(path)
        return True

    monkeypatch.setattr(document_list, "open_file", take)
    return told


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_file_names_of_attachments_stay_in_their_folder(
    name: str, run_async: RunAsync[None], bench: Open, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        b = await _shown(bench)
        page = b.panel.pages.documents
        found = _attachment(name)
        monkeypatch.setattr(page, "chosen", lambda: found)

        async def content(*_: object) -> bytes:
            return b"content"

        monkeypatch.setattr(b.account.session, "ask_role", content)
        page._on_open()
        await b.until(lambda: has_sheet(b))
        QTest.mouseClick(sheet_button(b, "Open"), Qt.MouseButton.LeftButton)
        await b.until(lambda: bool(opened))
        folder = page._folder
        assert folder is not None
        assert opened[0].parent == Path(folder.path())
        assert opened[0].read_bytes() == b"content"
        assert [one.name for one in Path(folder.path()).iterdir()] == [opened[0].name]
        await b.close()
        assert b.errors == []

    run_async(go())


@pytest.mark.parametrize("name", PROGRAMS)
def test_file_names_with_double_endings_that_run_are_not_opened(
    name: str, run_async: RunAsync[None], bench: Open, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        b = await _shown(bench)
        page = b.panel.pages.documents
        monkeypatch.setattr(page, "chosen", lambda: _attachment(name))
        page._on_open()
        await b.idle()
        assert not has_sheet(b)
        assert opened == []
        assert "is a program or starts one" in b.notices[-1]
        assert "\u202e" not in b.notices[-1]
        await b.close()

    run_async(go())


def test_file_names_are_shown_as_they_are_saved(
    run_async: RunAsync[None], bench: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that reads offerexe.pdf and ends in .exe is seen to."""

    async def go() -> None:
        b = await _shown(bench)
        page = b.panel.pages.documents
        shown = page._shown
        assert shown is not None

        async def found(*_: object) -> tuple[Attachment, ...]:
            return (_attachment("offer\u202efdp.exe"),)

        monkeypatch.setattr(b.account.session, "ask_role", found)
        await page.fill(shown)
        item = page.model.item(0)
        assert "\u202e" not in item.text() + item.toolTip()
        assert "exe" in safe_name("offer\u202efdp.exe")
        await b.close()

    run_async(go())


def test_file_names_are_opened_by_the_one_door() -> None:
    assert vars(document_list)["open_file"] is opening.open_file
