# SPDX-License-Identifier: MIT
"""A sales document on A4: laid out once, the same on the screen, in a PDF and on a printer."""

from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPen,
    QTextDocument,
)

from crmdesk.ui.sales.paper import Paper, PaperRow
from crmdesk.ui.sales.totals_panel import Figure
from crmdesk.ui.wording import tr

UNITS = 96.0
"""Of the layout, in an inch; devices scale it."""
PAPER = QSizeF(210, 297)  # mm
_MARGINS = (20.0, 16.0, 18.0, 24.0)  # mm: left, top, right, bottom with the foot in it
_FOOT_MM = 12.0  # from the lower edge
_ELIDE = Qt.TextElideMode.ElideRight
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_INK, _SOFT, _LINE, _SHADE = "#1c2430", "#5b6573", "#c9ced6", "#f2f4f7"  # paper is white whatever the screen's scheme


class CannotPrint(Exception):
    """The file or the printer cannot be written; the message is a sentence."""


def _px(mm: float) -> float:
    return mm / 25.4 * UNITS


class Sealed(QTextDocument):
    """A document that holds all it shows: whatever slipped into its markup, it reads no file and asks no server."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None


def laid_out(paper: Paper) -> QTextDocument:
    """The document in pages of the paper's printable area; ``pageCount`` of it is the number of sheets."""
    document = Sealed()
    document.setUseDesignMetrics(True)  # the same line breaks on every device
    document.setDocumentMargin(0)
    font = QFont("Inter")
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPixelSize(12)
    document.setDefaultFont(font)
    left, top, right, bottom = _MARGINS
    document.setPageSize(QSizeF(_px(PAPER.width() - left - right), _px(PAPER.height() - top - bottom)))
    document.setHtml(_html(paper))
    return document


def paint_page(document: QTextDocument, painter: QPainter, number: int, foot: str) -> None:
    """One sheet, ``number`` from 0; the painter's units are ``UNITS`` an inch, its origin the paper's corner."""
    left, top, _, _ = _MARGINS
    size = document.pageSize()
    painter.save()
    painter.translate(_px(left), _px(top) - number * size.height())
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = QRectF(0, number * size.height(), size.width(), size.height())
    context.palette.setColor(QPalette.ColorRole.Text, QColor(_INK))
    painter.setClipRect(context.clip)
    document.documentLayout().draw(painter, context)
    painter.restore()
    _paint_foot(document, painter, number, foot)


def _paint_foot(document: QTextDocument, painter: QPainter, number: int, foot: str) -> None:
    left, _, right, _ = _MARGINS
    y = _px(PAPER.height() - _FOOT_MM)
    width = _px(PAPER.width() - left - right)
    font = QFont(document.defaultFont())
    font.setPixelSize(10)
    painter.save()
    painter.setPen(QPen(QColor(_LINE), 0.7))
    painter.drawLine(QRectF(_px(left), y - 18, width, 0).topLeft(), QRectF(_px(left), y - 18, width, 0).topRight())
    painter.setFont(font)
    painter.setPen(QColor(_SOFT))
    where = QRectF(_px(left), y - 12, width, 16)
    pages = tr("Page {n} of {all}", n=number + 1, all=document.pageCount())
    room = width - painter.fontMetrics().horizontalAdvance(pages) - 24
    shown = painter.fontMetrics().elidedText(foot, _ELIDE, int(room))
    painter.drawText(where, _LEFT.value, shown)
    painter.drawText(where, _RIGHT.value, pages)
    painter.restore()


