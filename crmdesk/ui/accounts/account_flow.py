# SPDX-License-Identifier: MIT
"""Adding, changing and removing accounts: the questions, and what follows from the answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crmdesk.domain.errors import CrmError
from crmdesk.ui.parts import box, button, label
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.engine.profiles import Profile
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace

Show = Callable[[Iterable["Profile"]], None]


class AccountFlow(QObject):
    """Keeps the window's list of accounts. Owned by the window.

    Args:
        demo: starts the built-in server and gives its accounts.
    """

    def __init__(self, window: MainWindow, demo: Callable[[], Awaitable[list[Profile]]]) -> None:
        super().__init__(window)
        self._window, self._demo = window, demo
        self._known: list[Profile] = []
        self._shows: list[Show] = []

    @property
    def known(self) -> tuple[Profile, ...]:
        """Saved ones in the person's order, then the demo's."""
        return tuple(self._known)

    def show_in(self, show: Show) -> None:
        """Show the list there, now and whenever it changes."""
        self._shows.append(show)
        show(self._known)

    def forget_shows(self) -> None:
        """What showed the list goes."""
        self._shows.clear()

    def load(self) -> None:
        """Read the saved accounts; one file that cannot be read is told, not fatal."""
        temporary = [profile for profile in self._known if profile.temporary]
        try:
            self._known = [*self._window.desk.profiles.all(), *temporary]
        except CrmError as error:
            self._window.show_error(error)
        self._tell()

    async def open_demo(self) -> Workspace | None:
        """The built-in server's accounts; the first one is opened."""
        profiles = await self._demo()
        known = {profile.id for profile in self._known}
        self._known += [profile for profile in profiles if profile.id not in known]
        self._tell()
        return await self._window.open_account(profiles[0]) if profiles else None

    def edit(self, profile: Profile | None) -> None:
        """The account dialog, for a known account or a new one."""
        from crmdesk.ui.accounts.profile_dialog import ProfileDialog

        window = self._window
        if self._asks_first(profile):
            return
        sheet = ProfileDialog(window.desk, window.show_error, profile)
        sheet.saved.connect(lambda saved: window.run(self._on_saved(saved), "account"))
        sheet.demo_wanted.connect(lambda: window.run(self.open_demo(), "account"))
        sheet.open_in(window)

    async def _on_saved(self, profile: Profile) -> None:
        """Open it anew with its new settings; pending changes are on disk and come back."""
        await self._window.leave(profile.id)
        self.load()
        await self._window.open_account(profile)

    def remove(self, profile: Profile) -> None:
        """Forget an account after a question."""
        from crmdesk.ui.sheets import Sheet

        if self._asks_first(profile):
            return
        sheet = Sheet(tr("Remove {name}?", name=profile.name), 460)
        text = tr("The account and its key are removed from this computer. Nothing changes on the server.")
        body = box(label(text, "muted", wrap=True), vertical=True, margins=(18, 14, 18, 14))
        go = button(tr("Remove"), "danger", sheet.accept)
        sheet.set_content(body, (), (button(tr("Cancel"), "", sheet.reject), go))
        go.clicked.connect(lambda: self._window.run(self._remove(profile), "account"))
        sheet.open_in(self._window)

    def _asks_first(self, profile: Profile | None) -> bool:
        """Whether the account is locked: then it is to be unlocked, and nothing else is done."""
        if profile is None or not self._window.locks.is_locked(profile):
            return False
        self._window.run(self._window.open_account(profile), "account")
        return True

    async def _remove(self, profile: Profile) -> None:
        await self._window.leave(profile.id)
        if profile.temporary:
            self._known = [known for known in self._known if known.id != profile.id]
        else:
            await self._window.desk.remove(profile)
        self.load()
        self._window.show_welcome()

    def _tell(self) -> None:
        for show in self._shows:
            show(self._known)
