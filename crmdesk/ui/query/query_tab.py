# SPDX-License-Identifier: MIT
"""QueryTab: a query in the vendor's own language and what it gives. It only reads."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget, QWidget

from crmdesk.domain.errors import CrmError
from crmdesk.domain.schema import Module
from crmdesk.engine.desk import Account
from crmdesk.engine.native_query import QueryRows, example_texts, run_query
from crmdesk.ui.chips import flow
from crmdesk.ui.formats import Formats
from crmdesk.ui.page import Page
from crmdesk.ui.parts import Note, box, button, fill, label, letters, rule, splitter
from crmdesk.ui.query import query_history
from crmdesk.ui.query.query_editor import QueryEditor
from crmdesk.ui.query.query_rows import columns_of, number, rows_of, sorted_places, turned, write_rows
from crmdesk.ui.query.query_start import QueryStart
from crmdesk.ui.table.cells import Column, ListSource
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.table.table_status import TableStatus, chosen_words
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import duration, error_words, plural, tr

_SHOWN_IN_MENU = 80  # characters of a query


class QueryTab(Page):
    """Owned by a workspace.

    Signals:
        failed(BaseException): what went wrong beside the query itself: saving, remembering.
    """

    kind = "query"
    failed = Signal(object)

    def __init__(self, account: Account, formats: Formats, module: Module | None = None, text: str = "") -> None:
        """``module``: what the examples of an empty page ask for."""
        super().__init__()
        self.account, self._formats = account, formats
        self._scope = TaskScope(self.failed.emit, self)
        self._result: QueryRows | None = None
        self._places: list[int] = []
        self._history: list[str] = []
        self.editor = QueryEditor()
        self.model = RecordTableModel(())
        self.grid = RecordGrid(self.model)
        self.grid.setAccessibleName(tr("Rows of the query"))
        self.note = Note("", "bad")
        self._build(account.session.plugin.title)
        self._connect()
        self.editor.setPlainText(text)
        self._notes.hide()
        self._say("")
        self._scope.start(self._begin(module), slot="begin")

    def _build(self, vendor: str) -> None:
        self.run_button = button(
            tr("Run"), "primary", self.run, tip=tr("Ctrl+Return; what is selected, else everything")
        )
        self.stop_button = button(tr("Stop"), "", self.stop)
        self.history_button = button(tr("Earlier queries"))
        self.history_menu = QMenu(self.history_button)
        self.history_menu.setToolTipsVisible(True)
        self.history_button.setMenu(self.history_menu)
        self.save_button = button(tr("Save rows…"), "", self._on_save)
        self._told = label("", "muted", "small")
        kept = label(tr("Only reads: {vendor} changes nothing here.", vendor=vendor), "muted", "small")
        tools = flow(self.run_button, self.stop_button, self.history_button, kept, None, self._told,
                    self.save_button, margins=(10, 6, 10, 8))  # fmt: skip
        upper = box(box(self.editor, margins=(10, 10, 10, 0)), tools, vertical=True, spacing=0)
        self._notes = notes = box(self.note, margins=(10, 8, 10, 8))
        self._pages = QStackedWidget()
        self.start_page = QueryStart()
        self.start_page.chosen.connect(self._try)
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self.grid)
        lower = box(rule(), notes, self._pages, vertical=True, spacing=0)
        parts = splitter(upper, lower, vertical=True, stretch=1, sizes=(190, 560))
        fill(self, parts, vertical=True, spacing=0)

    def _connect(self) -> None:
        self.editor.run_wanted.connect(self.run)
        self.editor.left.connect(self.grid.setFocus)
        self.editor.textChanged.connect(self.view_changed)
        self.grid.sort_requested.connect(self._on_sort)
        self.grid.selection_settled.connect(self.status_changed)
        self.grid.linked.connect(lambda row, key: self._follow(row, key, apart=False))
        self.grid.opened.connect(self._on_opened)
        self.grid.menu_requested.connect(self._on_menu)
        self.grid.not_done.connect(self.info)
        self._scope.tasks_changed.connect(self._show_state)
        self._show_state()

    async def _begin(self, module: Module | None) -> None:
        self._fill_history(await query_history.recall(self.account.storage))
        if module is not None:
            self.start_page.show_examples(await example_texts(self.account.session, module))

    def _try(self, text: str) -> None:
        self.editor.replace(text)
        self.run()

    # ---- running -----------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether the server is being asked."""
        return self._scope.running("query")

    @property
    def result(self) -> QueryRows | None:
        """What the last query gave, None before the first."""
        return self._result

    def run(self) -> None:
        """Ask the server; an answer that is still on its way is given up."""
        text = self.editor.wanted()
        if not text:
            self._fail(tr("Type a query first, or choose one of the examples."), "info")
            return
        self._notes.hide()
        self._scope.start(self._run(text), slot="query")
        self._say(tr("Asking the server…"))

    def reload(self) -> None:
        """F5 runs it again."""
        if self._result is not None:
            self.run()

    def stop(self) -> None:
        """Give up waiting; the text stays."""
        if self.running:
            self._scope.cancel("query")
            self._say(tr("Stopped."))

    async def _run(self, text: str) -> None:
        try:
            result = await run_query(self.account.session, text)
        except CrmError as error:
            self._fail(error_words(error).text, "bad")
            return
        self._show(result)
        self._fill_history(await query_history.note(self.account.storage, text))

    def _fail(self, sentence: str, tone: str) -> None:
        self._say("")
        self.note.show_text(sentence, tone)
        self._notes.show()
        self.editor.setFocus()

    def _show(self, result: QueryRows) -> None:
        same = self._result is not None and self._result.columns == result.columns
        self._result = result
        marks = self.model.sort_marks if same else ()
        self._places = sorted_places(result, marks)
        self.model.restart(ListSource(rows_of(result, self._places)), None if same else columns_of(result))
        self.model.set_sort(marks)
        self.grid.set_empty(tr("No rows"), tr("The query ran; nothing fits it."))
        self._pages.setCurrentWidget(self.grid)
        if not same:
            self.grid.columns.fit()
        if result.rows:
            self.grid.go_to(0)
        rows = plural(len(result.rows), "{n} row", "{n} rows")
        more = tr(", perhaps more: the server gives no more at once") if result.may_be_more else ""
        self._say(f"{rows}{more} · {duration(result.elapsed_ms)}")
        name = result.module.label_plural if result.module is not None else ""
        self.title_changed.emit(tr("Query: {what}", what=name) if name else tr("Query"))

    def _say(self, text: str) -> None:
        self._told.setText(text)
        self._show_state()
        self.status_changed.emit()

    def _show_state(self) -> None:
        self.stop_button.setVisible(self.running)
        self.run_button.setVisible(not self.running)
        self.save_button.setEnabled(self._result is not None and bool(self._result.rows))

    # ---- order, records ----------------------------------------------------------------------------------------------

    def _on_sort(self, key: str, add: bool) -> None:
        """A click sorts up, then down, then as the server gave it; on this computer."""
        if self._result is None:
            return
        marks = turned(self.model.sort_marks, key, add=add)
        self._places = sorted_places(self._result, marks)
        self.model.restart(ListSource(rows_of(self._result, self._places)))
        self.model.set_sort(marks)
        self.status_changed.emit()

    def _follow(self, row: int, key: str, *, apart: bool) -> None:
        if self._result is None or not 0 <= row < len(self._places):
            return
        record = self._result.record(self._result.rows[self._places[row]], key)
        if record is not None:
            self.record_wanted.emit(record, apart)

    def _on_opened(self, row: int) -> None:
        """A double click opens the row's own record, whichever cell it was."""
        key = self._own_key()
        if key:
            self._follow(row, key, apart=False)

    def _own_key(self) -> str:
        if self._result is None or self._result.module is None:
            return ""
        return next((c for c, module in self._result.links.items() if module == self._result.module.name), "")

    def _on_menu(self, at: Any, row: int, _key: str) -> None:
        menu, own = QMenu(self), self._own_key()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy"), self.grid.keys.copy)
        menu.addAction(tr("Copy with column titles"), lambda: self.grid.keys.copy(with_header=True))
        menu.addSeparator()
        menu.addAction(tr("Open the record"), lambda: self._follow(row, own, apart=False)).setEnabled(bool(own))
        menu.addAction(tr("Open in a new tab"), lambda: self._follow(row, own, apart=True)).setEnabled(bool(own))
        menu.popup(at)

    # ---- history, saving ---------------------------------------------------------------------------------------------

    def _fill_history(self, texts: list[str]) -> None:
        self._history = texts
        self.history_menu.clear()
        for text in texts:
            line = " ".join(text.split())
            short = line if len(line) <= _SHOWN_IN_MENU else f"{line[: _SHOWN_IN_MENU - 1]}…"
            action = self.history_menu.addAction(letters(short), partial(self.editor.replace, text))
            action.setToolTip(text)
        self.history_button.setEnabled(bool(texts))

    def _on_save(self) -> None:
        dialog = QFileDialog(self, tr("Save rows"), "query.csv", tr("Tables (*.csv);;JSON (*.json)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the rows as they stand to a CSV or JSON file."""
        if self._result is not None:
            self._scope.start(self._save(path, self._result, list(self._places)), slot="save")

    async def _save(self, path: Path, result: QueryRows, places: list[int]) -> None:
        rows = [result.rows[at] for at in places]
        await asyncio.to_thread(write_rows, path, result.columns, rows)
        self.info.emit(tr("Saved: {path}", path=path))

    # ---- the page ----------------------------------------------------------------------------------------------------

    def panes(self) -> list[QWidget]:
        """The text, then the rows."""
        return [self.editor, self.grid]

    def show_again(self) -> None:
        """Back in front."""
        if self._result is None:
            self.editor.setFocus()
        self.status_changed.emit()

    def status(self) -> TableStatus:
        """Rows and the selection."""
        summary = self.grid.selection_summary(_amount)
        rows = plural(len(self._result.rows), "{n} row", "{n} rows") if self._result is not None else ""
        local = tr("sorted here, not by the server") if self.model.sort_marks else ""
        return TableStatus(rows, local, chosen_words(summary, self._formats))

    def view(self) -> dict[str, Any]:
        """The text."""
        return {"text": self.editor.toPlainText()}

    async def aclose(self) -> None:
        """Give up what is being asked."""
        await self._scope.aclose()


def _amount(text: str, column: Column) -> Any:
    return number(text) if column.is_number else None
