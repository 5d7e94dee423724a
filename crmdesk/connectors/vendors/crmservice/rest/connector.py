# SPDX-License-Identifier: MIT
"""The protocol's methods and the roles over JSON:API, each: render, send, parse."""

import json
from collections.abc import Mapping
from datetime import tzinfo
from urllib.parse import urlencode

from crmdesk.connectors.port import Attachment, Endpoint, Http, OperationInfo, Relation, SyncPage
from crmdesk.connectors.vendors.crmservice.rest import (
    documents,
    lines,
    operations,
    paging,
    parse,
    payload,
    query,
    relations,
)
from crmdesk.connectors.vendors.crmservice.rest.catalog import Catalog
from crmdesk.connectors.vendors.crmservice.rest.session import RestSession, place, resources, text_at
from crmdesk.connectors.vendors.crmservice.values import masked
from crmdesk.connectors.wire.behind_write import read_back
from crmdesk.connectors.wire.changes import changes_by_stamp, token_of_now
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.connectors.wire.text import to_bool, to_text
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import NotFound, OutcomeUnclear, UnknownOperation, Unsupported
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Module, Operation, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value


class RestConnector:
    """One conversation with the newer interface; used on one thread."""

    def __init__(self, endpoint: Endpoint, http: Http, capabilities: Capabilities, zone: tzinfo) -> None:
        self._http, self._zone, self._capabilities = http, zone, capabilities
        self._session = RestSession(endpoint, http)
        self._catalog = Catalog(self._session, zone)
        self._can_count = True
        self._lines = lines.LineDesk(
            session=self._session, catalog=self._catalog, fetch=self.fetch, create=self.create, update=self.update
        )

    # The Connector protocol

    @property
    def capabilities(self) -> Capabilities:
        """What this interface can do."""
        return self._capabilities

    def login(self) -> Identity:
        """Ask whose token it is; there is no session.

        Raises:
            ProfileError, BadCredentials, NotACrm (this interface is not there), and what the transport raises.
        """
        own = self._session.who()
        self._catalog.begin(own)
        self._can_count = True
        name = text_at(own, "name") or " ".join(filter(None, (text_at(own, "first_name"), text_at(own, "last_name"))))
        user = text_at(own, "user_name", "email") or name or sentence("API token")
        details = {"Interface": "JSON:API v1"}
        if text_at(own, "email"):
            details["E-mail"] = text_at(own, "email")
        return Identity(
            user=user,
            full_name=name or user,
            server=f"CRM-service ({self._session.host}, JSON:API)",
            user_id=to_text(own.get("id")),
            is_admin=to_bool(text_at(own, "is_admin")) is True,
            details=details,
        )

    def list_modules(self) -> tuple[Module, ...]:
        """Every module the token sees."""
        return self._catalog.modules()

    def describe(self, module: ModuleName) -> Schema:
        """The fields of a module."""
        return self._catalog.schema(module)

    def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a pushed query."""
        reader = self._catalog.reader(query.module)
        found = paging.page(self._asking(query), place_of(paging.Place, after), limit, has_order=bool(query.order))
        records = tuple(reader.record(row) for row in found.rows)
        return Page(records, cursor_of(found.after), restarted=found.restarted)

    def _asking(self, asked: Query) -> paging.Ask:
        terms, fields = self._catalog.terms(asked), self._catalog.known_fields(asked)
        include = self._catalog.includes(asked.module, fields)
        path = place(asked.module)

        def ask(last: str, offset: int, size: int) -> paging.Listed:
            where = query.after(terms.asked, last) if last else terms.asked
            told = query.parameters(
                asked.module,
                fields=fields,
                asked=where,
                order=asked.order,
                offset=offset,
                size=size,
                include=include,
            )
            return paging.listed(self._catalog.get(path, asked.module, told), path, size)

        return ask

    def count(self, query: Query) -> int:
        """Rows the whole query has, by the reporting interface.

        Raises:
            Unsupported: the server could only tell a number that is too high, or does not count for this token.
        """
        terms = self._catalog.terms(query)
        if not terms.is_exact or not self._can_count:
            raise Unsupported(sentence("counting what this filter means"))
        try:
            return parse.count_of(self._session.report(_counting(query.module, terms)))
        except UnknownOperation as error:
            self._can_count = False
            raise Unsupported("counting") from error

    def explain(self, query: Query, limit: int) -> str:
        """What is asked for the first page."""
        terms = self._catalog.terms(query)
        told = _parameters(query, self._catalog, terms, limit)
        filtered = json.dumps(terms.asked, ensure_ascii=False, indent=2) if terms.asked is not None else "everything"
        more = "" if terms.is_exact else "\n(The server may find more; the rest is taken out here.)"
        return f"{filtered}\nGET /api/v1{place(query.module)}?{urlencode(told)}{more}"

    def fetch(self, record: RecordId) -> Record:
        """One record with every field.

        Raises:
            NotFound, NotPermitted.
        """
        schema = self._catalog.schema(record.module)
        include = self._catalog.includes(record.module, (str(field.name) for field in schema.fields))
        told = {"include": ",".join(include)} if include else {}
        path = place(record.module, record.key)
        document = self._catalog.get(path, record.module, told, names_one=True)
        found = resources(document, path)
        if not found:
            raise NotFound(
                sentence("The record is not there: it was deleted, or it never existed. Reload the list."), path
            )
        return self._catalog.reader(record.module).record(found[0], with_raw=True)

    def create(self, change: Create) -> Record:
        """Add a record; the answer is read back from the server.

        Raises:
            Invalid: before sending. OutcomeUnclear: it was added, but which one it is was not told.
        """
        self._must_offer(change.module, Operation.CREATE)
        attributes = payload.created(change.values, self._catalog.schema(change.module), self._zone)
        document = self._session.write("POST", place(change.module), payload.new(change.module, attributes))
        made = resources(document, change.module) if "data" in document else ()
        key = to_text(made[0].get("id")) if made else ""
        if not key:
            raise OutcomeUnclear(
                sentence("The record was added, but the server did not say which one it is. Reload the list.")
            )
        return self._read_back(RecordId(change.module, key))

    def update(self, change: Update) -> Record:
        """Change these fields; the answer is read back from the server.

        Raises:
            Invalid: before sending.
        """
        record = change.before.id
        self._must_offer(record.module, Operation.UPDATE)
        attributes = payload.changed(change.values, self._catalog.schema(record.module), self._zone)
        path = place(record.module, record.key)
        self._session.write("PATCH", path, payload.change(record, attributes), names_one=True)
        return self._read_back(record)

    def _must_offer(self, module: ModuleName, operation: Operation) -> None:
        known = self._catalog.module(module)
        if operation not in known.operations:
            raise Unsupported(
                sentence("{operation} in {records}", operation=operation.value, records=known.label_plural)
            )

    def _read_back(self, record: RecordId) -> Record:
        return read_back(lambda: self.fetch(record))

    def delete(self, change: Delete) -> None:
        """Remove a record."""
        record = change.before.id
        self._must_offer(record.module, Operation.DELETE)
        self._session.write("DELETE", place(record.module, record.key), None, names_one=True)

    def fetch_document(self, record: RecordId) -> SalesDocument:
        """A quote, order or invoice with its rows."""
        return lines.fetch(self._lines, record)

    def save_document(self, change: SaveDocument) -> SalesDocument:
        """Bring header and rows to ``change.after``; the answer is read back from the server."""
        return lines.save(self._lines, change)

    # EditsLines

    def line_shape(self, module: ModuleName) -> LineShape:
        """What the rows of a module's documents can hold."""
        return lines.shape_of(self._lines, module)

    def find_products(self, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Products with these words in name or number."""
        return lines.find_products(self._lines, module, words, limit)

    def known_products(self, products: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        """Number and unit of products that rows name."""
        return lines.known_products(self._lines, products)

    def close(self) -> None:
        """There is no session to end; never raises."""
        self._http.close()

    # RelatesRecords, StoresDocuments

    def list_relations(self, record: RecordId) -> tuple[Relation, ...]:
        """The lists that hang on a record; how long they are the server does not tell."""
        return relations.list_relations(self._catalog, record)

    def list_related(self, record: RecordId, relation: Relation) -> tuple[Record, ...]:
        """The records of one list."""
        return relations.list_related(self._session, self._catalog, record, relation)

    def link(self, record: RecordId, relation: Relation, targets: tuple[RecordId, ...]) -> None:
        """Bring records into a list."""
        relations.link(self._session, self._catalog, record, relation, targets, read=self.fetch, update=self.update)

    def unlink(self, record: RecordId, relation: Relation, target: RecordId) -> None:
        """Take one relation away."""
        relations.unlink(self._session, self._catalog, record, relation, target, read=self.fetch, update=self.update)

    def list_attachments(self, record: RecordId) -> tuple[Attachment, ...]:
        """The files of a record; for a file itself, itself."""
        return documents.list_attachments(self._session, record)

    def upload(
        self,
        title: str,
        file_name: str,
        mime_type: str,
        content: bytes,
        to: RecordId | None,
        values: Mapping[FieldName, Value] | None = None,
    ) -> Record:
        """Store a file at a record; up to 25 MB."""
        has_files = self._catalog.has(documents.FILES)
        known = self._catalog.schema(documents.FILES) if has_files else None
        key = documents.upload(self._session, title, file_name, mime_type, content, to, values, known=known)
        made = RecordId(documents.FILES, key)
        return self._read_back(made) if has_files else Record(made, {})

    def download(self, attachment: Attachment) -> bytes:
        """The bytes of a file."""
        return documents.download(self._session, attachment)

    # SyncsChanges

    def changes_since(self, module: ModuleName, token: str, only_own: bool = False) -> SyncPage:
        """One page of what changed, by ``updated_at``; deletions are not told.

        Raises:
            Unsupported: the module has no such field, or is not filtered by it.
        """
        return changes_by_stamp(self.fetch_page, module, self._stamp(module), token, self._capabilities.max_page_size)

    def sync_token(self, module: ModuleName) -> str:
        """Earlier than now on whichever clock the server keeps."""
        self._stamp(module)
        return token_of_now()

    def tells_deleted(self, module: ModuleName) -> bool:
        """Nothing does."""
        return False

    def _stamp(self, module: ModuleName) -> FieldName:
        field = self._catalog.schema(module).field(parse.UPDATED)
        if field is None or not field.filterable:
            raise Unsupported(sentence("asking for changes of {records}", records=module))
        return field.name

    # CallsDocumented

    def operations(self) -> tuple[OperationInfo, ...]:
        """The operations that can be called by name."""
        return operations.infos()

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        """One operation as it is.

        Raises:
            Unsupported: no operation of that name. Invalid: a parameter is unknown, missing or no JSON.
        """
        one = operations.prepared(operation, parameters)
        return masked(self._session.raw(one.verb, one.path, one.params, one.body))


def _counting(module: ModuleName, terms: query.Terms) -> dict[str, object]:
    return query.counting(module, terms.asked)


def _parameters(asked: Query, catalog: Catalog, terms: query.Terms, limit: int) -> dict[str, str]:
    fields = catalog.known_fields(asked)
    include = catalog.includes(asked.module, fields)
    return query.parameters(
        asked.module, fields=fields, asked=terms.asked, order=asked.order, size=limit, include=include
    )
