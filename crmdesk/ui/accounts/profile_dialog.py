# SPDX-License-Identifier: MIT
"""ProfileDialog: add or change an account, test the connection, save and open it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from crmdesk.connectors.port import VendorPlugin
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import VendorName
from crmdesk.engine.desk import Desk, TestResult
from crmdesk.engine.logins import split_login
from crmdesk.engine.network import spelled
from crmdesk.engine.profiles import Profile, new_account_id
from crmdesk.ui.accounts.choice_buttons import Card
from crmdesk.ui.accounts.fitting import Fitting, settle_layouts
from crmdesk.ui.accounts.profile_form import ProfileForm
from crmdesk.ui.parts import Note, ProgressBar, box, button, label, show_length
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import clock_words, duration, error_words, plural, tr

_DEMO = "demo:"  # the key of the demo's card; no vendor has a colon


class ProfileDialog(Sheet):
    """One account's settings. Adds an account, or changes `profile`.

    Closing it breaks a test off; a save that is under way is finished.

    Signals:
        saved(Profile): It is on disk; open it.
        demo_wanted(): The person chose the demo instead; the sheet has closed.
    """

    saved = Signal(object)
    demo_wanted = Signal()

    def __init__(
        self, desk: Desk, report: Callable[[BaseException], None], profile: Profile | None = None, vendor: str = ""
    ) -> None:
        """`report` is told what is no trouble of the account. `vendor`: the card chosen at first, "" = the first."""
        super().__init__(tr("Edit account") if profile else tr("Add an account"), 900)
        self._desk, self._edited = desk, profile
        self.shows_no_records = profile is None  # nobody changes an account that is locked
        self._plugins: Mapping[VendorName, VendorPlugin] = desk.plugins
        self._scope = TaskScope(report)
        self._tested = self._is_over = False
        self._saved: Profile | None = None
        self._base = profile or Profile(id=new_account_id(), name="", vendor=VendorName(""), url="")
        self.form = ProfileForm()
        self.form.lock.use_rule(desk.locks.rule)
        self._build(vendor)
        self.form.edited.connect(self._on_edited)
        self.form.submitted.connect(self._on_submitted)
        self.closed.connect(self._on_closed)
        if profile is not None:
            self.form.fill(profile)
            self._scope.start(self._mark_stored(), slot="keychain")

    # ---- building ----------------------------------------------------------------------------------------------------

    def _build(self, vendor: str) -> None:
        self._cards = QButtonGroup(self)
        shown: list[Card] = []
        for plugin in self._plugins.values():
            if self._edited is None or self._edited.vendor == plugin.vendor:
                shown.append(Card(plugin.vendor, plugin.title, told(plugin.summary)))
        if self._edited is None:
            shown.append(Card(_DEMO, tr("Demo"), tr("Built in, no account needed")))
        for card in shown:
            self._cards.addButton(card)
        self._cards.buttonClicked.connect(self._on_card)
        cards = box(*shown, None, vertical=True, spacing=8)
        self._note = Note("", "info")
        self._note.hide()
        self._progress = ProgressBar()
        show_length(self._progress, None)
        self._progress.setAccessibleName(tr("Testing the connection"))
        self._progress.hide()
        self._demo_text = label(
            tr("Sample accounts on this computer, full of data to try things on. Nothing leaves it."),
            "muted",
            wrap=True,
        )
        self._demo_text.hide()
        right = box(self.form, self._demo_text, 6, self._progress, self._note, None, vertical=True, spacing=8)
        left_pane, right_pane = Fitting(cards), Fitting(right)
        left_pane.setMaximumWidth(theme().px(300))
        body = box(left_pane, right_pane, margins=(18, 14, 18, 14), spacing=18)
        self._network = button(tr("Lock, proxy, certificates…"), "", self._toggle_network)
        self._network.setCheckable(True)
        self.form.network.pin_wanted.connect(self._take_certificate)
        self._cancel = button(tr("Cancel"), "", self.reject)
        self._test = button(tr("Test connection"), "", self._start_test)
        self._save = button(tr("Save and open"), "primary", self._start_save)
        self.set_content(body, (self._network,), (self._cancel, self._test, self._save))
        self._choose_first(shown, vendor)

    def _choose_first(self, shown: list[Card], vendor: str) -> None:
        first = next((card for card in shown if card.key == vendor), shown[0] if shown else None)
        if first is not None:
            first.setChecked(True)
            self._show_vendor(first.key)

    def _on_card(self, card: QWidget) -> None:
        if isinstance(card, Card):
            self._show_vendor(card.key)
            self._on_edited()

    def _show_vendor(self, key: str) -> None:
        is_demo = key == _DEMO
        self.form.setVisible(not is_demo)
        self._demo_text.setVisible(is_demo)
        for one in (self._network, self._test):
            one.setVisible(not is_demo)
        self._save.setText(tr("Open the demo") if is_demo else tr("Save and open"))
        if not is_demo:
            self.form.show_vendor(self._plugins[VendorName(key)])
        self.refit()

    @property
    def vendor(self) -> str:
        """The chosen vendor, "" while the demo's card is chosen."""
        card = self._cards.checkedButton()
        return card.key if isinstance(card, Card) and card.key != _DEMO else ""

    @property
    def note_text(self) -> str:
        """What the note below the fields says, "" while there is none."""
        return self._note.text_label.text() if self._note.isVisibleTo(self) else ""

    def _say(self, text: str, tone: str) -> None:
        self._note.show_text(text, tone)
        self._note.setVisible(bool(text))
        self.refit()

    # ---- reacting ----------------------------------------------------------------------------------------------------

    def _on_edited(self) -> None:
        """What was tested or saved is not what is typed now."""
        self._tested = False
        if self._saved is not None:
            self._saved = None
            self._save.setText(tr("Save and open"))
            self._test.show()
        if self._scope.running("test"):
            self._stop_test()
        if self._note.isVisibleTo(self):
            self._say("", "warn")

    def _on_submitted(self) -> None:
        """Return: test what is new, save what was tested."""
        if self._saved is not None or self._tested:
            self._start_save()
        else:
            self._start_test()

    def _take_certificate(self) -> None:
        self._scope.start(self._look_at_certificate(self._profile()), slot="certificate")

    async def _look_at_certificate(self, profile: Profile) -> None:
        try:
            fingerprint = await self._desk.certificate(profile)
        except CrmError as error:
            self._say(error_words(error).text, "bad")
            return
        self._on_edited()
        self.form.network.set_pin(fingerprint)
        self._say(
            tr(
                "Once you save, this account accepts this one certificate and no other: {fingerprint}. Compare it with "
                "what whoever runs the server tells you, on the telephone for example.",
                fingerprint=spelled(fingerprint),
            ),
            "warn",
        )

    def _toggle_network(self) -> None:
        self.form.show_network(not self.form.network_shown)
        self._network.setChecked(self.form.network_shown)
        self.refit()

    def _profile(self) -> Profile:
        return replace(self.form.profile(self._base), vendor=VendorName(self.vendor))

    def _validates(self, *, needs_name: bool) -> bool:
        good = self.form.validate(needs_name=needs_name)
        if not good:
            self._note.hide()  # what it says is about something else
        self._network.setChecked(self.form.network_shown)
        self.refit()
        return good

    # ---- testing -----------------------------------------------------------------------------------------------------

    def _start_test(self) -> None:
        if self._scope.running("test"):
            self._stop_test()
            self._say(tr("Stopped."), "neutral")
        elif not self._scope.running("save") and self._validates(needs_name=False):
            profile = self._profile()
            named = profile if profile.name else replace(profile, name=profile.url)
            self._test.setText(tr("Stop the test"))
            self._progress.show()
            self._say(tr("Connecting to {address} …", address=profile.url), "neutral")
            self._scope.start(self._run_test(named, self.form.secrets()), slot="test")

    def _stop_test(self) -> None:
        self._scope.cancel("test")
        self._end_test()

    def _end_test(self) -> None:
        self._test.setText(tr("Test connection"))
        self._progress.hide()

    async def _run_test(self, profile: Profile, secrets: Mapping[str, str]) -> None:
        try:
            result = await self._desk.test(profile, secrets)
        except CrmError as error:
            self._end_test()
            words = error_words(error)
            self._say(f"{words.title}. {words.text}", "bad")
        except Exception:
            self._end_test()
            self._say("", "neutral")
            raise  # a mistake of ours: the scope reports it
        else:
            self._end_test()
            self._tested = True
            self._say(result_words(result), "good")
            self._save.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- saving ------------------------------------------------------------------------------------------------------

    def _start_save(self) -> None:
        if not self.vendor:
            self.accept()
            self.demo_wanted.emit()
        elif self._saved is not None:
            self._finish(self._saved)
        elif not self._scope.running("save") and self._validates(needs_name=True):
            self._stop_test()
            for one in (self._save, self._test):
                one.setEnabled(False)
            self._scope.start(self._run_save(self._profile(), self.form.secrets()), slot="save")

    async def _run_save(self, profile: Profile, secrets: Mapping[str, str]) -> None:
        try:
            kept = await self._desk.save(profile, secrets)
            passphrase = self.form.lock.new_passphrase
            if passphrase is not None:
                kept = await self._desk.locks.keep_passphrase(profile, passphrase) and kept
            self._desk.locks.admit(profile.id)  # whoever sits here has just set it up
        except CrmError as error:
            self._enable()
            self._say(error_words(error).text, "bad")
            return
        except Exception:
            self._enable()
            raise
        if self._is_over:
            return
        self._enable()
        profile = replace(profile, proxy=split_login(profile.proxy)[0])  # the keychain has the rest
        if kept:
            self._finish(profile)
        else:
            self._say_no_keychain(profile)

    def _say_no_keychain(self, profile: Profile) -> None:
        """The account is saved, its secret is not: the person should know before the next start asks again."""
        self._saved = profile
        trouble = told(self._desk.secrets.keychain_trouble) or tr("This system offers no keychain.")
        words = tr(
            "{trouble} The account is saved without its key: it lasts for this run only, "
            "and crmdesk asks for it at the next start.",
            trouble=trouble,
        )
        self._say(words, "warn")
        self._save.setText(tr("Open"))
        self._test.hide()
        self._save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enable(self) -> None:
        if not self._is_over:
            for one in (self._save, self._test):
                one.setEnabled(True)

    def _finish(self, profile: Profile) -> None:
        self.accept()
        self.saved.emit(profile)

    # ---- the rest ----------------------------------------------------------------------------------------------------

    async def _mark_stored(self) -> None:
        """Ask the keychain which secrets it holds; until then every secret counts as stored."""
        profile = self._base
        fields = [spec for spec in self._plugins[profile.vendor].profile_fields if spec.secret]
        self.form.mark_stored(frozenset(spec.name for spec in fields))
        held = [spec.name for spec in fields if await self._desk.has_secret(profile, spec)]
        self.form.mark_stored(frozenset(held))
        self.form.lock.mark_stored(await self._desk.locks.has_passphrase(profile))

    def _on_closed(self) -> None:
        self._is_over = True
        for slot in ("test", "keychain"):
            self._scope.cancel(slot)

    def height_for(self, width: int) -> int:
        settle_layouts(self)
        return super().height_for(width)

    def may_close(self) -> bool:
        return not self._scope.running("save")


def result_words(result: TestResult) -> str:
    """ "Connected in 212 ms · 34 modules · signed in as Anna Koch · server clock 2 s ahead"."""
    who = result.identity.full_name or result.identity.user
    told = [
        tr("✓ Connected in {time}", time=duration(result.elapsed_ms)),
        plural(result.modules, "{n} module", "{n} modules"),
        tr("signed in as {who}", who=who),
        tr("administrator") if result.identity.is_admin else "",
        clock_words(result.identity.clock_ahead_s),
    ]
    return " · ".join(part for part in told if part)
