# SPDX-License-Identifier: MIT
"""ProfileForm: the fields of one account, built from what its vendor wants to know, each with its own hint and error."""

from dataclasses import dataclass, replace
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from crmdesk.connectors.port import ProfileField, VendorPlugin
from crmdesk.engine.network import IN_THE_CLEAR
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.ui.accounts.address import address_problem, is_unencrypted, name_from_address, with_scheme
from crmdesk.ui.accounts.choice_buttons import Dot, PillChoice
from crmdesk.ui.accounts.lock_fields import LockFields
from crmdesk.ui.accounts.network_fields import NetworkFields
from crmdesk.ui.accounts.secret_line import make_secret
from crmdesk.ui.metrics import ENVIRONMENTS
from crmdesk.ui.parts import box, label, let_name, set_role
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import mark, told
from crmdesk.ui.wording import ENVIRONMENT_TONES, colour_word, environment_word, tr

_ENVIRONMENT_TIPS = {
    Environment.PRODUCTION: mark("Live data. More than 50 changes must be confirmed by typing their number."),
    Environment.SANDBOX: mark("A copy to try things on."),
    Environment.READ_ONLY: mark("crmdesk never writes to this account."),
}
_NETWORK = ("proxy", "ca_file", "pinned")
_LOCK = ("lock", "passphrase")
_FOLDED = (*_NETWORK, *_LOCK)


@dataclass(slots=True)
class _Row:
    """One line of the form: what is asked, the hint and the place for an error below it."""

    widget: QWidget
    title: QLabel
    hint: QLabel
    error: QLabel
    spec: ProfileField | None = None


