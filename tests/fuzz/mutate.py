# SPDX-License-Identifier: MIT
"""Hypothesis strategies that spoil real texts: bytes cut, swapped and grown; JSON and XML wrong where it hurts.

A drawn number makes all choices of one spoiling, so that an example is small to draw and the same each time.
"""

import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

_SPLICES = (
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"<", b">", b"&", b"]]>", b'"', b"'", b"\\", b"{", b"}",
    b"[", b"]", b",", b":", b"\r\n", b";", b"&#0;", b"&#xD800;", b"&x;", b"<!DOCTYPE x [<!ENTITY y 'z'>]>", b"NaN", b"-Infinity",
    b"1e999999", b"1E+400", b"1E+40000000", b"1E-40000000", b"9" * 400, b"0" * 50, b"-0", b"null", b"true", b'"\\ud800"', b"<br />\n<b>Warning</b>: x\n",
    b"0000-00-00", b"9999-12-31T23:59:60Z", b"2026-02-30", b"\xe2\x80\xae", "İ".encode(), b"a" * 3000, b"[" * 3000, b'{"a":' * 3000,
    b"<a>" * 600, b'\\"' * 1500, b"://b@ " + b"a." * 1500, b"href='#x'", b"xsi:nil='true'", b"xsi:type='x:y'", b"\x1b[0m", b"\t",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**53 + 1, 10**400, 1.5, 1e308, "", " ", "0", "NaN", "Infinity", "1e999999", "1E+40000000", "1e-40000000", "x" * 2000, "\ud800",
    "\0", "0000-00-00", "9999-99-99 99:99:99", "2026-01-01T00:00:00+99:99", "-1", "4x", "x4", "9" * 60 + "x1", [], {}, [[]], [None],
    {"": None}, ["a", 1], {"id": {}}, {"id": "1x2"}, "<b>", "a&amp;b", "1x2 |##| 3", "٣", "１２", "ﬁ", "𝟙", -(10**30), 0.1,
)  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_WRAPPED = re.compile(rb"""(?:[:\[,]\s*|>)("[^"\\]{0,300}"|[\d.]+|[^<>"{}\[\],:]{1,300}(?=<))""")
_TAG = re.compile(rb"<[^<>]{1,300}>")


def spoilt(seeds: Sequence[bytes], most: int = 200_000) -> st.SearchStrategy[bytes]:
    """A seed with one to four things wrong, seldom with none; no longer than ``most`` bytes."""

    def make(base: bytes, number: int) -> bytes:
        draw = random.Random(number)
        text = base
        for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3, 4))):
            text = draw.choice(_WAYS)(text, draw)
        return text[:most]

    return st.builds(make, st.sampled_from(list(seeds)), st.integers(0, 2**64 - 1))


def grown(text: bytes, number: int, count: int, header: int = 0) -> list[bytes]:
    """So many more that grow out of one, each with one thing more wrong; cheaper than to draw each of them.

    Args:
        header: bytes that are no part of the text.
    """
    draw, found = random.Random(number), list[bytes]()
    for _ in range(count):
        text = text[:header] + draw.choice(_WAYS)(text[header:], draw)[:200_000]
        found.append(text)
    return found


def any_document() -> st.SearchStrategy[bytes]:
    """JSON that nobody sent yet."""
    words = st.sampled_from(
        ["success", "result", "error", "data", "id", "name", "fields", "type", "code", "message", "0", "lines"]
    )
    leaves = st.sampled_from(_VALUES) | st.integers() | st.floats() | st.text(max_size=5)
    trees = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=3), inner, max_size=4),
        max_leaves=12,
    )
    return st.builds(lambda tree: json.dumps(tree).encode("utf-8", "surrogatepass"), trees)


def _cut(text: bytes, draw: random.Random) -> bytes:
    return text[: draw.randint(0, len(text))]


def _drop(text: bytes, draw: random.Random) -> bytes:
    start = draw.randint(0, len(text))
    return text[:start] + text[start + draw.choice((1, 2, 8, 60, 500)) :]


