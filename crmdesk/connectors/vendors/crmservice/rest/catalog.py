# SPDX-License-Identifier: MIT
"""What the server told of itself in this session: modules, schemas, names of related records, how it compares texts."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from crmdesk.connectors.vendors.crmservice.rest import faults, measure, meta, paging, parse, query
from crmdesk.connectors.vendors.crmservice.rest.meta import Described
from crmdesk.connectors.vendors.crmservice.rest.session import Resource, RestSession, place
from crmdesk.domain.errors import ConnectionFailed, CrmError, SessionExpired, Unsupported
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import Query, compares
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import sentence

_NAMES_KEPT = 20_000


class Catalog:
    """Owned by one connector; forgets nothing until the next login."""

    def __init__(self, session: RestSession, zone: tzinfo) -> None:
        self._session, self._zone = session, zone
        self._modules: tuple[Module, ...] | None = None
        self._described: dict[ModuleName, Described] = {}
        self._refused: dict[ModuleName, set[str]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._folding: query.Folding | None = None
        self._own: Resource = {}

    def begin(self, own: Resource) -> None:
        """A new login: everything is asked anew."""
        self._modules, self._folding, self._own = None, None, own
        self._described.clear()
        self._names.clear()

    def modules(self) -> tuple[Module, ...]:
        """Every module the token sees, in the server's order."""
        if self._modules is None:
            names = meta.module_names(self._session.get(""))
            known = frozenset(map(str, names))
            self._modules = tuple(meta.module_of(name, known) for name in names)
        return self._modules

    def module(self, name: ModuleName) -> Module:
        """One module.

        Raises:
            Unsupported: the token sees none of that name.
        """
        found = next((module for module in self.modules() if module.name == name), None)
        if found is None:
            raise Unsupported(sentence("a module named {name}", name=name))
        return found

    def has(self, name: str) -> bool:
        """Whether the token sees a module of this name."""
        return any(module.name == name for module in self.modules())

    def described(self, name: ModuleName) -> Described:
        """What the server says of a module."""
        if name not in self._described:
            module = self.module(name)
            known = frozenset(str(one.name) for one in self.modules())
            self._described[name] = meta.described(self._session.get(place("schema", name)), module, known)
        return self._described[name]

    def schema(self, name: ModuleName) -> Schema:
        """A module's fields."""
        return self.described(name).schema

    def reader(self, name: ModuleName) -> parse.Reader:
        """What makes records of a module's resources."""
        return parse.Reader(self.schema(name), self._zone, self._names)

    def rows_module(self, name: ModuleName) -> ModuleName | None:
        """Where a document's lines are; by its relation ``rows``, else by name."""
        link = next((one for one in self.described(name).links if one.name == "rows" and self.has(one.module)), None)
        if link is not None:
            return link.module
        return meta.rows_module(name, frozenset(str(module.name) for module in self.modules()))

    def folding(self) -> query.Folding:
        """How the server compares texts; measured once."""
        if self._folding is None:
            self._folding = measure.folding(self._own, self._finds_user)
        return self._folding

    def _finds_user(self, asked: query.Expression) -> bool:
        told = query.parameters(ModuleName("users"), fields=("id",), asked=asked, size=1)
        return bool(paging.listed(self._session.get("/users", told), "users", 1).rows)

    def terms(self, asked: Query) -> query.Terms:
        """The conditions as the server is asked them."""
        schema = self.schema(asked.module)
        fields = (schema.field(one.field) for one in compares(asked.where))
        has_text = any(field is not None and field.type.is_text for field in fields)
        return query.conditions(asked.where, schema, self.folding() if has_text else query.Folding.APART)

    def known_fields(self, asked: Query) -> tuple[str, ...]:
        """The asked fields that the server has; empty = everything."""
        if not asked.fields:
            return ()
        schema = self.schema(asked.module)
        order = (key.field for key in asked.order)
        names = dict.fromkeys(str(name) for name in (*asked.fields, *order) if schema.field(name) is not None)
        return tuple(name for name in names if name != "id") or ("id",)

    # Names of related records

    def includes(self, name: ModuleName, fields: Iterable[str]) -> tuple[str, ...]:
        """The relations to be sent along, so that links have names."""
        told = self.described(name).includes
        refused = self._refused.get(name, set())
        wanted = (told[FieldName(field)] for field in fields if FieldName(field) in told)
        return tuple(dict.fromkeys(one for one in wanted if one not in refused))

    def get(
        self, path: str, name: ModuleName, params: Mapping[str, str], *, names_one: bool = False
    ) -> dict[str, object]:
        """Read a document with its includes; a relation that the server does not know is left out from then on."""
        asked = dict(params)
        while True:
            try:
                document = self._session.get(path, asked, names_one=names_one)
            except (ConnectionFailed, SessionExpired):
                raise
            except CrmError as error:
                unknown = faults.unknown_relation(error)
                if unknown is None or "include" not in asked:
                    raise
                included = asked["include"].split(",")
                bad = {unknown} & set(included) or set(included)
                self._refused.setdefault(name, set()).update(bad)
                rest = [one for one in included if one not in bad]
                asked = {k: v for k, v in asked.items() if k != "include"} | (
                    {"include": ",".join(rest)} if rest else {}
                )
                continue
            self.learn(document.get("included"))
            return document

    def learn(self, included: object) -> None:
        """Keep the names of records that came along."""
        if len(self._names) > _NAMES_KEPT:
            self._names.clear()
        self._names.update(parse.titles(included, self._title_fields))

    def _title_fields(self, name: str) -> tuple[str, ...]:
        known = self._described.get(ModuleName(name))
        own = (str(known.schema.title_field),) if known is not None else ()
        return (*own, "name", "subject", "title", "full_name", "last_name", "entity_no")
