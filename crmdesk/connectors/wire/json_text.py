# SPDX-License-Identifier: MIT
"""JSON as it goes out and comes in: numbers keep exactly their digits, never through a float; nested so far and no further."""

import json
from decimal import Decimal
from secrets import token_hex
from typing import Any

from crmdesk.connectors.port import Reply
from crmdesk.domain.numbers import exact

DEEPEST = 100
"""Lists and objects inside each other; the answers of servers have ten."""
_BEGINNING = 600
_NESTING = frozenset({dict, list})


class Decoder(json.JSONDecoder):
    """Reads what others have written (``json.loads(text, cls=Decoder)``): whatever is nested too deeply is no JSON.

    What is done with a value later recurses, and Python's own limit is further away here than it is there.
    """

    def raw_decode(self, s: str, idx: int = 0) -> tuple[Any, int]:
        """The value that begins at ``idx``, and where it ends.

        Raises:
            json.JSONDecodeError: it is none, or nested too deeply.
        """
        try:
            found, end = super().raw_decode(s, idx)
        except RecursionError:
            raise json.JSONDecodeError("nested too deeply", s, idx) from None
        if _is_too_deep(found):
            raise json.JSONDecodeError("nested too deeply", s, idx)
        return found, end


def _is_too_deep(value: object) -> bool:
    """Level by level: the look itself must not recurse."""
    level: list[Any] = [value] if type(value) in _NESTING else []
    for _ in range(DEEPEST):
        if not level:
            return False
        level = [
            inner for one in level for inner in (one.values() if type(one) is dict else one) if type(inner) in _NESTING
        ]
    return bool(level)


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
        text = reply.body.decode("utf-8-sig")
        found: object = json.loads(text, cls=Decoder, parse_float=exact, parse_constant=_no_number)
    except ValueError:
        return None
    return found


def _no_number(_: str) -> None:
    """NaN and Infinity are no JSON."""
    return


def beginning(reply: Reply) -> str:
    """The body's beginning as text, for messages and details."""
    return reply.body[:_BEGINNING].decode("utf-8", "replace")
