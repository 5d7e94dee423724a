# SPDX-License-Identifier: MIT
"""Every colour, size and font of the window, as plain values; theme.py turns them into Qt's objects."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtGui import QColor


class Scheme(StrEnum):
    """What a person may choose; SYSTEM follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


# The roles of colours: light, dark, high contrast. Names say the use, not the hue.
TOKENS: Final[dict[str, tuple[str, str, str]]] = {
    "window": ("#f5f6f8", "#1b1e24", "#000000"),  # behind everything
    "pane": ("#fbfbfc", "#20242b", "#000000"),  # side bar, inspector, docks, status bar
    "card": ("#ffffff", "#262b33", "#000000"),  # table, fields, buttons, cards
    "line": ("#e2e5ea", "#343a45", "#b8b8b8"),  # every hairline, 1 px
    "text": ("#1d2430", "#e7eaf0", "#ffffff"),
    "muted": ("#5f6878", "#98a2b3", "#e4e4e4"),  # labels, counts, hints
    "accent": ("#2563cf", "#6ea2ff", "#7fd4ff"),  # primary button, links, active tab
    "on_accent": ("#ffffff", "#10141b", "#000000"),
    "wash": ("#e8f0fd", "#243550", "#00263d"),  # chips
    "header": ("#f1f3f6", "#2a2f38", "#1c1c1c"),  # table header, neutral pills
    "selection": ("#dfeafc", "#26385a", "#00395c"),  # rows, tree
    "edited": ("#fff3d6", "#4a3a16", "#3d2f00"),  # staged cells, warnings
    "on_edited": ("#8a5a00", "#ffd480", "#ffe08a"),
    "edge": ("#e0b04a", "#d9a441", "#ffe08a"),  # border of an edited field
    "good": ("#1a7345", "#6fd39b", "#86f0b4"),
    "good_wash": ("#e3f5ea", "#1e3a2c", "#00331a"),
    "bad": ("#c4352b", "#ff8f86", "#ffb3ab"),
    "bad_wash": ("#fdeae8", "#472522", "#450a06"),
    "grip": ("#c6ccd6", "#4a5261", "#b8b8b8"),  # handle of a scroll bar
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """The tokens of one scheme; a field for each role, so that a misspelt role fails type checking."""

    window: QColor
    pane: QColor
    card: QColor
    line: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    wash: QColor
    header: QColor
    selection: QColor
    edited: QColor
    on_edited: QColor
    edge: QColor
    good: QColor
    good_wash: QColor
    bad: QColor
    bad_wash: QColor
    grip: QColor

    def of(self, role: str) -> QColor:
        """The colour of a role known only by name.

        Raises:
            KeyError: There is no such role.
        """
        if role not in TOKENS:
            raise KeyError(role)
        colour: QColor = getattr(self, role)
        return colour


def colours_of(scheme: Scheme) -> Colours:
    """The tokens of LIGHT, DARK or CONTRAST (SYSTEM counts as LIGHT)."""
    at = {Scheme.DARK: 1, Scheme.CONTRAST: 2}.get(scheme, 0)
    return Colours(**{role: QColor(values[at]) for role, values in TOKENS.items()})


# The 3 px band and the account's square: the person's choice, the same in every scheme.
ENVIRONMENTS: Final[dict[str, str]] = {"green": "#1d7f4c", "blue": "#2f6fde", "orange": "#d98718", "red": "#c4352b"}

# Tones of pills, notes and messages: (ink, ground).
TONES: Final[dict[str, tuple[str, str]]] = {
    "good": ("good", "good_wash"),
    "info": ("accent", "wash"),
    "warn": ("on_edited", "edited"),
    "bad": ("bad", "bad_wash"),
    "neutral": ("muted", "header"),
}

# What text may stand on what; a test holds each pair to 4.5 : 1 in every scheme.
PAIRS: Final[tuple[tuple[str, str], ...]] = (
    *(
        (ink, ground)
        for ink in ("text", "muted")
        for ground in ("window", "pane", "card", "header", "selection", "wash")
    ),
    *((ink, ground) for ink in ("accent", "good", "bad", "on_edited") for ground in ("card", "pane")),
    *TONES.values(),
    ("accent", "selection"),
    ("on_accent", "accent"),
    ("text", "edited"),
    ("text", "good_wash"),
    ("text", "bad_wash"),
)

# Lengths in pixels of a 13 px font; Theme.px() grows them with the person's text size.
ROW: Final = 27
ROW_COMPACT: Final = 23
ROW_COMFORTABLE: Final = 33
HEADER: Final = 28
SIDE_BAR: Final = 236
INSPECTOR: Final = 340
CELL_PAD: Final = 9
BASE_TEXT: Final = 13
TEXT_SCALES: Final = (0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FontSpec:
    """A font as a share of the base size; `tabular` gives all digits one width."""

    size: float = BASE_TEXT
    weight: int = 400
    tabular: bool = False
    strike: bool = False
    mono: bool = False


FONTS: Final[dict[str, FontSpec]] = {
    "body": FontSpec(),
    "bold": FontSpec(weight=600),
    "figures": FontSpec(tabular=True),
    "bold_figures": FontSpec(weight=600, tabular=True),
    "strike": FontSpec(strike=True),
    "small": FontSpec(size=12, tabular=True),
    "small_bold": FontSpec(size=12, weight=600),
    "pill": FontSpec(size=11.5, tabular=True),
    "group": FontSpec(size=11.5, weight=600),
    "title": FontSpec(size=16, weight=600, tabular=True),
    "title_plain": FontSpec(size=17),
    "head": FontSpec(size=15, weight=600),
    "head_plain": FontSpec(size=15),
    "huge": FontSpec(size=25, weight=700),
    "mono": FontSpec(size=12, mono=True),
}


def mix(start: QColor, end: QColor, share: float) -> QColor:
    """The colour that lies `share` (0 to 1) of the way between two others."""
    r, g, b = (
        a + (z - a) * share
        for a, z in (
            (start.redF(), end.redF()),
            (start.greenF(), end.greenF()),
            (start.blueF(), end.blueF()),
        )
    )
    return QColor.fromRgbF(r, g, b)


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it, 1 to 21."""

    def luminance(colour: QColor) -> float:
        r, g, b = (
            v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
            for v in (colour.redF(), colour.greenF(), colour.blueF())
        )
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(ground: QColor) -> QColor:
    """Black or white, whichever reads better on a colour that a person chose."""
    white, black = QColor("#ffffff"), QColor("#10141b")
    return white if contrast(white, ground) >= 4.5 else max((white, black), key=lambda ink: contrast(ink, ground))
