# SPDX-License-Identifier: MIT
"""Which Debian package provides which library, for the dependencies of the .deb; Ubuntu's names are the same.

Seen in Debian 12; packages that Debian 13 and Ubuntu 24.04 renamed (the 64-bit time transition) are named both ways. A
library that stands here is not shipped in the package even if the bundle has a copy: Debian's gets security updates.
"""

from __future__ import annotations

_RENAMED = {"libcups2", "libglib2.0-0", "libssl3"}
_GLIBC = ("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1")

DEPENDENCIES = {
    **dict.fromkeys((*_GLIBC, "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"), "libc6"),
    "libcrypt.so.1": "libcrypt1",
    "libgcc_s.so.1": "libgcc-s1",
    "libstdc++.so.6": "libstdc++6",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "libsqlite3.so.0": "libsqlite3-0",
    "libffi.so.8": "libffi8",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
    "libbz2.so.1.0": "libbz2-1.0",
    "liblzma.so.5": "liblzma5",
    "libuuid.so.1": "libuuid1",
    "libexpat.so.1": "libexpat1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libcups.so.2": "libcups2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
# A keychain, a handler for web addresses, and the fonts that the window was drawn for.
RECOMMENDED = ("gnome-keyring | kwalletmanager", "xdg-utils", "fonts-inter | fonts-dejavu-core")


def dependency(library: str, glibc: tuple[int, int]) -> str:
    """Return what to write in Depends for a library; `glibc` is the oldest version that the files run on.

    Raises:
        KeyError: nobody has said which package provides it.
    """
    package = DEPENDENCIES[library]
    if package == "libc6":
        return f"libc6 (>= {glibc[0]}.{glibc[1]})"
    return f"{package}t64 | {package}" if package in _RENAMED else package
