# SPDX-License-Identifier: MIT
"""Compare a document with another one: choose it as you type, see both side by side, copy the differences."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QListView

from crmdesk.domain.document_compare import Standing
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import RecordId
from crmdesk.engine.desk import Account
from crmdesk.engine.document_search import Candidate, DocumentSearch
from crmdesk.engine.whole_document import WholeDocument, read_whole
from crmdesk.ui.form.lines import DATA, Line, LineDelegate, line_item
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Pill, box, button, clearable, label, set_role
from crmdesk.ui.sales.compare_rows import (
    Comparison,
    compare,
    compare_columns,
    compare_rows,
    comparison_text,
    name_of,
)
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.table.cells import ListSource
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import plural, tr

_WAIT_MS = 180  # after the last key, so that fast typing asks once
_LIST = 275


class _SearchLine(QLineEdit):
    """The line over the list: arrow keys go there. ``moved(step)``."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down.value: 1, Qt.Key.Key_Up.value: -1}.get(event.key(), 0)
        if step:
            self.moved.emit(step)
            return
        super().keyPressEvent(event)


class CompareSheet(Sheet):
    """Reads only.

    Signals:
        told(str): what was done, for the message bar.
    """

    told = Signal(str)

    def __init__(
        self, account: Account, whole: WholeDocument, formats: Formats, report: Callable[[BaseException], None]
    ) -> None:
        super().__init__(tr("Compare {name}", name=name_of(whole, formats)), 1240)
        self._account, self._whole, self._formats = account, whole, formats
        self._scope = TaskScope(report)  # no child: what is cancelled ends after the sheet is gone
        self._search = DocumentSearch(account.session)
        self.comparison: Comparison | None = None
        self._soon = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._soon.timeout.connect(self._ask)
        self.line = _SearchLine()
        self.line.setPlaceholderText(tr("Title or number"))
        self.line.setAccessibleName(tr("Compare with"))
        self.candidates = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self.candidates)
        self.list.setItemDelegate(LineDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(tr("Documents"))
        self.found = label("", "muted", "small", wrap=True)
        self.only = QCheckBox(tr("Differences only"))
        self.only.setChecked(True)
        self.pills = {Standing.CHANGED: Pill("", "warn"), Standing.ONLY_LEFT: Pill("", "bad"),
                      Standing.ONLY_RIGHT: Pill("", "good"), Standing.SAME: Pill("", "neutral")}  # fmt: skip
        self.note = label(tr("Choose the document on the left."), "muted")
        self.model = RecordTableModel(compare_columns(name_of(whole, formats), ""), ListSource(), self)
        self.grid = RecordGrid(self.model, stretch=True)
        self.grid.setAccessibleName(tr("Differences"))
        self.copy = button(tr("Copy as text"), "", self.copy_text)
        self._build()
        self._connect()
        self._show()
        self._ask()

    def _build(self) -> None:
        self.grid.setMinimumHeight(theme().px(420))
        left = box(label(tr("Compare with"), "", "bold"), clearable(self.line), self.list, self.found, vertical=True,
                   spacing=8)  # fmt: skip
        left.setFixedWidth(theme().px(_LIST))
        head = box(*self.pills.values(), self.note, None, self.only, spacing=8)
        right = box(head, self.grid, vertical=True, spacing=8)
        body = box(left, right, margins=(18, 14, 18, 14), spacing=16)
        self.set_content(body, (self.copy,), (button(tr("Close"), "primary", self.reject),))

    def _connect(self) -> None:
        self.line.textEdited.connect(lambda _: self._soon.start())
        self.line.textChanged.connect(lambda text: self._soon.start() if not text else None)
        self.line.moved.connect(self._move)
        self.line.returnPressed.connect(lambda: self._choose(self.list.currentIndex()))
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.only.toggled.connect(lambda _: self._show())
        self.closed.connect(lambda _: self._end())

    def _end(self) -> None:
        self._soon.stop()
        for slot in ("search", "read"):
            self._scope.cancel(slot)

    # ---- choosing ----------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        self._soon.stop()
        self.found.setText(tr("Looking …"))
        self._scope.start(self._look(self.line.text()), slot="search")

    async def _look(self, text: str) -> None:
        try:
            hits = await self._search.find(self._whole.loaded.header, text)
        except CrmError as error:
            self.found.setText(told(error.user_text))
            return
        self.candidates.clear()
        for hit in hits:
            self.candidates.appendRow(line_item(self._line_of(hit), hit.record))
        self.found.setText("" if hits else tr("No other document is called so."))
        if hits:
            self.list.setCurrentIndex(self.candidates.index(0, 0))

    def _line_of(self, hit: Candidate) -> Line:
        when = self._formats.moment(hit.changed) if hit.changed is not None else ""
        known = [f"{hit.kind} {hit.number}".strip(), when]
        return Line(title=hit.title, detail=" · ".join(one for one in known if one), bold=hit.is_version)

    def _move(self, step: int) -> None:
        row = min(max(self.list.currentIndex().row() + step, 0), self.candidates.rowCount() - 1)
        if row >= 0:
            self.list.setCurrentIndex(self.candidates.index(row, 0))

    def _choose(self, index: QModelIndex) -> None:
        record = index.data(DATA) if index.isValid() else None
        if isinstance(record, RecordId):
            self.choose(record)

    def choose(self, record: RecordId) -> None:
        """Compare with this document."""
        self._say(tr("Reading …"))
        self._scope.start(self._read(record), slot="read")

    async def _read(self, record: RecordId) -> None:
        try:
            other = await read_whole(self._account.reading, self._account.staged, record)
        except CrmError as error:
            self._say(told(error.user_text), "bad")
            return
        self.comparison = compare(self._whole, other)
        self._show()

    # ---- showing -----------------------------------------------------------------------------------------------------

    def _say(self, text: str, tone: str = "muted") -> None:
        self.note.setText(text)
        set_role(self.note, tone)

    def _show(self) -> None:
        found = self.comparison
        self.copy.setEnabled(found is not None)
        self.only.setEnabled(found is not None)
        for pill in self.pills.values():
            pill.setVisible(found is not None)
        if found is None:
            self.grid.set_empty(tr("Nothing to compare with yet"), tr("Versions of this document come first."))
            return
        self._show_counts(found)
        left, right = name_of(found.left, self._formats), name_of(found.right, self._formats)
        rows = compare_rows(found, self._formats, only_differences=self.only.isChecked())
        self.grid.set_empty(tr("No differences"), tr("Lines, totals and fields say the same."))
        self.model.restart(ListSource(rows), compare_columns(left, right))
        pending = [name for name, one in ((left, found.left), (right, found.right)) if one.is_pending]
        self._say(tr("With pending changes: {names}", names=", ".join(pending)) if pending else "")

    def _show_counts(self, found: Comparison) -> None:
        words = {
            Standing.CHANGED: plural(found.count(Standing.CHANGED), "{n} line changed", "{n} lines changed"),
            Standing.ONLY_LEFT: tr("{n} only left", n=found.count(Standing.ONLY_LEFT)),
            Standing.ONLY_RIGHT: tr("{n} only right", n=found.count(Standing.ONLY_RIGHT)),
            Standing.SAME: tr("{n} the same", n=found.count(Standing.SAME)),
        }
        for standing, pill in self.pills.items():
            pill.show_state(words[standing], pill.tone)
            pill.setVisible(found.count(standing) > 0)

    def copy_text(self) -> None:
        """The differences on the clipboard."""
        if self.comparison is not None:
            QGuiApplication.clipboard().setText(comparison_text(self.comparison, self._formats))
            self.told.emit(tr("Copied as text."))
