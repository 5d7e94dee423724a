# SPDX-License-Identifier: MIT
"""The preview of a printed document, with the sender's address, and the ways out: PDF, printer, clipboard."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QTextDocument
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QScrollArea, QSizePolicy, QWidget
from shiboken6 import isValid

from crmdesk.domain.file_names import safe_name
from crmdesk.domain.sentence import said_by
from crmdesk.engine.desk import Account
from crmdesk.engine.whole_document import WholeDocument
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Note, box, button, label, set_font
from crmdesk.ui.sales.document_text import document_text
from crmdesk.ui.sales.paper import Paper, paper_of
from crmdesk.ui.sales.printing import (
    PAPER,
    UNITS,
    CannotPrint,
    foot_of,
    laid_out,
    paint_all,
    paint_page,
    whole_paper,
    write_pdf,
)
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import plural, tr

Start = Callable[[Coroutine[Any, Any, Any]], None]
SENDER = "print-sender"
"""Name under which the account's file remembers the sender's address."""
_WIDTH = 600  # of a sheet of paper, in pixels of the normal text size
_GAP = 14
_SOON_MS = 250


class PagesView(QWidget):
    """Every sheet below the other, painted as they come into view."""

    def __init__(self) -> None:
        super().__init__()
        self._document: QTextDocument | None = None
        self._foot = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_document(self, document: QTextDocument, foot: str) -> None:
        """Show another layout."""
        self._document, self._foot = document, foot
        count = document.pageCount()
        self.setFixedSize(self._width, count * (self._height + self._gap) + self._gap)
        self.setAccessibleName(plural(count, "{n} page", "{n} pages"))
        self.setAccessibleDescription(document.toPlainText())
        self.update()

    @property
    def _width(self) -> int:
        return theme().px(_WIDTH)

    @property
    def _height(self) -> int:
        return round(self._width * PAPER.height() / PAPER.width())

    @property
    def _gap(self) -> int:
        return theme().px(_GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._document is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        scale = self._width / (PAPER.width() / 25.4 * UNITS)
        for number in range(self._document.pageCount()):
            top = self._gap + number * (self._height + self._gap)
            sheet = QRectF(0.5, top + 0.5, self._width - 1, self._height - 1)
            if not sheet.intersects(QRectF(event.rect())):
                continue
            painter.setPen(theme().colours.line)
            painter.setBrush(QColor("white"))  # paper is white in every scheme
            painter.drawRect(sheet)
            painter.save()
            painter.translate(0, top)
            painter.scale(scale, scale)
            paint_page(self._document, painter, number, self._foot)
            painter.restore()
        painter.end()


class PrintSheet(Sheet):
    """Nothing is sent anywhere but to the file or printer that the person chooses.

    Signals:
        told(str): what was done, for the message bar.
    """

    told = Signal(str)

    def __init__(self, account: Account, whole: WholeDocument, formats: Formats, start: Start) -> None:
        """``start`` runs what may outlast the sheet."""
        self._account, self._whole, self._formats, self._start = account, whole, formats, start
        self.paper: Paper = paper_of(whole, formats)
        super().__init__(tr("Print: {title}", title=self.paper.title), 960)
        self.layout_of = laid_out(self.paper)
        self.pages = PagesView()
        self.address = QPlainTextEdit()
        self.address.setAccessibleName(tr("Your address"))
        self.address.setPlaceholderText(tr("Company, street, town, telephone"))
        self.address.setTabChangesFocus(True)
        self.address.setFixedHeight(theme().px(110))
        self.count = label("", "muted")
        self.trouble = Note("", "bad")
        self.trouble.hide()
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._show)
        self.address.textChanged.connect(self._soon.start)
        self._build()
        self._show()
        start(self._recall())

    def _build(self) -> None:
        area = QScrollArea()
        area.setWidget(self.pages)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        area.setMinimumSize(theme().px(_WIDTH + 40), theme().px(440))
        area.setAccessibleName(tr("Preview"))
        side = [
            label(tr("Your address"), "", "bold"),
            self.address,
            label(tr("It is printed above the document and remembered for this account."), "muted", "small", wrap=True),
            self.count,
        ]
        if self._whole.is_pending:
            side.append(Note(tr("This shows your pending changes; the server does not have them yet."), "warn"))
        side.append(self.trouble)
        left = box(*side, None, vertical=True, spacing=8)
        left.setFixedWidth(theme().px(250))
        body = box(left, area, margins=(18, 14, 18, 14), spacing=16)
        self.copy = button(tr("Copy as text"), "", self.copy_text, tip=tr("For an e-mail or a note"))
        self.pdf = button(tr("Save as PDF…"), "primary", self.ask_pdf)
        self.printer = button(tr("Print…"), "", self.ask_printer)
        set_font(self.address, "body")
        self.set_content(body, (self.copy,), (button(tr("Close"), "", self.reject), self.printer, self.pdf))

    async def _recall(self) -> None:
        held = await self._account.storage.recall(SENDER)
        if held and isValid(self) and not self.address.toPlainText():
            self.address.setPlainText(held)
            self._show()

    def _show(self) -> None:
        self._soon.stop()
        self.paper = paper_of(self._whole, self._formats, self.address.toPlainText())
        self.layout_of = laid_out(self.paper)
        self.pages.show_document(self.layout_of, foot_of(self.paper))
        self.count.setText(plural(self.layout_of.pageCount(), "{n} page, A4", "{n} pages, A4"))

    async def _remember(self, text: str) -> None:
        await self._account.storage.remember(SENDER, text)

    def _keep_sender(self) -> None:
        if self._soon.isActive():
            self._show()
        self._start(self._remember(self.address.toPlainText()))

    def _say(self, why: str) -> None:
        self.trouble.show_text(why, "bad")
        self.trouble.setVisible(bool(why))

    # ---- ways out ----------------------------------------------------------------------------------------------------

    def copy_text(self) -> None:
        """The document as plain text on the clipboard."""
        self._keep_sender()
        QGuiApplication.clipboard().setText(document_text(self.paper))
        self.told.emit(tr("Copied as text."))

    def ask_pdf(self) -> None:
        """Ask where to, then write the file."""
        self._keep_sender()
        name = safe_name(f"{self.paper.title.replace('/', '_')}.pdf")
        chooser = QFileDialog(self.window(), tr("Save as PDF"), name, tr("PDF (*.pdf)"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("pdf")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: self.save_pdf(Path(path)))
        chooser.open()

    def save_pdf(self, path: Path) -> None:
        """Write the file; trouble is said in the sheet."""
        try:
            count = write_pdf(self.paper, path)
        except CannotPrint as error:
            self._say(told(said_by(error)))
            return
        self._say("")
        self.told.emit(plural(count, "{n} page saved in {name}.", "{n} pages saved in {name}.", name=path.name))

    def ask_printer(self) -> None:
        """The system's own dialog, then the printer."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # slow to load: it asks for printers

        self._keep_sender()
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self.paper.title)
        printer.setFullPage(True)
        whole_paper(printer)
        dialog = QPrintDialog(printer, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._print(printer))
        dialog.open()  # type: ignore[call-arg]  # the stubs forget the one without a slot

    def _print(self, printer: "object") -> None:
        from PySide6.QtPrintSupport import QPrinter

        assert isinstance(printer, QPrinter)
        try:
            paint_all(self.layout_of, printer, foot_of(self.paper))
        except CannotPrint as error:
            self._say(told(said_by(error)))
            return
        self._say("")
        self.told.emit(tr("Sent to the printer."))
