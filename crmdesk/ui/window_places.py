# SPDX-License-Identifier: MIT
"""Where the window stood and how wide its panes were, from one run to the next."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from crmdesk.ui.metrics import INSPECTOR
from crmdesk.ui.theme import theme

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace


class WindowPlaces:
    """Reads and writes the settings of one window; what cannot be read is as if it were not there."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def sizes(self, name: str, otherwise: list[int]) -> list[int]:
        """The panes' remembered widths, else ``otherwise`` (px at normal text size)."""
        saved = self._settings.value(f"sizes/{name}")
        whole = isinstance(saved, list) and all(str(size).isdecimal() for size in saved)
        sizes = [int(size) for size in saved] if isinstance(saved, list) and whole else []
        return [theme().px(size) for size in otherwise] if len(sizes) != len(otherwise) else sizes

    def restore(self, window: QMainWindow) -> None:
        """Put the window where it was."""
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)

    def restore_space(self, space: "Workspace") -> None:
        """Give an account's panes the room that they had, and hide what was hidden."""
        space.body.setSizes(self.sizes("record", [864, INSPECTOR]))
        space.work.setSizes(self.sizes("pending", [690, 125]))
        space.show_panel(self.is_on("record", otherwise=True))
        if self.is_on("folded", otherwise=False) != space.staged.is_folded:
            space.staged.toggle_folded()

    def is_on(self, name: str, *, otherwise: bool) -> bool:
        """Whether something was shown or on."""
        saved = str(self._settings.value(f"shown/{name}", "")).lower()
        return saved == "true" if saved in ("true", "false") else otherwise

    def save(self, window: QMainWindow, side: QSplitter | None, space: "Workspace | None") -> None:
        """Remember the window's place, and the panes with what is hidden; widths of what is hidden stay as they were."""
        self._settings.setValue("geometry", window.saveGeometry())
        panes = {"side": side}
        bar = side.widget(0) if side is not None else None
        if bar is not None:
            self._settings.setValue("shown/side", not bar.isHidden())
        if space is not None:
            panes |= {"record": space.body, "pending": space.work}
            self._settings.setValue("shown/record", space.wants_panel)
            self._settings.setValue("shown/folded", space.staged.is_folded)
        for name, pane in panes.items():
            if pane is not None and all(pane.sizes()):
                self._settings.setValue(f"sizes/{name}", pane.sizes())
