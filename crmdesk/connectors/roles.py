# SPDX-License-Identifier: MIT
"""The roles: what only some vendors can do. Each is found with ``isinstance``; ``port`` hands them all on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from crmdesk.domain.changes import Create
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value


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
        """One page; "" = from the beginning. A record may come twice, never not at all.

        Raises:
            Unsupported: the changes of this module cannot be told. Invalid: the token is none.
        """
        ...

    def sync_token(self, module: ModuleName) -> str:
        """A token from which on everything is told that changes after this moment, by the server's own clock; "" where
        the module is empty, or only the beginning can be told from.

        Raises:
            Unsupported: as above.
        """
        ...

    def tells_deleted(self, module: ModuleName) -> bool:
        """Whether ``changes_since`` tells what was deleted; asks the server nothing."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One value that an operation or an action takes.

    Attributes:
        kind: "text", "lines" (text of several lines), "integer", "decimal", "boolean", "date", "datetime", "binary"
            (base64), "choice", "record" (a record's id), "group" or "list".
        parts: of a group its members; of a list its one element.
        choices: value -> label, of a choice.
        module: where a record is picked from, None = any.
    """

    name: str
    label: str = ""
    kind: str = "text"
    required: bool = False
    secret: bool = False
    hint: str = ""
    default: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    parts: tuple["Part", ...] = ()
    module: ModuleName | None = None


@dataclass(frozen=True, slots=True)
class OperationInfo:
    """One operation. ``parameters`` maps each name to a sentence; ``parts`` gives their types where they are known."""

    name: str
    is_write: bool
    parameters: Mapping[str, str]
    summary: str
    parts: tuple[Part, ...] = ()


@runtime_checkable
class CallsDocumented(Protocol):
    """One operation as it is, for ``crmdesk call`` and the window's "Call…"."""

    def operations(self) -> tuple[OperationInfo, ...]:
        """Every operation of the vendor's document, or of the server's own description."""
        ...

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        """The decoded result: plain dicts, lists, texts and numbers. Groups and lists are given as JSON."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAction:
    """Something a vendor can do with a record beside changing its fields: convert it, move it, add it to a campaign.

    Attributes:
        key: the vendor's own name for it.
        label: for a menu, with "…" where ``parts`` asks for something.
        question: one sentence that says what will happen on the server.
        makes: the module of the sales document that it makes of this one, None = it makes none.
    """

    key: str
    label: str
    question: str
    parts: tuple[Part, ...] = ()
    makes: ModuleName | None = None


@runtime_checkable
class ActsOnRecords(Protocol):
    """Actions of the vendor's own. They are sent at once, after a question; nothing undoes them."""

    def list_actions(self, module: ModuleName) -> tuple[RecordAction, ...]:
        """What can be done with a record of this module; asks the server nothing."""
        ...

    def act(self, record: RecordId, action: str, arguments: Mapping[str, str]) -> RecordId | None:
        """Do it; the record it led to, None = the same one.

        Raises:
            Invalid: an argument is missing or wrong; nothing was sent.
        """
        ...


@runtime_checkable
class ChecksPortalLogins(Protocol):
    """Customers' logins to the vendor's portal."""

    def check_portal_login(self, email: str, password: str, portal: str) -> Mapping[str, str]:
        """Who the customer is, as the server tells it.

        Raises:
            BadCredentials: the portal refuses; the server's reason is in the text. The account itself stays signed in.
        """
        ...


@runtime_checkable
class FindsAnywhere(Protocol):
    """A search of the server's own over many modules."""

    def find_anywhere(self, words: str, limit: int) -> tuple[Record, ...]:
        """Records of any module with these words, best first where the server ranks them; few fields each."""
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
