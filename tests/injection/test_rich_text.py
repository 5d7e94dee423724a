# SPDX-License-Identifier: MIT
"""Rich text in names: labels, tooltips, messages, sheets, history and paper show the letters, and fetch nothing."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QTextDocumentFragment
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMenu, QTextEdit, QToolTip, QWidget

from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import ServerFault
from crmdesk.ui.guide.pages import GuidePage, as_html
from tests.injection.texts import MARKUP
from tests.journeys.conftest import Play
from tests.journeys.program import Program, program

UI = Path(__file__).resolve().parents[2] / "crmdesk" / "ui"
TAGGED = " ".join(MARKUP)

# ---- the sources -----------------------------------------------------------------------------------------------------

_GUESSING = {
    "QMessageBox", "QErrorMessage", "QInputDialog", "QProgressDialog", "QTextBrowser", "QWizard", "QSystemTrayIcon",
    "QWhatsThis", "QSplashScreen",
}  # fmt: skip
"""Widgets of Qt's that guess whether a text is HTML and cannot be told by a stylesheet."""
_WITHOUT_TEXT = {("accounts/lock_page.py", "_picture"), ("messages.py", "_icon"), ("status_bar.py", "_dot")}
_GUIDE = "guide/guide_window.py"
"""Shows pages of the repository alone; what becomes HTML of them is Markdown's, in which tags are letters."""
_RICH = {"parts.py": "Link", "form/history_list.py": "as_html", "sales/printing.py": "_html", _GUIDE: "as_html"}
"""The only places with markup of our own; each escapes what it puts in."""


def _sources() -> dict[str, ast.Module]:
    return {str(path.relative_to(UI)): ast.parse(path.read_text("utf-8")) for path in sorted(UI.rglob("*.py"))}


def _called(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return ""


def test_rich_text_nothing_that_guesses_is_used() -> None:
    for name, tree in _sources().items():
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & _GUESSING
        assert used <= ({"QTextBrowser"} if name == _GUIDE else set()), f"{name} uses {used}"
        calls = {_called(node) for node in ast.walk(tree)}
        assert "setHtml" not in calls or name in ("sales/printing.py", _GUIDE), name
        assert "insertHtml" not in calls, name
        assert "QTextEdit" not in calls, name
        assert "showText" not in calls, f"{name}: a tooltip shown by hand has no sheet that says plain"


def test_rich_text_every_label_says_what_its_text_is() -> None:
    """`parts.label` does; a class of labels says so itself; the others hold pictures."""
    for name, tree in _sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "QLabel" for base in node.bases):
                inside = ast.unparse(node)
                assert "setTextFormat" in inside, f"{name}: {node.name}"
            if not isinstance(node, ast.Assign) or _called(node.value) != "QLabel":
                continue
            target = ast.unparse(node.targets[0]).removeprefix("self.")
            assert (name, target) in _WITHOUT_TEXT or f"{target}.setTextFormat(" in ast.unparse(tree), (
                f"{name}: {target}"
            )


def test_rich_text_of_our_own_escapes_what_it_shows() -> None:
    for name, tree in _sources().items():
        text = ast.unparse(tree)
        if "TextFormat.RichText" in text or "setHtml(" in text:
            assert name in _RICH, name
            assert _RICH[name] in text
            assert "escape(" in text or name in ("parts.py", _GUIDE)


def test_rich_text_in_the_guide_is_letters() -> None:
    html = as_html(GuidePage("x", "X", f"# X\n\n{TAGGED}\n"), 100)
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;" in html


# ---- the window ------------------------------------------------------------------------------------------------------


def plant(server: DemoServer) -> None:
    """Every text a CRM tells that can hold letters holds tags too: names, cities, terms."""
    site = server.site("crmplus")
    site.warm_up()
    for table in site.office.store.tables.values():  # type: ignore[attr-defined]
        for number, row in enumerate(table.rows.values()):
            for name in ("accountname", "lastname", "company", "subject", "bill_city", "description", "website"):
                if isinstance(row.get(name), str):
                    row[name] = f"{MARKUP[number % len(MARKUP)]} {number}"


