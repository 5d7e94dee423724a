# SPDX-License-Identifier: MIT
"""RecordPanel: one record beside the table: its head, its tabs, and the way of edits into the staged changes.

nothing ──show_record──> reading (what the row knows, or a skeleton) ──> shown ──changed elsewhere──> read again
                              ├──> shown out of the copy ──the server is there again──> read again
                              └──> failed (sentence, try again) · gone (deleted on the server)
"""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from crmdesk.connectors.port import EditsLines
from crmdesk.domain.errors import ConnectionFailed, CrmError, NotFound, NotPermitted
from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, Operation, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import NEW, Kind, StagedRecord
from crmdesk.ui.copies.copies import Copies
from crmdesk.ui.copies.copy_words import fresh_tip, fresh_words
from crmdesk.ui.form.form_content import FormContent
from crmdesk.ui.form.may_edit import why_not, why_not_edit
from crmdesk.ui.form.panel_layout import Details, Views
from crmdesk.ui.form.panel_menu import fill_panel_menu
from crmdesk.ui.form.record_actions import RecordActions, Subject
from crmdesk.ui.form.record_edits import edit_of, stage
from crmdesk.ui.form.record_form import Drafts, RecordForm
from crmdesk.ui.form.record_head import RecordHead, subtitle
from crmdesk.ui.form.record_notice import RecordNotice
from crmdesk.ui.form.record_page import Shown, Start
from crmdesk.ui.form.record_pages import DETAILS, RecordPages
from crmdesk.ui.form.reference_picker import ReferenceSearch
from crmdesk.ui.formats import Formats, short_key
from crmdesk.ui.parts import box, fill
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

WAIT_S = 0.12  # before reading a record whose row is shown: arrow keys held down must not ask for each one
HeldDrafts = dict[tuple[object, RecordId], Drafts]
"""Of each account's records, what was typed and is no value."""


