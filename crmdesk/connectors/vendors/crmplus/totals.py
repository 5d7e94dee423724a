# SPDX-License-Identifier: MIT
"""PURE: how CRM+ and its relatives compute a document's totals, and which header fields go into them.

The rule is vtiger 8.0.0's, as 450 documents that a running server computed bear it out to the cent. CRM+ is a fork of
vtiger 5; its own document states none, and its examples (2 × 12,235.87 = 24,471.74) agree as far as they go.
"""

from decimal import Decimal

from crmdesk.connectors.wire.text import to_decimal
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineItem, SalesDocument, Tax
from crmdesk.domain.sentence import sentence
from crmdesk.domain.totals import TaxMode, Terms, TotalsRule
from crmdesk.domain.values import plain

RULE = TotalsRule(
    source=sentence("vtiger 8.0.0, seen on 450 documents that a server computed"),
    is_proven=True,
    quantity_places=3,
    price_places=8,
    percent_places=3,
    amount_places=8,
    subtotal_has_tax=True,
    only_assigned=True,
    ignores_negative_amount=True,
    stored_digits=14,
    stored_places=8,
)
_ZERO = Decimal(0)


def terms(document: SalesDocument) -> Terms:
    """What the header says: discount, shipping and its taxes, adjustment; optional and alternative lines do not count."""

    def number(name: str) -> Decimal:
        value = document.header.values.get(FieldName(name))
        return (to_decimal(plain(value)) if value is not None else None) or _ZERO

    return Terms(
        rule=RULE,
        tax_mode=TaxMode.INDIVIDUAL if document.tax_mode.casefold() == "individual" else TaxMode.GROUP,
        discount_percent=number("hdnDiscountPercent") or None,
        discount_amount=number("hdnDiscountAmount") or None,
        charges=number("shipping_&_handling") or number("hdnS_H_Amount"),
        charge_taxes=tuple(
            Tax(f"shtax{place}", percent)
            for place in (1, 2, 3)
            if (percent := number(f"shipping_&_handling_shtax{place}"))
        ),
        adjustment=number("txtAdjustment"),
        uncounted=frozenset(place for place, line in enumerate(document.lines) if _is_an_offer(line)),
    )


def _is_an_offer(line: LineItem) -> bool:
    """GUESS: an optional line or an alternative is offered, not sold; the document does not say so."""
    names = (FieldName("optionalLineItem"), FieldName("alternativeLineItem"))
    return any(plain(line.extras.get(name)).casefold() in ("true", "1", "on", "yes") for name in names)
