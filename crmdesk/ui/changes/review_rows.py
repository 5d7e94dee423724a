# SPDX-License-Identifier: MIT
"""The rows of a review: the three-way table before applying, and what became of each change after."""

from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.domain.changes import Applied, FieldMerge, Outcome, Refused, Skipped, Unknown
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.values import same
from crmdesk.engine.applying import Checked, Decision, Decisions
from crmdesk.engine.staging import Kind
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.changes.line_changes import line_results, meanwhile, reviewed
from crmdesk.ui.table.cells import Cell, Column, Row, Segment
from crmdesk.ui.table.cells import Kind as ColumnKind
from crmdesk.ui.translation import mark, told
from crmdesk.ui.wording import tr

TICK, THEIRS, MINE, RESULT = "tick", "theirs", "mine", "result"  # keys of the columns that react


@dataclass(frozen=True, slots=True)
class Spot:
    """What a row is about: the record's position in the review; `field` None = the record as a whole."""

    position: int
    field: FieldName | None


def review_columns() -> tuple[Column, ...]:
    """Before applying."""
    return (
        Column(key=TICK, title="", spoken=tr("Included"), width=46),
        Column(key="record", title=tr("Record"), kind=ColumnKind.MAIN, width=206),
        Column(key="field", title=tr("Field"), width=169),
        Column(key="loaded", title=tr("When loaded"), width=157),
        Column(key=THEIRS, title=tr("On the server now"), width=216),
        Column(key=MINE, title=tr("Yours"), width=170),
    )


def result_columns() -> tuple[Column, ...]:
    """While applying and after."""
    return (
        Column(key=RESULT, title=tr("Result"), width=176),
        Column(key="record", title=tr("Record"), kind=ColumnKind.MAIN, width=180),
        Column(key="field", title=tr("Field"), width=140),
        Column(key="asked", title=tr("Asked"), width=150),
        Column(key="stored", title=tr("Stored now, or why not"), width=318),
    )


# ---- before applying -------------------------------------------------------------------------------------------------


def review_rows(
    position: int, one: Checked, words: ChangeWords, decisions: Decisions, *, ticked: bool
) -> list[tuple[Row, Spot]]:
    """The rows of one record; tick and title stand on the first."""
    title = words.title(one.staged)
    tick: Cell = (Segment("", "check:on" if ticked else "check:off"),)
    if one.error is not None:
        tick = ""
    made: list[tuple[Row, Spot]] = []
    for number, (name, cells) in enumerate(_review_cells(one, words, decisions)):
        head: tuple[Cell, Cell] = (tick, title) if number == 0 else ("", "")
        made.append((Row(f"{position}.{number}", (*head, *cells)), Spot(position, name)))
    return made


def _review_cells(
    one: Checked, words: ChangeWords, decisions: Decisions
) -> list[tuple[FieldName | None, tuple[Cell, ...]]]:
    staged = one.staged
    if staged.kind is Kind.DELETE:
        now: Cell = (Segment(tr("unchanged"), "muted"),)
        if one.error is not None:
            now = _trouble(one)
        elif one.now is not None and (moved := _moved(one, words)):
            now = (Segment(tr("changed since"), "pill:warn"), Segment(moved, "muted"))
        return [(None, ("", "", now, (Segment(tr("delete"), "bad"),)))]
    if staged.kind is Kind.CREATE and not staged.values and not staged.is_new_document:
        return [(None, ("", "", (Segment(tr("new record"), "muted"),), (Segment(tr("no values"), "muted"),)))]
    if staged.kind is Kind.LINES:
        return _line_cells(one, words, decisions)
    rows: list[tuple[FieldName | None, tuple[Cell, ...]]] = []
    for number, merge in enumerate(one.merges):
        label = words.field_label(staged.id.module, merge.field)
        if staged.kind is Kind.CREATE:
            mine = words.wanted_text(staged, merge.field)
            told = number == 0 and (one.alike or one.made or one.error)
            there = _alike(one, words) if told else (Segment(tr("new record"), "muted"),)
            rows.append((merge.field, (label, "", there, (Segment(mine, "good"),))))
        else:
            loaded = words.base_text(staged, merge.field)
            rows.append((merge.field, (label, loaded, *_both_sides(one, merge, words, decisions))))
    return rows + _new_lines(one, words) if staged.is_new_document else rows


