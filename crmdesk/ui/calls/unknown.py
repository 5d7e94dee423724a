# SPDX-License-Identifier: MIT
"""What is said after a write whose answer was lost."""

from crmdesk.domain.errors import CrmError
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr


def unknown_words(error: CrmError) -> str:
    """It may have been carried out; nothing sends it again by itself."""
    return tr(
        "It is not known whether the server carried this out: {why} Look on the server first. "
        "Nothing is sent again by itself.",
        why=told(error.user_text),
    )
