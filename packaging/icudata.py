# SPDX-License-Identifier: MIT
"""Takes out of Qt's copy of ICU's data what no part of the window asks for: two thirds of 32 MB.

Qt has its own names and formats of languages, countries, currencies and units (QLocale). It asks ICU how to sort
(QCollator), about capitals, and for time zones. So names in languages that the window does not speak, rules of spelling,
transliteration and numbers in words, dictionaries that find words in scripts without blanks, and tables of old character
sets go; everything about sorting and the zones themselves stays. What is asked for and gone counts as not known, as for a
language that ICU never heard of.

Sources, seen 2026-11-22: the package format is described in ICU's icupkg and udatamem sources ("CmnD": a count, pairs of
offsets of name and item, names, items); the file is an ELF library whose one loaded segment ends with that data.
"""

from __future__ import annotations

import os
import re
import struct
from typing import NamedTuple

_FORMAT = b"CmnD"
_INFO_AT = 12  # of the format within the header: two sizes, two marks, then UDataInfo up to its format
_PAGE, _ALIGNED = 0x1000, 16
_PT_LOAD, _PT_DYNAMIC = 1, 2
_KEPT_LANGUAGES = "root|pool|res_index|en|de|fi|da"
_GONE = re.compile(
    rf"[^/]+/(?:unit|zone|curr|lang|region)/(?!(?:{_KEPT_LANGUAGES})\.res$)"
    r"|[^/]+/(?:translit|rbnf)/(?!(?:root|pool|res_index)\.res$)"
    r"|[^/]+/translit/root\.res$"
    r"|[^/]+/brkitr/.*dict"
    r"|[^/]+/[^/]+\.cnv$"
)


class Item(NamedTuple):
    """One file of the package: its name with the package's before it, and its bytes."""

    name: str
    content: bytes


def is_wanted(name: str) -> bool:
    """Tell whether an item stays; `name` as in the package: icudt73l/coll/de.res."""
    return not _GONE.match(name)


def shrink(folder: str) -> int:
    """Shrink ICU's data in a bundle's folder of Qt libraries; return the bytes won, 0 where it is built otherwise."""
    won = 0
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        path = os.path.join(folder, name)
        if name.startswith("libicudata.so") and not os.path.islink(path):
            with open(path, "rb") as file:
                library = file.read()
            smaller = shrunk(library)
            if len(smaller) < len(library):
                with open(path, "wb") as file:
                    file.write(smaller)
                won += len(library) - len(smaller)
    return won


def shrunk(library: bytes) -> bytes:
    """The library with what `is_wanted` of its data; the same bytes where it does not look as expected."""
    start = library.find(_FORMAT) - _INFO_AT
    if start < 0:
        return library
    segments = _segments(library)
    loads = [number for number, one in enumerate(segments) if one[0] == _PT_LOAD]
    if len(loads) != 2:
        return library
    first, second = (segments[number] for number in loads)
    dynamic_only = any(one[0] == _PT_DYNAMIC and one[2] == second[2] and one[5] == second[5] for one in segments)
    if first[2] != 0 or not first[2] <= start < first[2] + first[5] or not dynamic_only:
        return library
    head, items = opened(library[start : first[2] + first[5]])
    body = library[:start] + packed(head, [item for item in items if is_wanted(item.name)])
    # The second segment keeps its address; a file offset must differ from it by whole pages.
    offset = -(-len(body) // _PAGE) * _PAGE + second[3] % _PAGE
    made = bytearray(body.ljust(offset, b"\0") + library[second[2] : second[2] + second[5]])
    at, size = struct.unpack_from("<Q", made, 0x20)[0], struct.unpack_from("<H", made, 0x36)[0]
    for number, one in enumerate(segments):
        place = at + number * size
        if one[2] == 0 and one[0] == _PT_LOAD:
            struct.pack_into("<QQ", made, place + 32, len(body), len(body))
        elif one[2] >= second[2]:
            struct.pack_into("<Q", made, place + 8, one[2] - second[2] + offset)
    struct.pack_into("<Q", made, 0x28, 0)  # no section headers: a loader reads none
    struct.pack_into("<HHH", made, 0x3A, 0, 0, 0)
    return bytes(made)


def opened(package: bytes) -> tuple[bytes, list[Item]]:
    """The header and the items of a package."""
    (begin,) = struct.unpack_from("<H", package)
    (count,) = struct.unpack_from("<I", package, begin)
    pairs = [struct.unpack_from("<II", package, begin + 4 + 8 * number) for number in range(count)]
    ends = [*(place for _, place in pairs[1:]), len(package) - begin]
    items = []
    for (name, place), end in zip(pairs, ends, strict=True):
        words = package[begin + name : package.index(b"\0", begin + name)]
        items.append(Item(words.decode(), package[begin + place : begin + end]))
    return package[:begin], items


def packed(head: bytes, items: list[Item]) -> bytes:
    """The package of these items, in their order, which is that of their names."""
    names = b""
    name_places = []
    begin = 4 + 8 * len(items)
    for item in items:
        name_places.append(begin + len(names))
        names += item.name.encode() + b"\0"
    contents, places = b"", []
    begin += len(names)
    begin += -begin % _ALIGNED
    for item in items:
        places.append(begin + len(contents))
        contents += item.content.ljust(-(-len(item.content) // _ALIGNED) * _ALIGNED, b"\0")
    table = b"".join(struct.pack("<II", *pair) for pair in zip(name_places, places, strict=True))
    return head + (struct.pack("<I", len(items)) + table + names).ljust(begin, b"\0") + contents


def _segments(library: bytes) -> list[tuple[int, int, int, int, int, int]]:
    """Type, flags, offset, address, address, size in the file: of each program header, as elf.h has them."""
    (start,) = struct.unpack_from("<Q", library, 0x20)
    size, count = struct.unpack_from("<HH", library, 0x36)
    return [struct.unpack_from("<IIQQQQ", library, start + number * size) for number in range(count)]