def paint_all(document: QTextDocument, device: QPagedPaintDevice, foot: str) -> None:
    """Every sheet on a printer or PDF whose layout is the whole paper.

    Raises:
        CannotPrint: it cannot be written.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise CannotPrint(tr("Nothing could be written there. Choose another place or printer."))
    painter.scale(device.logicalDpiX() / UNITS, device.logicalDpiY() / UNITS)
    for number in range(document.pageCount()):
        if number and not device.newPage():
            painter.end()
            raise CannotPrint(tr("Page {n} could not be written. Is there room left?", n=number + 1))
        paint_page(document, painter, number, foot)
    if not painter.end():
        raise CannotPrint(tr("The last page could not be written. Is there room left?"))


def whole_paper(device: QPagedPaintDevice) -> None:
    """Give a device A4 without margins of its own: ours are inside."""
    device.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(0, 0, 0, 0),
            QPageLayout.Unit.Millimeter,
        )
    )


def write_pdf(paper: Paper, path: Path) -> int:
    """Write the document as a PDF file; how many pages it has. A file that is there is replaced.

    Raises:
        CannotPrint: it cannot be written.
    """
    document = laid_out(paper)
    try:
        with path.open("ab"):  # the writer itself only says so on the error output
            pass
    except OSError as error:
        raise CannotPrint(tr("{path} cannot be written: {why}.", path=path.name, why=error.strerror)) from error
    writer = QPdfWriter(str(path))
    writer.setResolution(300)
    writer.setTitle(paper.title)
    writer.setCreator("crmdesk")
    whole_paper(writer)
    paint_all(document, writer, foot_of(paper))
    return document.pageCount()


def foot_of(paper: Paper) -> str:
    """What stands at the foot of every sheet."""
    return " · ".join(one for one in (paper.title, paper.subject) if one)


# ---- the words as a text document ------------------------------------------------------------------------------------


def _lines(texts: tuple[str, ...]) -> str:
    return "<br>".join(escape(one) for one in texts)


def _html(paper: Paper) -> str:
    """Everything that came from a server is escaped."""
    sender = f'<p style="font-size:10px;color:{_SOFT};margin:0">{_lines(paper.sender)}</p>' if paper.sender else ""
    facts = "".join(
        f'<tr><td style="color:{_SOFT};padding-right:14px">{escape(label)}</td><td align="right">{escape(value)}</td></tr>'
        for label, value in paper.facts
        if value
    )
    head = (
        f'<table width="100%" cellspacing="0" cellpadding="0"><tr><td width="56%">'
        f'<p dir="ltr" style="margin:0;font-size:13px">{_lines(paper.recipient)}</p></td>'
        f'<td align="right" valign="bottom"><table cellspacing="0" cellpadding="1" align="right">{facts}</table></td></tr></table>'
    )
    return (
        f"{sender}<p style='margin:26px 0 0 0'></p>{head}"
        f'<p style="margin:30px 0 2px 0;font-size:21px;font-weight:600">{escape(paper.title)}</p>'
        f'<p dir="ltr" style="margin:0;font-size:13px;color:{_SOFT}">{escape(paper.subject)}</p>'
        '<p style="margin:0;font-size:8px">&nbsp;</p>'
        f"{_table(paper)}{_totals(paper.totals)}{_notes(paper)}"
    )


def _columns(paper: Paper) -> list[tuple[str, str, str]]:
    """(part, title, align) of the columns that this document fills."""
    every = [
        ("place", "#", "left"),
        ("number", tr("Number"), "left"),
        ("name", tr("Item"), "left"),
        ("quantity", tr("Quantity"), "right"),
        ("unit", tr("Unit"), "left"),
        ("price", tr("Price"), "right"),
        ("discount", tr("Discount"), "right"),
        ("tax", tr("Tax"), "right"),
        ("total", tr("Net"), "right"),
    ]
    always = ("place", "name", "quantity", "price", "total")
    return [one for one in every if one[0] in always or paper.has(one[0])]


_CELL = f"border-bottom:1px solid {_LINE};padding:5px 4px 5px 4px"


def _table(paper: Paper) -> str:
    columns = _columns(paper)
    titles = "".join(
        f'<th align="{align}" style="font-size:10px;font-weight:600;color:{_SOFT};background-color:{_SHADE};'
        f'padding:5px 4px 5px 4px"{_width(part)}>{escape(title)}</th>'
        for part, title, align in columns
    )
    rows = "".join(_row(row, columns) for row in paper.rows)
    if not paper.rows:
        rows = f'<tr><td colspan="{len(columns)}" style="{_CELL};color:{_SOFT}">{escape(tr("No lines."))}</td></tr>'
    return (
        f'<table width="100%" cellspacing="0" cellpadding="0" style="border-collapse:collapse">'
        f"<thead><tr>{titles}</tr></thead>{rows}</table>"
    )


def _width(part: str) -> str:
    return ' width="36%"' if part == "name" else ""


def _row(row: PaperRow, columns: list[tuple[str, str, str]]) -> str:
    if row.is_heading or row.is_text:
        look = "font-weight:600;font-size:13px;padding-top:12px" if row.is_heading else ""
        words = escape(row.name).replace("\n", "<br>")
        return f'<tr><td colspan="{len(columns)}" style="{_CELL};{look}">{words}</td></tr>'
    cells = "".join(
        f'<td align="{align}" valign="top" style="{_CELL}{";color:" + _SOFT if row.mark else ""}">{_cell(row, part)}</td>'
        for part, _, align in columns
    )
    return f"<tr>{cells}</tr>"


def _cell(row: PaperRow, part: str) -> str:
    text = escape(getattr(row, part)).replace("\n", "<br>")
    if part != "name":
        return text.replace(" ", "&nbsp;")
    small = f'<br><span style="font-size:10px;color:{_SOFT}">{{}}</span>'
    detail = small.format(escape(row.detail).replace("\n", "<br>")) if row.detail else ""
    mark = small.format(f"<i>{escape(row.mark)}</i>") if row.mark else ""
    return f"{text}{detail}{mark}"


def _totals(figures: tuple[Figure, ...]) -> str:
    rows = ""
    for figure in figures:
        look = "font-size:15px;font-weight:600;padding-top:8px" if figure.is_whole else "padding-top:3px"
        ink = "" if figure.is_whole else f"color:{_SOFT};"
        amount = escape(figure.amount).replace(" ", "&nbsp;")
        rows += (
            f'<tr><td style="{ink}{look};padding-right:26px">{escape(figure.what)}</td>'
            f'<td align="right" style="{look}">{amount}</td></tr>'
        )
    return (
        '<p style="margin:0;font-size:8px">&nbsp;</p>'
        f'<table width="100%" cellspacing="0" cellpadding="0"><tr><td width="45%"></td><td>'
        f'<table width="100%" cellspacing="0" cellpadding="0">{rows}</table></td></tr></table>'
    )


def _notes(paper: Paper) -> str:
    return "".join(
        f'<p style="margin:22px 0 2px 0;font-size:10px;font-weight:600;color:{_SOFT}">{escape(label)}</p>'
        f'<p style="margin:0">{escape(text).replace(chr(10), "<br>")}</p>'
        for label, text in paper.notes
    )
