# SPDX-License-Identifier: MIT
"""Records and pages of records as they were read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmdesk.domain.names import Cursor, FieldName, RecordId
from crmdesk.domain.values import Value, plain


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes:
        values: by field; a field that was not read is absent, an empty one is None.
        labels: what to show instead of a value, for references and translated choices.
        version: changes whenever the server changes the record; None where it tells nothing.
        raw: the reply as it came, for the curious; empty for rows of a list.
    """

    id: RecordId
    values: Mapping[FieldName, Value]
    labels: Mapping[FieldName, str] = field(default_factory=dict)
    version: str | None = None
    raw: str = ""

    def shown(self, field: FieldName) -> str:
        """A field as the server words it: its label, else the plain value; empty where there is none."""
        return self.labels.get(field) or plain(self.values.get(field))


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a query's result.

    Attributes:
        next: where to go on; None = this was the last page.
        total: rows of the whole result where the server tells.
        restarted: the result moved under our hands and the connector begins anew; drop what was seen before.
    """

    records: tuple[Record, ...]
    next: Cursor | None = None
    total: int | None = None
    restarted: bool = False
