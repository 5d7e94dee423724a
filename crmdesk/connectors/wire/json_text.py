# SPDX-License-Identifier: MIT
"""JSON as it goes out and comes in: numbers keep exactly their digits, never through a float."""

import json
from decimal import Decimal
from secrets import token_hex

from crmdesk.connectors.port import Reply
from crmdesk.domain.numbers import exact

_BEGINNING = 600


def dumped(value: object) -> bytes:
    """JSON in ASCII; a Decimal becomes a number with exactly its digits.

    Raises:
        TypeError: something in it is no JSON.
    """
    marks: dict[str, str] = {}
    secret = token_hex(8)  # no text that is sent can hold it by accident

    def exact(one: object) -> str:
        if isinstance(one, Decimal):
            mark = f"{secret}-{len(marks)}."
            marks[json.dumps(mark)] = f"{one:f}"
            return mark
        raise TypeError(f"{type(one).__name__} cannot be sent")

    text = json.dumps(value, default=exact, ensure_ascii=True)
    for mark, number in marks.items():
        text = text.replace(mark, number)
    return text.encode("ascii")


def json_of(reply: Reply) -> object:
    """The body as JSON, decimal digits kept; None where it is none."""
    try:
        found: object = json.loads(reply.body.decode("utf-8-sig"), parse_float=exact, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return found


def _no_number(_: str) -> None:
    """NaN and Infinity are no JSON."""
    return


def beginning(reply: Reply) -> str:
    """The body's beginning as text, for messages and details."""
    return reply.body[:_BEGINNING].decode("utf-8", "replace")
