# SPDX-License-Identifier: MIT
"""Page: what stands behind one tab of an account, whatever kind it is of."""

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from crmdesk.ui.table.table_status import TableStatus


class Page(QWidget):
    """Owned by a workspace, which shows it, asks it what the status bar says, and ends it. One subclass a kind of tab.

    Attributes:
        kind: the name under which it is remembered (see ``page_kinds``), "" = not remembered.
        has_record_beside: whether the record panel stands beside it, where the person wants it at all.

    Signals:
        status_changed(): ``status`` gives something else now.
        view_changed(): ``view`` gives something else now.
        title_changed(str): the tab is to be called otherwise.
        record_wanted(RecordId, bool apart): show a record beside this page; apart = in a tab of its module.
        info(str): a short notice.
        recovered(BaseException): what was reported as this error works now.
    """

    kind: ClassVar[str] = ""
    has_record_beside: ClassVar[bool] = True

    status_changed = Signal()
    view_changed = Signal()
    title_changed = Signal(str)
    record_wanted = Signal(object, bool)
    info = Signal(str)
    recovered = Signal(object)

    @property
    def module_name(self) -> str:
        """The module marked in the tree while this is in front, "" = none."""
        return ""

    def status(self) -> "TableStatus | None":
        """What the status bar says now, None = nothing."""
        return None

    def panes(self) -> list[QWidget]:
        """Where F6 goes to, in order."""
        return [self]

    def show_again(self) -> None:
        """The tab came to the front."""
        self.status_changed.emit()

    def reload(self) -> None:
        """Ask the server again."""

    def follow_reach(self) -> None:
        """The server is there or away."""

    def stop(self) -> None:
        """Break off what takes long."""

    def reload_changed(self) -> None:
        """Changes were applied: read again what is shown of them."""

    def write_anew(self) -> None:
        """Dates and numbers are written otherwise from now on; what reads its rows again by ``reload`` needs no more."""
        self.reload()

    def view(self) -> dict[str, Any]:
        """What is remembered of this tab beside its kind; only called where ``kind`` is set."""
        return {}

    async def aclose(self) -> None:
        """End its work; the widget may be deleted after."""