def _new_lines(one: Checked, words: ChangeWords) -> list[tuple[FieldName | None, tuple[Cell, ...]]]:
    """The lines that a new document begins with."""
    found: list[tuple[FieldName | None, tuple[Cell, ...]]] = []
    for merge in one.lines.merges if one.lines is not None else ():
        line = reviewed(one, merge, words)
        found.append(
            (merge.field, (line.label, "", (Segment(tr("new line"), "muted"),), (Segment(line.mine, "good"),)))
        )
    return found


def _line_cells(
    one: Checked, words: ChangeWords, decisions: Decisions
) -> list[tuple[FieldName | None, tuple[Cell, ...]]]:
    """The lines of a document: a part each, a line that comes or goes, their order; and what others did meanwhile."""
    rows: list[tuple[FieldName | None, tuple[Cell, ...]]] = []
    for merge in one.merges:
        line, none = reviewed(one, merge, words), tr("(no line)")
        there, mine = _sides(one, merge, (line.theirs or none, line.mine or tr("remove")), decisions)
        if not line.loaded and not line.theirs and one.error is None:
            there = (Segment(tr("new line"), "muted"),)
        rows.append((merge.field, (line.label, line.loaded, there, mine)))
    if said := meanwhile(one):
        rows.append((None, ("", "", (Segment(said, "muted"),), "")))
    return rows


def _alike(one: Checked, words: ChangeWords) -> tuple[Segment, ...]:
    """Records that are there already and look like the new one, or are it."""
    if one.made is not None:
        return (Segment(tr("made already"), "pill:good"), Segment(words.record_title(one.made), "muted"))
    if one.error is not None:
        return _trouble(one)
    told = [f"{words.record_title(record)} ({record.id.key})" for record in one.alike]
    return (Segment(tr("there already?"), "pill:warn"), Segment(", ".join(told), "muted"))


def _both_sides(one: Checked, merge: FieldMerge, words: ChangeWords, decisions: Decisions) -> tuple[Cell, Cell]:
    """The server's side and ours; a conflict has a choice on each."""
    mine = words.wanted_text(one.staged, merge.field) or tr("(empty)")
    theirs = words.record_text(one.now, merge.field) if one.now is not None else ""
    return _sides(one, merge, (theirs or tr("(empty)"), mine), decisions)


def _sides(one: Checked, merge: FieldMerge, texts: tuple[str, str], decisions: Decisions) -> tuple[Cell, Cell]:
    theirs, mine = texts
    if one.error is not None or one.now is None:
        return _trouble(one), (Segment(mine, "muted"),)
    if merge.is_conflict:
        decision = decisions.get((one.staged.id, merge.field))
        left = Segment(theirs, "choice:on" if decision is Decision.THEIRS else "choice:off")
        right = Segment(mine, "choice:on" if decision is Decision.MINE else "choice:off")
        mark = Segment(tr("conflict"), "pill:bad" if decision is None else "pill:neutral")
        return (left, mark), (right,)
    if merge.is_done_already:
        return (Segment(tr("already there"), "pill:good"),), (Segment(mine, "muted"),)
    return (Segment(tr("unchanged"), "muted"),), (Segment(mine, "good"),)


def _trouble(one: Checked) -> tuple[Segment, ...]:
    text = told(one.error.user_text) if one.error is not None else tr("The record is gone.")
    return (Segment(tr("cannot"), "pill:bad"), Segment(text, "muted"))


def _moved(one: Checked, words: ChangeWords) -> str:
    """Fields of a record to be deleted that somebody changed since it was loaded."""
    if one.now is None:
        return ""
    base, now = one.staged.base.values, one.now.values
    names = [n for n in base if n in now and not same(base[n], now[n])]
    return ", ".join(words.field_label(one.staged.id.module, n) for n in names[:3])


# ---- while applying and after ----------------------------------------------------------------------------------------

_PILLS: Mapping[type, tuple[str, str]] = {
    Applied: (mark("applied"), "good"),
    Refused: (mark("refused"), "bad"),
    Unknown: (mark("unknown"), "warn"),
    Skipped: (mark("skipped"), "neutral"),
}
LOOK_UP = mark("Look up now")


