# SPDX-License-Identifier: MIT
"""Small pieces every screen uses. A widget's look comes from its `role`, which the stylesheet knows."""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from crmdesk.ui import icons
from crmdesk.ui.splits import Splitter
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr

Item = QWidget | QLayout | int | None
Holder = TypeVar("Holder", bound=QWidget)
_KEYS: Final = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)+\w+")


def set_role(widget: QWidget, role: str) -> None:
    """Change a widget's role and let the stylesheet look again."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        font = widget.font()
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.setFont(font)  # unpolishing drops a font that was set by hand


def set_font(widget: QWidget, name: str) -> None:
    """Give a widget a font of metrics.FONTS; it follows later changes of the text size."""
    theme().set_font(widget, name)


def label(text: str, role: str = "", font: str = "body", *, wrap: bool = False, select: bool = False) -> QLabel:
    """A plain text (never read as HTML). `role`: "", muted, accent, good, bad, warn. `select`: by mouse and keys."""
    made = QLabel(told(text))
    made.setTextFormat(Qt.TextFormat.PlainText)  # what a server sends is never markup
    made.setProperty("role", role)
    set_font(made, font)
    made.setWordWrap(wrap)
    if select:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def letters(text: str) -> str:
    """A name as menus, buttons and labels with a buddy take it: with `&` as a letter, not before a key to press."""
    return text.replace("&", "&&")


def without_key(text: str) -> str:
    """A menu's text as it is read: without the mark before its key."""
    return re.sub("&(.)", r"\1", text)


def let_name(name: QLabel, widget: QWidget) -> None:
    """Tell screen readers that a label names a widget; an `&` in its text stays a letter."""
    name.setText(letters(name.text()))
    name.setBuddy(widget)


class Link(QLabel):
    """Our own text with `<a>words</a>` or `<a href="…">` in it; `linkActivated(str)` says which.

    The caller escapes what came from a server (html.escape). A label bakes the colour of links into its document, so
    the text is set anew when the theme changes.
    """

    def __init__(self, text: str, role: str = "", font: str = "body") -> None:
        super().__init__()
        self._source = text
        self.setProperty("role", role)
        set_font(self, font)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByKeyboard | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self._colour()
        theme().changed.connect(self._colour)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():  # Qt marks the link alone, and only while Tab moves from one to the next
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().colours.accent, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
            painter.end()

    def _colour(self) -> None:
        style = f'style="text-decoration: none; color: {theme().colours.accent.name()}"'
        self.setText(self._source.replace("<a>", '<a href="#">').replace("<a ", f"<a {style} "))


class Button(QPushButton):
    """A push button whose text is shown letter by letter: a CRM's or a person's name in it sets no key."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(letters(text))

    def text(self) -> str:
        """What is shown."""
        return without_key(super().text())


def button(text: str, role: str = "", clicked: Callable[[], object] | None = None, *, tip: str = "") -> QPushButton:
    """A push button. `role`: "", primary, danger, link. A `tip` that is a key is told as `keys` does."""
    made = Button(text)
    made.setProperty("role", role)
    set_font(made, "bold" if role == "primary" else "body")
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a mouse click leaves no focus ring behind
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    made.setAutoDefault(False)
    made.setToolTip(keys(tip) if _KEYS.fullmatch(tip) else tip)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def keys(sequence: str) -> str:
    """A key ("Ctrl+N") as this system and the person's language write it."""
    return QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)


def clearable(line: QLineEdit) -> QLineEdit:
    """Give a line a cross that empties it, in our own icon. Returns the line."""
    line.setClearButtonEnabled(True)
    cross = line.findChild(
        QAction, "_q_qlineeditclearaction"
    )  # Qt's own name for it; without it the style's icon stays
    if cross is not None:
        cross.setIcon(icon("x"))
        for pressed in cross.associatedObjects():
            if isinstance(pressed, QToolButton):
                pressed.setAccessibleName(tr("Clear"))
    return line


def icon(name: str, role: str = "muted") -> QIcon:
    """A Phosphor icon in a colour role; it follows the scheme.

    Raises:
        KeyError: The font has no such glyph.
    """
    return icons.icon(name, lambda: theme().colours.of(role))


class Tool(QToolButton):
    """A small button with only an icon, as large as the text around it is."""

    def __init__(self, size: int) -> None:
        """`size` of the icon in pixels at normal text size."""
        super().__init__()
        self._size = size
        self._grow()
        theme().changed.connect(self._grow)

    def _grow(self) -> None:
        t, size = theme(), self._size
        self.setIconSize(QSize(t.px(size), t.px(size)))
        self.setFixedSize(t.px(size + 6), t.px(size + 6))


