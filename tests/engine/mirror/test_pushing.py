# SPDX-License-Identifier: MIT
"""A query over the copy finds what ``matching`` means, in the order that ``sort_records`` gives, whatever the values."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crmdesk.domain.matching import folded, matches
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order, Query
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.feed import sort_records
from crmdesk.engine.mirror.reading import fetch, places
from crmdesk.engine.mirror.store import MirrorStore, Seat, _folded
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS
from tests.engine.mirror.support import filled

TEXTS = [
    "",
    "Äijälä",
    "aijala",
    "ß",
    "SS",
    "Åbo",
    "50%",
    "a_b",
    "a'b",
    'q"',
    "Zürich",
    "zurich",
    "ø",
    "10",
    "9",
    " x",
    "İ",
    "e\u0301",
]
MOMENTS = [datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, 0, 0, 5000, tzinfo=UTC),
           datetime(2026, 1, 1, 13, 30, tzinfo=timezone(timedelta(hours=1, minutes=30))), datetime(2025, 12, 31, tzinfo=UTC)]  # fmt: skip
VALUES: dict[str, list[Value]] = {
    "accountname": [None, *TEXTS],
    "employees": [None, 0, 5, 10, -3, 2**70, "many", Decimal("1.5")],
    "revenue": [None, Decimal("0.1"), Decimal("100"), Decimal("99.99"), Decimal("12345678901234567.89"), 7, "n/a"],
    "founded": [None, date(2020, 5, 1), date(1999, 12, 31), date(9, 1, 1), "soon"],
    "modified": [None, *MOMENTS],
    "opens": [None, time(8), time(8, 30), time(17, 0, 0, 5)],
    "active": [None, True, False, "yes"],
    "industry": [None, "it", "food", "Öl"],
    "tags": [None, ("a",), ("Ä", "b"), (), ('c"d', "a")],
    "parent": [None, RecordId(ACCOUNTS, "3x1"), RecordId(ACCOUNTS, "3X1"), RecordId(FieldName("Leads"), "9")],  # type: ignore[arg-type]
}
NAMES = list(VALUES)


def drawn_record(number: int, values: tuple[Value, ...]) -> Record:
    named = {FieldName(name): value for name, value in zip(NAMES, values, strict=True)}
    if number % 4 == 3:
        del named[FieldName("accountname")]  # was not read
    labels = {FieldName("parent"): "Zwölf"} if number % 3 == 0 and named[FieldName("parent")] is not None else {}
    return Record(RecordId(ACCOUNTS, f"k{number}"), named, labels)


RECORDS = st.lists(st.tuples(*(st.sampled_from(VALUES[name]) for name in NAMES)), min_size=1, max_size=12).map(
    lambda rows: [drawn_record(n, row) for n, row in enumerate(rows)]
)


@st.composite
def compare(draw: st.DrawFn) -> Compare:
    name = draw(st.sampled_from([*NAMES, "unheard_of"]))
    op = draw(st.sampled_from(list(Op)))
    pool = [*VALUES.get(name, []), "a", "1", 5, Decimal("1.5"), MOMENTS[0], date(2020, 5, 1)]
    if op is Op.IN:
        return Compare(FieldName(name), op, tuple(draw(st.lists(st.sampled_from(pool), max_size=3))))
    return Compare(FieldName(name), op, None if op is Op.IS_EMPTY else draw(st.sampled_from(pool)))


FILTERS: st.SearchStrategy[Filter] = st.recursive(
    compare(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pushing")


_number = 0


def answers(folder: Path, records: list[Record], query: Query) -> list[Record]:
    """What the copy gives."""
    global _number
    _number += 1
    store = MirrorStore(folder / f"{_number}.mirror.sqlite")

    async def ask() -> list[Record]:
        layout = await filled(store, records)

        def job(seat: Seat) -> list[Record]:
            order = places(seat.db, layout, query)
            found = fetch(seat.db, layout, order)
            return [found[row] for row in order]

        return await store.read(job)

    try:
        return run(ask())
    finally:
        store.close(2)


SLOW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@SLOW
@example(
    records=[
        drawn_record(
            0,
            tuple(
                MOMENTS[0].astimezone(timezone(timedelta(minutes=90))) if name == "modified" else None for name in NAMES
            ),
        )
    ],
    where=Compare(FieldName("modified"), Op.CONTAINS, MOMENTS[0]),
)
@given(records=RECORDS, where=FILTERS)
def test_the_copy_finds_what_the_filter_means(folder: Path, records: list[Record], where: Filter) -> None:
    found = answers(folder, records, Query(ACCOUNTS, (), where))
    assert {r.id.key for r in found} == {r.id.key for r in records if matches(where, r.values)}


@SLOW
@given(records=RECORDS)
def test_what_was_written_comes_back(folder: Path, records: list[Record]) -> None:
    by_key = {record.id.key: record for record in answers(folder, records, Query(ACCOUNTS))}
    for record in records:
        again = by_key[record.id.key]
        assert again.values == record.values
        assert again.labels == record.labels


SORTABLE = [
    name for name in NAMES if name not in ("employees", "revenue", "founded", "opens", "active", "industry", "tags")
]


@SLOW
@given(records=RECORDS, name=st.sampled_from(SORTABLE), down=st.booleans())
def test_the_copy_sorts_as_a_table_does(folder: Path, records: list[Record], name: str, down: bool) -> None:
    order = (Order(FieldName(name), down),)
    found = [r.id.key for r in answers(folder, records, Query(ACCOUNTS, order=order))]
    assert found == [r.id.key for r in sort_records(records, order)]


def test_a_list_is_sorted_by_what_is_shown_and_numbers_by_amount(folder: Path) -> None:
    rows = [("it", Decimal("9")), ("food", Decimal("10")), (None, None), ("it", Decimal("-1.5"))]
    records = [
        Record(RecordId(ACCOUNTS, str(n)), {FieldName("industry"): i, FieldName("revenue"): r})
        for n, (i, r) in enumerate(rows)
    ]
    by_choice = answers(folder, records, Query(ACCOUNTS, order=(Order(FieldName("industry")),)))
    assert [r.id.key for r in by_choice] == ["0", "3", "1", "2"]  # Computers, Food
    by_amount = answers(folder, records, Query(ACCOUNTS, order=(Order(FieldName("revenue"), True),)))
    assert [r.id.key for r in by_amount] == ["1", "0", "3", "2"]
    both = answers(folder, records, Query(ACCOUNTS, order=(Order(FieldName("industry")), Order(FieldName("revenue")))))
    assert [r.id.key for r in both] == ["3", "0", "1", "2"]


@given(st.text())
def test_sqlite_folds_as_matching_does(text: str) -> None:
    assert _folded(text) == folded(text)
