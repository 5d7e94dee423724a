# SPDX-License-Identifier: MIT
"""A sales document as aligned plain text, for an e-mail or a note."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from crmdesk.ui.sales.paper import Paper, PaperRow
from crmdesk.ui.wording import tr

_WIDTH = 78  # mail programs wrap what is longer
_NARROWEST = 16  # of the item's column


@dataclass(frozen=True, slots=True)
class _Column:
    part: str
    title: str
    is_far: bool = True


def document_text(paper: Paper) -> str:
    """The document in lines of at most 78 characters where its figures allow it; ends with a line break."""
    blocks = [
        [paper.title, *([paper.subject] if paper.subject else [])],
        list(paper.recipient),
        _pairs([(label, value) for label, value in paper.facts[1:]], far=False),
        _table(paper),
        _totals(paper),
        *[[label, *_wrapped(text, _WIDTH)] for label, text in paper.notes],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def aligned(rows: Sequence[Sequence[str]], far: Sequence[bool], gap: str = "  ") -> list[str]:
    """Rows of texts in columns; ``far`` says which stand at their right edge. Blanks at the end are cut."""
    if not rows:
        return []
    widths = [max(len(row[at]) for row in rows) for at in range(len(far))]
    return [
        gap.join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, far, strict=True)
        ).rstrip()
        for row in rows
    ]


def _table(paper: Paper) -> list[str]:
    if not paper.rows:
        return [tr("No lines.")]
    columns = [
        _Column("place", "#"),
        _Column("name", tr("Item"), is_far=False),
        _Column("quantity", tr("Quantity")),
        _Column("unit", tr("Unit"), is_far=False),
        _Column("price", tr("Price")),
        _Column("discount", tr("Discount")),
        _Column("tax", tr("Tax")),
        _Column("total", tr("Net")),
    ]
    shown = [
        one for one in columns if one.part in ("place", "name", "quantity", "price", "total") or paper.has(one.part)
    ]
    widths = {
        one.part: max(len(one.title), *(len(getattr(row, one.part)) for row in paper.rows if not _is_words(row)), 0)
        for one in shown
        if one.part != "name"
    }
    room = max(_NARROWEST, _WIDTH - sum(widths.values()) - 2 * len(widths))
    rows: list[list[str]] = [[one.title for one in shown]]
    spans: dict[int, str] = {}
    for row in paper.rows:
        if _is_words(row):
            for text in _wrapped(row.name.upper() if row.is_heading else row.name, _WIDTH):
                spans[len(rows)] = text
                rows.append([""] * len(shown))
            continue
        names = _wrapped(row.name, room)
        rows.append([names[0] if one.part == "name" else getattr(row, one.part) for one in shown])
        more = [
            *names[1:],
            *(_wrapped(row.detail, room) if row.detail else []),
            *(_wrapped(f"({row.mark})", room) if row.mark else []),
        ]
        rows += [[text if one.part == "name" else "" for one in shown] for text in more]
    lines = aligned(rows, [one.is_far for one in shown])
    lines = [spans.get(at, line) for at, line in enumerate(lines)]
    return [lines[0], "-" * max(len(line) for line in lines), *lines[1:]]


def _totals(paper: Paper) -> list[str]:
    lines = _pairs([(figure.what, figure.amount) for figure in paper.totals], far=True)
    rule = "-" * max((len(line) for line in lines), default=0)
    ends = [at for at, figure in enumerate(paper.totals) if figure.is_whole]
    return [*lines[: ends[-1]], rule, *lines[ends[-1] :]] if ends and ends[-1] else lines


def _pairs(rows: Sequence[tuple[str, str]], *, far: bool) -> list[str]:
    return aligned([(label if far else f"{label}:", value) for label, value in rows], (False, far))


def _is_words(row: PaperRow) -> bool:
    return row.is_heading or row.is_text


def _wrapped(text: str, width: int) -> list[str]:
    return [part for line in text.splitlines() for part in (textwrap.wrap(line, width) or [""])] or [""]
