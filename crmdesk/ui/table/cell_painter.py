# SPDX-License-Identifier: MIT
"""Paints single cells for the record grid: texts, pills, segments, staged values; keeps what is costly to lay out.

QStaticText halves the cost of drawText but is dear to make, so a text becomes one when it is painted again; far
jumps show each text once. A pill kept as a pixmap costs a tenth of a rounded rectangle painted anew.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QPixmap, QStaticText

from crmdesk.ui import icons
from crmdesk.ui.metrics import CELL_PAD
from crmdesk.ui.parts import paint_pill
from crmdesk.ui.table.cells import Cell, Column, Kind, Segment, StagedCell, State
from crmdesk.ui.theme import Theme

_KEPT = 5_000  # laid out texts, some 3 KB each; a screen shows some 700
_LONGEST = 400  # characters of a text that are looked at; no column shows more
_PILL = 18  # px high
_OVER = 4  # px that a text may stand over before it is cut
_SIMPLE = "\u024f"  # up to here (Latin) letters stand beside each other, so a text is as wide as its letters


class KindLook(NamedTuple):
    """Font and colour role of a kind of column."""

    font: str
    ink: str


KIND_LOOKS: dict[Kind, KindLook] = {
    Kind.TEXT: KindLook("body", "text"),
    Kind.MAIN: KindLook("bold", "text"),
    Kind.LINK: KindLook("body", "accent"),
    Kind.MUTED: KindLook("body", "muted"),
    Kind.NUMBER: KindLook("figures", "text"),
    Kind.MONEY: KindLook("figures", "text"),
    Kind.TOTAL: KindLook("bold_figures", "text"),
    Kind.DATE: KindLook("figures", "text"),
    Kind.DATETIME: KindLook("figures", "text"),
    Kind.BOOLEAN: KindLook("body", "text"),
    Kind.PILL: KindLook("pill", "muted"),
}
_SEGMENT_LOOKS: dict[str, KindLook] = {
    "": KindLook("body", "text"),
    "bold": KindLook("bold", "text"),
    "muted": KindLook("body", "muted"),
    "link": KindLook("body", "accent"),
    "good": KindLook("bold", "good"),
    "bad": KindLook("body", "bad"),
    "strike": KindLook("strike", "bad"),
}
_SPECIAL_FONTS = {"pill": "pill", "check": "body", "choice": "bold", "button": "body"}
_SPECIAL_WIDTHS = {"pill": 16, "button": 22, "check": 16, "choice": 20}
_GLYPHS = {
    "check:on": "check-square-fill",
    "check:off": "square",
    "choice:on": "record-fill",
    "choice:off": "circle",
}
_STATE_LOOKS: dict[State, tuple[str, str, str]] = {  # ground, ink, glyph: never colour alone
    State.EDITED: ("edited", "on_edited", ""),
    State.CLEARED: ("edited", "on_edited", "eraser"),
    State.CONFLICT: ("bad_wash", "bad", "warning"),
    State.REFUSED: ("bad_wash", "bad", "x-circle"),
}
PRESSABLE = ("button", "check", "choice")


class Placed(NamedTuple):
    """A segment and where it stands."""

    rect: QRect
    segment: Segment


class _Advances(dict[str, float]):
    """The widths of a font's letters, measured when first met."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self._metrics = QFontMetricsF(font)

    def __missing__(self, letter: str) -> float:
        self[letter] = width = self._metrics.horizontalAdvance(letter)
        return width

    def of(self, text: str) -> float:
        """The width of a text of simple letters."""
        return sum(map(self.__getitem__, text))


