# SPDX-License-Identifier: MIT
"""What every vendor offers (``Connector``), what only some do (the roles), and how a vendor introduces itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from crmdesk.connectors.line_roles import EditsLines
from crmdesk.connectors.roles import (
    ActsOnRecords,
    Administers,
    Attachment,
    CallsDocumented,
    ChecksPortalLogins,
    FieldChange,
    FindsAnywhere,
    FindsByKeywords,
    FindsDuplicates,
    HistoryEntry,
    HistoryFilter,
    HistoryProperties,
    KeepsHistory,
    LinksToWeb,
    OperationInfo,
    Part,
    RecordAction,
    RelatesRecords,
    Relation,
    RunsQueries,
    StoresDocuments,
    SwitchesWorkflows,
    SyncPage,
    SyncsChanges,
)
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import Cursor, ModuleName, RecordId, VendorName
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.totals import Terms

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "ActsOnRecords",
    "Administers",
    "Attachment",
    "CallsDocumented",
    "ChecksPortalLogins",
    "ChoosesInterface",
    "Connector",
    "EditsLines",
    "Endpoint",
    "FieldChange",
    "FindsAnywhere",
    "FindsByKeywords",
    "FindsDuplicates",
    "HistoryEntry",
    "HistoryFilter",
    "HistoryProperties",
    "Http",
    "Interface",
    "KeepsHistory",
    "LinksToWeb",
    "OperationInfo",
    "Part",
    "ProfileField",
    "RecordAction",
    "RelatesRecords",
    "Relation",
    "Reply",
    "RunsQueries",
    "StoresDocuments",
    "SwitchesWorkflows",
    "SyncPage",
    "SyncsChanges",
    "VendorPlugin",
    "in_use",
]


class Connector(Protocol):
    """One conversation with one CRM server. Blocking; created, used and closed on one thread.

    Every method may raise any ``CrmError`` that its docstring does not exclude. A read never changes anything. A write
    that raises an error with ``may_be_done`` may have been carried out.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this server can do; may be narrower after ``login``."""
        ...

    def login(self) -> Identity:
        """Begin a session. Called once before anything else, and again after ``SessionExpired``."""
        ...

    def list_modules(self) -> tuple[Module, ...]:
        """Every module the user may see, in the server's order."""
        ...

    def describe(self, module: ModuleName) -> Schema:
        """The fields of a module."""
        ...

    def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a query that ``planning.plan`` has made; at most ``limit`` rows, maybe fewer, maybe none."""
        ...

    def count(self, query: Query) -> int:
        """Rows the whole query has on the server."""
        ...

    def explain(self, query: Query, limit: int) -> str:
        """The vendor's own text for the first page of this query, without secrets."""
        ...

    def fetch(self, record: RecordId) -> Record:
        """One record with every field.

        Raises:
            NotFound, NotPermitted.
        """
        ...

    def create(self, change: Create) -> Record:
        """Add a record; the answer is read back from the server."""
        ...

    def update(self, change: Update) -> Record:
        """Change the fields in ``change.values`` and no others; the answer is read back from the server.

        Raises:
            Conflict: where the record is read before it is written, and a wanted field is no longer as in
                ``change.before`` (``domain/overtaken.py``); nothing was sent.
        """
        ...

    def delete(self, change: Delete) -> None:
        """Remove a record."""
        ...

    def fetch_document(self, record: RecordId) -> SalesDocument:
        """A sales document with its lines."""
        ...

    def save_document(self, change: SaveDocument) -> SalesDocument:
        """Bring header and lines to ``change.after``; the answer is read back from the server."""
        ...

    def close(self) -> None:
        """End the session as far as possible; never raises."""
        ...


@runtime_checkable
class ChoosesInterface(Protocol):
    """A vendor with several interfaces, of which ``login`` finds the one that answers."""

    @property
    def chosen(self) -> Connector:
        """What does the work after ``login``; the roles are this one's. The same for as long as the connector lives."""
        ...


def in_use(connector: Connector) -> Connector:
    """What does the work after ``login``: the chosen interface of a vendor with several, else the connector itself."""
    return connector.chosen if isinstance(connector, ChoosesInterface) else connector


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileField:
    """One thing an account needs to know.

    Attributes:
        secret: kept in the keychain only.
        hint: where to find it in that product.
        choices: value -> label, for a drop-down; empty = free text.
    """

    name: str
    label: str
    secret: bool = False
    required: bool = True
    hint: str = ""
    placeholder: str = ""
    default: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where and as whom: ``settings`` and ``secrets`` by the names of the vendor's profile fields.

    Attributes:
        language: code of the person's language (de), "" = as the server likes.
        cache_dir: a folder of the account's for what the server describes of itself (WSDLs), "" = keep nothing. It may
            not exist yet and may vanish at any time.
    """

    url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    language: str = ""
    cache_dir: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer, read whole and unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    elapsed_ms: float = 0.0
    received_at: "datetime | None" = None


class Http(Protocol):
    """What a vendor is given to talk over; ``wire.http.HttpClient`` is the real one."""

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        """``write``: the GET changes data, so an answer that never came leaves the outcome unknown."""
        ...

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        """Form-encoded, or multipart where ``files`` (name -> file name, content, type) is given."""
        ...

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool,
    ) -> Reply:
        """Any verb; ``body`` goes out as it is, with the ``Content-Type`` that ``headers`` give it."""
        ...

    def add_secret(self, secret: str) -> None:
        """From now on this text is masked in every error and recording."""
        ...

    def redacted(self, text: str) -> str:
        """The text with every known secret masked."""
        ...

    def abort(self) -> None:
        """Break off the exchange under way, from any thread; the next one works again."""
        ...

    def close(self) -> None:
        """Close connections; never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One way into a vendor's servers and what can be done over it, told before anybody signs in.

    Attributes:
        title: "" where there is one way only.
        connector: the class that does the work; the roles it plays are what is offered.
    """

    title: str = ""
    connector: type
    capabilities: Capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPlugin:
    """How a vendor introduces itself to the registry.

    Attributes:
        interfaces: every way in; called where somebody asks, since it imports what connecting would.
        terms: what of a sales document goes into its totals, and by which rule; None = it has no sales documents.
            It answers None for a document that tells too little to be computed.
    """

    vendor: VendorName
    title: str
    summary: str
    profile_fields: tuple[ProfileField, ...]
    capabilities: Capabilities
    connect: Callable[[Endpoint, Http], Connector]
    url_hint: str = ""
    search_order: int = 100
    terms: Callable[[SalesDocument], Terms | None] | None = None
    interfaces: Callable[[], tuple[Interface, ...]] = tuple
