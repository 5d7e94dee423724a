# SPDX-License-Identifier: MIT
"""Go to anything: type a few letters, choose with the arrows, Enter opens; records are searched while you type."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QWidget

from crmdesk.domain.matching import folded
from crmdesk.ui.hit_delegate import HIT, HitDelegate
from crmdesk.ui.parts import box, fill, label, rule, set_font
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import error_words, plural, tr

DEBOUNCE_MS: Final = 200
_SHOWN: Final = 60  # hits in the list
_VISIBLE: Final = 8  # hits before it scrolls
_LEAST_SCORE: Final = 60.0  # of 100; below it a hit is noise
_WEIGHTS: Final = {"recent": 6.0, "module": 5.0, "record": 4.0, "account": 3.5, "view": 3.0, "command": 0.0}
_ROOT: Final = QModelIndex()
_HERE: Final = "here"


Search = Callable[[str], Awaitable[list["Hit"]]]
"""Asks the server for what was typed."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing to go to.

    Attributes:
        kind: recent, module, record, account, view or command; where hits match alike, in this order.
        icon: a Phosphor name.
        title, detail: the two lines; both are searched.
        where: at the far edge: the account, or a command's key.
        payload: what the owner needs to open it.
    """

    kind: str
    icon: str
    title: str
    detail: str
    where: str
    payload: object = None


def rank(hits: Iterable[Hit], typed: str) -> list[Hit]:
    """The hits that fit what was typed, best first; everything in its own order while nothing is typed.

    Case and accents do not count: "aija" finds Äijälä. Every word must fit somewhere in a hit; a slip of a letter
    costs places.
    """
    words = folded(typed).split()
    if not words:
        return list(hits)
    scored = [(_score(hit, words), at, hit) for at, hit in enumerate(hits)]
    return [hit for score, _, hit in sorted(scored, key=lambda one: (-one[0], one[1])) if score >= _LEAST_SCORE]


def _score(hit: Hit, words: Sequence[str]) -> float:
    title, detail = folded(hit.title), folded(hit.detail)
    scores = [_word_score(word, title, detail) for word in words]
    if min(scores) < _LEAST_SCORE:
        return 0.0
    exact = 12.0 if title == " ".join(words) else 0.0
    return sum(scores) / len(scores) + exact + _WEIGHTS.get(hit.kind, 0.0)


def _word_score(word: str, title: str, detail: str) -> float:
    """How well a word fits: 100 at the beginning of the title, less inside, less in the detail, least with a slip."""
    if title.startswith(word):
        return 100.0
    if any(part.startswith(word) for part in title.split()):
        return 94.0
    if word in title:
        return 84.0
    if any(part.startswith(word) for part in detail.split()):
        return 78.0
    if word in detail:
        return 72.0
    if len(word) < 4:
        return 0.0
    from rapidfuzz import fuzz  # only for a slip of the finger: exact words are found without it

    return max((fuzz.ratio(word, part) for part in title.split()), default=0.0) * 0.85


class Hits(QAbstractListModel):
    """The hits shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[Hit, ...] = ()

    def show(self, hits: Iterable[Hit]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()

    def hit(self, row: int) -> Hit | None:
        """The hit in a row, None beyond the end."""
        return self._hits[row] if 0 <= row < len(self._hits) else None

    def row_of(self, hit: Hit) -> int:
        """Where a hit stands now, -1 when it is gone."""
        return self._hits.index(hit) if hit in self._hits else -1

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self.hit(index.row())
        if hit is None:
            return None
        if role == HIT:
            return hit
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (hit.title, hit.detail, hit.where) if part)
        return None


class _HitList(QListView):
    """As high as its rows, and lower where the window is."""

    _height = 0

    def want_rows(self, rows: int, row_px: int) -> None:
        """Be so many rows high, one at least."""
        self._height = rows * row_px
        self.setMinimumHeight(row_px)
        self.setMaximumHeight(self._height)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height)


