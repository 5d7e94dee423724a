# SPDX-License-Identifier: MIT
"""An `&` in the names of modules, fields and accounts is a letter: it is shown, and no key is taken by it."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QGroupBox, QLabel, QMenu, QTabBar, QWidget

from crmdesk.demo.server import DemoServer
from crmdesk.domain.schema import Field, Module, Schema
from crmdesk.engine import descriptions
from crmdesk.ui.accounts.choice_buttons import PillChoice
from crmdesk.ui.go_to import static_hits
from crmdesk.ui.home.home_tab import HomeTab
from crmdesk.ui.parts import Button, button, label, let_name, letters, without_key
from crmdesk.ui.sales.copy_sheet import CopySheet
from tests.injection.test_rich_text import UI, _called, _sources
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, program, until
from tests.journeys.test_document_copies import chosen, is_open
from tests.journeys.test_sales_documents import open_order

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
NAME = "R&D <b>x</b>"

# ---- the sources -----------------------------------------------------------------------------------------------------

_TAKE_TEXT = {"addAction", "addMenu", "QAction", "QCheckBox", "QRadioButton", "QGroupBox", "addTab"}
_OURS = {
    ("menus.py", "title"), ("menus.py", "line.under"), ("menus.py", "entry.text"), ("form/record_actions.py", "word"),
    ("changes/journal_tab.py", "text"), ("table/column_menu.py", "text"), ("form/field_menu.py", "tr(_FOLLOW[row.field.type])"),
    ("settings/setting_row.py", "tr('Yes, ask for it') if words.name == 'updates' else tr('Yes')"),
}  # fmt: skip
"""Texts in variables that are the program's own, or that `letters` made."""


def _is_text(node: ast.expr) -> bool:
    return not isinstance(node, ast.Lambda) and _called(node) not in ("icon", "mark_icon", "partial")


def _is_own(node: ast.expr) -> bool:
    """Words of ours with nothing put into them, or with letters put into them."""
    if isinstance(node, ast.BinOp):
        return _is_own(node.left)
    if _called(node) == "tr" and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
        return not node.keywords or "letters(" in ast.unparse(node) or "named" in ast.unparse(node)
    return isinstance(node, ast.Constant) or _called(node) == "letters"


def test_ampersands_in_the_sources_are_letters() -> None:
    for name, tree in _sources().items():
        for node in ast.walk(tree):
            called = _called(node)
            assert called != "setBuddy" or name == "parts.py", f"{name}: let_name does it"
            assert called != "setTabText" or name in ("tabs.py", "form/pane_tabs.py"), f"{name}: Tabs.retitle does it"
            assert called != "QPushButton", f"{name}: parts.button does it"
            if called not in _TAKE_TEXT or not isinstance(node, ast.Call):
                continue
            texts = [one for one in node.args if _is_text(one)]
            text = texts[0] if texts else None
            if text is None or _is_own(text) or (name, ast.unparse(text)) in _OURS:
                continue
            assert ast.unparse(text) == "action", f"{name}: {ast.unparse(node)}"


def test_one_place_doubles_them() -> None:
    doubling = [name for name in _sources() if '"&&"' in (UI / name).read_text("utf-8")]
    assert doubling == ["parts.py"]


# ---- the pieces ------------------------------------------------------------------------------------------------------


def test_a_button_shows_an_ampersand_and_takes_no_key(qtbot: Any) -> None:
    made = button(NAME)
    qtbot.addWidget(made)
    assert isinstance(made, Button)
    assert (made.text(), made.shortcut().toString()) == (NAME, "")
    assert made.sizeHint().width() > button(NAME.replace("&", "")).sizeHint().width()
    made.setText("Terms & Conditions")
    assert (made.text(), made.shortcut().toString()) == ("Terms & Conditions", "")
    made.setText(made.text())
    assert made.text() == "Terms & Conditions"
    choice = PillChoice("x", NAME, "info")
    qtbot.addWidget(choice)
    assert (choice.text(), choice.shortcut().toString()) == (NAME, "")


