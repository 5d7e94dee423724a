# SPDX-License-Identifier: MIT
"""What a field's text opens: a page, a mail, a call. Only addresses of known kinds are ever opened."""

import re

from PySide6.QtCore import QUrl

from crmdesk.domain.schema import FieldType
from crmdesk.ui.opening import is_mail_address


def address_of(kind: FieldType, text: str) -> str:
    """An http, mailto or tel address, "" where the text is none. A server may hold any text, ``file:`` among it."""
    text = text.strip()
    match kind:
        case FieldType.EMAIL:
            return f"mailto:{text}" if is_mail_address(text) else ""
        case FieldType.PHONE:
            digits = re.sub(r"[^\d+*#]", "", text)
            return f"tel:{digits}" if any(letter.isdigit() for letter in digits) else ""
        case FieldType.URL:
            address = text if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://", text) else f"https://{text}"
            url = QUrl(address)
            if url.scheme().lower() in ("http", "https") and url.host():
                return url.toString()
            return ""
        case _:
            return ""
