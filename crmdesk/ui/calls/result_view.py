# SPDX-License-Identifier: MIT
"""What an operation answered: as a table where it is one, as a tree, and as JSON."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHeaderView,
    QPlainTextEdit,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
)

from crmdesk.engine.native_query import QueryRows
from crmdesk.ui.parts import box, button, fill, label, rule, set_font
from crmdesk.ui.query.query_rows import columns_of, rows_of, sorted_places, turned
from crmdesk.ui.table.cells import ListSource
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.tabs import Tabs
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import duration, plural, tr

_HELD = Qt.ItemDataRole.UserRole
_MOST_CHILDREN = 2_000  # of one branch; the JSON has them all
TABLE, TREE, JSON = "table", "tree", "json"


def as_json(result: object) -> str:
    """The whole answer, letters as letters."""
    return json.dumps(result, ensure_ascii=False, indent=2, default=str)


def table_of(result: object) -> tuple[Mapping[str, str], ...]:
    """The rows of an answer that is a list of objects, or holds nothing else; empty = it is no table."""
    if isinstance(result, Mapping) and len(result) == 1:
        result = next(iter(result.values()))
    if not isinstance(result, Sequence) or isinstance(result, (str, bytes)) or not result:
        return ()
    if not all(isinstance(row, Mapping) for row in result):
        return ()
    return tuple({str(name): cell_text(value) for name, value in row.items()} for row in result)


def cell_text(value: object) -> str:
    """A value in one line; what is nested as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Mapping, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


class ResultView(QFrame):
    """Signals:
    info(str): A short notice.
    save_wanted(Path): The answer is to be written there, by `save`.
    """

    info = Signal(str)
    save_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._result: object = None
        self._found = QueryRows((), (), 0, None, {}, False)
        self.tabs = Tabs(quiet=True)
        self.table = RecordTableModel(())
        self.grid = RecordGrid(self.table)
        self.grid.setAccessibleName(tr("Rows of the answer"))
        self.grid.sort_requested.connect(self._on_sort)
        self.grid.not_done.connect(self.info)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(tr("The answer, branch by branch"))
        self.tree.setHeaderLabels([tr("Name"), tr("Value")])
        self.tree.setProperty("role", "rows")
        self.tree.setUniformRowHeights(True)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.tree.itemExpanded.connect(_grow)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setProperty("role", "code")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(tr("The answer as JSON"))
        self.text.setTabChangesFocus(True)
        set_font(self.text, "mono")
        self._pages = QStackedWidget()
        self._views = {TABLE: self.grid, TREE: self.tree, JSON: box(self.text, margins=(10, 8, 10, 10))}
        for view in self._views.values():
            self._pages.addWidget(view)
        self._told = label("", "muted", "small")
        self._buttons = (button(tr("Copy"), "", self.copy), button(tr("Save…"), "", self._on_save))
        self.tabs.chosen.connect(lambda name: self._pages.setCurrentWidget(self._views.get(name, self._views[JSON])))
        head = box(self.tabs, None, self._told, *self._buttons, margins=(14, 6, 10, 6), role="pane")
        fill(self, head, rule(), self._pages, vertical=True, spacing=0)

    def show_result(self, result: object, elapsed_ms: float) -> None:
        """Show an answer; as a table where it is one, else as a tree, plain values as text."""
        self._result = result
        rows = table_of(result)
        columns = tuple(dict.fromkeys(name for row in rows for name in row))
        self._found = QueryRows(rows, columns, elapsed_ms, None, {}, False)
        names = [TABLE] if rows else []
        names += [TREE] if isinstance(result, (Mapping, list, tuple)) and result else []
        self._show_tabs([*names, JSON])
        self.table.restart(ListSource(rows_of(self._found, range(len(rows)))), columns_of(self._found))
        self.table.set_sort(())
        if rows:
            self.grid.columns.fit()
            self.grid.go_to(0)
        self.tree.clear()
        self.tree.addTopLevelItems(_items(result))
        self.tree.setColumnWidth(0, theme().px(240))
        self.text.setPlainText(as_json(result))
        counted = [plural(len(rows), "{n} row", "{n} rows")] if rows else []
        self._told.setText(" · ".join([*counted, duration(elapsed_ms)]))

    def _show_tabs(self, names: list[str]) -> None:
        titles = {TABLE: tr("Table"), TREE: tr("Tree"), JSON: tr("JSON")}
        for name in self.tabs.names():
            self.tabs.remove(name)
        for name in names:
            self.tabs.add(name, titles[name])
        self.tabs.choose(names[0])
        self._pages.setCurrentWidget(self._views[names[0]])

    def _on_sort(self, key: str, _add: bool) -> None:
        marks = turned(self.table.sort_marks, key)
        self.table.restart(ListSource(rows_of(self._found, sorted_places(self._found, marks))))
        self.table.set_sort(marks)

    def copy(self) -> None:
        """Put the whole answer on the clipboard as JSON."""
        QGuiApplication.clipboard().setText(as_json(self._result))
        self.info.emit(tr("The answer is on the clipboard."))

    def _on_save(self) -> None:
        dialog = QFileDialog(self, tr("Save the answer"), "answer.json", tr("JSON (*.json)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save_wanted.emit(Path(path)))
        dialog.open()

    async def save(self, path: Path) -> None:
        """Write the answer to a file; it may be long.

        Raises:
            OSError: it cannot be written.
        """
        result = self._result
        await asyncio.to_thread(lambda: path.write_text(as_json(result) + "\n", encoding="utf-8", newline="\n"))
        self.info.emit(tr("Saved: {path}", path=path))


def _items(value: object) -> list[QTreeWidgetItem]:
    """An item for each branch; what lies below is made when it is opened."""
    pairs: list[tuple[str, object]]
    if isinstance(value, Mapping):
        pairs = [(str(name), inner) for name, inner in value.items()]
    elif isinstance(value, (list, tuple)):
        pairs = [(str(at), inner) for at, inner in enumerate(value, 1)]
    else:
        return []
    made = [_item(name, inner) for name, inner in pairs[:_MOST_CHILDREN]]
    if len(pairs) > _MOST_CHILDREN:
        made.append(QTreeWidgetItem(["…", plural(len(pairs) - _MOST_CHILDREN, "{n} more", "{n} more")]))
    return made


def _item(name: str, value: object) -> QTreeWidgetItem:
    nested = isinstance(value, (Mapping, list, tuple))
    item = QTreeWidgetItem([name, _summary(value) if nested else cell_text(value)])
    item.setToolTip(1, item.text(1))
    if nested and value:
        item.setData(0, _HELD, _Held(value))
        item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
    return item


class _Held:
    """Keeps a dict from being turned into Qt's own kind of map."""

    def __init__(self, value: object) -> None:
        self.value = value


def _summary(value: object) -> str:
    count = len(value) if isinstance(value, (Mapping, list, tuple)) else 0
    if isinstance(value, Mapping):
        return plural(count, "{n} field", "{n} fields")
    return plural(count, "{n} element", "{n} elements")


def _grow(item: QTreeWidgetItem) -> None:
    held = item.data(0, _HELD)
    if isinstance(held, _Held) and not item.childCount():
        item.addChildren(_items(held.value))
