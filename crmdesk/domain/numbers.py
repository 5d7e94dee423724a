# SPDX-License-Identifier: MIT
"""Numbers as others write them: exact where they can be values, texts where only a trap is written like that."""

from decimal import Decimal, InvalidOperation

MOST_PLACES = 400
"""Before or behind the point. ``1e40000000`` is ten characters, and as a number forty million digits."""


def exact(text: str) -> Decimal | str:
    """A number with all its digits, the text itself where it is none or longer than any value."""
    found = bounded(text)
    return text if found is None else found


def bounded(text: str) -> Decimal | None:
    """A number with all its digits; None where it is none, not finite, or longer than any value."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    if len(text) <= MOST_PLACES and not ("e" in text or "E" in text):
        return number  # no longer than it is written: nearly all that ever come
    _, digits, exponent = number.as_tuple()
    within = len(digits) <= MOST_PLACES and int(exponent) >= -MOST_PLACES and number.adjusted() <= MOST_PLACES
    return number if within else None
