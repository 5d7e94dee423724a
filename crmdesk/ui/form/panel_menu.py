# SPDX-License-Identifier: MIT
"""The middle of a record's menu: what can be done with the panel that shows it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.form.record_panel import RecordPanel


def fill_panel_menu(menu: QMenu, panel: "RecordPanel", find_field: Callable[[], None], *, is_new: bool) -> None:
    """Fields, the way to the next record, reading it again; between lines."""
    menu.setToolTipsVisible(True)
    menu.addSeparator()
    everything = menu.addAction(tr("Show empty fields"), lambda: panel.form.show_all(not panel.form.shows_all))
    everything.setCheckable(True)
    everything.setChecked(panel.form.shows_all)
    menu.addAction(tr("Find a field") + "\tCtrl+Shift+F", find_field)
    menu.addAction(tr("Previous record") + "\tAlt+Up", lambda: panel.step_wanted.emit(-1))
    menu.addAction(tr("Next record") + "\tAlt+Down", lambda: panel.step_wanted.emit(1))
    menu.addAction(tr("Reload") + "\tF5", panel.reload).setEnabled(not is_new)
    menu.addSeparator()
