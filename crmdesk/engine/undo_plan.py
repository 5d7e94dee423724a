# SPDX-License-Identifier: MIT
"""What taking a batch back comes to: what is restored, what is left out, what cannot come back and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.values import Value
from crmdesk.engine.journal import BatchInfo
from crmdesk.engine.staged_record import StagedRecord


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A field that somebody has changed since: it stays as it is.

    Attributes:
        field: its name; for a part of a line, the name that ``line_merge.line_field`` gives it.
        wrote: what the batch stored. now: what the server holds.
    """

    record: RecordId
    title: str
    field: FieldName
    wrote: Value
    now: Value


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence on one record: why it stays as it is, or what about it will not come back."""

    record: RecordId | None
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPlan:
    """What taking a batch back comes to.

    Attributes:
        restored: what to stage.
        left_out: fields changed since by others.
        cannot: records, or fields of records, that stay as they are, and why.
        remarks: what comes back otherwise than it was: new ids, numbers, links.
        already: records that hold what they held before, or are gone again.
    """

    batch: BatchInfo
    restored: tuple[StagedRecord, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    cannot: tuple[Remark, ...] = ()
    remarks: tuple[Remark, ...] = ()
    already: int = 0

    @property
    def fields(self) -> int:
        """Changes that would be staged: fields, records to delete and records to make again."""
        return sum(one.count for one in self.restored)


@dataclass(slots=True)
class Part:
    """What one record adds to the plan."""

    restored: list[StagedRecord] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    cannot: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do and nothing to say."""
        return not (self.restored or self.left_out or self.cannot)


def joined_parts(batch: BatchInfo, parts: Sequence[Part]) -> UndoPlan:
    """What all records together come to."""
    return UndoPlan(
        batch=batch,
        restored=tuple(one for part in parts for one in part.restored),
        left_out=tuple(one for part in parts for one in part.left_out),
        cannot=tuple(one for part in parts for one in part.cannot),
        remarks=tuple(one for part in parts for one in part.remarks),
        already=sum(part.is_empty for part in parts),
    )
