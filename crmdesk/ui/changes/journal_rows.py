# SPDX-License-Identifier: MIT
"""The journal as rows: its batches, the changes of one, and what taking one back comes to."""

from collections.abc import Iterable

from crmdesk.domain.changes import Delete, SaveDocument, Update
from crmdesk.domain.line_edit import LINE, line_changes
from crmdesk.domain.line_merge import line_of_field
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.values import same
from crmdesk.engine.journal import BatchInfo, Entry
from crmdesk.engine.journal_export import EntryField, fields_of, record_of_entry
from crmdesk.engine.staged_record import Kind, StagedRecord
from crmdesk.engine.undo_plan import LeftOut, Remark, UndoPlan
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.changes.line_changes import changes_of
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.line_parts import change_label, change_text, whole_line
from crmdesk.ui.table.cells import Cell, Column, Row, Segment
from crmdesk.ui.table.cells import Kind as ColumnKind
from crmdesk.ui.translation import mark, told
from crmdesk.ui.wording import plural, tr

ACTION = "action"
_MOST_ROWS = 2_000
_OUTCOMES = {
    "applied": (mark("applied"), "good"),
    "refused": (mark("refused"), "bad"),
    "unknown": (mark("unknown"), "warn"),
    "skipped": (mark("not sent"), "neutral"),
    "": (mark("not sent"), "neutral"),
}


# ---- batches ---------------------------------------------------------------------------------------------------------


def batch_columns() -> tuple[Column, ...]:
    """The upper table."""
    return (
        Column(key="time", title=tr("Time"), width=140),
        Column(key="by", title=tr("By"), width=110),
        Column(key="what", title=tr("What"), kind=ColumnKind.MAIN, width=260),
        Column(key="applied", title=tr("Applied"), width=84),
        Column(key="refused", title=tr("Refused"), width=84),
        Column(key="unknown", title=tr("Unknown"), width=88),
        Column(key=ACTION, title="", spoken=tr("Actions"), width=230),
        Column(key="server", title=tr("Server"), kind=ColumnKind.MUTED, width=180),
    )


def batch_row(info: BatchInfo, formats: Formats) -> Row:
    """One batch; its action is to look up what is unknown first, else to undo."""
    count = formats.count
    pills: list[Cell] = [
        (Segment(count(number), f"pill:{tone}"),) if number else ""
        for number, tone in ((info.applied, "good"), (info.refused, "bad"), (info.unknown, "warn"))
    ]
    return Row(
        str(info.id),
        (
            formats.moment(info.began),
            info.user,
            told(info.summary) or tr("(no name)"),
            *pills,
            _action(info, formats),
            info.server,
        ),
    )


def _action(info: BatchInfo, formats: Formats) -> Cell:
    parts: list[Segment] = []
    if info.unknown:
        parts.append(Segment(plural(info.unknown, "Look up {n}", "Look up {n}"), "button"))
    elif info.applied > info.taken_back:
        parts.append(Segment(tr("Undo…"), "button"))
    if info.undone:
        whole = info.taken_back >= info.applied
        said = tr("undone") if whole else tr("{n} undone", n=formats.count(info.taken_back))
        parts.append(Segment(said, "pill:neutral"))
    elif info.undoes is not None:
        parts.append(Segment(tr("took batch {n} back", n=info.undoes), "muted"))
    return tuple(parts)


def batch_state(info: BatchInfo, formats: Formats) -> str:
    """What becomes of a batch as a whole, in words."""
    counts = (
        (info.applied, plural(info.applied, "{n} applied", "{n} applied")),
        (info.refused, plural(info.refused, "{n} refused", "{n} refused")),
        (info.unknown, plural(info.unknown, "{n} unknown", "{n} unknown")),
    )
    parts = [words for count, words in counts if count]
    if info.undone:
        whole = info.taken_back >= info.applied
        parts.append(tr("undone") if whole else tr("{n} undone", n=formats.count(info.taken_back)))
    return ", ".join(parts)


