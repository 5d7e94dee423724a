# SPDX-License-Identifier: MIT
"""Reading lists: which list, which condition, which window; and what of it was learnt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crmdesk.connectors.vendors.opencrm import catalog, paging, parse, reports
from crmdesk.connectors.vendors.opencrm import query as filters
from crmdesk.connectors.vendors.opencrm.knowledge import Knowledge
from crmdesk.connectors.vendors.opencrm.names import Names
from crmdesk.connectors.vendors.opencrm.operations import LISTED
from crmdesk.connectors.vendors.opencrm.parse import Reading, Row
from crmdesk.connectors.vendors.opencrm.query import Window
from crmdesk.connectors.vendors.opencrm.session import Session
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.errors import Invalid, NotFound, NotPermitted, ServerFault, UnknownOperation, Unsupported
from crmdesk.domain.matching import folded, matches
from crmdesk.domain.names import Cursor, FieldName, ModuleName
from crmdesk.domain.query import And, Compare, Filter, Op, Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

_SAMPLE = Window(0, 50)
_ALIKE = 50  # rows looked through for records that are there already
_COUNTING = 500  # rows of one window where rows must be counted here
_NOWHERE = "8765309214077"  # no record's number and no text; digits, since a database takes a word for 0
_REFUSALS = (ServerFault, Invalid, NotFound, NotPermitted, UnknownOperation)


@dataclass(frozen=True, slots=True)
class Ask:
    """What one list is asked. ``parameters`` holds the condition, if any; ``is_exact``: it finds what was meant."""

    module: ModuleName
    parameters: Mapping[str, str]
    is_exact: bool


class Reader:
    """Reads for one connector, and keeps what it learns in ``knowledge``."""

    def __init__(self, session: Session, knowledge: Knowledge, reading: Reading) -> None:
        self._session, self._knowledge, self._reading = session, knowledge, reading
        self._whole = reports.WholeLists(session)
        self._people: dict[str, str] | None = None
        self._names = Names(lambda module, window: self._rows(module, "list", window.parameters()))

    # ---- fields ----------------------------------------------------------------------------------------------------

    def schema(self, module: ModuleName) -> Schema:
        """The fields as they are known; the first time, some rows are read to see them.

        Raises:
            Unsupported: no such module.
        """
        known = self._knowledge.of(module)
        report = reports.from_name(module)
        if report is None and module not in catalog.KINDS:
            raise Unsupported(sentence("a module named {module}", module=module))
        if not known.sampled:
            self._sample(module)
            known.sampled = True
        return known.schema(report.module if report else catalog.module_of(module))

    def _sample(self, module: ModuleName) -> None:
        known, reading = self._knowledge.of(module), self.reading()
        report = reports.from_name(module)
        if report is not None:
            records = self._whole.sample(report, reading)
            known.owners = reports.owner_columns(records)
        elif module not in LISTED:
            records = self._whole.records(module, reading)
        else:
            self._learn(module, self._rows(module, "list", _SAMPLE.parameters()), basic=True)
            self._learn(module, self._rows(module, "list_full", _SAMPLE.parameters()))
            return
        known.see(records)

    def _learn(self, module: ModuleName, rows: tuple[Row, ...], *, basic: bool = False) -> tuple[Record, ...]:
        records = tuple(parse.record(row, module, self.reading()) for row in rows)
        self._knowledge.of(module).see(records, basic=basic)
        return records

    def reading(self) -> Reading:
        """How values are read; the users' names are fetched the first time."""
        if self._people is None:
            try:
                self._people = reports.people(self._whole.users(self._session))
            except _REFUSALS:
                self._people = {}  # their numbers are shown instead
            self._reading = replace(self._reading, people=self._people, names=self._names.known)
        return self._reading

    # ---- rows ------------------------------------------------------------------------------------------------------

    def page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a pushed query."""
        place = place_of(paging.Place, after)
        if query.module not in LISTED:
            return self._whole_page(query.module, place, limit)
        asked = self.ask(query.module, query.where)
        variant = self._variant(query)
        part = paging.read(lambda window: self._window(asked, variant, window), place, limit)
        if variant == "list" and part.rows and not self._knowledge.of(query.module).covers(query.fields):
            # The short list was read for the first time and lacks a wanted field.
            part = paging.read(lambda window: self._window(asked, "list_full", window), place, limit)
        return Page(self.named(part.rows, query.module), cursor_of(part.after), restarted=part.restarted)

    def named(self, rows: tuple[Row, ...], module: ModuleName) -> tuple[Record, ...]:
        """The records of rows, with names for what they point to."""
        self._names.complete(rows)
        records = tuple(parse.record(row, module, self.reading()) for row in rows)
        self._names.see(records)
        return records

    def _variant(self, query: Query) -> str:
        """The short list where it has every wanted field, or may have: nobody has looked yet."""
        known = self._knowledge.of(query.module)
        if not query.fields:
            return "list_full"
        return "list" if not known.basic or known.covers(query.fields) else "list_full"

    def _window(self, asked: Ask, variant: str, window: Window) -> tuple[Row, ...]:
        rows = self._rows(asked.module, variant, {**asked.parameters, **window.parameters()})
        self._learn(asked.module, rows, basic=variant == "list")
        return rows

    def _rows(self, module: ModuleName, variant: str, parameters: Mapping[str, str]) -> tuple[Row, ...]:
        operation = f"get_{module}_{variant}"
        return parse.rows(self._session.read(operation, parameters), operation)

    def found_by(self, module: ModuleName, words: str, limit: int) -> tuple[Record, ...]:
        """Rows of the short list that the server's keyword search finds."""
        parameters = {"keywords": words, **Window(0, limit).parameters()}
        return self._learn(module, self._rows(module, "list", parameters)[:limit], basic=True)

    def alike(self, module: ModuleName, values: Mapping[FieldName, Value], limit: int) -> tuple[Record, ...]:
        """Records that agree in what tells records of this module apart; only where the server can be asked that."""
        found: dict[str, Record] = {}
        for names in catalog.TELLTALE.get(module, ()):
            fields = [FieldName(name) for name in names]
            if any(values.get(name) in (None, "") for name in fields):
                continue
            same = And(tuple(Compare(name, Op.EQ, values[name]) for name in fields))
            asked = self.ask(module, same.parts[0])
            if asked.parameters:
                rows = self.full_rows(module, {**asked.parameters, **Window(0, _ALIKE).parameters()})
                records = (parse.record(row, module, self.reading()) for row in rows)
                found |= {record.id.key: record for record in records if matches(same, record.values)}
        return tuple(found.values())[:limit]

    def name_targets(self, row: Row) -> None:
        """Find the names of what one record points to."""
        self._names.complete((row,))

    def full_rows(self, module: ModuleName, parameters: Mapping[str, str]) -> tuple[Row, ...]:
        """Rows of the full list, as they came."""
        rows = self._rows(module, "list_full", parameters)
        self._learn(module, rows)
        return rows

    def _whole_page(self, module: ModuleName, place: paging.Place | None, limit: int) -> Page:
        owners = self._knowledge.of(module).owners
        records = self._whole.records(module, self.reading(), owners, fresh=place is None)
        self._knowledge.of(module).see(records[:limit])
        start = place.at if place else 0
        end = start + limit
        after = paging.Place(at=end) if end < len(records) else None
        return Page(records[start:end], cursor_of(after), total=len(records))

    def whole_record(self, module: ModuleName, key: str) -> Record:
        """One row of a report, or one user.

        Raises:
            NotFound.
        """
        owners = self._knowledge.of(module).owners
        found = next((r for r in self._whole.records(module, self.reading(), owners) if r.id.key == key), None)
        if found is None:
            raise NotFound(sentence("The row is no longer there. Reload the list."))
        return found

    def count(self, query: Query) -> int:
        """Rows of a pushed query; counted here where the server finds more than is meant."""
        module = query.module
        if module not in LISTED:
            return len(self._whole.records(module, self.reading(), self._knowledge.of(module).owners))
        asked = self.ask(module, query.where)
        if asked.is_exact:
            return self._count(module, asked.parameters)
        return self._count_here(query, asked)

    def _count(self, module: ModuleName, parameters: Mapping[str, str]) -> int:
        return parse.count_of(self._session.call(f"get_{module}_list_count", parameters))

    def _count_here(self, query: Query, asked: Ask) -> int:
        keys: set[str] = set()
        place: paging.Place | None = None
        while True:
            part = paging.read(lambda window: self._window(asked, "list_full", window), place, _COUNTING)
            if part.restarted:
                keys.clear()
            records = (parse.record(row, query.module, self._reading) for row in part.rows)
            keys |= {record.id.key for record in records if matches(query.where, record.values)}
            if part.after is None:
                return len(keys)
            place = part.after

    # ---- conditions ------------------------------------------------------------------------------------------------

    def ask(self, module: ModuleName, where: Filter | None) -> Ask:
        """The parameters of a pushed filter; a condition that the server would misunderstand is not asked."""
        compare = filters.single(where)
        if compare is None:
            return Ask(module, {}, True)
        name = self._asked_as(module, compare.field)
        term = filters.term(compare, folds=self._folds(module, compare.field)) if name else None
        if term is None or name is None:
            return Ask(module, {}, False)
        return Ask(module, {"query_string": term.text(name)}, term.is_exact)

    def _asked_as(self, module: ModuleName, field: str) -> str | None:
        """The field's name in query_string, found out by asking for a value that is known to be there.

        Nobody lists those names, and a filter by a wrong one would hide rows. None = it cannot be asked.
        """
        known = self._knowledge.of(module)
        if field in known.asked_as:
            return known.asked_as[field]
        seen = known.fields.get(field)
        if (seen is None or not seen.probe) and not known.sampled:
            self.schema(module)
            seen = known.fields.get(field)
        if seen is None or not seen.probe or not filters.is_askable(field):
            return None
        found = next((n for n in filters.names_to_try(field) if self._is_name(module, n, seen.probe)), None)
        known.asked_as[field] = found
        return found

    def _folds(self, module: ModuleName, field: str) -> bool:
        """Whether the server takes e for é and E, tried once with a value that is known to be there."""
        known = self._knowledge
        name, seen = known.of(module).asked_as.get(field), known.of(module).fields.get(field)
        if known.folds is None and name and seen is not None and seen.accented:
            known.folds = self._finds(module, name, folded(seen.accented))
        return known.folds is not False

    def _is_name(self, module: ModuleName, name: str, probe: str) -> bool:
        """Whether a condition on that name is heeded: a server may find nothing by a name it does not know, or
        everything."""
        return self._finds(module, name, probe) and not self._finds(module, name, _NOWHERE)

    def _finds(self, module: ModuleName, name: str, value: str) -> bool:
        condition = filters.Term("=", value, True).text(name)
        try:
            return self._count(module, {"query_string": condition}) > 0
        except _REFUSALS as error:
            if error.retryable:
                raise
            return False

    def explain(self, query: Query, limit: int) -> str:
        """The method and parameters of the first page, without keys; asks nothing that is not known."""
        window = Window(0, limit)
        report = reports.from_name(query.module)
        if report is not None:
            parameters, operation = report.parameters(Window(0, reports.MOST_ROWS), ()), "get_record_list_from_report"
        elif query.module not in LISTED:
            parameters, operation = Window(0, reports.MOST_ROWS).parameters(), "get_user_list"
        else:
            asked = self.ask(query.module, query.where)
            parameters = {**asked.parameters, **window.parameters()}
            operation = f"get_{query.module}_{self._variant(query)}"
            if query.where is not None and not asked.is_exact:
                operation = f"(the server is asked for more than is meant; the rest is filtered here)\n{operation}"
        return "\n".join((f"POST {operation}", *(f"  {name}={value}" for name, value in parameters.items())))
