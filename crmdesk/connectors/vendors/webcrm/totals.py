# SPDX-License-Identifier: MIT
"""PURE: how webCRM's quotation lines add up.

A line's ``Price`` is its total after the percentage, in cents (seen in the official client's recorded lines: 450 × 10
less 10 % is 4050). The description states no rule for VAT, and no total of the document.
"""

from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.sentence import sentence
from crmdesk.domain.totals import TaxMode, Terms, TotalsRule

RULE = TotalsRule(
    source=sentence("webCRM states the line's total only: each line in cents; VAT is added line by line"),
    line_places=2,
    tax_places=2,
)


def terms(document: SalesDocument) -> Terms:
    """Every line for itself."""
    return Terms(rule=RULE, tax_mode=TaxMode.INDIVIDUAL if document.lines else TaxMode.NONE)
