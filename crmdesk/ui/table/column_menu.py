# SPDX-License-Identifier: MIT
"""What can be done with one column of a table: by a right click on its title, or by the menu of a cell in it."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Order
from crmdesk.ui.parts import keys
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.table.table_tab import TableTab


def show_column_menu(tab: "TableTab", at: QPoint, key: str) -> None:
    """Pop the menu up at a place of the screen; it deletes itself. ``key``: "" = beside the columns."""
    menu = QMenu(tab)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    fill_column_menu(tab, menu, key)
    menu.popup(at)


def fill_column_menu(tab: "TableTab", menu: QMenu, key: str) -> None:
    """Order, width, presence; what is on already is ticked."""
    name = FieldName(key)
    if name in tab.shown:
        _fill_order(tab, menu, name)
        menu.addSeparator()
        menu.addAction(tr("Wider") + _key("Alt+Shift+Right"), lambda: tab.grid.columns.widen(key, 1))
        menu.addAction(tr("Narrower") + _key("Alt+Shift+Left"), lambda: tab.grid.columns.widen(key, -1))
        menu.addAction(tr("As wide as it needs"), lambda: tab.grid.columns.fit_one(key))
        rest = tuple(one for one in tab.shown if one != name)
        menu.addAction(tr("Hide this column"), lambda: tab.use_columns(rest)).setEnabled(bool(rest))
        menu.addSeparator()
    menu.addAction(tr("Columns…") + _key("Ctrl+Shift+O"), tab.choose_columns)


def _fill_order(tab: "TableTab", menu: QMenu, name: FieldName) -> None:
    mine = next((one for one in tab.order if one.field == name), None)
    for text, descending in ((tr("Sort upwards"), False), (tr("Sort downwards"), True)):
        action = menu.addAction(text, partial(tab.use_order, (Order(name, descending),)))
        action.setCheckable(True)
        action.setChecked(tab.order == (Order(name, descending),))
    if mine is None:
        also = menu.addAction(tr("Sort by this as well"), lambda: tab.use_order((*tab.order, Order(name))))
        also.setEnabled(bool(tab.order))
    else:
        others = tuple(one for one in tab.order if one.field != name)
        menu.addAction(tr("Do not sort by this"), lambda: tab.use_order(others))


def _key(sequence: str) -> str:
    return f"\t{keys(sequence)}"
