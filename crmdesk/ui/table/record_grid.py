# SPDX-License-Identifier: MIT
"""The table of records: paints its own cells (a quarter of QTableView's time), selects and copies as a spreadsheet.

QTableView still owns scrolling, selection, editors and accessibility. Rows have one height and stay in model order;
columns move, hide and resize.
"""

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTableView, QWidget

from crmdesk.ui.menu_place import asked_about
from crmdesk.ui.table.cell_delegate import CellDelegate, EditorFactory, SelfClosing
from crmdesk.ui.table.cell_painter import PRESSABLE, CellPainter
from crmdesk.ui.table.cells import Kind
from crmdesk.ui.table.empty_state import EmptyState
from crmdesk.ui.table.grid_columns import GridColumns
from crmdesk.ui.table.grid_frame import FramePainter, visible_rows
from crmdesk.ui.table.grid_header import GridHeader
from crmdesk.ui.table.grid_keys import GridKeys
from crmdesk.ui.table.grid_selection import GridSelection, NumberReader, SelectionSummary, number_of
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_Trigger = QAbstractItemView.EditTrigger
_CTRL = Qt.KeyboardModifier.ControlModifier


class RecordGrid(QTableView):
    """A view of one RecordTableModel.

    Attributes:
        columns: their widths, their order, which are hidden.

    Signals:
        sort_requested(str column_key, bool add): A header was clicked (Shift: add to the order), or `wish_order` called.
        linked(int row, str column_key): Ctrl+click or Ctrl+Return on a link.
        pressed_in(int row, str column_key, str text): A button, tick or choice inside a cell, by mouse or Space.
        opened(int row): Double click on a cell that cannot be edited.
        paste_requested(int row, str column_key, list[list[str]]): Texts to put from that cell on, right and down.
        clear_requested(list[tuple[int, str]]): Delete pressed; the editable cells selected.
        menu_requested(QPoint global, int row, str column_key): Right click or menu key; -1 and "" beside the rows.
        header_menu_requested(QPoint global, str column_key)
        current_row_changed(int): Another row is current; -1 = none.
        selection_settled(): The selection rests after a change.
        layout_changed(): Columns were moved, resized, hidden or shown.
        not_done(str): Something asked for was not done; why, in the user's words.
    """

    sort_requested = Signal(str, bool)
    linked = Signal(int, str)
    pressed_in = Signal(int, str, str)
    opened = Signal(int)
    paste_requested = Signal(int, str, list)
    clear_requested = Signal(list)
    menu_requested = Signal(QPoint, int, str)
    header_menu_requested = Signal(QPoint, str)
    current_row_changed = Signal(int)
    selection_settled = Signal()
    layout_changed = Signal()
    not_done = Signal(str)

    def __init__(self, model: RecordTableModel, parent: QWidget | None = None, *, stretch: bool = False) -> None:
        """`stretch`: the last column takes the room left over."""
        super().__init__(parent)
        self._records = model
        self._theme = theme()
        self._hover = -1
        self._anchor = QPersistentModelIndex()  # where a selection by Shift began
        self._extending = False
        self._column_key = ""
        self._leaving: QWidget | None = None  # the editor that is being closed
        self._fitted = 0  # rows at most that the height follows; 0 = it does not
        self._empty_words: tuple[str, str, str, Callable[[], object] | None] = ("", "", "", None)
        self._cells = CellPainter(self._theme)
        self._cells.empty_word = tr("(empty)")
        self._delegate = CellDelegate(self)
        self._settle = QTimer(self, singleShot=True, interval=60)
        self._settle.timeout.connect(self.selection_settled)
        self._laid_out = QTimer(self, singleShot=True, interval=200)
        self._laid_out.timeout.connect(self.layout_changed)
        self._set_up_headers(stretch)
        self.columns = GridColumns(self, model)
        self.columns.changed.connect(self._laid_out.start)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self._frame = FramePainter(self, model, self._cells, self._theme)
        self.selection = GridSelection(self, model)
        self.keys = GridKeys(self)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(self.SelectionMode.ExtendedSelection)
        self.setEditTriggers(_Trigger.DoubleClicked | _Trigger.EditKeyPressed | _Trigger.AnyKeyPressed)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMouseTracking(True)
        self._empty = EmptyState(self.viewport())
        self._connect()
        self._on_columns_reset()
        self._show_empty()

    def _set_up_headers(self, stretch: bool) -> None:
        header, rows = GridHeader(), self.verticalHeader()
        header.sort_requested.connect(self.sort_requested)
        header.menu_requested.connect(self.header_menu_requested)
        self.setHorizontalHeader(header)
        header.setStretchLastSection(stretch)
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self._row_height)

    def _connect(self) -> None:
        model = self._records
        model.modelReset.connect(self._on_columns_reset)
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.waiting_changed):
            signal.connect(self._show_empty)
        for signal in (model.overlay_changed, model.marks_changed):
            signal.connect(self.viewport().update)
        self.verticalScrollBar().valueChanged.connect(self._fetch_near_end)
        self._theme.changed.connect(self._on_theme_changed)

    @property
    def records(self) -> RecordTableModel:
        """The model, with its own type."""
        return self._records

    # ---- what the owner sets ----------------------------------------------------------------------------------------

    def set_editor_factory(self, editor_for: EditorFactory | None) -> None:
        """`editor_for(column, parent, row)` makes a cell's editor; None from it = a line edit."""
        self._delegate.editor_for = editor_for

    def set_empty(self, title: str, hint: str = "", action: str = "", act: Callable[[], object] | None = None) -> None:
        """What to say when there are no rows and none are on their way."""
        self._empty_words = (title, hint, action, act)
        self._show_empty()

    @property
    def _row_height(self) -> int:
        return self._theme.px(self._theme.row)

    def fit_rows(self, at_most: int = 1_000) -> None:
        """Be as high as header and rows from now on (at most so many), for short tables on a page."""
        self._fitted = at_most
        self._refit()

    def _refit(self) -> None:
        header, rows = self.horizontalHeader(), min(self._records.rowCount(), self._fitted)
        if self._fitted:
            bar = self.horizontalScrollBar().sizeHint().height() if header.length() > self.width() else 0
            above = 0 if header.isHidden() else header.height()
            self.setFixedHeight(above + rows * self._row_height + bar)

    def wish_order(self, *, add: bool = False) -> None:
        """As a click on the current column's title does; `add`: as one with Shift."""
        index = self.currentIndex()
        if index.isValid():
            self.sort_requested.emit(self._key(index), add)

    def selection_summary(self, to_number: NumberReader = number_of) -> SelectionSummary:
        """Count, sum and average of the selected cells."""
        return self.selection.summary(to_number)

    # ---- following model and theme ----------------------------------------------------------------------------------

    def _on_columns_reset(self) -> None:
        self.columns.follow_model()
        # In a table for reading only, Tab goes on to the next widget.
        self.setTabKeyNavigation(any(column.editable for column in self._records.columns))

    def _show_empty(self, *_: object) -> None:
        none = self._records.rowCount() == 0
        if none and self._records.waiting:
            self._empty.say(tr("Loading …"), "")
        elif none:
            self._empty.say(*self._empty_words)
        self._refit()
        self._empty.setVisible(none)
        self._empty.resize(self.viewport().size())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._cells.rest()

    def _on_theme_changed(self) -> None:
        self._cells.forget()
        self.verticalHeader().setDefaultSectionSize(self._row_height)
        self.columns.follow_theme()
        self._refit()
        self.viewport().update()

    def _fetch_near_end(self, *_: object) -> None:
        """Ask for more two screens before the end, so that scrolling seldom has to wait."""
        first, last = visible_rows(self)
        if last + 2 * (last - first + 1) >= self._records.rowCount():
            self._records.fetchMore(QModelIndex())

    # ---- painting, hover --------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        self.executeDelayedItemsLayout()
        painter = QPainter(self.viewport())
        try:
            self._frame.paint(painter, event.rect(), self._hover)
        finally:
            painter.end()  # one left open by an exception hangs the next painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()
        self._empty.resize(self.viewport().size())

    def _update_row(self, row: int) -> None:
        if row >= 0:
            height = self.verticalHeader().defaultSectionSize()
            # One pixel more above: the line of a range lies there.
            self.viewport().update(0, self.rowViewportPosition(row) - 1, self.viewport().width(), height + 1)

    def _set_hover(self, row: int) -> None:
        if row != self._hover:
            before, self._hover = self._hover, row
            self._update_row(before)
            self._update_row(row)

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        extending, self._extending = self._extending, False  # Qt asks selectionCommand again on its way
        super().currentChanged(current, previous)
        self._extending = False
        if not extending:
            self._anchor = QPersistentModelIndex(current)
        if current.isValid():
            self._column_key = self._records.columns[current.column()].key  # stays while other rows come
        self._update_row(previous.row())
        self._update_row(current.row())
        if current.row() != previous.row():
            self.current_row_changed.emit(current.row())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()  # outlines reach beyond the cells that changed
        self._settle.start()

    # ---- mouse ------------------------------------------------------------------------------------------------------

    def _key(self, index: QModelIndex) -> str:
        return self._records.columns[index.column()].key

    def _is_link(self, index: QModelIndex) -> bool:
        return index.isValid() and self._records.columns[index.column()].kind is Kind.LINK

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_hover(-1)
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        left = event.button() == Qt.MouseButton.LeftButton
        if left and index.isValid() and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.extend_to(index)  # Qt's own start is stale after a move that was not its own
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        point = event.position().toPoint()
        self._set_hover(self.rowAt(point.y()))
        index = self.indexAt(point)
        link = event.modifiers() & _CTRL and self._is_link(index)
        grip = index.isValid() and self._records.columns[index.column()].grip and self._records.data(index)
        shapes = Qt.CursorShape
        self.viewport().setCursor(
            shapes.PointingHandCursor if link else shapes.OpenHandCursor if grip else shapes.ArrowCursor
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        index = self.indexAt(point)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        cell, _ = self._records.shown(index.row(), index.column())
        if isinstance(cell, tuple):
            column = self._records.columns[index.column()]
            for place, segment in self._cells.place_segments(column, self.visualRect(index), cell):
                if place.contains(point) and segment.look.partition(":")[0] in PRESSABLE:
                    self.pressed_in.emit(index.row(), column.key, segment.text)
        elif event.modifiers() == _CTRL and self._is_link(index):
            self.linked.emit(index.row(), self._key(index))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.opened.emit(index.row())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index, place = asked_about(self, event)
        self.menu_requested.emit(place, index.row(), self._key(index) if index.isValid() else "")

    # ---- keys -------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.keys.is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == QAbstractItemView.State.EditingState or not self.keys.handle(event):
            super().keyPressEvent(event)

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        command = super().selectionCommand(index, event)
        # Without an event Qt goes by the keys it saw last, which need not be held any more.
        self._extending = event is not None and bool(command & QItemSelectionModel.SelectionFlag.Current)
        if not self._extending and event is not None and event.type() == QEvent.Type.MouseButtonPress:
            self._anchor = QPersistentModelIndex(index)  # also when that cell was current already
        return command

    def go_to(self, row: int, key: str = "") -> None:
        """Make a cell current, alone selected and visible; without a key the column stays. Whatever keys are held."""
        column = max(0, self._records.column_at(key or self._column_key))
        index = self._records.index(row, column)
        self._extending = False
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def extend_to(self, target: QModelIndex) -> None:
        """Select from where the selection began up to a cell, as Shift with a click does."""
        start = self._anchor if self._anchor.isValid() else QPersistentModelIndex(self.currentIndex())
        header = self.horizontalHeader()
        ends = sorted((header.visualIndex(start.column()), header.visualIndex(target.column())))
        top, bottom = sorted((start.row(), target.row()))
        area = QItemSelection()
        for visual in range(ends[0], ends[1] + 1):
            column = header.logicalIndex(visual)
            area.select(self._records.index(top, column), self._records.index(bottom, column))
        self.selectionModel().select(area, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._extending = True
        self.selectionModel().setCurrentIndex(target, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._extending = False  # the target may have been current already
        self.scrollTo(target)

    def finish_editing(self) -> None:
        """Take what is being typed, and close the editor: the rows will change, or the table goes."""
        editor = self.indexWidget(self.currentIndex())
        if isinstance(editor, SelfClosing):
            editor.finish()
        elif editor is not None:
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def commitData(self, editor: QWidget) -> None:
        if not editor.isHidden():  # Return asks for it later; it may have been closed by then
            super().commitData(editor)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        if editor is self._leaving:  # it noticed that the focus goes, and asks to be closed while it is
            return
        self._leaving = editor
        try:
            self._close(editor, hint)
        finally:
            self._leaving = None

    def _close(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        kinds = QAbstractItemDelegate.EndEditHint
        sideways = {kinds.EditNextItem: 1, kinds.EditPreviousItem: -1}.get(hint, 0)
        super().closeEditor(editor, kinds.NoHint if sideways else hint)
        if sideways:
            self.keys.step(0, sideways)
        elif hint == kinds.SubmitModelCache:  # Return
            self.keys.step(1, 0)
