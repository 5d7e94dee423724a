# SPDX-License-Identifier: MIT
"""Walks the tour in a language and tells every text that has less room than it needs: ``python -m tests.texts de``.

``long`` is a language of the test's own in which every text is 40 % longer. Prints JSON: screen -> texts; exit code 0
where the walk came to its end. Run by ``tests/journeys/test_texts.py`` in a process of its own, since a language is
chosen before the first window is made.
"""

import argparse
import json
import re
import sys
import tempfile
import traceback
from pathlib import Path

from PySide6.QtCore import QLocale, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHeaderView,
    QLabel,
    QTabBar,
    QToolButton,
    QWidget,
)

from crmdesk import translation
from crmdesk.domain.sentence import Voice
from crmdesk.ui import languages, tour
from crmdesk.ui.accounts.choice_buttons import Card
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.theme import theme

LONG = "long"
_STRETCH = 0.4
_SLACK_PX = 1
_PLACE = re.compile(r"(\{[^}]*\}|&\w|%\(\w+\)[rs]|%s|<[^>]*>)")


class Long:
    """English, 40 % longer: German is about that for short words."""

    code = "en"

    def said(self, text: str, count: int | None = None) -> str:
        """Vowels doubled until it is long enough; what stands in braces and tags stays."""
        return stretched(text)

    def grouped(self, count: int) -> str:
        return QLocale().toString(count)

    def within(self, noun: str) -> str:
        return noun.lower()


def stretched(text: str) -> str:
    """The text, 40 % longer; its placeholders and its blanks as they are."""
    parts = _PLACE.split(text)
    wanted = round(sum(len(part) for part in parts[::2]) * _STRETCH)
    for at in range(0, len(parts), 2):
        letters = []
        for letter in parts[at]:
            letters.append(letter)
            if wanted > 0 and letter.isalpha():
                letters.append(letter.lower())
                wanted -= 1
        parts[at] = "".join(letters)
    return "".join(parts)


def cut_texts(window: QWidget) -> list[str]:
    """Texts in a window that need more room than their widget has; those with a tooltip of their own may be elided."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        for text, need, has in _needs(widget):
            if need.width() > has.width() + _SLACK_PX or need.height() > has.height() + _SLACK_PX:
                size = f"{need.width()}x{need.height()} in {has.width()}x{has.height()}"
                found.append(f"{type(widget).__name__} {text!r} needs {size}")
    return found


def _needs(widget: QWidget) -> list[tuple[str, QSize, QSize]]:
    """(text, what it needs, what it has)."""
    if isinstance(widget, QLabel):
        return _label_needs(widget)
    if isinstance(widget, QAbstractButton):
        if not widget.text() or _is_icon(widget) or widget.toolTip() == widget.text():
            return []
        hint = widget.sizeHint().boundedTo(widget.minimumSizeHint()) if isinstance(widget, Card) else widget.sizeHint()
        return [(widget.text(), QSize(hint.width(), 0), widget.size())]
    if isinstance(widget, QTabBar):
        return [
            (widget.tabText(at), QSize(widget.fontMetrics().horizontalAdvance(widget.tabText(at)), 0), rect.size())
            for at in range(widget.count())
            if not (rect := widget.tabRect(at)).isEmpty() and not widget.tabToolTip(at)
        ]
    if isinstance(widget, QHeaderView) and widget.orientation() is Qt.Orientation.Horizontal:
        return _header_needs(widget)
    return []


def _label_needs(widget: QLabel) -> list[tuple[str, QSize, QSize]]:
    text = widget.text()
    if not text or widget.toolTip() or not widget.pixmap().isNull():
        return []
    has = widget.contentsRect().size()
    if "<" in text and widget.textFormat() is not Qt.TextFormat.PlainText:
        return []
    flags = Qt.TextFlag.TextWordWrap if widget.wordWrap() else Qt.TextFlag.TextSingleLine
    if not widget.wordWrap() and "\n" in text:
        flags = Qt.TextFlag.TextExpandTabs
    margin = widget.margin() * 2 + max(widget.indent(), 0)
    room = QRect(0, 0, max(has.width() - margin, 1) if widget.wordWrap() else 0, 0)
    need = widget.fontMetrics().boundingRect(room, int(flags.value), text).size()
    # The last line's descent may reach into the margin that a layout leaves below.
    return [(text, QSize(need.width() + margin, need.height() - widget.fontMetrics().descent()), has)]


def _header_needs(header: QHeaderView) -> list[tuple[str, QSize, QSize]]:
    """Headings of columns that tell nothing more where one points at them."""
    model, found = header.model(), []
    for section in range(header.count()):
        if header.isSectionHidden(section):
            continue
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        more = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        if text and not more:
            need = QSize(header.fontMetrics().horizontalAdvance(text), 0)
            found.append((text, need, QSize(header.sectionSize(section), header.height())))
    return found


def _is_icon(button: QAbstractButton) -> bool:
    return isinstance(button, QToolButton) and button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly


class Walk(tour.Tour):
    """The tour without pictures."""

    found: dict[str, list[str]]
    is_whole: bool

    async def run(self) -> None:
        """Walk through every screen, in one scheme."""
        self.found, self.is_whole = {}, False
        self.window.resize(1440, 900)
        self.window.show()
        try:
            theme().choose(Scheme.LIGHT)
            await self.screens()
            await self.other_accounts()
            self.is_whole = True
        except Exception:
            traceback.print_exc()
            raise
        finally:
            self.window.close()

    async def take(self, name: str, window: QWidget | None = None) -> None:
        await self.settle()
        QApplication.sendPostedEvents()
        cut = sorted(set(cut_texts(window or self.window)))
        if cut:
            self.found[name] = cut


def main(argv: list[str]) -> int:
    """Walk in one language and print what is cut."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("language", choices=[*languages.LANGUAGES, LONG])
    language = parser.parse_args(argv).language
    from crmdesk import app as program

    def begin(code: str, locale: QLocale | None = None) -> None:
        voice: Voice = Long() if language == LONG else languages.Spoken(code, locale)
        translation.speak(voice)

    languages.begin_to_speak = begin  # the program itself knows no language for tests
    application = program.application()
    window, demo = program.build(application, temporary=True, tour=True)
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(window, Path(folder))
        program.finish_look(window)
        program.run_until_closed(application, window, demo, lambda: walk.run())
    print(json.dumps(walk.found, ensure_ascii=False, indent=1))
    return 0 if walk.is_whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
