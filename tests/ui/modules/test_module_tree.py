# SPDX-License-Identifier: MIT
"""The module tree: model, filter, favourites, counts, locks; mouse and keys; the side bar around it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crmdesk.domain.names import ModuleName
from crmdesk.domain.schema import Module, Operation
from crmdesk.ui.modules.module_icons import GROUPS, icon_name
from crmdesk.ui.modules.module_tree_model import ModuleTreeModel, Role
from crmdesk.ui.modules.side_bar import SideBar
from tests.ui.waiting import host

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def a_module(name: str, group: str = "sales", *, may: frozenset[Operation] = frozenset(Operation)) -> Module:
    return Module(name=ModuleName(name), label=name, label_plural=f"{name}s", group=group, operations=may)


READ = frozenset({Operation.READ})
MODULES = (
    a_module("Account"),
    a_module("Lead"),
    a_module("Invoice", "inventory"),
    a_module("User", "system", may=READ),
    a_module("Odd", "no such group"),
    Module(name=ModuleName("Line"), label="Line", label_plural="Lines", is_listed=False),
)


def shown(model: ModuleTreeModel) -> dict[str, list[str]]:
    tree = {}
    for row in range(model.rowCount()):
        group = model.index(row, 0)
        tree[str(group.data())] = [str(model.index(at, 0, group).data()) for at in range(model.rowCount(group))]
    return tree


@pytest.fixture
def side(qtbot: QtBot) -> Iterator[SideBar]:
    with host() as window:
        bar = SideBar()
        layout = window.layout()
        assert layout is not None
        layout.addWidget(bar)
        bar.show_modules(MODULES, (ModuleName("Invoice"),))
        yield bar


def test_the_model_keeps_qt_s_rules(qtmodeltester: ModelTester) -> None:
    model = ModuleTreeModel()
    model.show(MODULES, (ModuleName("Invoice"), ModuleName("Gone")))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.show_counts({ModuleName("Lead"): "5"})
    model.show_matching("lead")
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def test_favourites_first_groups_in_order_nothing_twice() -> None:
    model = ModuleTreeModel()
    model.show(MODULES, (ModuleName("Invoice"), ModuleName("Gone")))
    assert shown(model) == {
        "Favourites": ["Invoices"],
        "Sales": ["Accounts", "Leads"],
        "Other": ["Odds"],
        "System": ["Users"],
    }


def test_the_filter_looks_at_label_and_name_and_hides_empty_groups() -> None:
    model = ModuleTreeModel()
    model.show(MODULES, ())
    model.show_matching("  LEAD ")
    assert shown(model) == {"Sales": ["Leads"]}
    assert not model.index_of(ModuleName("Account")).isValid()
    model.show_matching("")
    assert len(shown(model)) == 4


def test_counts_locks_and_what_a_screen_reader_says() -> None:
    model = ModuleTreeModel()
    model.show(MODULES, ())
    model.show_counts({ModuleName("User"): "7", ModuleName("Nobody"): "1"})
    users = model.index_of(ModuleName("User"))
    assert users.data(Role.COUNT) == "7"
    assert users.data(Role.LOCKED) is True
    assert users.data(Qt.ItemDataRole.AccessibleTextRole) == "Users, 7 records, read only"
    assert "read only" in str(users.data(Qt.ItemDataRole.ToolTipRole))
    assert model.index_of(ModuleName("Lead")).data(Role.LOCKED) is False
    model.forget_counts()
    assert users.data(Role.COUNT) == ""


def test_headings_cannot_be_chosen() -> None:
    model = ModuleTreeModel()
    model.show(MODULES, ())
    heading = model.index(0, 0)
    assert model.module_at(heading) is None
    assert not model.flags(heading) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(QModelIndex()) == Qt.ItemFlag.NoItemFlags


def test_every_module_has_a_picture_and_groups_are_known() -> None:
    assert {icon_name(m) for m in MODULES} >= {"buildings", "funnel-simple", "receipt", "squares-four"}
    assert GROUPS[-1] == "system"


def test_return_and_ctrl_return(side: SideBar) -> None:
    asked: list[tuple[str, bool]] = []
    side.tree.opened.connect(lambda module, apart: asked.append((str(module.name), apart)))
    side.tree.setFocus()
    side.tree.choose(ModuleName("Lead"))
    QTest.keyClick(side.tree, Qt.Key.Key_Return)
    QTest.keyClick(side.tree, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(side.tree, Qt.Key.Key_Up)
    QTest.keyClick(side.tree, Qt.Key.Key_Return)
    assert asked == [("Lead", False), ("Lead", True), ("Account", False)]


def test_clicks(side: SideBar) -> None:
    asked: list[tuple[str, bool]] = []
    side.tree.opened.connect(lambda module, apart: asked.append((str(module.name), apart)))
    at = side.tree.visualRect(side.tree.modules.index_of(ModuleName("Lead"))).center()
    viewport = side.tree.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    QTest.mouseClick(viewport, Qt.MouseButton.MiddleButton, pos=at)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))  # a heading
    assert asked == [("Lead", False), ("Lead", True), ("Lead", True)]


def test_the_filter_leads_into_the_tree_by_keys(side: SideBar) -> None:
    asked: list[str] = []
    left: list[int] = []
    side.tree.opened.connect(lambda module, apart: asked.append(str(module.name)))
    side.left.connect(lambda: left.append(1))
    side.focus_filter()
    QTest.keyClicks(side.filter, "acc")
    QTest.keyClick(side.filter, Qt.Key.Key_Return)
    assert asked == ["Account"]
    QTest.keyClick(side.filter, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is side.tree
    QTest.keyClick(side.tree, Qt.Key.Key_Return)
    assert asked == ["Account", "Account"]
    side.focus_filter()
    QTest.keyClick(side.filter, Qt.Key.Key_Escape)
    assert side.filter.text() == ""
    assert left == [1]


def test_nothing_matches_and_return_does_nothing(side: SideBar) -> None:
    asked: list[str] = []
    side.tree.opened.connect(lambda module, apart: asked.append(str(module.name)))
    side.focus_filter()
    QTest.keyClicks(side.filter, "zzz")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down):
        QTest.keyClick(side.filter, key)
    assert asked == []


def test_the_context_menu(side: SideBar) -> None:
    told: list[str] = []
    side.tree.favourite_toggled.connect(lambda m: told.append(f"favourite {m.name}"))
    side.tree.describe_wanted.connect(lambda m: told.append(f"describe {m.name}"))
    side.tree.name_copied.connect(lambda name: told.append(f"copy {name}"))
    side.tree.reload_wanted.connect(lambda: told.append("reload"))
    at = side.tree.visualRect(side.tree.modules.index_of(ModuleName("Lead"))).center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, side.tree.viewport().mapToGlobal(at))
    QApplication.sendEvent(side.tree.viewport(), asked)
    menu = side.tree.findChildren(QMenu)[-1]
    actions = {action.text(): action for action in menu.actions() if action.text()}
    for name in list(actions)[2:]:
        actions[name].trigger()
    assert told == ["favourite Lead", "describe Lead", "copy Lead", "reload"]
    menu.close()


def test_no_account_empties_the_tree(side: SideBar) -> None:
    side.show_account(None)
    assert shown(side.tree.modules) == {}
    assert side.tree.first_module() is None


def test_it_paints_in_both_directions(side: SideBar) -> None:
    side.tree.modules.show_counts({ModuleName("Lead"): "1 200"})
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        side.setLayoutDirection(direction)
        side.tree.choose(ModuleName("Lead"))
        picture = side.grab().toImage()
        assert len({picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, 200, 3)}) > 3
