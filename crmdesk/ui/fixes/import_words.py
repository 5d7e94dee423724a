# SPDX-License-Identifier: MIT
"""Words of the import: what rows become, how dates and numbers are written, what is left out and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import QDate

from crmdesk.domain.schema import Field, Operation
from crmdesk.domain.values import Conventions, Value
from crmdesk.engine.import_cells import Action, ImportRow
from crmdesk.engine.import_columns import SAMPLES, ColumnCheck
from crmdesk.engine.import_plan import ColumnMap, Mode
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.cells import Segment
from crmdesk.ui.translation import plural, told, tr

DATE_ORDERS = ("dmy", "mdy", "ymd")
_TOLD = 6
TONES: Mapping[Action, str] = {
    Action.CREATE: "good",
    Action.UPDATE: "info",
    Action.DELETE: "bad",
    Action.SAME: "neutral",
    Action.REFUSED: "warn",
}


def mode_words(operations: frozenset[Operation]) -> dict[Mode, str]:
    """What can become of rows here."""
    words: dict[Mode, str] = {}
    if Operation.UPDATE in operations:
        words[Mode.UPDATE] = tr("Found: update. Not found: leave out.")
    if Operation.CREATE in operations:
        words[Mode.CREATE] = tr("Every row makes a new record.")
    if Operation.UPDATE in operations and Operation.CREATE in operations:
        words[Mode.UPSERT] = tr("Found: update. Not found: create.")
    if Operation.DELETE in operations:
        words[Mode.DELETE] = tr("Found: delete. Not found: leave out.")
    return words


def action_word(action: Action) -> str:
    """What becomes of a row."""
    return {
        Action.CREATE: tr("Create"),
        Action.UPDATE: tr("Update"),
        Action.DELETE: tr("Delete"),
        Action.SAME: tr("Is so already"),
        Action.REFUSED: tr("Left out"),
    }[action]


def order_word(order: str) -> str:
    """How dates are written."""
    return {
        "dmy": tr("day month year"),
        "mdy": tr("month day year"),
        "ymd": tr("year month day"),
    }.get(order, order)


def decimal_word(point: str) -> str:
    """How decimals are written."""
    return tr("comma (1.234,5)") if point == "," else tr("point (1,234.5)")


def separator_word(mark: str) -> str:
    """What stands between cells."""
    return {",": tr("comma ,"), ";": tr("semicolon ;"), "\t": tr("tab"), "|": tr("bar |")}.get(mark, mark)


def ways_words(ways: Conventions) -> str:
    """Both, shortly."""
    point = tr("decimal comma") if ways.decimal_point == "," else tr("decimal point")
    return f"{tr('dates')} {order_word(ways.date_order)} · {point}"


def meaning(value: Value, field: Field, formats: Formats) -> str:
    """A date or number in words that cannot be mistaken."""
    if isinstance(value, datetime):
        local = value.astimezone(formats.zone)
        return f"{_day(local.date(), formats)} {local.strftime('%H:%M')}"
    if isinstance(value, date):
        return _day(value, formats)
    return formats.text(value, field)


def _day(day: date, formats: Formats) -> str:
    return formats.locale.toString(QDate(day.year, day.month, day.day), "d MMMM yyyy")


Judged = Sequence[tuple[ColumnMap, Field | None, ColumnCheck]]
"""Columns with their fields (None = the id) and how their cells are."""


def sample_words(judged: Judged, formats: Formats) -> str:
    """What three dates or numbers are taken for, doubtful ones first."""
    found = [(sample, field) for _, field, check in judged if field is not None for sample in check.samples]
    found.sort(key=lambda pair: not pair[0].is_doubtful)
    return " · ".join(f"{one.text} = {meaning(one.value, field, formats)}" for one, field in found[:SAMPLES])


def left_out_words(judged: Judged, mode: Mode) -> str:
    """What the columns' verdicts mean for the rows, "" = nothing is left out."""
    said = []
    for one, field, check in judged:
        if check.wrong:
            text = plural(
                check.wrong,
                "1 row cannot be read in {column}",
                "{n} rows cannot be read in {column}",
                column=one.header,
            )
            said.append(f"{text} ({tr('line {0}').format(check.wrong_line)}: {told(check.wrong_why).rstrip('.')})")
        if check.empty and ((one.is_match and mode is not Mode.CREATE) or _must_be_filled(field, mode)):
            said.append(plural(check.empty, "1 row has no {column}", "{n} rows have no {column}", column=one.header))
    left = tr("They stay in the list with their reason and are not staged.")
    return f"{'. '.join(said)}. {left}" if said else ""


