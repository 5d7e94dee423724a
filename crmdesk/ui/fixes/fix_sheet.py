# SPDX-License-Identifier: MIT
"""FixSheet: what the sheets that work on a module's records have in common."""

from collections.abc import Callable

from PySide6.QtCore import Signal

from crmdesk.domain.schema import Schema
from crmdesk.engine.desk import Account
from crmdesk.ui.formats import Formats
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import plural

Report = Callable[[BaseException], None]


class FixSheet(Sheet):
    """Nothing is sent: what it does goes to the pending changes, as one step for undo.

    Signals:
        staged(int): so many changes were staged.
    """

    staged = Signal(int)

    def __init__(
        self, title: str, width: int, account: Account, schema: Schema, formats: Formats, report: Report
    ) -> None:
        super().__init__(title, width)
        self._account, self._schema, self._formats, self._report = account, schema, formats, report
        self._scope = TaskScope(report)  # no child: what is cancelled ends after the sheet is gone


def read_words(count: int) -> str:
    """How far the reading is."""
    return plural(count, "1 record read…", "{n} records read…")
