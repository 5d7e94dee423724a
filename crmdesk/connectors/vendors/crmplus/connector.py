# SPDX-License-Identifier: MIT
"""The protocol's methods and the roles', each: render, send, parse. The work itself is in the files beside."""

import re
from collections.abc import Mapping
from dataclasses import replace

from crmdesk.connectors.port import (
    Attachment,
    Endpoint,
    HistoryEntry,
    HistoryFilter,
    HistoryProperties,
    Http,
    OperationInfo,
    Relation,
    SyncPage,
)
from crmdesk.connectors.vendors.crmplus import (
    admin,
    documents,
    history,
    lines,
    parse,
    payload,
    products,
    relations,
    sync,
)
from crmdesk.connectors.vendors.crmplus.catalog import Catalog
from crmdesk.connectors.vendors.crmplus.envelope import masked
from crmdesk.connectors.vendors.crmplus.line_items import PRODUCTS
from crmdesk.connectors.vendors.crmplus.listing import Listing
from crmdesk.connectors.vendors.crmplus.meta import Described
from crmdesk.connectors.vendors.crmplus.operations import infos, spec_of
from crmdesk.connectors.vendors.crmplus.session import Family, Session
from crmdesk.connectors.wire.text import to_bool, to_text
from crmdesk.connectors.wire.zones import zone_named
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import CrmError, Invalid, OutcomeUnclear, Unsupported
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

_SELECT = re.compile(r"\s*select\s", re.IGNORECASE)