class CellPainter:
    """One grid's painter of cells; owned by the grid. `forget` after a change of the theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._texts: dict[tuple[str, str, int], tuple[QStaticText | str, float]] = {}
        self._advances: dict[str, _Advances] = {}
        self._pills: dict[tuple[str, str, int, float], tuple[QPixmap, int]] = {}
        self.empty_word = ""  # what a cleared cell says
        self.ratio = 1.0
        self.mirrored = False
        self.forget()

    def rest(self) -> None:
        """Drop what was laid out while nobody looks; a screen of it is made anew within a few ms."""
        self._texts.clear()
        self._pills.clear()

    def forget(self) -> None:
        """Drop everything laid out: fonts or colours are different."""
        self.rest()
        self._advances.clear()
        t = self._theme
        self.pad, self._over = t.px(CELL_PAD), t.px(_OVER)
        fonts = {name: t.metrics(name) for name in ("body", "bold", "figures", "bold_figures", "strike")}
        self._heights = {name: metrics.height() for name, metrics in fonts.items()}
        # Exact, as QStaticText has it: the same text must not move when it is painted the other way.
        self._ascents = {name: QFontMetricsF(t.font(name)).ascent() for name in fonts}
        self._inks = {kind: t.colours.of(look.ink) for kind, look in KIND_LOOKS.items()}

    # ---- whole columns ----------------------------------------------------------------------------------------------

    def paint_column(
        self,
        painter: QPainter,
        column: Column,
        place: QRect,
        cells: Sequence[Cell | None],
        special: Sequence[StagedCell | None],
    ) -> None:
        """Paint a column's cells downwards; `place` is the first one. Column-wise, as pen and font change once."""
        look, ink = KIND_LOOKS[column.kind], self._inks[column.kind]
        font, far = self._theme.font(look.font), column.far != self.mirrored
        x, y, width, height, pad = place.x(), place.y(), place.width(), place.height(), self.pad
        room, pills, figures = width - 2 * pad, column.kind is Kind.PILL, column.is_number
        pill_top = (height - self._theme.px(_PILL)) // 2
        over = (height - 1 - self._heights.get(look.font, 0)) / 2
        base, texts = over + self._ascents.get(look.font, 0), self._texts
        painter.setFont(font)
        painter.setPen(ink)
        for cell, staged in zip(cells, special, strict=True):
            if staged is not None:
                self.paint_staged(painter, column, QRect(x, y, width, height - 1), staged)
                painter.setFont(font)
                painter.setPen(ink)
            elif isinstance(cell, str):
                if cell and pills:
                    image, used = self._pill(cell, column.tones.get(cell, "neutral"), room + 4)
                    painter.drawPixmap(x + width - pad - used if far else x + pad, y + pill_top, image)
                elif cell:
                    key = (cell, look.font, room)
                    laid = texts.get(key)
                    if laid is None:
                        laid = self._fit(key, figures)
                        at = x + width - pad - laid[1] if far else x + pad
                        painter.drawText(QPointF(at, y + base), laid[0])
                    else:
                        text = laid[0] if isinstance(laid[0], QStaticText) else self._lay_out(key, laid)
                        at = x + width - pad - laid[1] if far else x + pad
                        painter.drawStaticText(QPointF(at, y + over), text)
            elif cell:
                self.paint_segments(painter, column, QRect(x, y, width, height - 1), cell)
                painter.setFont(font)
                painter.setPen(ink)
            y += height

    def paint_waiting(self, painter: QPainter, place: QRect) -> None:
        """Paint the dots of a cell whose row is not read yet."""
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.colours.muted)
        painter.drawText(place.adjusted(self.pad, 0, -self.pad, 0), Qt.AlignmentFlag.AlignVCenter, "…")

    # ---- staged values ----------------------------------------------------------------------------------------------

    def ground_of(self, staged: StagedCell) -> str:
        """The colour role under a staged value."""
        return _STATE_LOOKS[staged.state][0]

    def paint_staged(self, painter: QPainter, column: Column, rect: QRect, staged: StagedCell) -> None:
        """Paint a staged value (not its ground), with a mark where the state is more than an edit."""
        t, (_, ink, glyph) = self._theme, _STATE_LOOKS[staged.state]
        room = rect.adjusted(self.pad, 0, -self.pad, 0)
        if glyph:
            size = t.px(13)
            x = room.left() if self.mirrored != column.far else room.right() - size + 1
            image = icons.pixmap(glyph, t.colours.of(ink), size, self.ratio)
            painter.drawPixmap(x, rect.center().y() - size // 2 + 1, image)
            shift = size + t.px(4)
            room = room.adjusted(shift, 0, 0, 0) if x == room.left() else room.adjusted(0, 0, -shift, 0)
        font = "body" if staged.state is State.CLEARED else "bold_figures"
        painter.setFont(t.font(font))
        painter.setPen(t.colours.of(ink))
        side = Qt.AlignmentFlag.AlignRight if column.far != self.mirrored else Qt.AlignmentFlag.AlignLeft
        shown = self._shorten(
            staged.text or self.empty_word, font, room.width(), column.is_number and bool(staged.text)
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side, shown)

    # ---- segments ---------------------------------------------------------------------------------------------------

    def place_segments(self, column: Column, rect: QRect, segments: Sequence[Segment]) -> list[Placed]:
        """Where the segments of a cell stand; those that do not fit are left out."""
        t, placed, x = self._theme, [], self.pad
        for segment in segments:
            name = segment.look.partition(":")[0]
            font = _SPECIAL_FONTS.get(name) or _SEGMENT_LOOKS[segment.look].font
            width = t.metrics(font).horizontalAdvance(segment.text) + t.px(_SPECIAL_WIDTHS.get(name, 0))
            room = rect.width() - self.pad - x + t.px(4)
            if room < min(width, t.px(16)):
                break
            width = min(width, room)
            placed.append(Placed(QRect(rect.left() + x, rect.top(), width, rect.height()), segment))
            x += width + t.px(7)
        if column.far and placed:
            shift = rect.right() - self.pad - placed[-1].rect.right()
            placed = [Placed(p.rect.translated(shift, 0), p.segment) for p in placed]
        if self.mirrored:
            ends = rect.left() + rect.right()
            placed = [
                Placed(QRect(ends - p.rect.right(), p.rect.top(), p.rect.width(), p.rect.height()), p.segment)
                for p in placed
            ]
        return placed

    def paint_segments(self, painter: QPainter, column: Column, rect: QRect, segments: Sequence[Segment]) -> None:
        """Paint a cell that is more than a text."""
        for place, segment in self.place_segments(column, rect, segments):
            name, _, option = segment.look.partition(":")
            if name == "pill":
                image = self._pill(segment.text, option, place.width())[0]
                painter.drawPixmap(place.left(), rect.top() + (rect.height() + 1 - self._theme.px(_PILL)) // 2, image)
            else:
                self._paint_segment(painter, column, place, segment)

    def _paint_segment(self, painter: QPainter, column: Column, place: QRect, segment: Segment) -> None:
        t, look, name = self._theme, segment.look, segment.look.partition(":")[0]
        style = _SEGMENT_LOOKS.get(look, _SEGMENT_LOOKS[""])
        if look in _GLYPHS:
            size = t.px(15)
            ink = t.colours.accent if look.endswith(":on") else t.colours.muted
            painter.drawPixmap(
                place.left(), place.center().y() - size // 2 + 1, icons.pixmap(_GLYPHS[look], ink, size, self.ratio)
            )
            place = place.adjusted(t.px(20), 0, 0, 0)
            style = KindLook("bold", "good" if look.endswith(":on") else "text")
        elif name == "button":
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(t.colours.line, 1))
            painter.setBrush(t.colours.card)
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 2.5, -0.5, -1.5), 6, 6)
        painter.setFont(t.font(style.font))
        painter.setPen(t.colours.of(style.ink))
        side = Qt.AlignmentFlag.AlignHCenter if name == "button" else Qt.AlignmentFlag.AlignLeft
        shown = self._shorten(segment.text, style.font, place.width(), column.is_number)
        painter.drawText(
            place.adjusted(0, 0, 1, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side, shown
        )

    # ---- what is kept -----------------------------------------------------------------------------------------------

    def _fit(self, key: tuple[str, str, int], figures: bool) -> tuple[str, float]:
        """A text met for the first time, as far as there is room, and how wide that is."""
        text, font, room = key
        advances = self._advances.get(font)
        if advances is None:
            advances = self._advances[font] = _Advances(self._theme.font(font))
        if len(self._texts) >= _KEPT:
            self._texts.clear()
        shown = text if len(text) <= _LONGEST and text.isprintable() else _one_line(text)
        if shown and max(shown) <= _SIMPLE and (wide := advances.of(shown)) <= room + self._over:
            fitted = shown, wide
        else:
            shown = self._shorten(shown, font, room, figures)
            fitted = shown, float(self._theme.metrics(font).horizontalAdvance(shown))
        self._texts[key] = fitted
        return fitted

    def _lay_out(self, key: tuple[str, str, int], fitted: tuple[QStaticText | str, float]) -> QStaticText:
        """A text painted before, made quicker to paint from now on."""
        static = QStaticText(str(fitted[0]))
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.prepare(font=self._theme.font(key[1]))
        self._texts[key] = static, fitted[1]
        return static

    def _pill(self, text: str, tone: str, room: int) -> tuple[QPixmap, int]:
        """A pill as a picture no wider than `room`, and its width."""
        key = (text, tone, room, self.ratio)
        made = self._pills.get(key)
        if made is None:
            if len(self._pills) >= _KEPT // 10:
                self._pills.clear()
            t = self._theme
            tall, metrics = t.px(_PILL), t.metrics("pill")
            shown = metrics.elidedText(_one_line(text), Qt.TextElideMode.ElideRight, room - t.px(12))
            width = max(tall, min(room, metrics.horizontalAdvance(shown) + t.px(16)))
            image = QPixmap(QSize(width, tall) * self.ratio)
            image.setDevicePixelRatio(self.ratio)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            paint_pill(painter, QRectF(0, 0, width, tall), shown, tone)
            painter.end()
            made = self._pills[key] = image, width
        return made

    def _shorten(self, text: str, font: str, room: int, figures: bool) -> str:
        """The text as far as there is room; a number is shown whole or as ###, as half a number misleads."""
        text, metrics = _one_line(text), self._theme.metrics(font)
        if metrics.horizontalAdvance(text) <= room + self._over:
            return text
        return "###" if figures else metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)


def _one_line(text: str) -> str:
    """A text without line breaks, which would paint over the next row, and no longer than any column."""
    text = text[:_LONGEST]
    return text if text.isprintable() or not any(mark in text for mark in "\n\r\t") else " ".join(text.split())
