# SPDX-License-Identifier: MIT
"""Makes each setting felt as soon as it is chosen, and at the start."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from crmdesk import translation
from crmdesk.domain.errors import CrmError
from crmdesk.engine.settings import Held, Settings
from crmdesk.ui.metrics import ROW, ROW_COMFORTABLE, ROW_COMPACT, Scheme
from crmdesk.ui.theme import Theme, theme
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow

_ROWS = {"compact": ROW_COMPACT, "normal": ROW, "comfortable": ROW_COMFORTABLE}


def begin_look(look: Theme, settings: Settings) -> None:
    """What the first picture shows besides colours and text size, which the theme is made with."""
    if settings.text("density") != "normal":
        look.choose_rows(_ROWS[settings.text("density")])
    if _is_still(settings):
        look.choose_motion(still=True)


def locale_of(formats: str, system: QLocale | None = None) -> QLocale:
    """The locale that a value of the setting ``formats`` stands for."""
    if formats == "iso":
        return QLocale(QLocale.Language.C)
    return (system or QLocale.system()) if formats == "system" else QLocale(formats)


def _is_still(settings: Settings) -> bool:
    from crmdesk.ui.settings.motion import system_wants_stillness

    chosen = settings.text("motion")
    return chosen == "reduced" or (chosen == "system" and system_wants_stillness())


class SettingsAtWork(QObject):
    """Hears of changes and passes each on to what it concerns. Owned by the window."""

    def __init__(self, window: "MainWindow", settings: Settings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        deaf = settings.changed.connect(self._on_changed)
        window.destroyed.connect(lambda: deaf())

    def prefer(self, name: str, value: Held) -> None:
        """Choose by a key or the menu, as in the sheet; why it cannot be is told."""
        if self._settings.is_locked(name):
            self._window.messages.show_info(tr("Your administrator has set this; it cannot be changed here."))
            return
        try:
            self._settings.choose(name, value)
        except CrmError as error:
            self._window.show_error(error)

    def choose_scheme(self, scheme: Scheme) -> None:
        """Light, dark, contrast or as the system has it; remembered."""
        self.prefer("scheme", scheme.value)

    def toggle_dark(self) -> None:
        """F9."""
        self.choose_scheme(Scheme.LIGHT if theme().dark else Scheme.DARK)

    def zoom(self, step: int) -> None:
        """Larger (1), smaller (-1) or the system's own text (0); remembered."""
        factor = 1.0 if step == 0 else theme().text_scale * (1.1 if step > 0 else 1 / 1.1)
        self.prefer("text_percent", round(factor * 100))

    def _on_changed(self, name: str) -> None:
        do = {
            "scheme": self._take_scheme,
            "text_percent": lambda: theme().set_text_scale(self._settings.number("text_percent") / 100),
            "density": lambda: theme().choose_rows(_ROWS[self._settings.text("density")]),
            "motion": lambda: theme().choose_motion(still=_is_still(self._settings)),
            "formats": self._take_formats,
            "language": self._take_language,
            "deadline_s": self._take_deadline,
            "mirror_limit_mb": self._take_mirror_limit,
        }.get(name)
        if do is not None:
            do()

    def _take_scheme(self) -> None:
        theme().choose(Scheme(self._settings.text("scheme")))
        self._window.menus.refresh()

    def _take_formats(self) -> None:
        """Every page writes its values anew."""
        locale = locale_of(self._settings.text("formats"))
        QLocale.setDefault(locale)
        if "formats" not in self._window.__dict__:
            return  # made with the new value when somebody asks for it
        self._window.formats.use(locale)
        for space in self._window.workspaces.values():
            space.write_anew()

    def _take_language(self) -> None:
        """Everything that stands is made anew, as it stood."""
        from crmdesk.ui import languages
        from crmdesk.ui.kept import make_anew

        chosen = self._settings.text("language")
        code = languages.chosen("" if chosen == "system" else chosen)
        if code == translation.voice().code:
            return
        languages.begin_to_speak(code, self._window.formats.locale)
        app = QCoreApplication.instance()
        assert app is not None
        languages.translate_qt(app, code)
        self._window.desk.language = code
        self._window.run(make_anew(self._window))

    def _take_deadline(self) -> None:
        self._window.desk.clients.use_deadline(self._settings.number("deadline_s"))

    def _take_mirror_limit(self) -> None:
        """For every copy, an update under way too."""
        self._window.desk.mirror_limit_bytes = self._settings.number("mirror_limit_mb") * 1_000_000
