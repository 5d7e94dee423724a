# SPDX-License-Identifier: MIT
"""How the server compares accents: found out once, by asking for the signed-in user under a misspelt name."""

from collections.abc import Callable

from crmdesk.connectors.vendors.crmservice.rest.query import Expression, Folding, regex
from crmdesk.connectors.vendors.crmservice.rest.session import Resource, text_at
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import ConnectionFailed, CrmError, SessionExpired

_NAMES = ("name", "last_name", "first_name", "email")
_HARD = str.maketrans("aouyeincszAOUYEINCSZ", "ÄÖÜŸÉÍÑÇŠŽäöüÿéíñçšž")
"""Each letter with an accent that some collation tells from the plain one, in the other case."""
_SOFT = str.maketrans("eincszEINCSZ", "ÉÍÑÇŠŽéíñçšž")
_RINGED = str.maketrans("aA", "Åå")


def folding(own: Resource, finds: Callable[[Expression], bool]) -> Folding:
    """What the misspelt names find.

    Args:
        own: the user as ``GET /user`` tells it. finds: whether a filter on users finds anybody.
    """
    name, text = _best(own)
    key = to_text(own.get("id"))
    if not name or not key:
        return Folding.APART

    def found(misspelt: str) -> bool:
        if misspelt.lower() == text.lower():
            return False
        return finds({"$and": [{"$eq": ["id", key]}, {"$eq": [name, misspelt]}]})

    try:
        # A server that takes no notice of the filter would find anything.
        if found(f"{text} nobody"):
            return Folding.APART
        wide = any(letter in text.lower() for letter in "ao")
        if wide and found(text.translate(_HARD)):
            ringed = text.translate(_RINGED)
            return Folding.ALL if ringed == text or found(ringed) else Folding.NORDIC
        if found(text.translate(_SOFT)):
            return Folding.NORDIC
        return Folding.SPELT if _spells(key, name, text, finds) else Folding.APART
    except (ConnectionFailed, SessionExpired):
        raise
    except CrmError:
        return Folding.APART  # users cannot be asked with this token


def _spells(key: str, name: str, text: str, finds: Callable[[Expression], bool]) -> bool:
    """Whether ``$regex`` takes alternatives, whole texts and beginnings, and refuses what is none."""

    def found(pattern: str) -> bool:
        return finds({"$and": [{"$eq": ["id", key]}, {"$regex": [name, pattern]}]})

    swapped = text.swapcase()
    return (
        not found(regex(f"{text} nobody", is_whole=False, is_start=False))
        and not found(regex(text[1:], is_whole=True, is_start=True))
        and found(regex(swapped, is_whole=True, is_start=True))
        and found(f"(é|Ø|{regex(text[1:], is_whole=False, is_start=False)})")
    )


def _best(own: Resource) -> tuple[str, str]:
    """The name in which most letters can be misspelt."""
    told = [(name, text_at(own, name)) for name in _NAMES]
    plain = [(name, text) for name, text in told if text.isascii() and not text.startswith("$") and "\\" not in text]
    return max(plain, key=lambda one: len(set(one[1].lower()) & set("aouyeincsz")), default=("", ""))
