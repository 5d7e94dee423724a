# SPDX-License-Identifier: MIT
"""The protocol's methods and the roles', each: render, send, parse. The work itself is in the files beside."""

import json
from collections.abc import Mapping

from crmdesk.connectors.port import Attachment, Endpoint, Http, OperationInfo, RecordAction, Relation, SyncPage
from crmdesk.connectors.vendors.webcrm import (
    actions,
    calls,
    documents,
    lines,
    notes,
    parse,
    payload,
    products,
    relations,
)
from crmdesk.connectors.vendors.webcrm import query as sql
from crmdesk.connectors.vendors.webcrm.catalog import Catalog
from crmdesk.connectors.vendors.webcrm.creating import Creator
from crmdesk.connectors.vendors.webcrm.operations import infos, spec
from crmdesk.connectors.vendors.webcrm.paging import Row
from crmdesk.connectors.vendors.webcrm.reader import Reader
from crmdesk.connectors.vendors.webcrm.resources import (
    ACTIVITIES,
    DELIVERIES,
    DOCUMENTS,
    LINES,
    NOTES,
    OPPORTUNITIES,
    Resource,
)
from crmdesk.connectors.vendors.webcrm.session import Session, one_row, rows
from crmdesk.connectors.vendors.webcrm.sql_guard import checked_select
from crmdesk.connectors.wire.behind_write import read_back
from crmdesk.connectors.wire.changes import changes_by_stamp, token_of_now
from crmdesk.connectors.wire.text import to_text
from crmdesk.connectors.wire.zones import zone_named
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import ConnectionFailed, CrmError, OutcomeUnclear, Unsupported
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.overtaken import refuse_overtaken
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Module, Operation, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

_MOVABLE = (ACTIVITIES, OPPORTUNITIES, DELIVERIES)
_QUERY_PAGES = 10


