# SPDX-License-Identifier: MIT
"""Whether a saved document holds the lines that were wanted, and the change that brings back what it lost."""

from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.line_pairs import line_differences, restored
from crmdesk.domain.sales import LineDifference, LineTrouble, SalesDocument

__all__ = ["LineDifference", "LineTrouble", "line_differences", "restoring"]


def restoring(held: SalesDocument, wanted: SalesDocument, before: SalesDocument | None = None) -> SaveDocument:
    """The change that brings the wanted lines back; one that is gone comes back as a new line.

    Args:
        before: the document before the save that went wrong, to tell which of the vendor's own fields were asked for.
    """
    return SaveDocument(held, restored(held, wanted, before))
