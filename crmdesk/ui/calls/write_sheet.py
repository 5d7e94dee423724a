# SPDX-License-Identifier: MIT
"""The question before something is sent at once: which account, where, as whom, and what will happen."""

from collections.abc import Callable

from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from crmdesk.domain.errors import CrmError
from crmdesk.engine.desk import Account
from crmdesk.engine.profiles import Environment
from crmdesk.ui.changes.account_line import AccountLine
from crmdesk.ui.parts import Note, box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import error_words, tr


class WriteSheet(Sheet):
    """Accepted = send it. It can be accepted once the server has said who we are."""

    def __init__(
        self,
        account: Account,
        title: str,
        question: str,
        yes: str,
        content: QWidget | None = None,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        """``content`` stands below the question; ``ready`` is asked before it closes (a form with mistakes is not)."""
        super().__init__(title, 600)
        self._account, self._ready = account, ready
        self._scope = TaskScope(self._on_failed, self)
        live = account.profile.environment is Environment.PRODUCTION
        self._line = AccountLine(account.profile)
        self.note = Note("", "warn")
        self.note.hide()
        once = tr("It is sent at once, and nothing here undoes it.")
        if live:
            self.note.show_text(tr("This is a production account. {once}", once=once), "warn")
            self.note.show()
        kept = [] if live else [label(once, "muted", "small", wrap=True)]
        parts = [self._line, self.note, label(question, wrap=True, select=True), *([content] if content else []), *kept]
        body = box(*parts, vertical=True, margins=(18, 14, 18, 14), spacing=12)
        self.cancel = button(tr("Cancel"), "", self.reject)
        self.yes = button(yes, "danger" if live else "primary", self.accept)
        self.yes.setEnabled(False)
        self.set_content(_Scrolling(body), (), (self.cancel, self.yes))
        self.closed.connect(lambda _: self._scope.cancel("who"))
        self._scope.start(self._ask(), slot="who")

    async def _ask(self) -> None:
        self._line.show_asking()
        try:
            self._line.show_identity(await self._account.applier.confirm_identity())
        except CrmError:
            self._line.show_failed()
            raise
        self.yes.setEnabled(True)

    def _on_failed(self, error: BaseException) -> None:
        self.note.show_text(error_words(error).text, "bad")
        self.note.show()
        self.refit()

    def accept(self) -> None:
        if self.yes.isEnabled() and self._ready():
            super().accept()


class _Scrolling(QScrollArea):
    """As high as its content wants; it scrolls where the window is too low for that."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setWidget(content)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        content = self.widget()
        layout = content.layout() if content is not None else None
        if layout is None:
            return super().heightForWidth(width)
        layout.activate()
        return layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
