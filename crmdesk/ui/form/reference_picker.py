# SPDX-License-Identifier: MIT
"""Choosing another record: search as you type, by the title and the number of what a reference may point to."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QListView, QWidget

from crmdesk.domain.errors import CrmError
from crmdesk.domain.matching import matches
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, Schema
from crmdesk.domain.values import NotAValue, Value
from crmdesk.engine.session import AccountSession
from crmdesk.ui.form.editor import FieldEditor
from crmdesk.ui.form.lines import DATA, Line, LineDelegate, line_item
from crmdesk.ui.formats import Formats
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr

WAIT_MS = 180  # after the last key, so that fast typing asks once
MOST_HITS = 30
_WIDTH = 300  # of the list, at least, in pixels of the normal text size


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that can be chosen; `hint` tells records of one title apart (number, module)."""

    record: RecordId
    title: str
    hint: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one search; `problem` is a sentence where there are no hits to show."""

    hits: tuple[Hit, ...]
    problem: str = ""


class ReferenceSearch:
    """Looks for records of an account. The work runs in its owner's scope; a new question replaces the old one."""

    def __init__(self, session: AccountSession, scope: TaskScope, formats: Formats) -> None:
        self._session, self._scope, self._formats = session, scope, formats

    def ask(self, text: str, modules: tuple[ModuleName, ...], answer: Callable[[Found], None]) -> None:
        """Search all modules and call `answer`; errors come as a sentence, since they are shown where one types."""
        self._scope.start(self._look(text, modules, answer), slot="reference")

    def stop(self) -> None:
        """Nobody waits for an answer any longer."""
        self._scope.cancel("reference")

    async def _look(self, text: str, modules: tuple[ModuleName, ...], answer: Callable[[Found], None]) -> None:
        hits: list[Hit] = []
        problem = ""
        for module in modules:
            try:
                hits += await self._find(module, text, several=len(modules) > 1)
            except CrmError as error:
                problem = error.user_text
        hits.sort(key=lambda hit: (not hit.title.casefold().startswith(text.casefold()), hit.title.casefold()))
        if not hits and not problem:
            problem = tr("Nothing is called {name}.", name=text) if text else tr("There is nothing to choose from.")
        answer(Found(tuple(hits[:MOST_HITS]), problem))

    async def _find(self, module: ModuleName, text: str, *, several: bool) -> list[Hit]:
        """Records of one module whose title or number contains a text; any, when it is empty."""
        schema = await self._session.schema(module)
        names = [n for n in (schema.title_field, schema.number_field) if n and schema.field(n) is not None]
        asked: list[Compare | None] = [Compare(name, Op.CONTAINS, text) for name in names if text] or [None]
        found: dict[str, Record] = {}
        for where in asked:  # one question each: not every server can ask for alternatives
            plan = await self._session.plan(Query(module, tuple(names), where))
            page = await self._session.fetch_page(plan.pushed, None, MOST_HITS)
            for record in page.records:
                if matches(plan.check, record.values):
                    found.setdefault(record.id.key, record)
            if len(found) >= MOST_HITS:
                break
        return [self._hit(record, schema, several=several) for record in found.values()]

    def _hit(self, record: Record, schema: Schema, *, several: bool) -> Hit:
        title = self._formats.title(record, schema)
        number = schema.number_field and record.values.get(schema.number_field)
        hint = str(number or record.id.key)
        return Hit(record.id, title, f"{schema.module.label} {hint}" if several else "" if hint == title else hint)


class ReferenceEditor(FieldEditor):
    """A line that shows a record's title and offers others while one types; emptied, it wants no record."""

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None, search: ReferenceSearch) -> None:
        self.line = QLineEdit()
        super().__init__(field, formats, parent, self.line)
        self.line.setPlaceholderText(tr("Type to search"))
        self._search = search
        self._chosen: Hit | None = None
        self._start_label = ""
        self._hits: tuple[Hit, ...] = ()
        self._model = QStandardItemModel(self)
        self.completer = QCompleter(self._model, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(10)
        self.completer.setWidget(self.line)
        self.popup = QListView()
        self.popup.setFrameShape(QFrame.Shape.Box)
        self.completer.setPopup(self.popup)
        self.popup.setItemDelegate(LineDelegate(self.popup))
        self.completer.activated[QModelIndex].connect(self._on_activated)  # type: ignore[index]  # stubs: no overloads
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self.line.textEdited.connect(lambda _text: self._timer.start())
        self.destroyed.connect(search.stop)

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        self._chosen = None
        self.line.setText(text)

    def label(self) -> str:
        if not self.modified:
            return self._start_label
        hit = self._match()
        return hit.title if hit is not None else ""

    @property
    def modified(self) -> bool:
        if self._chosen is not None:
            return not (isinstance(self._start, RecordId) and self._start.key == self._chosen.record.key)
        return super().modified

    def _fill(self, value: Value, label: str) -> None:
        self._chosen = None
        self._start_label = label
        shown = label or (value.key if isinstance(value, RecordId) else "")
        self.line.setText(shown)
        self.line.setCursorPosition(0)

    def _read(self) -> Value:
        if not self.line.text().strip():
            return None
        hit = self._match()
        if hit is None:
            text = self.line.text().strip()
            raise NotAValue(tr("No single record is called {name}. Choose one from the list.", name=text))
        return hit.record

    def begin(self, key: str = "") -> None:
        super().begin(key)
        self.line.selectAll()
        if key:
            self.line.insert(key)
            self._timer.start()

    def open_list(self) -> None:
        """Search for what is typed now; for anything when the field shows what it began with."""
        self._ask()

    def _match(self) -> Hit | None:
        """The record that is meant: the one chosen, or the only one of that title or number."""
        if self._chosen is not None:
            return self._chosen
        text = self.line.text().strip().casefold()
        same = [hit for hit in self._hits if text in (hit.title.casefold(), hit.hint.casefold())]
        return same[0] if len(same) == 1 else None

    def _ask(self) -> None:
        text = self.line.text().strip() if self.modified else ""
        self._search.ask(text, self.field.refers_to, self._on_found)

    def _on_found(self, found: Found) -> None:
        self._hits = found.hits
        self._model.clear()
        for hit in found.hits:
            self._model.appendRow(line_item(Line(title=hit.title, hint=hit.hint), hit))
        if not found.hits:
            self._model.appendRow(line_item(Line(title=found.problem, tone="muted"), enabled=False))
        if self.line.hasFocus():
            if not self.popup.styleSheet():
                theme().dress(self.popup)  # a window of its own, which the window's sheet does not reach
            width = max(self.line.width(), theme().px(_WIDTH))
            self.completer.complete(QRect(0, 0, width, self.line.height()))

    def _on_activated(self, index: QModelIndex) -> None:
        hit = index.data(DATA)
        if isinstance(hit, Hit):
            self._chosen = hit
            self.line.setText(hit.title)
            self.committed.emit()

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4) and not self.popup.isVisible():
            self.open_list()
            return True
        if (event.text().isprintable() and event.text()) or event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._chosen = None
        return super()._on_key(event)
