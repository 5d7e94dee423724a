# SPDX-License-Identifier: MIT
"""How a field looks while it is read: where its parts stand, and their painting. No state, no events."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QTextLayout, QTextOption

from crmdesk.domain.schema import Field, FieldType
from crmdesk.ui import icons
from crmdesk.ui.parts import paint_pill
from crmdesk.ui.theme import Theme, theme
from crmdesk.ui.wording import tr

LABEL_WIDTH = 112
GAP = 8
LINE = 28
"""Height of a field that is read or edited in one line: what an editor takes with its border."""
PAD = 7
NARROW = 250  # below this width the label stands above the value
MOST_TEXT_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything that decides how a field is painted. `tone`: of the pill around a state, "" = no pill."""

    field: Field
    text: str
    was: str
    edited: bool
    cleared: bool
    problem: str
    invalid: bool
    read_only: bool
    wanted: bool
    hovered: bool
    focused: bool
    fresh: bool
    wide: bool
    tone: str
    undo_width: int

    @property
    def is_long(self) -> bool:
        """Wrapped over several lines."""
        return self.field.type is FieldType.LONG_TEXT

    @property
    def is_pill(self) -> bool:
        """Painted as a state."""
        return bool(self.tone) and bool(self.text) and not self.edited and not self.invalid

    @property
    def has_arrow(self) -> bool:
        """A web address always shows where it leads; other links while one looks at them."""
        if not self.text or self.invalid:
            return False
        if self.field.type is FieldType.URL:
            return True
        return self.field.type in LINKS and (self.hovered or self.focused)


LINKS = (FieldType.REFERENCE, FieldType.EMAIL, FieldType.PHONE, FieldType.URL)
_ACCENT = (FieldType.REFERENCE, FieldType.EMAIL, FieldType.URL)


@dataclass(frozen=True, slots=True)
class Places:
    """Rectangles of a row: label, value box, the text in it, the arrow behind a link, the sentence below."""

    label: QRect
    value: QRect
    text: QRect
    arrow: QRect
    message: QRect
    height: int


def plain_height(width: int, *, wide: bool) -> int:
    """The height of a row of one line, by itself or under its label."""
    t = theme()
    stacked = not wide and width < t.px(NARROW)
    return t.px(LINE) + (t.metrics("small").height() + t.px(2) if stacked else 0)


def places(look: Look, width: int, mirrored: bool, editor_lines: int) -> Places:
    """Lay a row out. `editor_lines`: 0 = it is read."""
    t = theme()
    stacked = not look.wide and width < t.px(NARROW)
    body, small = t.metrics("body"), t.metrics("small")
    label_height = small.height() + t.px(2) if stacked else 0
    left = 0 if look.wide or stacked else t.px(LABEL_WIDTH) + t.px(GAP)
    if look.wide:
        left = -t.px(PAD)  # so that the text stands under the block's heading
    room = width - left
    inner = room - 2 * t.px(PAD) - look.undo_width
    height = t.px(LINE)
    if editor_lines > 1:
        height = body.lineSpacing() * editor_lines + t.px(14)
    elif look.is_long and look.text:
        height = max(height, _lines(look.text, inner, "body")[1] + t.px(11))
    value = QRect(left, label_height, room, height)
    label = QRect(0, 0, width, label_height) if stacked else QRect(0, 0, t.px(LABEL_WIDTH), t.px(LINE))
    message = QRect(left, value.bottom() + 1, 0, 0)
    total = label_height + height
    if look.problem:
        high = _lines(look.problem, room - t.px(PAD), "small")[1] + t.px(3)
        message = QRect(left + t.px(PAD), total, room - t.px(PAD), high)
        total += high
    text, arrow = _text_and_arrow(look, value, t)
    if mirrored:
        label, value, text, arrow, message = (_mirror(r, width) for r in (label, value, text, arrow, message))
    return Places(label, value, text, arrow, message, total)