def result_rows(
    position: int, one: Checked, outcome: Outcome | None, words: ChangeWords, *, with_side_effects: bool
) -> list[tuple[Row, Spot]]:
    """The rows of one record; `outcome` None = not sent yet."""
    lines = _result_lines(one, outcome, words)
    if with_side_effects and isinstance(outcome, Applied):
        lines += _side_effects(one, outcome, words)
    made: list[tuple[Row, Spot]] = []
    for number, (name, cells) in enumerate(lines):
        head: tuple[Cell, Cell] = (_result(outcome), words.title(one.staged)) if number == 0 else ("", "")
        made.append((Row(f"{position}.{number}", (*head, *cells)), Spot(position, name)))
    return made


def _result(outcome: Outcome | None) -> Cell:
    if outcome is None:
        return (Segment(tr("waiting"), "muted"),)
    text, tone = _PILLS[type(outcome)]
    pill = Segment(tr(text), f"pill:{tone}")
    if isinstance(outcome, Unknown):
        return (pill, Segment(tr(LOOK_UP), "button"))
    return (pill,)


def _result_lines(
    one: Checked, outcome: Outcome | None, words: ChangeWords
) -> list[tuple[FieldName | None, tuple[Cell, ...]]]:
    staged, module = one.staged, one.staged.id.module
    if staged.kind is Kind.LINES:
        return [
            (name, (label, asked, held or _reason(remark(outcome, None) if number == 0 else "")))
            for number, (name, label, asked, held) in enumerate(line_results(staged, outcome, words))
        ]
    if staged.kind is Kind.DELETE or not (staged.values or staged.is_new_document):
        asked = tr("delete") if staged.kind is Kind.DELETE else tr("new record")
        gone = isinstance(outcome, Applied) and staged.kind is Kind.DELETE
        said: Cell = (Segment(tr("gone"), "good"),) if gone else _reason(remark(outcome, None))
        return [(None, ("", asked, said))]
    lines: list[tuple[FieldName | None, tuple[Cell, ...]]] = []
    for number, name in enumerate(staged.values):
        asked = words.wanted_text(staged, name) or tr("(empty)")
        why = remark(outcome, name) or (remark(outcome, None) if number == 0 else "")
        stored = _stored(outcome, name, words) or _reason(why)
        lines.append((name, (words.field_label(module, name), asked, stored)))
    if staged.is_new_document:
        lines += [(name, (label, asked, held)) for name, label, asked, held in line_results(staged, outcome, words)]
    return lines


def _stored(outcome: Outcome | None, name: FieldName, words: ChangeWords) -> Cell:
    """What the server holds after an applied change."""
    if not isinstance(outcome, Applied) or outcome.record is None:
        return ""
    if name not in outcome.record.values:
        return (Segment(tr("not told"), "muted"),)
    stored = words.record_text(outcome.record, name) or tr("(empty)")
    if name in outcome.surprises:
        return (Segment(stored, "bad"), Segment(tr("stored differently"), "pill:warn"))
    return (Segment(stored, "good"),)


def _reason(text: str) -> Cell:
    return (Segment(text, "bad"),) if text else ""


def remark(outcome: Outcome | None, field: FieldName | None) -> str:
    """The server's reason for a field (None: for the record); "" where there is none."""
    match outcome:
        case Refused(error=error) | Unknown(error=error):
            per_field = error.per_field if isinstance(error, Invalid) else {}
            return told(per_field.get(field, "")) if field is not None else told(error.user_text)
        case Skipped(reason=reason):
            return "" if field is not None else told(reason)
        case _:
            return ""


def _side_effects(
    one: Checked, outcome: Applied, words: ChangeWords
) -> list[tuple[FieldName | None, tuple[Cell, ...]]]:
    """Fields nobody asked to change, that changed."""
    if outcome.record is None or outcome.before is None:
        return []
    lines: list[tuple[FieldName | None, tuple[Cell, ...]]] = []
    for name in outcome.side_effects:
        before = words.record_text(outcome.before, name) or tr("(empty)")
        after = words.record_text(outcome.record, name) or tr("(empty)")
        label = words.field_label(one.staged.id.module, name)
        asked: Cell = (Segment(tr("by the server"), "muted"),)
        lines.append((name, (label, asked, (Segment(before, "strike"), Segment("→"), Segment(after)))))
    return lines
