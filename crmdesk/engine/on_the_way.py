# SPDX-License-Identifier: MIT
"""What of the staged changes is with the server, or on its way there: taking it back is a wish of its own. Pure."""

from collections.abc import Collection

from crmdesk.domain.line_edit import same_lines
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.values import same
from crmdesk.engine.staged_lines import without_field
from crmdesk.engine.staged_record import Kind, StagedRecord, walked_back
from crmdesk.engine.staged_steps import Slots


class OnTheWay:
    """What was sent under each slot and is not settled yet."""

    def __init__(self) -> None:
        self._sent: dict[RecordId, StagedRecord] = {}
        self._unheard: set[RecordId] = set()

    def __contains__(self, slot: RecordId) -> bool:
        return slot in self._sent

    def leave(self, sent: StagedRecord) -> None:
        """It is on its way from now on."""
        self.settle(sent.slot)
        self._sent[sent.slot] = sent

    def lose(self, sent: StagedRecord) -> None:
        """Nobody knows what became of it."""
        self._unheard.add(sent.slot)

    def settle(self, slot: RecordId) -> bool:
        """What became of it is known; whether anything was on its way."""
        self._unheard.discard(slot)
        return self._sent.pop(slot, None) is not None

    def fields(self, record: RecordId) -> Collection[FieldName]:
        """Fields of which a value is on its way."""
        sent = self._sent.get(record)
        return sent.values.keys() if sent is not None else ()

    def walked(self, slot: RecordId, left: StagedRecord | None) -> StagedRecord | None:
        """What is staged where undo or redo leaves this."""
        return walked_back(left, self._sent.get(slot))

    def discarded(self, staged: StagedRecord, field_name: FieldName | None = None) -> StagedRecord | None:
        """What is staged without a field, or without anything. What nobody knows the end of is left to the server."""
        if staged.kind is Kind.DELETE:  # what is on its way was asked for before
            return None
        left = without_field(staged, field_name) if field_name is not None else None
        sent = self._sent.get(staged.slot) if staged.slot not in self._unheard else None
        return left if staged.kind is Kind.CREATE else walked_back(left, sent)

    def is_wanted_back(self, before: Slots, after: Slots) -> bool:
        """Whether a step asks for something that was there before what is on its way."""
        return any(
            _wants_back(sent, before.get(slot), wanted)
            for slot, sent in self._sent.items()
            if (wanted := after.get(slot)) is not None
        )


def _wants_back(sent: StagedRecord, before: StagedRecord | None, wanted: StagedRecord) -> bool:
    """Whether somebody wants a loaded value, or the loaded lines, who wanted another one before this step."""
    if sent.kind is Kind.LINES:
        old = sent.document.lines if sent.document is not None else ()
        was_so = before is not None and same_lines(before.lines, old)
        return wanted.kind is Kind.LINES and same_lines(wanted.lines, old) and not was_so
    if sent.kind is not Kind.UPDATE or wanted.kind is not Kind.UPDATE:
        return False
    asked = {} if before is None else before.values
    back = [n for n in sent.values if n in wanted.values and same(wanted.values[n], sent.base.values.get(n))]
    return any(n not in asked or not same(asked[n], wanted.values[n]) for n in back)
