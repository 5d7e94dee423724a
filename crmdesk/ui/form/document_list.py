# SPDX-License-Identifier: MIT
"""Documents: the files of a record; save, open after asking, upload by button or by dropping."""

import asyncio
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTemporaryDir
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QFrame, QListView, QWidget

from crmdesk.connectors.port import Attachment, StoresDocuments
from crmdesk.domain.file_names import is_program, safe_name, unturned
from crmdesk.engine.opened_files import template
from crmdesk.ui.chips import FlowLayout
from crmdesk.ui.form.lines import DATA, Line, LineDelegate, line_item
from crmdesk.ui.form.record_page import RecordPage, Shown, Start
from crmdesk.ui.formats import Formats
from crmdesk.ui.opening import open_file
from crmdesk.ui.parts import ProgressBar, box, button, label, show_length
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import plural, tr

LARGE_BYTES = 25 * 1024 * 1024
"""Above this many servers refuse; the person is told before sending."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits to be sent."""

    path: Path
    size_bytes: int


class DocumentList(RecordPage):
    """The list, a bar for what is about to be sent, and the buttons."""

    def __init__(self, formats: Formats, scope: TaskScope, start: Start, parent: QWidget | None = None) -> None:
        super().__init__(formats, scope, start, parent)
        self.setAcceptDrops(True)
        self._folder: QTemporaryDir | None = None
        self._waiting: list[Upload] = []
        self._sending = False
        self._stopped = False
        self.model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setProperty("role", "pane")
        self.list.setModel(self.model)
        self.list.setItemDelegate(LineDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName(tr("Documents"))
        self.list.activated.connect(lambda _index: self._on_open())
        self.list.selectionModel().currentChanged.connect(lambda *_: self._offer())
        self.upload_button = button(tr("Upload…"), clicked=self._on_upload)
        self.save_button = button(tr("Save as…"), clicked=self._on_save)
        self.open_button = button(tr("Open…"), clicked=self._on_open)
        self._column.addWidget(self._make_bar())
        self._column.addWidget(self.list, 1)
        self._column.addWidget(label(tr("Drop files here to upload them."), "muted", "small", wrap=True))
        self._column.addWidget(self._make_buttons())
        self._offer()

    def _make_buttons(self) -> QWidget:
        """In a row, or below one another where the panel is narrow and the language long."""
        holder = QWidget()
        row = FlowLayout(holder, margins=(0, 0, 0, 0))
        for one in (self.upload_button, self.save_button, self.open_button):
            row.addWidget(one)
        return holder

    def _make_bar(self) -> QFrame:
        self.bar_text = label("", wrap=True)
        self.progress = ProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Upload"))
        self.send_button = button(tr("Upload"), "primary", self._on_send)
        self.cancel_button = button(tr("Cancel"), clicked=self._on_cancel)
        row = box(self.send_button, self.cancel_button, None)
        self.bar = box(
            self.bar_text, self.progress, row, vertical=True, margins=(12, 8, 12, 8), spacing=6, role="note-info"
        )
        self.bar.hide()
        return self.bar

    # ---- filling -----------------------------------------------------------------------------------------------------

    def forget(self) -> None:
        self.model.clear()
        if not self._sending:
            self._waiting = []
        self._show_bar()
        self._offer()

    async def fill(self, shown: Shown) -> None:
        record = shown.record.id
        found = await shown.account.session.ask_role(StoresDocuments, lambda c: c.list_attachments(record))
        self.model.clear()
        for one in found:
            kind = one.mime_type or guess_type(one.file_name)[0] or ""
            parts = [safe_name(one.file_name) if one.file_name != one.title else "", kind, self._size(one.size_bytes)]
            detail = " · ".join(part for part in parts if part)
            title = unturned(one.title) or safe_name(one.file_name)
            self.model.appendRow(line_item(Line(title=title, detail=detail, icon=_icon(kind)), one))
        self.counted.emit(len(found))
        self.say("" if found else tr("There are no documents here."))
        self._offer()

    async def fill_alone(self, shown: Shown) -> None:
        self.say(
            tr("You are offline: documents are not copied to this computer. Which ones this record has, and what stands "
               "in them, is known when the server answers again.")
        )  # fmt: skip

    def _size(self, size_bytes: int | None) -> str:
        return "" if size_bytes is None else self._formats.locale.formattedDataSize(size_bytes, 1)

    def chosen(self) -> Attachment | None:
        """The document the buttons are about."""
        held = self.list.currentIndex().data(DATA)
        return held if isinstance(held, Attachment) else None

    def _offer(self) -> None:
        reason = self._shown.reason if self._shown is not None else ""
        for one in (self.save_button, self.open_button):
            one.setEnabled(self.chosen() is not None)
            one.setToolTip("" if one.isEnabled() else tr("Choose a document"))
        self.upload_button.setEnabled(not reason and self._shown is not None)
        self.upload_button.setToolTip(reason)

    # ---- down --------------------------------------------------------------------------------------------------------

    def _on_save(self) -> None:
        attachment, shown = self.chosen(), self._shown
        if attachment is None or shown is None:
            return
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation))
        dialog = QFileDialog(self, tr("Save document"), str(folder / safe_name(attachment.file_name)))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(attachment, Path(path)))
        dialog.open()

    def save(self, attachment: Attachment, path: Path) -> None:
        """Download to a file."""
        if self._shown is not None:
            self._scope.start(self._save(self._shown, attachment, path), slot="download")

    async def _save(self, shown: Shown, attachment: Attachment, path: Path) -> None:
        self.say(tr("Loading {file}…", file=safe_name(attachment.file_name)))
        try:
            content = await shown.account.session.ask_role(StoresDocuments, lambda c: c.download(attachment))
            await asyncio.to_thread(path.write_bytes, content)
        finally:
            self.say("")
        self.info.emit(tr("Saved {file}.", file=path.name))

    def _on_open(self) -> None:
        attachment = self.chosen()
        if attachment is not None and self._shown is not None:
            self._scope.start(self._open(self._shown, attachment), slot="download")

    async def _open(self, shown: Shown, attachment: Attachment) -> None:
        name = safe_name(attachment.file_name)
        if is_program(name):
            self.info.emit(
                tr(
                    "{file} is a program or starts one, so it is not opened from here. Save it, and have it checked.",
                    file=name,
                )
            )
            return
        text = tr(
            "{file} is loaded and opened by the program this computer has for such files. "
            "Open only what you expect: a document can carry a program.",
            file=name,
        )
        if not await self.confirm(tr("Open this document?"), text, tr("Open")):
            return
        if self._folder is None:
            self._folder = QTemporaryDir(template())
        path = Path(self._folder.path()) / name
        await self._save(shown, attachment, path)
        if not open_file(path):
            self.info.emit(tr("This computer has no program for {file}. Save it instead.", file=path.name))

    # ---- up ----------------------------------------------------------------------------------------------------------

    def _on_upload(self) -> None:
        dialog = QFileDialog(self, tr("Upload documents"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.offer_upload([Path(name) for name in names]))
        dialog.open()

    def offer_upload(self, paths: list[Path]) -> None:
        """Put files in the bar; nothing is sent before the person says so."""
        if self._sending or self._shown is None or self._shown.reason:
            return
        found = [Upload(path, path.stat().st_size) for path in paths if path.is_file()]
        if len(found) < len(paths):
            self.info.emit(tr("Folders cannot be uploaded, only files."))
        self._waiting += [one for one in found if one not in self._waiting]
        self._show_bar()

    def _show_bar(self) -> None:
        self.bar.setVisible(bool(self._waiting) or self._sending)
        self.progress.setVisible(self._sending)
        self.send_button.setVisible(not self._sending)
        if self._waiting and not self._sending and self._shown is not None:
            names = ", ".join(one.path.name for one in self._waiting[:4]) + ("…" if len(self._waiting) > 4 else "")
            size = self._size(sum(one.size_bytes for one in self._waiting))
            text = tr(
                "{files} ({size}) for {title}, stored on the server at once.",
                files=names,
                size=size,
                title=self._shown.title,
            )
            if any(one.size_bytes > LARGE_BYTES for one in self._waiting):
                text += " " + tr("Many servers refuse files of that size.")
            self.bar_text.setText(text)
            self.send_button.setText(plural(len(self._waiting), "Upload {n} file", "Upload {n} files"))

    def _on_cancel(self) -> None:
        """Before sending: forget them. While sending: nothing after the one that is on its way."""
        if self._sending:
            self._stopped = True
            self.cancel_button.setEnabled(False)
        else:
            self._waiting = []
        self._show_bar()

    def _on_send(self) -> None:
        if self._waiting and self._shown is not None and not self._sending:
            self._sending, self._stopped = True, False
            self._start(self._send(self._shown, tuple(self._waiting)))
            self._show_bar()

    async def _send(self, shown: Shown, uploads: tuple[Upload, ...]) -> None:
        """Runs in the account's scope: a file on its way is not abandoned because somebody closes the panel."""
        sent = 0
        try:
            for number, upload in enumerate(uploads):
                if self._stopped:
                    break
                self._say_progress(shown, upload, number, len(uploads))
                content = await asyncio.to_thread(upload.path.read_bytes)
                await self._send_one(shown, upload, content)
                sent += 1
                if upload in self._waiting:
                    self._waiting.remove(upload)
        finally:
            self._sending = False
            if self.is_alive():
                self.cancel_button.setEnabled(True)
                if self._stopped or not self.is_current(shown):
                    self._waiting = []
                self._show_bar()
                if sent:
                    self.info.emit(plural(sent, "{n} document uploaded.", "{n} documents uploaded."))
                if self.is_current(shown):
                    self.reload()

    async def _send_one(self, shown: Shown, upload: Upload, content: bytes) -> None:
        name, record = upload.path.name, shown.record.id
        kind = guess_type(name)[0] or "application/octet-stream"
        await shown.account.session.tell_role(
            StoresDocuments, lambda c: c.upload(upload.path.stem, name, kind, content, record)
        )

    def _say_progress(self, shown: Shown, upload: Upload, number: int, count: int) -> None:
        if self.is_alive():
            show_length(self.progress, count if count > 1 else None)
            self.progress.setValue(number)
            self.bar_text.setText(
                tr(
                    "Sending {file} ({n} of {count}) to {title}…",
                    file=upload.path.name,
                    n=number + 1,
                    count=count,
                    title=shown.title,
                )
            )

    # ---- dropping ----------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.upload_button.isEnabled() and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.offer_upload([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])


def _icon(kind: str) -> str:
    for word, icon in (
        ("image", "image"),
        ("pdf", "file-pdf"),
        ("zip", "file-zip"),
        ("sheet", "table"),
        ("text", "file-text"),
    ):
        if word in kind:
            return icon
    return "file"