class ProfileForm(QFrame):
    """The right-hand side of the account dialog.

    Signals:
        edited(): Something changed, so an earlier test says nothing any more.
        submitted(): Return was pressed in a field.
    """

    edited = Signal()
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        t = theme()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(t.px(8))
        self._grid.setVerticalSpacing(t.px(3))
        self._grid.setColumnMinimumWidth(0, t.px(112))
        self._grid.setColumnStretch(1, 1)
        self._plugin: VendorPlugin | None = None
        self._rows: dict[str, _Row] = {}
        self._name_is_ours = True
        self._stored: frozenset[str] = frozenset()
        self.name, self.address = self._line(), self._line()
        self.environment: dict[Environment, PillChoice] = {}
        self.colour: dict[str, Dot] = {}
        self._make_choices()
        self.network = NetworkFields(self)
        self.lock = LockFields(self)
        self.lock.edited.connect(self.edited)
        self.lock.submitted.connect(self.submitted)
        self.network.edited.connect(self.edited)
        self.network.submitted.connect(self.submitted)
        self._network_shown = False
        self.name.textEdited.connect(self._on_name_edited)
        self.address.textEdited.connect(self._on_address_edited)
        self.address.textChanged.connect(self._show_way)
        self.address.editingFinished.connect(self._mend_address)

    # ---- what the dialog asks ----------------------------------------------------------------------------------------

    def show_vendor(self, plugin: VendorPlugin) -> None:
        """Ask what this vendor wants to know; what was typed in fields of the same name stays."""
        typed = {name: self._text(row) for name, row in self._rows.items() if row.spec is not None}
        self._plugin = plugin
        self._clear()
        self._add("name", tr("Name"), self.name)
        self._add("environment", tr("Environment"), self._environments)
        self._add("address", tr("Address"), self.address)
        self.address.setPlaceholderText(plugin.url_hint)
        self._show_way()
        for spec in plugin.profile_fields:
            self._add(
                f"field:{spec.name}", told(spec.label), self._editor(spec, typed.get(f"field:{spec.name}", "")), spec
            )
        self._add("colour", tr("Colour"), self._colours)
        self._add("lock", tr("Lock"), self.lock.after)
        self._add("passphrase", tr("Passphrase of the lock"), self.lock.passphrase_row)
        self._add("proxy", tr("Proxy"), self.network.proxy_row)
        self._add("ca_file", tr("Extra certificates"), self.network.ca_row)
        self._add("pinned", tr("Certificate"), self.network.pin_row)
        self._rows["ca_file"].hint.setText(
            tr("A PEM file of the authority that signed the server's certificate; needed only for your own authority.")
        )
        self._rows["proxy"].hint.setText(
            tr("For example http://user:password@proxy:3128; the password is kept in the keychain alone.")
        )
        self._rows["lock"].hint.setText(self.lock.after_hint)
        self._rows["passphrase"].hint.setText(self.lock.passphrase_hint)
        self.show_network(self._network_shown)
        self._suggest_name()
        self._set_tab_order()

    def fill(self, profile: Profile) -> None:
        """Show a saved account; secrets stay empty."""
        self._name_is_ours = False
        self.name.setText(profile.name)
        self.address.setText(profile.url)
        self.environment[profile.environment].setChecked(True)
        self.colour.get(profile.colour, self.colour["green"]).setChecked(True)
        for row in self._rows.values():
            if row.spec is not None and not row.spec.secret:
                self._set_text(row, profile.settings.get(row.spec.name, row.spec.default))
        self.network.fill(profile.proxy, profile.ca_file, profile.pinned)
        self.lock.fill(profile.lock_after_min)
        self.show_network(
            bool(profile.proxy or profile.ca_file or profile.pinned or profile.lock_after_min is not None)
        )

    def mark_stored(self, names: frozenset[str]) -> None:
        """These secrets are in the keychain: empty means unchanged."""
        self._stored = names
        for row in self._rows.values():
            if (
                row.spec is not None
                and row.spec.secret
                and row.spec.name in names
                and isinstance(row.widget, QLineEdit)
            ):
                row.widget.setPlaceholderText(tr("stored in the keychain; leave empty to keep it"))

    def profile(self, base: Profile) -> Profile:
        """The account as typed, on top of `base`'s id and vendor."""
        self._mend_address()
        settings = {
            row.spec.name: self._text(row).strip()
            for row in self._rows.values()
            if row.spec is not None and not row.spec.secret
        }
        return replace(
            base,
            name=self.name.text().strip(),
            url=self.address.text().strip(),
            settings=settings,
            environment=next(e for e, pill in self.environment.items() if pill.isChecked()),
            colour=next((name for name, dot in self.colour.items() if dot.isChecked()), "green"),
            proxy=self.network.proxy_value,
            ca_file=self.network.ca_value,
            pinned=self.network.pin_value,
            lock_after_min=self.lock.minutes,
        )

    def secrets(self) -> dict[str, str]:
        """The secrets that were typed."""
        return {
            row.spec.name: self._text(row)
            for row in self._rows.values()
            if row.spec is not None and row.spec.secret and self._text(row)
        }

    def validate(self, *, needs_name: bool = True) -> bool:
        """Say beside each field what is wrong with it, go to the first; whether all is well."""
        self._mend_address()
        problems = {key: self._problem(key, row, needs_name) for key, row in self._rows.items()}
        for key, problem in problems.items():
            self.show_problem(key, problem)
        wrong = next((key for key, problem in problems.items() if problem), None)
        if wrong is not None:
            if wrong in _FOLDED:
                self.show_network(True)
            self._focus_target(wrong).setFocus(Qt.FocusReason.OtherFocusReason)
        return wrong is None

    def show_problem(self, key: str, problem: str) -> None:
        """Say what is wrong with a field (a vendor's field is "field:<name>"), "" = nothing."""
        row = self._rows[key]
        row.error.setText(problem)
        row.error.setVisible(bool(problem) and row.title.isVisibleTo(self))
        row.hint.setVisible(bool(row.hint.text()) and not problem and row.title.isVisibleTo(self))
        target = self._focus_target(key)
        if isinstance(target, (QLineEdit, QComboBox)):
            set_role(target, "invalid" if problem else "")
            target.setAccessibleDescription(problem or row.hint.text())

    @property
    def network_shown(self) -> bool:
        """Whether lock, proxy and certificates are unfolded."""
        return self._network_shown

    def show_network(self, shown: bool) -> None:
        """Unfold or fold lock, proxy and certificates."""
        self._network_shown = shown
        for key in _FOLDED:
            row = self._rows.get(key)
            if row is not None:
                row.title.setVisible(shown)
                row.widget.setVisible(shown)
                row.error.setVisible(shown and bool(row.error.text()))
                row.hint.setVisible(shown and bool(row.hint.text()) and not row.error.text())

    def line_of(self, key: str) -> QWidget:
        """Where a field's value is typed: "name", "address" or "field:<name>"."""
        return self._focus_target(key)

    # ---- building ----------------------------------------------------------------------------------------------------

    def _line(self) -> QLineEdit:
        line = QLineEdit()
        line.setMinimumHeight(theme().px(28))
        line.textEdited.connect(lambda _text: self.edited.emit())
        line.returnPressed.connect(self.submitted)
        return line

    def _make_choices(self) -> None:
        for environment, tone in ENVIRONMENT_TONES.items():
            pill = PillChoice(
                environment.value, environment_word(environment), tone, tr(_ENVIRONMENT_TIPS[environment])
            )
            pill.clicked.connect(self._on_environment)
            self.environment[environment] = pill
        for name, shown in ENVIRONMENTS.items():
            dot = Dot(name, colour_word(name), shown)
            dot.clicked.connect(self._on_colour)
            self.colour[name] = dot
        self._colour_is_ours = True
        self.environment[Environment.PRODUCTION].setChecked(True)
        self.colour["green"].setChecked(True)
        self._environments = box(*self.environment.values(), None, margins=(0, 3, 0, 3))
        self._colours = box(*self.colour.values(), None, margins=(0, 2, 0, 2), spacing=4)

    def _editor(self, spec: ProfileField, typed: str) -> QWidget:
        if spec.choices:
            combo = QComboBox()
            combo.setMinimumHeight(theme().px(28))
            for value, shown in spec.choices.items():
                combo.addItem(told(shown), value)
            combo.setCurrentIndex(max(0, combo.findData(typed or spec.default)))
            combo.currentIndexChanged.connect(lambda _index: self.edited.emit())
            return combo
        line = self._line()
        line.setPlaceholderText(spec.placeholder)
        line.setText(typed or spec.default)
        if spec.secret:
            make_secret(line)
        return line

    def _add(self, key: str, title: str, widget: QWidget, spec: ProfileField | None = None) -> None:
        at = self._grid.rowCount()
        must = spec is not None and not spec.required
        shown = label(title if not must else tr("{title} (optional)", title=title), "muted", "small")
        let_name(shown, widget)
        if not isinstance(widget, QFrame) or isinstance(widget, QLabel):
            widget.setAccessibleName(title)
        self._grid.addWidget(shown, at, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(widget, at, 1)
        hint, error = label("", "muted", "small", wrap=True), label("", "bad", "small", wrap=True)
        self._grid.addWidget(hint, at + 1, 1)
        self._grid.addWidget(error, at + 2, 1)
        self._grid.setRowMinimumHeight(at + 2, 0)
        if spec is not None:
            said = [told(spec.hint)] if spec.hint else []
            if spec.secret:
                said.insert(0, tr("Stored in your system's keychain, never in a file."))
            hint.setText(" ".join(said))
        hint.setVisible(bool(hint.text()))
        error.hide()
        widget.setAccessibleDescription(hint.text())
        for part in (shown, widget):
            part.show()  # at once; a layout would do it in the next turn only
        self._rows[key] = _Row(widget, shown, hint, error, spec)

    def _clear(self) -> None:
        """Take every row out; our own editors are kept, the vendor's go."""
        for row in self._rows.values():
            for made in (row.title, row.hint, row.error):
                self._grid.removeWidget(made)
                made.hide()
                made.deleteLater()
            self._grid.removeWidget(row.widget)
            row.widget.hide()
            if row.spec is not None:
                row.widget.deleteLater()
        self._rows = {}

    def _set_tab_order(self) -> None:
        """Top to bottom, whatever the order in which the rows were made."""
        stops: list[QWidget] = []
        for row in self._rows.values():
            # A combo box has children of its own, in a window of their own.
            inner = [w for w in row.widget.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
            inner = [w for w in inner if w.window() is self.window() and not isinstance(w.parent(), QComboBox)]
            stops += inner if isinstance(row.widget, QFrame) else [row.widget, *inner]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    def _focus_target(self, key: str) -> QWidget:
        if key == "proxy":
            return self.network.proxy
        if key == "ca_file":
            return self.network.ca_file
        if key == "passphrase":
            return self.lock.passphrase
        return self._rows[key].widget

    # ---- texts -------------------------------------------------------------------------------------------------------

    @staticmethod
    def _text(row: _Row) -> str:
        if isinstance(row.widget, QComboBox):
            return str(row.widget.currentData() or "")
        return row.widget.text() if isinstance(row.widget, QLineEdit) else ""

    @staticmethod
    def _set_text(row: _Row, text: str) -> None:
        if isinstance(row.widget, QComboBox):
            row.widget.setCurrentIndex(max(0, row.widget.findData(text)))
        elif isinstance(row.widget, QLineEdit):
            row.widget.setText(text)
            row.widget.setCursorPosition(0)

    def _problem(self, key: str, row: _Row, needs_name: bool) -> str:
        if key == "name" and needs_name and not self.name.text().strip():
            return tr("Give the account a name; it is shown in the window and on every review.")
        if key == "address":
            return address_problem(self.address.text())
        if key == "proxy":
            return self.network.proxy_problem()
        if key == "ca_file":
            return self.network.ca_problem()
        spec = row.spec
        if spec is not None and spec.required and not self._text(row).strip():
            if spec.secret and spec.name in self._stored:
                return ""
            return tr("{field} is needed to sign in.", field=spec.label)
        return ""

    # ---- reacting ----------------------------------------------------------------------------------------------------

    def _on_name_edited(self, text: str) -> None:
        self._name_is_ours = not text.strip()

    def _on_address_edited(self, _text: str) -> None:
        self._suggest_name()

    def _show_way(self) -> None:
        """Say below the address, for as long as it stands there, that it leads over the network unencrypted."""
        if "address" in self._rows:
            hint = self._rows["address"].hint
            hint.setText(told(IN_THE_CLEAR) if is_unencrypted(self.address.text()) else "")
            set_role(hint, "warn")
            self.show_problem("address", self._rows["address"].error.text())

    def _suggest_name(self) -> None:
        if self._name_is_ours and self._plugin is not None:
            self.name.setText(name_from_address(self.address.text(), self._plugin.title))

    def _mend_address(self) -> None:
        mended = with_scheme(self.address.text())
        if mended != self.address.text():
            self.address.setText(mended)

    def _on_environment(self) -> None:
        """A new production account is green, a sandbox blue, a read-only one orange, until the person chooses."""
        if self._colour_is_ours:
            chosen = next(e for e, pill in self.environment.items() if pill.isChecked())
            colour = {Environment.PRODUCTION: "green", Environment.SANDBOX: "blue"}.get(chosen, "orange")
            self.colour[colour].setChecked(True)
        self.edited.emit()

    def _on_colour(self) -> None:
        self._colour_is_ours = False

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._grid.setColumnMinimumWidth(0, theme().px(112))
        super().changeEvent(event)
