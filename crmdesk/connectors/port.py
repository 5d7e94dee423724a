# SPDX-License-Identifier: MIT
"""What every vendor offers (``Connector``), what only some do (the roles), and how a vendor introduces itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId, VendorName
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.values import Value

if TYPE_CHECKING:
    from datetime import datetime


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
        """Change the fields in ``change.values`` and no others; the answer is read back from the server."""
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


@dataclass(frozen=True, slots=True)
class Relation:
    """One list of related records. ``count`` None = the server does not tell; ``key`` is the vendor's own name."""

    key: str
    label: str
    module: ModuleName
    count: int | None


@runtime_checkable
class RelatesRecords(Protocol):
    """Lists and links of other records."""

    def list_relations(self, record: RecordId) -> tuple[Relation, ...]:
        """The relations a record has, with counts."""
        ...

    def list_related(self, record: RecordId, relation: Relation) -> tuple[Record, ...]:
        """The records at the other end."""
        ...

    def link(self, record: RecordId, relation: Relation, targets: tuple[RecordId, ...]) -> None:
        """Relate ``targets`` to the record."""
        ...

    def unlink(self, record: RecordId, relation: Relation, target: RecordId) -> None:
        """Take one relation away.

        Raises:
            Unsupported: where the server cannot.
        """
        ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on the server. ``size_bytes`` None = not told."""

    record: RecordId
    title: str
    file_name: str
    mime_type: str = ""
    size_bytes: int | None = None


@runtime_checkable
class StoresDocuments(Protocol):
    """Files that belong to records."""

    def list_attachments(self, record: RecordId) -> tuple[Attachment, ...]:
        """The documents of a record; for a document itself, its own file."""
        ...

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
        ...

    def download(self, attachment: Attachment) -> bytes:
        """The bytes of a file."""
        ...


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field in the history; texts as the server tells them."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who changed what, when. ``kind`` is "created", "changed", "deleted", "linked" or "other"."""

    record: RecordId | None
    record_label: str
    module_label: str
    who: str
    when: str
    kind: str
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """What of the history is wanted; None = the server's own default.

    Attributes:
        modules: the vendor's own module keys from ``history_properties``.
        days: only the last so many days. since_s: Unix seconds.
        only_mine: changes of records assigned to the signed-in user.
    """

    modules: tuple[str, ...] = ()
    record: RecordId | None = None
    only_mine: bool | None = None
    since_s: int | None = None
    days: int | None = None
    max_changes: int | None = None
    max_records: int | None = None
    with_changes: bool | None = None
    with_page_count: bool | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryProperties:
    """What the history can be asked for: ``modules`` maps the vendor's key to the module's name."""

    modules: Mapping[str, str]
    days: tuple[int, ...]
    assignments: Mapping[str, str]


@runtime_checkable
class KeepsHistory(Protocol):
    """The server's own log of changes."""

    def history_properties(self) -> HistoryProperties:
        """What can be asked for."""
        ...

    def history(self, wanted: HistoryFilter) -> tuple[HistoryEntry, ...]:
        """Changes, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class SyncPage:
    """What changed since a token; go on with ``token`` while ``more``."""

    updated: tuple[Record, ...]
    deleted: tuple[RecordId, ...]
    token: str
    more: bool


@runtime_checkable
class SyncsChanges(Protocol):
    """Changed and deleted records since a token."""

    def changes_since(self, module: ModuleName, token: str, only_own: bool = False) -> SyncPage:
        """One page; "" = from the beginning. A record may come twice, never not at all."""
        ...


@runtime_checkable
class RunsQueries(Protocol):
    """The vendor's own query text."""

    def run_query(self, text: str) -> tuple[Mapping[str, str], ...]:
        """Rows of a read-only query, values as the server wrote them."""
        ...


@runtime_checkable
class Administers(Protocol):
    """What only administrators do."""

    def access_list(self, kind: str) -> Mapping[str, bool]:
        """Which modules ("Modules") or languages ("Languages") are active."""
        ...

    def update_access(self, kind: str, active: Mapping[str, bool]) -> Mapping[str, bool]:
        """Switch modules or languages; what the server answers for each."""
        ...

    def change_password(self, user: RecordId, old: str, new: str) -> str:
        """Set a new password; the server's message."""
        ...

    def delete_user(self, user: RecordId, new_owner: RecordId) -> str:
        """Remove a user, whose records go to ``new_owner``; the server's message."""
        ...


@dataclass(frozen=True, slots=True)
class OperationInfo:
    """One documented operation. ``parameters`` maps each name to a sentence."""

    name: str
    is_write: bool
    parameters: Mapping[str, str]
    summary: str


@runtime_checkable
class CallsDocumented(Protocol):
    """One documented operation as it is, for ``crmdesk call``."""

    def operations(self) -> tuple[OperationInfo, ...]:
        """Every operation of the vendor's document."""
        ...

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        """The decoded result: plain dicts, lists, texts and numbers."""
        ...


@runtime_checkable
class FindsDuplicates(Protocol):
    """For a server that takes the same record twice without a word."""

    def find_duplicates(self, change: Create) -> tuple[Record, ...]:
        """Records that look like the one to be made; a few at most, none where that cannot be asked."""
        ...


@runtime_checkable
class FindsByKeywords(Protocol):
    """A search of the server's own, quicker than a filter over several fields."""

    def find_by_keywords(self, module: ModuleName, words: str, limit: int) -> tuple[Record, ...]:
        """Records with these words in the fields that the server looks through; it does not tell which they are.

        Raises:
            Unsupported: this module cannot be searched so.
        """
        ...


@runtime_checkable
class JoinsCampaigns(Protocol):
    """Records that can be put into a marketing campaign."""

    def add_to_campaign(
        self, record: RecordId, campaign: str, *, relationship: str = "", status: str = "", probability: str = ""
    ) -> None:
        """Add a record; ``campaign`` is the campaign's key, the rest is set on the record's place in it where given.

        Raises:
            Invalid: the server says why not.
        """
        ...


@runtime_checkable
class SwitchesWorkflows(Protocol):
    """Writes that can be told not to run the server's workflows."""

    def run_workflows(self, wanted: bool) -> None:
        """From now on; True is the server's own way."""
        ...


@runtime_checkable
class LinksToWeb(Protocol):
    """Records that can be opened in a browser."""

    def web_address(self, record: RecordId) -> str:
        """The record's page in the vendor's own web interface."""
        ...


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
    """Where and as whom: ``settings`` and ``secrets`` by the names of the vendor's profile fields."""

    url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    language: str = ""


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
class VendorPlugin:
    """How a vendor introduces itself to the registry."""

    vendor: VendorName
    title: str
    summary: str
    profile_fields: tuple[ProfileField, ...]
    capabilities: Capabilities
    connect: Callable[[Endpoint, Http], Connector]
    url_hint: str = ""
    search_order: int = 100
