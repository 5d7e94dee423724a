# SPDX-License-Identifier: MIT
"""Writes the change file that `change_file` reads: one JSON object a line with op, module, id, set, was, key."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from crmdesk.domain.errors import Conflict
from crmdesk.domain.line_merge import Side
from crmdesk.domain.names import FieldName
from crmdesk.domain.values import Value
from crmdesk.engine.applying import Checked, Decision, Decisions
from crmdesk.engine.applying_lines import decided
from crmdesk.engine.line_file import written
from crmdesk.engine.row_files import value_shape, whole_file
from crmdesk.engine.staging import Kind


def change_lines(checked: Iterable[Checked], decisions: Decisions) -> list[str]:
    """A line for each record. Fields decided for the server's value are left out, and records of which nothing is left.

    `was` is what a later apply compares with: the loaded value, or the server's own where "mine" was decided
    knowing it.
    """
    lines = []
    for one in checked:
        data = _line(one, decisions)
        if data is not None:
            lines.append(json.dumps(data, ensure_ascii=False))
    return lines


def write_change_file(path: Path, checked: Iterable[Checked], decisions: Decisions) -> int:
    """Write the file and return how many changes it holds.

    Raises:
        OSError: It cannot be written.
    """
    lines = change_lines(checked, decisions)
    with whole_file(path) as out:
        out.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass"))
    return len(lines)


def _line(one: Checked, decisions: Decisions) -> dict[str, object] | None:
    staged = one.staged
    where: dict[str, object] = {"op": staged.kind.value, "module": staged.id.module}
    match staged.kind:
        case Kind.CREATE if staged.document is not None:
            more = {"currency": staged.document.currency, "tax_mode": staged.document.tax_mode}
            said = {name: text for name, text in more.items() if text}
            lines = written((), staged.lines)
            return {**where, "set": _shapes(staged.values), "key": staged.id.key, **said, "lines": lines}
        case Kind.CREATE:
            return {**where, "set": _shapes(staged.values), "key": staged.id.key}
        case Kind.DELETE:
            return {**where, "id": staged.id.key}
        case Kind.UPDATE:
            kept = {n: v for n, v in staged.values.items() if decisions.get((staged.id, n)) is not Decision.THEIRS}
            if not kept:
                return None
            theirs = {m.field: m.theirs for m in one.merges if m.is_conflict}
            decided = {n for n in kept if decisions.get((staged.id, n)) is Decision.MINE}
            was = {n: theirs[n] if n in decided and n in theirs else staged.base.values.get(n) for n in kept}
            return {**where, "id": staged.id.key, "set": _shapes(kept), "was": _shapes(was)}
        case Kind.LINES:
            lines = _lines(one, decisions)
            return {**where, "op": "document", "id": staged.id.key, "lines": lines} if lines else None


def _lines(one: Checked, decisions: Decisions) -> list[dict[str, object]]:
    """The lines as they would be sent; while something is undecided, as they are wanted."""
    staged = one.staged

    def side_of(name: FieldName) -> Side | None:
        decision = decisions.get((staged.id, name))
        return None if decision is None else Side(decision.value)

    if one.document is not None and one.lines is not None:
        try:
            sent = decided(one.document, one.lines, side_of)
        except Conflict:
            pass
        else:
            return written(one.document.lines, sent.after.lines) if sent is not None else []
    loaded = staged.document.lines if staged.document is not None else ()
    return written(loaded, staged.lines)


def _shapes(values: Mapping[FieldName, Value]) -> dict[str, object]:
    return {name: value_shape(value) for name, value in values.items()}