# ---- the changes of a batch ------------------------------------------------------------------------------------------


def entry_columns() -> tuple[Column, ...]:
    """The lower table."""
    return (
        Column(key="record", title=tr("Record"), kind=ColumnKind.MAIN, width=210),
        Column(key="field", title=tr("Field"), width=170),
        Column(key="before", title=tr("Before"), width=150),
        Column(key="asked", title=tr("Asked"), width=150),
        Column(key="stored", title=tr("Stored"), width=150),
        Column(key="notes", title=tr("Remarks"), width=360),
    )


def entry_state(entry: Entry) -> str:
    """What became of a change, in a word."""
    return tr(_OUTCOMES.get(entry.outcome, (entry.outcome, ""))[0])


def entry_rows(entry: Entry, words: ChangeWords) -> list[Row]:
    """The rows of one change; the title and the notes stand on the first."""
    record = record_of_entry(entry)
    module = record.module if record is not None else getattr(entry.change, "module", ModuleName(""))
    lines = _lines(entry, module, words)
    rows = []
    for number, cells in enumerate(lines or [("", "", "", "")]):
        head = (entry.title or tr("(no name)")) if number == 0 else ""
        notes = _notes(entry, module, words) if number == 0 else ()
        rows.append(Row(f"{entry.position}.{number}", (head, *cells, notes)))
    return rows


def _lines(entry: Entry, module: ModuleName, words: ChangeWords) -> list[tuple[Cell, ...]]:
    change = entry.change
    if isinstance(change, SaveDocument):
        parts = words.line_parts(module)
        before = change.before.lines if change.before is not None else ()
        head = change.after.header.values if change.before is None else {}
        fields = fields_of(entry) if head else ()
        found = [_field_line(entry, one, module, words) for one in fields if FieldName(one.name) in head]
        for one in line_changes(before, change.after.lines):
            label = change_label(one, parts)
            if one.part == LINE:
                said = whole_line(one.line, parts.formats)
                found.append(
                    (label, _old("" if one.before is None else said), _new("" if one.after is None else said), "")
                )
            else:
                found.append((label, _old(parts.text(one.part, one.before)), _new(parts.text(one.part, one.after)), ""))
        return found
    if isinstance(change, Delete):
        return [(tr("whole record"), "", (Segment(tr("delete"), "bad"),), "")]
    return [_field_line(entry, one, module, words) for one in fields_of(entry)]


def _field_line(entry: Entry, one: EntryField, module: ModuleName, words: ChangeWords) -> tuple[Cell, ...]:
    name = FieldName(one.name)
    was = entry.before.labels.get(name, "") if entry.before is not None else ""
    now = entry.after.labels.get(name, "") if entry.after is not None else ""
    same_as_asked = same(one.asked, one.stored)
    before = words.text(module, name, one.before, was)
    asked = words.text(module, name, one.asked, now if same_as_asked else "")
    stored: Cell = ""
    if entry.after is not None and name in entry.after.values:
        text = words.text(module, name, one.stored, now) or tr("(empty)")
        stored = f"{text} ✓" if same_as_asked else (Segment(text), Segment(tr("stored otherwise"), "pill:warn"))
    return words.field_label(module, name), _old(before), _new(asked), stored


def _old(text: str) -> Cell:
    return (Segment(text, "strike"),) if text else (Segment(tr("(empty)"), "muted"),)


def _new(text: str) -> Cell:
    return (Segment(text or tr("(empty)"), "good"),)


