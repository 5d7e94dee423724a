# SPDX-License-Identifier: MIT
"""The protocol's methods and the roles', each: render, send, parse. The work itself is in the files beside."""

import json
from collections.abc import Mapping

from crmdesk.connectors.port import Endpoint, Http, OperationInfo, RecordAction, Relation, SyncPage
from crmdesk.connectors.vendors.opencrm import (
    actions,
    catalog,
    line_items,
    lines,
    parse,
    payload,
    products,
    relations,
    reports,
    sync,
)
from crmdesk.connectors.vendors.opencrm.envelope import masked
from crmdesk.connectors.vendors.opencrm.knowledge import Knowledge
from crmdesk.connectors.vendors.opencrm.operations import CONTACT_EDITS, EDITS, LISTED, SALES, infos, spec_of
from crmdesk.connectors.vendors.opencrm.parse import Reading, Row
from crmdesk.connectors.vendors.opencrm.reader import Reader
from crmdesk.connectors.vendors.opencrm.session import Session, server_zone
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    NotFound,
    OutcomeUnclear,
    ProfileError,
    UnknownOperation,
    Unsupported,
)
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import counted, sentence
from crmdesk.domain.values import Value, same


def unclear_number(key: str) -> OutcomeUnclear:
    """The error where an edit's answer, a bare number that may have been cut off, is not the record that was saved."""
    return OutcomeUnclear(
        sentence(
            "The server answers that it saved record {key}, which is not the one. Reload the list and look before you try again.",
            key=key,
        )
    )


