# SPDX-License-Identifier: MIT
"""What one conversation has learnt of the server's modules: fields, names of linked records, how texts compare."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crmdesk.connectors.vendors.sugarsoap import catalog, collation, meta, parse
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import Described
from crmdesk.connectors.vendors.sugarsoap.parse import Entry, Listing, Reading, RowReader
from crmdesk.connectors.vendors.sugarsoap.payload import is_key
from crmdesk.connectors.vendors.sugarsoap.query import Asking, Collation
from crmdesk.connectors.vendors.sugarsoap.session import Session
from crmdesk.domain.errors import CrmError, NotFound, NotPermitted, ServerFault, SessionExpired, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Module
from crmdesk.domain.sentence import sentence

_MANY = 100
"""Ids in one get_entries."""
_PROBE_ROWS = 2
"""With custom paging the first page is one row short (sugarsoap.md 5)."""
_SAMPLE_ROWS = 20
"""Among these is one whose text shows how the database compares letters."""


class Modules:
    """The modules of one server, described once each. Owned by one connector."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._names: tuple[ModuleName, ...] | None = None
        self._described: dict[ModuleName, Described] = {}
        self._readers: dict[ModuleName, RowReader] = {}
        self._rows: dict[ModuleName, tuple[Entry, ...]] = {}
        self._collation: Collation | None = None
        self._titles: dict[tuple[str, str], str] = {}
        self._nameless: set[str] = set()

    @property
    def reading(self) -> Reading:
        """What values are read by; its names grow."""
        return Reading(self._session.family, self._session.clock, self._titles)

    def names(self) -> tuple[ModuleName, ...]:
        """The modules the user may see, asked once."""
        if self._names is None:
            self._names = parse.modules(self._session.read("get_available_modules", {}))
        return self._names

    def modules(self) -> tuple[Module, ...]:
        """The same with labels, in the server's order."""
        return tuple(self._module(name) for name in self.names())

    def has_lines(self, name: ModuleName) -> bool:
        """Whether records of a module have lines that the server tells; SplendidCRM lists no module of lines."""
        is_sugar = self._session.family is Family.SUGAR
        return is_sugar and name in catalog.LINED and {name, catalog.LINES} <= set(self.names())

    def _module(self, name: ModuleName) -> Module:
        return replace(meta.module(name), is_sales_document=self.has_lines(name))

    def described(self, name: ModuleName) -> Described:
        """The fields of a module.

        Raises:
            Unsupported: the user sees no module of that name.
        """
        if name in self._described:
            return self._described[name]
        if name not in self.names():
            raise Unsupported(sentence("a module named {name}", name=name))
        raw = parse.fields(self._session.read("get_module_fields", {"module_name": name}))
        columns = self._columns(name) if self._session.family is Family.SPLENDID else None
        known = meta.described(
            self._module(name), raw, self._session.family, columns=columns, available=frozenset(self.names())
        )
        self._described[name] = known
        self._note_numbers(known, self._rows.get(name, ()))
        return known

    def _columns(self, name: ModuleName) -> frozenset[str] | None:
        """What rows carry: a query may name the table's columns alone, the fields told are those of a view."""
        try:
            found = self.listing(name, order_by="ID", max_results=_SAMPLE_ROWS)
        except (ServerFault, NotPermitted):
            return None
        self._rows[name] = found.entries
        return found.columns or None

    def _note_numbers(self, known: Described, rows: Sequence[Entry]) -> None:
        """A number that is read says more about the server's culture than its dates do."""
        numbers = [field.name for field in known.schema.fields if field.type.is_number]
        texts = [row.values.get(name, "") for row in rows for name in numbers]
        mark = "," if any(parse.has_decimal_comma(text) for text in texts) else "."
        if mark == "," or any("." in text for text in texts):
            self._session.clock = replace(self._session.clock, decimal_mark=mark)

    def listing(
        self,
        name: str,
        *,
        query: str = "",
        order_by: str,
        offset: int = 0,
        max_results: int,
        fields: Sequence[str] = (),
        deleted: bool = False,
    ) -> Listing:
        """get_entry_list as it is; ``order_by`` is never empty and ``select_fields`` never left out (sugarsoap.md 5)."""
        result = self._session.read(
            "get_entry_list",
            {
                "module_name": name,
                "query": query,
                "order_by": order_by,
                "offset": offset,
                "select_fields": list(fields),
                "max_results": max_results,
                "deleted": 1 if deleted else 0,
            },
        )
        return parse.listing(result, "get_entry_list")

    def reader(self, name: ModuleName) -> RowReader:
        """What makes records of the module's rows."""
        if name not in self._readers:
            self._readers[name] = RowReader(self.described(name), self.reading)
        return self._readers[name]

    def asking(self, name: ModuleName) -> Asking:
        """What conditions on the module are written by; finds out how texts compare, once."""
        known = self.described(name)
        if self._collation is None:
            rows = self._samples(name, known)
            if not rows:
                return Asking(known, self._session.clock)
            self._collation = collation.find_out(rows, known, lambda query: self._finds(name, query))
        return Asking(known, self._session.clock, self._collation)

    def _samples(self, name: ModuleName, known: Described) -> tuple[Entry, ...]:
        if name not in self._rows and known.family is Family.SUGAR:
            self._rows[name] = self.listing(name, order_by="id", max_results=_SAMPLE_ROWS).entries
        return self._rows.get(name, ())

    def _finds(self, name: ModuleName, query: str) -> bool:
        order = "ID" if self._session.family is Family.SPLENDID else "id"
        return bool(self.listing(name, query=query, order_by=order, max_results=_PROBE_ROWS).entries)

    def forget_column(self, name: ModuleName, fields: Iterable[FieldName]) -> None:
        """The server's database has no such columns after all: they are not asked for again."""
        known, gone = self.described(name), set(fields)
        schema = replace(
            known.schema,
            fields=tuple(
                replace(f, filterable=False, sortable=False) if f.name in gone else f for f in known.schema.fields
            ),
        )
        types = {n: t for n, t in known.raw_types.items() if n not in gone}
        self._described[name] = replace(known, schema=schema, raw_types=types)
        self._readers.pop(name, None)

    def entries(self, name: str, keys: Sequence[str]) -> tuple[Entry, ...]:
        """Records that are there, by their ids, in the server's order; get_entries, a hundred at a time."""
        found: list[Entry] = []
        for start in range(0, len(keys), _MANY):
            wanted = list(keys[start : start + _MANY])
            result = self._session.read("get_entries", {"module_name": name, "ids": wanted, "select_fields": []})
            found += [entry for entry in parse.listing(result, "get_entries").entries if _is_there(entry)]
        return tuple(found)

    def with_names(self, records: Sequence[Record]) -> tuple[Record, ...]:
        """Records whose links show names; names that the rows did not bring are asked for, each once."""
        missing: dict[str, dict[str, None]] = {}
        for record in records:
            for name, value in record.values.items():
                if isinstance(value, RecordId) and name not in record.labels and value.module:
                    missing.setdefault(value.module, {})[value.key] = None
        for module, keys in missing.items():
            self._learn(module, [key for key in keys if (module, key) not in self._titles])
        return tuple(self._named(record) for record in records) if missing else tuple(records)

    def _learn(self, module: str, keys: list[str]) -> None:
        if not keys or module in self._nameless:
            return
        try:
            for entry in self.entries(module, keys):
                self._titles[(module, entry.key)] = parse.title(entry.values, self._session.family)
        except SessionExpired:
            raise
        except CrmError as error:
            if error.retryable:
                raise
            self._nameless.add(module)  # no right to see them
        for key in keys:
            self._titles.setdefault((module, key), "")

    def _named(self, record: Record) -> Record:
        more = {
            name: text
            for name, value in record.values.items()
            if isinstance(value, RecordId) and name not in record.labels
            if (text := self._titles.get((value.module, value.key), ""))
        }
        return replace(record, labels={**record.labels, **more}) if more else record

    def forget_name(self, record: RecordId) -> None:
        """After a change its title may be another one."""
        self._titles.pop((record.module, record.key), None)

    def whole(self, record: RecordId) -> Entry:
        """One record with every field.

        Raises:
            NotFound.
        """
        if not is_key(record.key, self._session.family):
            raise _gone()
        found = [e for e in self.entries(record.module, (record.key,)) if e.key.lower() == record.key.lower()]
        if not found:
            raise _gone()
        return found[0]


def _is_there(entry: Entry) -> bool:
    """SuiteCRM answers an entry without values, or with ``deleted`` alone, for what is gone (recorded)."""
    has_more = any(value for name, value in entry.values.items() if name not in (catalog.ID, catalog.DELETED))
    return bool(entry.key) and has_more and entry.values.get(catalog.DELETED, "").lower() not in ("1", "true")


def _gone() -> NotFound:
    return NotFound(sentence("The record is not there: it was deleted, or it never existed. Reload the list."))
