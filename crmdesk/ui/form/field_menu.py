# SPDX-License-Identifier: MIT
"""The context menu of a field: what can be done with its value."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from crmdesk.domain.schema import FieldType
from crmdesk.ui.translation import mark
from crmdesk.ui.wording import tr

if TYPE_CHECKING:
    from crmdesk.ui.form.field_row import FieldRow

_FOLLOW = {
    FieldType.REFERENCE: mark("Open record"),
    FieldType.EMAIL: mark("Write mail"),
    FieldType.PHONE: mark("Call this number"),
    FieldType.URL: mark("Open page"),
}


def make_menu(row: "FieldRow") -> QMenu:
    """Copy, follow, edit, clear, take back: what is possible now. The menu deletes itself when it closes."""
    menu = QMenu(row)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    clipboard = QGuiApplication.clipboard()
    menu.addAction(tr("Copy value"), lambda: clipboard.setText(row.copied)).setEnabled(bool(row.text))
    menu.addAction(tr("Copy field name"), lambda: clipboard.setText(row.field.name))
    if row.is_link:
        menu.addSeparator()
        menu.addAction(tr(_FOLLOW[row.field.type]), lambda: row.follow())
        if row.field.type is FieldType.REFERENCE:
            menu.addAction(tr("Open in a new tab"), lambda: row.follow(new_tab=True))
    if not row.state.reason:
        menu.addSeparator()
        menu.addAction(tr("Edit"), lambda: row.begin())
        may_clear = row.state.value is not None and not row.field.required
        menu.addAction(tr("Clear"), lambda: row.clear_value()).setEnabled(may_clear)
        may_take_back = row.state.staged or bool(row.problem)
        menu.addAction(tr("Take back"), lambda: row.take_back()).setEnabled(may_take_back)
    return menu
