# SPDX-License-Identifier: MIT
"""The menu of a line, with the keys that do the same."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.ui.sales.line_edits import LineEdits
from crmdesk.ui.wording import tr


@dataclass(frozen=True, slots=True)
class LineMenu:
    """What the menu can offer.

    Attributes:
        on_line: the row is a line that is to be. can_keep: it is one that is to be removed.
        follow: opens the line's product, None = it has none.
        more: puts what can be done with the document as a whole at the end.
    """

    on_line: bool
    can_keep: bool
    follow: Callable[[], object] | None
    fill_down: Callable[[], object]
    choose_columns: Callable[[], object]
    more: Callable[[QMenu], object] | None = None


def show_line_menu(parent: QWidget, edits: LineEdits, at: QPoint, can: LineMenu) -> QMenu:
    """Open it at a point of the screen."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(tr("New line") + "\tCtrl+N", edits.begin_line)
    if can.on_line:
        menu.addAction(tr("Duplicate") + "\tAlt+Shift+Down", edits.duplicate)
        menu.addAction(tr("Move up") + "\tAlt+Up", lambda: edits.move(-1))
        menu.addAction(tr("Move down") + "\tAlt+Down", lambda: edits.move(1))
        menu.addAction(tr("Fill down") + "\tCtrl+Shift+Y", can.fill_down)
        menu.addSeparator()
        menu.addAction(tr("Remove") + "\tCtrl+Del", edits.remove)
    if can.can_keep:
        menu.addAction(tr("Keep this line"), edits.keep)
    if can.follow is not None:
        menu.addAction(tr("Open the product"), can.follow)
    menu.addSeparator()
    menu.addAction(tr("Columns…"), can.choose_columns)
    if can.more is not None:
        can.more(menu)
    menu.popup(at)
    return menu
