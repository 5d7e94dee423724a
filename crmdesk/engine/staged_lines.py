# SPDX-License-Identifier: MIT
"""How a staged wish for lines changes: one more edit, one part taken back, another state of the server. Pure."""

from dataclasses import replace

from crmdesk.domain.line_edit import (
    LINE,
    PLACE,
    PRODUCT,
    Lines,
    changed,
    inserted,
    is_new,
    numbered,
    part,
    same_lines,
    sendable,
    without,
)
from crmdesk.domain.line_merge import line_of_field, merge_lines, resolved
from crmdesk.domain.line_pairs import paired
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument
from crmdesk.engine.staged_record import Kind, StagedRecord, besides, staged_lines


def with_lines(staged: StagedRecord, lines: Lines, *, kept: bool = False) -> StagedRecord | None:
    """Other lines are wanted, None when they are those that were loaded; a new document may be without lines.

    Args:
        kept: other lines are on their way, so that those that were loaded are a wish, too.
    """
    if staged.is_new_document or kept:
        return replace(staged, lines=numbered(lines))
    loaded = staged.document.lines if staged.document is not None else ()
    return None if same_lines(loaded, lines) else replace(staged, lines=numbered(lines))


def without_field(staged: StagedRecord, name: FieldName) -> StagedRecord | None:
    """One field, or one part of its lines, is wanted no more; None when nothing is."""
    if staged.kind is Kind.LINES or (staged.is_new_document and line_of_field(name) is not None):
        return without_part(staged, name)
    rest = {other: value for other, value in staged.values.items() if other != name}
    return replace(staged, values=rest) if rest or staged.kind is Kind.CREATE else None


def without_part(staged: StagedRecord, name: FieldName) -> StagedRecord | None:
    """One part of one line, a line that came or went, or the order is as it was loaded again."""
    marked = line_of_field(name)
    if marked is None or staged.document is None:
        return staged
    key, what = marked
    old = {line.key: line for line in staged.document.lines}
    lines = staged.lines
    if what == PLACE:
        lines = _in_old_order(lines, staged.document.lines)
    elif what == LINE and key in old:
        before = {line.key for line in staged.document.lines[: staged.document.lines.index(old[key])]}
        at = sum(one.key in before for one in lines)
        lines = inserted(without(lines, [key]), [old[key]], at)
    elif what == LINE:
        lines = without(lines, [key])
    elif key in old:
        lines = changed(lines, key, what, part(old[key], what))
        if what == PRODUCT:
            lines = tuple(
                replace(one, name=old[key].name, kind=old[key].kind) if one.key == key else one for one in lines
            )
    return with_lines(staged, lines)


def rebased_lines(staged: StagedRecord, document: SalesDocument) -> StagedRecord | None:
    """The same wish over another state of the document; as it was where the two are in conflict, None = fulfilled."""
    if staged.document is None:
        return staged
    merge = merge_lines(staged.document.lines, staged.lines, document.lines)
    if any(one.is_conflict for one in merge.merges):
        return staged
    moved = replace(staged, base=document.header, document=document)
    return with_lines(moved, resolved(merge, lambda _: None))


def left_of(
    held: StagedRecord, done: StagedRecord, record: Record | None, document: SalesDocument | None
) -> dict[RecordId, StagedRecord | None]:
    """What is staged once ``done`` was carried out: only what was asked while it was on its way, by slot; None = nothing.

    Args:
        record: as the server holds it now. document: the same with its lines, where they were sent.
    """
    if done.kind is Kind.LINES:
        kept = held if document is None and held != done else None
        return {done.slot: wanted_besides(held, done, document) if document is not None else kept}
    rest = besides(held, done, record)
    if done.kind is not Kind.CREATE or record is None:
        return {done.slot: rest}
    lines = wanted_besides(held, done, document) if document is not None else None
    found = {one.slot: one for one in (rest, lines) if one is not None}
    return {done.slot: None, **found}


def wanted_besides(held: StagedRecord, sent: StagedRecord, document: SalesDocument) -> StagedRecord | None:
    """What somebody wants otherwise in the lines of a document that has been saved meanwhile; None = nothing."""
    if held == sent:
        return None
    pairs, _ = paired(sendable(document, sent.lines).lines, document.lines)
    made = {new.key: have.key for new, (_, have) in zip(sent.lines, pairs, strict=True) if have is not None}
    lines = tuple(replace(one, key=made.get(one.key, one.key)) for one in held.lines)
    untouched = tuple(replace(one, key=made.get(one.key, one.key)) for one in sent.lines)
    if same_lines(untouched, lines):
        return None
    wanted = resolved(merge_lines(untouched, lines, document.lines), lambda _: None)
    return with_lines(staged_lines(document, document.lines, held.title), wanted)


def _in_old_order(lines: Lines, loaded: Lines) -> Lines:
    """Lines that were loaded stand as they did; each new one stays behind the line it was put behind."""
    place = {line.key: at for at, line in enumerate(loaded)}
    groups: list[list[LineItem]] = [[]]
    for line in lines:
        if is_new(line):
            groups[-1].append(line)
        else:
            groups.append([line])
    rest = sorted(groups[1:], key=lambda group: place.get(group[0].key, 0))
    return numbered(line for group in (groups[0], *rest) for line in group)
