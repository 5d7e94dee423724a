# SPDX-License-Identifier: MIT
"""Mappings that an import keeps by name: the button, the line for the name, and what is kept."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit

from crmdesk.domain.names import ModuleName
from crmdesk.engine.import_maps import LAST, MapStore, SavedMap
from crmdesk.engine.storage import Storage
from crmdesk.ui.parts import button
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr


class ImportMaps(QObject):
    """Owned by an import, which lays out button and line, and saves what is named.

    Signals:
        named(str): the mapping as it stands shall be kept under this name.
    """

    named = Signal(str)

    def __init__(self, storage: Storage, module: ModuleName, propose: Callable[[], str]) -> None:
        """``propose`` gives the name to begin with."""
        super().__init__()
        self._store, self._module, self._propose = MapStore(storage), module, propose
        self._saved: dict[str, SavedMap] = {}
        self.save = button(tr("Save mapping"), "", self._on_save)
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name of the mapping"))
        self.name.setAccessibleName(tr("Name of the mapping"))
        self.name.setFixedWidth(theme().px(200))
        self.name.returnPressed.connect(self._on_named)
        self.name.hide()

    def offer(self, shown: bool) -> None:
        """Show the button where there is a mapping to save; the line waits until it is pressed."""
        self.save.setVisible(shown)
        self.name.hide()

    @property
    def names(self) -> list[str]:
        """Of all that people have named."""
        return sorted(name for name in self._saved if name != LAST)

    def of(self, name: str) -> SavedMap | None:
        """One of them, or the last one used."""
        return self._saved.get(name)

    async def recall(self) -> None:
        """Read what is kept.

        Raises:
            ProfileError: the account's file cannot be used.
        """
        self._saved = await self._store.all(self._module)

    async def keep(self, name: str, kept: SavedMap) -> None:
        """Keep one under a name; what had that name before goes.

        Raises:
            ProfileError: the account's file cannot be used.
        """
        await self._store.keep(self._module, name, kept)
        await self.recall()

    def _on_save(self) -> None:
        if self.name.isVisible():
            self._on_named()
            return
        self.name.setText(self._propose())
        self.name.show()
        self.name.setFocus()
        self.name.selectAll()

    def _on_named(self) -> None:
        name = " ".join(self.name.text().split())
        if name:
            self.name.hide()
            self.named.emit(name)
