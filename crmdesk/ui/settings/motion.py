# SPDX-License-Identifier: MIT
"""Whether the system asks programs to keep still. Qt tells it in few places only, so the desktop's own notes are read."""

import re
import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QGuiApplication

_SPI_GETCLIENTAREAANIMATION = 0x1042  # winuser.h


def system_wants_stillness(config: Path | None = None) -> bool:
    """What the desktop says; False where it says nothing.

    Args:
        config: the folder of the desktop's settings (XDG_CONFIG_HOME), where it is not the usual one.
    """
    hints = QGuiApplication.styleHints().accessibility()
    preference = getattr(hints, "motionPreference", None)  # Qt later than 6.11
    if preference is not None:
        return "Reduced" in str(preference())
    if sys.platform == "win32":
        return _windows_is_still()
    from platformdirs import user_config_path

    return sys.platform == "linux" and _desktop_is_still(config or user_config_path())


def _desktop_is_still(config: Path) -> bool:
    """KDE writes a factor, KDE and GNOME's tools write GTK's own file."""
    for name, pattern in (
        ("kdeglobals", r"^AnimationDurationFactor=0(\.0*)?\s*$"),
        ("gtk-4.0/settings.ini", r"^gtk-enable-animations\s*=\s*(0|false)\s*$"),
        ("gtk-3.0/settings.ini", r"^gtk-enable-animations\s*=\s*(0|false)\s*$"),
    ):
        with suppress(OSError):
            if re.search(pattern, (config / name).read_text("utf-8", errors="replace"), re.MULTILINE | re.IGNORECASE):
                return True
    return False


def _windows_is_still() -> bool:
    import ctypes

    moves = ctypes.c_int(1)
    user32 = ctypes.windll.user32  # type: ignore[attr-defined,unused-ignore]  # there on Windows only
    return (
        bool(user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(moves), 0)) and not moves.value
    )
