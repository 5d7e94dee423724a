# SPDX-License-Identifier: MIT
"""PURE: one pushed condition and a window -> the parameters of a list. What is found is never less than was meant.

``query_string`` is ``FIELD|OPERATOR|VALUE`` with one condition (guide). No rule says how to escape anything, so nothing
doubtful is sent: of a value with doubtful characters its longest harmless part is asked with CONTAINS, which finds more,
and every row is held against the whole filter afterwards. Whether the database compares without case and accents, as its
relatives' do, is found out from the data (``reader.py``); where it does not, letters are not sent at all. Letters beyond
ASCII never are, because collations differ there.
"""

import re
from dataclasses import dataclass

from crmdesk.domain.errors import Unsupported
from crmdesk.domain.names import RecordId
from crmdesk.domain.query import And, Compare, Filter, Op
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)?", re.ASCII)
# Not | (parts the condition), % _ (wildcards of LIKE), \ ' " ; (quoting), & < > (may be stored as entities).
_HARMLESS = re.compile(r"[A-Za-z0-9 .,:@/()+*#!?=\-]+")
_NO_LETTERS = re.compile(r"[0-9 .,:@/()+*#!?=\-]+")
_MAX_CHARS = 120
_WORDS = {Op.EQ: "=", Op.CONTAINS: "CONTAINS", Op.STARTS_WITH: "BEGINS"}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. ``is_exact``: the server finds what was meant, not more."""

    operator: str
    value: str
    is_exact: bool

    def text(self, name: str) -> str:
        """The condition on a field, by its name in query_string."""
        return f"{name}|{self.operator}|{self.value}"


@dataclass(frozen=True, slots=True)
class Window:
    """Rows ``start`` to ``end``, counted from 0; ``end`` is exclusive and absolute, as ``limit_end`` is."""

    start: int
    end: int

    def parameters(self) -> dict[str, str]:
        """The second page of 50 is limit_start=50, limit_end=100."""
        return {"limit_start": str(self.start), "limit_end": str(self.end)}


def single(where: Filter | None) -> Compare | None:
    """The one condition of a pushed filter.

    Raises:
        Unsupported: more than one, or one that cannot be said; planning never makes it.
    """
    match where:
        case None:
            return None
        case Compare(_, op, _) if op in _WORDS:
            return where
        case And((only,)):
            return single(only)
        case And(()):
            return None
        case _:
            raise Unsupported(sentence("asking the server for this filter"))


def term(compare: Compare, *, folds: bool = True) -> Term | None:
    """The condition without its field's name; None where nothing of it can be sent.

    Args:
        folds: the server takes e for é and E, as ``matching`` does.
    """
    harmless = _HARMLESS if folds else _NO_LETTERS
    value = compare.value
    if isinstance(value, RecordId):
        return Term("=", value.key, True) if compare.op is Op.EQ and value.key.isdecimal() else None
    text = plain(value) if not isinstance(value, tuple) else ""
    if not text.strip():
        return None
    whole = harmless.fullmatch(text) is not None and text == text.strip() and len(text) <= _MAX_CHARS
    if whole:
        return Term(_WORDS[compare.op], text, True)
    start = harmless.match(text) if compare.op is Op.STARTS_WITH and not text[0].isspace() else None
    if start is not None and len(start[0].rstrip()) > 1:
        return Term("BEGINS", start[0].rstrip()[:_MAX_CHARS].rstrip(), False)
    parts = (part.strip()[:_MAX_CHARS].strip() for part in harmless.findall(text))
    longest = max(parts, key=len, default="")
    return Term("CONTAINS", longest, False) if len(longest) > 1 else None


def is_askable(name: str) -> bool:
    """Whether a field's name can stand in query_string."""
    return _NAME.fullmatch(name) is not None


def is_probe(text: str) -> bool:
    """Whether a value can serve to try a field's name with."""
    return 2 <= len(text) <= 40 and _HARMLESS.fullmatch(text) is not None and text == text.strip()


def names_to_try(name: str) -> tuple[str, ...]:
    """What a field may be called in query_string, which differs from its name in answers now and then (field reference);
    a table's prefix is allowed (guide's own example, ``crmentity.modifiedtime``)."""
    if name == "assigned_user_id":
        return (name, "crmentity.smownerid", "smownerid")
    if name in ("description", "crmid"):
        return (name, f"crmentity.{name}")
    return (name,)
