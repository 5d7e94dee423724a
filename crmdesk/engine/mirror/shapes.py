# SPDX-License-Identifier: MIT
"""What the mirror tells: how fresh a row is, how a copy stands, what a search found, what a figure adds up to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from crmdesk.domain.names import AccountId, FieldName, ModuleName, RecordId
from crmdesk.domain.query import Filter


class Source(Enum):
    """Where what is shown comes from."""

    SERVER = "server"
    """Read from the server in this run."""
    COPY = "copy"
    EDIT = "edit"
    """The person's own staged edit lies over it."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a row is.

    Attributes:
        at: when the row was last known to be as it is shown, UTC on our clock; None = never.
    """

    source: Source
    at: datetime | None = None


class Phase(Enum):
    """What an update is doing with a module."""

    COPYING = "copying"
    CHANGES = "changes"
    COMPARING = "comparing"
    """Looking which records are gone, by their ids."""
    LINES = "lines"
    """The lines of sales documents, one after another."""
    WAITING = "waiting"
    """The server asked us to wait, or could not be reached for a moment."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an update is.

    Attributes:
        rows: records of the module handled so far in this phase. total: of so many, None = not known.
        module_number, modules: the third of five, from 1.
        wait_s: while WAITING, seconds until it goes on.
    """

    module: ModuleName
    phase: Phase
    rows: int = 0
    total: int | None = None
    module_number: int = 1
    modules: int = 1
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleState:
    """One mirrored module.

    Attributes:
        rows: records in the copy. used_bytes: on the disk, about.
        complete: it was copied whole at least once; False = the first copy is not finished.
        synced_at: everything was as on the server at this moment (our clock, UTC); None = never.
        trouble: why the last update ended early, "" = it did not.
        lines: the lines of its documents are wanted, too. documents: of so many they are there.
    """

    module: ModuleName
    label: str
    rows: int
    used_bytes: int
    complete: bool
    synced_at: datetime | None = None
    trouble: str = ""
    lines: bool = False
    documents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorStatus:
    """The whole copy of one account.

    Attributes:
        used_bytes: of the file, with what waits to be merged into it. limit_bytes: at most so much, 0 = no limit.
        updating: the module under way, None = no update runs here.
        kept_aside: a damaged file was put under this name, "" = none.
    """

    modules: tuple[ModuleState, ...] = ()
    used_bytes: int = 0
    limit_bytes: int = 0
    updating: ModuleName | None = None
    kept_aside: str = ""

    def state(self, module: ModuleName) -> ModuleState | None:
        """That of one module, None where it is not mirrored."""
        return next((one for one in self.modules if one.module == module), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """What an update did with one module.

    Attributes:
        changed: records that are new or different now. deleted: records that are gone.
        whole: it was copied from the beginning.
        left_out: records that came without an id and cannot be kept.
        trouble: a sentence where it ended early, "" = all is done; the next update goes on from there.
    """

    module: ModuleName
    changed: int = 0
    deleted: int = 0
    whole: bool = False
    left_out: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class MirrorChange:
    """Some rows of a module are different now, and on the disk. Empty keys and ``all_rows`` = any of them may be."""

    module: ModuleName
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    all_rows: bool = False


class Fit(Enum):
    """How well a hit fits; the earlier, the better."""

    EXACT = 0
    PREFIX = 1
    WORD_START = 2
    FRAGMENT = 3
    SERVER = 4
    """The server's own search found it and does not tell why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One record that a search found.

    Attributes:
        account, account_name: whose. module_label: the module in the singular.
        title: how people know the record. text: the value that matched, "" where it is the title or is not known.
        field: the field that matched, None = not told (the server's own search). field_label: its label.
        by_server: the server found it, not the copy.
        beside: a few other values that tell it from records of the same name, the most telling first.
    """

    account: AccountId
    account_name: str
    record: RecordId
    module_label: str
    title: str
    field: FieldName | None
    field_label: str
    text: str
    fit: Fit
    fresh: Freshness
    by_server: bool = False
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """What is known so far for one text. Answers for one text come several times, each holds what the former held.

    Attributes:
        hits: ranked; grouped by account and module by whoever shows them.
        settled: the mirrors have all answered. server_pending: names of accounts whose server was asked and is silent.
        failed: account name -> a sentence, where a server or a copy could not answer.
    """

    text: str
    hits: tuple[SearchHit, ...] = ()
    settled: bool = False
    server_pending: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


class Step(Enum):
    """How a figure's dates are put together."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A question with a table for an answer: how many, and how much, by what.

    Attributes:
        by: the field to group by. step: for dates and times, in what steps; None for everything else.
        total: the field to add up, None = count only.
        where: which records count, as a table would filter them.
        currency: a field by whose values the sums are kept apart, None = not asked.
        most: groups at most; those with the largest sums (counts without ``total``), dates by time.
    """

    module: ModuleName
    by: FieldName
    step: Step | None = None
    total: FieldName | None = None
    where: Filter | None = None
    currency: FieldName | None = None
    most: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One group of a figure.

    Attributes:
        key: the stored value, the first day of the step ("2026-11-01"), "" = empty.
        label: what to show for it.
        where: the filter that finds exactly these records, to be joined with the figure's own.
        total: the sum, None where nothing was added up; rounded to two places more than money has.
    """

    key: str
    label: str
    count: int
    total: Decimal | None
    where: Filter
    currency: str = ""
