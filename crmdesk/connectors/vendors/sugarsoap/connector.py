# SPDX-License-Identifier: MIT
"""The protocol's methods and the roles', each: render, send, parse. The work itself is in the files beside."""

from collections.abc import Mapping
from dataclasses import replace

from crmdesk.connectors.port import Attachment, Endpoint, Http, OperationInfo, RecordAction, Relation, SyncPage
from crmdesk.connectors.vendors.sugarsoap import (
    actions,
    catalog,
    documents,
    identity,
    lines,
    operations,
    parse,
    payload,
    relations,
    searching,
    sync,
)
from crmdesk.connectors.vendors.sugarsoap.address import web_address
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.modules import Modules
from crmdesk.connectors.vendors.sugarsoap.products import known
from crmdesk.connectors.vendors.sugarsoap.reader import Reader
from crmdesk.connectors.vendors.sugarsoap.session import Session
from crmdesk.connectors.wire.behind_write import read_back
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import (
    CrmError,
    NotFound,
    OutcomeUnclear,
    ServerFault,
    UnknownOperation,
    Unsupported,
)
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.overtaken import refuse_overtaken
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value


class SugarSoapConnector:
    """One conversation with one server of either family; used on one thread."""

    def __init__(self, endpoint: Endpoint, http: Http, capabilities: Capabilities) -> None:
        self._http = http
        self._session = Session(endpoint, http)
        self._modules = Modules(self._session)
        self._reader = Reader(self._session, self._modules)
        self._capabilities = capabilities

    # The Connector protocol

    @property
    def capabilities(self) -> Capabilities:
        """What this server can do; after ``login`` SuiteCRM counts and sorts downwards too."""
        return self._capabilities

    def login(self) -> Identity:
        """Begin a session and find out whose server it is.

        Raises:
            ProfileError, BadCredentials, NotACrm, and what the transport raises.
        """
        session = self._session
        session.login()
        is_sugar = session.family is Family.SUGAR
        self._capabilities = replace(
            self._capabilities, can_sort_down=is_sugar, can_count=session.has("get_entries_count")
        )
        return identity.asked(session, self._modules)

    def list_modules(self) -> tuple[Module, ...]:
        """Every module the user may see, in the server's order."""
        return self._modules.modules()

    def describe(self, module: ModuleName) -> Schema:
        """The fields of a module.

        Raises:
            Unsupported: no such module.
        """
        return self._modules.described(module).schema

    def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a pushed query."""
        return self._reader.page(query, after, limit)

    def count(self, query: Query) -> int:
        """Rows the server counts.

        Raises:
            Unsupported: SplendidCRM has no operation for it.
        """
        if not self._capabilities.can_count:
            raise Unsupported("counting")
        return self._reader.count(query)

    def explain(self, query: Query, limit: int) -> str:
        """The first page's get_entry_list, without the session."""
        return self._reader.explain(query, limit)

    def fetch(self, record: RecordId) -> Record:
        """One record with every field.

        Raises:
            NotFound.
        """
        reader = self._modules.reader(record.module)
        return self._modules.with_names([reader.record(self._modules.whole(record), with_raw=True)])[0]

    def create(self, change: Create) -> Record:
        """Add a record; the answer is read back from the server.

        Raises:
            Invalid: before sending.
        """
        return self._read_back(self._add(change.module, change.values))

    def _add(self, module: ModuleName, values: Mapping[FieldName, Value]) -> RecordId:
        """A new record; never with an id, which the server would insert under."""
        owner = self._session.user_id if self._session.family is Family.SUGAR else ""
        pairs = payload.created(values, self._modules.described(module), self._session.clock, owner)
        result = self._session.write("set_entry", {"module_name": module, "name_value_list": payload.listed(pairs)})
        key = parse.saved_key(result, "set_entry")
        if not key:
            raise OutcomeUnclear(
                sentence("The server does not tell the new record's id. Look for it before you try again.")
            )
        return RecordId(module, key)

    def update(self, change: Update) -> Record:
        """Change these fields alone; the answer is read back from the server.

        Raises:
            Invalid: before sending. NotFound: it is gone; the server would insert it anew. Conflict: a wanted field is
                no longer as in ``change.before``; nothing was sent.
        """
        return self._write(change)

    def _save(self, record: RecordId, values: Mapping[FieldName, Value]) -> Record:
        return self._write(Update(Record(record, {}), values))

    def _write(self, change: Update) -> Record:
        record = change.before.id
        pairs = payload.changed(change.values, self._modules.described(record.module), self._session.clock)
        now = self._modules.reader(record.module).record(self._modules.whole(record))
        refuse_overtaken(change, now)
        told = payload.listed({catalog.ID: record.key, **pairs})
        result = self._session.write("set_entry", {"module_name": record.module, "name_value_list": told})
        key = parse.saved_key(result, "set_entry")
        if key.lower() != record.key.lower():
            raise OutcomeUnclear(
                sentence(
                    "The server answers that it saved record {key}, which is not the one. Reload the list and look before you try again.",
                    key=key or sentence("without an id"),
                )
            )
        self._modules.forget_name(record)
        return self._read_back(record)

    def _read_back(self, record: RecordId) -> Record:
        """A record behind a write. Whatever fails now, the write must not be taken for refused and sent again."""
        return read_back(lambda: self.fetch(record))

    def delete(self, change: Delete) -> None:
        """Remove a record, and look that it is gone; the server says "No Error" in any case.

        Raises:
            NotFound: it was gone before. OutcomeUnclear: whether it is gone could not be looked up.
        """
        record = change.before.id
        self._modules.whole(record)
        told = payload.listed({catalog.ID: record.key, catalog.DELETED: "1"})
        self._session.write("set_entry", {"module_name": record.module, "name_value_list": told})
        self._modules.forget_name(record)
        try:
            self._modules.whole(record)
        except NotFound:
            return
        except CrmError as error:
            raise OutcomeUnclear(
                sentence(
                    "The server took the deletion, but it could not be checked: {reason} Reload the list and look.",
                    reason=error.user_text,
                ),
                error.detail,
            ) from error
        raise ServerFault(
            sentence("The server says that the record is deleted, but it is still there. Reload the list.")
        )

    def fetch_document(self, record: RecordId) -> SalesDocument:
        """A document with its lines, where the server has a module of them.

        Raises:
            Unsupported: it has none. NotFound.
        """
        return lines.fetch(self._line_desk(), record)

    def save_document(self, change: SaveDocument) -> SalesDocument:
        """Bring header and lines to a wanted state; the answer is read back.

        Raises:
            Unsupported: there are no lines. Invalid, NotFound, Conflict: nothing was sent. OutcomeUnclear: a part was.
        """
        return lines.save(self._line_desk(), change)

    # EditsLines

    def line_shape(self, module: ModuleName) -> LineShape:
        """What the lines of a module's documents can hold.

        Raises:
            Unsupported: its records have none.
        """
        return lines.shape_of(self._line_desk(), module)

    def find_products(self, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Products with these words in name or number."""
        return lines.find_products(self._line_desk(), module, words, limit)

    def known_products(self, products: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        """Numbers of products that lines name."""
        return known(self._modules, products)

    def _line_desk(self) -> lines.LineDesk:
        return lines.LineDesk(self._session, self._modules, self._reader, self.fetch, self._add, self.update)

    def close(self) -> None:
        """End the session; never raises."""
        self._session.logout()
        self._http.close()

    # RelatesRecords, StoresDocuments

    def list_relations(self, record: RecordId) -> tuple[Relation, ...]:
        """The related lists of a record, without counts."""
        return relations.list_relations(self._session, self._modules, record)

    def list_related(self, record: RecordId, relation: Relation) -> tuple[Record, ...]:
        """The records of one related list."""
        return relations.list_related(self._relation_desk(), record, relation)

    def link(self, record: RecordId, relation: Relation, targets: tuple[RecordId, ...]) -> None:
        """Relate ``targets`` to the record, and see that it was done."""
        relations.link(self._relation_desk(), record, relation, targets)

    def unlink(self, record: RecordId, relation: Relation, target: RecordId) -> None:
        """Take a record's own link away; of the others only that of your own contacts to synchronise."""
        relations.unlink(self._relation_desk(), record, relation, target)

    def _relation_desk(self) -> relations.Desk:
        return relations.Desk(self._session, self._modules, self._reader.holding, self._save)

    def list_attachments(self, record: RecordId) -> tuple[Attachment, ...]:
        """The files of a record's notes; of a note or a document its own."""
        return documents.list_attachments(self._document_desk(), record)

    def upload(
        self,
        title: str,
        file_name: str,
        mime_type: str,
        content: bytes,
        to: RecordId | None,
        values: Mapping[FieldName, Value] | None = None,
    ) -> Record:
        """Store a file: a note's attachment, a document's revision, a new document; the server guesses the type."""
        return self._read_back(documents.upload(self._document_desk(), title, file_name, content, to, values or {}))

    def download(self, attachment: Attachment) -> bytes:
        """The bytes of a file.

        Raises:
            UnknownOperation: SplendidCRM hands none out.
        """
        return documents.download(self._document_desk(), attachment)

    def _document_desk(self) -> documents.Desk:
        return documents.Desk(self._session, self._modules, self._add, self._reader.holding)

    # SyncsChanges, FindsAnywhere, FindsByKeywords, FindsDuplicates, ActsOnRecords, LinksToWeb

    def changes_since(self, module: ModuleName, token: str, only_own: bool = False) -> SyncPage:
        """One page of what changed, the deleted ones behind the others; a record may come twice."""
        return self._reader.changes_since(module, token, only_own)

    def sync_token(self, module: ModuleName) -> str:
        """Earlier than now on whichever clock the server keeps; nothing is asked."""
        return sync.token_of_now()

    def tells_deleted(self, module: ModuleName) -> bool:
        """Deleted records are listed by themselves."""
        return True

    def find_anywhere(self, words: str, limit: int) -> tuple[Record, ...]:
        """What the server's own search finds in contacts, leads, accounts, cases and opportunities."""
        return searching.find_anywhere(self._session, self._modules, words, limit)

    def find_by_keywords(self, module: ModuleName, words: str, limit: int) -> tuple[Record, ...]:
        """The same in one of these modules."""
        return searching.find_by_keywords(self._session, self._modules, module, words, limit)

    def find_duplicates(self, change: Create) -> tuple[Record, ...]:
        """Contacts and leads that have the same e-mail address; the server checks nothing by itself."""
        if change.module not in (catalog.CONTACTS, catalog.LEADS):
            return ()
        return searching.with_same_email(self._session, self._modules, change.values)[:3]

    def list_actions(self, module: ModuleName) -> tuple[RecordAction, ...]:
        """Give a note to a record; add a revision to a document."""
        return actions.list_actions(module)

    def act(self, record: RecordId, action: str, arguments: Mapping[str, str]) -> RecordId | None:
        """Do it, after looking that the record is there."""
        actions.act(self._session, self._modules, record, action, arguments)
        return None

    def web_address(self, record: RecordId) -> str:
        """The record's page in the CRM's own web interface."""
        return web_address(self._session.url, self._session.family, record.module, record.key)

    # CallsDocumented

    def operations(self) -> tuple[OperationInfo, ...]:
        """What the server's WSDL lists, with its types; before the login the documented ones."""
        wsdl = self._session.wsdl
        return operations.infos(wsdl.operations.values() if wsdl is not None else ())

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        """One operation as it is; session, user name and password are filled in, secrets in the answer masked.

        Raises:
            UnknownOperation: the server's WSDL lacks it. Invalid: an argument is wrong, or it would delete silently.
        """
        session = self._session
        if operation == "login":
            session.login()
            return "***"
        described = session.wsdl.operations.get(operation) if session.wsdl is not None else None
        if described is None:
            raise UnknownOperation(sentence("This server does not offer {operation}.", operation=operation))
        sent = operations.arguments(described, parameters)
        relations.refuse_traps(operation, sent)
        if operations.needs_password(operation):
            sent |= session.password_pair()
        return parse.masked(session.call(operation, sent, write=operations.is_write(operation)))
