# SPDX-License-Identifier: MIT
"""The report of trouble: every file with its contents, before anything is written."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QPlainTextEdit

from crmdesk.domain.errors import ProfileError
from crmdesk.engine.support import Part, write
from crmdesk.ui.parts import Note, box, button, label, set_font
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import plural, told, tr

_MOST_PX = 560  # large text must leave room for the foot in a window of 900


class BundleSheet(Sheet):
    """Tick what goes in, read all of it, save one zip. Nothing is sent anywhere."""

    shows_no_records = True

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(tr("Report for support"), 900)
        self._parts = parts
        self.note = Note("", "info")
        self.note.hide()
        intro = label(
            tr(
                "These files would go into one zip on this computer. Read them here first: keys and passwords are masked. "
                "What your records hold goes in only if you tick it. Nothing is sent."
            ),
            "muted",
            wrap=True,
        )
        self.list, self.text = QListWidget(), QPlainTextEdit(readOnly=True)
        self.list.setAccessibleName(tr("Files of the report"))
        self.list.setFixedWidth(theme().px(230))
        self.list.setSpacing(theme().px(2))
        for part in parts:
            item = QListWidgetItem(part.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked if part.holds_records else Qt.CheckState.Checked)
            if part.holds_records:
                item.setToolTip(tr("May hold what your records say"))
            self.list.addItem(item)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemChanged.connect(lambda _: self._count())
        self.text.setAccessibleName(tr("Contents of the file"))
        self.text.setProperty("role", "code")
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        set_font(self.text, "mono")
        both = box(self.list, self.text, spacing=10)
        both.setMinimumHeight(min(theme().px(380), _MOST_PX))
        self._counted = label("", "muted", "small")
        self._take = button(tr("Save as zip…"), "primary", self._choose_file)
        body = box(intro, self.note, both, vertical=True, margins=(18, 14, 18, 14), spacing=10)
        self.set_content(body, (self._counted,), (button(tr("Close"), "", self.reject), self._take))
        self.list.setCurrentRow(0)
        self._count()

    def chosen(self) -> list[Part]:
        """What is ticked."""
        ticked = [self.list.item(row).checkState() == Qt.CheckState.Checked for row in range(self.list.count())]
        return [part for part, is_in in zip(self._parts, ticked, strict=True) if is_in]

    def save(self, path: Path) -> None:
        """Write the zip, and say where it is or why not."""
        try:
            write(path, self.chosen())
        except ProfileError as error:
            self.note.show_text(told(error.user_text), "bad")
        else:
            self.note.show_text(tr("Saved as {file}. Give it to whoever looks after crmdesk.", file=path), "good")
        self.note.show()

    def _choose_file(self) -> None:
        name = f"crmdesk-report-{datetime.now().astimezone():%Y-%m-%d-%H%M}.zip"
        dialog = QFileDialog(self.window(), tr("Save the report"), name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._parts):
            self.text.setPlainText(self._parts[row].text)

    def _count(self) -> None:
        held = self.chosen()
        size = sum(len(part.text.encode()) for part in held)
        self._counted.setText(plural(len(held), "{n} file, {size} KB", "{n} files, {size} KB", size=-(-size // 1024)))
        self._take.setEnabled(bool(held))
