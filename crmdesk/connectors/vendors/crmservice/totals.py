# SPDX-License-Identifier: MIT
"""PURE: how CRM-service's documents add up, over either interface, and which header fields tell its own figures.

Neither the vendor's documents nor its command line client state a rule or show a total. GUESS: rows in cents after their
discount, the overall discount taken of what is taxed, VAT row by row in cents; so the window holds every document against
the server's own figures, and says so where they differ.
"""

from collections.abc import Mapping
from decimal import Decimal

from crmdesk.connectors.wire.text import to_decimal
from crmdesk.domain.line_edit import is_new
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument, Totals
from crmdesk.domain.sentence import sentence
from crmdesk.domain.totals import TaxMode, Terms, TotalsRule
from crmdesk.domain.values import Value, plain

RULE = TotalsRule(
    source=sentence("CRM-service states no rule: each row in cents, VAT row by row after the overall discount"),
    line_places=2,
    tax_places=2,
    discount_lowers_tax=True,
)
_NET = "nettotal subtotal totalnet sumwithouttax hdnsubtotal"
_TAX = "taxtotal totaltax vattotal taxamount"
_GROSS = "grandtotal grosstotal total sumwithtax hdngrandtotal"
_PERCENT = "discountpercent discountpercentage hdndiscountpercent"
_AMOUNT = "discountamount hdndiscountamount"
_PERIODS = (FieldName("value_period"), FieldName("valueperiod"), FieldName("valuePeriod"))
"""``OrderProductRow.value_period`` of the vendor's example, 1 there. GUESS: a row is charged for so many periods."""


def totals_of(header: Record) -> Totals | None:
    """The server's own figures, under the names either interface may have for them; None = it tells none."""
    net, tax, gross = (_number(header.values, names) for names in (_NET, _TAX, _GROSS))
    return None if net is None and tax is None and gross is None else Totals(net=net, tax=tax, gross=gross)


def terms(document: SalesDocument) -> Terms | None:
    """Every row for itself, as many times as it has periods; None where the rows do not tell their VAT.

    ``OrderProductRow`` of the older interface has no member for it, and yet the document is taxed.
    """
    if _hides_tax(document):
        return None
    values = document.header.values
    periods = {place: times for place, line in enumerate(document.lines) if (times := _periods(line))}
    return Terms(
        rule=RULE,
        tax_mode=TaxMode.INDIVIDUAL if document.lines else TaxMode.NONE,
        discount_percent=_number(values, _PERCENT) or None,
        discount_amount=_number(values, _AMOUNT) or None,
        times=periods,
    )


def _hides_tax(document: SalesDocument) -> bool:
    told = document.server_totals
    held = [line for line in document.lines if not is_new(line)]
    if document.tax_mode or told is None or not held or any(line.taxes for line in held):
        return False
    return bool(told.tax) or (told.net is not None and told.gross is not None and told.net < told.gross)


def _periods(line: LineItem) -> Decimal | None:
    told = next((value for name in _PERIODS if (value := line.extras.get(name)) is not None), None)
    return to_decimal(plain(told)) or None if told is not None else None


def _number(values: Mapping[FieldName, Value], names: str) -> Decimal | None:
    """The first of the names that holds a number, however it is spelt."""
    told = {name.replace("_", "").lower(): value for name, value in values.items() if value is not None}
    found = (to_decimal(plain(told[name])) for name in names.split() if name in told)
    return next((number for number in found if number is not None), None)
