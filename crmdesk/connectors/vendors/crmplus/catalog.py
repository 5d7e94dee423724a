# SPDX-License-Identifier: MIT
"""What one session has learnt: modules, schemas, id prefixes, and the names behind ids."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

from crmdesk.connectors.vendors.crmplus import meta, parse
from crmdesk.connectors.vendors.crmplus.meta import GROUPS, USERS, Described
from crmdesk.connectors.vendors.crmplus.query import MAX_PAGE, Terms, literal, render
from crmdesk.connectors.vendors.crmplus.session import Session
from crmdesk.connectors.wire.text import decode_html
from crmdesk.domain.errors import AccessDenied, ConnectionFailed, CrmError, SessionExpired
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Module

_Links = list[tuple[FieldName, RecordId]]
_MAX_NAMES = 20_000
_WELL_KNOWN: Mapping[str, tuple[str, ...]] = {
    # Spares a describe for the modules that nearly every record links to.
    "Accounts": ("accountname",),
    "Contacts": ("firstname", "lastname"),
    "Users": ("first_name", "last_name"),
    "Groups": ("groupname",),
    "Currency": ("currency_name",),
}
_ENCODED = frozenset({"first_name", "last_name"})


class Catalog:
    """Owned by one connector. Fills itself by asking, each thing once."""

    def __init__(self, session: Session, zone: tzinfo) -> None:
        self._session = session
        self._zone = zone
        self._modules: tuple[Module, ...] | None = None
        self._described: dict[ModuleName, Described] = {}
        self._readers: dict[ModuleName, parse.RowReader] = {}
        self._prefixes: dict[str, ModuleName] = {}
        self._names: OrderedDict[str, str] = OrderedDict()
        self._silent: set[ModuleName] = set()
        """Modules that would not tell titles; not asked again."""
        self._undescribed: set[ModuleName] = set()
        """Modules that would not be described; not asked again."""

    @property
    def reading(self) -> parse.Reading:
        """How values are read; learns along."""
        return parse.Reading(self._zone, self._prefixes, self._names)

    def reader(self, module: ModuleName) -> parse.RowReader:
        """Makes records of a module's rows."""
        if module not in self._readers:
            self._readers[module] = parse.RowReader(self.described(module).schema, self.reading)
        return self._readers[module]

    def know_user(self, user_id: str, name: str) -> None:
        """The signed-in user: whom a restricted user cannot look up."""
        if parse.is_full_id(user_id):
            self._prefixes[user_id.partition("x")[0]] = USERS
            self._remember(user_id, name)

    def modules(self) -> tuple[Module, ...]:
        """Every module, in the server's order."""
        if self._modules is None:
            self._modules, prefixes = meta.modules(self._session.call("listtypes"))
            self._prefixes |= prefixes
        return self._modules

    def described(self, module: ModuleName) -> Described:
        """What describe tells about a module; asked once."""
        if module not in self._described:
            known = next((m for m in self.modules() if m.name == module), None)
            found = meta.described(self._session.call("describe", {"elementType": module}), known)
            self._described[module] = found
            if found.id_prefix:
                self._prefixes[found.id_prefix] = module
            for key, name in found.owners.items():
                self._remember(key, name)
        return self._described[module]

    def module_of(self, key: str) -> ModuleName | None:
        """The module of a full id, None where it is not known."""
        return self._prefixes.get(key.partition("x")[0])

    def full_id(self, module: ModuleName, number: str) -> str:
        """The full id of a bare record number, as far as the module's prefix is known."""
        prefix = next((p for p, m in self._prefixes.items() if m == module), "")
        return f"{prefix}x{number}" if prefix and number.isdigit() else number

    def forget_name(self, key: str) -> None:
        """A record was changed: its name may be another one now."""
        if key != self._session.user_id:
            self._names.pop(key, None)

    def forget(self) -> None:
        """Ask everything anew, after something was switched on the server."""
        self._modules = None
        self._described.clear()
        self._readers.clear()
        self._silent.clear()
        self._undescribed.clear()

    def with_names(self, records: Sequence[Record]) -> tuple[Record, ...]:
        """The records with the names of the records they link to, as far as the server tells them.

        Never fails: a name that cannot be had is not shown.
        """
        linked = [(record, self._links(record)) for record in records]
        if not any(links for _, links in linked):
            return tuple(records)
        try:
            if any(not value.module for _, links in linked for _, value in links):
                linked = [(found := self._with_modules(*one), self._links(found)) for one in linked]
            self._look_up(self._wanted(linked))
        except (SessionExpired, ConnectionFailed):
            pass  # the next call meets it and says so; these rows are good
        return tuple(self._named(record, links) for record, links in linked)

    def _links(self, record: Record) -> _Links:
        """The fields that link to something whose name is not known yet, and what they link to."""
        reader, names, values = self._readers.get(record.id.module), self._names, record.values
        return [
            (name, value)
            for name in (reader.links if reader else values)
            if type(value := values.get(name)) is RecordId and (value.key not in names or not value.module)
        ]

    def _with_modules(self, record: Record, links: _Links) -> Record:
        """Links whose module is not told get one, learnt from the prefix."""
        found: dict[FieldName, RecordId] = {}
        for name, value in links:
            if not value.module and parse.is_full_id(value.key):
                described = self._described.get(record.id.module)
                field = described.schema.field(name) if described else None
                self._learn_prefix(value.key, field.refers_to if field else ())
                module = self.module_of(value.key)
                if module:
                    found[name] = RecordId(module, value.key)
        return replace(record, values={**record.values, **found}) if found else record

    def _learn_prefix(self, key: str, targets: Iterable[ModuleName]) -> None:
        for module in targets:
            if self.module_of(key):
                return
            if module in self._undescribed or module in self._described:
                continue
            try:
                self.described(module)
            except (SessionExpired, ConnectionFailed):
                raise
            except CrmError:
                self._undescribed.add(module)
        if not self.module_of(key) and set(targets) == {USERS, GROUPS}:
            # A restricted user may describe neither; what is not a user is a group.
            own = self._session.user_id.partition("x")[0]
            self._prefixes[key.partition("x")[0]] = USERS if key.startswith(f"{own}x") else GROUPS

    def _wanted(self, linked: Iterable[tuple[Record, _Links]]) -> Mapping[ModuleName, list[str]]:
        wanted: dict[ModuleName, dict[str, None]] = {}
        for record, links in linked:
            for name, value in links:
                if value.key in self._names or not value.module or name in record.labels:
                    continue
                if value.module not in self._silent and parse.is_full_id(value.key):
                    wanted.setdefault(value.module, {})[value.key] = None
        return {module: list(keys) for module, keys in wanted.items()}

    def _look_up(self, wanted: Mapping[ModuleName, list[str]]) -> None:
        for module, keys in wanted.items():
            try:
                fields = self._title_fields(module)
                for start in range(0, len(keys), MAX_PAGE):
                    self._look_up_some(module, fields, keys[start : start + MAX_PAGE])
            except (SessionExpired, ConnectionFailed):
                raise
            except AccessDenied:
                self._silent.add(module)  # a restricted user may not read Users (recorded)
            except CrmError:
                self._silent.add(module)

    def _look_up_some(self, module: ModuleName, fields: tuple[str, ...], keys: list[str]) -> None:
        among = Terms((f"id in ({', '.join(literal(key) for key in keys)})",))
        text = render(module, ("id", *fields), among, order=(), limit=MAX_PAGE)
        for row in parse.rows(self._session.call("query", {"query": text}), "titles"):
            title = parse.title(row, tuple(FieldName(name) for name in fields))
            if title:
                self._remember(str(row.get("id")), decode_html(title) if _ENCODED & set(fields) else title)
        for key in keys:
            self._names.setdefault(key, "")  # gone or not for us: not asked again

    def _title_fields(self, module: ModuleName) -> tuple[str, ...]:
        known = _WELL_KNOWN.get(module)
        if known:
            return known
        found = self.described(module)
        return tuple(found.title_fields) or (found.schema.title_field,)

    def _remember(self, key: str, name: str) -> None:
        self._names[key] = name
        while len(self._names) > _MAX_NAMES:
            self._names.popitem(last=False)

    def _named(self, record: Record, links: _Links) -> Record:
        found = {name: label for name, value in links if (label := self._names.get(value.key))}
        if not found:
            return record
        labels = {**found, **record.labels}
        return Record(record.id, record.values, labels, record.version, record.raw)
