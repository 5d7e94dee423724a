# SPDX-License-Identifier: MIT
"""Whether a saved document holds the lines that were wanted, and the change that brings back what it lost."""

from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.line_pairs import line_differences, restored
from crmdesk.domain.sales import LineDifference, LineTrouble, SalesDocument

__all__ = ["LineDifference", "LineTrouble", "line_differences", "restoring"]


def restoring(held: SalesDocument, wanted: SalesDocument) -> SaveDocument:
    """The change that brings the wanted lines back; one that is gone comes back as a new line."""
    return SaveDocument(held, restored(held, wanted))
