# SPDX-License-Identifier: MIT
"""Whether a customer's login to the vendor's portal is right, and who it is. The password is never kept."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from crmdesk.domain.errors import CrmError
from crmdesk.engine.desk import Account
from crmdesk.engine.portal import PortalAnswer, check_portal_login
from crmdesk.ui.parts import Note, box, button, label, let_name
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import error_words, tr

_PORTAL = "portal"  # under which the account's file remembers the portal's id
_LABEL_WIDTH = 110


class PortalSheet(Sheet):
    """E-mail, password, portal; asks the server and says what it answered."""

    def __init__(self, account: Account, report: Callable[[BaseException], None]) -> None:
        super().__init__(tr("Check a portal login"), 480)
        self._account = account
        self._scope = TaskScope(report, self)
        self.email, self.password, self.portal = QLineEdit(), QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self.note = Note("", "info")
        self.note.hide()
        rows = [
            self._row(tr("E-mail"), self.email),
            self._row(tr("Password"), self.password),
            self._row(tr("Portal id"), self.portal),
        ]
        hint = label(tr("Asks the server as the portal would. The password is neither kept nor logged."), "muted",
                     "small", wrap=True)  # fmt: skip
        body = box(*rows, hint, self.note, vertical=True, margins=(18, 14, 18, 14), spacing=9)
        self.check_button = button(tr("Check"), "primary", self.check)
        self.set_content(body, (), (button(tr("Close"), "", self.reject), self.check_button))
        for line in (self.email, self.password, self.portal):
            line.returnPressed.connect(self.check)
        self.closed.connect(self._on_closed)
        self._scope.start(self._recall(), slot="recall")

    def _row(self, name: str, line: QLineEdit) -> QWidget:
        words = label(name, "muted")
        words.setFixedWidth(theme().px(_LABEL_WIDTH))
        words.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        let_name(words, line)
        line.setAccessibleName(name)
        return box(words, line, spacing=10)

    async def _recall(self) -> None:
        known = await self._account.storage.recall(_PORTAL)
        if known and not self.portal.text():
            self.portal.setText(known)

    def check(self) -> None:
        """Ask the server; nothing is asked before all is filled in."""
        missing = next((line for line in (self.email, self.password, self.portal) if not line.text().strip()), None)
        if missing is not None:
            self._say(tr("Fill in e-mail, password and portal id."), "warn")
            missing.setFocus()
            return
        self._say(tr("Asking the server…"), "info")
        self.check_button.setEnabled(False)
        self._scope.start(self._check(self.email.text().strip(), self.portal.text().strip()), slot="check")

    async def _check(self, email: str, portal: str) -> None:
        password = self.password.text()
        try:
            answer = await check_portal_login(self._account.session, email, password, portal)
            await self._account.storage.remember(_PORTAL, portal)
        except CrmError as error:
            self._say(error_words(error).text, "bad")
        else:
            self._show(answer)
        finally:
            self.check_button.setEnabled(True)

    def _show(self, answer: PortalAnswer) -> None:
        if answer.refusal:
            self._say(tr("The portal does not let this login in: {why}", why=answer.refusal), "bad")
        else:
            self._say(who_words(answer.who), "good")

    def _say(self, text: str, tone: str) -> None:
        self.note.show_text(text, tone)
        self.note.show()
        self.refit()

    def _on_closed(self, _accepted: bool) -> None:
        self._scope.cancel("check")
        self._scope.cancel("recall")
        self.password.clear()


def who_words(who: Mapping[str, str]) -> str:
    """What the server tells of the customer, a line each."""
    lines = [f"{name}: {text}" for name, text in who.items() if text]
    return "\n".join([tr("The login is right."), *lines])
