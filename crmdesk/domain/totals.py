# SPDX-License-Identifier: MIT
"""What a sales document comes to, in exact decimals, by the rule of the server that keeps it.

The rules differ in few things (what is rounded when, whose taxes count, what a discount is taken of), so a rule is a
set of values: each vendor's folder holds its own with its source, and the golden documents that prove it are tests.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import Enum

from crmdesk.domain.names import RecordId
from crmdesk.domain.sales import LineItem, SalesDocument, Tax, Totals

_ZERO, _HUNDRED = Decimal(0), Decimal(100)
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
"""In it nothing of a sales document is lost: no float, and more digits than any server keeps."""


class TaxMode(Enum):
    """Where the taxes of a document belong."""

    NONE = "none"
    INDIVIDUAL = "individual"
    """Each line is taxed by itself."""
    GROUP = "group"
    """The document is taxed as a whole, at the rates of its first line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalsRule:
    """How a server computes.

    Attributes:
        source: where the rule is stated, or what it was seen on; shown to the person.
        is_proven: documents that the server computed bear it out; else it is a reading of the vendor's text.
        quantity_places, price_places, percent_places, amount_places: decimals of what the server stores and computes
            with; None = as given.
        line_places: each line's net is rounded to so many decimals; None = never.
        tax_places: each tax of a line (or of the document) is rounded; None = never.
        subtotal_has_tax: the subtotal of an individually taxed document contains the lines' taxes, and the overall
            discount is taken of it.
        only_assigned: only taxes that the product is assigned count (individual).
        discount_lowers_tax: the overall discount is taken of what the lines are taxed on, of each in proportion (individual).
        ignores_negative_amount: an overall discount amount below zero counts as none, and a percentage beside it too.
        stored_digits, stored_places: what of a total the server keeps, significant digits first.
        shown_places: decimals of money.
    """

    source: str
    is_proven: bool = False
    quantity_places: int | None = None
    price_places: int | None = None
    percent_places: int | None = None
    amount_places: int | None = None
    line_places: int | None = None
    tax_places: int | None = None
    subtotal_has_tax: bool = False
    only_assigned: bool = False
    discount_lowers_tax: bool = False
    ignores_negative_amount: bool = False
    stored_digits: int | None = None
    stored_places: int = 8
    shown_places: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What of a document's header goes into its totals.

    Attributes:
        discount_percent, discount_amount: of the whole document; an amount wins.
        charges: shipping and handling. charge_taxes: on these alone.
        adjustment: added last, not taxed.
        times: place of a line, from 0 -> what its quantity × price is taken times; left out = 1.
        uncounted: places of lines in the document, from 0, that are shown and not counted: optional ones, alternatives.
    """

    rule: TotalsRule
    tax_mode: TaxMode = TaxMode.INDIVIDUAL
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    charges: Decimal = _ZERO
    charge_taxes: tuple[Tax, ...] = ()
    adjustment: Decimal = _ZERO
    times: Mapping[int, Decimal] = field(default_factory=dict)
    uncounted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TaxFigure:
    """One tax: ``amount`` = ``base`` × ``percent`` / 100, rounded where the rule says so."""

    name: str
    percent: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFigures:
    """What one line comes to: ``net`` = ``quantity`` × ``unit_price`` (× ``Terms.times``) − ``discount``; ``total`` = net
    and its taxes."""

    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    net: Decimal
    taxes: tuple[TaxFigure, ...]
    total: Decimal
    is_counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFigures:
    """What a document comes to, not rounded further than its rule says.

    gross = subtotal − discount + charges + taxes (where the subtotal has none) + charge taxes + adjustment.

    Attributes:
        lines: one for each line of the document, in its order.
        net: the counted lines without tax. subtotal: as the server calls it; with tax where the rule says so.
        discount_base: what the overall discount was taken of.
        taxes: one for each name and rate.
    """

    lines: tuple[LineFigures, ...]
    net: Decimal
    subtotal: Decimal
    subtotal_has_tax: bool
    discount_base: Decimal
    discount: Decimal
    charges: Decimal
    taxes: tuple[TaxFigure, ...]
    charge_taxes: tuple[TaxFigure, ...]
    adjustment: Decimal
    pre_tax: Decimal
    gross: Decimal

    @property
    def tax(self) -> Decimal:
        """All taxes together, those on charges included."""
        with localcontext(EXACT):
            return sum((t.amount for t in (*self.taxes, *self.charge_taxes)), _ZERO)


Assigned = Mapping[RecordId, tuple[Tax, ...]]
"""The taxes of products, for rules that count no others and for new lines that name none."""


def compute(document: SalesDocument, terms: Terms, assigned: Assigned | None = None) -> DocumentFigures:
    """What the server will make of a document. Exact; the order of lines matters only for whose rates are a group's."""
    with localcontext(EXACT):
        return _compute(document.lines, terms, assigned or {})


