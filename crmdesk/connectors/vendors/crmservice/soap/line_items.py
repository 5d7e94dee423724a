# SPDX-License-Identifier: MIT
"""PURE: rows inside a sales document <-> LineItem.

``OrderProductRow {productid, description, qty, value_period, unit_price}`` (the documents' example); the names are looked
up in the WSDL's own type, so that rows of another shape work as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

from crmdesk.connectors.vendors.crmservice.soap import payload
from crmdesk.connectors.vendors.crmservice.soap.parse import Row
from crmdesk.connectors.vendors.crmservice.values import is_secret
from crmdesk.connectors.wire.soap import SoapPart
from crmdesk.connectors.wire.text import to_decimal
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.sales import LineItem, LineKind, Tax
from crmdesk.domain.values import Value, same

_ZERO = Decimal(0)
_CANDIDATES = {
    "key": "id rowid lineid lineitemid row_id",
    "product": "productid product serviceid",
    "text": "description comment text",
    "name": "productname name",
    "quantity": "qty quantity amount count",
    "unit_price": "unitprice listprice price",
    "discount_percent": "discountpercent discountpercentage discount",
    "discount_amount": "discountamount",
    "tax": "taxpercent vatpercent taxrate vat tax",
    "total": "total rowtotal nettotal",
}


@dataclass(frozen=True, slots=True)
class LineNames:
    """What a row's own members are called; "" = the rows have none for it."""

    key: str
    product: str
    text: str
    name: str
    quantity: str
    unit_price: str
    discount_percent: str
    discount_amount: str
    tax: str
    total: str

    def all(self) -> frozenset[str]:
        """Every name that is told by the line itself, not among its extras."""
        return frozenset(getattr(self, part) for part in _CANDIDATES)


def names_in(row: SoapPart) -> LineNames:
    """What the rows of this type call their members."""
    by_name = {part.name.lower().replace("_", ""): part.name for part in row.parts}

    def among(words: str) -> str:
        return next((by_name[word] for word in words.split() if word in by_name), "")

    return LineNames(**{part: among(words) for part, words in _CANDIDATES.items()})


def lines_of(rows: tuple[Row, ...], names: LineNames, products: ModuleName) -> tuple[LineItem, ...]:
    """A document's lines in the order they came."""
    return tuple(_line(row, names, place, products) for place, row in enumerate(rows, start=1))


def _line(row: Row, names: LineNames, place: int, products: ModuleName) -> LineItem:
    own = names.all()
    extras: dict[FieldName, Value] = {
        FieldName(name): raw
        for name, raw in row.items()
        if name not in own and isinstance(raw, str) and raw and not is_secret(name)
    }
    product, tax = _text(row, names.product), _number(row, names.tax)
    percent = _number(row, names.discount_percent) or None
    return LineItem(
        key=_text(row, names.key) or str(place),
        position=place,
        kind=LineKind.PRODUCT,
        product=RecordId(products, product) if product and product != "0" else None,
        text=_text(row, names.text),
        quantity=_number(row, names.quantity) or _ZERO,
        unit_price=_number(row, names.unit_price) or _ZERO,
        discount_percent=percent,
        discount_amount=None if percent else _number(row, names.discount_amount) or None,
        taxes=(Tax("VAT", tax),) if tax else (),
        total=_number(row, names.total),
        extras=extras,
        name=_text(row, names.name),
    )


def _text(row: Row, name: str) -> str:
    raw = row.get(name) if name else None
    return raw.strip() if isinstance(raw, str) else ""


def _number(row: Row, name: str) -> Decimal | None:
    return to_decimal(_text(row, name))


def problem(line: LineItem, names: LineNames) -> str:
    """Why a line cannot be saved there; "" = it can."""
    if line.discount_percent and not names.discount_percent:
        return "the rows have no discount in percent there"
    if line.discount_amount and not names.discount_amount:
        return "the rows have no discount there"
    if any(tax.percent for tax in line.taxes) and (not names.tax or len(line.taxes) > 1):
        return "the rows have no tax of their own there"
    texts = [line.text, *(value for value in line.extras.values() if isinstance(value, str))]
    bad = (c for text in texts for c in text if (c < " " and c not in "\t\n\r") or "\ud800" <= c <= "\udfff")
    return "it holds a character that cannot be sent" if any(bad) else ""


def row_of(line: LineItem, row: SoapPart, names: LineNames, held: Row | None, before: LineItem | None) -> object:
    """A line as an argument: what the server told of it before, with what the person changed.

    Args:
        held: the row as it was read, None for a new one. before: the line as it was read.
    """
    told = _known(line, names)
    old = _known(before, names) if before is not None else {}
    changed = {
        n: v for n, v in told.items() if n and (not same(v, old.get(n)) if before is not None else v is not None)
    }
    base = payload.fitted(dict(held), row) if held is not None else {}
    members = {n: payload.argument(_plain(v), row.member(n), UTC) for n, v in changed.items() if row.member(n)}
    return {**(base if isinstance(base, Mapping) else {}), **members}


def _known(line: LineItem, names: LineNames) -> dict[str, Value]:
    return {
        names.product: line.product,
        names.text: line.text,
        names.quantity: line.quantity,
        names.unit_price: line.unit_price,
        names.discount_percent: line.discount_percent,
        names.discount_amount: line.discount_amount,
        names.tax: line.taxes[0].percent if line.taxes else None,
        **{str(name): value for name, value in line.extras.items()},
    }


def _plain(value: Value) -> Value:
    """2.00 pieces are 2: a member may be a whole number there."""
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    return int(value) if whole and isinstance(value, Decimal) else value
