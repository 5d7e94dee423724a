# SPDX-License-Identifier: MIT
"""What a table shows: columns, cells, rows, staged values, and the protocol by which a model gets at its rows."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NamedTuple, Protocol

from crmdesk.ui.translation import mark, tr


class Kind(StrEnum):
    """How a column's values look."""

    TEXT = "text"
    MAIN = "main"  # the record's title: bold
    LINK = "link"  # another record: Ctrl+click goes there
    MUTED = "muted"
    NUMBER = "number"
    MONEY = "money"
    TOTAL = "total"  # a bold number
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    PILL = "pill"  # a choice; its tone comes from Column.tones


class Segment(NamedTuple):
    """A piece of a cell that holds more than a text.

    `look`: "", bold, muted, link, good, bad, strike, pill:<tone>, button, check:on, check:off, choice:on, choice:off.
    """

    text: str
    look: str = ""


class Exact(str):
    """A text that is copied otherwise than it is shown: a moment to the second.

    Attributes:
        copied: what goes to the clipboard.
    """

    __slots__ = ("copied",)
    copied: str

    def __new__(cls, text: str, copied: str) -> "Exact":
        self = super().__new__(cls, text)
        self.copied = copied
        return self


Cell = str | tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `width` in pixels at normal text size; `tones`: shown text -> good, info, warn, bad, neutral.

    `spoken`: what a screen reader calls it where it has no title.
    `grip`: its cells are where rows are taken to be dragged; the owner of the grid does the dragging.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    width: int = 120
    editable: bool = False
    tooltip: str = ""
    tones: Mapping[str, str] = field(default_factory=dict)
    grip: bool = False
    spoken: str = ""

    @property
    def called(self) -> str:
        """Its name for those who do not see it."""
        return self.title or self.spoken

    @property
    def far(self) -> bool:
        """Whether values stand at the far edge (numbers and dates)."""
        return self.kind in (Kind.NUMBER, Kind.MONEY, Kind.TOTAL, Kind.DATE, Kind.DATETIME)

    @property
    def is_number(self) -> bool:
        """Whether values can be summed; a number that does not fit is never cut."""
        return self.kind in (Kind.NUMBER, Kind.MONEY, Kind.TOTAL)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as shown: `key` names the record, `cells` has one entry for each column in model order.

    `locked`: why none of its cells may be edited; "" = they may.
    """

    key: str
    cells: Sequence[Cell]
    locked: str = ""


_PIECES = {
    "check:on": mark("ticked"),
    "check:off": mark("not ticked"),
    "choice:on": mark("chosen"),
    "choice:off": mark("not chosen"),
}


def piece_states(cell: Cell) -> list[str]:
    """What the marks and circles in a cell say: "ticked", "Ours: not chosen"."""
    pieces = [piece for piece in cell if piece.look in _PIECES] if isinstance(cell, tuple) else []
    return [
        tr("{what}: {state}", what=piece.text, state=tr(_PIECES[piece.look]))
        if piece.text and len(pieces) > 1
        else tr(_PIECES[piece.look])
        for piece in pieces
    ]


class State(Enum):
    """What became of an edited cell."""

    EDITED = "edited"
    CLEARED = "cleared"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedCell:
    """A value that waits to be applied and lies over the stored one.

    `was`: the text loaded. `note`: the server's value (CONFLICT) or its reason (REFUSED), for the tooltip.
    """

    text: str
    was: str
    state: State = State.EDITED
    note: str = ""


class SortMark(NamedTuple):
    """A column that the rows are ordered by."""

    key: str
    descending: bool = False


def plain(cell: Cell) -> str:
    """What a cell says, for the clipboard and for screen readers."""
    if isinstance(cell, str):
        return cell
    return " ".join(segment.text or segment.look.replace(":", " ") for segment in cell)


class RowSource(Protocol):
    """Rows by number. Answers at once with what it has."""

    def row_count(self) -> int:
        """How many rows there are."""

    def row(self, number: int) -> Row | None:
        """A row, 0 <= number < row_count(); None = not read yet."""

    def want(self, first: int, last: int) -> None:
        """These rows are about to be shown: see that they come."""

    def index_of(self, key: str) -> int:
        """The number of a record's row, -1 when it is not among the rows read."""


class ListSource:
    """Rows kept in memory: pages of a server, lines of an order, changes of a review."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows: list[Row] = []
        self._places: dict[str, int] = {}
        self.extend(rows)

    def row_count(self) -> int:
        return len(self._rows)

    def row(self, number: int) -> Row | None:
        return self._rows[number]

    def want(self, first: int, last: int) -> None:
        """All rows are here."""

    def index_of(self, key: str) -> int:
        return self._places.get(key, -1)

    def extend(self, rows: Iterable[Row]) -> None:
        """Append rows. A key met again (a server's pages may overlap) keeps its first place in `index_of`."""
        for row in rows:
            self._places.setdefault(row.key, len(self._rows))
            self._rows.append(row)

    def replace(self, number: int, row: Row) -> None:
        """Put another row in a place."""
        old = self._rows[number]
        if self._places.get(old.key) == number:
            del self._places[old.key]
        self._rows[number] = row
        self._places.setdefault(row.key, number)


class PagedSource:
    """A large result set of which only the pages lately shown are kept (some 4,000 rows as set).

    `wanted(first, count)` is called for missing pages. It may call `put` at once (rows from SQLite, 2 ms a page), or
    later; then it also tells the model by `rows_arrived`. A page asked for and not come is asked for again when it
    comes into view again, so a cancelled request heals by scrolling.
    """

    def __init__(
        self, count: int, wanted: Callable[[int, int], None], *, page_rows: int = 32, pages_kept: int = 120
    ) -> None:
        self._count = count
        self._wanted = wanted
        self._size = page_rows
        self._kept = pages_kept
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._asked: set[int] = set()

    def row_count(self) -> int:
        return self._count

    def set_count(self, count: int) -> None:
        """The result set has another size; called between the model's begin and end (see RecordTableModel.grow)."""
        self._count = count
        tail = count // self._size
        for page in [p for p in self._pages if p >= tail]:
            del self._pages[page]  # the last page may have been short

    def row(self, number: int) -> Row | None:
        page, at = divmod(number, self._size)
        rows = self._pages.get(page)
        return rows[at] if rows is not None and at < len(rows) else None

    def want(self, first: int, last: int) -> None:
        needed = range(first // self._size, min(last, self._count - 1) // self._size + 1)
        for page in needed:
            if page in self._pages:
                self._pages.move_to_end(page)
        missing = {page for page in needed if page not in self._pages}
        asked_before, self._asked = self._asked, missing
        for page in sorted(missing - asked_before):
            self._wanted(page * self._size, min(self._size, self._count - page * self._size))

    def put(self, first: int, rows: Sequence[Row]) -> None:
        """Take a page that was wanted; `first` is the number given to `wanted`."""
        page = first // self._size
        self._pages[page] = tuple(rows)
        self._pages.move_to_end(page)
        self._asked.discard(page)
        while len(self._pages) > self._kept:
            self._pages.popitem(last=False)

    def forget(self) -> None:
        """Drop every page, e.g. after the stored rows changed."""
        self._pages.clear()
        self._asked.clear()

    def index_of(self, key: str) -> int:
        for page, rows in self._pages.items():
            for at, row in enumerate(rows):
                if row.key == key:
                    return page * self._size + at
        return -1