def _text_and_arrow(look: Look, value: QRect, t: Theme) -> tuple[QRect, QRect]:
    inner = value.adjusted(t.px(PAD), 0, -t.px(PAD) - look.undo_width, 0)
    if look.is_long:
        return inner, QRect()
    size = t.px(14) if look.has_arrow else 0
    width = min(t.metrics("body").horizontalAdvance(look.text) + 1, inner.width() - (size + t.px(4) if size else 0))
    text = QRect(inner.left(), inner.top(), max(0, width), inner.height())
    arrow = QRect(text.right() + t.px(4), value.top() + (value.height() - size) // 2, size, size) if size else QRect()
    return text, arrow


def _mirror(rect: QRect, width: int) -> QRect:
    return QRect(width - rect.left() - rect.width(), rect.top(), rect.width(), rect.height())


@lru_cache(256)
def _text_layout(text: str, width: int, font_key: str) -> tuple[QTextLayout, int]:
    """The text in lines no wider than `width`, words kept whole where they fit; and its height, which is limited."""
    t = theme()
    layout = QTextLayout(text.replace("\r\n", "\n").replace("\n", "\u2028"), t.font(font_key.partition("@")[0]))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    y, name = 0.0, font_key.partition("@")[0]
    for _ in range(MOST_TEXT_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(width, 20))
        line.setPosition(QPointF(0, y))
        y += t.metrics(name).lineSpacing()
    layout.endLayout()
    return layout, round(y)


def _lines(text: str, width: int, font: str) -> tuple[QTextLayout, int]:
    return _text_layout(text, width, f"{font}@{theme().scale}")  # another text size is another layout


def paint(painter: QPainter, look: Look, at: Places, *, editing: bool, link: bool) -> None:
    """Paint label, box, value, marks and sentence; the value is left out while an editor covers it."""
    t = theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not look.wide:
        _paint_label(painter, look, at, t)
    if not editing:
        _paint_box(painter, look, at, t)
        _paint_value(painter, look, at, t, link=link)
    if look.problem:
        painter.setPen(t.colours.bad if look.invalid else t.colours.on_edited)
        _lines(look.problem, at.message.width(), "small")[0].draw(painter, QPointF(at.message.topLeft()))


def _paint_label(painter: QPainter, look: Look, at: Places, t: Theme) -> None:
    stacked = at.label.top() == 0 and at.value.top() > 0
    painter.setFont(t.font("small"))
    painter.setPen(t.colours.bad if look.invalid or look.wanted else t.colours.muted)
    star = " *" if look.field.required else ""
    metrics = t.metrics("small")
    text = metrics.elidedText(
        look.field.label, Qt.TextElideMode.ElideRight, at.label.width() - metrics.horizontalAdvance(star)
    )
    side = Qt.AlignmentFlag.AlignLeading if stacked else Qt.AlignmentFlag.AlignTrailing
    painter.drawText(
        at.label.adjusted(t.px(PAD) if stacked else 0, 0, 0, 0), side | Qt.AlignmentFlag.AlignVCenter, text + star
    )


def _paint_box(painter: QPainter, look: Look, at: Places, t: Theme) -> None:
    """The field's frame: amber for a change, red for trouble, a hint of one under the mouse."""
    c = t.colours
    if look.invalid:
        pen, ground = c.bad, c.bad_wash
    elif look.edited:
        pen, ground = c.edge, c.edited
    elif look.hovered or (look.fresh and not look.read_only):
        pen, ground = c.line, None
    else:
        pen, ground = None, None
    if look.focused:
        pen = c.accent
    if pen is None:
        return
    painter.setPen(QPen(pen, 1))
    painter.setBrush(ground if ground is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(at.value).adjusted(0.5, 1.5, -0.5, -1.5), 5, 5)


def _paint_value(painter: QPainter, look: Look, at: Places, t: Theme, *, link: bool) -> None:
    c = t.colours
    if look.is_pill:
        _paint_pill(painter, look, at, t)
        return
    ink = c.muted if look.wide and not look.edited else c.text
    if look.invalid:
        ink = c.bad
    elif look.edited:
        ink = c.on_edited
    elif link and look.field.type in _ACCENT:
        ink = c.accent
    elif look.read_only:
        ink = c.muted
    text = look.text
    if look.cleared and not text:
        text = tr("cleared")
    elif not text:
        text, ink = ("—" if look.read_only else ""), c.muted
    painter.setFont(t.font("body"))
    painter.setPen(ink)
    inner = at.value.adjusted(t.px(PAD), 0, -t.px(PAD), 0)
    if look.is_long and look.text:
        _lines(text, at.text.width(), "body")[0].draw(painter, QPointF(at.text.left(), at.text.top() + t.px(5)))
        return
    metrics = t.metrics("body")
    taken = at.arrow.width() + t.px(4) if at.arrow.width() else 0
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width() - look.undo_width - taken)
    painter.drawText(inner, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, shown)
    if at.arrow.width():
        name = {FieldType.EMAIL: "envelope-simple", FieldType.PHONE: "phone"}.get(look.field.type, "arrow-up-right")
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(
            at.arrow.topLeft(), icons.pixmap(name, ink if ink != c.text else c.accent, at.arrow.width(), ratio)
        )
    if look.was:
        _paint_was(painter, look, inner, metrics.horizontalAdvance(shown), t)


def _paint_was(painter: QPainter, look: Look, inner: QRect, used: int, t: Theme) -> None:
    """The old value beside the undo button, where there is room for all of it."""
    pill = t.metrics("pill")
    room = inner.width() - look.undo_width - used - t.px(10)
    if pill.horizontalAdvance(look.was) > room:
        return
    side = inner.adjusted(0, 0, -look.undo_width + t.px(2), 0)
    if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        side = inner.adjusted(look.undo_width - t.px(2), 0, 0, 0)
    painter.setFont(t.font("pill"))
    painter.setPen(t.colours.on_edited)
    painter.drawText(side, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter, look.was)


def _paint_pill(painter: QPainter, look: Look, at: Places, t: Theme) -> None:
    metrics = t.metrics("pill")
    room = at.value.adjusted(t.px(PAD), 0, -t.px(PAD), 0)
    text = metrics.elidedText(look.text, Qt.TextElideMode.ElideRight, room.width() - t.px(16))
    size = (metrics.horizontalAdvance(text) + t.px(16), metrics.height() + t.px(2))
    left = room.right() - size[0] if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft else room.left()
    top = at.value.top() + (at.value.height() - size[1]) / 2
    paint_pill(painter, QRectF(left, top, *size), text, look.tone)
