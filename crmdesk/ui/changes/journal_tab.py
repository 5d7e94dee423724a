# SPDX-License-Identifier: MIT
"""JournalTab: every batch that was applied from this computer; what it held before, asked and stored; undo."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QMenu, QWidget

from crmdesk.domain.changes import Applied, Outcome, Refused
from crmdesk.domain.errors import CrmError, OutcomeUnclear
from crmdesk.engine.desk import Account
from crmdesk.engine.journal import BatchInfo, Entry, Search
from crmdesk.engine.journal_export import export_file, record_of_entry
from crmdesk.engine.looking_up import unheard
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.changes.journal_rows import (
    ACTION,
    batch_columns,
    batch_row,
    batch_state,
    entry_columns,
    entry_rows,
    entry_state,
)
from crmdesk.ui.changes.journal_undo import UndoSheet
from crmdesk.ui.formats import Formats
from crmdesk.ui.page import Page
from crmdesk.ui.parts import box, button, clearable, fill, icon, label, rule, splitter
from crmdesk.ui.table.cells import ListSource, Row
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.table.table_status import TableStatus, chosen_words
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import error_words, plural, read_only_words, tr

_DELETE_ON_CLOSE = Qt.WidgetAttribute.WA_DeleteOnClose
_BATCHES = 500
_PAGE = 200
_PAUSE_MS = 250
_OUTCOMES = ("", "applied", "refused", "unknown", "skipped")


class JournalTab(Page):
    """Owned by a workspace. Asks the server only to look up and to plan an undo.

    Signals:
        review_wanted(): an undo was staged and is to be reviewed.
        failed(BaseException): what went wrong.
    """

    kind = "journal"
    has_record_beside = False
    review_wanted = Signal()
    failed = Signal(object)

    def __init__(self, account: Account, formats: Formats, text: str = "") -> None:
        super().__init__()
        self.account, self._formats = account, formats
        self._words = ChangeWords(account.session, formats)
        self._scope = TaskScope(self.failed.emit, self)
        self._batches: tuple[BatchInfo, ...] = ()
        self._entries: list[Entry] = []
        self._owners: list[Entry] = []  # of each row below
        self._shown: BatchInfo | None = None
        self.model = RecordTableModel(batch_columns(), ListSource())
        self.grid = RecordGrid(self.model, stretch=True)
        self.grid.setAccessibleName(tr("Batches, newest first"))
        self.model.set_row_state(self._batch_state)
        self.changes = RecordTableModel(entry_columns(), ListSource())
        self.entry_grid = RecordGrid(self.changes, stretch=True)
        self.entry_grid.setAccessibleName(tr("Changes of the batch"))
        self.changes.set_row_state(self._entry_state)
        self._build(text)
        self._connect()
        self._load()

    def _build(self, text: str) -> None:
        self.search = clearable(QLineEdit(text))
        self.search.setPlaceholderText(tr("Search what was changed"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setMinimumWidth(theme().px(280))
        self.outcome = QComboBox()
        self.outcome.setAccessibleName(tr("Outcome"))
        words = (tr("Any outcome"), tr("Applied"), tr("Refused"), tr("Unknown"), tr("Not sent"))
        for word, key in zip(words, _OUTCOMES, strict=True):
            self.outcome.addItem(word, key)
        self._told = label("", "muted", "small")
        self.export_button = button(tr("Export…"), "", self._on_export, tip=tr("What is found, as CSV or JSON lines"))
        self.undo_button = button(tr("Undo this batch…"), "", self.undo_batch)
        tools = box(self.search, self.outcome, self._told, None, self.undo_button, self.export_button,
                    margins=(10, 8, 10, 8), spacing=8)  # fmt: skip
        self._head = label("", "", "bold")
        self.more = button(tr("Show more"), "link", self._show_more)
        self.more.hide()
        upper = box(tools, rule(), self.grid, vertical=True, spacing=0)
        lower = box(box(self._head, None, self.more, margins=(10, 8, 10, 8)), self.entry_grid, vertical=True, spacing=0)
        fill(self, splitter(upper, lower, vertical=True, stretch=1, sizes=(280, 400)), vertical=True, spacing=0)
        self.grid.set_empty(tr("Nothing was changed from this computer yet"),
                            tr("Every apply is noted here, with what was there before."))  # fmt: skip
        self.entry_grid.set_empty("")

    def _connect(self) -> None:
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._load)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.textChanged.connect(lambda _: self.view_changed.emit())
        self.search.returnPressed.connect(self._load)
        self.outcome.currentIndexChanged.connect(lambda _: self._load())
        self.grid.current_row_changed.connect(self._on_batch)
        self.grid.pressed_in.connect(self._on_pressed)
        self.grid.opened.connect(lambda _: self.undo_batch())
        self.grid.menu_requested.connect(self._on_batch_menu)
        self.entry_grid.opened.connect(self._on_opened)
        self.entry_grid.menu_requested.connect(self._on_entry_menu)
        self.entry_grid.selection_settled.connect(self.status_changed)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    @property
    def wanted(self) -> Search:
        """What is searched for."""
        return Search(text=self.search.text().strip(), outcome=str(self.outcome.currentData() or ""))

    @property
    def batch(self) -> BatchInfo | None:
        """The batch in front."""
        row = self.grid.currentIndex().row()
        return self._batches[row] if 0 <= row < len(self._batches) else None

    def _batch_state(self, key: str) -> str:
        info = next((one for one in self._batches if str(one.id) == key), None)
        return batch_state(info, self._formats) if info is not None else ""

    def _entry_state(self, key: str) -> str:
        position = key.partition(".")[0]
        entry = next((one for one in self._entries if str(one.position) == position), None)
        return entry_state(entry) if entry is not None else ""

    def _load(self) -> None:
        self._pause.stop()
        self._scope.start(self._run_load(), slot="list")

    async def _run_load(self) -> None:
        was = self.batch
        found = await self.account.journal.batches(_BATCHES, self.wanted)
        self._batches = found
        self.model.restart(ListSource(batch_row(info, self._formats) for info in found))
        many = plural(len(found), "{n} batch", "{n} batches")
        self._told.setText(tr("the newest {n}", n=_BATCHES) if len(found) == _BATCHES else many)
        if self.wanted.text or self.wanted.outcome:
            self.grid.set_empty(tr("Nothing like this was changed from this computer"))
        if found:
            place = next((n for n, info in enumerate(found) if was is not None and info.id == was.id), 0)
            self.grid.go_to(place, "time")
        self._on_batch(self.grid.currentIndex().row())
        self.status_changed.emit()

    def _on_batch(self, _row: int) -> None:
        info = self.batch
        self.undo_button.setEnabled(info is not None and bool(info.applied + info.unknown))
        self._scope.start(self._show_batch(info), slot="batch")

    async def _show_batch(self, info: BatchInfo | None) -> None:
        self._shown, self._entries, self._owners = info, [], []
        if info is None:
            self.changes.restart(ListSource())
            self._head.setText("")
            self.more.hide()
            return
        await self._read_more(info)

    async def _read_more(self, info: BatchInfo) -> None:
        """One more page of the batch; where the search found its line but none of its changes, all are shown."""
        start = self._entries[-1].position + 1 if self._entries else 0
        wanted = self.wanted
        page = await self.account.journal.entries(info.id, wanted, start=start, limit=_PAGE)
        if not page and not self._entries and wanted.text:
            page = await self.account.journal.entries(info.id, Search(outcome=wanted.outcome), limit=_PAGE)
        modules = {record.module for one in page if (record := record_of_entry(one)) is not None}
        await self._words.learn(module for module in modules if self._words.schema(module) is None)
        self._entries += page
        rows: list[Row] = []
        self._owners = []
        for entry in self._entries:
            made = entry_rows(entry, self._words)
            rows += made
            self._owners += [entry] * len(made)
        self.changes.restart(ListSource(rows))
        self.more.setVisible(len(page) == _PAGE)
        told = plural(info.changes, "{n} change", "{n} changes")
        self._head.setText(
            tr("{n} · before, asked and stored", n=told)
            if info.changes
            else tr("This line names no change of a record, so nothing of it can be taken back.")
        )

    def _show_more(self) -> None:
        if self._shown is not None:
            self._scope.start(self._read_more(self._shown), slot="batch")

    # ---- undo and look up --------------------------------------------------------------------------------------------

    def undo_batch(self) -> None:
        """Show what taking the batch in front back comes to."""
        info = self.batch
        if info is None or not info.applied + info.unknown:
            return
        if not self.account.profile.may_write:
            self.info.emit(read_only_words())
            return
        sheet = UndoSheet(self.account, info, self._formats, self.failed.emit)
        sheet.staged.connect(self._on_staged)
        sheet.closed.connect(lambda _: self._load())  # planning may have looked up what was unknown
        sheet.open_in(self.window())

    def _on_staged(self, count: int, review: bool) -> None:
        if review:
            QTimer.singleShot(0, self, self.review_wanted.emit)
        else:
            self.info.emit(
                plural(count, "{n} change is pending. Review and apply it when you like.",
                       "{n} changes are pending. Review and apply them when you like.")
            )  # fmt: skip

    def look_up(self) -> None:
        """Ask the server what became of the unknown changes of the batch in front."""
        if self.batch is not None:
            self._scope.start(self._run_look_up(self.batch), slot="look up")

    async def _run_look_up(self, info: BatchInfo) -> None:
        done = refused = unknown = 0
        for entry in await self.account.journal.entries(info.id, Search(outcome="unknown")):
            try:
                found: Outcome = await self.account.applier.look_up(unheard(entry))
            except CrmError as error:
                self.info.emit(error_words(error).text)
                break
            if isinstance(found, (Applied, Refused)):
                await self.account.journal.note(entry.batch, entry.position, found)
                done, refused = done + isinstance(found, Applied), refused + isinstance(found, Refused)
            else:
                unknown += 1
        said = [plural(done, "{n} was done", "{n} were done")] if done else []
        said += [plural(refused, "{n} was not done", "{n} were not done")] if refused else []
        said += [plural(unknown, "{n} the server does not tell", "{n} the server does not tell")] if unknown else []
        if said:
            self.info.emit(" · ".join(said) + ".")
        await self._run_load()

    def mark(self, entry: Entry, *, done: bool) -> None:
        """What a person found out about an unknown change."""
        error = OutcomeUnclear(tr("Marked as not done by hand."))
        found: Outcome = Applied(entry.change, entry.after, entry.before) if done else Refused(entry.change, error)

        async def note() -> None:
            await self.account.journal.note(entry.batch, entry.position, found)
            await self._run_load()

        self._scope.start(note(), slot="mark")

    def _on_pressed(self, row: int, column: str, _text: str) -> None:
        if column != ACTION or not 0 <= row < len(self._batches):
            return
        self.grid.go_to(row, ACTION)
        if self._batches[row].unknown:
            self.look_up()
        else:
            self.undo_batch()

    # ---- menus -------------------------------------------------------------------------------------------------------

    def _on_batch_menu(self, at: QPoint, row: int, _column: str) -> None:
        if not 0 <= row < len(self._batches):
            return
        self.grid.go_to(row, "time")
        info = self._batches[row]
        menu = self._menu()
        _act(
            menu, "arrow-counter-clockwise", tr("Undo this batch…"), self.undo_batch, bool(info.applied + info.unknown)
        )
        _act(menu, "magnifying-glass", tr("Look up what is unknown"), self.look_up, bool(info.unknown))
        _act(menu, "download-simple", tr("Export this batch…"), lambda: self._ask_where((info,)), True)
        menu.popup(at)

    def _on_entry_menu(self, at: QPoint, row: int, _column: str) -> None:
        if not 0 <= row < len(self._owners):
            return
        entry = self._owners[row]
        menu = self._menu()
        there = record_of_entry(entry) is not None
        _act(menu, "arrow-square-out", tr("Open the record"), lambda: self._on_opened(row), there)
        if entry.outcome == "unknown":
            menu.addSeparator()
            _act(menu, "check", tr("I looked: it was done"), lambda: self.mark(entry, done=True), True)
            _act(menu, "x", tr("I looked: it was not done"), lambda: self.mark(entry, done=False), True)
        menu.popup(at)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(_DELETE_ON_CLOSE)
        return menu

    def _on_opened(self, row: int) -> None:
        record = record_of_entry(self._owners[row]) if 0 <= row < len(self._owners) else None
        if record is not None:
            self.record_wanted.emit(record, True)

    # ---- export ------------------------------------------------------------------------------------------------------

    def _on_export(self) -> None:
        self._ask_where(self._batches)

    def _ask_where(self, batches: tuple[BatchInfo, ...]) -> None:
        dialog = QFileDialog(self, tr("Export the journal"), "journal.csv", tr("Tables (*.csv);;JSON lines (*.jsonl)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(_DELETE_ON_CLOSE)
        dialog.fileSelected.connect(lambda path: self.export(Path(path), batches))
        dialog.open()

    def export(self, path: Path, batches: tuple[BatchInfo, ...]) -> None:
        """Write the changes of some batches, as far as they are searched for; the ending says in which form."""
        self._scope.start(self._run_export(path, batches), slot="export")

    async def _run_export(self, path: Path, batches: tuple[BatchInfo, ...]) -> None:
        try:
            count = await export_file(self.account.journal, path, batches, self.wanted, self._on_exported)
        except OSError as error:
            self.info.emit(error_words(error).text)
            return
        self.info.emit(plural(count, "{n} change written to {name}.", "{n} changes written to {name}.", name=path.name))

    def _on_exported(self, count: int) -> None:
        self._told.setText(plural(count, "{n} written …", "{n} written …"))

    # ---- the page ----------------------------------------------------------------------------------------------------

    def status(self) -> TableStatus | None:
        """How many batches there are, and the selection below."""
        chosen = chosen_words(self.entry_grid.selection_summary(), self._formats)
        return TableStatus(self._told.text(), "", chosen)

    def panes(self) -> list[QWidget]:
        """Search, batches, changes."""
        return [self.search, self.grid, self.entry_grid]

    def reload(self) -> None:
        """F5: read the file again; another program may have written to it."""
        self._load()

    def reload_changed(self) -> None:
        """An apply has ended: there is a new batch."""
        self._load()

    def show_again(self) -> None:
        """It came to the front."""
        self._load()
        super().show_again()

    def stop(self) -> None:
        """Break off what takes long."""
        for slot in ("look up", "export"):
            self._scope.cancel(slot)

    def view(self) -> dict[str, Any]:
        """What is searched for."""
        return {"text": self.search.text()}

    async def aclose(self) -> None:
        """End its work."""
        await self._scope.aclose()


def _act(menu: QMenu, picture: str, text: str, do: Callable[[], object], can: bool) -> None:
    action = menu.addAction(icon(picture), text)
    action.setEnabled(can)
    action.triggered.connect(lambda _=False: do())