def tool(
    name: str, tip: str, clicked: Callable[[], object] | None = None, *, size: int = 12, role: str = "muted"
) -> QToolButton:
    """A small button with only an icon; `tip` is also its name for screen readers. `role` is its colour."""
    made = Tool(size)
    made.setIcon(icon(name, role))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def fill(
    holder: Holder,
    *items: Item,
    vertical: bool = False,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
    spacing: int = 8,
    role: str = "",
) -> Holder:
    """Lay items out in a widget: a row, or a column. None is a spring, a number a gap. Returns the widget."""
    if role:
        holder.setProperty("role", role)
    layout: QBoxLayout = QVBoxLayout(holder) if vertical else QHBoxLayout(holder)
    t = theme()
    layout.setContentsMargins(*(t.px(m) for m in margins))
    layout.setSpacing(t.px(spacing))
    add(layout, *items)
    return holder


def box(
    *items: Item,
    vertical: bool = False,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
    spacing: int = 8,
    role: str = "",
) -> QFrame:
    """A new frame filled as `fill` does. `role`: "", window, pane, card, card-flat, foot."""
    return fill(QFrame(), *items, vertical=vertical, margins=margins, spacing=spacing, role=role)


def add(layout: QBoxLayout, *items: Item) -> None:
    """Append items to a layout as `fill` does."""
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(theme().px(item))
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)


def empty(layout: QLayout) -> None:
    """Take everything out of a layout; its widgets are deleted once nothing uses them any longer."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def rule(*, vertical: bool = False) -> QFrame:
    """A hairline."""
    line = QFrame()
    line.setProperty("role", "rule")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def splitter(*parts: QWidget, vertical: bool = False, stretch: int = 0, sizes: tuple[int, ...] = ()) -> QSplitter:
    """Panes side by side: one pixel to see, a few more to grab. `stretch` is the pane that takes the room left over."""
    made = Splitter(Qt.Orientation.Vertical if vertical else Qt.Orientation.Horizontal)
    for part in parts:
        made.addWidget(part)
    made.setStretchFactor(stretch, 1)
    if sizes:
        made.setSizes([theme().px(s) for s in sizes])
    return made


class ProgressBar(QProgressBar):
    """Qt's own paints everything that waits to be painted whenever its value moves by a pixel; this one waits its turn."""

    def setValue(self, value: int) -> None:
        self.setUpdatesEnabled(False)
        super().setValue(value)
        self.setUpdatesEnabled(True)


def show_length(bar: QProgressBar, total: int | None) -> None:
    """How much there is to do; where nobody knows the bar runs to and fro, or stands where nothing is to move."""
    bar.setRange(0, total or int(theme().still))


class Note(QFrame):
    """A coloured line or paragraph: a result, a warning, a failure. `tone`: good, info, warn, bad, neutral."""

    def __init__(self, text: str, tone: str = "info") -> None:
        super().__init__()
        self.text_label = label("", wrap=True, select=True)
        self.text_label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        fill(self, self.text_label, margins=(12, 8, 12, 8))
        self.show_text(text, tone)

    def show_text(self, text: str, tone: str) -> None:
        """Say something else."""
        text = told(text)
        self.text_label.setText(text)
        self.setAccessibleName(text)
        set_role(self, f"note-{tone}")
        set_role(self.text_label, tone)


def paint_pill(painter: QPainter, rect: QRectF, text: str, tone: str, font: str = "pill") -> None:
    """Paint a full-round pill; `rect` is its outer edge."""
    t = theme()
    ink, ground = t.tone(tone)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setFont(t.font(font))
    painter.setPen(ink)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


class Pill(QLabel):
    """A state in a word. `tone`: good, info, warn, bad, neutral."""

    def __init__(self, text: str, tone: str = "info") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)  # painted so anyway; screen readers ask Qt
        self.tone = tone
        set_font(self, "pill")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, text: str, tone: str) -> None:
        """Show another state."""
        self.tone = tone
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics, t = self.fontMetrics(), theme()
        return QSize(metrics.horizontalAdvance(self.text()) + t.px(16), metrics.height() + t.px(2))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pill(painter, QRectF(self.rect()), self.text(), self.tone)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)


def focus_next(panes: list[QWidget], step: int = 1) -> None:
    """Give the focus to the visible pane after the one that holds it (-1 = before), round and round.

    A pane that takes none is passed.
    """
    shown = [pane for pane in panes if pane.isVisible()]
    now = QApplication.focusWidget()
    at = next((i for i, pane in enumerate(shown) if _holds(pane, now)), -1 if step > 0 else 0)
    for times in range(1, len(shown) + 1):
        pane = shown[(at + step * times) % len(shown)]
        pane.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if _holds(pane, pane.window().focusWidget()):
            return


def _holds(pane: QWidget, widget: QWidget | None) -> bool:
    return widget is not None and (pane is widget or pane.isAncestorOf(widget))
