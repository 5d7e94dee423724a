# SPDX-License-Identifier: MIT
"""Whether somebody was faster: the last look of connectors that read a record before they write it."""

from collections.abc import Mapping

from crmdesk.domain.changes import Update
from crmdesk.domain.errors import Conflict
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, same


def overtaken(change: Update, now: Mapping[FieldName, Value]) -> tuple[FieldName, ...]:
    """Wanted fields that by now hold neither what they held in ``change.before`` nor what is wanted.

    A field that either reading lacks does not count.
    """
    held = change.before.values
    return tuple(
        name
        for name, wanted in change.values.items()
        if name in held and name in now and not same(now[name], held[name]) and not same(now[name], wanted)
    )


def refuse_overtaken(change: Update, now: Record) -> None:
    """Let a change go on only where nobody was faster.

    Raises:
        Conflict: somebody was; nothing was sent.
    """
    if overtaken(change, now.values):
        raise Conflict(
            sentence("Somebody changed this record at the same moment. Nothing was sent: review it again."), server=now
        )