class GoToAnything(Sheet):
    """One line to type into and the hits below it.

    Signals:
        chosen(Hit, bool new_tab): Something was chosen; the sheet has closed.
    """

    shows_no_records = True

    chosen = Signal(object, bool)

    def __init__(
        self,
        provide: Callable[[], Iterable[Hit]],
        search_records: Search | None = None,
        typed: str = "",
        *,
        search_everywhere: Search | None = None,
        search_here: Search | None = None,
    ) -> None:
        """`provide`: what is known here: modules, commands, views, recents. `search_here` looks into this computer's
        copies with every letter; where typing pauses, `search_records` asks the server module by module,
        `search_everywhere` by a search of its own. Each answer is shown when it comes, all are cancelled when the next
        letter is typed. Their errors are told in the sheet, not outside.
        """
        super().__init__(tr("Go to anything"), 720)
        self.closes_outside = True
        self._known = tuple(provide())
        offered = {_HERE: search_here, "records": search_records, "everywhere": search_everywhere}
        self._searches = {slot: search for slot, search in offered.items() if search is not None}
        self._found: dict[str, tuple[Hit, ...]] = {}
        self._trouble = ""
        self._moved = False  # whether the arrows were used since the last letter
        self._scope = TaskScope(self._on_trouble)
        self._timer = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._timer.timeout.connect(self._start_search)
        self._build(typed)
        self.closed.connect(self._on_closed)
        self._on_typed(typed)

    def _build(self, typed: str) -> None:
        self.line = QLineEdit(typed)
        self.line.setPlaceholderText(tr("Module, record, saved view or command"))
        self.line.setProperty("role", "search")
        set_font(self.line, "title_plain")
        self.line.setAccessibleName(tr("Go to anything"))
        self.hits = Hits(self)
        self.list = _HitList()
        self.list.setModel(self.hits)
        self._delegate = HitDelegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the line keeps the focus, the arrows move here
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Hits"))
        self.list.clicked.connect(self._on_clicked)
        self._state = label("", "muted", "small")
        keys = label(tr("↑↓ choose · ⏎ open · Ctrl+⏎ new tab"), "muted", "small")
        foot = box(self._state, None, keys, margins=(13, 5, 13, 5), role="foot")
        fill(self, self.line, rule(), self.list, rule(), foot, vertical=True, spacing=0)
        self.line.textChanged.connect(self._on_typed)
        self.line.installEventFilter(self)

    def open_in(self, window: QWidget, *, top: int | None = 110, focus: QWidget | None = None) -> None:
        super().open_in(window, top=top, focus=focus or self.line)

    def set_purpose(self, title: str, hint: str) -> None:
        """Say what is looked for, where it is not everything."""
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(title)

    # ---- typing ------------------------------------------------------------------------------------------------------

    def _on_typed(self, text: str) -> None:
        for slot in self._searches:
            self._scope.cancel(slot)
        self._found, self._trouble = {}, ""
        if _HERE in self._searches and text.strip():
            self._scope.start(self._find(_HERE, self._searches[_HERE], text.strip()), slot=_HERE)
        if self._searches and len(text.strip()) > 1:
            self._timer.start()
        else:
            self._timer.stop()
        self._show()

    def _start_search(self) -> None:
        for slot, search in self._searches.items():
            if slot == _HERE:
                continue
            self._scope.start(self._find(slot, search, self.line.text().strip()), slot=slot)
        self._say()

    async def _find(self, slot: str, search: Search, text: str) -> None:
        """Ask the server; typing on cancels this, so that a late answer never lies under newer words."""
        self._found[slot] = tuple(await search(text))
        self._show(arrived=slot)

    def _on_trouble(self, error: BaseException) -> None:
        self._trouble = error_words(error).text
        self._say()

    @property
    def _records(self) -> tuple[Hit, ...]:
        """What the server found, each record once."""
        unique: dict[object, Hit] = {}
        for slot in self._searches:
            for hit in self._found.get(slot, ()):
                unique.setdefault(hit.payload if hit.payload is not None else hit, hit)
        return tuple(unique.values())

    def _show(self, *, arrived: str = "") -> None:
        """Show what fits; the chosen hit stays chosen when an answer (`arrived`: of which search) joins it."""
        before = self.hits.hit(self.list.currentIndex().row()) if arrived else None
        text = self.line.text()
        hits = rank(self._known, text)
        records = self._records
        if records:
            # What the server found has matched there, perhaps in a field that is not shown: it is never dropped.
            words = folded(text).split()
            better = [h for h in hits if _score(h, words) >= 90]
            shown = [h.payload for h in hits if h.kind == "recent"]  # seen lately and found: listed once
            records = tuple(record for record in records if record.payload not in shown)
            hits = [*better, *records, *[h for h in hits if h not in better]]
        self._delegate.set_words(text.split())
        self.hits.show(hits[:_SHOWN])
        row = self.hits.row_of(before) if before is not None and self._moved else -1
        self.list.setCurrentIndex(self.hits.index(max(row, 0), 0))
        if not arrived:
            self._moved = False
        self._say(arrived=arrived)
        rows = max(1, min(self.hits.rowCount(), _VISIBLE))
        self.list.want_rows(rows, self._delegate.height)
        self.refit()

    def _say(self, *, arrived: str = "") -> None:
        asked = [slot for slot in self._searches if slot != arrived]
        busy = self._timer.isActive() or any(self._scope.running(slot) for slot in asked)
        count = self.hits.rowCount()
        if self._trouble:
            told = self._trouble
        elif busy:
            told = tr("searching records…")
        elif not count and self.line.text().strip():
            told = tr("Nothing found. Try fewer letters.")
        else:
            told = plural(count, "{n} hit", "{n} hits")
        self._state.setText(told)

    # ---- choosing ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        page = max(1, self.list.height() // max(1, self._delegate.height))
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page}
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex().row(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            return True
        for step_key, step in steps.items():
            if key == step_key:
                self._move(step)
                return True
        return False

    def _move(self, step: int) -> None:
        count = self.hits.rowCount()
        if count:
            self._moved = True
            row = self.list.currentIndex().row() + step
            row = row % count if abs(step) == 1 else max(0, min(row, count - 1))
            self.list.setCurrentIndex(self.hits.index(row, 0))
            self.line.setAccessibleDescription(str(self.hits.data(self.hits.index(row, 0))))

    def _on_clicked(self, index: QModelIndex) -> None:
        control = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
        self._choose(index.row(), bool(control))

    def _choose(self, row: int, new_tab: bool) -> None:
        hit = self.hits.hit(row)
        if hit is not None:
            self.accept()
            self.chosen.emit(hit, new_tab)

    def _on_closed(self) -> None:
        self._timer.stop()
        for slot in self._searches:
            self._scope.cancel(slot)