def _compute(lines: tuple[LineItem, ...], terms: Terms, assigned: Assigned) -> DocumentFigures:
    rule = terms.rule
    figures = tuple(_line(line, place, terms, assigned) for place, line in enumerate(lines))
    counted = [one for one in figures if one.is_counted]
    net = sum((one.net for one in counted), _ZERO)
    line_taxes = [tax for one in counted for tax in one.taxes]
    is_group = terms.tax_mode is TaxMode.GROUP
    has_tax = rule.subtotal_has_tax and not is_group
    subtotal = net + sum((tax.amount for tax in line_taxes), _ZERO) if has_tax else net
    discount = _overall(subtotal, terms)
    if rule.discount_lowers_tax and discount and net and not has_tax:
        line_taxes = [_tax(tax.name, tax.percent, tax.base * (net - discount) / net, rule) for tax in line_taxes]
    taxes = _joined(line_taxes)
    if is_group:
        rates = next((line.taxes for place, line in enumerate(lines) if place not in terms.uncounted), ())
        taxes = tuple(_tax(rate.name, rate.percent, subtotal - discount, rule) for rate in rates if rate.percent)
    charges = rounded(terms.charges, rule.amount_places)
    # What was sent is taxed, not what was stored of it.
    charge_taxes = tuple(_tax(rate.name, rate.percent, terms.charges, rule) for rate in terms.charge_taxes)
    adjustment = rounded(terms.adjustment, rule.amount_places)
    added = sum((t.amount for t in (*(() if has_tax else taxes), *charge_taxes)), _ZERO)
    return DocumentFigures(
        lines=figures,
        net=net,
        subtotal=subtotal,
        subtotal_has_tax=has_tax,
        discount_base=subtotal,
        discount=discount,
        charges=charges,
        taxes=taxes,
        charge_taxes=charge_taxes,
        adjustment=adjustment,
        pre_tax=net - discount + charges,
        gross=subtotal - discount + charges + added + adjustment,
    )


def _line(line: LineItem, place: int, terms: Terms, assigned: Assigned) -> LineFigures:
    rule = terms.rule
    quantity = rounded(line.quantity, rule.quantity_places)
    price = rounded(line.unit_price, rule.price_places)
    value = quantity * price * terms.times[place] if place in terms.times else quantity * price
    if line.discount_amount:
        discount = rounded(line.discount_amount, rule.amount_places)
    else:
        discount = _of(rounded(line.discount_percent or _ZERO, rule.percent_places), value)
    net = rounded(value - discount, rule.line_places)
    taxes: tuple[TaxFigure, ...] = ()
    if terms.tax_mode is TaxMode.INDIVIDUAL:
        rates = _rates(line, rule, assigned)
        taxes = tuple(
            _tax(rate.name, rounded(rate.percent, rule.percent_places), net, rule) for rate in rates if rate.percent
        )
    return LineFigures(
        quantity=quantity,
        unit_price=price,
        discount=value - net,
        net=net,
        taxes=taxes,
        total=net + sum((tax.amount for tax in taxes), _ZERO),
        is_counted=place not in terms.uncounted,
    )


