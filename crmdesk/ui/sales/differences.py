# SPDX-License-Identifier: MIT
"""After saving: lines that are not as they were sent, told above the document with the way to bring them back."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.line_check import restoring
from crmdesk.domain.line_edit import NEW_LINE, Lines, copied
from crmdesk.domain.line_pairs import line_differences, says_the_same
from crmdesk.domain.names import RecordId
from crmdesk.domain.sales import LineDifference, LineTrouble, SalesDocument
from crmdesk.engine.journal import Entry, Journal
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, button, fill, label, set_role
from crmdesk.ui.sales.line_parts import plain_label, whole_line
from crmdesk.ui.translation import within
from crmdesk.ui.wording import plural, tr

_TOLD = 6  # lines in the banner; the rest is counted
_LOOKED_AT = 10  # newest entries of the record


async def unsettled(
    journal: Journal, record: RecordId, now: SalesDocument, settable: frozenset[str]
) -> tuple[Entry, list[LineDifference]] | None:
    """The last save of a document's lines, where what it left is not what was sent and still stands so.

    Told from the journal, so that it is there after a restart, too. None = all is well, or somebody changed the lines
    since.
    """
    for _, entry in await journal.of_record(record, _LOOKED_AT):
        if not isinstance(entry.change, SaveDocument) or entry.document_after is None:
            continue
        found = line_differences(entry.change.after, entry.document_after, entry.document_before, settable)
        stands = says_the_same(entry.document_after.lines, now.lines)
        return (entry, list(found)) if found and stands else None
    return None


def difference_words(one: LineDifference, formats: Formats) -> str:
    """One line of the banner."""
    line = one.wanted or one.held
    assert line is not None
    match one.trouble:
        case LineTrouble.LOST:
            return tr("Gone: {line}", line=whole_line(line, formats))
        case LineTrouble.UNASKED:
            return tr("Not asked for: {line}", line=whole_line(line, formats))
        case LineTrouble.MOVED:
            return tr("At another place: {line}", line=line.called)
        case LineTrouble.OTHERWISE:
            what = ", ".join(_part_label(part) for part in one.parts)
            return tr("Otherwise than sent: {line} ({what})", line=line.called, what=what)


def _part_label(part: str) -> str:
    return tr("discount") if part == "discount" else within(plain_label(part))


class DifferenceBanner(QFrame):
    """Hidden while there is nothing to tell. Owned by the sales tab.

    Signals:
        restore_wanted(): stage the repair.
        left(): the person leaves it as it is.
    """

    restore_wanted = Signal()
    left = Signal()

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self.title = label("", "", "bold", wrap=True)
        self.words = label("", wrap=True, select=True)
        self.restore = button(tr("Restore"), "primary", self.restore_wanted.emit,
                              tip=tr("Stage what brings the lines back; it is sent after your review"))  # fmt: skip
        self.leave = button(tr("Leave it so"), "", self.left.emit)
        told = box(self.title, self.words, vertical=True, spacing=3)
        policy = told.sizePolicy()
        policy.setHorizontalStretch(1)
        told.setSizePolicy(policy)
        self._card = fill(QFrame(), told, self.restore, self.leave, margins=(14, 10, 10, 10))
        fill(self, self._card, margins=(12, 10, 12, 10), role="window")
        self.hide()

    def show_differences(self, found: Sequence[LineDifference]) -> None:
        """Tell these; none hides the banner."""
        if not found:
            self.hide()
            return
        self.title.setText(
            plural(len(found), "{n} line is not as it was sent.", "{n} lines are not as they were sent.")
        )
        told = [difference_words(one, self._formats) for one in found[:_TOLD]]
        if len(found) > _TOLD:
            told.append(tr("and {n} more", n=len(found) - _TOLD))
        self.words.setText("\n".join(told))
        self.setAccessibleName(f"{self.title.text()} {self.words.text()}")
        set_role(self._card, "note-bad")
        set_role(self.title, "bad")
        self.show()


class LastSave:
    """What the last save of a document left otherwise than it was sent, told until it is restored or left so.

    Owned by the sales tab, whose banner it fills.
    """

    def __init__(self, banner: DifferenceBanner, journal: Journal, record: RecordId) -> None:
        self._banner, self._journal, self._record = banner, journal, record
        self._left_alone: set[int] = set()
        self._found: tuple[Entry, list[LineDifference]] | None = None
        banner.left.connect(self._leave_alone)

    async def look(self, now: SalesDocument, settable: frozenset[str]) -> None:
        """Find out what the journal tells of it, beside the document as it is now."""
        self._found = await unsettled(self._journal, self._record, now, settable)

    def show(self, *, is_staged: bool) -> None:
        """Only while nothing is staged: a repair that waits needs no second one."""
        found = self._found
        is_told = found is not None and not is_staged and found[0].batch not in self._left_alone
        self._banner.show_differences(found[1] if found is not None and is_told else ())

    def repair(self, now: SalesDocument, settable: frozenset[str]) -> Lines | None:
        """The lines as they were sent, None where there is nothing to repair.

        New ones stand under keys of their own, without what the server computes.
        """
        change = self._found[0].change if self._found is not None else None
        if not isinstance(change, SaveDocument):
            return None
        lines = restoring(now, change.after, change.before).after.lines
        return tuple(
            copied(one, f"{NEW_LINE}restored-{at}", settable) if one.key is None else one
            for at, one in enumerate(lines)
        )

    def _leave_alone(self) -> None:
        if self._found is not None:
            self._left_alone.add(self._found[0].batch)
            self._banner.show_differences(())
