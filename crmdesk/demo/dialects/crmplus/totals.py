# SPDX-License-Identifier: MIT
"""How the pretended server computes a sales document: in doubles, in the order of vtiger 8.0.0.

Source: 450 documents computed by a vtiger 8.0.0 in November 2026; this order of operations is bit-equal to all of them.
Nothing is rounded between lines, taxes and totals; the database keeps 14 significant digits, then the column's decimals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSums:
    """One line as the sums see it: stored quantity, price and discounts; rates as sent and as assigned to the product."""

    quantity: float
    price: float
    discount_percent: float = 0.0
    discount_amount: float = 0.0
    sent: Mapping[str, float] = field(default_factory=dict)
    assigned: Mapping[str, float] = field(default_factory=dict)

    @property
    def gross(self) -> float:
        """Price times quantity."""
        return self.price * self.quantity

    @property
    def discount(self) -> float:
        """The amount if there is one, else the percentage of the gross."""
        return self.discount_amount if self.discount_amount else (self.discount_percent / 100) * self.gross

    @property
    def net(self) -> float:
        """Gross less discount; nothing is cut off at zero."""
        return self.gross - self.discount

    @property
    def own_tax(self) -> float:
        """Individual tax: the sent rates that the product carries; with none sent, the product's own."""
        rates = {n: r for n, r in self.sent.items() if n in self.assigned} if self.sent else self.assigned
        total = 0.0
        for _, rate in sorted(rates.items()):
            total += (self.net * float(kept(rate, 3))) / 100  # read back from a column; group tax takes rates as sent
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderSums:
    """What the document itself adds."""

    tax_type: str = "group"
    discount_percent: float = 0.0
    discount_amount: float = 0.0
    shipping: float = 0.0
    shipping_rates: tuple[float, ...] = ()
    adjustment: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The three totals, unrounded."""

    sub_total: float
    pre_tax_total: float
    grand_total: float


def sums(header: HeaderSums, lines: Sequence[LineSums]) -> Sums:
    """Return the totals of a document."""
    individual = header.tax_type.lower() == "individual"
    sub_total = net_total = 0.0
    for line in lines:
        net_total += line.net
        sub_total += line.net + line.own_tax if individual else line.net
    if header.discount_amount:  # a negative amount is not counted, yet it suppresses the percentage
        discount = max(header.discount_amount, 0.0)
    else:
        discount = (header.discount_percent / 100) * sub_total
    group_tax = 0.0
    if not individual and lines:
        for _, rate in sorted(lines[0].sent.items()):
            group_tax += ((sub_total - discount) * rate) / 100
    shipping_tax = 0.0
    for rate in header.shipping_rates:
        shipping_tax += (header.shipping * rate) / 100
    base = net_total if header.tax_type == "individual" else sub_total
    grand = sub_total - discount + header.shipping + group_tax + shipping_tax + header.adjustment
    return Sums(sub_total=sub_total, pre_tax_total=base - discount + header.shipping, grand_total=grand)


def kept(value: float, places: int) -> str:
    """Return a double as the database keeps it: 14 significant digits, then `places` decimals, half away from zero."""
    return f"{Decimal(f'{value:.14g}').quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def php_number(value: float) -> int | float:
    """Return a number as PHP's JSON shows it: 215, 255.85."""
    short = float(f"{value:.14g}")
    return int(short) if short == int(short) and abs(short) < 1e15 else short
