# SPDX-License-Identifier: MIT
"""What hands do by mouse in the window they can do by keys: order, borders of panes, widths, menus of the chosen row."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QWidget

from crmdesk.demo.server import DemoServer
from crmdesk.ui.form.field_row import FieldRow
from crmdesk.ui.splits import Border, borders
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
UI = Path(__file__).resolve().parents[2] / "crmdesk" / "ui"


def order(p: Program) -> list[tuple[str, bool]]:
    return [(mark.key, mark.descending) for mark in p.tab.model.sort_marks]


def test_a_table_is_sorted_by_keys(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            tab.grid.go_to(0, "accountname")
            tab.grid.setFocus()
            p.keys("Shift+F7")
            assert order(p) == [("accountname", False)]
            await until(lambda: tab.grid.currentIndex().isValid(), PATIENCE_S)
            p.keys("Shift+F7")
            assert order(p) == [("accountname", True)]
            await until(lambda: tab.grid.currentIndex().isValid(), PATIENCE_S)
            tab.grid.go_to(0, "bill_city")
            p.keys("Shift+F8")
            assert order(p) == [("accountname", True), ("bill_city", False)]

    play(journey())


def test_a_column_grows_by_keys_and_its_menu_has_the_rest(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            tab.grid.go_to(2, "bill_city")
            tab.grid.setFocus()
            column = tab.model.column_at("bill_city")
            before = tab.grid.columnWidth(column)
            p.keys("Alt+Shift+Right")
            assert tab.grid.columnWidth(column) > before
            p.keys("Alt+Shift+Left")
            assert tab.grid.columnWidth(column) == before
            below = column_menu(tab.grid)
            by_text = {action.text().partition("\t")[0]: action for action in below.actions()}
            by_text["Sort downwards"].trigger()
            assert order(p) == [("bill_city", True)]
            await until(lambda: tab.grid.currentIndex().isValid(), PATIENCE_S)
            assert tab.grid.currentIndex().column() == tab.model.column_at("bill_city")
            below = column_menu(tab.grid)
            by_text = {action.text().partition("\t")[0]: action for action in below.actions()}
            assert by_text["Sort downwards"].isChecked()
            by_text["Do not sort by this"].trigger()
            assert order(p) == []
            await until(lambda: tab.grid.currentIndex().isValid(), PATIENCE_S)
            below = column_menu(tab.grid)
            by_text = {action.text().partition("\t")[0]: action for action in below.actions()}
            by_text["Hide this column"].trigger()
            assert tab.model.column_at("bill_city") == -1

    play(journey())


def column_menu(view: QAbstractItemView) -> QMenu:
    """The part about the column in the menu that the menu key opens."""
    menu = by_key(view)
    return next(found for action in menu.actions() if (found := _below(action.menu())) is not None)


def _below(menu: object) -> QMenu | None:
    return menu if isinstance(menu, QMenu) and menu.title().startswith("Column") else None


def test_borders_move_by_keys_and_esc_goes_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            await p.edit(0, "bill_city", "Espoo")
            tab.grid.setFocus()
            await until(lambda: len(borders(p.window)) == 3, PATIENCE_S)  # modules, pending changes, record
            shown = borders(p.window)
            for border in shown:
                p.keys("Ctrl+F6")
                assert border.hasFocus()
                across = border.orientation() is Qt.Orientation.Horizontal
                less, more = ("Left", "Right") if across else ("Up", "Down")
                before = border.splitter().sizes()
                p.keys(f"Shift+{more}")
                larger = border.splitter().sizes()
                assert larger[0] > before[0]
                p.keys(less)
                assert before[0] <= border.splitter().sizes()[0] < larger[0]
                p.keys("End")
                p.keys("Home")
                assert sum(border.splitter().sizes()) == sum(before)
                assert all(size > 50 for size in border.splitter().sizes())
            p.keys("Esc")
            assert tab.grid.hasFocus()
            p.keys("F6")
            p.keys("Shift+F6")
            assert tab.grid.hasFocus()

    play(journey())


def test_the_border_under_the_focus_is_seen(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            border: Border = borders(p.window)[0]
            place = border.rect().translated(border.mapTo(p.window, QPoint(0, 0))).adjusted(-3, 0, 3, 0)
            without = p.window.grab(place).toImage()
            border.enter()
            assert p.window.grab(place).toImage() != without

    play(journey())


# ---- menus of the chosen row ---------------------------------------------------------------------------------------


def by_key(view: QWidget) -> QMenu:
    """Press the menu key while the mouse lies somewhere else; the menu that comes."""
    before = set(map(id, view.window().findChildren(QMenu)))
    elsewhere = QPoint(view.width() - 3, view.height() - 3)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, elsewhere, view.mapToGlobal(elsewhere))
    QApplication.sendEvent(view, asked)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu), f"{view.accessibleName()} has no menu by key"
    assert id(popup) not in before
    popup.hide()
    return popup


def test_the_menu_key_means_the_chosen_row_and_opens_beside_it(play: Play, tmp_path: Path, server: DemoServer) -> None:
    """In every list that has a menu, also where the chosen row was scrolled out of sight."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            await p.edit(0, "bill_city", "Espoo")
            tree = p.window.side.tree
            last = tree.modules.index(2, 0, tree.modules.index(tree.modules.rowCount() - 1, 0))
            opened: list[str] = []
            tree.name_copied.connect(opened.append)
            tree.setCurrentIndex(last)
            tree.verticalScrollBar().setValue(0)
            check(tree, last, lambda menu: press(menu, "Copy name"))
            module = tree.modules.module_at(last)
            assert module is not None
            assert opened == [module.name]
            tab.grid.go_to(40, "bill_city")
            tab.grid.verticalScrollBar().setValue(0)
            check(tab.grid, tab.grid.currentIndex(), lambda menu: press(menu, "Copy"))
            assert QApplication.clipboard().text() == tab.model.text(40, tab.model.column_at("bill_city"))
            staged = p.space.staged.grid
            await until(lambda: staged.model().rowCount() > 0, PATIENCE_S)
            staged.go_to(0)
            check(staged, staged.currentIndex(), lambda menu: press(menu, "Open the record"))
            related = p.space.panel.pages.related
            p.space.panel.tabs.choose("related")
            await until(lambda: related.model.rowCount() > 3, PATIENCE_S)
            third = related.model.index(2, 0)
            related.tree.setCurrentIndex(third)
            check(related.tree, third, lambda menu: None)
            assert related.tree.currentIndex() == third
            p.space.panel.tabs.choose("details")
            row = p.space.panel.form.row("bill_city")
            assert isinstance(row, FieldRow)
            assert "Copy value" in [action.text() for action in by_key(row).actions()]

    play(journey())


def check(view: QAbstractItemView, index: QModelIndex, act: Callable[[QMenu], object]) -> None:
    """The menu stands at the row, which is in sight; then do something with it."""
    menu = by_key(view)
    row = view.visualRect(index)
    assert view.viewport().rect().intersects(row)
    left = view.viewport().mapToGlobal(row.topLeft()).x()
    assert menu.pos().x() in (max(left, 0), QApplication.primaryScreen().geometry().right() + 1 - menu.width())
    act(menu)


def press(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()


def test_no_list_asks_for_menus_in_another_way() -> None:
    """``menu_place`` knows the row that the menu key means; these are the ones that are no lists."""
    own = {
        str(path.relative_to(UI))
        for path in UI.rglob("*.py")
        if re.search(r"customContextMenuRequested|def contextMenuEvent", path.read_text("utf-8"))
    }
    assert own == {
        str(Path("form/field_row.py")),
        str(Path("table/grid_header.py")),
        str(Path("table/record_grid.py")),
    }
