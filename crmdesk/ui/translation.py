# SPDX-License-Identifier: MIT
"""``tr``, ``plural``, ``told``, ``mark`` as the window has them. Small, since the window's first picture waits for it."""

from PySide6.QtCore import QLocale

from crmdesk import translation
from crmdesk.translation import mark as mark
from crmdesk.translation import told as told
from crmdesk.translation import tr as tr
from crmdesk.translation import within as within


def plural(count: int, one: str, many: str, **named: object) -> str:
    """``one`` or ``many`` with ``{n}`` as the grouped count; a translation may know more than two forms."""
    return translation.plural(count, one, many, n=QLocale().toString(count), **named)
