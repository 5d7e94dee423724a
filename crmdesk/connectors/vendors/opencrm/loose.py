# SPDX-License-Identifier: MIT
"""PURE: answers that are printed in the guide as no JSON, read all the same: commas too many, lines before their record."""

import re

from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.domain.numbers import exact

# A text that is never closed goes to the end: looked for anew at each of its quotation marks it takes their number squared.
_TEXT_OR_COMMA = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*"?)|,(?=\s*[}\]])', re.DOTALL)
_LINES_FIRST = re.compile(r'\s*"products"\s*:')
_BETWEEN = re.compile(r"\s*,?\s*")


def as_printed(text: str) -> object | None:
    """The value of a text in one of the guide's own shapes, None for any other text.

    The guide (16 June 2022, "Consult / Retrieve Sales Records") prints ``"products": […], {…}`` without braces around it,
    and a comma behind the last field.
    """
    if not text.startswith(("{", "[", '"products"')):
        return None
    strict = _TEXT_OR_COMMA.sub(lambda found: found[1] or "", text)
    decoder = Decoder(parse_float=exact, parse_constant=lambda _: None)
    try:
        begin = _LINES_FIRST.match(strict)
        if begin is None:
            found: object = decoder.decode(strict)
            return found
        lines, end = decoder.raw_decode(strict, _skip(strict, begin.end()))
        between = _BETWEEN.match(strict, end)
        rest = strict[between.end() if between else end :].strip()
        record = decoder.decode(rest) if rest else {}
    except ValueError:
        return None
    return {"products": lines, **record} if isinstance(record, dict) and isinstance(lines, list) else None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