class CrmPlusConnector:
    """One conversation with one server of the family; used on one thread."""

    def __init__(self, endpoint: Endpoint, http: Http, capabilities: Capabilities) -> None:
        self._http = http
        self._session = Session(endpoint, http)
        self._zone = zone_named(endpoint.settings.get("time_zone", ""))
        self._capabilities = capabilities
        self._catalog = Catalog(self._session, self._zone)
        self._listing = Listing(self._session, self._catalog, self._zone)
        self._workflows, self._ahead_s = True, 0.0
        self._language = endpoint.language

    # The Connector protocol

    @property
    def capabilities(self) -> Capabilities:
        """What this server can do; the family decides about lines and workflows after ``login``."""
        return self._capabilities

    def login(self) -> Identity:
        """Begin a session and find out whose operations the server speaks.

        Raises:
            ProfileError, BadCredentials, NotACrm, and what the transport raises.
        """
        reply, ahead_s = self._session.login()
        self._ahead_s = ahead_s
        family = self._session.detect_family()
        self._capabilities = replace(self._capabilities, has_workflow_switch=family is Family.CRMPLUS)
        user = self._own_user(reply)
        full_name = parse.full_name(user) or self._session.user
        self._catalog.know_user(self._session.user_id, full_name)
        version = to_text(reply.get("vtigerVersion"))
        details = {
            sentence("Family"): family.value,
            sentence("Version"): version,
            sentence("Web service"): to_text(reply.get("version")),
        }
        details[sentence("Time zone of the server")] = str(self._zone)
        return Identity(
            user=self._session.user,
            full_name=full_name,
            server=f"{family.value} {version}".strip(),
            user_id=self._session.user_id,
            is_admin=to_bool(user.get("is_admin")) or False,
            clock_ahead_s=ahead_s,
            details={name: text for name, text in details.items() if text},
        )

    def _own_user(self, reply: Mapping[str, object]) -> Mapping[str, object]:
        """First and last name and rights: vtiger 8 tells them at login, others in the user's record."""
        if reply.get("last_name") is not None:
            return reply
        try:
            found = self._session.call("retrieve", {"id": self._session.user_id})
        except CrmError:
            return reply  # a restricted user may not read even that
        return found if isinstance(found, dict) else reply

    def list_modules(self) -> tuple[Module, ...]:
        """Every module the user may see, in the server's order."""
        return self._catalog.modules()

    def describe(self, module: ModuleName) -> Schema:
        """The fields of a module; columns of its lines are left out. A new record without an owner is the user's own."""
        return self._catalog.described(module).schema.beginning(payload.OWNER, self._session.user_id)

    def described(self, module: ModuleName) -> Described:
        """What describe tells beyond the schema: custom fields of lines (userDefinedFields), productBlocks."""
        return self._catalog.described(module)

    def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a pushed query; a page may be empty although more follow."""
        return self._listing.page(query, after, limit)

    def count(self, query: Query) -> int:
        """Rows the server counts; rows that a restricted user may not see can be among them."""
        return self._listing.count(query)

    def explain(self, query: Query, limit: int) -> str:
        """The query text of the first page; for a descending order also the count it begins with."""
        return self._listing.explain(query, limit)

    def fetch(self, record: RecordId) -> Record:
        """One record with every field.

        Raises:
            NotFound, NotPermitted (the server does not tell which of the two).
        """
        found = self._record(self._retrieve(record.key), self._module_of(record), with_raw=True)
        return self._catalog.with_names((found,))[0]

    def create(self, change: Create) -> Record:
        """Add a record; the answer is read back from the server.

        Raises:
            Invalid: before sending, where the server would damage a value.
        """
        schema = self._catalog.described(change.module).schema
        element = payload.created(change.values, schema, self._zone, self._session.user_id)
        options = payload.write_options(workflows=self._workflows or not self._capabilities.has_workflow_switch)
        answer = self._session.call(
            "create", {"elementType": change.module, "element": payload.dumped(element)} | options
        )
        return self._read_back(answer, change.module)

    def update(self, change: Update) -> Record:
        """Change these fields alone; the answer is read back from the server.

        Raises:
            Invalid: before sending, where the server would damage a value.
        """
        record = change.before.id
        module = self._module_of(record)
        element = payload.changed(change.values, self._catalog.described(module).schema, self._zone)
        return self._read_back(self._send_changes(record.key, element), module)

    def _send_changes(self, key: str, element: Mapping[str, str]) -> object:
        """A partial update: CRM+ patches, its relatives revise; fields left out keep their values on all of them."""
        body = {"element": payload.dumped({**element, "id": key})}
        if self._session.family is not Family.CRMPLUS:
            return self._session.call("revise", body)
        return self._session.call("update", body | payload.write_options(workflows=self._workflows, patch=True))

    def delete(self, change: Delete) -> None:
        """Remove a record."""
        self._session.call("delete", {"id": change.before.id.key})
        self._catalog.forget_name(change.before.id.key)

    def fetch_document(self, record: RecordId) -> SalesDocument:
        """A sales document with its lines."""
        return lines.fetch(self._line_desk(), record)

    def save_document(self, change: SaveDocument) -> SalesDocument:
        """Bring header and lines to ``change.after``; the answer is read back from the server."""
        return lines.save(self._line_desk(), change)

    def close(self) -> None:
        """End the session; never raises."""
        self._session.logout()
        self._http.close()

    # EditsLines, RelatesRecords, StoresDocuments

    def line_shape(self, module: ModuleName) -> LineShape:
        """What lines can hold; custom fields and blocks as describe tells them."""
        found = self._catalog.described(module)
        return products.shape(found, lambda: self.describe(PRODUCTS), self._session.family, self._language)

    def find_products(self, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Products and services by name, number or code."""
        return products.find(self._catalog.described, self._records, words, limit, self._session.family)

    def known_products(self, records: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        """Number and unit of products and services."""
        return products.known(self._catalog.described, self._of_query, records, self._session.family)

    def _records(self, query: Query, limit: int) -> tuple[Record, ...]:
        return self.fetch_page(query, None, limit).records

    def _of_query(self, module: ModuleName, text: str) -> tuple[Record, ...]:
        return tuple(self._record(row, module) for row in self._listing.rows(text))

    def list_relations(self, record: RecordId) -> tuple[Relation, ...]:
        """The related lists of a record, with counts where the server tells them."""
        return relations.list_relations(self._session, self._catalog, self._full(record))

    def list_related(self, record: RecordId, relation: Relation) -> tuple[Record, ...]:
        """The records of one related list."""
        found = relations.list_related(self._session, self._catalog, self._full(record), relation)
        return self._catalog.with_names(found)

    def link(self, record: RecordId, relation: Relation, targets: tuple[RecordId, ...]) -> None:
        """Relate ``targets`` to the record, after looking that they are there."""
        relations.link(self._session, record, relation, targets)

    def unlink(self, record: RecordId, relation: Relation, target: RecordId) -> None:
        """The web service has no operation for it."""
        raise Unsupported(sentence("taking a relation away"))

    def list_attachments(self, record: RecordId) -> tuple[Attachment, ...]:
        """The documents of a record; for a document itself, its own file."""
        return documents.list_attachments(self._session, self._catalog, self._full(record))

    def upload(
        self,
        title: str,
        file_name: str,
        mime_type: str,
        content: bytes,
        to: RecordId | None,
        values: Mapping[FieldName, Value] | None = None,
    ) -> Record:
        """Store a file as a new document, related to ``to`` where given."""
        schema = self._catalog.described(documents.DOCUMENTS).schema
        element = payload.changed(values or {}, schema, self._zone)
        answer = documents.upload(self._session, title, file_name, mime_type, content, element)
        record = self._read_back(answer, documents.DOCUMENTS)
        if to is not None:
            relations.link(self._session, to, documents.RELATION, (record.id,))
        return record

    def download(self, attachment: Attachment) -> bytes:
        """The bytes of a document's file."""
        return documents.download(self._session, attachment)

    # KeepsHistory, SyncsChanges, RunsQueries

    def history_properties(self) -> HistoryProperties:
        """What the history can be asked for."""
        return history.properties(self._session)

    def history(self, wanted: HistoryFilter) -> tuple[HistoryEntry, ...]:
        """Changes as the server streams them."""
        return history.entries(self._session, self._catalog, wanted)

    def changes_since(self, module: ModuleName, token: str, only_own: bool = False) -> SyncPage:
        """One page of what changed; the last second is asked again, so a record may come twice."""
        schema = self._catalog.described(module).schema
        page = sync.changes_since(self._session, schema, self._catalog.reading, token, only_own)
        return replace(page, updated=self._catalog.with_names(page.updated))

    def sync_token(self, module: ModuleName) -> str:
        """Now by the server's clock, which the login has told; no field is read, so its zone does not matter."""
        return sync.token_of_now(self._ahead_s)

    def tells_deleted(self, module: ModuleName) -> bool:
        """The operation lists them."""
        return True

    def run_query(self, text: str) -> tuple[Mapping[str, str], ...]:
        """Rows of a query in the vendor's own language.

        Raises:
            Invalid: it is no ``select``.
        """
        if not _SELECT.match(text):
            raise Invalid(sentence("Only a select can be run here: it reads and changes nothing."))
        asked = text.strip().rstrip(";").rstrip() + ";"
        rows = parse.rows(masked(self._session.call("query", {"query": asked})), "query")
        return tuple({name: to_text(value) for name, value in row.items()} for row in rows)

    # Administers

    def access_list(self, kind: str) -> Mapping[str, bool]:
        """Which modules ("Modules") or languages ("Languages") are active."""
        return admin.access_list(self._session, kind)

    def update_access(self, kind: str, active: Mapping[str, bool]) -> Mapping[str, bool]:
        """Switch modules or languages; whether each was carried out."""
        self._catalog.forget()
        return admin.update_access(self._session, kind, active)

    def change_password(self, user: RecordId, old: str, new: str) -> str:
        """Set a user's password; the server's message."""
        return admin.change_password(self._session, user, old, new)

    def delete_user(self, user: RecordId, new_owner: RecordId) -> str:
        """Remove a user, whose records go to ``new_owner``; the server's message."""
        return admin.delete_user(self._session, user, new_owner)

    # CallsDocumented, SwitchesWorkflows, LinksToWeb

    def operations(self) -> tuple[OperationInfo, ...]:
        """The 25 documented operations."""
        return infos()

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        """One operation as documented; secrets in the result are masked.

        Raises:
            Unsupported: no such operation.
        """
        if spec_of(operation) is None:
            raise Unsupported(sentence("the operation {operation}", operation=operation))
        return masked(self._session.call(operation, {k: v for k, v in parameters.items() if k != "sessionName"}))

    def run_workflows(self, wanted: bool) -> None:
        """Whether create and update run the server's workflows from now on."""
        self._workflows = wanted

    def web_address(self, record: RecordId) -> str:
        """The record's page in the web interface."""
        base = self._session.url.removesuffix("webservice.php")
        number = record.key.partition("x")[2] or record.key
        page = "view=Detail" if self._session.family is Family.VTIGER else "action=DetailView"
        return f"{base}index.php?module={self._module_of(record)}&{page}&record={number}"

    # Shared steps

    def _retrieve(self, key: str) -> object:
        return self._session.call("retrieve", {"id": key})

    def _record(self, row: object, module: ModuleName, *, with_raw: bool = False) -> Record:
        return self._catalog.reader(module).record(row, with_raw=with_raw)

    def _module_of(self, record: RecordId) -> ModuleName:
        module = record.module or self._catalog.module_of(record.key)
        if not module:
            raise Invalid(
                sentence("The module of the record {record} is not known. Open it from its list.", record=record.key)
            )
        return module

    def _full(self, record: RecordId) -> RecordId:
        return RecordId(self._module_of(record), record.key)

    def _read_back(self, answer: object, module: ModuleName) -> Record:
        """The record as the server holds it now: what a write answers is not always what it stored (recorded).

        Once the write is done nothing may look like a refusal, so where reading fails the write's answer counts.
        """
        key = to_text(answer.get("id")) if isinstance(answer, dict) else ""
        if not key:
            raise OutcomeUnclear(
                sentence(
                    "The server took the change but did not say for which record. Reload the list and look before you try again."
                )
            )
        self._catalog.forget_name(key)
        try:
            return self._catalog.with_names((self._record(self._retrieve(key), module, with_raw=True),))[0]
        except CrmError:
            return self._record(answer, module, with_raw=True)

    def _line_desk(self) -> lines.LineDesk:
        return lines.LineDesk(
            session=self._session,
            catalog=self._catalog,
            zone=self._zone,
            send_changes=self._send_changes,
            workflows=self._workflows,
        )
