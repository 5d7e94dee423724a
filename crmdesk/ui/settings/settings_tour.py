# SPDX-License-Identifier: MIT
"""The part of the tour that shows the program's own windows: settings, keys, licences, views, a report, a crash."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.connectors.wire.redaction import Redactor
from crmdesk.engine.licences import shipped
from crmdesk.engine.support import parts_of
from crmdesk.engine.updates import Update
from crmdesk.ui.help_sheets import AboutSheet, KeysSheet
from crmdesk.ui.settings.settings_sheet import SettingsSheet
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.support.bundle_sheet import BundleSheet
from crmdesk.ui.support.crash_sheet import CrashSheet
from crmdesk.ui.updates.update_bar import UpdateSheet
from crmdesk.ui.views.views_sheet import ViewsSheet

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace

_TRACE = 'Traceback (most recent call last):\n  File "table_tab.py", line 210, in reload\nValueError: an example\n'


def sheets(window: "MainWindow", space: "Workspace") -> Iterator[tuple[str, Sheet]]:
    """Each picture's name with its sheet, which the tour opens and shuts."""
    settings = window.preferences
    yield "18-settings", SettingsSheet(settings)
    yield "19-keys", KeysSheet()
    yield "20-about", AboutSheet(shipped)
    yield "21-views", ViewsSheet(window, space)
    report = BundleSheet(
        parts_of(
            settings=settings,
            profiles=window.accounts.known,
            calls=window.desk.clients.calls.all(),
            log_folder=Path("nowhere"),
            trouble="",
            redactor=Redactor(),
        )
    )
    yield "22-report", report
    yield "23-crash", CrashSheet(_TRACE, {space.account.profile.name: space.account.staged.count}, lambda: None)
    yield "24-update", UpdateSheet(window, Update("9.1", "https://crmdesk.example/get", "Tables open twice as fast."))
