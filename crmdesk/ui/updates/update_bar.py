# SPDX-License-Identifier: MIT
"""The quiet bar of a new version: what is new, where it is to be had; it never installs anything."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout

from crmdesk import __version__
from crmdesk.engine.updates import Update, UpdateCheck
from crmdesk.ui.opening import opener_of
from crmdesk.ui.parts import box, button, fill, label, tool
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow

_FIRST_S: Final = 20.0
"""After the start there is more pressing work."""
_LOOK_EVERY_S: Final = 3600.0


class UpdateWatch(QObject):
    """Asks while the window stands, where the person agreed. Owned by the window; not made for the demo's run.

    Attributes:
        bar: the notice that is shown, None = none.
    """

    def __init__(self, window: "MainWindow", file: Path, check: UpdateCheck | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._check = check or UpdateCheck(file, __version__)
        self.bar: UpdateBar | None = None
        deaf = window.preferences.changed.connect(self._on_setting)
        window.destroyed.connect(lambda: deaf())
        window.finished.connect(self._check.close)
        window.run(self._watch(), "updates")

    async def look(self) -> None:
        """Ask once, if it may be asked and is time."""
        chosen = self._window.preferences
        if not chosen.flag("updates"):
            return
        found = await self._check.look(chosen.text("updates_address"))
        if found is not None and self.bar is None:
            self._show(found)

    async def _watch(self) -> None:
        await asyncio.sleep(_FIRST_S)
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY_S)

    def _on_setting(self, name: str) -> None:
        if name in ("updates", "updates_address"):
            self._window.run(self.look(), "updates-now")

    def _show(self, found: Update) -> None:
        self.bar = UpdateBar(found, self._open, self._dismiss)
        centre = self._window.centralWidget()
        layout = centre.layout() if centre is not None else None
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(self.bar)

    def _open(self, found: Update) -> None:
        UpdateSheet(self._window, found).open_in(self._window)

    def _dismiss(self, found: Update) -> None:
        self._check.dismiss(found.version)
        if self.bar is not None:
            self.bar.hide()
            self.bar.deleteLater()
            self.bar = None


class UpdateBar(QFrame):
    """One line at the lower edge; it takes no focus."""

    def __init__(self, found: Update, open_: Callable[[Update], None], dismiss: Callable[[Update], None]) -> None:
        super().__init__()
        text = tr("crmdesk {version} is there; you have {mine}.", version=found.version, mine=__version__)
        self.text = label(text)
        self.more = button(tr("What is new…"), "", lambda: open_(found))
        self.close_button = tool("x", tr("Do not tell me of this version again"), lambda: dismiss(found), size=13)
        fill(self, self.text, None, self.more, self.close_button, margins=(12, 5, 10, 5), role="note-info")
        self.setAccessibleName(text)


class UpdateSheet(Sheet):
    """What its makers say, and where it is to be had; the browser opens only after that was shown."""

    shows_no_records = True

    def __init__(self, window: "MainWindow", found: Update) -> None:
        super().__init__(tr("crmdesk {version}", version=found.version), 560)
        self._window, self._found = window, found
        notes = QPlainTextEdit(found.notes or tr("Its makers say nothing about it."), readOnly=True)
        notes.setAccessibleName(tr("What is new"))
        notes.setTabChangesFocus(True)
        notes.setFixedHeight(theme().px(200))
        where = label(tr("It is to be had at {address}", address=found.url), "muted", wrap=True, select=True)
        hint = label(tr("crmdesk never installs anything by itself."), "muted", "small", wrap=True)
        body = box(notes, where, hint, vertical=True, margins=(18, 14, 18, 14), spacing=8)
        go = button(tr("Open in the browser"), "primary", self._go)
        self.set_content(body, (), (button(tr("Close"), "", self.reject), go))

    def _go(self) -> None:
        self.accept()
        self._window.run(self._opened())

    async def _opened(self) -> None:
        if not await opener_of(self._window).open(self._found.url):
            self._window.messages.show_info(tr("No browser could be opened for {address}", address=self._found.url))
