# SPDX-License-Identifier: MIT
"""The home page's figures: stages in their order, twelve months without gaps, one currency, open quotes, names."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.domain.usual import Standing, Usual
from crmdesk.domain.values import Value
from crmdesk.engine.home import MONTHS, ChartKind, Home, read_home
from crmdesk.engine.mirror import Mirror
from crmdesk.engine.mirror.store import MirrorStore
from tests.engine.bench import profile_of
from tests.engine.mirror.support import filled

TODAY = date(2026, 11, 22)
DEALS, QUOTES, ORDERS, COMPANIES = (ModuleName(name) for name in ("Opportunities", "Quotes", "Orders", "Accounts"))


def _schema(module: ModuleName, **fields: FieldType) -> Schema:
    stages = tuple(Choice(stage, stage) for stage in ("New", "Offered", "Won", "Lost"))
    made = [
        Field(
            name=FieldName(name),
            label=name.title(),
            type=kind,
            choices=stages if kind is FieldType.CHOICE else (),
            refers_to=(COMPANIES,) if name == "account_id" else (ModuleName("Users"),) if name == "owner_id" else (),
        )
        for name, kind in fields.items()
    ]
    return Schema(Module(name=module, label=module[:-1], label_plural=module), tuple(made), made[0].name)


T = FieldType
SCHEMAS = {
    DEALS: _schema(DEALS, name=T.TEXT, sales_stage=T.CHOICE, amount=T.MONEY, currency=T.TEXT),
    QUOTES: _schema(QUOTES, subject=T.TEXT, stage=T.CHOICE, created_at=T.DATE, total=T.MONEY, owner_id=T.REFERENCE, account_id=T.REFERENCE),
    ORDERS: _schema(ORDERS, subject=T.TEXT, order_date=T.DATE, total=T.MONEY, currency=T.TEXT, account_id=T.REFERENCE),
    COMPANIES: _schema(COMPANIES, accountname=T.TEXT),
}  # fmt: skip


def _record(module: ModuleName, key: str, **values: Value) -> Record:
    return Record(RecordId(module, key), {FieldName(name): value for name, value in values.items()})


def _deal(key: str, stage: str, amount: int, currency: str = "EUR") -> Record:
    return _record(DEALS, key, name=f"Deal {key}", sales_stage=stage, amount=Decimal(amount), currency=currency)


def _order(key: str, day: date, total: str, company: str = "1", currency: str = "EUR") -> Record:
    who = RecordId(COMPANIES, company)
    return _record(
        ORDERS, key, subject=f"Order {key}", order_date=day, total=Decimal(total), currency=currency, account_id=who
    )


def _quote(key: str, stage: str, day: date, owner: str) -> Record:
    return _record(
        QUOTES, key, subject=f"Quote {key}", stage=stage, created_at=day, total=Decimal(100),
        owner_id=RecordId(ModuleName("Users"), owner), account_id=RecordId(COMPANIES, "2"),
    )  # fmt: skip


RECORDS = {
    COMPANIES: [_record(COMPANIES, "1", accountname="Koch AG"), _record(COMPANIES, "2", accountname="Äijälä Oy")],
    DEALS: [_deal("1", "Won", 500), _deal("2", "New", 100), _deal("3", "New", 50), _deal("4", "Lost", 9),
            _deal("5", "New", 7777, "USD")],
    ORDERS: [_order("1", date(2026, 11, 2), "10.50"), _order("2", date(2026, 11, 20), "20", "2"),
             _order("3", date(2026, 1, 31), "5", "2"), _order("4", date(2024, 1, 1), "1000"),
             _order("5", date(2026, 11, 3), "99", currency="USD")],
    QUOTES: [_quote("1", "Offered", date(2026, 9, 1), "me"), _quote("2", "Offered", date(2026, 11, 20), "me"),
             _quote("3", "Won", date(2026, 11, 1), "me"), _quote("4", "New", date(2026, 8, 1), "her")],
}  # fmt: skip


def _with(tmp_path: Path, work: Callable[[Mirror], Awaitable[None]], *modules: ModuleName) -> None:
    async def run() -> None:
        path = tmp_path / "account.mirror.sqlite"
        store = MirrorStore(path)
        for module in modules or tuple(SCHEMAS):
            await filled(store, RECORDS[module], SCHEMAS[module])
        store.close(2)
        mirror = Mirror(profile_of(), path)
        try:
            await work(mirror)
        finally:
            mirror.close(2)

    asyncio.run(run())


def test_the_pipeline_follows_the_stages_in_one_currency(tmp_path: Path) -> None:
    async def work(mirror: Mirror) -> None:
        chart = (await read_home(mirror, TODAY)).chart(ChartKind.PIPELINE)
        assert chart is not None
        told = [(bar.label, bar.count, bar.total, bar.standing) for bar in chart.bars]
        assert told == [
            ("New", 2, Decimal(150), Standing.OPEN),
            ("Won", 1, Decimal(500), Standing.WON),
            ("Lost", 1, Decimal(9), Standing.LOST),
        ]
        assert (chart.currency, chart.others) == ("EUR", 1)

    _with(tmp_path, work)


def test_twelve_months_without_a_gap_and_every_bar_finds_its_records(tmp_path: Path) -> None:
    async def work(mirror: Mirror) -> None:
        chart = (await read_home(mirror, TODAY)).chart(ChartKind.ORDERS)
        assert chart is not None
        assert len(chart.bars) == MONTHS
        assert (chart.bars[0].month, chart.bars[-1].month) == (date(2025, 12, 1), date(2026, 11, 1))
        assert [bar.count for bar in chart.bars] == [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]
        assert chart.bars[-1].total == Decimal("30.5")
        assert chart.bars[0].total == Decimal(0)
        for bar in chart.bars:
            assert await mirror.count(ORDERS, bar.where) == bar.count, bar.month

    _with(tmp_path, work)


def test_customers_are_named_by_their_own_copies(tmp_path: Path) -> None:
    async def work(mirror: Mirror) -> None:
        chart = (await read_home(mirror, TODAY)).chart(ChartKind.CUSTOMERS)
        assert chart is not None
        assert [(bar.label, bar.total) for bar in chart.bars] == [
            ("Äijälä Oy", Decimal(25)),
            ("Koch AG", Decimal("10.5")),
        ]

    _with(tmp_path, work)


def test_open_quotes_are_mine_where_i_am_known(tmp_path: Path) -> None:
    async def work(mirror: Mirror) -> None:
        mine = (await read_home(mirror, TODAY, user_id="me")).quotes
        assert mine is not None
        assert (mine.mine, mine.count, mine.late) == (True, 2, 1)
        assert [(line.title, line.company, line.age_days) for line in mine.lines] == [
            ("Quote 1", "Äijälä Oy", 82),
            ("Quote 2", "Äijälä Oy", 2),
        ]
        everybody = (await read_home(mirror, TODAY, user_id="a stranger")).quotes
        assert everybody is not None
        assert (everybody.mine, everybody.count, everybody.late) == (False, 3, 2)
        view = await mirror.view(Query(QUOTES, (), everybody.where))
        assert len(view) == everybody.count
        view.close()

    _with(tmp_path, work)


def test_what_is_not_copied_is_missing_and_never_asked_of_a_server(tmp_path: Path) -> None:
    async def work(mirror: Mirror) -> None:
        offered = [(DEALS, Usual.OPPORTUNITIES), (ORDERS, Usual.ORDERS), (COMPANIES, Usual.COMPANIES)]
        home: Home = await read_home(mirror, TODAY, offered=offered)
        assert home.missing == (ORDERS,)
        assert [chart.kind for chart in home.charts] == [ChartKind.PIPELINE]
        assert home.quotes is None

    _with(tmp_path, work, DEALS)


def test_nothing_copied_is_an_empty_page(tmp_path: Path) -> None:
    async def run() -> None:
        mirror = Mirror(profile_of(), tmp_path / "none.mirror.sqlite")
        home = await read_home(mirror, TODAY)
        assert (home.charts, home.quotes, home.recent, home.synced_at) == ((), None, (), None)
        mirror.close(2)

    asyncio.run(run())
