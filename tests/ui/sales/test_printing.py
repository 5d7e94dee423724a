# SPDX-License-Identifier: MIT
"""A document on A4: every line and total is there, pages break, the PDF has as many as the layout."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter, QTextDocument
from PySide6.QtWidgets import QApplication

from crmdesk.ui.sales.paper import Paper, paper_of
from crmdesk.ui.sales.printing import PAPER, UNITS, CannotPrint, foot_of, laid_out, paint_page, write_pdf
from tests.ui.sales.papers import GERMAN, line, whole


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    """Layouts need an application."""


def pages_in(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))


def big(count: int, detail: str = "") -> Paper:
    return paper_of(whole([line(f"Item {at:03}", text=detail) for at in range(count)]), GERMAN)


def test_every_word_and_figure_is_on_it() -> None:
    paper = paper_of(whole(), GERMAN, "Nordwind GmbH")
    text = laid_out(paper).toPlainText().replace("\u00a0", " ")
    for wanted in ("Nordwind GmbH", "Äijälä Oy", "20457 Hamburg", "Quote QUO7", "Pumps <b> & more", "31.12.2026",
                   "Pump housing", "RAL 7016", "Options", "Seal kit", "438,90", "Tax 24 %", "1.291,20", "Tax 10 %",
                   "7.153,99 EUR", "30 days net."):  # fmt: skip
        assert wanted in text, wanted
    assert "for colleagues only" not in text


def test_two_hundred_lines_go_over_pages_and_none_is_lost(tmp_path: Path) -> None:
    paper = big(200)
    document = laid_out(paper)
    text = document.toPlainText()
    assert all(f"Item {at:03}" in text for at in range(200))
    assert 4 <= document.pageCount() <= 10
    assert write_pdf(paper, tmp_path / "big.pdf") == document.pageCount() == pages_in(tmp_path / "big.pdf")
    assert (tmp_path / "big.pdf").read_bytes().startswith(b"%PDF-")


def test_long_texts_wrap_inside_the_paper() -> None:
    wide = laid_out(big(2, "A long text without an end. " * 60))
    assert wide.size().width() <= wide.pageSize().width() + 1
    words = laid_out(paper_of(whole([line("Oneverylongword" * 20)]), GERMAN))
    assert words.pageCount() == 1
    assert words.size().width() <= words.pageSize().width() + 1


def test_each_page_has_ink_and_a_foot() -> None:
    paper = big(120)
    document = laid_out(paper)
    for number in range(document.pageCount()):
        picture = page_picture(document, number, foot_of(paper), 420)
        assert (picture.width(), picture.height()) == (420, 594)
        assert ink(picture, 0, 540) > 200
        assert ink(picture, 560, 590) > 10  # the foot
        assert ink(picture, 0, 25) == 0  # the margin


def page_picture(document: QTextDocument, number: int, foot: str, width: int) -> QImage:
    """One sheet as a picture so many pixels wide."""
    scale = width / (PAPER.width() / 25.4 * UNITS)
    picture = QImage(width, round(PAPER.height() / 25.4 * UNITS * scale), QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.scale(scale, scale)
    paint_page(document, painter, number, foot)
    painter.end()
    return picture


def ink(picture: QImage, top: int, bottom: int) -> int:
    """Dark points between two rows."""
    return sum(
        QColor(picture.pixel(x, y)).lightness() < 160 for y in range(top, bottom) for x in range(picture.width())
    )


def test_a_file_is_replaced_and_one_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    path = tmp_path / "quote.pdf"
    path.write_bytes(b"old")
    write_pdf(big(1), path)
    assert pages_in(path) == 1
    with pytest.raises(CannotPrint, match="cannot be written"):
        write_pdf(big(1), tmp_path / "nowhere" / "quote.pdf")


def test_an_empty_document_is_one_page() -> None:
    paper = replace(big(0), subject="", notes=())
    assert laid_out(paper).pageCount() == 1
    assert "No lines." in laid_out(paper).toPlainText()
    assert foot_of(paper) == "Quote QUO7"
