# SPDX-License-Identifier: MIT
"""Review: what was checked, what was decided, what became of it. Pure state; the dialog shows it."""

from dataclasses import dataclass, field

from crmdesk.domain.changes import Applied, Outcome, Refused, Skipped, Unknown
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.engine.applying import Checked, Decision
from crmdesk.engine.confirming import number_to_confirm
from crmdesk.engine.profiles import Environment
from crmdesk.engine.staging import Kind

_MERGED = (Kind.UPDATE, Kind.LINES)  # of these a part can be left to the server


@dataclass(slots=True)
class Review:
    """The state of one review.

    Attributes:
        checked: every staged record held against the server, in the order they are sent.
        left_out: positions the person does not want to send now; they stay staged.
        decisions: who wins where both changed a field.
        sent: positions handed to the apply, in its order; empty = it has not begun.
        outcomes: by position.
    """

    environment: Environment
    checked: tuple[Checked, ...] = ()
    left_out: set[int] = field(default_factory=set)
    decisions: dict[tuple[RecordId, FieldName], Decision] = field(default_factory=dict)
    sent: tuple[int, ...] = ()
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    @property
    def chosen(self) -> tuple[int, ...]:
        """Positions to be sent."""
        return tuple(at for at, one in enumerate(self.checked) if at not in self.left_out and one.error is None)

    @property
    def undecided(self) -> int:
        """Conflicts among the chosen that nobody has decided."""
        return sum(
            (self.checked[at].staged.id, merge.field) not in self.decisions
            for at in self.chosen
            for merge in self.checked[at].conflicts
        )

    @property
    def first_undecided(self) -> int | None:
        """The first of the chosen that waits for a decision."""
        return next((at for at in self.chosen if self._waits(at)), None)

    def _waits(self, at: int) -> bool:
        one = self.checked[at]
        return any((one.staged.id, merge.field) not in self.decisions for merge in one.conflicts)

    @property
    def first_failed(self) -> int | None:
        """The first that was refused, or of which nobody knows what became."""
        return next((at for at in self.sent if isinstance(self.outcomes.get(at), (Refused, Unknown))), None)

    @property
    def conflicting(self) -> tuple[Checked, ...]:
        """Records that both sides changed."""
        return tuple(one for one in self.checked if one.conflicts and one.error is None)

    def changes_of(self, at: int) -> int:
        """How many changes a record would send: fields, or one for a new or a deleted record."""
        one = self.checked[at]
        if one.staged.kind not in _MERGED:
            return one.staged.count
        theirs = {merge.field for merge in one.merges if merge.is_done_already}
        theirs |= {
            name for (record, name), d in self.decisions.items() if record == one.staged.id and d is Decision.THEIRS
        }
        return sum(merge.field not in theirs for merge in one.merges)

    @property
    def change_count(self) -> int:
        """Changes that would be sent."""
        return sum(self.changes_of(at) for at in self.chosen)

    @property
    def must_type(self) -> int:
        """The number that must be typed before applying, 0 = none."""
        return number_to_confirm(self.environment, len(self.chosen))

    def decide(self, at: int, name: FieldName, decision: Decision) -> None:
        """Choose a side for one field."""
        self.decisions[self.checked[at].staged.id, name] = decision

    def toggle(self, at: int) -> None:
        """Leave a record out, or take it in again."""
        self.left_out ^= {at}

    def is_abandoned(self, at: int) -> bool:
        """Whether the server's values won everywhere, so that nothing is left to stage."""
        outcome = self.outcomes.get(at)
        return isinstance(outcome, Skipped) and self.checked[at].staged.kind in _MERGED and self.changes_of(at) == 0

    @property
    def failed(self) -> frozenset[RecordId]:
        """What was refused, by the places it is staged under; the rest is settled."""
        return frozenset(self.checked[at].staged.slot for at, o in self.outcomes.items() if isinstance(o, Refused))

    def counts(self) -> dict[str, int]:
        """Outcomes by word: applied, refused, unknown, skipped."""
        words = {Applied: "applied", Refused: "refused", Unknown: "unknown", Skipped: "skipped"}
        counted = dict.fromkeys(words.values(), 0)
        for outcome in self.outcomes.values():
            counted[words[type(outcome)]] += 1
        return counted

    @property
    def side_effects(self) -> int:
        """Fields the server changed by itself."""
        return sum(len(o.side_effects) for o in self.outcomes.values() if isinstance(o, Applied))

    @property
    def surprises(self) -> int:
        """Fields that hold something else than was asked."""
        return sum(len(o.surprises) for o in self.outcomes.values() if isinstance(o, Applied))

    @property
    def differences(self) -> int:
        """Lines of documents that are not as they were sent."""
        return sum(len(o.differences) for o in self.outcomes.values() if isinstance(o, Applied))
