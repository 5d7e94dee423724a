# SPDX-License-Identifier: MIT
"""Which columns the lines of a module show: the usual ones, or those the person chose at an earlier visit."""

import json
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crmdesk.domain.line_edit import PRODUCT
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.sales import LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Field
from crmdesk.engine.saved_text import read_json
from crmdesk.engine.storage import Storage
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.line_parts import LineParts
from crmdesk.ui.sales.line_rows import PLACE, columns_of, hidden_at_first
from crmdesk.ui.table.cells import Column
from crmdesk.ui.table.column_chooser import ColumnChooser
from crmdesk.ui.tasks import TaskScope

_ALWAYS = (PLACE, PRODUCT)


class LineColumns(QObject):
    """Owned by a sales tab.

    Signals:
        changed(): The person chose others.
    """

    changed = Signal()

    def __init__(
        self,
        storage: Storage,
        module: ModuleName,
        formats: Formats,
        scope: TaskScope,
        parent: QWidget,
        *,
        has_rule: Callable[[SalesDocument], bool],
    ) -> None:
        """``has_rule``: whether it is known how a document's totals are computed."""
        super().__init__(parent)
        self._has_rule = has_rule
        self._storage, self._formats, self._scope, self._page = storage, formats, scope, parent
        self._name = f"line-columns:{module}"
        self._all: tuple[Column, ...] = ()
        self._chosen: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns in the order in which they stand."""
        return tuple(column for name in self._chosen for column in self._all if column.key == name)

    async def recall(self, shape: LineShape, document: SalesDocument, known: Mapping[RecordId, ProductHit]) -> None:
        """Find out which to show."""
        self._all = columns_of(shape, LineParts(shape, self._formats))
        saved = await self._storage.recall(self._name)
        names = read_json(saved)
        keys = [column.key for column in self._all]
        hidden = hidden_at_first(shape, document.lines, known, has_rule=self._has_rule(document))
        wanted = [n for n in names if n in keys] if isinstance(names, list) else [n for n in keys if n not in hidden]
        self._set(wanted)

    def _set(self, names: list[str]) -> None:
        self._chosen = (*_ALWAYS, *(name for name in names if name not in _ALWAYS))

    def choose(self) -> None:
        """The sheet of columns; place and item are always there."""
        fields = [
            Field(name=FieldName(column.key), label=column.title) for column in self._all if column.key not in _ALWAYS
        ]
        if fields:
            sheet = ColumnChooser(fields, [FieldName(name) for name in self._chosen])
            sheet.chosen.connect(self.take)
            sheet.open_in(self._page.window())

    def take(self, names: tuple[str, ...]) -> None:
        """Show these from now on, and at the next visit."""
        self._set([str(name) for name in names])
        self._scope.start(self._storage.remember(self._name, json.dumps(list(names))))
        self.changed.emit()