class RecordPanel(QFrame):
    """The right side of the window. Used on the Qt thread with its loop running; `await aclose()` before deleting.

    Attributes:
        drafts: what was typed into fields and is no value, until the record is shown again.

    Signals:
        record_wanted(RecordId, bool): A linked record is to be shown; True = in a new tab.
        lines_wanted(RecordId): The lines of this sales document are to be edited.
        step_wanted(int): -1 the previous record, +1 the next.
        record_shown(RecordId): Another record is shown.
        menu_filled(QMenu, RecordId, str title): The record's menu is about to open; others may add to it.
        closed(): The person closed the panel.
        info(str): A short notice for the message bar.
    """

    record_wanted = Signal(object, bool)
    step_wanted = Signal(int)
    record_shown = Signal(object)
    menu_filled = Signal(QMenu, object, str)
    closed = Signal()
    info = Signal(str)
    lines_wanted = Signal(object)

    def __init__(
        self,
        formats: Formats,
        report: Callable[[BaseException], None],
        start: Start,
        parent: QWidget | None = None,
        *,
        settings: QSettings | None = None,
    ) -> None:
        """`report` shows an error; `start` runs writes, which survive this panel, in the account's scope."""
        super().__init__(parent)
        self._formats, self._start = formats, start
        self._scope = TaskScope(report, self)
        self._account: Account | None = None
        self._id: RecordId | None = None
        self._schema: Schema | None = None
        self._record: Record | None = None
        self._whole = self._alone = False
        self._was_staged = False
        self.copies: Copies | None = None  # of the account, where somebody keeps them
        self.drafts: HeldDrafts = {}
        self._unlisten: Callable[[], None] = lambda: None
        self.head = RecordHead()
        self.head.menu_wanted.connect(self._fill_menu)
        self.head.closed.connect(self.closed)
        self.head.lines_wanted.connect(lambda: self.lines_wanted.emit(self._id))
        self.notice = RecordNotice()
        self.form = RecordForm(formats, settings or QSettings())
        self.form.edited.connect(self._on_edited)
        self.form.taken_back.connect(self._on_taken_back)
        self._actions = RecordActions(self, self._scope, start)
        self._lay_out(formats, start)
        # Only what the window's menus do not have: of two that answer to one key, Qt runs neither.
        shortcut = QShortcut(QKeySequence("Ctrl+Shift+F"), self, self._on_find_field)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._show_nothing()

    def _lay_out(self, formats: Formats, start: Start) -> None:
        self._details = Details(self.form)
        self.pages = RecordPages(self._details, formats, self._scope, start, self)
        self.pages.left.connect(self.form.commit)
        self.form.followed.connect(self._actions.follow)
        for part in (self.pages, self._actions):
            part.record_wanted.connect(self.record_wanted)
            part.info.connect(self.info)
        self.tabs = self.pages.tabs
        self._views = Views(self.head, self.tabs, box(self.notice, self.pages.stack, vertical=True, spacing=0))
        fill(self, self._views, vertical=True, spacing=0, role="pane")
        self.setMinimumWidth(theme().px(240))

    # ---- what the window does ----------------------------------------------------------------------------------------

    def show_record(self, account: Account | None, record: RecordId | None, row: Record | None = None) -> None:
        """Show a record; `row` is what the table knows of it, painted at once while the whole record is read."""
        if account is None or record is None:
            self._leave()
            self._show_nothing()
            return
        if account is self._account and record == self._id:
            return
        self._leave()
        self._account, self._id = account, record
        self._schema, self._whole, self._record = account.session.known_schema(record.module), False, row
        self._unlisten = account.staged.changed.connect(self._on_staged)
        self._was_staged = account.staged.get(record) is not None
        self.form.use_search(ReferenceSearch(account.reading, self._scope, self._formats))
        self.notice.hide()
        self._views.show_record()
        self.pages.offer(account.session, record, sure=False)
        if record.key.startswith(NEW):
            staged = account.staged.get(record)
            self._record, self._whole = (staged.base if staged is not None else Record(record, {})), True
        self._refresh(fresh=True)
        self._tell_pages()
        self._scope.start(self._read(wait=row is not None), slot="record")
        self.record_shown.emit(record)

    def reload(self) -> None:
        """Read the record and the tab in front again."""
        if self._id is not None:
            self.form.commit()
            self.notice.hide()
            self._scope.start(self._read(wait=False), slot="record")
            self.pages.reload()

    def commit(self) -> bool:
        """Stage what is being typed, before a review reads the staged changes; False where it is no value."""
        return self.form.commit()

    def follow_reach(self) -> None:
        """The server is there or away: what came out of the copy is read again, what could not be read comes from it."""
        copies = self.copies
        if self._id is None or copies is None:
            return
        if (self._alone and copies.reach.is_online) or (not self._whole and copies.is_offline):
            self.reload()
        elif copies.reach.is_offline and self._whole and not self._alone:
            self._alone = True  # what was read stays; the other tabs say what they do not know
            self._refresh()
            self._tell_pages()

    async def aclose(self) -> None:
        """End what is being read; an edit that is being typed is staged."""
        self._leave()
        await self._scope.aclose()

    @property
    def shown(self) -> RecordId | None:
        """The record that is shown."""
        return self._id

    @property
    def busy(self) -> bool:
        """Whether something is being read or asked."""
        return self._scope.busy

    @property
    def is_complete(self) -> bool:
        """Whether the whole record was read."""
        return self._whole

    # ---- reading -----------------------------------------------------------------------------------------------------

    async def _read(self, *, wait: bool) -> None:
        account, record = self._account, self._id
        if account is None or record is None:
            return
        if await self._read_copy(record):
            return
        try:
            if self._schema is None:
                self._schema = await account.session.remembered_schema(record.module)
                self._refresh()
                self._schema = await account.session.schema(record.module)
            self._refresh()
            if record.key.startswith(NEW):
                self.form.focus_first()
                return
            if wait:
                await asyncio.sleep(WAIT_S)
            self._record = await account.session.fetch(record)
        except (NotFound, NotPermitted):  # some servers do not tell which, so after a delete it may be either
            self._show_gone()
            return
        except CrmError as error:
            if isinstance(error, ConnectionFailed) and await self._read_copy(record):
                return  # the window says that it is offline
            self.notice.show_words(told(error.user_text), "bad", tr("Try again"), self.reload)
            if isinstance(error, ConnectionFailed) and self.copies is not None and self.copies.is_offline:
                return  # the same
            raise
        self._whole, self._alone = True, False
        self.pages.offer(account.session, record, sure=True)
        self._refresh()
        self._tell_pages()

    async def _read_copy(self, record: RecordId) -> bool:
        """Show the record out of the copy where that is all there is; whether it was."""
        found = await self.copies.record(record) if self.copies is not None else None
        if found is None or record != self._id:
            return False
        self._record, self._schema = found
        self._whole = self._alone = True
        self._refresh()
        self._tell_pages()
        return True

    def _show_gone(self) -> None:
        text = tr("This record is no longer on the server: somebody deleted it, or you may not see it any longer.")
        self.notice.show_words(text, "warn")
        self._whole = False
        self._refresh()

    def _show_nothing(self) -> None:
        self._views.show_nothing()
        self._tell_pages()

    def _leave(self) -> None:
        """The present record goes: what is being typed is staged, what is no value is kept for its return."""
        if self._account is not None and self._id is not None:
            self.form.commit()
            key = (self._account.profile.id, self._id)
            drafts = self.form.drafts()
            if drafts:
                self.drafts[key] = drafts
            else:
                self.drafts.pop(key, None)
        for slot in ("record", "ask", "link"):
            self._scope.cancel(slot)
        self._unlisten()
        self._unlisten = lambda: None
        self._account = self._id = self._schema = self._record = None
        self._whole = self._alone = False

    # ---- showing -----------------------------------------------------------------------------------------------------

    def _staged(self) -> StagedRecord | None:
        return self._account.staged.get(self._id) if self._account is not None and self._id is not None else None

    def _refresh(self, *, fresh: bool = False) -> None:
        """Paint what is known. `fresh`: another record than before."""
        account, record, schema = self._account, self._id, self._schema
        if account is None or record is None:
            return
        staged = self._staged()
        held = self._record or (staged.base if staged is not None else None)
        if schema is None or held is None:
            self.head.show_words(staged.title if staged is not None else "…", short_key(record.key))
            self._details.wait()
            return
        content = FormContent(
            schema=schema,
            record=held,
            staged=staged,
            reason=why_not_edit(self._account, self._schema, staged, is_whole=self._whole),
        )
        title = content.title(self._formats) or tr("New {module}", module=schema.module.label)
        self.head.show_words(title, subtitle(content, self._formats))
        self._show_fresh(record)
        can_lines = schema.module.is_sales_document and account.session.offers(EditsLines)
        self.head.lines_button.setVisible(can_lines)
        drafts = self.drafts.get((account.profile.id, record), {}) if fresh else None
        self.form.show_content(content, drafts)
        self._details.show_form()
        if staged is not None and staged.kind is Kind.DELETE:
            text = tr("Will be deleted when you review and apply.")
            self.notice.show_words(text, "bad", tr("Keep it"), self._on_keep)

    def _show_fresh(self, record: RecordId) -> None:
        """How fresh what is shown is, once it is whole."""
        is_told = self._whole and not record.key.startswith(NEW)
        fresh = self.copies.freshness(record) if self.copies is not None and is_told else None
        told_of = (
            (fresh_words(fresh, self._formats), fresh_tip(fresh, self._formats)) if fresh is not None else ("", "")
        )
        self.head.show_fresh(*told_of)

    def _tell_pages(self) -> None:
        """Hand the record to the other tabs; they read it when they come in sight."""
        shown = None
        if self._account is not None and self._schema is not None and self._record is not None and self._whole:
            reason = why_not(self._account, self._schema, Operation.UPDATE) or (
                tr("Only while the server answers.") if self._alone else ""
            )
            title = self._formats.title(self._record, self._schema)
            shown = Shown(
                account=self._account,
                schema=self._schema,
                record=self._record,
                title=title,
                reason=reason,
                alone=self._alone,
            )
            shown = None if self._record.id.key.startswith(NEW) else shown
        self.pages.tell(shown)

    # ---- edits -------------------------------------------------------------------------------------------------------

    def _on_edited(self, field: Field, value: Value, text: str) -> None:
        if self._account is None or self._record is None or self._schema is None:
            return
        edit = edit_of(self._record, self._schema, self._formats, field, value, text)
        self._start(stage(self._account, edit))

    def _on_taken_back(self, field: Field) -> None:
        if self._account is not None and self._id is not None:
            self._start(self._account.staged.discard(self._id, field.name))

    def _on_keep(self) -> None:
        if self._account is not None and self._id is not None:
            self._start(self._account.staged.discard(self._id))

    def _on_staged(self, touched: tuple[RecordId, ...]) -> None:
        """Staged changes are different now, here or elsewhere in the window."""
        if self._id not in touched or self._account is None or self._id is None:
            return
        staged, before = self._staged(), self._was_staged
        self._was_staged = staged is not None
        if staged is None and self._id.key.startswith(NEW):
            self._scope.start(self._follow_new(self._account, self._id), slot="record")
            return
        if staged is None or staged.kind is not Kind.DELETE:
            self.notice.hide()
        self._refresh()
        if before and staged is None:
            self._scope.start(self._read(wait=True), slot="record")  # applied: the server holds something else now

    async def _follow_new(self, account: Account, record: RecordId) -> None:
        """A new record was sent: show what became of it. Or it was discarded: show nothing."""
        made = await account.journal.created_before(record.key)
        if self._id != record:
            return
        if made is None:
            self.show_record(None, None)
            self.closed.emit()
        else:
            self.show_record(account, made.id, made)

    # ---- the menu ----------------------------------------------------------------------------------------------------

    def _on_find_field(self) -> None:
        self.tabs.choose(DETAILS)
        self.form.find_field()

    def _subject(self) -> Subject | None:
        if self._account is None or self._id is None:
            return None
        return Subject(
            account=self._account,
            id=self._id,
            record=self._record,
            title=self.head.title.text(),
            module_label=self._schema.module.label if self._schema is not None else self._id.module,
            why_not_delete=why_not(self._account, self._schema, Operation.DELETE),
        )

    def _fill_menu(self, menu: QMenu) -> None:
        subject = self._subject()
        if subject is None:
            return
        self._actions.fill_web(menu, subject)
        fill_panel_menu(menu, self, self._on_find_field, is_new=subject.is_new)
        self.menu_filled.emit(menu, subject.id, subject.title)
        self._actions.fill_delete(menu, subject)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(340), theme().px(600))
