# SPDX-License-Identifier: MIT
"""What the status bar says of a table: never more than is known."""

from dataclasses import dataclass
from typing import Any

from crmdesk.domain.schema import Field
from crmdesk.ui.copies.copy_words import when_words
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.cells import Column
from crmdesk.ui.table.filter_bar import FilterBar
from crmdesk.ui.table.grid_selection import SelectionSummary
from crmdesk.ui.table.table_rows import TableRows
from crmdesk.ui.wording import tr


@dataclass(frozen=True, slots=True)
class TableStatus:
    """Rows, conditions filtered here, the selection; (work, done, total) while everything is being read."""

    rows: str
    local: str
    chosen: str
    loading: tuple[str, int, int | None] | None = None
    loading_text: str = ""


def table_status(
    rows: TableRows, bar: FilterBar | None, chosen: SelectionSummary, label: str, formats: Formats
) -> TableStatus:
    """The status of a table as it stands."""
    loading = None if rows.loading is None else (tr("Loading {0}").format(label), *rows.loading)
    return TableStatus(
        _rows(rows, bar, formats), _local(rows, bar), chosen_words(chosen, formats), loading, _loading(rows, formats)
    )


def _rows(rows: TableRows, bar: FilterBar | None, formats: Formats) -> str:
    count, feed = formats.count, rows.feed
    if feed is None:
        text = _copied(rows, formats)
    elif feed.exhausted:
        text = tr("1 row") if rows.read == 1 else tr("{0} rows").format(count(rows.read))
    elif rows.total is not None:
        text = tr("Rows 1–{0} of {1}").format(count(rows.read), count(rows.total)) if rows.read else ""
    else:
        text = tr("{0} rows found in {1} read, more to come").format(count(rows.read), count(feed.scanned))
    if text and bar is not None and bar.count and rows.whole is not None:
        text += tr(" (filtered from {0})").format(count(rows.whole))
    return f"{text} · {fresh}" if text and (fresh := _fresh(rows, formats)) else text


def _copied(rows: TableRows, formats: Formats) -> str:
    """Of the copy every row is known soon."""
    if rows.view is None:
        return ""
    read = formats.count(rows.read)
    if not rows.view.complete:
        return tr("{0} rows so far, more to come").format(read)
    return tr("1 row") if rows.read == 1 else tr("{0} rows").format(read)


def _fresh(rows: TableRows, formats: Formats) -> str:
    """How old what is shown is, of a module that has a copy."""
    state = rows.copied
    if state is None:
        return ""
    if rows.view is None:
        return tr("server {when}", when=when_words(rows.asked_at, formats)) if rows.asked_at is not None else ""
    if state.synced_at is None or not state.complete:
        return tr("a copy that is not whole yet")
    return tr("copy of {when}", when=when_words(state.synced_at, formats))


def _local(rows: TableRows, bar: FilterBar | None) -> str:
    if rows.feed is None:
        return ""  # of the copy everything is here
    parts = []
    local = bar.local_count() if bar is not None else 0
    if bar is not None and local:
        parts.append(tr("{0} of {1} filters applied here, not by the server").format(local, bar.count))
    if rows.feed.plan is not None and rows.feed.plan.local_order:
        parts.append(tr("sorted here, not by the server"))
    return " · ".join(parts)


def chosen_words(chosen: SelectionSummary, formats: Formats) -> str:
    """Count, sum and average, when more than one cell is marked."""
    if chosen.cells < 2:
        return ""
    parts = [tr("{0} cells").format(formats.count(chosen.cells))]
    if chosen.total is not None and chosen.numbers > 1 and chosen.average is not None:
        parts.append(tr("sum {0}").format(formats.number(chosen.total)))
        parts.append(tr("average {0}").format(formats.number(round(chosen.average, 2))))
    return " · ".join(parts)


def _loading(rows: TableRows, formats: Formats) -> str:
    if rows.loading is None:
        return ""
    done, total = rows.loading
    return tr("{0} of {1}").format(formats.count(done), formats.count(total)) if total else formats.count(done)


def amount_of(text: str, column: Column, field: Field | None, formats: Formats) -> Any:
    """The amount of a shown text in the person's own way of writing; None = no number."""
    if field is None or not column.is_number or not text:
        return None
    try:
        return formats.read(text, field)
    except ValueError:
        return None
