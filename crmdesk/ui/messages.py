# SPDX-License-Identifier: MIT
"""The one place an error becomes visible: a bar inside the window that never takes the focus."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from time import monotonic

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QCursor,
    QGuiApplication,
    QKeyEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QSizePolicy, QWidget

from crmdesk.domain.errors import CrmError, RateLimited
from crmdesk.ui import icons
from crmdesk.ui.parts import Pill, box, button, fill, label, set_font, set_role, tool
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import error_words, plural, tr

INFO_MS = 6_000  # an info without an action
ACTION_MS = 12_000  # one that offers something needs time to be read and reached
_MOST = 20  # messages kept; older ones are dropped silently

Action = tuple[str, Callable[[], None]]


@dataclass(frozen=True, slots=True)
class _Message:
    tone: str
    title: str
    text: str
    detail: str = ""
    action: Action | None = None
    times: int = 1
    ready_at: float = 0.0  # monotonic seconds; until then the server wants to be left alone

    @property
    def spoken(self) -> str:
        return f"{self.title}. {self.text}" if self.title else self.text

    def repeats(self, other: "_Message") -> bool:
        return (self.tone, self.title, self.text) == (other.tone, other.title, other.text)


Kept = tuple[_Message, ...]
"""Messages that are put away."""


class Messages(QFrame):
    """Errors and notices of one window, the newest on top. Errors stay until somebody closes them, infos go by themselves.

    The owner lays it out above the status bar; it is hidden while there is nothing to say. `dismiss` serves Esc.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unexpected: Callable[[BaseException], None] | None = None
        self._stack: list[_Message] = []
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_time)
        self._pause = QTimer(self, interval=1_000)
        self._pause.timeout.connect(self._count_down)
        self._build()
        self.hide()
        theme().changed.connect(self._colour)

    # ---- telling -----------------------------------------------------------------------------------------------------

    def show_error(self, error: BaseException, retry: Callable[[], None] | None = None) -> None:
        """Show an error until it is closed; `retry` is offered where trying again may help. Cancellation is none."""
        import asyncio

        if isinstance(error, asyncio.CancelledError):
            return
        if self.unexpected is not None and not isinstance(error, (CrmError, OSError)):
            self.unexpected(error)
            return
        words = error_words(error)
        action = (words.next_step or tr("Try again"), retry) if retry is not None else None
        pause = error.retry_after_s if isinstance(error, RateLimited) else 0.0
        self._push(_Message("bad", words.title, words.text, words.detail, action, ready_at=monotonic() + pause))

    def show_info(self, text: str, action: Action | None = None) -> None:
        """Show a notice for some seconds, with a button if there is something to do about it."""
        self._push(_Message("info", "", text, action=action))

    def dismiss(self) -> bool:
        """Close what is on top; whether there was something."""
        if not self._stack:
            return False
        self._stack.pop()
        self._show_top()
        return True

    def forget(self, error: BaseException) -> None:
        """What went wrong works now: its message goes, if it is still there."""
        words = error_words(error)
        self._stack = [
            one for one in self._stack if (one.tone, one.title, one.text) != ("bad", words.title, words.text)
        ]
        self._show_top()

    def clear(self) -> None:
        """Close everything."""
        self._stack.clear()
        self._show_top()

    def put_away(self) -> "Kept":
        """Close everything, to be brought back later."""
        kept = tuple(self._stack)
        self.clear()
        return kept

    def bring_back(self, kept: "Kept") -> None:
        """Below what was said since."""
        self._stack = [*kept, *self._stack][-_MOST:]
        self._show_top()

    @property
    def waiting(self) -> int:
        """How many messages there are, the shown one included."""
        return len(self._stack)

    @property
    def shown_text(self) -> str:
        """What the bar says now, "" while it is hidden."""
        return self._stack[-1].spoken if self._stack else ""

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._icon = QLabel()
        self._title, self._text = label("", font="bold", wrap=True), label("", wrap=True, select=True)
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._times = Pill("", "neutral")
        self._others = label("", "muted", "small")
        self._action = button("", clicked=self._on_action)
        self._fold = button(tr("Details"), "link", self._toggle_details)
        self._copy = button(tr("Copy"), "link", self._on_copy, tip=tr("Copy the whole message"))
        self._close = tool("x", tr("Close message"), self.dismiss)
        for one in (self._action, self._fold, self._copy, self._close):
            one.installEventFilter(self)  # Esc on any of them closes the message
        self._detail = QPlainTextEdit(readOnly=True)
        self._detail.setProperty("role", "code")
        self._detail.setAccessibleName(tr("Details"))
        self._detail.setTabChangesFocus(True)
        set_font(self._detail, "mono")
        self._detail.installEventFilter(self)
        words = box(self._title, self._text, vertical=True, spacing=1)
        buttons = box(self._times, self._others, self._fold, self._copy, self._action, self._close, spacing=10)
        row = box(self._icon, words, buttons, spacing=10)
        layout = row.layout()
        if layout is not None:
            layout.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
            layout.setAlignment(buttons, Qt.AlignmentFlag.AlignTop)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        policy.setHorizontalStretch(1)
        for part in (words, row):
            part.setSizePolicy(policy)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        fill(self, row, self._detail, vertical=True, margins=(12, 8, 10, 8), spacing=6)

    def _push(self, message: _Message) -> None:
        """On top; one that is there already comes up with a count."""
        for at, one in enumerate(self._stack):
            if one.repeats(message):
                del self._stack[at]
                message = replace(message, times=one.times + 1)
                break
        self._stack.append(message)
        del self._stack[:-_MOST]
        self._show_top()
        self._announce(message)

    def _show_top(self) -> None:
        self._timer.stop()
        self._pause.stop()
        if not self._stack:
            self.hide()
            return
        top = self._stack[-1]
        self._title.setText(top.title)
        self._title.setVisible(bool(top.title))
        self._text.setText(top.text)
        self._detail.setPlainText(top.detail)
        self._detail.hide()
        self._detail.setFixedHeight(theme().px(150))
        self._fold.setVisible(bool(top.detail))
        self._fold.setText(tr("Details"))
        self._copy.setVisible(False)
        self._times.setText(f"× {top.times}")
        self._times.updateGeometry()
        self._times.setVisible(top.times > 1)
        rest = len(self._stack) - 1
        self._others.setText(plural(rest, "{n} more", "{n} more"))
        self._others.setVisible(rest > 0)
        self._action.setVisible(top.action is not None)
        self._count_down()
        self._colour()
        self.setAccessibleName(top.spoken)
        self.show()
        if top.tone == "info":
            self._timer.start(INFO_MS if top.action is None else ACTION_MS)

    def _colour(self) -> None:
        if not self._stack:
            return
        t, tone = theme(), self._stack[-1].tone
        set_role(self, f"note-{tone}")
        set_role(self._title, tone)
        glyph = {"bad": "warning-circle", "warn": "warning"}.get(tone, "info")
        self._icon.setPixmap(icons.pixmap(glyph, t.tone(tone)[0], t.px(18), self.devicePixelRatioF()))
        self._detail.setFixedHeight(t.px(150))

    def _announce(self, message: _Message) -> None:
        """Tell screen readers; the focus stays where it is."""
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        said = QAccessibleAnnouncementEvent(self, message.spoken)
        if message.tone == "bad":
            said.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(said)

    def _on_time(self) -> None:
        """An info's time is over, unless somebody is at it."""
        here = self.mapFromGlobal(QCursor.pos()) if self.isVisible() else QPoint(-1, -1)
        focused: QWidget | None = self.window().focusWidget()
        if self.rect().contains(here) or (focused is not None and self.isAncestorOf(focused)):
            self._timer.start(INFO_MS)
        else:
            self.dismiss()

    def _count_down(self) -> None:
        """The button counts the seconds the server asked for, then tries again by itself; a click does not wait."""
        top = self._stack[-1] if self._stack else None
        if top is None or top.action is None:
            self._pause.stop()
            return
        left = ceil(top.ready_at - monotonic())
        waited = self._pause.isActive()
        self._action.setText(top.action[0] if left <= 0 else tr("{what} in {n} s", what=top.action[0], n=left))
        if left > 0:
            self._pause.start()
        else:
            self._pause.stop()
            if waited:
                self._on_action()

    def _on_action(self) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and top.action is not None:
            self.dismiss()
            top.action[1]()

    def _toggle_details(self) -> None:
        shown = self._detail.isHidden()
        self._detail.setVisible(shown)
        self._copy.setVisible(shown)
        self._fold.setText(tr("Hide details") if shown else tr("Details"))

    def _on_copy(self) -> None:
        if self._stack:
            top = self._stack[-1]
            QGuiApplication.clipboard().setText("\n\n".join(part for part in (top.title, top.text, top.detail) if part))
            self._copy.setText(tr("Copied"))
            QTimer.singleShot(1500, self, lambda: self._copy.setText(tr("Copy")))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            return self.dismiss()
        return False

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())  # long words must not widen the window