def _splice(text: bytes, draw: random.Random) -> bytes:
    start = draw.randint(0, len(text))
    return text[:start] + draw.choice(_SPLICES) + text[start + draw.choice((0, 0, 1, 4)) :]


def _flip(text: bytes, draw: random.Random) -> bytes:
    if not text:
        return b"\0"
    at = draw.randrange(len(text))
    return text[:at] + bytes([text[at] ^ 1 << draw.randrange(8)]) + text[at + 1 :]


def _repeat(text: bytes, draw: random.Random) -> bytes:
    start = draw.randint(0, len(text))
    end = min(len(text), start + draw.choice((1, 10, 100, 1000)))
    return text[:end] + text[start:end] * draw.choice((1, 2, 20)) + text[end:]


def _number(text: bytes, draw: random.Random) -> bytes:
    found = list(_NUMBER.finditer(text))[:2000]
    if not found:
        return _splice(text, draw)
    one = draw.choice(found)
    other = draw.choice(
        (b"0", b"-1", b"1e400", b"9" * 40, b"NaN", b"0x10", b"1,5", b"", b"2147483648", b"'", b"1.0000000001")
    )
    return text[: one.start()] + other + text[one.end() :]


def _tag(text: bytes, draw: random.Random) -> bytes:
    """An element's tag taken away, doubled, or put in another's place."""
    found = list(_TAG.finditer(text))[:2000]
    if not found:
        return _tree(text, draw)
    one, other = draw.choice(found), draw.choice(found)
    new = draw.choice(
        (b"", one[0] * 2, other[0], one[0][:-1] + b" xsi:nil='1'>", one[0][:-1] + b" href='#1'>", b"<x/>")
    )
    return text[: one.start()] + new + text[one.end() :]


def _tree(text: bytes, draw: random.Random) -> bytes:
    """A value of a JSON text replaced, taken away, moved or wrapped."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return _splice(text, draw)
    found = places(tree)
    if not found:
        return json.dumps(draw.choice(_VALUES)).encode()
    holder, key = draw.choice(found)
    match draw.randrange(5):
        case 0 | 1:
            holder[key] = draw.choice(_VALUES)
        case 2:
            del holder[key]
        case 3:
            other, place = draw.choice(found)
            holder[key] = other[place] if other is not holder and not places(other[place]) else [holder[key]]
        case _:
            holder[key] = {"x": holder[key]} if draw.random() < 0.5 else str(holder[key])
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def _nest(text: bytes, draw: random.Random) -> bytes:
    """A part wrapped into itself, and closed again: parsers end at another depth than what reads their values."""
    found = list(_WRAPPED.finditer(text))[:2000]
    if not found:
        return _splice(text, draw)
    one, depth = draw.choice(found), draw.choice((90, 120, 300, 900))
    begin, end = (b"<a>", b"</a>") if text.lstrip()[:1] == b"<" else draw.choice(((b"[", b"]"), (b'{"a":', b"}")))
    at, until = one.span(1)
    return text[:at] + begin * depth + text[at:until] + end * depth + text[until:]


def _flood(text: bytes, draw: random.Random) -> bytes:
    """An element with many attributes."""
    found = list(_TAG.finditer(text))[:2000]
    if not found:
        return _nest(text, draw)
    end = draw.choice(found).end() - 1
    name = draw.choice((b"a%d", b"xmlns:a%d"))
    return text[:end] + b"".join(b" " + name % at + b"='1'" for at in range(draw.choice((20, 300, 3000)))) + text[end:]


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every value of a JSON tree: what holds it, and under which key."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting and len(found) < 3000:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            found.append((one, key))
            waiting.append(one[key])
    return found


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _drop, _splice, _splice, _flip, _repeat, _number, _tag, _tag, _tree, _tree, _tree, _tree, _nest, _flood,
)  # fmt: skip
