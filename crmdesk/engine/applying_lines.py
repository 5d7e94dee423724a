# SPDX-License-Identifier: MIT
"""Lines of a sales document on their way to the server: compared, decided, read again in the same breath, read back."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from crmdesk.connectors.port import EditsLines
from crmdesk.domain.changes import Applied, Refused, SaveDocument, Unknown
from crmdesk.domain.errors import Conflict, CrmError
from crmdesk.domain.line_edit import sendable
from crmdesk.domain.line_merge import LinesMerge, Side, is_all_theirs, merge_lines, resolved
from crmdesk.domain.line_pairs import line_differences, says_the_same
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import same
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import StagedRecord

SideOf = Callable[[FieldName], Side | None]


def compared(staged: StagedRecord, now: SalesDocument) -> LinesMerge:
    """The wanted lines held against those of the server."""
    loaded = staged.document.lines if staged.document is not None else ()
    return merge_lines(loaded, staged.lines, now.lines)


def decided(now: SalesDocument, merge: LinesMerge, side_of: SideOf) -> SaveDocument | None:
    """What to send, None where the server holds it all or was given the right everywhere.

    Raises:
        Conflict: something is not decided.
    """
    if any(one.is_conflict and side_of(one.field) is None for one in merge.merges):
        raise Conflict(sentence("Both of you changed the lines. Choose whose to keep."), server=now.header)
    if is_all_theirs(merge, side_of):
        return None
    return SaveDocument(now, sendable(now, resolved(merge, side_of)))


def in_this_breath(change: SaveDocument, now: SalesDocument) -> SaveDocument:
    """The change over the document as it was read a moment ago, with the ids its lines have by now.

    Raises:
        Conflict: the lines are no longer those that were reviewed: their number, their order, or what they say.
    """
    seen = change.before.lines if change.before is not None else ()
    if not says_the_same(seen, now.lines):
        raise Conflict(
            sentence("Somebody changed the lines of this document while you reviewed it."), server=now.header
        )
    keys = {old.key: new.key for old, new in zip(seen, now.lines, strict=True)}
    lines = tuple(
        replace(line, key=keys.get(line.key)) if line.key is not None else line for line in change.after.lines
    )
    return SaveDocument(now, sendable(now, lines))


async def send(session: AccountSession, change: SaveDocument, *, workflows: bool) -> Applied | Refused | Unknown:
    """Send lines once and compare what the server holds after with what was sent."""
    try:
        held = await session.save_document(change, workflows=workflows)
    except CrmError as error:
        return Unknown(change, error) if error.may_be_done else Refused(change, error)
    return saved(change, held, await settable(session, change))


async def settable(session: AccountSession, change: SaveDocument) -> frozenset[str] | None:
    """Names of lines' own fields that can be set there, None where the server does not tell."""
    module = change.after.header.id.module
    if session.known_line_shape(module) is None and session.offers(EditsLines):
        with suppress(CrmError):
            return (await session.line_shape(module)).settable
    shape = session.known_line_shape(module)
    return None if shape is None else shape.settable


def saved(change: SaveDocument, held: SalesDocument, own: frozenset[str] | None = None) -> Applied:
    """What became of a document that was saved; fields of the header that moved are the server's own doing."""
    before = change.before
    was = before.header.values if before is not None else {}
    moved = tuple(n for n, v in held.header.values.items() if n in was and not same(v, was[n]))
    header = before.header if before is not None else None
    found = line_differences(change.after, held, before, own)
    return Applied(change, held.header, header, (), moved, before, held, found)


async def look_up(session: AccountSession, unknown: Unknown, change: SaveDocument) -> Applied | Refused | Unknown:
    """After a break: read the document to learn whether its lines were saved; nothing is sent.

    Returns:
        Applied, Refused (certainly not done), or Unknown: it holds neither the old lines nor the wanted ones.
    """
    held = await session.fetch_document(change.after.header.id)
    own = await settable(session, change)
    if not line_differences(change.after, held, change.before, own):
        return saved(change, held, own)
    if change.before is not None and says_the_same(change.before.lines, held.lines):
        return Refused(change, unknown.error)
    return unknown
