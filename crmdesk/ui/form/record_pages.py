# SPDX-License-Identifier: MIT
"""RecordPages: the tabs of the record panel and what stands behind each of them."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from crmdesk.connectors.port import RelatesRecords, StoresDocuments
from crmdesk.domain.names import RecordId
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staging import NEW
from crmdesk.ui.form.document_list import DocumentList
from crmdesk.ui.form.history_list import HistoryList
from crmdesk.ui.form.pane_tabs import PaneTabs
from crmdesk.ui.form.raw_view import RawView
from crmdesk.ui.form.record_page import RecordPage, Shown, Start
from crmdesk.ui.form.related_list import RelatedList
from crmdesk.ui.formats import Formats
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import tr

DETAILS = "details"


class RecordPages(QObject):
    """Owned by the record panel, which lays out `tabs` and `stack`.

    Signals:
        left(): Another tab is chosen; what is typed in the form is to be staged.
        record_wanted(RecordId, bool), info(str): As the panel's own.
    """

    left = Signal()
    record_wanted = Signal(object, bool)
    info = Signal(str)

    def __init__(self, details: QWidget, formats: Formats, scope: TaskScope, start: Start, parent: QObject) -> None:
        super().__init__(parent)
        self._formats, self._details = formats, details
        self.related = RelatedList(formats, scope, start)
        self.documents = DocumentList(formats, scope, start)
        self.history = HistoryList(formats, scope, start)
        self.raw = RawView(formats, scope, start)
        self._pages: dict[str, tuple[RecordPage, str, str]] = {
            "related": (self.related, tr("Related"), "link-simple"),
            "documents": (self.documents, tr("Documents"), "paperclip"),
            "history": (self.history, tr("History"), "clock-counter-clockwise"),
            "raw": (self.raw, tr("Raw"), "code"),
        }
        self.tabs = PaneTabs()
        self.tabs.add(DETAILS, tr("Details"), picture="list-bullets")
        self.tabs.chosen.connect(self._on_tab)
        self.stack = QStackedWidget()
        self.stack.addWidget(details)
        for name, (page, _, _) in self._pages.items():
            self.stack.addWidget(page)
            page.counted.connect(lambda count, name=name: self._on_counted(name, count))
            page.record_wanted.connect(self.record_wanted)
            page.info.connect(self.info)

    def offer(self, session: AccountSession, record: RecordId, *, sure: bool) -> None:
        """A tab for each thing this server has; a new record has only its fields.

        Args:
            sure: the server was asked already, so that its roles are known.
        """
        there = not record.key.startswith(NEW)
        sure = sure or bool(session.roles)
        has = {
            "related": session.offers(RelatesRecords) or not sure,
            "documents": session.offers(StoresDocuments) or not sure,
            "history": True,
            "raw": True,
        }
        wanted = [name for name, wish in has.items() if wish and there]
        if self.tabs.names() == (DETAILS, *wanted):
            return
        current = self.tabs.current
        for name in self._pages:
            self.tabs.remove(name)
        for name in wanted:
            _, title, picture = self._pages[name]
            self.tabs.add(name, title, picture=picture)
        self.tabs.choose(current if current in wanted else DETAILS)

    def tell(self, shown: Shown | None) -> None:
        """Hand the record to the pages; they read it when they come in sight."""
        for page, _, _ in self._pages.values():
            page.show_record(shown)

    def reload(self) -> None:
        """Read the page in sight again; the form is the panel's."""
        page = self.stack.currentWidget()
        if isinstance(page, RecordPage):
            page.reload()

    def _on_tab(self, name: str) -> None:
        self.left.emit()
        page = self._pages.get(name)
        self.stack.setCurrentWidget(page[0] if page is not None else self._details)

    def _on_counted(self, name: str, count: object) -> None:
        self.tabs.count_in(name, self._formats.count(count) if isinstance(count, int) else "")