def _must_be_filled(field: Field | None, mode: Mode) -> bool:
    creates = mode in (Mode.CREATE, Mode.UPSERT)
    return creates and field is not None and field.required and not field.default and not field.read_only


def verdict(check: ColumnCheck | None, field: Field | None, formats: Formats, *, is_sure: bool) -> tuple[Segment, ...]:
    """A column's pills; ``is_sure``: the person said that dates and numbers are read as meant."""
    if check is None:
        return ()
    found: list[Segment] = []
    if check.wrong:
        found.append(Segment(plural(check.wrong, "1 wrong", "{n} wrong"), "pill:bad"))
    if check.is_doubtful and not is_sure and field is not None:
        sample = check.samples[0]
        found.append(Segment(tr("{0}, is that right?").format(meaning(sample.value, field, formats)), "pill:warn"))
        found.append(Segment(tr("Yes"), "button"))
    elif check.fine:
        found.append(Segment(plural(check.fine, "1 fine", "{n} fine"), "pill:good"))
    if check.empty:
        tone = "bad" if field is not None and field.required else "neutral"
        found.append(Segment(plural(check.empty, "1 empty", "{n} empty"), f"pill:{tone}"))
    return tuple(found)


def counts_of(rows: Sequence[ImportRow]) -> Counter[Action]:
    """How many rows become what."""
    return Counter(row.action for row in rows)


def outcome_lines(counts: Mapping[Action, int]) -> list[str]:
    """What will wait among the pending changes."""
    many = {action: counts.get(action, 0) for action in Action}
    said = (
        (Action.CREATE, plural(many[Action.CREATE], "1 new record", "{n} new records")),
        (Action.UPDATE, plural(many[Action.UPDATE], "1 record is updated", "{n} records are updated")),
        (Action.DELETE, plural(many[Action.DELETE], "1 record is deleted", "{n} records are deleted")),
        (
            Action.SAME,
            plural(
                many[Action.SAME],
                "1 row holds what the server has already",
                "{n} rows hold what the server has already",
            ),
        ),
        (Action.REFUSED, plural(many[Action.REFUSED], "1 row is left out", "{n} rows are left out")),
    )
    return [text for action, text in said if many[action]]


def error_text(header: str, why: str) -> str:
    """Why a cell, or with "" the whole row, cannot be taken; the column is named once."""
    why = told(why)
    return why if not header or why.startswith(header) else f"{header}: {why}"


def reasons(rows: Sequence[ImportRow]) -> list[str]:
    """Why rows are left out: the commonest sentences with the lines they concern."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        if row.action is Action.REFUSED:
            for header, sentence in row.errors.items():
                lines.setdefault(error_text(header, sentence), []).append(row.line)
    found_most = sorted(lines.items(), key=lambda one: (-len(one[1]), one[1][0]))
    said = [f"{_lines(found)}: {sentence}" for sentence, found in found_most[:_TOLD]]
    rest = len(found_most) - _TOLD
    return [*said, plural(rest, "and 1 more reason", "and {n} more reasons")] if rest > 0 else said


def _lines(found: Sequence[int]) -> str:
    some = ", ".join(str(line) for line in found[:5]) + ("…" if len(found) > 5 else "")
    return plural(len(found), "Line {some}", "{n} lines ({some})", some=some)
