# SPDX-License-Identifier: MIT
"""Documents and their rows: row totals, document totals, rows replaced as a whole."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from crmdesk.demo.dialects.crmservice.catalogue import MODULES
from crmdesk.demo.dialects.crmservice.office import Office, Row

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


def complete_row(office: Office, row: Row) -> None:
    """Fill a row from its product where it says nothing, and count its total: quantity x price x periods - discount."""
    product = office.tables["products"].get(row["product_id"] or 0, {})
    for name, source in (("name", "name"), ("unit_price", "unit_price"), ("vat_percent", "vat_percent")):
        if row[name] is None:
            row[name] = product.get(source)
    row["value_period"] = row["value_period"] or 1
    price, quantity = row["unit_price"] or Decimal(0), row["quantity"] or Decimal(0)
    left = 1 - (row["discount_percent"] or Decimal(0)) / _HUNDRED
    row["total"] = _cents(quantity * price * row["value_period"] * left)


def count_totals(office: Office, module: str, document: Row) -> None:
    """Count a document's totals anew from its rows: subtotal - discount, VAT row by row, both rounded to cents."""
    rows = office.children(MODULES[module].row_module, "entity_id", document["id"])
    left = 1 - (document["discount_percent"] or Decimal(0)) / _HUNDRED
    document["subtotal"] = sum((row["total"] for row in rows), Decimal("0.00"))
    net = _cents(document["subtotal"] * left)
    vat = (_cents(row["total"] * left * (row["vat_percent"] or Decimal(0)) / _HUNDRED) for row in rows)
    document["vat_total"] = sum(vat, Decimal("0.00"))
    document["total"] = net + document["vat_total"]


def replace_rows(office: Office, module: str, document: Row, rows: Sequence[Row]) -> None:
    """Give a document these rows instead of its own: new numbers for all, whether they were there before or not."""
    name = MODULES[module].row_module
    for old in office.children(name, "entity_id", document["id"]):
        office.tables[name].pop(old["id"])
    for place, row in enumerate(rows, 1):
        row["id"] = office.count_up(name)
        row["entity_id"] = document["id"]
        row["row_no"] = place
        complete_row(office, row)
        office.put(name, row)
    office.changed()
    count_totals(office, module, document)
