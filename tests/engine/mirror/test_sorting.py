# SPDX-License-Identifier: MIT
"""The first rows of a long sort are those of the whole sort, in every order and with every filter."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Op, Order, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field
from crmdesk.engine.mirror.reading import layout_for, places
from crmdesk.engine.mirror.sorting import first_of_many
from crmdesk.engine.mirror.store import MirrorStore, Seat
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS, SCHEMA, STAFF
from tests.engine.mirror.support import filled

ROWS = 20_500
STREET, PARENT = FieldName("street"), FieldName("parent")
NAMES = (
    "Äußere Gasse",
    "Müllerstraße",
    "Østergade",
    "éclair",
    "zum Ärger",
    "Ørsted",
    "aa",
    "ß",
    "Straße",
    "ÿ",
    "\ttab",
)
FEW = And((Compare(STAFF, Op.EQ, 3), Compare(STREET, Op.STARTS_WITH, "aa 39")))


def made(number: int, chance: random.Random) -> Record:
    """Names that begin with ASCII or not, some empty, many equal."""
    text = f"{chance.choice(NAMES)} {chance.randrange(400)}"
    street = ("" if number % 2 else None) if number % 11 == 0 else text
    values = {STREET: street, STAFF: number % 7, PARENT: RecordId(ACCOUNTS, "1")}
    return Record(RecordId(ACCOUNTS, f"{number}"), values, {PARENT: text[::-1]})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MirrorStore]:
    path: Path = tmp_path_factory.mktemp("sorting") / "many.mirror.sqlite"
    filling, chance = MirrorStore(path), random.Random(3)
    schema = replace(SCHEMA, fields=(*SCHEMA.fields, Field(name=STREET, label="Street")))
    run(filled(filling, [made(number, chance) for number in range(ROWS)], schema), 60)
    yield filling
    filling.close(2)


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("where", [None, Compare(STAFF, Op.EQ, 3), Compare(STREET, Op.CONTAINS, "gasse")])
@pytest.mark.parametrize("names", [(STREET,), (PARENT,), (STREET, STAFF)])
def test_the_first_rows_are_those_of_the_whole_sort(
    store: MirrorStore, names: tuple[FieldName, ...], where: Filter | None, down: bool
) -> None:
    query = Query(ACCOUNTS, (), where, tuple(Order(name, down) for name in names))

    def job(seat: Seat) -> None:
        layout = layout_for(seat, ACCOUNTS)
        quick = first_of_many(seat.db, layout, query, 200)
        assert quick is not None  # the short way was gone
        assert places(seat.db, layout, query, 200) == quick == places(seat.db, layout, query)[:200]

    run(store.read(job))


@pytest.mark.parametrize("order", [(Order(STAFF),), (Order(SCHEMA.title_field),), ()])
def test_what_sqlite_has_in_order_or_compares_by_itself_goes_the_usual_way(
    store: MirrorStore, order: tuple[Order, ...]
) -> None:
    run(store.read(lambda seat: _is_usual(seat, Query(ACCOUNTS, (), None, order))))


def test_few_rows_and_empty_ones_come_as_ever(store: MirrorStore) -> None:
    query = Query(ACCOUNTS, (), FEW, (Order(STREET),))
    run(store.read(lambda seat: _is_usual(seat, query)))


def _is_usual(seat: Seat, query: Query) -> None:
    layout = layout_for(seat, ACCOUNTS)
    assert first_of_many(seat.db, layout, query, 200) is None
    assert places(seat.db, layout, query, 200) == places(seat.db, layout, query)[:200]