class OpenCrmConnector:
    """One conversation with one system; used on one thread."""

    def __init__(self, endpoint: Endpoint, http: Http, capabilities: Capabilities) -> None:
        settings = endpoint.settings
        self._http = http
        self._capabilities = capabilities
        self._session = Session(endpoint, http)
        self._zone = server_zone(settings.get("time_zone", ""))
        self._owner = settings.get("owner", "").strip()
        if self._owner and not parse.is_id(self._owner):
            raise ProfileError(
                sentence(
                    "“{owner}” is no user's number. Correct “New records belong to” in the account.", owner=self._owner
                )
            )
        self._reports = reports.from_setting(settings.get("reports", ""))
        self._knowledge = Knowledge()
        contact_edit = settings.get("contact_edit", "").strip()
        if contact_edit in CONTACT_EDITS:
            self._knowledge.edits["contact"] = contact_edit
        self._reader = Reader(self._session, self._knowledge, Reading(self._zone))

    # The Connector protocol

    @property
    def capabilities(self) -> Capabilities:
        """What this server can do; the same for every system."""
        return self._capabilities

    def login(self) -> Identity:
        """Get an access key, or where the keys go with each request, try them with one that reads.

        Raises:
            ProfileError, BadCredentials, NotACrm, and what the transport raises.
        """
        self._session.login()
        if self._session.style != "accesskey":
            self._session.read("get_user_list", {"limit_start": "0", "limit_end": "1"})
        host = self._session.url.split("/")[2]
        return Identity(
            user=sentence("API key {fingerprint}", fingerprint=self._session.fingerprint),
            full_name=sentence("Administrator (API)"),  # what the audit log says of every change (guide)
            server=f"OpenCRM at {host}",
            user_id=self._owner,
            is_admin=True,  # "access via API keys gives full administrator access" (guide)
            details={sentence("Signing in"): self._session.style, sentence("Time zone of the server"): str(self._zone)},
        )

    def list_modules(self) -> tuple[Module, ...]:
        """The modules with methods of their own, the users, and the reports of the account's settings."""
        return (*catalog.modules(), *(report.module for report in self._reports))

    def describe(self, module: ModuleName) -> Schema:
        """The fields seen so far and those that documents name; never complete.

        Raises:
            Unsupported: no such module.
        """
        schema = self._reader.schema(module)
        listed = next((report.module for report in self._reports if report.module.name == module), None)
        return Schema(listed, schema.fields, schema.title_field, schema.number_field, False) if listed else schema

    def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a pushed query."""
        return self._reader.page(query, after, max(1, limit))

    def count(self, query: Query) -> int:
        """Rows the server counts; counted here where it cannot be asked exactly."""
        return self._reader.count(query)

    def explain(self, query: Query, limit: int) -> str:
        """Method and parameters of the first page, without keys."""
        return self._reader.explain(query, limit)

    def fetch(self, record: RecordId) -> Record:
        """One record with every field.

        Raises:
            NotFound.
        """
        if record.module not in LISTED:
            self._reader.schema(record.module)  # refuses what is no module
            return self._reader.whole_record(record.module, record.key)
        return self._record(self._row(record), record)

    def create(self, change: Create) -> Record:
        """Add a record; the answer is read back from the server.

        Raises:
            Invalid: before sending.
        """
        self._writable(change.module)
        form = payload.created(change.values, self.describe(change.module), self._zone, self._owner)
        key = self._edit(change.module, {**form, "crmid": "0"})
        made = self._read_back(RecordId(change.module, key), change.values)
        told = [name for name, value in change.values.items() if name in form and value is not None]
        if told and not any(same(made.values.get(name), change.values[name]) for name in told):
            raise unclear_number(key)
        return made

    def update(self, change: Update) -> Record:
        """Change these fields alone, never the lines; the answer is read back from the server.

        Raises:
            Invalid: before sending.
        """
        record = change.before.id
        self._writable(record.module)
        form = payload.changed(change.values, self.describe(record.module), self._zone)
        key = self._edit(record.module, {**form, "crmid": record.key})
        if key != record.key:
            raise unclear_number(key)
        return self._read_back(record, {**change.before.values, **change.values})

    def delete(self, change: Delete) -> None:
        """No method deletes."""
        raise Unsupported(sentence("deleting records"))

    def fetch_document(self, record: RecordId) -> SalesDocument:
        """A sales document with its lines."""
        self._sales(record.module)
        return lines.fetch(self._line_desk(), record)

    def save_document(self, change: SaveDocument) -> SalesDocument:
        """Bring header and lines to ``change.after``; the answer is read back from the server."""
        self._sales(change.after.header.id.module)
        return lines.save(self._line_desk(), change)

    def close(self) -> None:
        """End the conversation; never raises. The access key ends by itself: there is no logout."""
        self._session.forget()
        self._http.close()

    # EditsLines

    def line_shape(self, module: ModuleName) -> LineShape:
        """What lines can hold: the same for every kind of sales document."""
        self._sales(module)
        return products.shape(self.describe(line_items.PRODUCTS))

    def find_products(self, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Products by the server's own search; without words the first ones."""
        return products.find(self._search_products, words, limit)

    def _search_products(self, words: str, limit: int) -> tuple[Record, ...]:
        if words.strip():
            return self.find_by_keywords(line_items.PRODUCTS, words, limit)
        return self.fetch_page(Query(line_items.PRODUCTS, ()), None, limit).records

    def known_products(self, records: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        """One or two products whole, each by a request of its own; numbers of more from the product list's first pages."""
        wanted = [record for record in records if record.module == line_items.PRODUCTS]
        if len(wanted) <= products.FEW:
            return tuple(products.hit_of(self.fetch(record)) for record in wanted)
        return products.numbers_of({record.key for record in wanted}, self._product_page)

    def _product_page(self, after: Cursor | None) -> Page:
        return self.fetch_page(Query(line_items.PRODUCTS, ()), after, self._capabilities.max_page_size)

    # FindsDuplicates, FindsByKeywords, RelatesRecords, ActsOnRecords, SyncsChanges

    def find_duplicates(self, change: Create) -> tuple[Record, ...]:
        """Records with the same name, e-mail address or code; the server itself checks nothing."""
        return self._reader.alike(change.module, change.values, 3)

    def find_by_keywords(self, module: ModuleName, words: str, limit: int) -> tuple[Record, ...]:
        """What the server's own search finds; which fields it looks through depends on the module (guide)."""
        if module not in LISTED:
            raise Unsupported(sentence("searching {module}", module=module))
        return self._reader.found_by(module, " ".join(words.split()), limit) if words.strip() else ()

    def list_relations(self, record: RecordId) -> tuple[Relation, ...]:
        """What may point to the record, without counts."""
        return relations.list_relations(record)

    def list_related(self, record: RecordId, relation: Relation) -> tuple[Record, ...]:
        """The records that point to it."""
        return relations.list_related(record, relation, self._reader.page)

    def link(self, record: RecordId, relation: Relation, targets: tuple[RecordId, ...]) -> None:
        """Link ``targets`` to the record."""
        relations.link(self._session, record, targets)

    def unlink(self, record: RecordId, relation: Relation, target: RecordId) -> None:
        """No method takes a link away."""
        raise Unsupported(sentence("taking a relation away"))

    def list_actions(self, module: ModuleName) -> tuple[RecordAction, ...]:
        """Campaigns, for those who can be in one."""
        return actions.list_actions(module)

    def act(self, record: RecordId, action: str, arguments: Mapping[str, str]) -> RecordId | None:
        """Add a record to a campaign."""
        actions.act(self._session, record, action, arguments)
        return None

    def changes_since(self, module: ModuleName, token: str, only_own: bool = False) -> SyncPage:
        """One page of what changed; deletions are not told. An API key is nobody, so ``only_own`` finds nothing less."""
        self._writable(module)
        return sync.changes_since(
            lambda parameters: self._reader.full_rows(module, parameters), module, self._reader.reading(), token
        )

    def sync_token(self, module: ModuleName) -> str:
        """Earlier than now on whichever clock the server keeps; nothing is asked."""
        self._writable(module)
        return sync.token_of_now()

    def tells_deleted(self, module: ModuleName) -> bool:
        """No method does."""
        return False

    # CallsDocumented

    def operations(self) -> tuple[OperationInfo, ...]:
        """Every documented method."""
        return infos()

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        """One method as documented; secrets in the answer are masked.

        Raises:
            Unsupported: no such method. Invalid: it would delete lines by leaving them out.
        """
        spec = spec_of(operation)
        if spec is None:
            raise Unsupported(sentence("the method {operation}", operation=operation))
        if operation == "login":
            self._session.login()
            return "***"
        told = {
            name: value for name, value in parameters.items() if name.lower() not in ("key", "passkey", "accesskey")
        }
        module = operation.removeprefix("edit_")
        if module in SALES and catalog.LINES in told:
            self._refuse_lost_lines(RecordId(ModuleName(module), told.get("crmid", "0")), told[catalog.LINES])
        return masked(self._session.call(operation, told))

    # Shared steps

    def _row(self, record: RecordId) -> Row:
        if not catalog.has_get(record.module):
            raise Invalid(
                sentence("The module of the record {record} is not known. Open it from its list.", record=record.key)
            )
        row = parse.one_row(self._session.read(f"get_{record.module}", {"crmid": record.key}))
        if row is None or parse.key_of(row) not in ("", record.key):
            raise NotFound(sentence("The record is not there: it was deleted, or it never existed. Reload the list."))
        return row

    def _record(self, row: Row, record: RecordId) -> Record:
        self._reader.name_targets(row)
        found = parse.record(row, record.module, self._reader.reading(), key=record.key, with_raw=True)
        self._knowledge.of(record.module).see((found,))
        return found

    def _edit(self, module: ModuleName, form: Mapping[str, str]) -> str:
        """Save, by the method's name that works here; the record's number.

        A refusal changes nothing, so where documents give two names the other one is tried after it.
        """
        proven = self._knowledge.edits.get(module)
        refused: CrmError | None = None
        for name in (proven,) if proven else EDITS[module]:
            try:
                key = parse.saved_id(self._session.call(name, form), name)
            except (UnknownOperation, Invalid) as error:
                if refused is None or isinstance(refused, UnknownOperation):
                    refused = error
                continue
            self._knowledge.edits[module] = name
            return key
        raise refused or Unsupported(sentence("saving a record of {module}", module=module))

    def _read_back(self, record: RecordId, values: Mapping[FieldName, Value]) -> Record:
        """The record as the server holds it now. The write is done, so where reading fails what was sent counts.

        Raises:
            OutcomeUnclear: the server tells a number under which there is nothing.
        """
        try:
            return self.fetch(record)
        except NotFound as error:
            raise unclear_number(record.key) from error
        except CrmError:
            return Record(record, dict(values))

    def _refuse_lost_lines(self, record: RecordId, products: str) -> None:
        try:
            told = json.loads(products, cls=Decoder)
            kept = {to_text(line.get("lineid")).strip() for line in told}
        except (ValueError, AttributeError, TypeError) as error:
            raise Invalid(sentence("products must be a JSON list of lines.")) from error
        if not parse.is_id(record.key):
            return
        held = {to_text(line.get("lineid")).strip() for line in line_items.grid(self._row(record).get(catalog.LINES))}
        lost = sorted(held - kept)
        if lost:
            raise Invalid(
                counted(
                    len(lost),
                    "Nothing was sent: it would delete line {lost} for good. Send every line of the document.",
                    "Nothing was sent: it would delete lines {lost} for good. Send every line of the document.",
                    lost=", ".join(lost),
                )
            )

    def _writable(self, module: ModuleName) -> None:
        if module not in LISTED:
            raise Unsupported(sentence("writing to {module}", module=module))

    def _sales(self, module: ModuleName) -> None:
        if not catalog.is_sales(module):
            raise Unsupported(sentence("product lines in {module}", module=module))

    def _line_desk(self) -> lines.LineDesk:
        return lines.LineDesk(
            row_of=self._row,
            record_of=self._record,
            edit=self._edit,
            schema_of=self.describe,
            zone=self._zone,
            owner=self._owner,
        )
