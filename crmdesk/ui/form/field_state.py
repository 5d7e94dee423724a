# SPDX-License-Identifier: MIT
"""What one field of a form shows, and how it is said in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from crmdesk.domain.schema import Field
from crmdesk.domain.values import Value
from crmdesk.ui.formats import Formats
from crmdesk.ui.wording import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldState:
    """What a row shows.

    Attributes:
        value, label: what is wanted, or held where nothing is staged.
        old, old_label: what the record held when it was loaded.
        staged: a change is staged; with ``value`` None the field is cleared.
        fresh: the record is new, so a value is just a value and not a change.
        reason: why it cannot be edited, "" = it can.
        theirs: what the server holds by now, where that is neither the old nor the wanted value.
        wanted: a required field of a new record that is still empty.
    """

    value: Value = None
    label: str = ""
    old: Value = None
    old_label: str = ""
    staged: bool = False
    fresh: bool = False
    reason: str = ""
    theirs: str = ""
    wanted: bool = False

    @property
    def edited(self) -> bool:
        """Whether it is shown as a change."""
        return self.staged and not self.fresh

    def text(self, field: Field, formats: Formats) -> str:
        """What a person reads."""
        return formats.text(self.value, field, self.label)

    def old_text(self, field: Field, formats: Formats) -> str:
        """What it said when the record was loaded."""
        return formats.text(self.old, field, self.old_label)


def said(state: FieldState, field: Field, formats: Formats, problem: str) -> Iterator[str]:
    """The marks of a field as sentences, for screen readers and tool tips; its text is not among them."""
    if state.edited:
        yield tr("changed, was {value}", value=state.old_text(field, formats) or tr("empty"))
    if problem:
        yield problem
    if state.theirs:
        yield tr("Changed on the server since: {value}", value=state.theirs)
    if state.reason:
        yield state.reason
    if state.wanted:
        yield tr("still needed")
