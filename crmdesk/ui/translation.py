# SPDX-License-Identifier: MIT
"""``tr``: a text in the person's language. Imports nothing of ours, since the window's first picture waits for it."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

CONTEXT: Final = "crmdesk"
"""The one translation context: a word is translated once, wherever it stands."""


def tr(text: str, **named: object) -> str:
    """The text in the person's language; ``{name}`` in it becomes ``named["name"]``."""
    said = QCoreApplication.translate(CONTEXT, text)
    return said.format(**named) if named else said


def plural(count: int, one: str, many: str, **named: object) -> str:
    """``one`` or ``many`` with ``{n}`` as the grouped count; a translation may know more than two forms."""
    said = QCoreApplication.translate(CONTEXT, many, None, count)
    if said == many and count == 1:
        said = QCoreApplication.translate(CONTEXT, one)
    return said.format(n=QLocale().toString(count), **named)