def test_a_label_of_a_widget_shows_an_ampersand(qtbot: Any) -> None:
    name, widget = label("Terms & City"), QWidget()
    qtbot.addWidget(name)
    qtbot.addWidget(widget)
    width = name.sizeHint().width()
    let_name(name, widget)
    assert name.buddy() is widget
    assert name.sizeHint().width() == width
    assert QKeySequence.mnemonic(name.text()).isEmpty()


def test_a_menus_text_is_read_without_its_key() -> None:
    assert without_key("&File") == "File"
    assert without_key(letters("R&D && more")) == "R&D && more"


# ---- the window ------------------------------------------------------------------------------------------------------


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every label of modules and fields begins with the name."""

    def module(one: Module) -> Module:
        return replace(one, label=f"{NAME} {one.label}", label_plural=f"{NAME} {one.label_plural}")

    def field(one: Field) -> Field:
        return replace(one, label=f"{NAME} {one.label}")

    def schema(one: Schema) -> Schema:
        return replace(one, module=module(one.module), fields=tuple(field(each) for each in one.fields))

    monkeypatch.setattr(descriptions, "worded_module", lambda one, _told: module(one))
    monkeypatch.setattr(descriptions, "worded_schema", lambda one, _told: schema(one))


def is_named(text: str) -> bool:
    """Within a sentence a name may be in small letters."""
    return NAME.lower() in text.lower()


def texts_with_keys(window: QWidget, menus: tuple[QMenu, ...] = ()) -> Iterator[tuple[str, str]]:
    """Kind and text of everything in which Qt looks for a key to press; menu titles of the bar, which have one, apart."""
    bar = {action.text() for action in window.menuBar().actions()} if hasattr(window, "menuBar") else set()
    for one in window.findChildren(QAbstractButton):
        yield "button", letters(one.text()) if one.shortcut().isEmpty() else one.text()
    yield from (("label", one.text()) for one in window.findChildren(QLabel) if one.buddy() is not None)
    yield from (("group", one.title()) for one in window.findChildren(QGroupBox))
    for tabs in window.findChildren(QTabBar):
        yield from (("tab", tabs.tabText(index)) for index in range(tabs.count()))
    actions = [*window.findChildren(QAction), *(action for menu in menus for action in menu.findChildren(QAction))]
    yield from (("action", action.text()) for action in actions if action.text() not in bar)


def check(window: QWidget, *menus: QMenu) -> Counter[str]:
    """No text takes a key; how many of each kind show the name."""
    shown: Counter[str] = Counter()
    for kind, text in texts_with_keys(window, menus):
        assert QKeySequence.mnemonic(text).isEmpty(), (kind, text)
        shown[kind] += is_named(without_key(text))
    return shown


async def look_around(p: Program) -> None:
    p.profile = replace(p.profile, name=NAME)
    await p.open()
    await p.show_module("Accounts")
    assert p.tab.bar is not None
    assert is_named(p.tab.bar.new.text())
    assert check(p.window)["button"]
    await open_order(p, "SalesOrder")
    assert check(p.window)["label"], "the fields above the lines"
    await chosen(p, "Quotes")
    p.window.menus.refresh()
    menu = QMenu()
    p.space.acting.fill_row(menu, p.tab)
    assert check(p.window, menu)["action"] >= 3, "what can be made of a quote"
    commands = [hit.title for hit in static_hits(p.window, p.space) if hit.kind == "command"]
    assert [title for title in commands if is_named(title)], "go to anything"
    below = next(action.menu() for action in menu.actions() if action.text() == "Make of it")
    assert isinstance(below, QMenu)
    below.actions()[0].trigger()
    await until(lambda: is_open(p, CopySheet), PATIENCE_S)
    sheet = p.sheet(CopySheet)
    assert is_named(sheet.take.text())
    assert check(p.window)["button"]
    await p.close_sheets()
    await until(lambda: not is_open(p, CopySheet), PATIENCE_S)
    menu.deleteLater()
    p.keys("Alt+Home")
    await until(lambda: isinstance(p.space.page, HomeTab), PATIENCE_S)
    home = p.space.page
    assert isinstance(home, HomeTab)
    assert home.one.text() == NAME
    shown = check(p.window)
    assert shown["button"]
    assert shown["tab"]


@pytest.mark.usefixtures("named")
def test_ampersands_in_names_are_letters(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await look_around(p)

    play(journey())
