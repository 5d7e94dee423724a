# SPDX-License-Identifier: MIT
"""Changed lines of a sales document as rows: in the pending changes, in the review, and in its result."""

from dataclasses import dataclass

from crmdesk.domain.changes import Applied, FieldMerge, Outcome
from crmdesk.domain.line_edit import LINE, PLACE, LineChange, is_new, line_changes, part
from crmdesk.domain.line_merge import LineMerge, line_field, line_of_field
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineItem
from crmdesk.engine.applying import Checked
from crmdesk.engine.staging import StagedRecord
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.sales.differences import difference_words
from crmdesk.ui.sales.line_parts import LineParts, change_label, change_text, whole_line
from crmdesk.ui.table.cells import Segment
from crmdesk.ui.translation import told, within
from crmdesk.ui.wording import plural, tr

Lines = list[tuple[FieldName | None, str, list[Segment]]]


def changes_of(staged: StagedRecord) -> tuple[LineChange, ...]:
    """Every wanted difference, in the order of the lines."""
    loaded = staged.document.lines if staged.document is not None else ()
    return line_changes(loaded, staged.lines)


def field_of(change: LineChange) -> FieldName:
    """Under which name a change is reviewed and taken back; all that moved is one."""
    return line_field("" if change.part == PLACE else change.key, change.part)


def line_rows(staged: StagedRecord, words: ChangeWords, checked: Checked | None) -> Lines:
    """Rows of the pending changes: (name, "line 2 · quantity", old struck → new)."""
    parts = words.line_parts(staged.id.module)
    merges = {merge.field: merge for merge in checked.merges} if checked is not None else {}
    rows: Lines = []
    for change in changes_of(staged):
        name = field_of(change)
        said = _change(change, parts)
        if (merge := merges.get(name)) is not None and merge.is_conflict:
            said.append(Segment(tr("conflict"), "pill:bad"))
        if checked is not None and checked.error is not None and not rows:
            said += [Segment(tr("cannot be applied"), "pill:bad"), Segment(told(checked.error.user_text), "muted")]
        rows.append((name, change_label(change, parts), said))
    return rows


def _change(change: LineChange, parts: LineParts) -> list[Segment]:
    if change.part == LINE:
        line = whole_line(change.line, parts.formats)
        if change.before is None:
            return [Segment(tr("new"), "pill:info"), Segment(line, "good")]
        return [Segment(tr("remove"), "pill:bad"), Segment(line, "strike")]
    old, new = (parts.text(change.part, value) for value in (change.before, change.after))
    before = Segment(old, "strike") if old else Segment(tr("(empty)"), "muted")
    return [before, Segment("→"), Segment(new or tr("(empty)"), "good")]


# ---- the review ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReviewedLine:
    """One part of one line in a review, as texts; "" = it is not there."""

    label: str
    loaded: str
    theirs: str
    mine: str


def reviewed(one: Checked, merge: FieldMerge, words: ChangeWords) -> ReviewedLine:
    """How a merge of lines reads: a part by its values, a whole line by what it says."""
    parts = words.line_parts(one.staged.id.module)
    key, name = line_of_field(merge.field) or ("", "")
    if name == PLACE:
        return ReviewedLine(tr("order of the lines"), tr("as loaded"), _order(merge), tr("moved"))
    found = next((line for line in one.lines.lines if line.key == key), None) if one.lines is not None else None
    label = _label(one.staged, key, name, parts)
    if found is None or name == LINE:
        return ReviewedLine(label, *_whole(found, parts))
    texts = [_side(line, name, parts) for line in (found.base, found.theirs, found.mine)]
    return ReviewedLine(label, *texts)


def _order(merge: FieldMerge) -> str:
    return tr("another order") if merge.base != merge.theirs else tr("unchanged")


def _label(staged: StagedRecord, key: str, name: str, parts: LineParts) -> str:
    for change in changes_of(staged):
        if change.key == key and change.part == name:
            return change_label(change, parts)
    loaded = staged.document.lines if staged.document is not None else ()
    number = next((at for at, line in enumerate(loaded, 1) if line.key == key), 0)
    what = "" if name == LINE else f" · {within(parts.label(name))}"
    return tr("line {n}", n=number) + what


def _whole(found: LineMerge | None, parts: LineParts) -> tuple[str, str, str]:
    if found is None:
        return "", "", ""
    loaded, theirs, mine = (
        whole_line(line, parts.formats) if line is not None else "" for line in (found.base, found.theirs, found.mine)
    )
    return loaded, theirs, mine


def _side(line: LineItem | None, name: str, parts: LineParts) -> str:
    if line is None:
        return ""
    return parts.line_text(line, name) if name == "product" else parts.text(name, part(line, name))


def meanwhile(one: Checked) -> str:
    """What others did to lines that nobody here touched; "" = nothing."""
    count = one.lines.theirs_alone if one.lines is not None else 0
    if not count:
        return ""
    return plural(
        count,
        "{n} other line was changed on the server meanwhile and stays so",
        "{n} other lines were changed on the server meanwhile and stay so",
    )


# ---- the result ----------------------------------------------------------------------------------------------------------


def line_results(
    staged: StagedRecord, outcome: Outcome | None, words: ChangeWords
) -> list[tuple[FieldName, str, str, tuple[Segment, ...]]]:
    """(name, label, what was asked, what the server holds now) of each change; empty = nothing is known of it."""
    parts = words.line_parts(staged.id.module)
    return [
        (field_of(change), change_label(change, parts), change_text(change, parts), _stored(outcome, change, parts))
        for change in changes_of(staged)
    ]


def _stored(outcome: Outcome | None, change: LineChange, parts: LineParts) -> tuple[Segment, ...]:
    if not isinstance(outcome, Applied):
        return ()
    for difference in outcome.differences:
        wanted = difference.wanted
        if wanted is not None and (wanted.key == change.key or _is_that_new_line(wanted, change.line)):
            return (Segment(difference_words(difference, parts.formats), "bad"),)
    return (Segment(tr("as sent"), "good"),)


def _is_that_new_line(wanted: LineItem, line: LineItem) -> bool:
    if wanted.key is not None or not is_new(line):
        return False
    return (wanted.product, wanted.text, wanted.quantity) == (line.product, line.text, line.quantity)
