# SPDX-License-Identifier: MIT
"""The module tree's model: favourites, then groups, then modules with their counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crmdesk.domain.names import ModuleName
from crmdesk.domain.schema import Module, Operation
from crmdesk.ui.modules.module_icons import GROUPS, icon_name
from crmdesk.ui.translation import tr
from crmdesk.ui.wording import group_word

Index = QModelIndex | QPersistentModelIndex
FAVOURITES = "favourites"


class Role(IntEnum):
    """What the delegate asks for beside Qt's own roles."""

    MODULE = Qt.ItemDataRole.UserRole
    COUNT = Qt.ItemDataRole.UserRole + 1
    ICON = Qt.ItemDataRole.UserRole + 2
    LOCKED = Qt.ItemDataRole.UserRole + 3


@dataclass(slots=True)
class _Group:
    key: str
    title: str
    modules: list[Module] = field(default_factory=list)


class ModuleTreeModel(QAbstractItemModel):
    """Two levels; knows no view. A group is shown only while it has modules that match the filter."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._modules: tuple[Module, ...] = ()
        self._favourites: tuple[ModuleName, ...] = ()
        self._counts: dict[ModuleName, str] = {}
        self._wanted = ""
        self._groups: list[_Group] = []

    # ---- what the owner says --------------------------------------------------------------------------------------

    def show(self, modules: Sequence[Module], favourites: Sequence[ModuleName]) -> None:
        """Show these modules; favourites come first and are not shown twice."""
        self._modules, self._favourites = tuple(m for m in modules if m.is_listed), tuple(favourites)
        self._build()

    def show_counts(self, counts: Mapping[ModuleName, str]) -> None:
        """Texts for the far edge; a module without one shows none."""
        self._counts.update(counts)
        for row, group in enumerate(self._groups):
            for place, module in enumerate(group.modules):
                if module.name in counts:
                    at = self.index(place, 0, self.index(row, 0))
                    self.dataChanged.emit(at, at, [Role.COUNT])

    def forget_counts(self) -> None:
        """Another account: its counts are not these."""
        self._counts.clear()

    def show_matching(self, text: str) -> None:
        """Only modules whose label or name contains the text; empty = all."""
        self._wanted = text.casefold().strip()
        self._build()

    def index_of(self, module: ModuleName) -> QModelIndex:
        """Where a module is shown, invalid where it is not."""
        for row, group in enumerate(self._groups):
            for place, shown in enumerate(group.modules):
                if shown.name == module:
                    return self.index(place, 0, self.index(row, 0))
        return QModelIndex()

    def module_at(self, index: Index) -> Module | None:
        """The module, None for a heading."""
        module = index.data(Role.MODULE) if index.isValid() else None
        return module if isinstance(module, Module) else None

    def _build(self) -> None:
        self.beginResetModel()
        by_name = {module.name: module for module in self._modules}
        first = _Group(FAVOURITES, group_word(FAVOURITES))
        first.modules = [by_name[name] for name in self._favourites if name in by_name]
        groups = {key: _Group(key, group_word(key)) for key in GROUPS}
        for module in self._modules:
            if module.name not in self._favourites:
                groups.get(module.group, groups["other"]).modules.append(module)
        self._groups = [first, *groups.values()]
        for group in self._groups:
            group.modules = [module for module in group.modules if self._matches(module)]
        self._groups = [group for group in self._groups if group.modules]
        self.endResetModel()

    def _matches(self, module: Module) -> bool:
        return self._wanted in module.label_plural.casefold() or self._wanted in module.name.casefold()

    # ---- what Qt asks -----------------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008  Qt's own way
        if column != 0 or row < 0:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, 0, 0) if row < len(self._groups) else QModelIndex()
        inside = parent.internalId() == 0 and row < len(self._groups[parent.row()].modules)
        return self.createIndex(row, 0, parent.row() + 1) if inside else QModelIndex()

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        if not child.isValid() or child.internalId() == 0:
            return QModelIndex()
        return self.createIndex(int(child.internalId()) - 1, 0, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._groups)
        return len(self._groups[parent.row()].modules) if parent.internalId() == 0 else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if index.internalId() == 0:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if index.internalId() == 0:
            return self._groups[index.row()].title if role == Qt.ItemDataRole.DisplayRole else None
        module = self._groups[int(index.internalId()) - 1].modules[index.row()]
        return self._module_data(module, role)

    def _module_data(self, module: Module, role: int) -> object:
        locked = Operation.UPDATE not in module.operations
        count = self._counts.get(module.name, "")
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return module.label_plural
            case Qt.ItemDataRole.ToolTipRole:
                said = f"{module.label_plural} ({module.name})"
                return tr("{module}, read only for you", module=said) if locked else said
            case Qt.ItemDataRole.AccessibleTextRole:
                said = module.label_plural
                if count:
                    said = tr("{module}, {count} records", module=said, count=count)
                return tr("{module}, read only", module=said) if locked else said
            case Role.MODULE:
                return module
            case Role.COUNT:
                return count
            case Role.ICON:
                return icon_name(module)
            case Role.LOCKED:
                return locked
        return None
