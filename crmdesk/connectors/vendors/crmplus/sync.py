# SPDX-License-Identifier: MIT
"""What changed since a moment: the ``sync`` operation.

Facts, recorded on vtiger 8: the comparison is "later than", so a record written in the second of the last answer after
that answer never comes: that second is asked again. A page never splits a second (5,150 rows in one answer after a
mass edit), so going on from its last second loses nothing. ``modifiedTime=0`` counts as absent: begin with 1. The
document knows no ``more`` and spells the deleted ids' key ``deletedeleted``.
"""

from time import time

from crmdesk.connectors.port import SyncPage
from crmdesk.connectors.vendors.crmplus import parse
from crmdesk.connectors.vendors.crmplus.parse import Reading
from crmdesk.connectors.vendors.crmplus.payload import dumped
from crmdesk.connectors.vendors.crmplus.session import Session
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.errors import Invalid, MalformedReply
from crmdesk.domain.names import RecordId
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence

_ROUNDING_S = 5
BEGINNING = 1
"""Unix seconds."""


def changes_since(session: Session, schema: Schema, reading: Reading, token: str, only_own: bool) -> SyncPage:
    """One page.

    Args:
        token: "" or a token of a former page: the last Unix second that is known, which is asked once more; with a
            "+" behind it the second is complete, because more was announced.

    Raises:
        Invalid: the token is not one of ours.
    """
    known = to_int(token.removesuffix("+")) if token else BEGINNING
    if known is None or known < 0:
        raise Invalid(sentence("The mark of the last update is damaged. Update from the beginning."))
    asked = max(BEGINNING, known if token.endswith("+") else known - 1)
    result = session.call(
        "sync",
        {
            "elementType": schema.module.name,
            "modifiedTime": str(asked),
            "options": dumped({"onlyOwn": only_own}),
        },
    )
    return page(result, schema, reading, asked, max(asked, known))


def token_of_now(ahead_s: float) -> str:
    """A moment shortly before now, on a clock that runs so far ahead of ours; the login measures it to the second."""
    return str(max(BEGINNING, int(time() + ahead_s) - _ROUNDING_S))


def page(result: object, schema: Schema, reading: Reading, asked: int, known: int) -> SyncPage:
    """A sync reply.

    Args:
        asked: the second it was asked from. known: the last second that was known before; never goes back.

    Raises:
        MalformedReply.
    """
    if not isinstance(result, dict) or "lastModifiedTime" not in result:
        raise MalformedReply(sentence("The server's list of changes is not what it should be."), where="sync")
    updated = tuple(
        parse.record(row, schema, reading) for row in parse.rows(result.get("updated") or [], "sync.updated")
    )
    gone = result.get("deleted", result.get("deletedeleted")) or []
    deleted = tuple(RecordId(schema.module.name, to_text(_id(one))) for one in gone if _id(one)) if gone else ()
    last = to_int(result.get("lastModifiedTime")) or asked  # "1" as text for Users (recorded)
    told = result.get("more")
    more = bool(told) if told is not None else bool(updated or deleted) and last > asked
    if more and last > asked:
        return SyncPage(updated, deleted, f"{last}+", True)
    return SyncPage(updated, deleted, str(max(known, last)), False)


def _id(entry: object) -> object:
    return entry.get("id") if isinstance(entry, dict) else entry
