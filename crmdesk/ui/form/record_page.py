# SPDX-License-Identifier: MIT
"""RecordPage: what the tabs beside Details have in common: they are filled when somebody looks at them."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from crmdesk.domain.errors import ConnectionFailed, CrmError
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.engine.desk import Account
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

Start = Callable[[Coroutine[Any, Any, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The record the panel shows.

    Attributes:
        reason: why nothing can be written for it at once (links, files), "" = it can.
        alone: it comes out of the copy, and the server cannot be asked for more.
    """

    account: Account
    schema: Schema
    record: Record
    title: str
    reason: str = ""
    alone: bool = False


class RecordPage(QFrame):
    """Owned by the record panel.

    Signals:
        counted(object): How many things there are (int), None = not known.
        record_wanted(object, bool): RecordId of a linked record; True = in a new tab.
        info(str): A short notice.
    """

    counted = Signal(object)
    record_wanted = Signal(object, bool)
    info = Signal(str)

    def __init__(self, formats: Formats, scope: TaskScope, start: Start, parent: QWidget | None = None) -> None:
        """`scope` is the panel's, for reading; `start` runs writes that must survive it."""
        super().__init__(parent)
        self._formats, self._scope, self._start = formats, scope, start
        self._shown: Shown | None = None
        self._loaded = False
        t = theme()
        self._state = label("", "muted", wrap=True)
        self._again = button(tr("Try again"), clicked=self.reload)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(t.px(14), t.px(10), t.px(14), t.px(10))
        self._column.setSpacing(t.px(6))
        self._notice = box(self._state, self._again, None, vertical=True)
        self._column.addWidget(self._notice)
        self._again.hide()

    @property
    def slot(self) -> str:
        """The name of its work in the panel's scope."""
        return type(self).__name__

    def show_record(self, shown: Shown | None) -> None:
        """Take another record; it is read now if the page is in sight, else when it comes there."""
        if shown == self._shown:
            return
        same_record = (
            shown is not None
            and self._shown is not None
            and (shown.account, shown.record.id) == (self._shown.account, self._shown.record.id)
            and shown.alone == self._shown.alone
        )
        self._shown = shown
        if same_record and self._loaded:
            return
        self._scope.cancel(self.slot)
        self._loaded = False
        self.forget()
        self.counted.emit(None)
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read anew."""
        shown = self._shown
        if shown is None:
            return
        self._loaded = True
        self.say(tr("Loading…"))
        self._scope.start(self._load(shown), slot=self.slot)

    def forget(self) -> None:
        """Show nothing of the former record; override."""

    async def fill(self, shown: Shown) -> None:
        """Read and show; override. Raises CrmError."""

    async def fill_alone(self, shown: Shown) -> None:
        """The server is away: show what is known without it, and say what is not; override. Raises CrmError."""
        self.say(tr("You are offline: what stands here is on the server only. It comes when the server answers again."))

    def say(self, text: str, *, retry: bool = False) -> None:
        """A sentence instead of a list, "" = none."""
        self._state.setText(text)
        self._notice.setVisible(bool(text))
        self._again.setVisible(retry)

    def is_current(self, shown: Shown) -> bool:
        """Whether the page still lives and shows that record."""
        if not isValid(self) or self._shown is None:
            return False
        return (self._shown.account, self._shown.record.id) == (shown.account, shown.record.id)

    def is_alive(self) -> bool:
        """Whether the widget still exists; after an await in the account's scope it may not."""
        return bool(isValid(self))

    async def confirm(self, title: str, text: str, yes: str, *, danger: bool = False) -> bool:
        """Ask in a sheet."""
        return await confirmed(self.window(), title, text, yes, danger=danger)

    async def _load(self, shown: Shown) -> None:
        try:
            await (self.fill_alone(shown) if shown.alone else self.fill(shown))
        except CrmError as error:
            self._loaded = False
            self.say(told(error.user_text), retry=True)
            if not (isinstance(error, ConnectionFailed) and shown.account.session.away):
                raise  # else the window says already that the server is away

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and not self._loaded and self._shown is not None:
            self.reload()
        return super().event(event)


async def confirmed(window: QWidget, title: str, text: str, yes: str, *, danger: bool = False) -> bool:
    """Ask a question in a sheet over the window; whether the answer is yes. Cancel has the first focus."""
    sheet = Sheet(title, 480)
    cancel = button(tr("Cancel"), clicked=sheet.reject)
    accept = button(yes, "danger" if danger else "primary", sheet.accept)
    body = box(label(text, wrap=True, select=True), margins=(18, 14, 18, 14))
    sheet.set_content(body, right=(cancel, accept))
    return await sheet.ask_in(window, focus=cancel if danger else accept)
