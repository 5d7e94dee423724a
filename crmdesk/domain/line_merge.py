# SPDX-License-Identifier: MIT
"""Bringing one person's edits of lines together with what the server holds by now, part by part.

What only one side touched is that side's. A part that both changed, a line one side changed and the other took out, and
two new orders are conflicts, which somebody must decide; nothing is ever guessed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from crmdesk.domain.changes import FieldMerge
from crmdesk.domain.line_edit import (
    LINE,
    NEW_LINE,
    PLACE,
    PRODUCT,
    Lines,
    changed_parts,
    is_new,
    numbered,
    part,
    parts_of,
    with_part,
)
from crmdesk.domain.line_pairs import as_told, different_parts, paired
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineItem
from crmdesk.domain.values import Value, plain

_MARK = "line\x1f"


class Side(Enum):
    """Whose a part shall be."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class LineMerge:
    """One line in three states; None = it is not there.

    Attributes:
        key: names the line in fields of the merge; the base's key, or a new line's own.
        merges: what the person wants of it, a part each.
    """

    key: str
    base: LineItem | None
    theirs: LineItem | None
    mine: LineItem | None
    merges: tuple[FieldMerge, ...] = ()


@dataclass(frozen=True, slots=True)
class LinesMerge:
    """All lines of a document. ``lines``: in the wanted order, those only the server has where they stand there."""

    lines: tuple[LineMerge, ...]
    order: FieldMerge | None = None

    @property
    def merges(self) -> tuple[FieldMerge, ...]:
        """Everything that is wanted, for a review."""
        found = tuple(merge for line in self.lines for merge in line.merges)
        return (*found, self.order) if self.order is not None else found

    @property
    def theirs_alone(self) -> int:
        """Lines that the server has otherwise than when they were loaded, and that nobody here touched."""
        return sum(
            not line.merges
            and (line.base is None or line.theirs is None or bool(different_parts(line.base, line.theirs)))
            for line in self.lines
        )


def line_field(key: str, name: str) -> FieldName:
    """The name under which one part of one line is reviewed and decided; no field of a record has such a name."""
    return FieldName(f"{_MARK}{key}\x1f{name}")


def line_of_field(name: FieldName) -> tuple[str, str] | None:
    """The line's key and the part that such a name means, None for a field of a record."""
    if not name.startswith(_MARK):
        return None
    key, _, part_name = name[len(_MARK) :].partition("\x1f")
    return key, part_name


def merge_lines(base: Sequence[LineItem], mine: Sequence[LineItem], theirs: Sequence[LineItem]) -> LinesMerge:
    """Hold the wanted lines against those of the server; lines of ``mine`` are known by the keys of ``base``."""
    pairs, only_theirs = paired(base, theirs)
    wanted = {line.key: line for line in mine}
    known = {line.key: _one(line.key or "", line, there, wanted.get(line.key)) for line, there in pairs}
    new: dict[str | None, LineMerge] = {}
    for line in (one for one in mine if one.key not in known):
        asked = as_told(replace(line, key=None), theirs)
        there = next((one for one in only_theirs if not different_parts(asked, one)), None)
        only_theirs = [one for one in only_theirs if one is not there]
        new[line.key] = _one(line.key or "", None, there, line)
    order = _order(base, mine, theirs, [(m.base, m.theirs) for m in known.values()])
    lines = [known.get(line.key) or new[line.key] for line in mine]
    lines += [one for one in known.values() if one.mine is None]
    for line in only_theirs:
        lines.insert(_place(line, theirs, lines), LineMerge(f"theirs:{line.key}", None, line, None))
    return LinesMerge(tuple(lines), order)


def resolved(merge: LinesMerge, side_of: Callable[[FieldName], Side | None]) -> Lines:
    """The lines to send, under the keys the server has now, new ones under one with ``NEW_LINE``.

    Undecided conflicts must not get here.

    Args:
        side_of: what was decided of a field; None = nothing, mine is sent.
    """
    kept: list[LineItem] = []
    for line in merge.lines:
        decided = {m.field: side_of(m.field) for m in line.merges}
        if (result := _resolved_line(line, decided)) is not None:
            kept.append(result)
    if merge.order is None or side_of(merge.order.field) is Side.THEIRS:
        kept = _in_their_order(kept, merge)
    return numbered(kept)


