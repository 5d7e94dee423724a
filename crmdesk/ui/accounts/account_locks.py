# SPDX-License-Identifier: MIT
"""AccountLocks: locks the window's accounts, by hand and when nobody was there; covers what they show until unlocked."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QApplication, QFileDialog, QToolTip, QWidget
from shiboken6 import isValid

from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import AccountId
from crmdesk.engine.locking import Answer, Idle, Proof, Rule
from crmdesk.ui.accounts.idle_watch import IdleWatch
from crmdesk.ui.accounts.lock_page import LockPage
from crmdesk.ui.accounts.screen_lock import ScreenLock
from crmdesk.ui.sheets import Backdrop
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import told, tr
from crmdesk.ui.wording import error_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmdesk.engine.profiles import Profile
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace

_LOCKED = "locked"  # accounts that were locked by hand: a new start is no way around it
_LOOK_S = 0.01
_SEARCHING = ("search", "home")  # kinds of pages that show other accounts' records, too


class AccountLocks(QObject):
    """Owned by the window.

    Args:
        settings: where it is kept which accounts were locked. idle: the clock of absence.
    """

    def __init__(self, window: MainWindow, settings: QSettings, idle: Idle | None = None) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._locks = window.desk.locks
        self._locks.is_on = True
        for account in str(settings.value(_LOCKED, "") or "").split():
            self._locks.begin_locked(AccountId(account))
        for profile in window.accounts.known:
            if self._locks.is_locked(profile):  # whatever the settings are changed to before it is unlocked
                self._locks.begin_locked(profile.id)
        self._scope = TaskScope(window.show_error, self)
        self._pages: dict[AccountId, LockPage] = {}
        self._waiting: dict[AccountId, list[asyncio.Future[None]]] = {}
        self._later: dict[AccountId, list[Callable[[], object]]] = {}  # once it is unlocked
        self._watch = IdleWatch(self, self._on_idle, idle)
        self._screen: ScreenLock | None = None  # from the first account on that has a time
        self._deaf = (
            window.preferences.changed.connect(lambda name: self.take_rule() if name == "lock_after_min" else None),
            self._locks.changed.connect(self._on_changed),
        )
        self.take_rule()

    # ---- asking --------------------------------------------------------------------------------------------------

    def may_lock(self, space: Workspace | None) -> bool:
        """Whether the account in front can be locked now."""
        return space is not None and self._locks.can_lock(space.account.profile)

    def is_locked(self, profile: Profile) -> bool:
        """Whether somebody has to unlock it first."""
        return self._locks.is_locked(profile)

    def page_of(self, widget: QWidget | None) -> LockPage | None:
        """The lock's page that a widget is, None = it is something else."""
        return widget if isinstance(widget, LockPage) else None

    def holds_back(self, backdrop: Backdrop) -> bool:
        """Whether a sheet that wants to open belongs to what is covered; it opens when its account is unlocked."""
        page = self._window.cover
        if page is None or backdrop.sheet.shows_no_records:
            return False
        self._put_away(page, backdrop)
        return True

    def take_rule(self) -> None:
        """What counts for all accounts may be otherwise, or accounts have come and gone."""
        chosen = self._window.preferences
        self._locks.rule = Rule(chosen.number("lock_after_min"), is_bound=chosen.is_locked("lock_after_min"))
        spaces = self._window.workspaces.values()
        if any(self.minutes_of(space.account.profile) for space in spaces):
            self._watch.begin()
            if self._screen is None:
                self._screen = ScreenLock(self, lambda: self._on_idle(math.inf))
        else:
            self._watch.end()

    def minutes_of(self, profile: Profile) -> int | None:
        """After how many minutes it is locked, 0 = by hand only, None = it cannot be locked."""
        return self._locks.rule.minutes_of(profile) if self._locks.can_lock(profile) else None

    # ---- locking -------------------------------------------------------------------------------------------------

    def lock_front(self) -> None:
        """Lock the account in front now."""
        if self.may_lock(space := self._window.workspace) and space is not None:
            self.lock(space)

    def lock(self, space: Workspace) -> None:
        """Cover what it shows at once; its sessions go as soon as what is on the wire has ended."""
        profile = space.account.profile
        if profile.id in self._pages:
            return
        is_front, page = self._window.workspace is space, self._page_of(profile)
        page.tell(
            tr("The change that is on its way is finished first. The others wait on this computer.")
            if space.account.applier.running
            else tr("Signing out…")
        )
        kept = self._window.messages.put_away()
        self._later.setdefault(profile.id, []).append(lambda: self._window.messages.bring_back(kept))
        if is_front:
            self._cover(page)
        self._scope.start(self._lock(space, page))

    async def _lock(self, space: Workspace, page: LockPage) -> None:
        if await self._locks.lock(space.account):
            self._later.setdefault(page.profile.id, []).append(lambda: self._tell_stopped(page.profile.id))
        page.tell(
            tr("Changes that are not sent are safe on this computer. Nothing is read or sent until you unlock it.")
        )

    def _on_idle(self, minutes: float) -> None:
        for space in tuple(self._window.workspaces.values()):
            limit = self.minutes_of(space.account.profile)
            if limit and minutes >= limit:
                self.lock(space)

    def _cover(self, page: LockPage) -> None:
        """Everything of the account in front goes out of sight, menus and sheets too."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        QToolTip.hideText()
        for chooser in self._window.findChildren(QFileDialog):
            chooser.reject()  # it may offer a record's name
        for backdrop in self._window.findChildren(Backdrop):
            if backdrop.sheet.closes_outside:
                backdrop.sheet.reject()
            elif backdrop.isVisible() and not backdrop.sheet.shows_no_records:
                self._put_away(page, backdrop)
        self._show(page)

    def _put_away(self, page: LockPage, backdrop: Backdrop) -> None:
        backdrop.hide()
        self._later.setdefault(page.profile.id, []).append(lambda: _bring_back(backdrop))

    def _show(self, page: LockPage) -> None:
        self._window.bring_to_front(page, page.profile, tr("Locked"))
        self._window.side.show_modules((), ())
        self._window.status.show_health(None)
        page.setFocus()

    # ---- unlocking -----------------------------------------------------------------------------------------------

    async def admitted(self, profile: Profile) -> None:
        """At once where the account is not locked; else its page asks, and this waits until it is opened."""
        if not self._locks.is_locked(profile):
            return
        page = self._page_of(profile)
        if profile.id not in self._window.workspaces:
            page.tell(tr("Unlock it to open it."))
        self._show(page)
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(profile.id, []).append(opened)
        await opened

    def _page_of(self, profile: Profile) -> LockPage:
        page = self._pages.get(profile.id)
        if page is None:
            page = self._pages[profile.id] = LockPage(profile)
            page.tried.connect(lambda typed, proof: self._scope.start(self._try(page, typed, proof), slot=profile.id))
            page.other_wanted.connect(lambda: self._scope.start(self._ask(page, by_key=True)))
            self._scope.start(self._ask(page))
        return page

    async def _ask(self, page: LockPage, *, by_key: bool = False) -> None:
        own = await self._locks.question_of_secret(page.profile)
        asked = own if by_key else await self._locks.question(page.profile)
        page.ask(asked, told(own.label) if asked.proof is Proof.PASSPHRASE else "")
        page.line.setFocus()

    async def _try(self, page: LockPage, typed: str, proof: Proof) -> None:
        profile = page.profile
        page.set_waiting(True)
        try:
            answer = await self._locks.unlock(profile, typed, proof)
        except CrmError as error:
            page.set_waiting(False)
            page.say(error_words(error).text)
            return
        if answer is Answer.RIGHT:
            self._uncover(page)
            return
        page.clear()
        pause_s = self._locks.pause_s(profile.id)
        page.set_waiting(bool(pause_s), pause_s)
        wrong = tr("That does not open it.")
        soon = tr("That does not open it. Wait a moment before you try again.")
        page.say(soon if pause_s else wrong)

    def _uncover(self, page: LockPage) -> None:
        """The account is open again: whoever waited for it goes on, and its sheets and messages come back."""
        profile = page.profile
        del self._pages[profile.id]
        waiting = [one for one in self._waiting.pop(profile.id, []) if not one.done()]
        for one in waiting:
            one.set_result(None)
        self._scope.start(self._back(page, brought=bool(waiting)))

    async def _back(self, page: LockPage, *, brought: bool) -> None:
        """``brought``: somebody waited, and brings the account to the front."""
        if not brought:
            await self._window.open_account(page.profile)
        while self._window.cover is page:
            await asyncio.sleep(_LOOK_S)
        self._window.take_away(page)
        for again in self._later.pop(page.profile.id, []):
            again()

    def _tell_stopped(self, account: AccountId) -> None:
        space = self._window.workspaces.get(account)
        if space is not None and space.account.staged.count:
            self._window.messages.show_info(
                tr(
                    "Sending was stopped when the account was locked. What was not sent still waits: review it to go on."
                )
            )

    # ---- the rest ------------------------------------------------------------------------------------------------

    def quietly(self, account: AccountId, show: Callable[..., None]) -> Callable[..., None]:
        """Shows at once, or when the account is unlocked: what is said of it may name its records."""

        def shown(*said: object) -> None:
            if account in self._locks.locked:
                self._later.setdefault(account, []).append(lambda: show(*said))
            else:
                show(*said)

        return shown

    def forget(self, account: AccountId) -> None:
        """The account is closed for good."""
        self.take_rule()
        page = self._pages.pop(account, None)
        if page is not None:
            self._window.take_away(page)
        self._later.pop(account, None)

    async def aclose(self) -> None:
        """The window goes."""
        for deaf in self._deaf:
            deaf()
        self._watch.end()
        await self._scope.aclose()

    def _on_changed(self, account: AccountId) -> None:
        """A new start asks again; pages of other accounts show what they found in this one no longer, or again."""
        self._settings.setValue(_LOCKED, " ".join(sorted(self._locks.locked)))
        self._settings.sync()  # a program that is killed is no way around it either
        for other, space in self._window.workspaces.items():
            for page in space.pages:
                if other != account and page.kind in _SEARCHING:
                    page.reload()


def _bring_back(backdrop: Backdrop) -> None:
    if isValid(backdrop):  # its sheet may have ended meanwhile
        backdrop.show()
        backdrop.raise_()
        backdrop.fit()
        backdrop.focus_first()
