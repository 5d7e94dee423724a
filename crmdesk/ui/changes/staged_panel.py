# SPDX-License-Identifier: MIT
"""StagedPanel: the pending changes below the table, not yet sent: look at them, discard, check, review."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.engine.applying import Checked
from crmdesk.engine.desk import Account
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.changes.elided_label import ElidedLabel
from crmdesk.ui.changes.staged_rows import Place, staged_columns, staged_rows
from crmdesk.ui.chips import flow
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Pill, button, fill, icon, label, set_role, tool
from crmdesk.ui.table.cells import ListSource
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import changes_in_records, plural, tr

_NO_LIMIT = 16_777_215  # Qt's own QWIDGETSIZE_MAX, which PySide6 does not export


_ROOM_FOR_HINT = 420  # pixels at normal text size


class StagedPanel(QFrame):
    """One account's staged changes. Hidden while nothing is staged; folds to a slim bar.

    Signals:
        review_wanted(): Review and apply.
        check_wanted(): A check for conflicts has begun (the panel runs it itself).
        checked(int): It has ended; how many fields are in conflict.
        record_wanted(RecordId): A row was double clicked, or Return pressed on it.
        told(str): A short notice for the message bar.
    """

    review_wanted = Signal()
    check_wanted = Signal()
    checked = Signal(int)
    record_wanted = Signal(object)
    told = Signal(str)

    def __init__(self, formats: Formats, report: Callable[[BaseException], None] | None = None) -> None:
        """`report` is told what goes wrong; without one it is logged."""
        super().__init__()
        self._formats = formats
        self.scope = TaskScope(report or _log, self)
        self._account: Account | None = None
        self._words: ChangeWords | None = None
        self._disconnect: Callable[[], None] | None = None
        self._places: list[Place] = []
        self._checked: dict[RecordId, Checked] = {}
        self._folded = False
        self._late = QTimer(self, singleShot=True, interval=0)  # many edits at once are one rebuild
        self._late.timeout.connect(self._rebuild)
        self._build()
        self.hide()

    # ---- building ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName(tr("Pending changes"))
        self._fold = tool("caret-down", tr("Fold pending changes"), self.toggle_folded)
        self._count = Pill("", "warn")
        self._hint = ElidedLabel(tr("on this computer, not yet sent"))
        self._discard = button(
            tr("Discard"), "danger", self.discard_all, tip=tr("Discard everything; undo brings it back")
        )
        self._check = button(
            tr("Check for conflicts"), "", self.toggle_check, tip=tr("Compare with the server; nothing is sent")
        )
        self._review = button(tr("Review and apply…"), "primary", self.review_wanted.emit)
        bar = flow(
            self._fold,
            label(tr("Pending changes"), font="bold"),
            self._count,
            self._hint,
            None,
            self._discard,
            self._check,
            self._review,
            margins=(8, 6, 12, 6),
            role="pane",
        )
        self._bar = bar
        self.model = RecordTableModel(staged_columns(), ListSource())
        self.grid = RecordGrid(self.model, stretch=True)
        self.grid.horizontalHeader().hide()
        self.grid.setAccessibleName(tr("Pending changes"))
        self.grid.opened.connect(self._on_opened)
        self.grid.menu_requested.connect(self._on_menu)
        self.grid.installEventFilter(self)
        self.grid.setMinimumHeight(theme().px(54))
        fill(self, bar, self.grid, vertical=True, spacing=0, role="pane")

    def minimumSizeHint(self) -> QSize:
        """With every line of the bar, which wraps where the window is narrow."""
        height = self._bar.heightForWidth(max(self.width(), 1))
        return QSize(super().minimumSizeHint().width(), height + (0 if self._folded else self.grid.minimumHeight()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._hint.setVisible(event.size().width() >= theme().px(_ROOM_FOR_HINT))
            self.updateGeometry()

    # ---- what the owner does -----------------------------------------------------------------------------------------

    def show_account(self, account: Account | None) -> None:
        """Show another account's changes, None = no account is open."""
        if self._disconnect is not None:
            self._disconnect()
            self._disconnect = None
        for slot in ("words", "check"):
            self.scope.cancel(slot)
        self._end_check()
        self._account = account
        self._checked.clear()
        self._words = None
        if account is not None:
            self._words = ChangeWords(account.session, self._formats)
            self._disconnect = account.staged.changed.connect(self._on_changed)
        self._rebuild()

    @property
    def is_folded(self) -> bool:
        """Whether only the bar is shown."""
        return self._folded

    def toggle_folded(self) -> None:
        """Fold to the bar or unfold."""
        self._folded = not self._folded
        self.grid.setVisible(not self._folded)
        self._fold.setIcon(icon("caret-right" if self._folded else "caret-down"))
        name = tr("Unfold pending changes") if self._folded else tr("Fold pending changes")
        self._fold.setAccessibleName(name)
        self._fold.setToolTip(name)
        self.setMaximumHeight(self._bar.heightForWidth(self.width()) if self._folded else _NO_LIMIT)

    def discard_all(self) -> None:
        """Take everything back; undo brings it again."""
        if self._account is not None and self._account.staged.count:
            count = self._account.staged.count
            self.scope.start(self._account.staged.discard_all())
            self.told.emit(
                plural(
                    count, "{n} change discarded. Undo brings it back.", "{n} changes discarded. Undo brings them back."
                )
            )

    def discard_selected(self) -> None:
        """Take the selected fields back."""
        rows = sorted({index.row() for index in self.grid.selectionModel().selectedIndexes()})
        self._start_discard([self._places[row] for row in rows if row < len(self._places)])

    def toggle_check(self) -> None:
        """Compare everything with the server, or stop doing so."""
        account = self._account
        if self.scope.running("check"):
            self.scope.cancel("check")
            self._end_check()
        elif account is not None and account.staged.count:
            self._check.setText(tr("Stop checking"))
            self._say(tr("comparing with the server …"), "muted")
            self.check_wanted.emit()
            self.scope.start(self._run_check(account), slot="check")

    @property
    def hint_text(self) -> str:
        """What stands beside the count."""
        return self._hint.text()

    # ---- rows --------------------------------------------------------------------------------------------------------

    def _on_changed(self, touched: tuple[RecordId, ...]) -> None:
        for record in touched:
            self._checked.pop(record, None)
        self._late.start()

    def _rebuild(self) -> None:
        account, words = self._account, self._words
        staged = account.staged.all() if account is not None else ()
        if account is None or words is None or not staged:
            self._places = []
            self.model.restart(ListSource())
            self.hide()
            return
        missing = words.missing(staged)
        if missing and not self.scope.running("words"):
            self.scope.start(self._learn(words, missing), slot="words")
        at = self.grid.verticalScrollBar().value()
        here = self.grid.currentIndex().row()
        rows, self._places = staged_rows(staged, words, self._checked)
        self.model.restart(ListSource(rows))
        if here >= 0:
            self.grid.setCurrentIndex(self.model.index(min(here, len(rows) - 1), 0))
        self.grid.verticalScrollBar().setValue(at)
        count = account.staged.count
        self._count.show_state(
            plural(len(staged), "{changes} in {n} record", "{changes} in {n} records", changes=count), "warn"
        )
        self._count.setAccessibleName(changes_in_records(count, len(staged)))
        if not self._checked and not self.scope.running("check"):
            self._say(tr("on this computer, not yet sent"), "muted")
        self.show()

    async def _learn(self, words: ChangeWords, modules: frozenset[ModuleName]) -> None:
        await words.learn(modules)
        self._late.start()

    # ---- checking ----------------------------------------------------------------------------------------------------

    async def _run_check(self, account: Account) -> None:
        staged = account.staged.all()

        def progress(done: int) -> None:
            self._say(tr("compared {done} of {total}", done=done, total=len(staged)), "muted")

        try:
            found = await account.applier.check(staged, progress)
        except Exception:
            self._end_check()
            raise
        self._checked = {one.staged.slot: one for one in found if account.staged.get(one.staged.slot) == one.staged}
        self._end_check()
        conflicts = sum(len(one.conflicts) for one in found)
        gone = sum(one.error is not None for one in found)
        if conflicts or gone:
            told = [plural(conflicts, "{n} conflict", "{n} conflicts")] if conflicts else []
            told += [plural(gone, "{n} record cannot be changed", "{n} records cannot be changed")] if gone else []
            self._say(" · ".join(told), "bad")
        else:
            self._say(tr("checked just now: no conflicts"), "good")
        self._rebuild()
        self.checked.emit(conflicts)

    def _end_check(self) -> None:
        self._check.setText(tr("Check for conflicts"))
        self._say(tr("on this computer, not yet sent"), "muted")

    def _say(self, text: str, role: str) -> None:
        self._hint.setText(text)
        set_role(self._hint, role)

    # ---- one row -----------------------------------------------------------------------------------------------------

    def _start_discard(self, places: list[Place]) -> None:
        account = self._account
        if account is not None and places:
            self.scope.start(_discard(account, places))

    def _on_opened(self, row: int) -> None:
        if 0 <= row < len(self._places):
            self.record_wanted.emit(self._places[row].record)

    def _on_menu(self, at: QPoint, row: int, _column: str) -> None:
        if not 0 <= row < len(self._places):
            return
        place = self._places[row]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("arrow-square-out"), tr("Open the record")).triggered.connect(
            lambda: self.record_wanted.emit(place.record)
        )
        if place.field is not None:
            one = menu.addAction(icon("arrow-counter-clockwise"), tr("Discard this field"))
            one.setShortcut(QKeySequence(Qt.Key.Key_Delete))
            one.triggered.connect(lambda: self._start_discard([place]))
        whole = menu.addAction(icon("trash"), tr("Discard all changes of this record"))
        whole.triggered.connect(lambda: self._start_discard([Place(place.record, None)]))
        menu.popup(at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.grid and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.discard_selected()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                self._on_opened(self.grid.currentIndex().row())
                return True
        return False


async def _discard(account: Account, places: list[Place]) -> None:
    for place in places:
        await account.staged.discard(place.record, place.field)


def _log(error: BaseException) -> None:
    logging.getLogger(__name__).error("pending changes: %s", error, exc_info=error)
