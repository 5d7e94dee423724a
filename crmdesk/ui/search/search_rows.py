# SPDX-License-Identifier: MIT
"""The rows of the search page: a heading for each account and module, below it what was found there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from crmdesk.domain.names import AccountId, ModuleName, RecordId
from crmdesk.domain.schema import Module
from crmdesk.engine.mirror import SearchHit
from crmdesk.ui.copies.copy_words import detail_words, fresh_words
from crmdesk.ui.formats import Formats
from crmdesk.ui.hit_delegate import HIT, HitDelegate
from crmdesk.ui.modules.module_icons import icon_name
from crmdesk.ui.palette import Hit
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import plural, tr

EACH = 20
"""Hits of each module, at most."""
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Heading:
    """Stands above the hits of one module of one account."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A hit as it is painted, and what it stands for."""

    hit: Hit
    found: SearchHit

    @property
    def key(self) -> tuple[AccountId, RecordId]:
        """What it is, whatever else is found."""
        return self.found.account, self.found.record


def lines_of(hits: Sequence[SearchHit], formats: Formats) -> list[Heading | Line]:
    """Grouped by account and module, in the order in which the groups first appear; the best hit leads."""
    groups: dict[tuple[AccountId, ModuleName], list[SearchHit]] = {}
    for hit in hits:
        groups.setdefault((hit.account, hit.record.module), []).append(hit)
    lines: list[Heading | Line] = []
    for found in groups.values():
        count = plural(len(found), "1 record", "{n} records")
        if len(found) >= EACH and not found[-1].by_server:
            count = tr("the {n} that fit best", n=formats.count(len(found)))
        head = tr(
            "{account} · {module} · {count}", account=found[0].account_name, module=found[0].module_label, count=count
        )
        lines.append(Heading(head))
        lines += [Line(_hit(one, formats), one) for one in found]
    return lines


def _hit(found: SearchHit, formats: Formats) -> Hit:
    module = Module(name=found.record.module, label=found.module_label, label_plural=found.module_label)
    where = tr("found by the server") if found.by_server else fresh_words(found.fresh, formats)
    return Hit("record", icon_name(module), found.title, detail_words(found) or found.module_label, where, found.record)


class SearchRows(QAbstractListModel):
    """Headings and hits; headings cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Heading | Line, ...] = ()

    def show(self, lines: Iterable[Heading | Line]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def line(self, row: int) -> Line | None:
        """The hit in a row, None for a heading and beyond the end."""
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        return line if isinstance(line, Line) else None

    def row_of(self, key: tuple[AccountId, RecordId] | None) -> int:
        """Where a hit stands, else the first hit, -1 where there is none."""
        found = [(row, line) for row, line in enumerate(self._lines) if isinstance(line, Line)]
        same = next((row for row, line in found if line.key == key), -1)
        return same if same >= 0 else next((row for row, _ in found), -1)

    def next_row(self, row: int, step: int) -> int:
        """The hit so many further up or down, the same row at the ends."""
        at = row + step
        while 0 <= at < len(self._lines):
            if self.line(at) is not None:
                return at
            at += step
        return row

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.line(index.row()) is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()] if index.isValid() else None
        if isinstance(line, Heading):
            return line.text if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        if isinstance(line, Line):
            match role:
                case _ if role == HIT:
                    return line.hit
                case Qt.ItemDataRole.DisplayRole:
                    return line.hit.title
                case Qt.ItemDataRole.AccessibleTextRole:
                    return ", ".join(part for part in (line.hit.title, line.hit.detail, line.hit.where) if part)
                case _:
                    return None
        return None


class SearchDelegate(HitDelegate):
    """Hits as go-to-anything paints them, headings above each group."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(HIT) is None:
            return QSize(0, theme().metrics("group").height() + theme().px(14))
        return super().sizeHint(option, index)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.data(HIT) is not None:
            super().paint(painter, option, index)
            return
        t = theme()
        painter.save()
        painter.fillRect(option.rect, t.colours.header)
        painter.setFont(t.font("group"))
        painter.setPen(t.colours.muted)
        room = option.rect.adjusted(t.px(18), 0, -t.px(18), 0)
        text = t.metrics("group").elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
