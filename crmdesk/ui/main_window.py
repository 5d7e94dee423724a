# SPDX-License-Identifier: MIT
"""The window: menus, account and modules on the left, one workspace for each open account, messages, status."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import AccountId
from crmdesk.engine.settings import Settings
from crmdesk.ui import errands
from crmdesk.ui.accounts.account_flow import AccountFlow
from crmdesk.ui.menus import Menus
from crmdesk.ui.metrics import SIDE_BAR
from crmdesk.ui.parts import box, label, set_role, splitter
from crmdesk.ui.settings.settings_at_work import SettingsAtWork
from crmdesk.ui.status_bar import StatusBar
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import plural, tr
from crmdesk.ui.window_places import WindowPlaces

if TYPE_CHECKING:  # imported when used, so that the window's first picture does not wait for the engine
    from crmdesk.domain.schema import Module
    from crmdesk.engine.desk import Account, Desk
    from crmdesk.engine.profiles import Profile
    from crmdesk.engine.session import Health
    from crmdesk.ui.accounts.account_locks import AccountLocks
    from crmdesk.ui.accounts.lock_page import LockPage
    from crmdesk.ui.accounts.welcome import WelcomePage
    from crmdesk.ui.copies.copies_in_window import CopiesInWindow
    from crmdesk.ui.formats import Formats
    from crmdesk.ui.messages import Messages
    from crmdesk.ui.modules.modules_in_front import ModulesInFront
    from crmdesk.ui.modules.side_bar import SideBar
    from crmdesk.ui.sheets import Backdrop
    from crmdesk.ui.workspace import Workspace


_MADE_ANEW = ("modules", "copies", "messages", "body", "side", "welcome")
"""What is made when it is first asked for, and made again in another language."""


class MainWindow(QMainWindow):
    """Made by the app, which hands it everything it needs.

    Signals:
        finished(): closed, and everything it was doing has ended; the loop may end.
    """

    finished = Signal()

    def __init__(
        self,
        make_desk: Callable[[], Desk],
        make_formats: Callable[[], Formats],
        settings: QSettings,
        demo: Callable[[], Awaitable[list[Profile]]],
        preferences: Settings | None = None,
    ) -> None:
        """`settings`: where the window stood. `preferences`: what the person chose; None = every default, kept nowhere."""
        super().__init__()
        self.preferences = preferences or Settings(None)
        self.at_work = SettingsAtWork(self, self.preferences)
        self.unexpected: Callable[[BaseException], None] | None = None
        self.report: Callable[[], None] = lambda: None  # the sheet of a report, where the app offers one
        self._make_desk, self._make_formats, self._settings = make_desk, make_formats, settings
        self._places = WindowPlaces(settings)
        self._closing = False
        self.setWindowTitle("crmdesk")
        self.resize(theme().px(1440), theme().px(900))
        self.scope = TaskScope(self.show_error, self)
        self.writes = TaskScope(self.show_error, self)
        self._ending = TaskScope(self.show_error, self)
        self.accounts = AccountFlow(self, demo)
        self.workspaces: dict[AccountId, Workspace] = {}
        self._furnish()
        self._places.restore(self)
        theme().dress(self)

    def _furnish(self) -> None:
        """Everything within the frame."""
        self._stack, self._root = QStackedWidget(), QStackedWidget()
        self._root.addWidget(self._opening_page() if self._settings.value("account") else self.welcome)
        self._band = QFrame()
        self._band.setFixedHeight(3)
        self._band.setProperty("role", "band-none")
        self._centre = box(self._band, self._root, vertical=True, spacing=0)
        self.setCentralWidget(self._centre)
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.menus = Menus(self)
        self.status.stop_wanted.connect(self._stop_loading)

    @cached_property
    def desk(self) -> Desk:
        """The engine's desk, made when it is first asked for: its rooms are loaded after the first picture."""
        return self._make_desk()

    @cached_property
    def messages(self) -> Messages:
        """The one place errors are seen; made with the first of them."""
        from crmdesk.ui.messages import Messages

        messages, layout = Messages(), self._centre.layout()
        messages.unexpected = self.unexpected
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, messages)
        return messages

    def show_error(self, error: BaseException, again: Callable[[], None] | None = None) -> None:
        """Say what went wrong; `again` is offered where trying again may help."""
        self.messages.show_error(error, again)

    @cached_property
    def formats(self) -> Formats:
        """Dates and numbers in the person's own way."""
        return self._make_formats()

    @cached_property
    def welcome(self) -> WelcomePage:
        """The page of the first start. Pages are made when they are first shown."""
        from crmdesk.ui.accounts.welcome import WelcomePage

        page = WelcomePage()
        page.guide_wanted.connect(lambda: errands.show_guide(self))
        page.account_chosen.connect(lambda profile: self.run(self.open_account(profile), "account"))
        page.add_wanted.connect(lambda: self.accounts.edit(None))
        page.demo_wanted.connect(lambda: self.run(self.accounts.open_demo(), "account"))
        self.accounts.show_in(page.set_accounts)
        self._root.addWidget(page)
        return page

    @cached_property
    def body(self) -> QSplitter:
        """The page of open accounts: side bar and workspaces."""
        body = splitter(self.side, self._stack, stretch=1, sizes=(SIDE_BAR, 1440 - SIDE_BAR))
        body.setSizes(self._places.sizes("side", [SIDE_BAR, 1440 - SIDE_BAR]))
        self.side.setVisible(self._places.is_on("side", otherwise=True))
        self._root.addWidget(body)
        return body

    @cached_property
    def modules(self) -> ModulesInFront:
        """Fills the side bar with the modules of the account in front."""
        from crmdesk.ui.modules.modules_in_front import ModulesInFront

        return ModulesInFront(self)

    @cached_property
    def copies(self) -> CopiesInWindow:
        """Tells what becomes of the accounts' copies."""
        from crmdesk.ui.copies.copies_in_window import CopiesInWindow

        return CopiesInWindow(self)

    @cached_property
    def locks(self) -> AccountLocks:
        """Locks accounts, and covers what they show."""
        from crmdesk.ui.accounts.account_locks import AccountLocks

        return AccountLocks(self, self._settings)

    @cached_property
    def side(self) -> SideBar:
        """Account and modules."""
        from crmdesk.ui.modules.side_bar import SideBar

        side = SideBar()
        side.account.account_chosen.connect(lambda profile: self.run(self.open_account(profile), "account"))
        side.account.add_wanted.connect(lambda: self.accounts.edit(None))
        side.account.edit_wanted.connect(self.accounts.edit)
        side.account.remove_wanted.connect(self.accounts.remove)
        self.accounts.show_in(side.account.set_accounts)
        tree = side.tree
        tree.opened.connect(lambda module, apart: self.open_module(module, apart=apart))
        tree.favourite_toggled.connect(lambda module: self.modules.toggle_favourite(module))
        tree.describe_wanted.connect(lambda module: self.run(errands.describe(self, module)))
        tree.reload_wanted.connect(lambda: self.run(self.modules.show(fresh=True), "modules"))
        tree.name_copied.connect(lambda name: QApplication.clipboard().setText(name))
        side.left.connect(lambda: self.workspace and self.workspace.setFocus())
        return side

    def _opening_page(self) -> QWidget:
        """What stands for the account of the last visit until the engine is there to open it."""
        words = label(tr("Opening your account…"), "muted")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return words

    def _stop_loading(self) -> None:
        if self.workspace is not None and self.workspace.page is not None:
            self.workspace.page.stop()

    def run(self, work: Coroutine[Any, Any, Any], slot: str | None = None) -> None:
        """Async work of the window; its errors become messages."""
        self.scope.start(work, slot=slot)

    def write(self, work: Coroutine[Any, Any, Any]) -> None:
        """Async work that must not be broken off when a tab or sheet closes."""
        self.writes.start(work)

    # ---- accounts ------------------------------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace | None:
        """The account in front."""
        widget = self._stack.currentWidget()
        shown = next((space for space in self.workspaces.values() if space is widget), None)
        return shown if self._root.currentWidget() is self.__dict__.get("body") else None

    @property
    def cover(self) -> LockPage | None:
        """The page of a lock, where one is in front."""
        page = self.locks.page_of(self._stack.currentWidget()) if "locks" in self.__dict__ else None
        return page if self._root.currentWidget() is self.__dict__.get("body") else None

    def note_start(self, error: BaseException | None) -> None:
        """What went wrong while the window began its work."""
        if error is not None:
            self.messages.show_error(error)

    @property
    def has_restore(self) -> bool:
        """Whether the start would open an account."""
        return bool(self._settings.value("account")) and self.preferences.text("restore") != "nothing"

    async def start(self, *, afresh: bool = False) -> None:
        """After the first paint: the accounts, and the one that was open last unless it is to begin afresh."""
        self.accounts.load()
        last = self._settings.value("account", "")
        profile = next((p for p in self.accounts.known if p.id == last), None)
        if profile is None or afresh or not self.has_restore:
            self.show_welcome()
            return
        if self.locks.is_locked(profile):  # the start goes on while its page asks
            self.run(self.open_account(profile), "account")
            return
        try:
            await self.open_account(profile)
        except CrmError:
            self.show_welcome()
            raise

    async def open_account(self, profile: Profile) -> Workspace:
        """Bring an account to the front, opening it if need be; a locked one when somebody has unlocked it."""
        await self.locks.admitted(profile)
        account = await self.desk.open(profile)
        space = self.workspaces.get(profile.id)
        if space is None:
            space = self.add_workspace(account)
        self.side.tree.modules.forget_counts()
        self.bring_to_front(space, profile, profile.settings.get("user", ""))
        if not profile.temporary:
            self._settings.setValue("account", str(profile.id))
        self.status.show_health(None)
        self.run(self.modules.show(), "modules")
        return space

    def bring_to_front(self, widget: QWidget, profile: Profile, user: str) -> None:
        """Show an account's workspace, or the page of its lock."""
        if self._stack.indexOf(widget) < 0:
            self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)
        self._root.setCurrentWidget(self.body)
        set_role(self._band, f"band-{profile.colour}")
        self.side.show_account(profile, user)
        self.setWindowTitle(f"{profile.name} – crmdesk")
        self.status.show_way(profile.url)
        self._on_status()
        self.menus.refresh()

    def take_away(self, widget: QWidget) -> None:
        """An account's widget goes for good."""
        self._stack.removeWidget(widget)
        widget.deleteLater()

    def holds_back(self, backdrop: Backdrop) -> bool:
        """For sheets: whether it opens only when an account is unlocked."""
        return "locks" in self.__dict__ and self.locks.holds_back(backdrop)

    def add_workspace(self, account: Account) -> Workspace:
        """An open account's part of the window, without tabs yet."""
        from crmdesk.ui.changes.journal_words import damaged_words
        from crmdesk.ui.file_drops import FileDrops
        from crmdesk.ui.file_opening import open_in_window, opens_anywhere
        from crmdesk.ui.workspace import Workspace

        if self.findChild(FileDrops, options=Qt.FindChildOption.FindDirectChildrenOnly) is None:
            FileDrops(self, lambda path: self.run(open_in_window(self, path)), opens_anywhere)
        report = self.locks.quietly(account.profile.id, self.messages.show_error)
        space = Workspace(account, self.formats, report, self.write, self.preferences)
        space.copies.reached.connect(lambda: self.modules.reached(space))
        self.copies.follow(space)
        space.status_changed.connect(self._on_status)
        space.module_shown.connect(lambda name: self.modules.mark(space, name))
        space.info.connect(self.locks.quietly(account.profile.id, self.messages.show_info))
        space.recovered.connect(self.messages.forget)
        space.changes_counted.connect(lambda _: self.menus.refresh())
        space.changes_counted.connect(lambda _: self._on_status())  # whichever page is in front
        deaf = account.session.health.connect(lambda health: self._on_health(space, health))
        space.destroyed.connect(lambda: deaf())
        self.workspaces[account.profile.id] = space
        self._stack.addWidget(space)
        self._places.restore_space(space)
        self.locks.take_rule()
        if account.storage.kept_aside is not None:
            self.messages.show_info(damaged_words(account))
        return space

    def keep_places(self) -> None:
        """Remember where the window stands and how wide its panes are."""
        self._places.save(self, self.__dict__.get("body"), self.workspace)

    async def leave(self, account: AccountId) -> None:
        """Close an account's workspace and the account; a write on the wire is waited for."""
        import asyncio

        space = self.workspaces.pop(account, None)
        if space is not None:
            while space.account.applier.running:
                space.account.applier.stop()
                await asyncio.sleep(0.05)
            await space.aclose()
            self.take_away(space)
        self.locks.forget(account)
        self.desk.close_account(account)

    def show_welcome(self) -> None:
        """The page of the first start."""
        self._root.setCurrentWidget(self.welcome)
        set_role(self._band, "band-none")
        if "side" in self.__dict__:
            self.side.show_account(None)
        self.status.show_closed()
        self.setWindowTitle("crmdesk")
        self.menus.refresh()

    # ---- modules -------------------------------------------------------------------------------------------------

    def open_module(self, module: Module, *, apart: bool = False) -> None:
        """Show a module's table."""
        if self.workspace is not None:
            self.workspace.open_module(module, apart=apart)

    def go_to_anything(self) -> None:
        """Ctrl+K."""
        errands.go_to_anything(self)

    # ---- another language ----------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Take everything within the frame down and furnish it anew; workspaces have been closed."""
        self.workspaces.clear()
        self.accounts.forget_shows()
        self.menus.take_down()
        for name in _MADE_ANEW:
            made = self.__dict__.pop(name, None)
            if made is not None:
                made.deleteLater()
        self._furnish()  # what stood goes with the frame's former centre
        theme().dress(self)

    # ---- state ---------------------------------------------------------------------------------------------------

    def _on_status(self) -> None:
        space = self.workspace
        self.status.show_table(space.status() if space is not None else None)
        if "side" in self.__dict__:
            self.side.journal.setText(_pending_words(space.account.staged.count) if space is not None else "")

    def _on_health(self, space: Workspace, health: Health) -> None:
        if space is self.workspace:
            self.status.show_health(health)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and "messages" in self.__dict__ and self.messages.dismiss():
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Writes on the wire are waited for; everything else is broken off."""
        if self._closing:
            event.accept()
            return
        event.ignore()
        self._closing = True
        self._places.save(self, self.__dict__.get("body"), self.workspace)
        from crmdesk.ui.ending import finish

        self._ending.start(finish(self))


def _pending_words(count: int) -> str:
    return plural(count, "1 change waiting", "{n} changes waiting") if count else ""
