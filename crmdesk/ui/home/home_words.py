# SPDX-License-Identifier: MIT
"""The home page in words: titles, sums shortened, months, ages, and each chart as a table."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from crmdesk.domain.query import Filter, Or
from crmdesk.engine.home import Bar, ChartKind, HomeChart, OpenQuotes
from crmdesk.ui.formats import Formats
from crmdesk.ui.home.drawing import Stroke
from crmdesk.ui.translation import mark
from crmdesk.ui.wording import plural, tr

_TITLES = {
    ChartKind.PIPELINE: mark("Pipeline by stage"),
    ChartKind.ORDERS: mark("Orders by month"),
    ChartKind.INVOICES: mark("Invoices by month"),
    ChartKind.CUSTOMERS: mark("Largest customers"),
}
_CENT, _THOUSAND, _MILLION = Decimal("0.01"), Decimal(1000), Decimal(1_000_000)


def title(kind: ChartKind) -> str:
    """What a chart is called."""
    return tr(_TITLES[kind])


def short(amount: Decimal, formats: Formats) -> str:
    """A sum as it fits beside a bar: "412 k", "1.3 M"; below a thousand as it is."""
    if abs(amount) >= _MILLION:
        return tr("{n} M", n=formats.number((amount / _MILLION).quantize(Decimal("0.1"))))
    if abs(amount) >= _THOUSAND:
        return tr("{n} k", n=formats.number((amount / _THOUSAND).quantize(Decimal(1))))
    return formats.number(amount.quantize(Decimal(1)))


def exact(amount: Decimal, formats: Formats) -> str:
    """A sum to the cent."""
    return formats.number(amount.quantize(_CENT, ROUND_HALF_UP), 2)


def whole(amount: Decimal, currency: str, formats: Formats) -> str:
    """A sum without its cents, and its currency where that is known."""
    number = formats.number(amount.quantize(Decimal(1)))
    return tr("{amount} {currency}", amount=number, currency=currency) if currency else number


def bar_name(bar: Bar, formats: Formats) -> str:
    """What stands under or beside a bar."""
    if bar.month is not None:
        return formats.locale.standaloneMonthName(bar.month.month, formats.locale.FormatType.ShortFormat)
    return bar.label or tr("(empty)")


def stroke(bar: Bar, formats: Formats) -> Stroke:
    """A bar to be drawn. Its length is for the eye, so a float does."""
    told = short(bar.total, formats) if bar.total is not None else formats.count(bar.count)
    return Stroke(bar_name(bar, formats), float(bar.size), told, bar.standing)


def bar_words(bar: Bar, chart: HomeChart, formats: Formats) -> str:
    """A bar in a sentence's worth of words."""
    name = bar_name(bar, formats)
    if bar.month is not None:
        name = tr("{month} {year}", month=formats.locale.standaloneMonthName(bar.month.month), year=bar.month.year)
    records = plural(bar.count, "{n} record", "{n} records")
    if bar.total is None:
        return tr("{name}: {records}", name=name, records=records)
    amount = whole(bar.total, chart.currency, formats)
    return tr("{name}: {amount}, {records}", name=name, amount=amount, records=records)


def unit(chart: HomeChart) -> str:
    """What its numbers are, and what they leave out."""
    said = chart.currency if any(bar.total is not None for bar in chart.bars) else tr("records")
    if not chart.others:
        return said
    left = plural(chart.others, "{n} in another currency left out", "{n} in other currencies left out")
    return f"{said} · {left}" if said else left


def quotes_title(quotes: OpenQuotes) -> str:
    """Whose quotes they are."""
    return tr("My open quotes") if quotes.mine else tr("Open quotes")


def age(days: int | None) -> str:
    """How long ago."""
    if days is None:
        return ""
    if days <= 0:
        return tr("today")
    return plural(days, "{n} day ago", "{n} days ago")


def this_month(chart: HomeChart, today: date) -> Bar | None:
    """The bar of the month under way."""
    return next((bar for bar in chart.bars if bar.month == today.replace(day=1)), None)


def any_of(bars: Sequence[Bar]) -> Filter | None:
    """What finds the records of all these bars."""
    if len(bars) < 2:
        return bars[0].where if bars else None
    return Or(tuple(bar.where for bar in bars))
