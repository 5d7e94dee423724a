# SPDX-License-Identifier: MIT
"""What a Linux program or library asks of the system: the libraries it needs and the oldest glibc it runs on."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

# Numbers of elf.h.
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB = 0, 1, 5


class Segment(NamedTuple):
    """Where a piece of the file lies in memory once it is loaded; bytes."""

    kind: int
    offset: int
    address: int
    size: int


def files(folder: str) -> Iterator[str]:
    """Yield the programs and libraries below a folder, sorted; links are left out."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if not os.path.islink(path) and is_elf(path):
                yield path


def is_elf(path: str) -> bool:
    """Tell whether a file is a program or library of a 64-bit, little-endian Linux: what we ship."""
    with open(path, "rb") as file:
        return file.read(6) == b"\x7fELF\x02\x01"


def needed(path: str) -> tuple[str, ...]:
    """Return the sonames a file asks the loader for, in its order; empty for a static one."""
    with open(path, "rb") as file:
        data = file.read()
    segments = _segments(data)
    dynamic = next((one for one in segments if one.kind == _PT_DYNAMIC), None)
    if dynamic is None:
        return ()
    names: list[int] = []
    strings = 0
    for at in range(dynamic.offset, dynamic.offset + dynamic.size, 16):
        tag, value = struct.unpack_from("<qQ", data, at)
        if tag == _DT_NULL:
            break
        if tag == _DT_NEEDED:
            names.append(value)
        elif tag == _DT_STRTAB:
            strings = value
    table = _offset(segments, strings)
    return tuple(_text(data, table + name) for name in names)


def glibc(path: str) -> tuple[int, int]:
    """Return the newest glibc version that a file's symbols name; (0, 0) where it names none."""
    with open(path, "rb") as file:
        found = re.findall(rb"\0GLIBC_(\d+)\.(\d+)", file.read())
    return max(((int(major), int(minor)) for major, minor in found), default=(0, 0))


def _segments(data: bytes) -> list[Segment]:
    (start,) = struct.unpack_from("<Q", data, 0x20)
    size, count = struct.unpack_from("<HH", data, 0x36)
    found = []
    for number in range(count):
        kind, _, offset, address, _, in_file = struct.unpack_from("<IIQQQQ", data, start + number * size)
        found.append(Segment(kind, offset, address, in_file))
    return found


def _offset(segments: list[Segment], address: int) -> int:
    """Where in the file the byte of a memory address lies."""
    for one in segments:
        if one.kind == _PT_LOAD and one.address <= address < one.address + one.size:
            return one.offset + address - one.address
    raise ValueError(f"no segment holds the address {address:#x}")


def _text(data: bytes, at: int) -> str:
    return data[at : data.index(b"\0", at)].decode()
