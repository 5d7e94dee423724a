# SPDX-License-Identifier: MIT
"""PURE: how SuiteCRM's quotes and invoices add up.

``calculateLine`` and ``calculateTotal`` of modules/AOS_Products_Quotes/line_items.js (salesagility/SuiteCRM, seen
2026-11-22): each line's tax is rounded to the user's digits, two unless he chose others; nothing else is rounded before
it is shown. There is no discount of the whole document; shipping is taxed by itself. The web page computes, the server
stores what it is sent, so that documents saved there can differ where a user has other digits.
"""

from decimal import Decimal

from crmdesk.connectors.vendors.sugarsoap.line_items import percent_of
from crmdesk.connectors.wire.text import to_decimal
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import SalesDocument, Tax, Totals
from crmdesk.domain.sentence import sentence
from crmdesk.domain.totals import DocumentFigures, TaxMode, Terms, TotalsRule
from crmdesk.domain.values import Value, plain

SHIPPING, SHIPPING_TAX, SHIPPING_TAX_AMOUNT = (
    FieldName(n) for n in ("shipping_amount", "shipping_tax", "shipping_tax_amt")
)
LIST_TOTAL, DISCOUNT, SUBTOTAL, TAX, TOTAL = (
    FieldName(n) for n in ("total_amt", "discount_amount", "subtotal_amount", "tax_amount", "total_amount")
)
RULE = TotalsRule(
    source=sentence(
        "SuiteCRM’s own page (line_items.js): each line’s tax in cents, the rest unrounded; its server only stores"
    ),
    tax_places=2,
)
_CENT = Decimal("0.01")


def terms(document: SalesDocument) -> Terms:
    """Every line for itself, and shipping with its tax."""
    values = document.header.values
    rate = percent_of(values.get(SHIPPING_TAX))
    return Terms(
        rule=RULE,
        tax_mode=TaxMode.INDIVIDUAL,
        charges=_number(values.get(SHIPPING)) or Decimal(0),
        charge_taxes=(Tax("shipping", rate),) if rate else (),
    )


def totals_of(values: dict[FieldName, Value]) -> Totals:
    """What the header tells; its discount is that of the lines together, below zero."""
    return Totals(
        net=_number(values.get(SUBTOTAL)),
        tax=_number(values.get(TAX)),
        charges=_number(values.get(SHIPPING)),
        gross=_number(values.get(TOTAL)),
    )


def header_values(figures: DocumentFigures) -> dict[FieldName, Value]:
    """What the header is to say of its lines."""
    before = sum((one.quantity * one.unit_price for one in figures.lines), Decimal(0))
    shipping_tax = sum((tax.amount for tax in figures.charge_taxes), Decimal(0))
    wanted = {
        LIST_TOTAL: before,
        DISCOUNT: figures.net - before,
        SUBTOTAL: figures.net,
        SHIPPING_TAX_AMOUNT: shipping_tax,
        TAX: figures.tax,
        TOTAL: figures.gross,
    }
    return {name: amount.quantize(_CENT, "ROUND_HALF_UP") for name, amount in wanted.items()}


def _number(value: Value) -> Decimal | None:
    return to_decimal(plain(value))
