# SPDX-License-Identifier: MIT
"""The last step of an import: what will wait among the pending changes, and what is left out."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from crmdesk.domain.file_names import safe_name
from crmdesk.domain.values import plain
from crmdesk.engine.import_cells import Action, ImportRow
from crmdesk.engine.row_files import write_table
from crmdesk.engine.sheet_shape import Sheet, SheetRow
from crmdesk.ui.fixes.import_words import counts_of, error_text, outcome_lines, reasons
from crmdesk.ui.parts import Note, box, button, fill, label
from crmdesk.ui.translation import plural, tr


class ImportEnd(QWidget):
    """Shows what it is told.

    Signals:
        rest_wanted(Path): the rows that are left out shall be written there.
    """

    rest_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._title = label("", font="head", wrap=True)
        self._lines = label("", wrap=True)
        self._next = label("", "muted", wrap=True)
        self.left_out = Note("", "warn")
        self.save_rest = button(tr("Save the rows left out…"), "", self._ask)
        self.note = Note("", "bad")
        fill(
            self,
            self._title,
            self._lines,
            self._next,
            6,
            self.left_out,
            box(self.save_rest, None),
            self.note,
            None,
            vertical=True,
            margins=(0, 8, 0, 0),
            spacing=10,
        )
        self._name = "rows"
        self.say("")

    def show_rows(self, rows: Sequence[ImportRow], name: str) -> int:
        """What would be staged; how many rows."""
        counts = counts_of(rows)
        count = counts[Action.CREATE] + counts[Action.UPDATE] + counts[Action.DELETE]
        self._name = Path(name).stem
        self._title.setText(
            plural(count, "1 change will wait for your review", "{n} changes will wait for your review")
            if count
            else tr("There is nothing to change")
        )
        self._lines.setText("\n".join(outcome_lines(counts)))
        self._next.setText(
            tr("Nothing is sent yet. It is one step for Undo (Ctrl+Z); review and apply it with Ctrl+Shift+Return.")
            if count
            else tr("Every row is so already on the server, or is left out.")
        )
        refused = counts[Action.REFUSED]
        self.left_out.show_text("\n".join(reasons(rows)), "warn")
        self.left_out.setVisible(bool(refused))
        self.save_rest.setVisible(bool(refused))
        self.say("")
        return count

    def say(self, text: str, tone: str = "bad") -> None:
        """What came of something; "" = nothing to say."""
        self.note.show_text(text, tone)
        self.note.setVisible(bool(text))

    def _ask(self) -> None:
        chooser = QFileDialog(
            self, tr("Save the rows left out"), safe_name(f"{self._name}-left-out.csv"), tr("CSV (*.csv)")
        )
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("csv")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: self.rest_wanted.emit(Path(path)))
        chooser.open()


def write_rest(path: Path, sheet: Sheet, rows: Sequence[ImportRow]) -> int:
    """The rows that are left out as they stood in the file, with line and reason behind, to be mended and imported.

    Blocks.

    Raises:
        OSError: it cannot be written.
    """
    wanted = {row.line: row for row in rows if row.action is Action.REFUSED}
    heads = [*sheet.headers, tr("Line in the file"), tr("Why it was left out")]
    write_table(path, heads, (_rest(row, refused) for row in sheet.rows if (refused := wanted.get(row.line))))
    return len(wanted)


def _rest(row: SheetRow, refused: ImportRow) -> list[str]:
    cells = [cell if isinstance(cell, str) else plain(cell) for cell in row.cells]
    return [*cells, str(row.line), " ".join(error_text(*one) for one in refused.errors.items())]
