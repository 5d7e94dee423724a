# SPDX-License-Identifier: MIT
"""What the system itself must provide: Qt's shared libraries, a way to install packages, a virtual screen for the tests.

A library is present when the loader finds it, whatever package brought it. Where we may (root on Debian or Ubuntu) the
missing ones are installed; else one exact line to paste is named. Seen with ldd on PySide6 6.11.3 and 6.12.0 in a
minimal Debian 12 (2026-11-22): QtCore, QtGui, QtWidgets, QtNetwork, QtDBus, QtSvg, QtPrintSupport, the platform plugins.
"""

from __future__ import annotations

import ctypes
import glob
import importlib.util
import os
import shutil
import subprocess
import sys
from typing import NamedTuple

from failures import SetupError, explain


class Part(NamedTuple):
    """One thing the system provides: a library by its soname, or a program by its name, and who packages it."""

    name: str
    debian: str
    fedora: str


class Wanted(NamedTuple):
    """Parts that are missing: those we cannot go on without, and those that only some tests or screens use."""

    needed: list[Part]
    useful: list[Part]


# Needed even without a screen: QtCore alone wants glib; QtGui and the offscreen platform want the rest.
OFFSCREEN = (
    Part("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    Part("libgthread-2.0.so.0", "libglib2.0-0", "glib2"),
    Part("libGL.so.1", "libgl1", "libglvnd-glx"),
    Part("libEGL.so.1", "libegl1", "libglvnd-egl"),
    Part("libX11.so.6", "libx11-6", "libX11"),
    Part("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    Part("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
    Part("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    Part("libfreetype.so.6", "libfreetype6", "freetype"),
)
X11 = (
    Part("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb"),
    Part("libxcb.so.1", "libxcb1", "libxcb"),
    Part("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    Part("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    Part("libxcb-image.so.0", "libxcb-image0", "xcb-util-image"),
    Part("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    Part("libxcb-randr.so.0", "libxcb-randr0", "libxcb"),
    Part("libxcb-render.so.0", "libxcb-render0", "libxcb"),
    Part("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil"),
    Part("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    Part("libxcb-shm.so.0", "libxcb-shm0", "libxcb"),
    Part("libxcb-sync.so.1", "libxcb-sync1", "libxcb"),
    Part("libxcb-util.so.1", "libxcb-util1", "xcb-util"),
    Part("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb"),
    Part("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
    Part("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
)
WAYLAND = (
    Part("libwayland-client.so.0", "libwayland-client0", "libwayland-client"),
    Part("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor"),
    Part("libwayland-egl.so.1", "libwayland-egl1", "libwayland-egl"),
)
# The journeys drive the real window on a virtual screen, a team's copy is tried on a real database of the test's own, a
# secret makes its round trip through a real keychain; without these they are skipped and say so.
TEST_PROGRAMS = (
    Part("Xvfb", "xvfb", "xorg-x11-server-Xvfb"),
    Part("xdotool", "xdotool", "xdotool"),
    Part("openbox", "openbox", "openbox"),
    Part("initdb", "postgresql", "postgresql-server"),
    Part("dbus-run-session", "dbus", "dbus-daemon"),
    Part("gnome-keyring-daemon", "gnome-keyring", "gnome-keyring"),
)
APT_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")


def provide(profile: str, window: bool) -> None:
    """See that the system has what the profile needs; install it where we may.

    Raises:
        SetupError: something needed is missing and is not ours to install, or installing it failed.
    """
    wanted = missing(profile, window)
    if not wanted.needed and not wanted.useful:
        return
    if may_install():
        _install_and_look_again(wanted, profile, window)
    elif wanted.needed:
        # The tests' programs come along in the same line, so that nobody has to paste twice.
        parts = [*wanted.needed, *wanted.useful] if profile == "test" else wanted.needed
        raise SetupError(f"{_lack(wanted.needed)}. Paste this line, then start again:\n{line_to_paste(parts)}")
    elif profile == "test":
        _say(
            f"Some tests will be skipped ({_names(wanted.useful)} not found); to have them:\n"
            f"{line_to_paste(wanted.useful)}"
        )


def _install_and_look_again(wanted: Wanted, profile: str, window: bool) -> None:
    """Install everything; what is merely useful may fail.

    Raises:
        SetupError: something needed could not be had.
    """
    try:
        install([*wanted.needed, *wanted.useful])
    except SetupError as error:
        if wanted.needed:
            raise
        _say(f"Going on without {_names(wanted.useful)}: {error}")
        return
    left = missing(profile, window).needed
    if left:
        raise SetupError(f"The packages were installed, but {_names(left)} is still not found; is this a mixed system?")


def missing(profile: str, window: bool) -> Wanted:
    """Return what is not there, each package once."""
    needed = [] if can_install_packages() else [_pip_part()]
    useful: list[Part] = []
    if sys.platform == "linux":
        needed += _absent_libraries(OFFSCREEN)
        x11, wayland = bool(os.environ.get("DISPLAY")), bool(os.environ.get("WAYLAND_DISPLAY"))
        # On a Wayland desktop Qt falls back to X11, so X11's libraries are the ones that decide where both are.
        (needed if window and x11 else useful).extend(_absent_libraries(X11))
        (needed if window and wayland and not x11 else useful).extend(_absent_libraries(WAYLAND))
    if profile == "test" and sys.platform == "linux":
        useful += [part for part in TEST_PROGRAMS if not _has_program(part.name)]
    return Wanted(_once(needed), _once(useful))


def can_install_packages() -> bool:
    """Tell whether a virtual environment can be filled: by uv, or by the pip that Python carries inside."""
    if shutil.which("uv"):
        return True
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def may_install() -> bool:
    """Tell whether installing system packages is ours to do: as root, on Debian, Ubuntu and their kin."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(parts: list[Part]) -> None:
    """Install the parts' packages with apt; as root only.

    Raises:
        SetupError: apt cannot reach its mirror, knows no such package, or fails otherwise.
    """
    _say(f"Installing {len(parts)} system packages (Qt's libraries and the like) ...")
    names = debian_names(parts)
    fresh = False
    if not all(_apt_knows(name) for name in names):
        _apt(["apt-get", "update", "-q"])
        names, fresh = debian_names(parts), True
    try:
        _apt([*APT_INSTALL, "-q", *names])
    except SetupError:
        if fresh:
            raise
        # Lists of last month name files that the mirror no longer has.
        _apt(["apt-get", "update", "-q"])
        _apt([*APT_INSTALL, "-q", *debian_names(parts)])


def line_to_paste(parts: list[Part]) -> str:
    """Return the one line that installs the parts, for whoever may run it."""
    if shutil.which("apt-get"):
        names = debian_names(parts)
        line = " ".join([*APT_INSTALL, *names])
        if not all(_apt_knows(name) for name in names):
            line = f"apt-get update && {line}"
    elif shutil.which("dnf"):
        line = " ".join(["dnf", "install", "-y", *sorted({part.fedora for part in parts})])
    else:
        return "(your system's package manager) install " + " ".join(part.name for part in parts)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return line
    if not shutil.which("sudo"):
        return f"su -c '{line}'"
    return " && ".join(f"sudo {step}" for step in line.split(" && "))


def debian_names(parts: list[Part]) -> list[str]:
    """Return the package names as this release spells them (Ubuntu 24.04 and Debian 13 renamed a few to ...t64)."""
    names = sorted({part.debian for part in parts})
    return [renamed if _apt_knows(renamed := name + "t64") else name for name in names]


def _apt_knows(name: str) -> bool:
    """Tell whether apt can install a package of exactly this name, from the lists it has."""
    if not shutil.which("apt-cache"):
        return False
    shown = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True, env=_plain_environ())
    return "Candidate:" in shown.stdout and "Candidate: (none)" not in shown.stdout


def _apt(command: list[str]) -> None:
    """Run one apt command, quietly; its output is shown only when it fails."""
    waiting = [command[0], "-o", "DPkg::Lock::Timeout=120", *command[1:]]
    done = subprocess.run(
        waiting,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_plain_environ(),
    )
    # A mirror that cannot be reached is only a warning to `apt-get update`.
    unreachable = command[1] == "update" and "Failed to fetch" in done.stdout
    if done.returncode or unreachable:
        raise SetupError(f"{explain(done.stdout, 'apt-get')} The command was: {' '.join(command)}")


def _plain_environ() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


def _has_program(name: str) -> bool:
    """Debian keeps the programs of its database servers off the path, in a folder of each version."""
    return shutil.which(name) is not None or bool(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))


def _absent_libraries(parts: tuple[Part, ...]) -> list[Part]:
    return [part for part in parts if not _loads(part.name)]


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _once(parts: list[Part]) -> list[Part]:
    """Keep the first part of each package."""
    return list({part.debian: part for part in reversed(parts)}.values())[::-1]


def _pip_part() -> Part:
    """Return what brings the venv module's pip: Debian packs it apart, for each Python version."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Part("ensurepip", f"python{version}-venv", "python3-pip")


def _names(parts: list[Part]) -> str:
    names = [part.name for part in parts]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _lack(parts: list[Part]) -> str:
    return f"This system lacks what crmdesk needs from it ({_names(parts)})"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
