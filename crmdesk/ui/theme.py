# SPDX-License-Identifier: MIT
"""The look in use: turns metrics.py into palette, fonts and stylesheet, and follows the system's colour scheme.

There is one Theme for each QApplication, made by `Theme(app)` in app.py and owned by it as a child object. Painted
widgets reach it by `theme()`. That is a look-up in the application's own object tree and no module-level state; handing
a theme through every constructor down to the last label would say nothing and be forgotten somewhere.
"""

import atexit
import re
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, QTemporaryDir, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from crmdesk.assets import resource
from crmdesk.ui import icons
from crmdesk.ui.application import STYLE_PROPERTY
from crmdesk.ui.metrics import BASE_TEXT, ENVIRONMENTS, FONTS, ROW, TONES, Colours, FontSpec, Scheme, colours_of, mix

_NAME = "crmdesk-theme"
_FONT_PROPERTY = "font-role"
_OF_THE_SYSTEM = ("QMenuBar", "QMenu", "QTipLabel")  # whose fonts the platform sets apart from the program's
# Pictures the sheet needs as files: name in the sheet -> glyph, colour role. Qt knows no data URLs.
_SHEET_PICTURES = {
    "caret": ("caret-down", "muted"),
    "check": ("check-bold", "on_accent"),
    "check_menu": ("check", "accent"),
    "minus": ("minus-bold", "on_accent"),
    "point": ("circle-fill", "on_accent"),
}
_STILL = "\nQTabBar, QProgressBar, QTreeView, QComboBox, QScrollBar { widget-animation-duration: 0; }\n"
"""What the style itself would move: bars that run, tabs that slide into place."""