def might_be_rich(text: str) -> bool:
    """A wider guess than Qt's own, which Python cannot ask."""
    return "<" in text and ">" in text


def wrong_labels(window: QWidget) -> list[str]:
    """Labels that would read what they show as HTML."""
    found = []
    for one in window.findChildren(QLabel):
        text = one.text()
        if one.textFormat() is Qt.TextFormat.RichText:
            if "evil.invalid" in text and "&lt;img" not in text:
                found.append(text)
            shown = QTextDocumentFragment.fromHtml(text).toPlainText()
            found += [text for tag in ("<b>Bold</b>", "<script>") if tag in TAGGED and tag in text and tag not in shown]
        elif one.textFormat() is not Qt.TextFormat.PlainText and might_be_rich(text):
            found.append(f"{one.metaObject().className()}: {text}")
    return [*found, *(edit.toHtml() for edit in window.findChildren(QTextEdit) if "<img" in edit.toHtml())]


def tip_of(widget: QWidget, at: QPoint) -> QLabel | None:
    """The tooltip that Qt shows for a place of a widget."""
    QToolTip.hideText()
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
    tips = [one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel") and one.isVisible()]
    return tips[0] if tips and isinstance(tips[0], QLabel) else None


def check_tips(window: QWidget) -> int:
    """Show the tooltips that hold tags; how many."""
    count = 0
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and might_be_rich(widget.toolTip()):
            tip = tip_of(widget, widget.rect().center())
            assert tip is not None
            assert tip.textFormat() is Qt.TextFormat.PlainText, widget.toolTip()
            count += 1
    return count


async def look_around(p: Program) -> None:
    await p.open()
    for module in ("Accounts", "Leads"):
        tab = await p.show_module(module)
        tab.grid.go_to(0, tab.grid.records.columns[0].key)
        p.window.grab()
        for name in p.space.panel.tabs.names():
            p.space.panel.tabs.choose(name)
            p.window.grab()
            assert not wrong_labels(p.window), (module, name)
        check_tips(p.window)
    await p.edit(0, "lastname", TAGGED)
    sheet = await p.review()
    p.window.grab()
    assert not wrong_labels(p.window)
    sheet.reject()
    p.window.messages.show_error(ServerFault(TAGGED, TAGGED, code="X"))
    p.window.grab()
    assert TAGGED in p.window.messages.shown_text
    assert not wrong_labels(p.window)
    check_tips(p.window)


def test_rich_text_in_names_is_shown_as_text(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        plant(server)
        async with program(tmp_path, server) as p:
            await look_around(p)

    play(journey())


@pytest.mark.parametrize("text", MARKUP)
def test_rich_text_in_tooltips_is_shown_as_text(
    text: str,
    play: Play,
    tmp_path: Path,
    server: DemoServer,
) -> None:
    """Of a widget, of a row in a list, of a menu's entry: Qt shows all three by one label."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            p.show()
            middle = p.window.centralWidget()
            assert middle is not None
            middle.setToolTip(text)
            tip = tip_of(middle, QPoint(5, 5))
            assert tip is not None
            assert (tip.text(), tip.textFormat()) == (text, Qt.TextFormat.PlainText)
            menu = QMenu(p.window)
            menu.setToolTipsVisible(True)
            entry = menu.addAction("x")
            entry.setToolTip(text)
            menu.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            menu.show()
            tip = tip_of(menu, menu.actionGeometry(entry).center())
            menu.hide()
            assert tip is not None
            assert tip.textFormat() is Qt.TextFormat.PlainText
            for view in p.window.findChildren(QAbstractItemView):
                assert view.window() is p.window  # dressed with the window's sheet
            QToolTip.hideText()

    play(journey())
