# SPDX-License-Identifier: MIT
"""The one dialog for settings: few, searchable, each at work as soon as it is changed."""

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QScrollArea, QWidget

from crmdesk.domain.errors import CrmError
from crmdesk.engine.settings import Settings
from crmdesk.ui.parts import Note, box, button, clearable, label
from crmdesk.ui.settings.setting_row import SettingRow
from crmdesk.ui.settings.setting_words import ROWS
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr

_HEIGHT, _MOST_PX = 470, 560  # large text must leave room for the foot in a window of 900


class SettingsSheet(Sheet):
    """Opened by the window over itself; what is changed here is heard by ``SettingsAtWork``.

    Args:
        typed: begins the search.
    """

    shows_no_records = True

    def __init__(self, settings: Settings, typed: str = "") -> None:
        super().__init__(tr("Settings"), 760)
        self._settings = settings
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a setting"))
        self.search.setAccessibleName(tr("Find a setting"))
        clearable(self.search)
        self.search.textChanged.connect(self._show_matching)
        self.note = Note("", "warn")
        self.rows = {words.name: SettingRow(words, settings) for words in ROWS}
        self._groups: list[tuple[QLabel, list[SettingRow]]] = []
        self._nothing = label(tr("No setting is called so."), "muted")
        self._area = self._scroll()
        top = box(self.search, self.note, vertical=True, margins=(0, 0, 12, 0))
        body = box(top, self._area, vertical=True, margins=(18, 14, 6, 10), spacing=8)
        self._all = button(tr("Reset all"), "link", self._reset_all)
        self.set_content(body, (self._all,), (button(tr("Close"), "primary", self.accept),))
        self._deaf = settings.changed.connect(self._on_changed)
        self.closed.connect(lambda _: self._deaf())
        self._tell_problems()
        self._follow_all()
        self.search.setText(typed)
        self._show_matching(typed)

    def _scroll(self) -> QScrollArea:
        held: list[QWidget | int | None] = [self._nothing]
        for group in dict.fromkeys(words.group for words in ROWS):
            heading = label(tr(group), "muted", "group")
            rows = [row for row in self.rows.values() if row.words.group == group]
            self._groups.append((heading, rows))
            held += [*([10] if self._groups[1:] else []), heading, *rows]
        for row in self.rows.values():
            row.chosen.connect(lambda value, row=row: self._choose(row, value))
            row.reset_wanted.connect(lambda row=row: self._reset(row))
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(box(*held, None, vertical=True, margins=(0, 4, 14, 4), spacing=2))
        area.setMinimumHeight(min(theme().px(_HEIGHT), _MOST_PX))
        area.setFocusPolicy(area.focusPolicy().NoFocus)
        return area

    # ---- changing ----------------------------------------------------------------------------------------------------

    def _choose(self, row: SettingRow, value: object) -> None:
        try:
            self._settings.choose(row.words.name, value)  # type: ignore[arg-type]  # the control's own kind
            row.show_value()
        except ValueError:
            row.show_problem(tr("This is no address that begins with https://. Nothing was changed."))
        except CrmError as error:
            self._tell(told(error.user_text))
        self._follow_all()

    def _reset(self, row: SettingRow) -> None:
        try:
            self._settings.reset(row.words.name)
        except CrmError as error:
            self._tell(told(error.user_text))
        row.show_value()
        self._follow_all()
        row.control.setFocus()  # the button is gone

    def _reset_all(self) -> None:
        for row in self.rows.values():
            self._reset(row)
        self.search.setFocus()

    def _on_changed(self, name: str) -> None:
        """Also by the menu or a key while the sheet is open."""
        if name in self.rows:
            QTimer.singleShot(0, self, self.rows[name].show_value)

    def _follow_all(self) -> None:
        """What depends on another setting."""
        self._all.setVisible(any(row.reset.isVisibleTo(row) for row in self.rows.values()))
        needless = not self._settings.flag("updates") or bool(self._settings.text("updates_address"))
        nobody = tr("Nobody can be asked while no address is given here.")
        self.rows["updates_address"].say("" if needless else nobody)

    # ---- telling -----------------------------------------------------------------------------------------------------

    def _tell_problems(self) -> None:
        self.note.setVisible(bool(self._settings.problems))
        if self._settings.problems:
            self._tell("\n".join(told(sentence) for sentence in self._settings.problems))

    def _tell(self, text: str) -> None:
        self.note.show_text(told(text), "warn")
        self.note.show()

    def _show_matching(self, typed: str) -> None:
        found = False
        for heading, rows in self._groups:
            fitting = [row for row in rows if row.matches(typed)]
            for row in rows:
                row.setVisible(row in fitting)
            heading.setVisible(bool(fitting))
            found = found or bool(fitting)
        self._nothing.setVisible(not found)

    def hideEvent(self, event: QHideEvent) -> None:
        """An address that is still being typed counts."""
        held = self.focusWidget()
        if isinstance(held, QLineEdit) and held is not self.search:
            held.editingFinished.emit()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._area.setMinimumHeight(min(theme().px(_HEIGHT), _MOST_PX))
            self.refit()
