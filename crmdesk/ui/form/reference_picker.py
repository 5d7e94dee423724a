# SPDX-License-Identifier: MIT
"""Choosing another record: search as you type, by the title and the number of what a reference may point to."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, Schema
from crmdesk.domain.values import NotAValue, Value
from crmdesk.engine.reading import Reading
from crmdesk.ui.form.lines import Line
from crmdesk.ui.form.offering_editor import OfferingEditor
from crmdesk.ui.formats import Formats
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

MOST_HITS = 30


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

    def __init__(self, reading: Reading, scope: TaskScope, formats: Formats) -> None:
        self._reading, self._scope, self._formats = reading, scope, formats

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
                problem = told(error.user_text)
        hits.sort(key=lambda hit: (not hit.title.casefold().startswith(text.casefold()), hit.title.casefold()))
        if not hits and not problem:
            problem = tr("Nothing is called {name}.", name=text) if text else tr("There is nothing to choose from.")
        answer(Found(tuple(hits[:MOST_HITS]), problem))

    async def _find(self, module: ModuleName, text: str, *, several: bool) -> list[Hit]:
        """Records of one module whose title or number contains a text; any, when it is empty."""
        schema = await self._reading.schema(module)
        names = [n for n in (schema.title_field, schema.number_field) if n and schema.field(n) is not None]
        asked: list[Compare | None] = [Compare(name, Op.CONTAINS, text) for name in names if text] or [None]
        found: dict[str, Record] = {}
        for where in asked:  # one question each: not every server can ask for alternatives
            for record in await self._reading.some(Query(module, tuple(names), where), MOST_HITS):
                found.setdefault(record.id.key, record)
            if len(found) >= MOST_HITS:
                break
        return [self._hit(record, schema, several=several) for record in found.values()]

    def _hit(self, record: Record, schema: Schema, *, several: bool) -> Hit:
        title = self._formats.title(record, schema)
        number = schema.number_field and record.values.get(schema.number_field)
        hint = str(number or record.id.key)
        return Hit(record.id, title, f"{schema.module.label} {hint}" if several else "" if hint == title else hint)


class ReferenceEditor(OfferingEditor):
    """A line that shows a record's title and offers others while one types; emptied, it wants no record."""

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None, search: ReferenceSearch) -> None:
        super().__init__(field, formats, parent)
        self.line.setPlaceholderText(tr("Type to search"))
        self._search = search
        self._chosen: Hit | None = None
        self._start_label = ""
        self._hits: tuple[Hit, ...] = ()
        self.destroyed.connect(search.stop)

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
        self._start_label = label
        self.set_text(label or (value.key if isinstance(value, RecordId) else ""))
        self.line.setCursorPosition(0)

    def _read(self) -> Value:
        if not self.line.text().strip():
            return None
        hit = self._match()
        if hit is None:
            text = self.line.text().strip()
            raise NotAValue(tr("No single record is called {name}. Choose one from the list.", name=text))
        return hit.record

    def _match(self) -> Hit | None:
        """The record that is meant: the one chosen, or the only one of that title or number."""
        if self._chosen is not None:
            return self._chosen
        text = self.line.text().strip().casefold()
        same = [hit for hit in self._hits if text in (hit.title.casefold(), hit.hint.casefold())]
        return same[0] if len(same) == 1 else None

    def _search_for(self, text: str) -> None:
        self._search.ask(text, self.field.refers_to, self._on_found)

    def _on_found(self, found: Found) -> None:
        self._hits = found.hits
        self.offer(((Line(title=hit.title, hint=hit.hint), hit) for hit in found.hits), found.problem)

    def _choose(self, hit: object) -> None:
        self._chosen = hit if isinstance(hit, Hit) else None
