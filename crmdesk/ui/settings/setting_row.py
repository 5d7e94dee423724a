# SPDX-License-Identifier: MIT
"""One setting in the sheet: its name, what to choose it with, and the way back to the default."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QLineEdit, QSizePolicy, QSpinBox, QWidget

from crmdesk.domain.matching import folded
from crmdesk.engine.settings import SETTINGS, Held, Settings, Source
from crmdesk.ui.parts import Pill, box, button, fill, label, let_name, set_role
from crmdesk.ui.settings.setting_words import TEXT_SIZES, SettingWords, format_choices
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_CONTROL_WIDTH = 290


class SettingRow(QFrame):
    """Shows one setting and asks for changes; it changes nothing itself.

    Signals:
        chosen(object): the person wants this value.
        reset_wanted(): the default.
    """

    chosen = Signal(object)
    reset_wanted = Signal()

    def __init__(self, words: SettingWords, settings: Settings) -> None:
        super().__init__()
        self.words, self._settings = words, settings
        self._title = label(tr(words.label))
        self._hint = label(tr(words.hint) if words.hint else "", "muted", "small", wrap=True)
        self._hint.setVisible(bool(words.hint))
        self._problem = label("", "bad", "small", wrap=True)
        self._problem.hide()
        self.control = self._control()
        self.control.setAccessibleName(tr(words.label))
        self.control.setAccessibleDescription(tr(words.hint) if words.hint else "")
        self.control.installEventFilter(self)
        let_name(self._title, self.control)
        self.reset = button(tr("Reset to default"), "link", self.reset_wanted.emit)
        self.reset.setAccessibleName(tr("Reset {setting} to its default", setting=tr(words.label)))
        self.lock = Pill(tr("Set by your administrator"), "neutral")
        left = box(self._title, self._hint, self._problem, vertical=True, spacing=2)
        left.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        state = box(None, self.lock, self.reset, spacing=0)
        right = box(self.control, state, vertical=True, spacing=2)
        right.setFixedWidth(theme().px(_CONTROL_WIDTH))
        fill(self, left, right, margins=(0, 7, 0, 7), spacing=18)
        layout = self.layout()
        for side in (left, right):
            if layout is not None:
                layout.setAlignment(side, Qt.AlignmentFlag.AlignTop)
        self.show_value()

    # ---- showing -----------------------------------------------------------------------------------------------------

    def show_value(self) -> None:
        """Show what counts now, and whether it can be changed."""
        value, name, control = self._settings.value(self.words.name), self.words.name, self.control
        control.blockSignals(True)
        if isinstance(control, QCheckBox):
            control.setChecked(value is True)
        elif isinstance(control, QSpinBox):
            control.setValue(int(value))
        elif isinstance(control, QComboBox):
            at = control.findData(value)
            if at < 0:  # a size that was reached step by step
                control.addItem(f"{value} %", value)
                at = control.count() - 1
            control.setCurrentIndex(at)
        elif isinstance(control, QLineEdit):
            control.setText(str(value))
            self.show_problem("")
        control.blockSignals(False)
        locked = self._settings.is_locked(name)
        control.setEnabled(not locked)
        self.lock.setVisible(locked)
        self.reset.setVisible(not locked and self._settings.source(name) is Source.PERSON)

    def show_problem(self, sentence: str) -> None:
        """Say why what was typed cannot be; "" = nothing is wrong."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        if isinstance(self.control, QLineEdit):
            set_role(self.control, "invalid" if sentence else "")

    def say(self, sentence: str) -> None:
        """What there is to know beside the hint; a problem of what was typed stands before it."""
        if not isinstance(self.control, QLineEdit) or self.control.property("role") != "invalid":
            self._problem.setText(sentence)
            self._problem.setVisible(bool(sentence))

    def matches(self, typed: str) -> bool:
        """Whether what was typed into the search stands in this setting's words."""
        words = self.words
        texts = (words.group, words.label, words.hint, *words.choices.values())
        everything = folded(" ".join((*(tr(text) for text in texts if text), *texts, words.also)))
        return all(part in everything for part in folded(typed).split())

    # ---- choosing ----------------------------------------------------------------------------------------------------

    def _control(self) -> QWidget:
        words, setting = self.words, SETTINGS[self.words.name]
        if words.choices:
            return self._list({value: tr(word) for value, word in words.choices.items()})
        if words.name == "formats":
            return self._list(format_choices(self._settings.text("formats")))
        if words.name == "text_percent":
            return self._list({size: f"{size} %" for size in TEXT_SIZES})
        if isinstance(setting.default, bool):
            box_ = QCheckBox(tr("Yes, ask for it") if words.name == "updates" else tr("Yes"))
            box_.toggled.connect(lambda on: self.chosen.emit(on))
            return box_
        if isinstance(setting.default, int):
            number = QSpinBox()
            number.setRange(setting.least, setting.most)
            number.lineEdit().setTextMargins(theme().px(7), 0, 0, 0)  # the stylesheet's padding does not reach it
            before, _, after = tr(words.unit).partition("{n}")
            number.setPrefix(before)
            number.setSuffix(after)
            number.setGroupSeparatorShown(True)
            number.setKeyboardTracking(False)  # "120" is not first 1, then 12
            number.setSingleStep(5 if setting.most <= 1000 else 500)
            number.valueChanged.connect(lambda value: self.chosen.emit(value))
            return number
        line = QLineEdit()
        line.setPlaceholderText("https://")
        line.editingFinished.connect(self._on_line)
        return line

    def _list(self, choices: dict[str, str] | dict[int, str]) -> QComboBox:
        combo = QComboBox()
        for value, word in choices.items():
            combo.addItem(word, value)
        combo.setMaxVisibleItems(14)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(12)
        combo.activated.connect(lambda at: self.chosen.emit(combo.itemData(at)))
        combo.currentIndexChanged.connect(lambda at: None if combo.view().isVisible() else self._on_index(combo, at))
        return combo

    def _on_index(self, combo: QComboBox, at: int) -> None:
        """The arrow keys choose as a click does."""
        value: Held = combo.itemData(at)
        if value != self._settings.value(self.words.name):
            self.chosen.emit(value)

    def _on_line(self) -> None:
        assert isinstance(self.control, QLineEdit)
        if self.control.text().strip() != self._settings.text(self.words.name):
            self.chosen.emit(self.control.text().strip())
        else:
            self.show_problem("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the sheet; it changes a setting only where the person has gone to it."""
        if event.type() == QEvent.Type.Wheel and watched is self.control and not self.control.hasFocus():
            event.ignore()
            return True
        return False
