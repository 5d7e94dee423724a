# SPDX-License-Identifier: MIT
"""What one session has learnt: schemas, what can be queried and how texts compare there, and the names behind ids."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from string import ascii_letters

from crmdesk.connectors.vendors.webcrm import meta, query
from crmdesk.connectors.vendors.webcrm.paging import everything
from crmdesk.connectors.vendors.webcrm.parse import Reading, RowReader
from crmdesk.connectors.vendors.webcrm.query import MAX_PAGE, Folding, Terms
from crmdesk.connectors.vendors.webcrm.resources import USERS, Resource, resources
from crmdesk.connectors.vendors.webcrm.session import Session, rows
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import (
    ConnectionFailed,
    CrmError,
    NotFound,
    RateLimited,
    SessionExpired,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Order
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import sentence

_MAX_NAMES = 20_000
_NAMES_AT_ONCE = 150
_ACCENTED = str.maketrans("aeiouncszyAEIOUNCSZY", "åéíöüñçšžýÅÉÍÖÜÑÇŠŽÝ")

Row = Mapping[str, object]


class Catalog:
    """Owned by one connector. Fills itself by asking, each thing once for each session."""

    def __init__(self, session: Session, reading: Reading) -> None:
        self._session = session
        self._reading = reading
        self._readers: dict[ModuleName, RowReader] = {}
        self._can_query: dict[ModuleName, bool] = {}
        self._folding: Folding | None = None
        self._names: OrderedDict[tuple[ModuleName, str], str] = OrderedDict()
        self._silent: set[ModuleName] = set()
        """Modules that would not tell names; not asked again."""

    @property
    def reading(self) -> Reading:
        """How values are read."""
        return self._reading

    def modules(self) -> tuple[Module, ...]:
        """Every kind of record; what a token may not see, it is told when it asks."""
        return tuple(one.module() for one in resources().values())

    def resource(self, module: ModuleName) -> Resource:
        """What is known of a module.

        Raises:
            NotFound: there is none of that name.
        """
        found = resources().get(module)
        if found is None:
            raise NotFound(sentence("webCRM has no “{module}”. Orders are Deliveries there.", module=module))
        return found

    def reader(self, module: ModuleName) -> RowReader:
        """Makes records of a module's rows."""
        if module not in self._readers:
            one = self.resource(module)
            schema = meta.schema(one, self._metadata(one), can_query=self.can_query(one))
            self._readers[module] = RowReader(one, schema, self._reading)
        return self._readers[module]

    def schema(self, module: ModuleName) -> Schema:
        """The fields of a module."""
        return self.reader(module).schema

    def _metadata(self, one: Resource) -> Mapping[str, meta.Told]:
        """What the company calls its fields; nothing where the token may not ask."""
        if not one.metadata:
            return {}
        try:
            answer = self._session.get("/FieldsMetadata/{entityTypes}", one.metadata)
            return meta.told(rows(answer, "FieldsMetadata"))
        except (SessionExpired, ConnectionFailed, RateLimited):
            raise
        except CrmError as error:
            if error.retryable:
                raise
            return {}

    def can_query(self, one: Resource) -> bool:
        """Whether the server answers queries about this kind; asked once, for its tables are not listed anywhere."""
        if not one.table:
            return False
        if one.name not in self._can_query:
            text = query.select(one, (one.id_field,), Terms())
            try:
                found = rows(self.run(text, 1, 1), "Queries")
                self._can_query[one.name] = all(to_text(row.get(one.id_field)).isdecimal() for row in found)
            except (SessionExpired, ConnectionFailed, RateLimited):
                raise
            except CrmError:
                self._can_query[one.name] = False
        return self._can_query[one.name]

    def run(self, text: str, page: int, size: int) -> object:
        """One page of a query's rows."""
        return self._session.get("/Queries", script=text, Page=str(page), Size=str(size))

    def queried(self, text: str, page: int, size: int) -> tuple[Row, ...]:
        """One page of a query's rows, checked."""
        return rows(self.run(text, page, size), "Queries")

    def folding(self, one: Resource) -> Folding:
        """How the server compares texts, measured on the title of one record: once for each session."""
        if self._folding is None and self.can_query(one):
            schema = self.schema(one.name)
            order = (Order(FieldName(one.id_field)),)
            columns = query.columns(one, (one.title_field,), order, schema)
            for row in self.queried(query.select(one, columns, Terms(), order), 1, 50):
                text = to_text(row.get(one.title_field))
                if any(letter in "aeiouncszy" for letter in text.lower()) and _is_simple(text):
                    self._folding = self._measured(one, to_text(row.get(one.id_field)), text)
                    return self._folding
        return self._folding or Folding()

    def _measured(self, one: Resource, key: str, text: str) -> Folding:
        def finds(condition: str) -> bool:
            terms = Terms(f"{one.id_field} = {int(key)} AND {one.title_field} {condition}")
            try:
                return bool(self.queried(query.select(one, (one.id_field,), terms), 1, 1))
            except (SessionExpired, ConnectionFailed, RateLimited):
                raise
            except CrmError:
                return False  # it cannot be asked this

        case = finds(f"= {query.literal(text.swapcase())}")
        if case and finds(f"= {query.literal(text.translate(_ACCENTED))}"):
            return Folding(case=True, accents=True)
        as_classes = Folding(case=case, classes=True)
        return Folding(case=case, classes=finds(f"LIKE '{query.pattern(text, as_classes)}'"))

    # Names

    def remember(self, record: RecordId, name: str) -> None:
        """The name of a record that was read anyway."""
        if name:
            self._names[(record.module, record.key)] = name
            while len(self._names) > _MAX_NAMES:
                self._names.popitem(last=False)

    def forget_name(self, record: RecordId) -> None:
        """A record was changed: its name may be another one now."""
        self._names.pop((record.module, record.key), None)

    def with_names(self, records: Sequence[Record]) -> tuple[Record, ...]:
        """The records with the names of the records they link to, as far as the server tells them.

        Never fails: a name that cannot be had is not shown.
        """
        linked = [(record, self._links(record)) for record in records]
        with suppress(SessionExpired, ConnectionFailed, RateLimited):  # the next call says so; these rows are good
            self._look_up({value for _, links in linked for value in links.values()})
        return tuple(self._named(record, links) for record, links in linked)

    def _links(self, record: Record) -> dict[FieldName, RecordId]:
        reader = self._readers.get(record.id.module)
        names = reader.links if reader else ()
        return {name: value for name in names if isinstance(value := record.values.get(name), RecordId)}

    def _look_up(self, wanted: Iterable[RecordId]) -> None:
        by_module: dict[ModuleName, list[str]] = {}
        for one in sorted(set(wanted), key=str):
            if (one.module, one.key) not in self._names and one.module not in self._silent and one.key.isdecimal():
                by_module.setdefault(one.module, []).append(one.key)
        for module, keys in by_module.items():
            known = resources().get(module)
            if known is None:
                continue
            try:
                if module == USERS:
                    self._read_users(known)
                elif self.can_query(known):
                    for start in range(0, len(keys), _NAMES_AT_ONCE):
                        self._read_names(known, keys[start : start + _NAMES_AT_ONCE])
                else:
                    self._silent.add(module)
            except (SessionExpired, ConnectionFailed, RateLimited):
                raise
            except CrmError:
                self._silent.add(module)

    def _read_users(self, users: Resource) -> None:
        """There are few of them: all at once."""
        self._silent.add(USERS)

        def window(page: int, size: int) -> tuple[Row, ...]:
            return rows(self._session.get("/Users", Page=str(page), Size=str(size)), "Users")

        for row in everything(window, users.id_field):
            name = to_text(row.get("UserName")) or to_text(row.get("UserLoginName"))
            self.remember(RecordId(USERS, to_text(row.get(users.id_field))), name)

    def _read_names(self, one: Resource, keys: list[str]) -> None:
        columns = tuple(dict.fromkeys((one.id_field, one.title_field, *_MORE_NAMES.get(one.entity, ()))))
        for row in self.queried(query.select(one, columns, query.among(one, keys)), 1, MAX_PAGE):
            self.remember(RecordId(one.name, to_text(row.get(one.id_field))), title_of(one, row))
        for key in keys:
            self._names.setdefault((one.name, key), "")  # gone, or not for us: not asked again

    def _named(self, record: Record, links: Mapping[FieldName, RecordId]) -> Record:
        found = {n: label for n, value in links.items() if (label := self._names.get((value.module, value.key)))}
        return replace(record, labels={**found, **record.labels}) if found else record


_MORE_NAMES: Mapping[str, tuple[str, ...]] = {"Person": ("PersonFirstName", "PersonLastName")}


def title_of(one: Resource, row: Row) -> str:
    """What people call a record."""
    title = to_text(row.get(one.title_field)).strip()
    if title:
        return title
    return " ".join(t for name in _MORE_NAMES.get(one.entity, ()) if (t := to_text(row.get(name)).strip()))


def _is_simple(text: str) -> bool:
    return all(letter in ascii_letters or letter in " .,&-0123456789" for letter in text)
