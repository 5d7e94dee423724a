# SPDX-License-Identifier: MIT
"""The steps that undo and redo walk, and what becomes of them when the server holds something else. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.staged_record import StagedRecord, rebased

Slots = Mapping[RecordId, StagedRecord | None]
"""What is staged under each slot; None = nothing."""


class Way(Enum):
    """Where a step is walked to."""

    BACK = "undo"
    FORTH = "redo"


@dataclass(frozen=True, slots=True)
class Step:
    """What undo puts back and redo puts again."""

    before: Slots
    after: Slots
    what: str

    def side(self, way: Way) -> Slots:
        """What is staged once it is walked."""
        return self.before if way is Way.BACK else self.after


class Steps:
    """Both ways from where we stand."""

    def __init__(self) -> None:
        self._ahead: dict[Way, list[Step]] = {way: [] for way in Way}

    def text(self, way: Way) -> str:
        """What the next step is called, "" = there is none."""
        step = self.next(way)
        return step.what if step is not None else ""

    def next(self, way: Way) -> Step | None:
        """The next step that way."""
        return self._ahead[way][-1] if self._ahead[way] else None

    def take(self, step: Step) -> None:
        """A new step is made; what was undone before cannot be done again."""
        self._ahead[Way.BACK].append(step)
        self._ahead[Way.FORTH].clear()

    def walk(self, way: Way) -> None:
        """The next step that way is behind us; there must be one."""
        other = Way.FORTH if way is Way.BACK else Way.BACK
        self._ahead[other].append(self._ahead[way].pop())

    def forget(self, slot: RecordId) -> None:
        """No step reaches behind this any more."""
        for steps in self._ahead.values():
            steps[:] = [step for step in steps if slot not in step.before and slot not in step.after]

    def stand_on(self, record: Record) -> None:
        """Steps stand on another state of one record from now on; those of which nothing is left go."""
        for steps in self._ahead.values():
            steps[:] = [moved for step in steps if (moved := _on(step, record)) is not None]


def _on(step: Step, record: Record) -> Step | None:
    def side(slots: Slots) -> dict[RecordId, StagedRecord | None]:
        return {i: rebased(s, record) if s is not None and i == record.id else s for i, s in slots.items()}

    moved = Step(side(step.before), side(step.after), step.what)
    return None if moved.before == moved.after else moved
