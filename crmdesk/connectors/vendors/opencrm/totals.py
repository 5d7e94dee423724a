# SPDX-License-Identifier: MIT
"""PURE: how OpenCRM computes a document's totals. Its guide states no rule; ``taxvalue`` of a line is told in cents."""

from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.sentence import sentence
from crmdesk.domain.totals import TaxMode, Terms, TotalsRule

RULE = TotalsRule(
    source=sentence("OpenCRM states no rule: each line and its tax in cents, then added up"),
    quantity_places=1,
    line_places=2,
    tax_places=2,
)


def terms(document: SalesDocument) -> Terms:
    """Every line for itself; the header has no discount of its own among the fields the guide names."""
    return Terms(rule=RULE, tax_mode=TaxMode.INDIVIDUAL if document.lines else TaxMode.NONE)
