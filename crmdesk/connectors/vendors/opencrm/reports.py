# SPDX-License-Identifier: MIT
"""Reports and the users: lists that are read whole, because nothing reads, counts or filters their rows one by one.

No method tells which reports there are: their numbers come from the account's settings, "12 = Open orders; custom 7".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from crmdesk.connectors.vendors.opencrm import catalog, parse
from crmdesk.connectors.vendors.opencrm.operations import REPORT
from crmdesk.connectors.vendors.opencrm.parse import Reading, Row
from crmdesk.connectors.vendors.opencrm.query import Window
from crmdesk.connectors.vendors.opencrm.session import Session
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Module, Operation
from crmdesk.domain.sentence import sentence

MOST_ROWS = 50_000
"""Rows: "the record limit is currently set at 50000 records" (guide)."""
_ENTRY = re.compile(r"\s*(?P<custom>custom\b)?\s*#?(?P<number>\d+)\s*(?:=\s*(?P<title>.*?))?\s*", re.IGNORECASE)
_NAME = re.compile(r"report-(?P<custom>custom-)?(?P<number>\d+)")
_OWNER = re.compile(r"assigned|owner|developer", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Report:
    """One report. ``is_custom``: OpenCRM built it for this customer."""

    number: str
    is_custom: bool
    title: str = ""

    @property
    def module(self) -> Module:
        """The report as a module that can be read only."""
        name = f"report-{'custom-' if self.is_custom else ''}{self.number}"
        label = self.title or f"{'Custom report' if self.is_custom else 'Report'} {self.number}"
        return Module(
            name=ModuleName(name),
            label=label,
            label_plural=label,
            operations=frozenset({Operation.READ}),
            group="reports",
        )

    def parameters(self, window: Window, owners: tuple[str, ...]) -> dict[str, str]:
        """What runs it; ``owners``: columns whose user numbers come as names."""
        told = {"reportid": self.number, **({"isCustomReport": "true"} if self.is_custom else {})}
        told |= window.parameters()
        # The guide's examples are a report's own key and a bare field: Project_Developer, Assigned_to.
        bare = (name.partition("_")[2] for name in owners)
        named = dict.fromkeys((*owners, *(name for name in bare if name)))
        return told | ({"change_assignedidtouser": ",".join(named)} if named else {})


def from_setting(text: str) -> tuple[Report, ...]:
    """The reports of the account's settings, parted by ; or lines; the last of a doubled one counts.

    Raises:
        ProfileError: an entry is no report.
    """
    found: dict[ModuleName, Report] = {}
    for entry in re.split(r"[;\n]", text):
        if not entry.strip():
            continue
        parts = _ENTRY.fullmatch(entry)
        if parts is None:
            raise ProfileError(
                sentence(
                    "“{entry}” is no report. Write it like: 12 = Open orders; custom 7 = Sales.", entry=entry.strip()
                )
            )
        report = Report(parts["number"], bool(parts["custom"]), parts["title"] or "")
        found[report.module.name] = report
    return tuple(found.values())


def from_name(name: ModuleName) -> Report | None:
    """The report that a module's name means, None for other modules; also one that the settings do not list."""
    parts = _NAME.fullmatch(name)
    return Report(parts["number"], bool(parts["custom"])) if parts else None


class WholeLists:
    """Reads such a list once and hands out its parts. A new reading from the start reads anew."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[ModuleName, tuple[Record, ...]] = {}

    def sample(self, report: Report, reading: Reading) -> tuple[Record, ...]:
        """The first rows of a report, to see its columns."""
        return self._records(report.module.name, self._rows(report, Window(0, 50), ()), reading)

    def records(
        self, module: ModuleName, reading: Reading, owners: tuple[str, ...] = (), *, fresh: bool = False
    ) -> tuple[Record, ...]:
        """Every row of a report, or every user."""
        if fresh or module not in self._kept:
            report = from_name(module)
            window = Window(0, MOST_ROWS)
            rows = self._rows(report, window, owners) if report else self.users(self._session)
            self._kept[module] = self._records(module, rows, reading)
        return self._kept[module]

    def _rows(self, report: Report, window: Window, owners: tuple[str, ...]) -> tuple[Row, ...]:
        return parse.rows(self._session.read(REPORT, report.parameters(window, owners)), REPORT)

    @staticmethod
    def users(session: Session) -> tuple[Row, ...]:
        """``get_user_list``, whole."""
        window = Window(0, MOST_ROWS)
        return parse.rows(session.read("get_user_list", window.parameters()), "get_user_list")

    @staticmethod
    def _records(module: ModuleName, rows: Iterable[Row], reading: Reading) -> tuple[Record, ...]:
        """A report may show a record several times, or rows that are no records: their keys are made unlike."""
        found: list[Record] = []
        seen: dict[str, int] = {}
        for place, row in enumerate(rows, start=1):
            record = parse.record(row, module, reading, key=f"row-{place}", with_raw=True)
            key = record.id.key
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:
                record = replace(record, id=RecordId(module, f"{key}/{seen[key]}"))
            found.append(replace(record, raw=record.raw))
        return tuple(found)


def owner_columns(records: Iterable[Record]) -> tuple[str, ...]:
    """Columns of a report that hold user numbers, which can be asked as names (``change_assignedidtouser``)."""
    values: dict[FieldName, list[str]] = {}
    for record in records:
        for name, value in record.values.items():
            if _OWNER.search(name) and value is not None:
                values.setdefault(name, []).append(to_text(value))
    return tuple(name for name, texts in values.items() if all(parse.is_id(text) for text in texts))


def people(rows: Iterable[Row]) -> dict[str, str]:
    """User number -> name as people write it."""
    found: dict[str, str] = {}
    for row in rows:
        full = " ".join(to_text(row.get(name)).strip() for name in ("first_name", "last_name")).strip()
        named = (to_text(row.get(name)).strip() for name in catalog.KINDS[catalog.USERS].titles)
        found[parse.key_of(row)] = full or next((name for name in named if name), "")
    return {key: name for key, name in found.items() if key and name}
