# SPDX-License-Identifier: MIT
"""Writes the program's icon as Windows (.ico) and macOS (.icns) want it, out of the PNGs in resources/icons.

Both formats may hold PNGs as they are: .ico since Windows Vista, .icns since macOS 10.7 under the types below.
"""

from __future__ import annotations

import os
import struct

_ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
# Side in pixels -> type of the entry in an .icns.
_ICNS_TYPES = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09"}


def write(icons: str, target: str) -> None:
    """Write crmdesk.ico and crmdesk.icns into a folder."""
    for name, content in (("crmdesk.ico", ico(icons)), ("crmdesk.icns", icns(icons))):
        with open(os.path.join(target, name), "wb") as file:
            file.write(content)


def ico(icons: str) -> bytes:
    """Return an .ico: a directory of 16 bytes an entry, then the pictures."""
    pictures = [(size, _picture(icons, size)) for size in _ICO_SIZES]
    head = struct.pack("<HHH", 0, 1, len(pictures))
    at = len(head) + 16 * len(pictures)
    for size, content in pictures:
        side = size % 256  # 0 stands for 256
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(content), at)
        at += len(content)
    return head + b"".join(content for _, content in pictures)


def icns(icons: str) -> bytes:
    """Return an .icns: entries of type, length with its own eight bytes, picture."""
    body = b""
    for size, kind in _ICNS_TYPES.items():
        content = _picture(icons, size)
        body += kind + struct.pack(">I", len(content) + 8) + content
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def _picture(icons: str, size: int) -> bytes:
    with open(os.path.join(icons, f"crmdesk-{size}.png"), "rb") as file:
        return file.read()
