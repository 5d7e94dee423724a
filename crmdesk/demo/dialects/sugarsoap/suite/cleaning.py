# SPDX-License-Identifier: MIT
"""What SuiteCRM makes of text before it keeps it: purified, escaped for HTML, without what its columns cannot hold.

Recorded (wire/suitecrm/raw_soap11): `raw & <b> Ü` comes back as `raw & &lt;b&gt; Ü&lt;/b&gt;`, an emoji as `????`.
"""

import re

_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(/?)(b|i|u|p|a|em|strong|div|span|ul|li|h[1-6])\b[^<>]*>", re.IGNORECASE)
_ESCAPES = {"<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}


def cleaned(text: str) -> str:
    """Return what is kept of a text; "&" stays as it is."""
    if not any(char in text for char in "<>\"'") and text.isascii():
        return text
    text = _SCRIPT.sub("", text)
    still_open: list[str] = []
    for closing, name in _TAG.findall(text):
        if not closing:
            still_open.append(name)
        elif name in still_open:
            still_open.remove(name)
    text += "".join(f"</{name}>" for name in reversed(still_open))
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return "".join("????" if ord(char) > 0xFFFF else char for char in text)