def _rates(line: LineItem, rule: TotalsRule, assigned: Assigned) -> tuple[Tax, ...]:
    own = assigned.get(line.product) if line.product is not None else None
    if line.key is None and not line.taxes:
        return own or ()  # a new line that names no tax gets those of its product
    if rule.only_assigned and own is not None:
        names = {tax.name for tax in own}
        return tuple(tax for tax in line.taxes if tax.name in names)
    return line.taxes


def _overall(base: Decimal, terms: Terms) -> Decimal:
    amount = rounded(terms.discount_amount or _ZERO, terms.rule.amount_places)
    if amount:
        return _ZERO if amount < 0 and terms.rule.ignores_negative_amount else amount
    return _of(rounded(terms.discount_percent or _ZERO, terms.rule.percent_places), base)


def _tax(name: str, percent: Decimal, base: Decimal, rule: TotalsRule) -> TaxFigure:
    return TaxFigure(name, percent, base, rounded(_of(percent, base), rule.tax_places))


def _of(percent: Decimal, base: Decimal) -> Decimal:
    """So many percent of it. Moving the point is as exact as dividing and thirty times as quick."""
    return (base * percent).scaleb(-2)


def _joined(taxes: Iterable[TaxFigure]) -> tuple[TaxFigure, ...]:
    """One figure for each name and rate, in the order of their first line."""
    found: dict[tuple[str, Decimal], TaxFigure] = {}
    for tax in taxes:
        key = (tax.name, tax.percent)
        old = found.get(key)
        found[key] = tax if old is None else TaxFigure(*key, old.base + tax.base, old.amount + tax.amount)
    return tuple(found.values())


def stored(amount: Decimal, rule: TotalsRule) -> Decimal:
    """What the server keeps of a total: so many digits, then so many decimals, half away from zero."""
    with localcontext(EXACT):
        if rule.stored_digits is not None and amount:
            amount = rounded(amount, rule.stored_digits - 1 - amount.adjusted())
        return rounded(amount, rule.stored_places)


def shown(amount: Decimal, rule: TotalsRule) -> Decimal:
    """A total as money: what the server keeps of it, half away from zero."""
    with localcontext(EXACT):
        return rounded(stored(amount, rule), rule.shown_places)


def rounded(value: Decimal, places: int | None) -> Decimal:
    """Half away from zero, as databases and bookkeepers do; ``places`` below zero round before the point."""
    return value if places is None else value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


# ---- ours beside the server's ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deviation:
    """A figure of the server's that is not ours: ``name`` is a field of ``Totals``; both as money."""

    name: str
    ours: Decimal
    theirs: Decimal


def as_totals(ours: DocumentFigures, rule: TotalsRule) -> Totals:
    """Our figures as a server tells its own, as money; ``net`` is what it calls the subtotal."""
    return Totals(
        net=shown(ours.subtotal, rule),
        discount=shown(ours.discount, rule),
        tax=shown(ours.tax, rule),
        charges=shown(ours.charges, rule),
        adjustment=shown(ours.adjustment, rule),
        gross=shown(ours.gross, rule),
    )


def deviations(ours: DocumentFigures, theirs: Totals, rule: TotalsRule) -> tuple[Deviation, ...]:
    """Where the server's figures differ from ours by a cent or more; a figure that it does not tell is not compared.

    ``net`` of ``Totals`` is what the server calls the subtotal.
    """
    pairs = (("net", ours.subtotal, theirs.net), ("gross", ours.gross, theirs.gross))
    found: list[Deviation] = []
    for name, mine, told in pairs:
        if told is not None and shown(mine, rule) != shown(told, rule):
            found.append(Deviation(name, shown(mine, rule), shown(told, rule)))
    return tuple(found)
