# SPDX-License-Identifier: MIT
"""The sheet of saved views: keep what the table shows, open, share as a file, bring one in, remove."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QListWidget

from crmdesk.domain.errors import CrmError
from crmdesk.domain.file_names import safe_name
from crmdesk.engine.views import ENDING, SavedView, write
from crmdesk.ui.parts import Note, box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr
from crmdesk.ui.views.view_shelf import open_view
from crmdesk.ui.wording import error_words

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace


class ViewsSheet(Sheet):
    """Opened over the window; what goes wrong is told in the sheet."""

    def __init__(self, window: "MainWindow", space: "Workspace") -> None:
        super().__init__(tr("Saved views"), 620)
        self._window, self._space, self._shelf = window, space, space.saved
        self._scope = TaskScope(self._on_trouble, self)
        self.note = Note("", "bad")
        self.note.hide()
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name of what the table shows now"))
        self.name.setAccessibleName(tr("Name of what the table shows now"))
        self.name.returnPressed.connect(self._save)
        self.name.textChanged.connect(lambda _: self._enable())
        self._keep = button(tr("Save this view"), "", self._save)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Saved views"))
        self.list.setMinimumHeight(theme().px(240))
        self.list.currentRowChanged.connect(lambda _: self._enable())
        self.list.itemActivated.connect(lambda _: self._open())
        self._hint = label(
            tr("A view is a module's columns, filter and order. As a file it can be given to colleagues: it holds no "
               "record, no address and no key."),
            "muted", wrap=True,
        )  # fmt: skip
        row = box(self.name, self._keep)
        body = box(self._hint, row, self.note, self.list, vertical=True, margins=(18, 14, 18, 14), spacing=10)
        self._go = button(tr("Open"), "primary", self._open)
        self._share = button(tr("Save as file…"), "", self._choose_target)
        self._remove = button(tr("Remove"), "danger", self._forget)
        bring = button(tr("Open a file…"), "", self._choose_source)
        close = button(tr("Close"), "", self.reject)
        self.set_content(body, (bring, self._share, self._remove), (close, self._go))
        self.closed.connect(lambda _: self._scope.cancel("view"))
        self._show()

    @property
    def chosen(self) -> SavedView | None:
        """The view that is marked in the list."""
        row = self.list.currentRow()
        return self._shelf.views.all[row] if 0 <= row < len(self._shelf.views.all) else None

    def share(self, path: Path) -> None:
        """Write the chosen view to a file."""
        view = self.chosen
        if view is not None:
            try:
                write(path, view)
            except CrmError as error:
                self._on_trouble(error)
            else:
                self.note.show_text(tr("Saved as {file}.", file=path), "good")
                self.note.show()

    def bring_in(self, path: Path) -> None:
        """Open the view of a file."""
        self._scope.start(self._brought(path), slot="view")

    async def _brought(self, path: Path) -> None:
        await open_view(self._window, path)
        self.accept()

    def _save(self) -> None:
        name = self.name.text().strip()
        if name and self._space.current is not None:
            self._scope.start(self._saved(name), slot="view")

    async def _saved(self, name: str) -> None:
        await self._shelf.save(name)
        self.name.clear()
        self._show(name)

    def _open(self) -> None:
        view = self.chosen
        if view is not None:
            self._scope.start(self._opened(view), slot="view")

    async def _opened(self, view: SavedView) -> None:
        await self._shelf.open(view)
        self.accept()

    def _forget(self) -> None:
        view = self.chosen
        if view is not None:
            self._scope.start(self._forgotten(view.name), slot="view")

    async def _forgotten(self, name: str) -> None:
        await self._shelf.views.remove(name)
        self._show()

    def _choose_target(self) -> None:
        view = self.chosen
        if view is None:
            return
        plain = re.sub(r"[^\w .-]+", "_", view.name).strip(" .") or "view"
        dialog = QFileDialog(self.window(), tr("Save the view as a file"), safe_name(plain + ENDING))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDING[1:])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.share(Path(name)))
        dialog.open()

    def _choose_source(self) -> None:
        dialog = QFileDialog(self.window(), tr("Open a view"), "", tr("Saved views") + f" (*{ENDING})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.bring_in(Path(name)))
        dialog.open()

    def _show(self, marked: str = "") -> None:
        self.list.clear()
        for view in self._shelf.views.all:
            self.list.addItem(f"{view.name} · {view.module}")
        names = [view.name for view in self._shelf.views.all]
        self.list.setCurrentRow(names.index(marked) if marked in names else 0 if names else -1)
        self.note.hide()
        self._enable()

    def _enable(self) -> None:
        has_view = self.chosen is not None
        for one in (self._go, self._share, self._remove):
            one.setEnabled(has_view)
        self._keep.setEnabled(bool(self.name.text().strip()) and self._space.current is not None)

    def _on_trouble(self, error: BaseException) -> None:
        self.note.show_text(told(error_words(error).text), "bad")
        self.note.show()
