# SPDX-License-Identifier: MIT
"""Other ways out of the window: names that file dialogs offer, the clipboard, the window's title, paper, plain text."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from crmdesk.demo.server import DemoServer
from crmdesk.ui.sales.document_text import document_text
from crmdesk.ui.sales.paper import Paper, PaperRow
from crmdesk.ui.sales.printing import laid_out
from tests.injection.texts import MARKUP
from tests.journeys.conftest import Play
from tests.journeys.program import program

UI = Path(__file__).resolve().parents[2] / "crmdesk" / "ui"
_OWN_WORDS = {"network_fields.py", "file_opening.py", "bundle_sheet.py", "part_editors.py", "import_file.py"}
"""Dialogs that name no file, or one of our own words with the time."""


def _dialogs() -> list[tuple[str, str]]:
    """Every file chooser with a name of its own to offer: (file, how the name is made)."""
    found = []
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QFileDialog":
                found += [(path.name, ast.unparse(node.args[2]))] if len(node.args) > 2 else []
    return found


def _is_plain(made: str) -> bool:
    """A text of ours: it stands as it is in the source, or is one of the person's language."""
    return made.startswith(("'", '"', "tr('", 'tr("'))


@pytest.mark.parametrize(("name", "made"), _dialogs())
def test_names_that_file_dialogs_offer_are_safe(name: str, made: str, qapp: QApplication) -> None:
    """A module's label, a document's number: both are a server's, and could be a path."""
    assert name in _OWN_WORDS or _is_plain(made) or "safe_name(" in made or _assigned_safely(name), made


def _assigned_safely(name: str) -> bool:
    return any("= safe_name(" in path.read_text("utf-8") for path in UI.rglob(name))


def test_the_clipboard_gets_text_alone() -> None:
    """Nothing that another program would read as markup is handed over."""
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and "clipboard" in ast.unparse(node.func):
                last = ast.unparse(node.func).rpartition(".")[2]
                assert last not in ("setMimeData", "setPixmap", "setImage"), path.name


TAGS = " ".join((*MARKUP, "<img src=file:///etc/hostname>", "<link rel=stylesheet href=http://evil.invalid/x.css>"))


def _paper() -> Paper:
    return Paper(
        title=TAGS,
        subject=TAGS,
        sender=(TAGS,),
        recipient=(TAGS,),
        facts=((TAGS, TAGS), (TAGS, TAGS)),
        rows=(
            PaperRow(name=TAGS, detail=TAGS, number=TAGS, unit=TAGS, mark=TAGS),
            PaperRow(name=TAGS, is_heading=True),
        ),
        totals=(),
        notes=((TAGS, TAGS),),
        currency=TAGS,
    )


def test_paper_loads_no_picture_and_shows_the_letters(qapp: QApplication) -> None:
    document = laid_out(_paper())
    html = document.toHtml()
    assert "<img" not in html
    assert "evil.invalid" in document.toPlainText()
    assert "<script>alert(1)</script>" in document.toPlainText()
    assert document.resource(QTextDocument.ResourceType.ImageResource.value, QUrl("file:///etc/hostname")) is None
    assert "<a " not in html


def test_a_document_as_text_is_its_letters(qapp: QApplication) -> None:
    text = document_text(_paper())
    assert "&lt;escaped&gt;" in text
    assert not [letter for letter in text if not letter.isprintable() and letter != "\n"]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
def test_markup_in_the_windows_title_is_letters(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            p.profile = p.profile_of(f"{MARKUP[1]} &File")
            await p.open()
            assert p.window.windowTitle() == f"{MARKUP[1]} &File – crmdesk"
            menu = p.window.side.account.open_menu()
            assert any(MARKUP[1] in action.text() and "&&File" in action.text() for action in menu.actions())
            menu.close()

    play(journey())
