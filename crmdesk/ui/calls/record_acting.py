# SPDX-License-Identifier: MIT
"""What the vendor can do with a record beside changing its fields: offered in menus, asked, done at once."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu
from shiboken6 import isValid

from crmdesk.connectors.port import RecordAction
from crmdesk.domain.errors import CrmError, OutcomeUnclear
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.engine.staging import NEW
from crmdesk.ui.calls.part_form import PartForm
from crmdesk.ui.calls.unknown import unknown_words
from crmdesk.ui.calls.write_sheet import WriteSheet
from crmdesk.ui.form.field_editors import ReferenceSearch
from crmdesk.ui.parts import letters
from crmdesk.ui.table.table_tab import TableTab
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace


class RecordActing(QObject):
    """Owned by a workspace, whose window its sheets open in."""

    def __init__(self, space: "Workspace", scope: TaskScope) -> None:
        """``scope`` is the workspace's own, for questions; what is sent runs in the account's."""
        super().__init__(space)
        self._space, self._scope = space, scope

    def prepare(self, module: ModuleName) -> None:
        """Learn what can be done in a module, so that a menu can say it at once."""
        if not self._space.calls.known_actions(module):
            self._scope.start(self._learn(module), slot=f"actions {module}")

    async def _learn(self, module: ModuleName) -> None:
        with suppress(CrmError):  # a menu without actions; whoever looks for them finds the server's trouble elsewhere
            await self._space.calls.actions(module)

    def fill(self, menu: QMenu, record: RecordId, title: str) -> bool:
        """Put "Actions" into a menu; False where there are none for this record."""
        if not self._space.calls.known_actions(record.module) or record.key.startswith(NEW):
            return False
        self.list_in(menu.addMenu(tr("Actions")), record, title)
        return True

    def fill_row(self, menu: QMenu, page: TableTab) -> None:
        """The same for the row chosen; several records cannot be acted on at once."""
        chosen = page.chosen_records()
        if len(chosen) == 1:
            self.fill(menu, chosen[0][0].id, chosen[0][1])
            self._fill_document(menu, chosen[0][0].id)

    def _fill_document(self, menu: QMenu, record: RecordId) -> None:
        from crmdesk.ui.sales.document_actions import fill_menu

        fill_menu(self._space, menu, record)

    def list_in(self, menu: QMenu, record: RecordId, title: str) -> None:
        """The actions themselves, each enabled where the account may write; none for what was never sent."""
        menu.setToolTipsVisible(True)
        if record.key.startswith(NEW):
            return
        for action in self._space.calls.known_actions(record.module):
            entry = menu.addAction(letters(told(action.label)), partial(self.begin, record, title, action))
            entry.setEnabled(self._space.account.profile.may_write)
            entry.setToolTip("" if entry.isEnabled() else tr("This account is set to read only."))

    def begin(self, record: RecordId, title: str, action: RecordAction) -> None:
        """Ask, then do it."""
        self._scope.start(self._ask(record, title, action), slot="action")

    async def _ask(self, record: RecordId, title: str, action: RecordAction) -> None:
        search = ReferenceSearch(self._space.account.reading, self._scope, self._space.formats)
        form = PartForm(action.parts, self._space.formats, search) if action.parts else None
        given: dict[str, str] = {}

        def ready() -> bool:
            read: Mapping[str, str] | None = form.read() if form is not None else {}
            given.update(read or {})
            return read is not None

        label = told(action.label).rstrip("…")
        sheet = WriteSheet(self._space.account, tr("{action}: {title}", action=label, title=title),
                           self._question(record, action), label, form, ready)  # fmt: skip
        if form is not None:
            form.submitted.connect(sheet.accept)
            form.resized.connect(sheet.refit)
        first = form.editors[0] if form is not None and form.editors else sheet.cancel
        if await sheet.ask_in(self._space.window(), focus=first):
            self._space.start(self._act(record, title, action, dict(given)))

    def _question(self, record: RecordId, action: RecordAction) -> str:
        if self._space.account.staged.get(record) is None:
            return told(action.question)
        waits = tr("Its pending changes are not sent with this; they keep waiting here.")
        return f"{told(action.question)} {waits}"

    async def _act(self, record: RecordId, title: str, action: RecordAction, given: Mapping[str, str]) -> None:
        label = told(action.label).rstrip("…")
        space = self._space
        space.info.emit(tr("{action}: sending…", action=label))
        try:
            led = await space.calls.act(record, title, action, given)
        except CrmError as error:
            if error.may_be_done:
                raise OutcomeUnclear(unknown_words(error), error.detail) from error
            raise
        space.info.emit(tr("{action}: done.", action=label))
        self._show_again(record, led)

    def _show_again(self, record: RecordId, led: RecordId | None) -> None:
        """Show what it led to, and read again what it may have changed."""
        space = self._space
        if not isValid(space):
            return
        for page in space.tables:
            if led is not None and page.module.name in (record.module, led.module):
                page.reload()
            elif page.module.name == record.module:
                page.rows.reread((record.key,), page.reload)
        if led is not None and led != record:
            space.open_record(led, apart=True)
        else:
            space.panel.reload()