def _notes(entry: Entry, module: ModuleName, words: ChangeWords) -> Cell:
    parts: list[Segment] = []
    if entry.outcome != "applied":
        word, tone = _OUTCOMES.get(entry.outcome, (entry.outcome, "neutral"))
        parts.append(Segment(tr(word), f"pill:{tone}"))
    if entry.error:
        parts.append(Segment(told(entry.error), "muted"))
    if isinstance(entry.change, Update):
        own = [one for one in fields_of(entry, with_own=True) if one.is_own]
        names = ", ".join(words.field_label(module, FieldName(one.name)) for one in own)
        if names:
            parts.append(Segment(tr("the server also changed: {fields}", fields=names), "muted"))
    return tuple(parts)


# ---- a plan to undo --------------------------------------------------------------------------------------------------


def plan_columns() -> tuple[Column, ...]:
    """What would become of each record."""
    return (
        Column(key="what", title="", spoken=tr("What"), width=120),
        Column(key="record", title=tr("Record"), kind=ColumnKind.MAIN, width=210),
        Column(key="field", title=tr("Field"), width=170),
        Column(key="now", title=tr("On the server now"), width=180),
        Column(key="then", title=tr("Back to, or why not"), width=262),
    )


def plan_rows(plan: UndoPlan, words: ChangeWords) -> tuple[list[Row], int]:
    """What stays first, then what goes back; the rows, and how many more there are."""
    rows = [*_left_rows(plan.left_out, words), *_remark_rows(plan.cannot, tr("stays"), "bad")]
    rows += _remark_rows(plan.remarks, tr("note"), "warn")
    rows += [row for one in plan.restored for row in _restored(one, words)]
    shown = [Row(str(number), row) for number, row in enumerate(rows[:_MOST_ROWS])]
    return shown, max(0, len(rows) - _MOST_ROWS)


def _left_rows(left: Iterable[LeftOut], words: ChangeWords) -> list[tuple[Cell, ...]]:
    made: list[tuple[Cell, ...]] = []
    for one in left:
        module = one.record.module
        marked = line_of_field(one.field)
        if marked is not None:
            parts = words.line_parts(module)
            name, now, wrote = (
                parts.label(marked[1]), parts.text(marked[1], one.now), parts.text(marked[1], one.wrote)
            )  # fmt: skip
        else:
            name = words.field_label(module, one.field)
            now, wrote = words.text(module, one.field, one.now), words.text(module, one.field, one.wrote)
        why = tr("changed since: this batch wrote {value}", value=wrote or tr("(empty)"))
        made.append(
            ((Segment(tr("left out"), "pill:warn"),), one.title, name, now or tr("(empty)"), (Segment(why, "muted"),))
        )
    return made


def _remark_rows(remarks: Iterable[Remark], word: str, tone: str) -> list[tuple[Cell, ...]]:
    return [
        ((Segment(word, f"pill:{tone}"),), one.title, "", "", (Segment(told(one.text), "muted"),)) for one in remarks
    ]


def _restored(one: StagedRecord, words: ChangeWords) -> list[tuple[Cell, ...]]:
    title, module = words.title(one), one.id.module
    if one.kind is Kind.DELETE:
        return [((Segment(tr("delete"), "pill:info"),), title, tr("whole record"), "", tr("it was made by this batch"))]
    if one.kind is Kind.CREATE:
        told = plural(len(one.values), "with {n} field", "with {n} fields")
        return [((Segment(tr("make again"), "pill:info"),), title, tr("whole record"), "", (Segment(told, "good"),))]
    if one.kind is Kind.LINES:
        parts = words.line_parts(module)
        return [
            ((Segment(tr("back"), "pill:good"),) if n == 0 else "", title if n == 0 else "", change_label(change, parts),
             "", (Segment(change_text(change, parts), "good"),))
            for n, change in enumerate(changes_of(one))
        ]  # fmt: skip
    return [
        ((Segment(tr("back"), "pill:good"),) if n == 0 else "", title if n == 0 else "",
         words.field_label(module, name), words.base_text(one, name) or tr("(empty)"),
         (Segment(words.wanted_text(one, name) or tr("(empty)"), "good"),))
        for n, name in enumerate(one.values)
    ]  # fmt: skip
