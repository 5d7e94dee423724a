# SPDX-License-Identifier: MIT
"""Tests of packaging/iconfiles.py: what was written is read back by its format's rules, and Qt shows it."""

from __future__ import annotations

import struct
from pathlib import Path

import iconfiles

from tests.packaging.conftest import ROOT

ICONS = str(ROOT / "resources" / "icons")
PNG = b"\x89PNG\r\n\x1a\n"


def test_an_ico_holds_every_size() -> None:
    content = iconfiles.ico(ICONS)
    reserved, kind, count = struct.unpack_from("<HHH", content)
    assert (reserved, kind) == (0, 1)
    sides = []
    for number in range(count):
        width, height, _, _, _, bits, size, at = struct.unpack_from("<BBBBHHII", content, 6 + 16 * number)
        picture = content[at : at + size]
        assert picture.startswith(PNG)
        assert struct.unpack_from(">II", picture, 16) == ((width or 256), (height or 256))
        assert bits == 32
        sides.append(width or 256)
    assert sides == [16, 24, 32, 48, 64, 128, 256]


def test_an_icns_is_as_long_as_it_says() -> None:
    content = iconfiles.icns(ICONS)
    assert content[:4] == b"icns"
    assert struct.unpack_from(">I", content, 4) == (len(content),)
    at, kinds = 8, []
    while at < len(content):
        kind, size = struct.unpack_from(">4sI", content, at)
        assert content[at + 8 : at + 16] == PNG
        kinds.append(kind)
        at += size
    assert at == len(content)
    assert kinds == [b"icp4", b"icp5", b"icp6", b"ic07", b"ic08", b"ic09"]


def test_both_are_written_beside_each_other(tmp_path: Path) -> None:
    iconfiles.write(ICONS, str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crmdesk.icns", "crmdesk.ico"]
