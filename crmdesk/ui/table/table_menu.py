# SPDX-License-Identifier: MIT
"""What a right click on a table offers."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from crmdesk.ui.parts import letters
from crmdesk.ui.table.column_menu import fill_column_menu
from crmdesk.ui.wording import tr

if TYPE_CHECKING:
    from crmdesk.ui.table.table_tab import TableTab


def show_menu(tab: "TableTab", at: QPoint, key: str = "") -> None:
    """Pop the menu up at a place of the screen, over a cell of that column; it deletes itself."""
    column = next((one for one in tab.model.columns if one.key == key), None)
    menu, keys = QMenu(tab), tab.grid.keys
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(tr("Copy"), keys.copy)
    menu.addAction(tr("Copy with column titles"), tab.copy_with_titles)
    menu.addAction(tr("Paste"), keys.paste)
    menu.addAction(tr("Clear"), keys.clear)
    menu.addSeparator()
    menu.addAction(tr("Take back the edits of this row"), tab.discard_row)
    menu.addAction(tr("Delete…"), lambda: tab.delete_wanted.emit(tab.chosen_records()))
    tab.menu_filled.emit(menu)
    menu.addSeparator()
    if column is None:
        menu.addAction(tr("Columns…"), tab.choose_columns)
    else:
        below = menu.addMenu(tr("Column “{name}”", name=letters(column.title)))
        fill_column_menu(tab, below, column.key)
    menu.popup(at)