class Theme(QObject):
    """Colours, fonts and lengths as widgets ask for them. Lives on the Qt thread, a child of the application.

    Attributes:
        colours: The tokens of the scheme in use.
        choice: What the person chose; SYSTEM follows the desktop.
        scheme: LIGHT, DARK or CONTRAST: what is in use.
        text_scale: The person's factor on the system's text size, 1.0 = as the system has it.
        scale: The body text's size as a share of BASE_TEXT, both factors together.
        row: Height of a table's rows, in pixels of the normal text size.
        still: Nothing blinks, slides or runs.

    Signals:
        changed: Colours or text size are different now; painted widgets repaint, cached pictures are stale.
    """

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        choice: Scheme = Scheme.SYSTEM,
        text_scale: float = 1.0,
        *,
        pictures_later: bool = False,
    ) -> None:
        """`pictures_later`: the sheet's ticks and arrows are drawn by `draw_pictures`, which the caller promises."""
        super().__init__(app)
        self.setObjectName(_NAME)
        self._app = app
        self._system_font = QFont(app.font())
        self._pictures = QTemporaryDir()
        atexit.register(self._pictures.remove)  # at the program's end nobody destroys it
        self._dressed: list[QWidget] = []
        self._undrawn: list[tuple[str, str, QColor]] | None = [] if pictures_later else None
        self.choice = choice
        self.scheme = Scheme.LIGHT
        self.text_scale = text_scale
        self.scale = 1.0
        self.row = ROW
        self.still = False
        self.colours: Colours = colours_of(Scheme.LIGHT)
        self._flash_ms = app.cursorFlashTime()
        self._effects = {effect: app.isEffectEnabled(effect) for effect in Qt.UIEffect}
        self._fonts: dict[str, QFont] = {}
        self._sheet = ""
        # Where the application was made in it: Python's picture of a style costs 6 ms before the first window.
        if app.property(STYLE_PROPERTY) != "fusion" and app.style().name().lower() != "fusion":
            app.setStyle("Fusion")  # polishes every widget, so once
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        if hasattr(hints, "accessibility"):  # Qt 6.10 and later
            hints.accessibility().contrastPreferenceChanged.connect(self._on_system_changed)
        self._apply()

    # ---- what widgets ask -----------------------------------------------------------------------------------------

    @property
    def dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.scheme is not Scheme.LIGHT

    @property
    def sheet(self) -> str:
        """The stylesheet of the scheme in use; set on windows by `dress`."""
        return self._sheet

    def px(self, length: float) -> int:
        """A length of the tables in metrics.py, grown with the text size."""
        return round(length * max(1.0, self.scale))  # small text still wants room for a finger and a hairline

    def font(self, name: str) -> QFont:
        """A font of metrics.FONTS.

        Raises:
            KeyError: There is no font of that name.
        """
        return self._fonts[name]

    def metrics(self, name: str) -> QFontMetrics:
        """Measures of a font of metrics.FONTS."""
        return QFontMetrics(self._fonts[name])

    def tone(self, name: str) -> tuple[QColor, QColor]:
        """Ink and ground of a tone (good, info, warn, bad, neutral); an unknown one is neutral."""
        ink, ground = TONES.get(name, TONES["neutral"])
        return self.colours.of(ink), self.colours.of(ground)

    # ---- what the application does --------------------------------------------------------------------------------

    def dress(self, window: QWidget) -> None:
        """Give a finished top-level widget the stylesheet, now and after each change.

        Call it once its children are built: a sheet set before is matched again for each child that comes.
        """
        window.setStyleSheet(self._sheet)
        self._dressed.append(window)
        window.destroyed.connect(lambda: self._dressed.remove(window))

    def choose(self, choice: Scheme) -> None:
        """Take a scheme from now on."""
        self.choice = choice
        self._apply()

    def set_text_scale(self, factor: float) -> None:
        """Make all text `factor` times as large as the system's, 0.5 to 3."""
        self.text_scale = min(max(factor, 0.5), 3.0)
        self._apply()

    def choose_rows(self, px: int) -> None:
        """Make the rows of tables so high: metrics.ROW, ROW_COMPACT, ROW_COMFORTABLE."""
        self.row = px
        self.changed.emit()

    def choose_motion(self, *, still: bool) -> None:
        """Let things move, or keep everything still."""
        if still != self.still:
            self.still = still
            self._sheet = self._make_sheet()
            for window in self._dressed:
                window.setStyleSheet(self._sheet)
        for effect, is_usual in self._effects.items():
            self._app.setEffectEnabled(effect, is_usual and not still)
        self._app.setCursorFlashTime(0 if still else self._flash_ms)
        self.changed.emit()

    def use_system_font(self, font: QFont) -> None:
        """Take this for the system's font."""
        self._system_font = QFont(font)
        self._fonts = {}
        self._apply()

    def set_font(self, widget: QWidget, name: str) -> None:
        """Give a widget a font by name; it follows later changes of the text size."""
        widget.setProperty(_FONT_PROPERTY, name)
        widget.setFont(self._fonts[name])

    # ---- building -------------------------------------------------------------------------------------------------

    def _on_system_changed(self, _now: object = None) -> None:
        # After Qt's own handling of the change, which replaces the palette.
        if self.choice is Scheme.SYSTEM:
            QTimer.singleShot(0, self, self._apply)

    def _in_use(self) -> Scheme:
        if self.choice is not Scheme.SYSTEM:
            return self.choice
        hints = self._app.styleHints()
        if hasattr(hints, "accessibility"):
            preference = hints.accessibility().contrastPreference()
            if preference == Qt.ContrastPreference.HighContrast:
                return Scheme.CONTRAST
        return Scheme.DARK if hints.colorScheme() == Qt.ColorScheme.Dark else Scheme.LIGHT

    def _apply(self) -> None:
        self.scheme = self._in_use()
        self.colours = colours_of(self.scheme)
        base = QFontInfo(self._system_font).pixelSize() * self.text_scale
        resized = base / BASE_TEXT != self.scale or not self._fonts
        self.scale = base / BASE_TEXT
        if resized:
            self._make_fonts()
            self._hand_out_fonts()  # before the sheets: only one that is set anew lets the application's font through
        self._app.setPalette(self._palette())
        self._sheet = self._make_sheet()
        for window in self._dressed:
            window.setStyleSheet(self._sheet)
        self.changed.emit()

    def _make_fonts(self) -> None:
        self._fonts = {name: self._make_font(spec) for name, spec in FONTS.items()}

    def _make_font(self, spec: FontSpec) -> QFont:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont) if spec.mono else QFont(self._system_font)
        font.setPixelSize(max(8, round(spec.size * self.scale)))
        font.setWeight(QFont.Weight(spec.weight))
        font.setStrikeOut(spec.strike)
        # Whole-pixel advances make text 4 % wider than the drawing.
        font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
        if spec.tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _hand_out_fonts(self) -> None:
        self._app.setFont(self._fonts["body"])
        for kind in _OF_THE_SYSTEM:
            self._app.setFont(self._fonts["body"], kind)  # type: ignore[arg-type]  # its stub wants bytes and takes text
        for widget in self._app.allWidgets():
            name = widget.property(_FONT_PROPERTY)
            if isinstance(name, str):
                widget.setFont(self._fonts[name])

    def _make_sheet(self) -> str:
        names = {role: self.colours.of(role).name() for role in Colours.__dataclass_fields__}
        names |= {f"band_{name}": colour for name, colour in ENVIRONMENTS.items()}
        names["accent_hover"] = mix(self.colours.accent, self.colours.text, 0.15).name()
        names |= {name: self._picture(glyph, self.colours.of(role)) for name, (glyph, role) in _SHEET_PICTURES.items()}
        sheet = Template(resource("style", "crmdesk.qss").read_text(encoding="utf-8")).substitute(names)

        def grown(length: re.Match[str]) -> str:
            pixels = int(length[1])
            return f"{self.px(pixels) if pixels > 2 else pixels}px"  # hairlines stay

        return re.sub(r"(?<=[ :])(\d+)px", grown, sheet) + (_STILL if self.still else "")

    def _picture(self, glyph: str, colour: QColor) -> str:
        """A glyph as a file in the colour, in two densities; its path as a sheet writes it."""
        stem = f"{Path(self._pictures.path()).as_posix()}/{glyph}-{colour.name()[1:]}-{self.px(12)}"
        if self._undrawn is None:
            self._draw(stem, glyph, colour)
        else:
            self._undrawn.append((stem, glyph, colour))
        return f"{stem}.png"

    def _draw(self, stem: str, glyph: str, colour: QColor) -> None:
        for suffix, ratio in ((".png", 1), ("@2x.png", 2)):
            if not Path(stem + suffix).exists():
                icons.pixmap(glyph, colour, self.px(12), ratio).save(stem + suffix)

    def draw_pictures(self) -> None:
        """Draw what `pictures_later` put off; before the first box or tick is painted."""
        undrawn, self._undrawn = self._undrawn or [], None
        for stem, glyph, colour in undrawn:
            self._draw(stem, glyph, colour)

    def _palette(self) -> QPalette:
        """Everything Fusion draws by itself: text cursors, tool tips, disabled text, the ground of tables."""
        c, role, palette = self.colours, QPalette.ColorRole, QPalette()
        for name, colour in {
            role.Window: c.window,
            role.Base: c.card,
            role.AlternateBase: c.header,
            role.Button: c.card,
            role.Text: c.text,
            role.WindowText: c.text,
            role.ButtonText: c.text,
            role.BrightText: c.bad,
            role.PlaceholderText: c.muted,
            role.Highlight: c.selection,
            role.HighlightedText: c.text,
            role.Accent: c.accent,
            role.Link: c.accent,
            role.LinkVisited: c.accent,
            role.ToolTipBase: c.text,
            role.ToolTipText: c.window,
            role.Light: c.card,
            role.Midlight: c.header,
            role.Mid: c.line,
            role.Dark: c.muted,
            role.Shadow: c.line,
        }.items():
            palette.setColor(name, colour)
        for name in (role.Text, role.WindowText, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, name, mix(c.muted, c.pane, 0.4))
        return palette


def theme() -> Theme:
    """The application's theme; made in the system's look if app.py has not made one (in tests).

    Raises:
        RuntimeError: There is no QApplication.
    """
    if _found and isValid(_found[-1]):
        return _found[-1]
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a theme needs a QApplication")
    found = app.findChild(Theme, _NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    _found[:] = [found if isinstance(found, Theme) else Theme(app)]
    return _found[-1]


_found: list[Theme] = []
"""Every label asks for it, and a search among the application's children takes ten times as long."""
