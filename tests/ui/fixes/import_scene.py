# SPDX-License-Identifier: MIT
"""An open import sheet over an account of the fake vendor, and a person's hands on it."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from crmdesk.engine.profiles import Environment
from crmdesk.ui.fixes.import_sheet import COLUMNS, END, ROWS, ImportSheet
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.record_grid import RecordGrid
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, SCHEMA
from tests.ui.changes.stage import FORMATS, Office
from tests.ui.waiting import Host, host, until

Act = Callable[["Scene"], Coroutine[object, object, None]]


class Scene:
    """The sheet, its account, and what came of it."""

    def __init__(self, office: Office, window: Host, formats: Formats) -> None:
        self.office, self.window, self.staged = office, window, list[int]()
        self.sheet = ImportSheet(office.account, SCHEMA, formats, office.reports.append)
        self.sheet.staged.connect(self.staged.append)
        self.sheet.open_in(window)

    async def open(self, path: Path) -> None:
        """Choose a file and wait until it is read, or it is said why it cannot be."""
        self.sheet.open_file(path)
        await until(lambda: self.sheet.go.isEnabled() or self.sheet.file.trouble.isVisible(), 20)
        await until(lambda: not self.sheet._scope.busy)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    async def next(self) -> None:
        """Press the button that goes on, and wait until the step is there."""
        at = self.sheet.step
        assert self.sheet.go.isEnabled(), self.sheet.columns.note.text_label.text()
        self.click(self.sheet.go)
        if at == COLUMNS:
            await until(lambda: not self.sheet._scope.busy, 20)
            await until(lambda: self.sheet.step == ROWS)
        elif at == END:
            await until(lambda: bool(self.staged))
        else:
            assert self.sheet.step == at + 1

    def place_of(self, header: str) -> int:
        """The row of a column of the file."""
        return [one.header for one in self.sheet.columns.columns()].index(header)

    def press_cell(self, header: str, key: str) -> None:
        """Click in the middle of the first thing in a cell."""
        grid = self.sheet.columns.grid
        index = grid.records.index(self.place_of(header), grid.records.column_at(key))
        grid.scrollTo(index)
        rect = grid.visualRect(index)
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.left() + 16, rect.center().y()))

    async def map(self, header: str, field: str) -> None:
        """Click the cell, type a part of the field's name, Return."""
        self.press_cell(header, "field")
        combo = self.sheet.columns.grid.findChild(QComboBox)
        assert combo is not None
        line = combo.lineEdit()
        assert line is not None
        line.selectAll()
        QTest.keyClicks(line, field)
        QTest.keyClick(line, Qt.Key.Key_Return)
        await until(lambda: self.sheet.columns.grid.findChild(QComboBox) is None)
        await until(lambda: not self.sheet._scope.busy)

    def choose(self, combo: QComboBox, text: str) -> None:
        at = combo.findText(text, Qt.MatchFlag.MatchStartsWith)
        assert at >= 0, text
        combo.setCurrentIndex(at)

    def only(self, action: str) -> None:
        """Press a filter of the rows."""
        choice: QAbstractButton = self.sheet.rows.filters[action]
        self.click(choice)

    def told(self) -> str:
        """What the note of the columns says."""
        return self.sheet.columns.note.text_label.text() if self.sheet.columns.note.isVisible() else ""


def texts(grid: RecordGrid) -> list[list[str]]:
    """What a grid shows."""
    model = grid.records
    model.source.want(0, model.rowCount() - 1)
    return [[str(model.index(r, c).data() or "") for c in range(model.columnCount())] for r in range(model.rowCount())]


def play_with(run_async: RunAsync[None], folder: Path) -> Callable[..., Office]:
    """Plays an act on an open sheet over some companies."""

    def play(act: Act, *, formats: Formats = FORMATS, companies: int = 5) -> Office:
        office = Office(folder, Environment.SANDBOX)

        async def go() -> None:
            for number in range(companies):
                office.server.add(f"A{number}", accountname=f"Company {number}", bill_city="Hki", employees=number)
            await office.account.session.schema(ACCOUNTS)
            with host() as window:
                await act(Scene(office, window, formats))
            await office.scope.aclose()

        run_async(go())
        office.close()
        return office

    return play
