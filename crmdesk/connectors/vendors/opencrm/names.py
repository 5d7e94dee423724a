# SPDX-License-Identifier: MIT
"""Names of the records that others point to. No method answers names for numbers, so short lists are read for them."""

from collections.abc import Callable, Iterable, Mapping

from crmdesk.connectors.vendors.opencrm import catalog, parse
from crmdesk.connectors.vendors.opencrm.operations import LISTED
from crmdesk.connectors.vendors.opencrm.parse import Row
from crmdesk.connectors.vendors.opencrm.query import Window
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import CrmError, SessionExpired
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.record import Record

_PART, _MOST = 2_000, 20_000
"""Rows of one request, and in all: a system with more companies than that shows some numbers."""


class Names:
    """Number -> name, by module; grows with every row that is read, and by short lists where a name is missing.

    Attributes:
        known: what is known so far.
    """

    def __init__(self, rows_of: Callable[[ModuleName, Window], tuple[Row, ...]]) -> None:
        self.known: dict[ModuleName, dict[str, str]] = {}
        self._rows_of = rows_of
        self._read: set[ModuleName] = set()

    def see(self, records: Iterable[Record]) -> None:
        """Take note of the names of records that were read anyway."""
        for record in records:
            self._keep(record.id.module, record.id.key, record.values)

    def complete(self, rows: Iterable[Row]) -> None:
        """Find names for what these rows point to; each module's short list is read once at most.

        Raises:
            SessionExpired. Any other trouble leaves numbers where names would be.
        """
        for module in {m for row in rows for m in self._missing(row)} - self._read:
            self._read.add(module)
            try:
                self._read_list(module)
            except SessionExpired:
                self._read.discard(module)
                raise
            except CrmError:
                continue

    def _missing(self, row: Row) -> Iterable[ModuleName]:
        for name, targets in catalog.REFERENCES.items():
            number = to_text(row.get(name)).strip()
            told = any(row.get(beside) for beside in catalog.NAMES_BESIDE.get(name, ()))
            wanted = len(targets) == 1 and targets[0] in LISTED and parse.is_id(number) and not told
            if wanted and number not in self.known.get(targets[0], {}):
                yield targets[0]

    def _read_list(self, module: ModuleName) -> None:
        for start in range(0, _MOST, _PART):
            rows = self._rows_of(module, Window(start, start + _PART))[:_PART]
            for row in rows:
                self._keep(module, parse.key_of(row), {FieldName(name): value for name, value in row.items()})
            if len(rows) < _PART:
                return

    def _keep(self, module: ModuleName, key: str, values: Mapping[FieldName, object]) -> None:
        title = catalog.title_of(module, values)
        if title and key:
            self.known.setdefault(module, {})[key] = title
