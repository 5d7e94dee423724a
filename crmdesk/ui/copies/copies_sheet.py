# SPDX-License-Identifier: MIT
"""The sheet of local copies: each module with its rows, its size, when it was as the server, and what is wrong with it."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

from crmdesk.connectors.port import EditsLines
from crmdesk.domain.schema import Module
from crmdesk.engine.mirror import ModuleState
from crmdesk.ui import errands
from crmdesk.ui.copies.copy_menu import ask_to_drop, ask_to_drop_all, usual_modules
from crmdesk.ui.copies.copy_words import progress_words, room_words, size_words, synced_words
from crmdesk.ui.parts import Note, ProgressBar, box, button, label, show_length
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.table.cells import Column, Kind, ListSource, Row
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import plural, told, tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace

_THOUSANDTHS = 1000


class CopiesSheet(Sheet):
    """Opened over the window, of the account in front; it follows what happens while it is open."""

    def __init__(self, window: "MainWindow", space: "Workspace") -> None:
        super().__init__(tr("Local copies of {account}", account=space.account.profile.name), 860)
        self._window, self._space, self._copying = window, space, space.copies.copying
        self._states: tuple[ModuleState, ...] = ()
        self.model = RecordTableModel(_columns(), ListSource(), self)
        self.grid = RecordGrid(self.model, stretch=True)
        self.grid.setAccessibleName(tr("Copied modules"))
        self.grid.current_row_changed.connect(lambda _: self._enable())
        self.trouble = Note("", "warn")
        self._build()
        self._copying.changed.connect(self.show_now)
        space.copies.reached.connect(self.show_now)
        self.closed.connect(lambda _: self._end())
        self.show_now()

    def _build(self) -> None:
        t = theme()
        about = tr("Of copied modules you can search, sort and read everything at once, also without the server. "
                   "Users, and whatever else may hold keys, are never copied.")  # fmt: skip
        self.usual = button(tr("Copy the usual modules"), "primary", self._copy_usual)
        self.room, self._bar = label("", "muted", "small"), ProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _THOUSANDTHS)
        self._bar.setFixedWidth(t.px(140))
        setting = button(tr("Change the limit…"), "link", lambda: errands.settings(self._window, "mirror"))
        self.work, self.done_text = label("", "muted", "small"), label("", "muted", "small")
        self.progress = ProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(t.px(140))
        self.stop = button(tr("Stop"), "", self._copying.stop)
        self.lines = QCheckBox(tr("Keep the lines of these documents, too (one question to the server for each)"))
        self.lines.clicked.connect(lambda on: self._space.start(self._keep_lines(on)))
        self._running = box(self.work, self.progress, self.done_text, None, self.stop, spacing=8)
        self.grid.setMinimumHeight(t.px(260))
        self.grid.set_empty(
            tr("Nothing of this account is copied yet"),
            tr("Companies, people, deals and sales documents are what most people take along."),
        )
        foot = box(self.room, self._bar, None, setting, spacing=8)
        body = box(
            label(about, "muted", wrap=True), self.grid, box(self.lines, None), self.trouble, self._running, foot, vertical=True,
            margins=(18, 14, 18, 14), spacing=10,
        )  # fmt: skip
        self.update_all = button(tr("Update all"), "", lambda: self._copying.update())
        self.update_one = button(tr("Update this one"), "", self._update_one)
        self.remove_one = button(tr("Remove…"), "danger", self._remove_one)
        self.remove_all = button(tr("Remove all…"), "danger", lambda: ask_to_drop_all(self._space))
        left = (self.update_all, self.update_one, self.remove_one, self.remove_all)
        self.set_content(body, left, (self.usual, button(tr("Close"), "", self.reject)))

    @property
    def chosen(self) -> ModuleState | None:
        """The module that is marked."""
        row = self.grid.currentIndex().row()
        return self._states[row] if 0 <= row < len(self._states) else None

    def show_now(self) -> None:
        """Show how it stands."""
        formats, status, marked = self._space.formats, self._copying.mirror.known, self.chosen
        self._states = status.modules
        rows = [self._row(state) for state in status.modules]
        if [row.key for row in rows] == [self.model.row_key(n) for n in range(self.model.rowCount())]:
            for row in rows:
                self.model.replace_row(row)
        else:
            self.model.restart(ListSource(rows))
            place = next((n for n, one in enumerate(self._states) if marked and one.module == marked.module), 0)
            if rows:
                self.grid.go_to(place, "module")
        self.room.setText(room_words(status, formats))
        self._bar.setVisible(bool(status.limit_bytes))
        if status.limit_bytes:
            self._bar.setValue(min(_THOUSANDTHS, round(_THOUSANDTHS * status.used_bytes / status.limit_bytes)))
        self._show_work()
        self._show_trouble(status.kept_aside)
        self._enable()

    def _row(self, state: ModuleState) -> Row:
        formats = self._space.formats
        progress = self._copying.progress
        rows = state.rows
        if self._copying.busy and progress is not None and progress.module == state.module and not state.complete:
            rows = max(rows, progress.rows)
        stands = synced_words(state, formats)
        if self._copying.busy and self._copying.mirror.known.updating == state.module:
            stands = tr("being updated now")
        name = self._label(state)
        return Row(
            str(state.module),
            (name, formats.count(rows), size_words(state.used_bytes, formats), stands, told(state.trouble)),
        )

    def _label(self, state: ModuleState) -> str:
        module = next((one for one in self._space.modules if one.name == state.module), None)
        return module.label_plural if module is not None else state.label

    def _show_work(self) -> None:
        progress, busy = self._copying.progress, self._copying.busy
        self._running.setVisible(busy)
        if busy:
            label_of = {state.module: self._label(state) for state in self._states}
            named = label_of.get(progress.module, str(progress.module)) if progress is not None else ""
            work, done = progress_words(progress, named, self._space.formats)
            self.work.setText(work)
            self.done_text.setText(done)
            total = progress.total if progress is not None else None
            show_length(self.progress, total)
            self.progress.setValue(min(progress.rows, total) if progress is not None and total else -1)

    def _show_trouble(self, kept_aside: str) -> None:
        """What a person should know besides."""
        text, state = "", self.chosen
        if kept_aside:
            text = tr("The copy was damaged and begins anew; the old file is {file}.", file=kept_aside)
        elif self._space.copies.is_offline:
            text = tr("The server cannot be reached; copies are updated when it answers again.")
        elif state is not None and state.trouble:
            text = told(state.trouble)
        self.trouble.show_text(text, "warn")
        self.trouble.setVisible(bool(text))
        self.refit()

    def _enable(self) -> None:
        has_one, away = self.chosen is not None, self._space.copies.is_offline
        self._show_lines()
        self.update_all.setEnabled(bool(self._states) and not away)
        self.update_one.setEnabled(has_one and not away)
        self.remove_one.setEnabled(has_one)
        self.remove_all.setEnabled(bool(self._states))
        missing = self._missing()
        self.usual.setVisible(bool(missing))
        self.usual.setToolTip(", ".join(module.label_plural for module in missing))

    def _missing(self) -> list[Module]:
        copied = {state.module for state in self._states}
        return [module for module in usual_modules(self._space) if module.name not in copied]

    def _show_lines(self) -> None:
        """Lines cost a question each, so it is the person's choice; those of documents that were opened are kept anyway."""
        state = self.chosen
        module = next((one for one in self._space.modules if state is not None and one.name == state.module), None)
        has_lines = module is not None and module.is_sales_document and self._space.account.session.offers(EditsLines)
        self.lines.setVisible(has_lines)
        if state is not None and has_lines:
            self.lines.setChecked(state.lines)
            self.lines.setToolTip(
                plural(state.rows, "One question to the server. Lines of a document that was opened are kept anyway.",
                       "One question to the server for each of {n} documents. Lines of those that were opened are kept "
                       "anyway.")
            )  # fmt: skip

    async def _keep_lines(self, wanted: bool) -> None:
        if self.chosen is not None:
            await self._copying.keep_lines(self.chosen.module, wanted)

    def _copy_usual(self) -> None:
        self._copying.update([module.name for module in self._missing()])

    def _update_one(self) -> None:
        if self.chosen is not None:
            self._copying.update([self.chosen.module])

    def _remove_one(self) -> None:
        if self.chosen is not None:
            ask_to_drop(self._space, self.chosen.module, self._label(self.chosen))

    def _end(self) -> None:
        self._copying.changed.disconnect(self.show_now)
        self._space.copies.reached.disconnect(self.show_now)


def _columns() -> tuple[Column, ...]:
    return (
        Column(key="module", title=tr("Module"), kind=Kind.MAIN, width=190),
        Column(key="rows", title=tr("Records"), kind=Kind.NUMBER, width=90),
        Column(key="size", title=tr("Room"), kind=Kind.NUMBER, width=90),
        Column(key="stands", title=tr("Copied"), width=250),
        Column(key="trouble", title=tr("Trouble"), kind=Kind.MUTED, width=200),
    )
