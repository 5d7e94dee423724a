# SPDX-License-Identifier: MIT
"""Figures: what SQL adds up is what adding up the rows gives, and a click finds exactly those."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crmdesk.domain.errors import Unsupported
from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Compare, Op
from crmdesk.engine.mirror import Figure, Step
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS, CITY
from tests.engine.mirror.support import Desk

REVENUE, INDUSTRY, FOUNDED = FieldName("revenue"), FieldName("industry"), FieldName("founded")
MODIFIED, PARENT, TAGS = FieldName("modified"), FieldName("parent"), FieldName("tags")


def stock(desk: Desk) -> None:
    for n in range(12):
        desk.server.add(
            f"{n}",
            accountname=f"Firm {n}",
            bill_city="Oulu" if n % 2 else "Äänekoski",
            industry=("it", "food", None)[n % 3],
            revenue=Decimal("0.10") * n,
            founded=date(2026, n % 4 + 1, 5),
            modified=datetime(2026, 1, 31, 22, 30, n, tzinfo=UTC),
            parent=RecordId(ACCOUNTS, "1") if n > 8 else None,
            tags=("a", "b") if n == 3 else None,
        )


FIGURES = [
    Figure(module=ACCOUNTS, by=INDUSTRY, total=REVENUE),
    Figure(module=ACCOUNTS, by=INDUSTRY),
    Figure(module=ACCOUNTS, by=FOUNDED, step=Step.MONTH, total=REVENUE),
    Figure(module=ACCOUNTS, by=FOUNDED, step=Step.QUARTER),
    Figure(module=ACCOUNTS, by=MODIFIED, step=Step.DAY),
    Figure(module=ACCOUNTS, by=MODIFIED, step=Step.YEAR),
    Figure(module=ACCOUNTS, by=PARENT, total=REVENUE, where=Compare(CITY, Op.EQ, "oulu")),
    Figure(module=ACCOUNTS, by=TAGS),
    Figure(module=ACCOUNTS, by=REVENUE),
    Figure(module=ACCOUNTS, by=FOUNDED),
    Figure(module=ACCOUNTS, by=CITY, currency=INDUSTRY, where=Compare(TAGS, Op.NE, ("a", "b"))),
]


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("is_odd", [False, True])
def test_groups_are_the_rows_that_a_click_finds(desk: Desk, figure: Figure, is_odd: bool) -> None:
    stock(desk)
    if is_odd:  # ... and then SQL alone does not know
        desk.server.add(
            "odd", accountname="Odd", employees="many", industry="it", revenue=Decimal("5"), founded=date(2025, 1, 1)
        )

    async def work() -> None:
        await desk.update()
        groups = await desk.mirror.figure(figure)
        records = [r for r in desk.server.records.values() if matches(figure.where, r.values)]
        assert sum(group.count for group in groups) == len(records)
        for group in groups:
            rows = [r for r in records if matches(group.where, r.values)]
            if figure.currency is not None:
                rows = [r for r in rows if (r.values.get(figure.currency) or "") == group.currency]
            assert group.count == len(rows), group
            if figure.total is not None:
                amounts = [amount for r in rows if isinstance(amount := r.values[figure.total], Decimal)]
                assert group.total == sum(amounts, Decimal(0))
            else:
                assert group.total is None

    run(work())


def test_dates_go_upwards_and_others_begin_with_the_largest(desk: Desk) -> None:
    stock(desk)

    async def work() -> None:
        await desk.update()
        months = await desk.mirror.figure(FIGURES[2])
        assert [group.key for group in months] == ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]
        trades = await desk.mirror.figure(FIGURES[0])
        totals = [group.total for group in trades]
        assert totals == sorted(totals, reverse=True)  # type: ignore[type-var]
        assert {group.label for group in trades} == {"Computers", "Food", ""}
        top = await desk.mirror.figure(Figure(module=ACCOUNTS, by=CITY, most=1))
        assert len(top) == 1
        with pytest.raises(Unsupported):
            await desk.mirror.figure(Figure(module=ACCOUNTS, by=FieldName("nothing")))

    run(work())
