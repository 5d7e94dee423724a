# SPDX-License-Identifier: MIT
"""The Help window: the guide's pages on the left, the page on the right. It stays open beside the work."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from crmdesk.ui.guide.pages import FIRST, GuidePage, as_html, page_of_link, search
from crmdesk.ui.parts import box, clearable, fill, label, set_role, splitter
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_NAME = Qt.ItemDataRole.UserRole
_SIZE = QSize(980, 720)


class GuideWindow(QWidget):
    """A window of its own, made by the main window and closed with it.

    Attributes:
        pages: the guide, in reading order.
        name: of the page that is shown.
    """

    def __init__(self, owner: QWidget, pages: Sequence[GuidePage]) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setWindowTitle(tr("Help"))
        self.pages, self.name = pages, ""
        self.search = clearable(QLineEdit())
        self.search.setPlaceholderText(tr("Search the guide"))
        self.search.setAccessibleName(tr("Search the guide"))
        self.search.textChanged.connect(self._list)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Pages of the guide"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.currentItemChanged.connect(self._on_chosen)
        self._none = label(tr("No page has all of these words."), "muted", wrap=True)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(tr("The page"))
        self.text.anchorClicked.connect(self._on_link)
        left = box(self.search, self._none, self.list, vertical=True, margins=(12, 12, 12, 12), role="pane")
        parts = splitter(left, self.text, stretch=1, sizes=(290, 650))
        fill(self, parts, vertical=True, margins=(0, 0, 0, 0), spacing=0)
        set_role(self, "window")
        for keys, do in (
            (QKeySequence.StandardKey.Find, self._to_search),
            (QKeySequence.StandardKey.Close, self.close),
            (QKeySequence(Qt.Key.Key_Escape), self.close),
            (QKeySequence(QKeySequence.StandardKey.Back), lambda: self._turn(-1)),
            (QKeySequence(QKeySequence.StandardKey.Forward), lambda: self._turn(1)),
        ):
            QShortcut(keys, self).activated.connect(do)
        theme().changed.connect(self._draw)
        theme().dress(self)
        self._list("")
        self.resize(theme().px(_SIZE.width()), theme().px(_SIZE.height()))

    def open_page(self, name: str = FIRST) -> None:
        """Show a page and come to the front; an unknown name shows the first."""
        self.search.clear()
        rows = [self.list.item(row) for row in range(self.list.count())]
        self.list.setCurrentItem(next((item for item in rows if item.data(_NAME) == name), rows[0]))
        self.show()
        self.activateWindow()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.name:
            self._draw()

    def _list(self, wanted: str) -> None:
        found = search(self.pages, wanted)
        self.list.clear()
        for page in found:
            item = QListWidgetItem(page.title)
            item.setToolTip(page.title)
            item.setData(_NAME, page.name)
            item.setSizeHint(QSize(1, theme().px(28)))
            self.list.addItem(item)
        self._none.setVisible(not found)
        at = next((row for row, page in enumerate(found) if page.name == self.name and not wanted.strip()), 0)
        self.list.setCurrentRow(at if found else -1)

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_NAME) != self.name:
            self.name = str(item.data(_NAME))
            self._draw()

    def _draw(self) -> None:
        page = next((page for page in self.pages if page.name == self.name), None)
        if page is None:
            return
        t, c = theme(), theme().colours
        self.text.document().setDocumentMargin(t.px(22))
        self.text.document().setDefaultFont(t.font("body"))
        self.text.document().setDefaultStyleSheet(
            f"h1 {{ font-size: {t.px(22)}px; }} p, li {{ margin-bottom: {t.px(6)}px; line-height: 140%; }}"
            f" a {{ color: {c.accent.name()}; }} code {{ background: {c.header.name()}; }}"
        )
        self.text.setHtml(as_html(page, t.px(600), keys=_native))

    def _on_link(self, link: QUrl) -> None:
        self.open_page(page_of_link(link.toString()))

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _turn(self, by: int) -> None:
        self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + by)))


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys
