# SPDX-License-Identifier: MIT
"""PURE: three spellings of a document's lines <-> LineItem.

CRM+: a map keyed by ``lineitem_id``, ``[]`` when empty, types mixed (its document, getLineItems). vtiger 8: a list
``LineItems`` inside the record. coreBOS: a list ``pdoInformation`` (both recorded).
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from crmdesk.connectors.vendors.crmplus import parse
from crmdesk.connectors.wire.text import decode_html, to_decimal, to_int, to_text
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.sales import LineItem, LineKind, Tax, Totals
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain, same

PRODUCTS, SERVICES = ModuleName("Products"), ModuleName("Services")
_ZERO = Decimal(0)
TAX_ID = FieldName("tax_id")
"""GUESS: the attribute of addLineItem takes what lines tell as ``taxclass``, and 0 means the product's own tax; the
document names both and explains neither. What the server makes of it is compared after each save."""
ALTERNATIVE, PARENT = FieldName("alternativeLineItem"), FieldName("alternativeParentId")
"""Sent by themselves, when all lines stand where they shall: see ``alternatives``."""
NO_PARENT = "0"
PAGE_BREAK, SUBTOTAL = FieldName("linebreak"), FieldName("show_subtotal")
_SWITCHES: Mapping[FieldName, tuple[object, object]] = {PAGE_BREAK: ("off", "on"), SUBTOTAL: (0, 1)}
"""How off and on are spelt. The document shows "off" and 0 alone; GUESS: a check box of the vendor's form gives the others."""
_TAX = re.compile(r"tax\d+")
_KNOWN = frozenset(
    {"id", "lineitem_id", "sequence", "comment", "quantity", "listprice", "discount_percent", "discount_amount"}
)
_COMPUTED = frozenset(
    [
        "itemtype",
        "total",
        "total_discount",
        "total_after_discount",
        "tax_percentage",
        "total_tax_value",
        "net_price",
        "net_subtotal",
        "changetime",
        "qtyinstock",
        "subproduct_ids",
        "copyProduct",
        "taxclass",
        ALTERNATIVE,
        PARENT,
    ]
)
_VTIGER_KNOWN = frozenset(
    [
        "parent_id",
        "productid",
        "sequence_no",
        "quantity",
        "listprice",
        "discount_percent",
        "discount_amount",
        "comment",
        "id",
        "entity_type",
        "deleted",
    ]
)


def from_crmplus(result: object) -> tuple[LineItem, ...]:
    """A getLineItems reply, in the document's order.

    Raises:
        MalformedReply.
    """
    found = [_crmplus_line(row, key) for key, row in _keyed(result)]
    return _in_order(found)


def _keyed(result: object) -> list[tuple[str, Mapping[str, object]]]:
    pairs: list[tuple[str, object]]
    if isinstance(result, dict) and "lineitem_id" in result:
        pairs = [("", result)]  # updateLineItem answers the one line
    elif isinstance(result, dict):
        pairs = list(result.items())
    elif isinstance(result, list):
        pairs = [("", row) for row in result]
    elif result is None:
        return []
    else:
        pairs = [("", result)]
    found: list[tuple[str, Mapping[str, object]]] = [(str(k), row) for k, row in pairs if isinstance(row, dict)]
    if len(found) < len(pairs):
        raise MalformedReply(
            sentence("The lines of the document are not what they should be. Reload it."), where="lines"
        )
    return found


def _crmplus_line(row: Mapping[str, object], key: str) -> LineItem:
    # In the document's example for deleteLineItem the map's key is "4" and the line says lineitem_id "6": the line's
    # own word counts.
    product = to_text(row.get("id"))
    kind = _kind(to_text(row.get("itemtype")), product, to_text(row.get("headline")))
    percent = to_decimal(row.get("tax_percentage"))
    amount = to_decimal(row.get("total_tax_value"))
    return LineItem(
        key=to_text(row.get("lineitem_id")) or key or None,
        position=to_int(row.get("sequence")) or 0,
        kind=kind,
        product=_product(product, kind),
        text=to_text(row.get("headline")) if kind is LineKind.HEADING else to_text(row.get("comment")),
        quantity=to_decimal(row.get("quantity")) or _ZERO,
        unit_price=to_decimal(row.get("listprice")) or _ZERO,
        discount_percent=_if_set(row.get("discount_percent")),
        discount_amount=_if_set(row.get("discount_amount")),
        taxes=(Tax(to_text(row.get("taxclass")), percent, amount),) if percent else (),
        total=to_decimal(row.get("total_after_discount", row.get("total"))),
        extras=_extras(row, _KNOWN) | {TAX_ID: _tax_class(row)} | _switches(row),
        name=to_text(row.get("name")),
    )


def _switches(row: Mapping[str, object]) -> dict[FieldName, Value]:
    off = ("", "0", "off", "false", "no")
    return {name: to_text(row[name]).casefold() not in off for name in _SWITCHES if name in row}


def _tax_class(row: Mapping[str, object]) -> Value:
    told = to_text(row.get("taxclass"))
    return told if told not in ("", "0") else None


def _kind(item_type: str, product: str, headline: str) -> LineKind:
    if not parse.is_full_id(product):
        return LineKind.HEADING if headline else LineKind.TEXT
    return LineKind.SERVICE if item_type == SERVICES else LineKind.PRODUCT


def _product(key: str, kind: LineKind) -> RecordId | None:
    if not parse.is_full_id(key):
        return None
    return RecordId(SERVICES if kind is LineKind.SERVICE else PRODUCTS, key)


def _if_set(raw: object) -> Decimal | None:
    """A discount of 0 is none."""
    number = to_decimal(raw)
    return number if number else None


def _extras(row: Mapping[str, object], known: frozenset[str]) -> dict[FieldName, Value]:
    """The vendor's own line fields; names come HTML-encoded on vtiger 8, and only those."""
    found: dict[FieldName, Value] = {}
    for name, raw in row.items():
        if name in known or isinstance(raw, (dict, list)) or _TAX.fullmatch(name):
            continue
        value: Value = raw if isinstance(raw, (bool, int, Decimal, str)) or raw is None else to_text(raw)
        found[FieldName(name)] = decode_html(value) if name == "product_name" and isinstance(value, str) else value
    return found


def _in_order(found: list[LineItem]) -> tuple[LineItem, ...]:
    return tuple(sorted(found, key=lambda line: line.position))


def from_vtiger(raw: object) -> tuple[LineItem, ...]:
    """``LineItems`` inside a retrieved record."""
    found: list[LineItem] = []
    for _, row in _keyed(raw):
        product = to_text(row.get("productid"))
        kind = _kind(to_text(row.get("entity_type")), product, "")
        taxes = tuple(
            Tax(name, percent) for name, value in row.items() if _TAX.fullmatch(name) and (percent := _if_set(value))
        )
        extras = _extras(row, _VTIGER_KNOWN)
        if "product_name" in extras:
            extras[FieldName("name")] = extras.pop(FieldName("product_name"))
        name = plain(extras.get(FieldName("name")))
        found.append(
            LineItem(
                key=to_text(row.get("id")) or None,
                position=to_int(row.get("sequence_no")) or len(found) + 1,
                kind=kind,
                product=_product(product, kind),
                text=to_text(row.get("comment")),
                quantity=to_decimal(row.get("quantity")) or _ZERO,
                unit_price=to_decimal(row.get("listprice")) or _ZERO,
                discount_percent=_if_set(row.get("discount_percent")),
                discount_amount=_if_set(row.get("discount_amount")),
                taxes=taxes,
                extras=extras,
                name=name,
            )
        )
    return _in_order(found)


def from_corebos(raw: object) -> tuple[LineItem, ...]:
    """``pdoInformation`` inside a retrieved record; its lines have no ids, so their place names them."""
    found = []
    for number, (_, row) in enumerate(_keyed(raw), start=1):
        product = to_text(row.get("wsproductid"))
        kind = _kind(to_text(row.get("linetype")), product, "")
        has_discount = bool(to_int(row.get("discount")))
        is_percent = to_text(row.get("discount_type")) == "percentage"
        found.append(
            LineItem(
                key=f"line-{number}",
                position=number,
                kind=kind,
                product=_product(product, kind),
                text=to_text(row.get("comment")),
                quantity=to_decimal(row.get("qty")) or _ZERO,
                unit_price=to_decimal(row.get("listprice")) or _ZERO,
                discount_percent=_if_set(row.get("discount_percentage")) if has_discount and is_percent else None,
                discount_amount=_if_set(row.get("discount_amount")) if has_discount and not is_percent else None,
            )
        )
    return tuple(found)


def attributes(line: LineItem) -> dict[str, object]:
    """A new line as CRM+'s addLineItem takes it: every documented attribute, the vendor's own ones on top."""
    base: dict[str, object] = {
        "id": line.product.key if line.product else "",
        "name": plain(line.extras.get(FieldName("name"))),
        "sequence": line.position,
        "headline": line.text if line.kind is LineKind.HEADING else "",
        "headlinedes": "",
        "linebreak": "off",
        "show_subtotal": 0,
        "comment": None if line.kind is LineKind.HEADING else line.text or None,
        "quantity": number(line.quantity),
        "listprice": number(line.unit_price),
        "grossPrice": None,
        "asset_id": 0,
        "lineitem_id": 0,
        "tax_id": 0,
        "discount_percent": number(line.discount_percent or _ZERO),
        "discount_amount": number(line.discount_amount or _ZERO),
        PARENT: NO_PARENT,
    }
    own = {str(k): _own(k, v) for k, v in line.extras.items() if k not in _COMPUTED and v is not None}
    return {**base, **own}


def changed_fields(before: LineItem, after: LineItem) -> dict[str, object]:
    """What CRM+'s updateLineItem must be told to get from one line to the other; empty = nothing.

    GUESS: another product makes the line anew, with that product's own price and without discount or text; so what the
    line is to hold goes along whole.
    """
    fields: dict[str, object] = {}
    is_other = before.product != after.product and after.product is not None
    if is_other and after.product is not None:
        fields["id"] = after.product.key
        fields |= {str(k): _own(k, v) for k, v in after.extras.items() if _is_set_by_people(k) and v not in (None, "")}
    if before.text != after.text or (is_other and after.text):
        fields["headline" if after.kind is LineKind.HEADING else "comment"] = after.text
    if before.position != after.position:
        fields["sequence"] = after.position
    for name, old, new in (
        ("quantity", before.quantity, after.quantity),
        ("listprice", before.unit_price, after.unit_price),
        ("discount_percent", before.discount_percent or _ZERO, after.discount_percent or _ZERO),
        ("discount_amount", before.discount_amount or _ZERO, after.discount_amount or _ZERO),
    ):
        if old != new or is_other:
            fields[name] = number(new)
    for key, value in after.extras.items():
        if key not in _COMPUTED and not same(before.extras.get(key), value):
            fields[str(key)] = _own(key, value)
    return fields


def _is_set_by_people(name: str) -> bool:
    return name.startswith("cf_") or name in (
        "headline",
        "headlinedes",
        "description",
        PAGE_BREAK,
        SUBTOTAL,
        "optionalLineItem",
        "productBlockName",
    )


def number(value: Decimal) -> int | Decimal:
    """A number as JSON, without trailing zeros."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def _own(name: FieldName, value: Value) -> object:
    """A field of the vendor's as it is spelt on the wire."""
    return _SWITCHES[name][bool(value)] if name in _SWITCHES else _sent(value)


def _sent(value: Value) -> object:
    if isinstance(value, Decimal):
        return number(value)
    return value if isinstance(value, (bool, int, str)) or value is None else plain(value)


def to_vtiger(line: LineItem) -> dict[str, str]:
    """A line of ``LineItems``; taxes are sent with each line, else the tax disappears (recorded)."""
    told = {
        "productid": line.product.key if line.product else "",
        "quantity": plain(line.quantity),
        "listprice": plain(line.unit_price),
        "comment": line.text,
        "sequence_no": str(line.position),
    }
    if line.discount_percent:
        told["discount_percent"] = plain(line.discount_percent)
    if line.discount_amount:
        told["discount_amount"] = plain(line.discount_amount)
    return told | {tax.name: plain(tax.percent) for tax in line.taxes if _TAX.fullmatch(tax.name)}


def to_corebos(line: LineItem) -> dict[str, str]:
    """A line of ``pdoInformation``."""
    told = {
        "productid": line.product.key if line.product else "",
        "qty": plain(line.quantity),
        "listprice": plain(line.unit_price),
        "comment": line.text,
    }
    if line.discount_percent:
        told |= {
            "discount": "1",
            "discount_type": "percentage",
            "discount_percentage": plain(line.discount_percent),
        }
    elif line.discount_amount:
        told |= {"discount": "1", "discount_type": "amount", "discount_amount": plain(line.discount_amount)}
    return told


def totals_of(row: Mapping[str, object]) -> Totals:
    """The figures of the header; a write's answer has them as numbers, a retrieve as texts (recorded)."""

    def figure(*names: str) -> Decimal | None:
        return next((n for name in names if (n := to_decimal(row.get(name))) is not None), None)

    return Totals(
        net=figure("hdnSubTotal"),
        discount=figure("hdnDiscountAmount"),
        tax=figure("sum_taxtotal"),
        charges=figure("hdnS_H_Amount"),
        adjustment=figure("txtAdjustment"),
        gross=figure("hdnGrandTotal"),
    )