class WebCrmConnector:
    """One conversation with webCRM; used on one thread."""

    def __init__(self, endpoint: Endpoint, http: Http, capabilities: Capabilities) -> None:
        self._http = http
        self._session = Session(endpoint, http)
        self._zone = zone_named(endpoint.settings.get("time_zone", ""))
        self._capabilities = capabilities
        self._catalog = Catalog(self._session, parse.Reading(self._zone))
        self._creator = Creator(self._session, self._catalog)
        self._reader = Reader(self._session, self._catalog)
        self._lines = lines.LineDesk(
            session=self._session,
            catalog=self._catalog,
            fetch=self.fetch,
            create=self.create,
            update=self.update,
        )
        self._prices = products.PriceList(self._price_rows)

    # The Connector protocol

    @property
    def capabilities(self) -> Capabilities:
        """What this server can do; which fields can be filtered there, each field tells."""
        return self._capabilities

    def login(self) -> Identity:
        """Exchange the application token for an access token, and ask who that is.

        Raises:
            ProfileError, BadCredentials, NotACrm, and what the transport raises.
        """
        self._session.login()
        try:
            told = self._session.get("/Auth")
        except ConnectionFailed:
            raise
        except CrmError:
            told = None  # what it answers is not declared
        about = {name: to_text(v) for name, v in told.items() if _is_told(name, v)} if isinstance(told, dict) else {}
        user = next((about[name] for name in ("UserName", "userName", "Name", "name") if name in about), "")
        return Identity(
            user=user or sentence("Application token"),
            full_name=user or sentence("Application token"),
            server=f"webCRM ({self._session.host})",
            user_id=about.get("UserId", ""),
            details=about,
        )

    def list_modules(self) -> tuple[Module, ...]:
        """Every kind of record; what the token may not read, it is told when it asks."""
        return self._catalog.modules()

    def describe(self, module: ModuleName) -> Schema:
        """The fields of a module, with the company's own labels and lists."""
        return self._catalog.schema(module)

    def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a pushed query: by /Queries where the server answers them, else from the lists."""
        return self._reader.page(query, after, limit)

    def count(self, query: Query) -> int:
        """The server tells no totals."""
        raise Unsupported("counting")

    def explain(self, query: Query, limit: int) -> str:
        """What is asked for the first page."""
        return self._reader.explain(query, limit)

    def fetch(self, record: RecordId) -> Record:
        """One record with every field.

        Raises:
            NotFound, NotPermitted.
        """
        if record.module == NOTES:
            return notes.fetch(self._session, self._catalog, record)
        reader = self._catalog.reader(record.module)
        made = reader.record(self._row(reader.resource, record.key), with_raw=True)
        return self._catalog.with_names((made,))[0]

    def _row(self, one: Resource, key: str) -> Row:
        row = one_row(self._session.get(one.one_path, key), one.one_path)
        if to_text(row.get(one.id_field)) in ("", "0"):
            return one_row(None, one.one_path)  # an empty record instead of none
        return row

    def create(self, change: Create) -> Record:
        """Add a record; the answer is read back from the server.

        Raises:
            Invalid: before sending. OutcomeUnclear: it was added, but which one it is cannot be told.
        """
        reader = self._catalog.reader(change.module)
        one = reader.resource
        self._must_offer(one, Operation.CREATE)
        if one.name == NOTES:
            return notes.create(self._session, self._catalog, change.values)
        body = payload.created(one, change.values, reader.schema, self._zone)
        key = lines.add_line(self._lines, body) if one.name == LINES else self._creator.create(one, body)
        return self._read_back(RecordId(one.name, key))

    def update(self, change: Update) -> Record:
        """Change these fields: the record is read, changed and sent whole; the answer is read back.

        Raises:
            Invalid: before sending. Conflict: a wanted field is no longer as in ``change.before``; nothing was sent.
        """
        record = change.before.id
        reader = self._catalog.reader(record.module)
        one = reader.resource
        self._must_offer(one, Operation.UPDATE)
        values = dict(change.values)
        held = {str(name): plain(value) for name, value in change.before.values.items()}
        payload.changed(one, held, values, reader.schema, self._zone)  # refused before anything is sent
        home = FieldName(f"{one.prefix}OrganisationId")
        moved = False
        if record.module in _MOVABLE and isinstance(values.get(home), RecordId):
            relations.move(self._session, record.module, record.key, str(values.pop(home)))
            moved = True
        if values:
            try:
                row = self._row(one, record.key)
                refuse_overtaken(change, reader.record(row))
                body = payload.changed(one, row, values, reader.schema, self._zone)
                self._session.call(spec("PUT", one.one_path), {"id": record.key}, body=body)
            except CrmError as error:
                if moved:
                    raise OutcomeUnclear(
                        sentence("The record was moved, but not changed: {reason}", reason=error.user_text),
                        error.detail,
                    ) from error
                raise
        self._catalog.forget_name(record)
        return self._read_back(record)

    def _must_offer(self, one: Resource, operation: Operation) -> None:
        if operation not in one.module().operations:
            raise Unsupported(sentence("{operation} in {records}", operation=operation.value, records=one.label_plural))

    def _read_back(self, record: RecordId) -> Record:
        return read_back(lambda: self._session.after_write(lambda: self.fetch(record)))

    def delete(self, change: Delete) -> None:
        """Remove a record, where the API can: lines, documents, items of linked data, an activity's newest note."""
        record = change.before.id
        one = self._catalog.resource(record.module)
        self._must_offer(one, Operation.DELETE)
        if one.name == NOTES:
            notes.delete(self._session, self._catalog, change.before)
            return
        self._session.call(spec("DELETE", one.one_path), {"id": record.key})
        self._catalog.forget_name(record)

    def fetch_document(self, record: RecordId) -> SalesDocument:
        """An opportunity or delivery with its quotation lines."""
        return lines.fetch(self._lines, record)

    def save_document(self, change: SaveDocument) -> SalesDocument:
        """Bring header and lines to ``change.after``; the answer is read back from the server."""
        return lines.save(self._lines, change)

    def close(self) -> None:
        """Forget the access token; never raises."""
        self._session.logout()
        self._http.close()

    # EditsLines

    def line_shape(self, module: ModuleName) -> LineShape:
        """What quotation lines can hold."""
        if module not in (OPPORTUNITIES, DELIVERIES):
            raise Unsupported(sentence("lines in this kind of record"))
        return products.shape(self._catalog.schema(LINES))

    def find_products(self, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Items of the price list; none where linked data is off."""
        return self._prices.find(words, limit)

    def known_products(self, records: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        """Items of the price list by their numbers."""
        return self._prices.known(records)

    def _price_rows(self) -> tuple[Row, ...]:
        return rows(self._session.get("/QuotationLines/LinkedData"), "/QuotationLines/LinkedData")

    # RelatesRecords, StoresDocuments

    def list_relations(self, record: RecordId) -> tuple[Relation, ...]:
        """The lists that hang on a record; how long they are the server does not tell."""
        return relations.list_relations(record)

    def list_related(self, record: RecordId, relation: Relation) -> tuple[Record, ...]:
        """The records of one list."""
        return relations.list_related(self._session, self._catalog, record, relation)

    def link(self, record: RecordId, relation: Relation, targets: tuple[RecordId, ...]) -> None:
        """Bring records into a list: by their own ``Move`` where they have one, else by their field."""
        relations.link(self._session, record, relation, targets, read=self.fetch, update=self.update)

    def unlink(self, record: RecordId, relation: Relation, target: RecordId) -> None:
        """A record always belongs somewhere there: bring it into another list instead."""
        raise Unsupported(sentence("taking a relation away"))

    def list_attachments(self, record: RecordId) -> tuple[Attachment, ...]:
        """The documents of a record; for a document itself, its own file."""
        return documents.list_attachments(self._session, self._catalog, record)

    def upload(
        self,
        title: str,
        file_name: str,
        mime_type: str,
        content: bytes,
        to: RecordId | None,
        values: Mapping[FieldName, Value] | None = None,
    ) -> Record:
        """Store a file as a new document, hung on ``to`` where given; the API takes no type of content."""
        reader = self._catalog.reader(DOCUMENTS)
        more = payload.changed(reader.resource, {}, dict(values or {}), reader.schema, self._zone)
        key = documents.upload(self._session, self._catalog, title, file_name, content, to, more)
        return self._read_back(RecordId(DOCUMENTS, key))

    def download(self, attachment: Attachment) -> bytes:
        """The bytes of a document's file."""
        return documents.download(self._session, attachment)

    # ActsOnRecords

    def list_actions(self, module: ModuleName) -> tuple[RecordAction, ...]:
        """The conversions and moves of a module."""
        return actions.list_actions(module)

    def act(self, record: RecordId, action: str, arguments: Mapping[str, str]) -> RecordId | None:
        """Convert or move a record; what it became."""
        made = actions.act(self._session, record, action, arguments)
        self._catalog.forget_name(record)
        return made

    # SyncsChanges, RunsQueries, CallsDocumented

    def changes_since(self, module: ModuleName, token: str, only_own: bool = False) -> SyncPage:
        """One page of what changed, by ``…UpdatedAt``; deletions are not told, and a token has no records of its own.

        Raises:
            Unsupported: the module has no such field, or only its whole list can be read.
        """
        one = self._catalog.resource(module)
        return changes_by_stamp(self.fetch_page, module, self._stamp(one), token, sql.MAX_PAGE)

    def sync_token(self, module: ModuleName) -> str:
        """Earlier than now on whichever clock the server keeps."""
        self._stamp(self._catalog.resource(module))
        return token_of_now()

    def tells_deleted(self, module: ModuleName) -> bool:
        """Nothing does."""
        return False

    def _stamp(self, one: Resource) -> FieldName:
        field = self._catalog.schema(one.name).field(f"{one.prefix}UpdatedAt")
        if field is None or not field.filterable or not self._catalog.can_query(one):
            raise Unsupported(sentence("asking for changes of {records}", records=one.label_plural))
        return field.name

    def run_query(self, text: str) -> tuple[Mapping[str, str], ...]:
        """Rows of a SELECT, at most 10,000.

        Raises:
            Invalid: it is anything but one SELECT.
        """
        asked = checked_select(text)
        found: list[Mapping[str, object]] = []
        for page in range(1, _QUERY_PAGES + 1):
            part = self._catalog.queried(asked, page, sql.MAX_PAGE)
            if not part or part == tuple(found[-len(part) :]):
                break
            found += part
        shown = (parse.masked(row) for row in found)
        return tuple({str(n): _plain(v) for n, v in row.items()} for row in shown if isinstance(row, dict))

    def operations(self) -> tuple[OperationInfo, ...]:
        """The operations that can be called by name."""
        return infos()

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        """One documented operation as it is; of a PATCH, which records failed inside its 200.

        Raises:
            Unsupported: no operation of that name. Invalid: a parameter is unknown, missing or no JSON.
        """
        return calls.call(self._session, operation, parameters)


def _is_told(name: str, value: object) -> bool:
    return not parse.is_secret(name) and "token" not in name.lower() and isinstance(value, (str, int)) and value != ""


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=to_text) if isinstance(value, (dict, list)) else to_text(value)
