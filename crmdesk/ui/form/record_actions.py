# SPDX-License-Identifier: MIT
"""What can be done with a record besides editing it: links, copying, deleting; and the menu that offers it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.connectors.port import LinksToWeb
from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field
from crmdesk.domain.values import Value
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import NEW
from crmdesk.ui.form.record_page import Start, confirmed
from crmdesk.ui.form.web_links import address_of
from crmdesk.ui.opening import opener_of
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The record the actions are about.

    Attributes:
        record: None while it is not read. why_not_delete: "" = it may be deleted.
    """

    account: Account
    id: RecordId
    record: Record | None
    title: str
    module_label: str
    why_not_delete: str

    @property
    def is_new(self) -> bool:
        """Not on the server yet."""
        return self.id.key.startswith(NEW)


class RecordActions(QObject):
    """Owned by the record panel, whose window its sheets open in.

    Signals:
        record_wanted(RecordId, bool), info(str): As the panel's own.
    """

    record_wanted = Signal(object, bool)
    info = Signal(str)

    def __init__(self, panel: QWidget, scope: TaskScope, start: Start) -> None:
        super().__init__(panel)
        self._panel, self._scope, self._start = panel, scope, start

    def fill_web(self, menu: QMenu, subject: Subject) -> None:
        """Browser, link, id."""
        web = subject.account.session.offers(LinksToWeb) and not subject.is_new
        menu.addAction(tr("Open in the browser"), lambda: self._with_address(subject, self._open_page)).setEnabled(web)
        menu.addAction(tr("Copy link"), lambda: self._with_address(subject, self._copy_link)).setEnabled(web)
        menu.addAction(tr("Copy id"), lambda: self.copy(subject.id.key)).setEnabled(not subject.is_new)

    def fill_delete(self, menu: QMenu, subject: Subject) -> None:
        """Delete, or discard a record that was never sent."""
        word = tr("Discard this new record") if subject.is_new else tr("Delete…")
        action = menu.addAction(word, lambda: self.delete(subject))
        action.setEnabled(subject.is_new or (not subject.why_not_delete and subject.record is not None))
        action.setToolTip(subject.why_not_delete)

    def delete(self, subject: Subject) -> None:
        """Ask, then stage a delete; nothing happens where the user may not."""
        if subject.is_new:
            self._start(subject.account.staged.discard(subject.id))
        elif subject.record is not None and not subject.why_not_delete:
            self._scope.start(self._delete(subject, subject.record), slot="ask")

    async def _delete(self, subject: Subject, record: Record) -> None:
        text = tr(
            "{module} {title} ({key}) is marked for deletion. Nothing is sent before you review and apply; "
            "until then you can take it back.",
            module=subject.module_label,
            title=subject.title,
            key=subject.id.key,
        )
        question = tr("Delete {title}?", title=subject.title)
        if await confirmed(self._panel.window(), question, text, tr("Delete"), danger=True):
            self._start(subject.account.staged.delete([(record, subject.title)]))

    def follow(self, field: Field, value: Value, new_tab: bool) -> None:
        """Open what a field links to: a record, a page, a mail, a call."""
        if isinstance(value, RecordId):
            self.record_wanted.emit(value, new_tab)
            return
        self._scope.start(self._follow(address_of(field.type, str(value)), str(value)), slot="web")

    def copy(self, text: str) -> None:
        """Put a text on the clipboard and say so."""
        QGuiApplication.clipboard().setText(text)
        self.info.emit(tr("Copied: {what}", what=text))

    async def _follow(self, address: str, shown: str) -> None:
        if not await opener_of(self._panel).open(address):
            self.info.emit(tr("{what} cannot be opened on this computer.", what=shown))

    async def _open_page(self, subject: Subject, address: str) -> None:
        if not await opener_of(self._panel).open(address, own=subject.account.profile.url):
            self.info.emit(tr("No browser could be opened for {address}", address=address))

    async def _copy_link(self, _subject: Subject, address: str) -> None:
        self.copy(address)

    def _with_address(self, subject: Subject, use: Callable[[Subject, str], Coroutine[Any, Any, None]]) -> None:
        self._scope.start(self._ask_address(subject, use), slot="web")

    async def _ask_address(self, subject: Subject, use: Callable[[Subject, str], Coroutine[Any, Any, None]]) -> None:
        await use(subject, await subject.account.session.ask_role(LinksToWeb, lambda c: c.web_address(subject.id)))
