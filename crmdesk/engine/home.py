# SPDX-License-Identifier: MIT
"""What the home page shows of one account, added up from its copy: pipeline, months, open quotes, customers, changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from crmdesk.domain.names import AccountId, ModuleName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Op, Or, Order, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.usual import (
    Standing,
    Usual,
    company_field,
    currency_field,
    date_field,
    owner_field,
    stage_field,
    standing,
    total_field,
    usual_kind,
)
from crmdesk.domain.values import Value
from crmdesk.engine.mirror import Bucket, Figure, Mirror, SearchHit, Step

MONTHS = 12
_QUOTES, _RECENT, _CUSTOMERS = 8, 8, 8
_LATE_DAYS = 30
SHOWN = (Usual.OPPORTUNITIES, Usual.QUOTES, Usual.ORDERS, Usual.INVOICES)


class ChartKind(Enum):
    """What a chart is about."""

    PIPELINE = "pipeline"
    ORDERS = "orders"
    INVOICES = "invoices"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar.

    Attributes:
        label: of the stage or customer; "" = empty. month: of a chart over months, the first day; else None.
        total: None where only records are counted.
        where: the filter that finds exactly these records.
        standing: of a stage.
    """

    label: str
    count: int
    total: Decimal | None
    where: Filter
    month: date | None = None
    standing: Standing = Standing.OPEN

    @property
    def size(self) -> Decimal:
        """What the bar's length shows."""
        return self.total if self.total is not None else Decimal(self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeChart:
    """A figure as bars.

    Attributes:
        currency: of the sums, as people call it, "" = not told. others: records in other currencies, which no bar holds.
    """

    kind: ChartKind
    module: ModuleName
    module_label: str
    bars: tuple[Bar, ...]
    currency: str = ""
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """An open quote.

    Attributes:
        age_days: since its date, None = it has none.
    """

    record: RecordId
    title: str
    number: str
    company: str
    total: Value
    age_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuotes:
    """Quotes without an answer.

    Attributes:
        mine: only those of the person; False where the copy does not know whose they are.
        late: how many are older than 30 days.
        lines: the oldest first, some of them. where: finds all of them.
    """

    module: ModuleName
    module_label: str
    total_field: Field | None
    mine: bool
    count: int
    late: int
    lines: tuple[QuoteLine, ...]
    where: Filter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One account at a glance.

    Attributes:
        synced_at: the oldest moment of the modules used, UTC; None = nothing is copied.
        missing: modules that a home page wants and that are not copied, though the account has them.
    """

    account: AccountId
    account_name: str
    synced_at: datetime | None
    charts: tuple[HomeChart, ...] = ()
    quotes: OpenQuotes | None = None
    recent: tuple[SearchHit, ...] = ()
    missing: tuple[ModuleName, ...] = ()

    def chart(self, kind: ChartKind) -> HomeChart | None:
        """The chart of a kind, None where the copy has nothing for it."""
        return next((one for one in self.charts if one.kind is kind), None)


async def read_home(
    mirror: Mirror, today: date, *, user_id: str = "", offered: Iterable[tuple[ModuleName, Usual]] = ()
) -> Home:
    """Add everything up.

    Args:
        user_id: the person's own id on the server, "" = not known.
        offered: the usual modules that the account has, whether they are copied or not.

    Raises:
        ProfileError: the copy cannot be used.
    """
    schemas: dict[Usual, Schema] = {}
    for module in await mirror.modules():
        kind, schema = usual_kind(module), await mirror.schema(module.name)
        if kind is not None and schema is not None:
            schemas.setdefault(kind, schema)
    status = await mirror.status()
    moments = [one.synced_at for one in status.modules if one.synced_at is not None]
    first = _months_ago(today, MONTHS - 1)
    charts = [
        await _pipeline(mirror, schemas.get(Usual.OPPORTUNITIES)),
        await _by_month(mirror, ChartKind.ORDERS, schemas.get(Usual.ORDERS), first, today),
        await _by_month(mirror, ChartKind.INVOICES, schemas.get(Usual.INVOICES), first, today),
        await _customers(mirror, schemas.get(Usual.ORDERS) or schemas.get(Usual.INVOICES), first),
    ]
    return Home(
        account=mirror.profile.id,
        account_name=mirror.profile.name,
        synced_at=min(moments, default=None),
        charts=tuple(chart for chart in charts if chart is not None and chart.bars),
        quotes=await _open_quotes(mirror, schemas.get(Usual.QUOTES), today, user_id),
        recent=await mirror.recent(_RECENT),
        missing=tuple(name for name, kind in offered if kind in SHOWN and kind not in schemas),
    )


async def _pipeline(mirror: Mirror, schema: Schema | None) -> HomeChart | None:
    stage = stage_field(schema) if schema is not None else None
    if schema is None or stage is None:
        return None
    buckets, currency, others = await _summed(mirror, schema, Figure(module=schema.module.name, by=stage.name))
    places = {choice.value: place for place, choice in enumerate(stage.choices)}
    in_order = sorted(buckets, key=lambda bucket: places.get(bucket.key, len(places)))
    bars = (
        Bar(
            label=b.label or b.key, count=b.count, total=b.total, where=b.where, standing=standing(f"{b.key} {b.label}")
        )
        for b in in_order
    )
    return _chart(ChartKind.PIPELINE, schema, bars, currency, others)


async def _by_month(
    mirror: Mirror, kind: ChartKind, schema: Schema | None, first: date, today: date
) -> HomeChart | None:
    day = date_field(schema) if schema is not None else None
    if schema is None or day is None:
        return None
    figure = Figure(module=schema.module.name, by=day.name, step=Step.MONTH, where=_since(day, first), most=MONTHS * 20)
    buckets, currency, others = await _summed(mirror, schema, figure)
    found = {bucket.key: bucket for bucket in buckets}
    has_total = total_field(schema) is not None
    bars = []
    for back in range(MONTHS - 1, -1, -1):
        month = _months_ago(today, back)
        bucket = found.get(month.isoformat())
        if bucket is not None:
            bars.append(Bar(label="", month=month, count=bucket.count, total=bucket.total, where=bucket.where))
        else:
            where = And((_since(day, month), Compare(day.name, Op.LT, _bound(_months_ago(today, back - 1), day))))
            bars.append(Bar(label="", month=month, count=0, total=Decimal(0) if has_total else None, where=where))
    return _chart(kind, schema, bars, currency, others) if found else None


async def _customers(mirror: Mirror, schema: Schema | None, first: date) -> HomeChart | None:
    company = company_field(schema) if schema is not None else None
    if schema is None or company is None:
        return None
    day = date_field(schema)
    where = _since(day, first) if day is not None else None
    figure = Figure(module=schema.module.name, by=company.name, where=where)
    buckets, currency, others = await _summed(mirror, schema, figure)
    best = [bucket for bucket in buckets if bucket.key][:_CUSTOMERS]
    names = [b.label if b.label != b.key else await _title(mirror, company, b.key) or b.key for b in best]
    bars = (
        Bar(label=name, count=b.count, total=b.total, where=_both(b.where, figure.where) or b.where)
        for name, b in zip(names, best, strict=True)
    )
    return _chart(ChartKind.CUSTOMERS, schema, bars, currency, others)


def _chart(kind: ChartKind, schema: Schema, bars: Iterable[Bar], currency: str, others: int) -> HomeChart:
    module = schema.module
    return HomeChart(
        kind=kind,
        module=module.name,
        module_label=module.label_plural,
        bars=tuple(bars),
        currency=currency,
        others=others,
    )


async def _summed(mirror: Mirror, schema: Schema, figure: Figure) -> tuple[list[Bucket], str, int]:
    """A figure with its sums in the currency that most records have, its name, and how many records have another."""
    total, currency = total_field(schema), currency_field(schema)
    asked = Figure(
        module=figure.module,
        by=figure.by,
        step=figure.step,
        total=total.name if total is not None else None,
        where=figure.where,
        currency=currency.name if total is not None and currency is not None else None,
        most=figure.most * 4,
    )
    buckets = await mirror.figure(asked)
    counts: dict[str, int] = {}
    for bucket in buckets:
        counts[bucket.currency] = counts.get(bucket.currency, 0) + bucket.count
    main = max(counts, key=lambda one: counts[one], default="")
    kept = [bucket for bucket in buckets if bucket.currency == main]
    name = await _currency_name(mirror, schema, currency, main) if currency is not None and main else ""
    if currency is not None and asked.currency is not None and main and len(counts) > 1:
        where = await _currency_filter(mirror, schema, currency, main)
        kept = [_narrowed(bucket, where) for bucket in kept] if where is not None else kept
    return kept[: figure.most], name, sum(counts.values()) - counts.get(main, 0)


async def _title(mirror: Mirror, reference: Field, key: str) -> str:
    """How the copy calls the record that a reference points to, "" = it does not know."""
    for name in reference.refers_to:
        schema, record = await mirror.schema(name), await mirror.record(RecordId(name, key))
        if schema is not None and record is not None:
            return record.shown(schema.title_field)
    return ""


def _narrowed(bucket: Bucket, where: Filter) -> Bucket:
    return Bucket(
        key=bucket.key,
        label=bucket.label,
        count=bucket.count,
        total=bucket.total,
        where=And((bucket.where, where)),
        currency=bucket.currency,
    )


async def _currency_filter(mirror: Mirror, schema: Schema, currency: Field, key: str) -> Filter | None:
    """What finds the records of a currency, in the field's own terms."""
    groups = await mirror.figure(Figure(module=schema.module.name, by=currency.name))
    return next((group.where for group in groups if group.key == key), None)


async def _currency_name(mirror: Mirror, schema: Schema, currency: Field, key: str) -> str:
    if currency.type is not FieldType.REFERENCE:
        return currency.choice_label(key)
    groups = await mirror.figure(Figure(module=schema.module.name, by=currency.name))
    return next((group.label for group in groups if group.key == key), "")


async def _open_quotes(mirror: Mirror, schema: Schema | None, today: date, user_id: str) -> OpenQuotes | None:
    if schema is None:
        return None
    stage, day, owner, company = stage_field(schema), date_field(schema), owner_field(schema), company_field(schema)
    name, total = schema.module.name, total_field(schema)
    where: Filter | None = None
    if stage is not None:
        stages = await mirror.figure(Figure(module=name, by=stage.name))
        still_open = tuple(one.where for one in stages if standing(f"{one.key} {one.label}") is Standing.OPEN)
        if not still_open:
            return None
        where = still_open[0] if len(still_open) == 1 else Or(still_open)
    mine = await _of_person(mirror, name, owner, user_id)
    where = _both(where, mine)
    order = (Order(day.name, False),) if day is not None else ()
    view = await mirror.view(Query(name, (), where, order))
    try:
        rows = view.read(0, _QUOTES)
    finally:
        view.close()
    late = 0
    if day is not None:
        before = date.fromordinal(today.toordinal() - _LATE_DAYS)
        late = await mirror.count(name, _both(where, Compare(day.name, Op.LT, _bound(before, day))))
    company_names = {row.id.key: await _company(mirror, row, company) for row in rows}
    lines = tuple(
        QuoteLine(
            record=row.id,
            title=row.shown(schema.title_field),
            number=row.shown(schema.number_field) if schema.number_field is not None else "",
            company=company_names[row.id.key],
            total=row.values.get(total.name) if total is not None else None,
            age_days=_age(row.values.get(day.name), today) if day is not None else None,
        )
        for row in rows
    )
    return OpenQuotes(
        module=name,
        module_label=schema.module.label_plural,
        total_field=total,
        mine=mine is not None,
        count=await mirror.count(name, where),
        late=late,
        lines=lines,
        where=where,
    )


async def _company(mirror: Mirror, row: Record, company: Field | None) -> str:
    value = row.values.get(company.name) if company is not None else None
    if company is None or value is None:
        return ""
    if label := row.labels.get(company.name):
        return label
    return (await _title(mirror, company, value.key) if isinstance(value, RecordId) else "") or row.shown(company.name)


async def _of_person(mirror: Mirror, module: ModuleName, owner: Field | None, user_id: str) -> Filter | None:
    """What finds the person's own records; None where the copy does not know them."""
    if owner is None or not user_id:
        return None
    groups: Sequence[Bucket] = await mirror.figure(Figure(module=module, by=owner.name, most=1000))
    return next((group.where for group in groups if group.key == user_id), None)


def _both(one: Filter | None, other: Filter | None) -> Filter | None:
    if one is None or other is None:
        return one or other
    return And((one, other))


def _since(field: Field, day: date) -> Filter:
    return Compare(field.name, Op.GE, _bound(day, field))


def _bound(day: date, field: Field) -> Value:
    if field.type is FieldType.DATETIME:
        return datetime(day.year, day.month, day.day).astimezone()
    return day


def _months_ago(today: date, months: int) -> date:
    """The first day of the month so many months before."""
    whole = today.year * 12 + today.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


def _age(moment: Value, today: date) -> int | None:
    if isinstance(moment, datetime):
        return (today - moment.astimezone().date()).days
    return (today - moment).days if isinstance(moment, date) else None
