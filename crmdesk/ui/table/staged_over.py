# SPDX-License-Identifier: MIT
"""StagedOver: pending changes over a table's rows, new records above them, and which rows an apply has made stale."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import NEW, StagedRecord
from crmdesk.ui.table.current_row import CurrentRow
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.table.table_rows import TableRows

_REREAD_AT_MOST = 50


class StagedOver(QObject):
    """Owned by a table's tab.

    Signals:
        changed(): pending changes are others now.
    """

    changed = Signal()

    def __init__(
        self, account: Account, module: ModuleName, model: RecordTableModel, rows: TableRows, row: CurrentRow
    ) -> None:
        super().__init__()
        self._staged, self._module = account.staged, module
        self._model, self._rows, self._row = model, rows, row
        self._stale: set[str] = set()
        self._deaf = account.staged.changed.connect(self._on_staged)

    def show(self) -> None:
        """Paint what is staged over the rows as they are."""
        mine = [r for r in self._staged.all() if r.id.module == self._module]
        self._model.set_overlay(self._rows.maker.overlay(mine) if self._rows.maker is not None else {})

    def show_created(self) -> None:
        """The records that wait to be added, above the others."""
        self._rows.show_new(list(self._staged.created(self._module)))

    def show_new(self, staged: list[StagedRecord]) -> None:
        """New records stand above the others until they are sent; the person stays where they are."""
        current = self._row.record
        if self._rows.show_new(staged):
            self.show()
            self._row.stay(current)

    def forget_stale(self) -> None:
        """Every row is read anew."""
        self._stale.clear()

    def reread(self, reload: Callable[[], None]) -> None:
        """Read again the rows whose changes were applied; all by ``reload`` where they are many or new."""
        stale = tuple(self._stale)
        self._stale.clear()
        if len(stale) > _REREAD_AT_MOST or any(key.startswith(NEW) for key in stale):
            reload()
        else:
            self._rows.reread(stale, reload)

    def close(self) -> None:
        """Listen no more."""
        self._deaf()

    def _on_staged(self, records: tuple[RecordId, ...]) -> None:
        mine = [record for record in records if record.module == self._module]
        self._stale |= {r.key for r in mine if self._staged.get(r) is None}
        if mine and self._rows.maker is not None:
            self.show()
        self.changed.emit()