def is_all_theirs(merge: LinesMerge, side_of: Callable[[FieldName], Side | None]) -> bool:
    """Whether nothing is left to send: the server holds it already, or was given the right everywhere."""
    return all(one.is_done_already or side_of(one.field) is Side.THEIRS for one in merge.merges)


def _one(key: str, base: LineItem | None, theirs: LineItem | None, mine: LineItem | None) -> LineMerge:
    whole = line_field(key, LINE)
    if base is None or mine is None or theirs is None:
        states = (_said(base), _said(theirs), _said(mine))
        is_wanted = (base is None and mine is not None) or (base is not None and _differs(base, mine))
        return LineMerge(key, base, theirs, mine, (FieldMerge(whole, *states),) if is_wanted else ())
    merges = [
        FieldMerge(line_field(key, name), part(base, name), part(theirs, name), part(mine, name))
        for name in changed_parts(base, mine)
    ]
    return LineMerge(key, base, theirs, mine, tuple(merges))


def _differs(base: LineItem, mine: LineItem | None) -> bool:
    return mine is None or bool(changed_parts(base, mine))


def _said(line: LineItem | None) -> Value:
    """Everything people or servers mean by a line, as one comparable text; None = there is none.

    The vendor's own fields are left out: many are figures that move by themselves.
    """
    if line is None:
        return None
    return "\x1f".join(plain(part(line, name)) for name in parts_of(line) if not name.startswith(("own:", "tax:")))


def _resolved_line(line: LineMerge, decided: dict[FieldName, Side | None]) -> LineItem | None:
    whole = next((m for m in line.merges if m.field == line_field(line.key, LINE)), None)
    if whole is not None:
        if decided[whole.field] is Side.THEIRS or whole.is_done_already:
            return line.theirs
        if line.mine is None:
            return None
        if line.theirs is not None:
            return replace(line.mine, key=line.theirs.key)
        return line.mine if is_new(line.mine) else replace(line.mine, key=f"{NEW_LINE}{line.key}")
    if line.mine is None or line.theirs is None or line.base is None:
        return line.theirs  # only the server's, or gone there untouched
    result = line.theirs
    for merge in line.merges:
        if decided[merge.field] is not Side.THEIRS and not merge.is_done_already:
            marked = line_of_field(merge.field)
            assert marked is not None
            result = with_part(result, marked[1], merge.mine)
            if marked[1] == PRODUCT:
                result = replace(result, kind=line.mine.kind, name=line.mine.name)
    return result


def _order(
    base: Sequence[LineItem],
    mine: Sequence[LineItem],
    theirs: Sequence[LineItem],
    pairs: Sequence[tuple[LineItem | None, LineItem | None]],
) -> FieldMerge | None:
    """Whether the person wants another order, as texts of keys; lines that any side lacks do not count."""
    name = {id(there): here.key for here, there in pairs if here is not None and there is not None}
    in_all = {line.key for line in mine} & set(name.values())
    was = [line.key or "" for line in base if line.key in in_all]
    want = [line.key or "" for line in mine if line.key in in_all]
    have = [name[id(line)] or "" for line in theirs if name.get(id(line)) in in_all]
    if was == want:
        return None
    return FieldMerge(line_field("", PLACE), "\x1f".join(was), "\x1f".join(have), "\x1f".join(want))


def _place(line: LineItem, theirs: Sequence[LineItem], lines: Sequence[LineMerge]) -> int:
    """Behind the line it stands behind on the server; in front where it is the first there."""
    at = next(place for place, one in enumerate(theirs) if one is line)
    for before in reversed(theirs[:at]):
        for place, one in enumerate(lines):
            if one.theirs is before:
                return place + 1
    return 0


def _in_their_order(kept: list[LineItem], merge: LinesMerge) -> list[LineItem]:
    """Lines the server has, in its order; each new one stays behind the line it was put behind."""
    place = {one.theirs.key: one.theirs.position for one in merge.lines if one.theirs is not None}
    groups: list[list[LineItem]] = [[]]
    for line in kept:
        if line.key is None or is_new(line):
            groups[-1].append(line)
        else:
            groups.append([line])
    first, rest = groups[0], groups[1:]
    rest.sort(key=lambda group: place.get(group[0].key, 0))
    return [*first, *(line for group in rest for line in group)]
