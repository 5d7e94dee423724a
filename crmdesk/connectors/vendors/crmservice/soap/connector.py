# SPDX-License-Identifier: MIT
"""The protocol's methods and the roles over SOAP, each: plan, call, parse."""

import json
from collections.abc import Mapping
from datetime import tzinfo

from crmdesk.connectors.port import Endpoint, Http, OperationInfo
from crmdesk.connectors.vendors.crmservice.soap import operations, parse, payload, portal, query
from crmdesk.connectors.vendors.crmservice.soap.catalog import Catalog
from crmdesk.connectors.vendors.crmservice.soap.lines import PRODUCTS, Documents
from crmdesk.connectors.vendors.crmservice.soap.products import Products
from crmdesk.connectors.vendors.crmservice.soap.records import Records
from crmdesk.connectors.vendors.crmservice.soap.session import SoapSession
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import CrmError, OutcomeUnclear, Unsupported
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import Cursor, ModuleName, RecordId
from crmdesk.domain.query import Filter, Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Module, Operation, Schema
from crmdesk.domain.sentence import sentence


class SoapConnector:
    """One conversation with the integration web services; used on one thread."""

    def __init__(self, endpoint: Endpoint, http: Http, capabilities: Capabilities, zone: tzinfo) -> None:
        self._http, self._capabilities = http, capabilities
        self._portal = endpoint.settings.get("portal_id", "").strip()
        self._session = SoapSession(endpoint, http)
        self._catalog = Catalog(self._session, endpoint.language)
        self._records = Records(self._session, self._catalog, zone)
        self._documents = Documents(self._catalog, self._records)
        self._products = Products(self._read_products)

    # The Connector protocol

    @property
    def capabilities(self) -> Capabilities:
        """What this interface can do; what a module can, each module says."""
        return self._capabilities

    def login(self) -> Identity:
        """Open a session with the API key.

        Raises:
            ProfileError, BadCredentials, NotACrm (this interface is not there), and what the transport raises.
        """
        self._session.login()
        self._catalog.begin()
        return Identity(
            user=sentence("API key"),
            full_name=sentence("API key"),
            server=f"CRM-service ({self._session.host}, SOAP)",
            details={"Interface": "SOAP"},
        )

    def list_modules(self) -> tuple[Module, ...]:
        """Every module that an operation does something with."""
        return self._catalog.modules()

    def describe(self, module: ModuleName) -> Schema:
        """The fields of a module."""
        return self._catalog.schema(module)

    def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a list or of a search for one field."""
        return self._records.page(query, after, limit)

    def count(self, query: Query) -> int:
        """The services tell no totals."""
        raise Unsupported("counting")

    def explain(self, query: Query, limit: int) -> str:
        """The operation that is called for the first page."""
        return _explained(self._catalog, query, limit)

    def fetch(self, record: RecordId) -> Record:
        """One record with every field.

        Raises:
            NotFound, NotPermitted. Unsupported: no operation reads one.
        """
        return self._records.fetch(record)

    def create(self, change: Create) -> Record:
        """Add a record; it is read back from the server, or where nothing reads one, taken from the server's answer.

        Raises:
            Invalid: before sending. OutcomeUnclear: it was added, but could not be read back.
        """
        one, schema = self._catalog.known(change.module), self._catalog.schema(change.module)
        self._must_offer(one.module, Operation.CREATE)
        values = payload.created(change.values, schema)
        made = self._records.create(one, schema, values)
        if made.row is not None and not one.plan.can_read_one:
            return parse.record(made.row, schema, one.plan.id_member, self._records.zone, with_raw=True)
        return self._read_back(RecordId(change.module, made.key))

    def update(self, change: Update) -> Record:
        """Change these fields; the answer is read back.

        Raises:
            Invalid: before sending. Conflict: a wanted field is no longer as in ``change.before``; nothing was sent.
        """
        record = change.before.id
        one, schema = self._catalog.known(record.module), self._catalog.schema(record.module)
        self._must_offer(one.module, Operation.UPDATE)
        values = payload.changed(change.values, schema)
        lines = self._records.update(one, schema, change, values)
        return self._read_back(record, lines)

    def _must_offer(self, module: Module, operation: Operation) -> None:
        if operation not in module.operations:
            raise Unsupported(
                sentence("{operation} in {records} over SOAP", operation=operation.value, records=module.label_plural)
            )

    def _read_back(self, record: RecordId, lines: int | None = None) -> Record:
        try:
            return self._records.fetch(record, lines)
        except CrmError as error:
            raise OutcomeUnclear(
                sentence(
                    "The server took it (number {record}), but it could not be checked: {reason} Look at the record before you try again.",
                    record=record.key,
                    reason=error.user_text,
                ),
                error.detail,
            ) from error

    def delete(self, change: Delete) -> None:
        """Remove a record, where an operation does."""
        record = change.before.id
        one = self._catalog.known(record.module)
        self._must_offer(one.module, Operation.DELETE)
        self._records.delete(one, record)

    def fetch_document(self, record: RecordId) -> SalesDocument:
        """A sales document with its lines, where an operation reads them."""
        return self._documents.fetch(record)

    def save_document(self, change: SaveDocument) -> SalesDocument:
        """Make a document with its lines, or change one where an operation does."""
        return self._documents.save(change)

    # EditsLines

    def line_shape(self, module: ModuleName) -> LineShape:
        """What the lines of a module's documents can hold."""
        return self._documents.shape(module)

    def find_products(self, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Products with these words in name or number, from the list of products, kept for some minutes."""
        self.line_shape(module)
        known = self._catalog.known(PRODUCTS)
        return self._products.find(
            words, limit, self._catalog.schema(PRODUCTS), can_be_listed=known.module.can_be_listed
        )

    def known_products(self, products: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        """Number and unit of products that lines name; none where products cannot be listed."""
        if not self._catalog.known(PRODUCTS).module.can_be_listed:
            return ()
        return self._products.known(products, self._catalog.schema(PRODUCTS))

    def _read_products(self, where: Filter | None, most: int) -> tuple[Record, ...]:
        found: list[Record] = []
        cursor: Cursor | None = None
        asked = Query(PRODUCTS, where=where)
        while len(found) < most:
            page = self.fetch_page(asked, cursor, self._capabilities.max_page_size)
            found += page.records
            cursor = page.next
            if cursor is None:
                break
        return tuple(found[:most])

    def close(self) -> None:
        """End the session as far as possible; never raises."""
        self._session.logout()
        self._http.close()

    # CallsDocumented, ChecksPortalLogins

    def operations(self) -> tuple[OperationInfo, ...]:
        """Every operation of every WSDL of the installation."""
        return operations.infos(self._session)

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        """One operation as it is; the session is put in by itself.

        Raises:
            Unsupported: no operation of that name. Invalid: a parameter is unknown or of the wrong form.
        """
        return operations.call(self._session, operation, parameters)

    def check_portal_login(self, email: str, password: str, portal: str) -> Mapping[str, str]:
        """Who the customer is; an empty ``portal`` is the account's own.

        Raises:
            BadCredentials: the portal refuses; the server's reason is in the text.
        """
        return _checked(self._session, email, password, portal.strip() or self._portal)


def _checked(session: SoapSession, email: str, password: str, number: str) -> Mapping[str, str]:
    return portal.check(session, email, password, number)


def _explained(catalog: Catalog, asked: Query, limit: int) -> str:
    one, schema = catalog.known(asked.module), catalog.schema(asked.module)
    listing = one.plan.listing
    if listing is None:
        return sentence(
            "{records} cannot be listed over SOAP. {notice}", records=one.module.label_plural, notice=one.module.notice
        )
    condition = query.condition(asked.where, schema, is_only_way=not one.module.can_be_listed)
    told = query.criteria(listing, condition, limit=limit, offset=0)
    text = f"{one.manager}.{listing.call.operation.name}(session, {json.dumps(told, ensure_ascii=False)})"
    more = "" if asked.where is None or condition is not None else "\n(The conditions are applied here.)"
    return text + more
