# SPDX-License-Identifier: MIT
"""What is staged as rows: one for each field, old value struck out, the wanted one behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.engine.applying import Checked
from crmdesk.engine.staging import Kind, StagedRecord
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.changes.line_changes import line_rows
from crmdesk.ui.table.cells import Column, Row, Segment
from crmdesk.ui.table.cells import Kind as ColumnKind
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr


@dataclass(frozen=True, slots=True)
class Place:
    """What a row is about; `field` None = all of it. ``record``: the slot under which it is staged."""

    record: RecordId
    field: FieldName | None


def staged_columns() -> tuple[Column, ...]:
    """Record, field, change."""
    return (
        Column(key="record", title=tr("Record"), kind=ColumnKind.MAIN, width=220),
        Column(key="field", title=tr("Field"), width=180),
        Column(key="change", title=tr("Change"), width=300),
    )


def staged_rows(
    records: Iterable[StagedRecord], words: ChangeWords, checked: Mapping[RecordId, Checked]
) -> tuple[list[Row], list[Place]]:
    """Rows and, in the same order, what each is about. The record's title stands on its first row only."""
    rows: list[Row] = []
    places: list[Place] = []
    for staged in records:
        title = words.title(staged)
        for field, label, change in _lines(staged, words, checked.get(staged.slot)):
            rows.append(Row(f"{staged.slot.module}/{staged.slot.key}/{field or ''}", (title, label, tuple(change))))
            places.append(Place(staged.slot, field))
            title = ""
    return rows, places


def _lines(
    staged: StagedRecord, words: ChangeWords, checked: Checked | None
) -> list[tuple[FieldName | None, str, list[Segment]]]:
    trouble = _trouble(checked)
    if staged.kind is Kind.DELETE:
        return [(None, "", [Segment(tr("delete"), "pill:bad"), *trouble])]
    if staged.kind is Kind.LINES:
        return line_rows(staged, words, checked)
    if not staged.values and not staged.is_new_document:
        return [(None, "", [Segment(tr("new"), "pill:info"), Segment(tr("no values yet"), "muted")])]
    merges = {merge.field: merge for merge in checked.merges} if checked is not None else {}
    lines: list[tuple[FieldName | None, str, list[Segment]]] = []
    for name in staged.values:
        change = _change(staged, name, words)
        merge = merges.get(name)
        if merge is not None and merge.is_conflict and checked is not None and checked.now is not None:
            theirs = words.record_text(checked.now, name) or tr("(empty)")
            change += [Segment(tr("conflict"), "pill:bad"), Segment(tr("on the server now: {v}", v=theirs), "muted")]
        lines.append((name, words.field_label(staged.id.module, name), change + trouble))
        trouble = []
    return lines + line_rows(staged, words, checked if trouble else None) if staged.is_new_document else lines


def _change(staged: StagedRecord, name: FieldName, words: ChangeWords) -> list[Segment]:
    wanted = words.wanted_text(staged, name)
    new = Segment(wanted, "good") if wanted else Segment(tr("(empty)"), "good")
    if staged.kind is Kind.CREATE:
        return [Segment(tr("new"), "pill:info"), new]
    old = words.base_text(staged, name)
    return [Segment(old, "strike") if old else Segment(tr("(empty)"), "muted"), Segment("→"), new]


def _trouble(checked: Checked | None) -> list[Segment]:
    if checked is None or checked.error is None:
        return []
    return [Segment(tr("cannot be applied"), "pill:bad"), Segment(told(checked.error.user_text), "muted")]
