# SPDX-License-Identifier: MIT
"""Everything open of one account: its tabs, the record beside them, its pending changes."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Module
from crmdesk.engine.calls import Calls
from crmdesk.engine.desk import Account
from crmdesk.engine.settings import Settings
from crmdesk.engine.staging import NEW
from crmdesk.ui.calls.record_acting import RecordActing
from crmdesk.ui.changes.review_dialog import ReviewDialog
from crmdesk.ui.changes.staged_panel import StagedPanel
from crmdesk.ui.copies.copies import Copies
from crmdesk.ui.copies.offline_bar import OfflineBar
from crmdesk.ui.copies.reunion import Reunion
from crmdesk.ui.file_drops import FileDrops
from crmdesk.ui.file_opening import is_surely_table
from crmdesk.ui.fixes.open_fixes import export_rows, import_file
from crmdesk.ui.form.record_panel import RecordPanel
from crmdesk.ui.formats import Formats
from crmdesk.ui.metrics import INSPECTOR
from crmdesk.ui.page import Page
from crmdesk.ui.page_kinds import TABS, remembered, reopen
from crmdesk.ui.pan import Pages, Pan
from crmdesk.ui.parts import box, fill, label, rule, splitter
from crmdesk.ui.record_changes import begin_record, delete_records
from crmdesk.ui.record_opening import RecordOpening
from crmdesk.ui.record_shelf import RecordShelf
from crmdesk.ui.search.everywhere import Everywhere
from crmdesk.ui.table.table_status import TableStatus
from crmdesk.ui.table.table_tab import TableTab
from crmdesk.ui.tabs import Tabs
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import tr
from crmdesk.ui.views.view_shelf import ViewShelf
from crmdesk.ui.wording import read_only_words

Report = Callable[..., None]  # Messages.show_error
Start = Callable[[Coroutine[Any, Any, Any]], None]


class Workspace(QWidget):
    """One account's part of the window. Made by the window when the account is opened.

    Attributes:
        calls: the vendor's own operations and actions; acting offers the latter. shelf: recent and favourite records. saved: views.
        report: shows an error. start: async work that outlives a tab. copies: what of it is copied to this computer.

    Signals:
        status_changed(): what ``status`` gives is different now.
        module_shown(str): the module of the tab in front, "" = none.
        info(str): a short notice.
        recovered(BaseException): what was reported as this error works now.
        changes_counted(int): pending changes.
    """

    status_changed = Signal()
    module_shown = Signal(str)
    info = Signal(str)
    recovered = Signal(object)
    changes_counted = Signal(int)

    def __init__(
        self, account: Account, formats: Formats, report: Report, start: Start, settings: Settings | None = None
    ) -> None:
        """`settings`: what the person chose; None = every default."""
        super().__init__()
        self.account, self.formats, self.report = account, formats, report
        self.start = start
        self._scope = TaskScope(report, self)
        self._pages: dict[str, Page] = {}
        self._wants_panel = True
        self.copies = Copies(account, settings or Settings(None), report, self)
        self.everywhere: Everywhere | None = None  # the window hands it in
        self.opening = RecordOpening(self, self._scope)
        self.calls = Calls(account)
        self.acting = RecordActing(self, self._scope)
        self._next = 1
        self.modules: tuple[Module, ...] = ()
        self.tabs = Tabs()
        self.stack = Pages()
        self.panel = RecordPanel(formats, report, start)
        self.panel.copies = self.copies
        self.offline = OfflineBar(self.copies, formats)
        self.staged = StagedPanel(formats, report)
        self._empty = self._empty_page()
        self.stack.addWidget(self._empty)
        row = box(self.tabs, None, role="pane")
        self.work = splitter(Pan(self.stack), self.staged, vertical=True, sizes=(690, 125))
        centre = box(self.offline, row, rule(), self.work, vertical=True, spacing=0, role="window")
        self.body = splitter(centre, self.panel, stretch=0, sizes=(864, INSPECTOR))
        self.body.setStretchFactor(0, 1)
        fill(self, self.body, spacing=0)
        self._connect()
        self.shelf, self.saved = RecordShelf(self), ViewShelf(self)
        self.staged.show_account(account)

    def _connect(self) -> None:
        self.tabs.chosen.connect(self._on_tab)
        self.tabs.close_wanted.connect(self.close_tab)
        self.panel.record_wanted.connect(lambda record, apart: self.open_record(record, apart=apart))
        self.panel.menu_filled.connect(self.acting.fill)
        self.panel.record_shown.connect(lambda record: self.acting.prepare(record.module))
        self.panel.step_wanted.connect(self.step)
        self.panel.closed.connect(lambda: self.show_panel(False))
        self.panel.info.connect(self.info)
        self.staged.review_wanted.connect(self.review)
        self.staged.told.connect(self.info)
        self.staged.record_wanted.connect(self.opening.on_staged)
        self.panel.lines_wanted.connect(self.open_lines)
        staged = self.account.staged
        self._deaf = (
            staged.changed.connect(lambda _: self._on_staged()),
            staged.wanted_back.connect(lambda _: self._on_wanted_back()),
        )
        self.offline.try_wanted.connect(self.copies.reach.try_now)
        self._reunion = Reunion(self, self._scope)

    def _empty_page(self) -> QWidget:
        title = label(tr("Choose a module on the left"), "", "head")
        hint = label(tr("Ctrl+K goes to any module, record or command."), "muted")
        words = box(title, hint, vertical=True, spacing=6)
        for part in (title, hint):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return box(None, words, None, vertical=True, role="window")

    # ---- tabs ----------------------------------------------------------------------------------------------------

    @property
    def page(self) -> Page | None:
        """What is in front, of whatever kind."""
        return self._pages.get(self.tabs.current)

    @property
    def current(self) -> TableTab | None:
        """The table in front, None where something else is."""
        page = self.page
        return page if isinstance(page, TableTab) else None

    @property
    def pages(self) -> tuple[Page, ...]:
        """Everything that is open, in the order of the tabs."""
        return tuple(self._pages[name] for name in self.tabs.names() if name in self._pages)

    @property
    def tables(self) -> tuple[TableTab, ...]:
        """Every open table, in the order of the tabs."""
        return tuple(page for page in self.pages if isinstance(page, TableTab))

    def open_page(self, key: str, title: str, make: Callable[[], Page], *, tip: str = "") -> Page:
        """Bring the tab of that key to the front; where there is none, ``make`` its page."""
        page = self._pages.get(key)
        if page is None:
            page = make()
            self.add_page(key, title, page, tip)
        self.tabs.choose(key)
        return page

    def show_page(self, page: Page) -> None:
        """Bring an open page to the front."""
        self.tabs.choose(next(name for name, held in self._pages.items() if held is page))

    def fresh_key(self, kind: str) -> str:
        """The key of one more tab of a kind that may be open several times."""
        self._next += 1
        return f"{kind}#{self._next - 1}"

    def open_module(self, module: Module, *, apart: bool = False, view: dict[str, Any] | None = None) -> TableTab:
        """Show a module's table: the tab that has it already, or a new one."""
        if not apart:
            for name, page in self._pages.items():
                if isinstance(page, TableTab) and page.module.name == module.name:
                    self.tabs.choose(name)
                    return page
        page = TableTab(self.account, module, self.formats, self.report, view=view, copies=self.copies)
        page.record_chosen.connect(lambda record, row, page=page: self.opening.on_row(page, record, row))
        page.new_wanted.connect(lambda module=module: self.new_record(module))
        page.delete_wanted.connect(self.delete_records)
        page.export_wanted.connect(lambda: export_rows(self))
        FileDrops(page, lambda path: import_file(self, path), is_surely_table)
        page.menu_filled.connect(lambda menu, page=page: self.acting.fill_row(menu, page))
        page.linked.connect(lambda record: self.open_record(record))
        page.opened.connect(lambda: self.opening.on_opened(page))
        self.add_page(self.fresh_key(str(module.name)), module.label_plural, page, str(module.name))
        return page

    def add_page(self, name: str, title: str, page: Page, tip: str = "") -> None:
        """Open a tab; ``name`` is a key that no other has."""
        page.status_changed.connect(lambda: self._on_status(page))
        page.view_changed.connect(self._remember_tabs)
        page.title_changed.connect(lambda title: self.tabs.retitle(name, title))
        page.record_wanted.connect(self.opening.on_wanted)
        page.info.connect(self.info)
        page.recovered.connect(self.recovered)
        self._pages[name] = page
        self.stack.addWidget(page)
        self.tabs.add(name, title, tip=tip)
        self.tabs.choose(name)
        self._on_tab(name)
        self._remember_tabs()

    def close_tab(self, name: str = "") -> None:
        """Close a tab; what it was doing is broken off, staged edits stay."""
        name = name or self.tabs.current
        page = self._pages.pop(name, None)
        if page is None:
            return
        self.tabs.remove(name)
        self.stack.removeWidget(page)
        page.hide()
        self._scope.start(self._leave(page))
        self._on_tab(self.tabs.current)
        self._remember_tabs()

    async def _leave(self, page: Page) -> None:
        """No coroutine may ever meet a deleted widget: end its work, then delete it."""
        await page.aclose()
        page.deleteLater()

    def next_tab(self, step: int) -> None:
        """The tab so many places further, round and round."""
        count = self.tabs.count()
        if count:
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % count)

    def _on_tab(self, name: str) -> None:
        page = self._pages.get(name)
        self.stack.setCurrentWidget(page or self._empty)
        if page is None:
            self.panel.show_record(self.account, None)
        else:
            page.show_again()
        self.panel.setVisible(self._wants_panel and (page is None or page.has_record_beside))
        self.module_shown.emit(page.module_name if page is not None else "")
        self.status_changed.emit()
        if page is not None:
            self._remember_tabs()  # which one is in front

    @property
    def wants_panel(self) -> bool:
        """Whether the person has the record beside the tabs, where a tab has room for it."""
        return self._wants_panel

    def show_panel(self, wanted: bool) -> None:
        """Show the record beside the tabs, or leave the room to them."""
        self._wants_panel = wanted
        self.panel.setVisible(wanted)

    async def reopen_tabs(self) -> None:
        """Open the tabs of the last visit."""
        reopen(self, await self.account.storage.recall(TABS))

    def _remember_tabs(self) -> None:
        self.start(self.account.storage.remember(TABS, remembered(self.pages, self.page)))

    # ---- records -------------------------------------------------------------------------------------------------

    def open_record(self, record: RecordId, *, apart: bool = False) -> None:
        """Show a record beside the table; its module's table comes to the front where it is open."""
        self.opening.open(record, apart=apart)

    def open_lines(self, record: RecordId | None = None) -> None:
        """The lines of a sales document in a tab: of a record, else of the one in front."""
        from crmdesk.ui.sales.open_lines import open_lines

        open_lines(self, record or self.panel.shown)

    def step(self, step: int) -> None:
        """The next (1) or previous (-1) record of the table."""
        if self.current is not None:
            self.current.row.step(step)

    def new_record(self, module: Module | None = None) -> None:
        """Begin a new record; it is pending like every other change."""
        page = self.current
        wanted = module or (page.module if page is not None else None)
        if wanted is None or not self.may_write():
            return
        begin_record(self, wanted, self._scope)

    def may_write(self) -> bool:
        """Whether the account may change anything; it is said where it may not."""
        if not self.account.profile.may_write:
            self.info.emit(read_only_words())
        return self.account.profile.may_write

    def delete_records(self, records: list[tuple[Record, str]] | None = None) -> None:
        """Stage deletions after a confirmation that names them."""
        page = self.current
        wanted = records if records is not None else (page.chosen_records() if page is not None else [])
        if not wanted or page is None or not self.may_write():
            return
        delete_records(self, wanted, page.module, self._scope)

    # ---- changes -------------------------------------------------------------------------------------------------

    def review(self) -> None:
        """The review of everything that is pending, what is being typed included."""
        if not self.panel.commit():
            return  # it says itself what is wrong with the value
        if not self.account.staged.all():
            self.info.emit(tr("Nothing is waiting. Edit a cell, then review it here."))
            return
        sheet = ReviewDialog(self.account, self.formats, self.report, self.start, self.info.emit)
        sheet.closed.connect(lambda _: self.reload_changed())
        sheet.open_in(self.window())

    def undo(self) -> None:
        """Take the last edit back."""
        self._scope.start(self.account.staged.undo())

    def redo(self) -> None:
        """Do it again."""
        self._scope.start(self.account.staged.redo())

    def reload(self) -> None:
        """Ask the server again for what is in front; where it is away, first whether it is back."""
        if self.copies.is_offline:
            self.copies.reach.try_now()  # what is shown follows when it answers
            return
        if self.page is not None:
            self.page.reload()
        self.panel.reload()

    def reload_changed(self) -> None:
        """After an apply: every page reads again what it shows of the changed records."""
        for page in self.pages:
            page.reload_changed()
        self.panel.reload()

    def write_anew(self) -> None:
        """Dates and numbers are written otherwise from now on."""
        for page in self.pages:
            page.write_anew()
        self.panel.reload()

    def _on_wanted_back(self) -> None:
        self.info.emit(
            tr("That was being sent already. What was there before waits among the pending changes now: send it, too.")
        )

    def _on_staged(self) -> None:
        self.changes_counted.emit(self.account.staged.count)
        new = [r for r in self.account.staged.all() if r.id.key.startswith(NEW)]
        for page in self.tables:
            page.show_new([r for r in new if r.id.module == page.module.name])

    # ---- status --------------------------------------------------------------------------------------------------

    def status(self) -> TableStatus | None:
        """What the status bar says of the page in front."""
        return self.page.status() if self.page is not None else None

    def _on_status(self, page: Page) -> None:
        if page is self.page:
            self.status_changed.emit()

    async def aclose(self) -> None:
        """End everything that belongs to this account's part of the window."""
        for stop in self._deaf:
            stop()
        await self.copies.aclose()
        self.staged.show_account(None)
        await self.staged.scope.aclose()
        for page in tuple(self._pages.values()):
            await page.aclose()
        await self.panel.aclose()
        self.staged.show_account(None)
        await self.staged.scope.aclose()
        await self._scope.aclose()
        await self.account.staged.finished()
