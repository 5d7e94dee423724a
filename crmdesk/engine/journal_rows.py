# SPDX-License-Identifier: MIT
"""What the journal tells of a batch and of a change, and how both are read from its rows. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime

from crmdesk.domain.changes import Applied, Change, Outcome, Refused, Skipped, Unknown, new_key, record_of
from crmdesk.domain.errors import CrmError
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.sentence import counted, unpacked
from crmdesk.engine.codec import (
    change_from_json,
    document_from_json,
    document_to_json,
    dumps,
    loads,
    record_from_json,
    record_to_json,
)


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """One apply. Counts are changes (records); ``unknown`` were sent and not heard of again.

    Attributes:
        undoes: the batch this one takes back; None where it takes none back, or several.
        taken_back: changes of this batch that a later one took back.
    """

    id: int
    began: datetime
    ended: datetime | None
    user: str
    server: str
    summary: str
    undoes: int | None
    changes: int
    applied: int
    refused: int
    unknown: int
    taken_back: int = 0

    @property
    def undone(self) -> bool:
        """Whether any of it was taken back."""
        return self.taken_back > 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a batch.

    Attributes:
        outcome: "applied", "refused", "unknown", "skipped", "" = it was never sent, and nobody said why.
        before, after: the record on the server before and after, where they were seen.
        undoes: the batch whose change this takes back.
        sent: when it left; None = it never did.
        document_before, document_after: the same two with their lines, for a sales document.
    """

    batch: int
    position: int
    change: Change
    title: str
    outcome: str
    error: str
    before: Record | None
    after: Record | None
    undoes: int | None = None
    sent: datetime | None = None
    document_before: SalesDocument | None = None
    document_after: SalesDocument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What of the journal is wanted; the empty search wants everything.

    Attributes:
        text: words that titles, fields, values, reasons or the batch's own line hold, in any case.
        outcome: "applied", "refused", "unknown" or "skipped".
    """

    text: str = ""
    outcome: str = ""


ANYTHING = Search()


def described(outcome: Outcome) -> tuple[str, str | None, Record | SalesDocument | None]:
    """The word for an outcome, the reason it failed, and what the server held after it."""
    match outcome:
        case Applied(record=record, document=document, differences=differences):
            note = (
                counted(
                    len(differences),
                    "1 of its lines is not as it was sent.",
                    "{n} of its lines are not as they were sent.",
                )
                if differences
                else None
            )
            return "applied", note, document or record
        case Refused(error=error):
            return "refused", _reason(error), None
        case Unknown(error=error):
            return "unknown", _reason(error), None
        case Skipped(reason=reason):
            return "skipped", reason, None


def _reason(error: CrmError) -> str:
    return error.user_text


def names_of(change: Change) -> tuple[str | None, str | None]:
    """The record's key on the server, and the key by which a new one is never made twice."""
    record = record_of(change)
    if record is None:
        return None, new_key(change) or None
    return record.key, None


_UNREADABLE = datetime(1970, 1, 1, tzinfo=UTC)
"""When a batch began whose moment is damaged: the oldest of all."""


def batch_of(row: tuple[object, ...]) -> BatchInfo:
    """A batch from the columns that ``Journal`` asks for, in its order."""
    number, began, ended, user, server, summary, undoes, changes, applied, refused, unknown, taken_back = row
    return BatchInfo(
        int(str(number)),
        _moment(began) or _UNREADABLE,
        _moment(ended),
        str(user),
        str(server),
        unpacked(str(summary)),
        None if undoes is None else _count(undoes),
        _count(changes),
        _count(applied),
        _count(refused),
        _count(unknown),
        _count(taken_back),
    )


def entry_of(row: tuple[object, ...]) -> Entry:
    """An entry from the columns that ``Journal`` asks for, in its order."""
    batch, position, change, title, outcome, error, before, after, sent, undoes = row
    word = str(outcome) if outcome else ("unknown" if sent else "")
    first, last = (None if image is None else loads(str(image)) for image in (before, after))
    return Entry(
        int(str(batch)),
        int(str(position)),
        change_from_json(loads(str(change))),
        str(title),
        word,
        unpacked(str(error or "")),
        None if first is None else record_from_json(first),
        None if last is None else record_from_json(last),
        None if undoes is None else int(str(undoes)),
        _moment(sent),
        document_from_json(first) if first is not None and "lines" in first else None,
        document_from_json(last) if last is not None and "lines" in last else None,
    )


def image_of(held: Record | SalesDocument | None) -> str | None:
    """What the server holds, as JSON; a document reads as a record, too: its header."""
    if held is None:
        return None
    return dumps(document_to_json(held) if isinstance(held, SalesDocument) else record_to_json(held))


def _moment(text: object) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(str(text))
    except ValueError:  # a damaged file; one batch is no reason to show none
        return None


def _count(told: object) -> int:
    """A number of the file, 0 where it is none."""
    try:
        return int(str(told or 0))
    except ValueError:
        return 0
