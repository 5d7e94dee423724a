# SPDX-License-Identifier: MIT
"""Room for what needs more than the window has, with large text or on a small screen: it is scrolled."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from crmdesk.ui.theme import theme

_LEAST = (240, 80)  # pixels at normal text size; below it nothing can be read any more


class Pages(QStackedWidget):
    """Pages behind one another that want the room of the front one only, where Qt's would want the greatest's."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        front: QWidget | None = self.currentWidget()  # None while there is no page
        return QSize(0, 0) if front is None else front.minimumSizeHint().expandedTo(front.minimumSize())


class Pan(QScrollArea):
    """Shows one widget as large as the room there is; one that needs more is moved about under it.

    Unlike Qt's own resizing it gives way to the least the content can do with, not to what it would like to have.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what it holds takes the keys, and is shown when it does
        self._content = content
        self.setWidget(content)
        content.installEventFilter(self)
        self._fitting = False

    def minimumSizeHint(self) -> QSize:
        return QSize(*(theme().px(length) for length in _LEAST))

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def hasHeightForWidth(self) -> bool:
        return self._content.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return self._content.heightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def viewportEvent(self, event: QEvent) -> bool:
        done = super().viewportEvent(event)
        if event.type() == QEvent.Type.LayoutRequest:  # the content wants another size
            self._fit()
        return done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._content and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.LayoutDirectionChange):
            self.updateGeometry()
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Give the content the room there is, less what bars take, or the least it needs."""
        if self._fitting:
            return
        self._fitting = True
        try:
            room = self.maximumViewportSize()
            least = self._least(room.width())
            if least.height() > room.height():
                room.setWidth(room.width() - self.verticalScrollBar().sizeHint().width())
                least = self._least(room.width())
            if least.width() > room.width():
                room.setHeight(room.height() - self.horizontalScrollBar().sizeHint().height())
            self._content.resize(room.expandedTo(least))
        finally:
            self._fitting = False

    def _least(self, width: int) -> QSize:
        """The least size of the content in that width; lines that wrap make it higher."""
        content = self._content
        least = content.minimumSizeHint().expandedTo(content.minimumSize())
        front: QWidget | None = content.currentWidget() if isinstance(content, Pages) else content
        layout = front.layout() if front is not None else None
        if layout is not None and layout.hasHeightForWidth():
            least.setHeight(max(layout.minimumHeightForWidth(max(width, least.width())), content.minimumHeight()))
        return least
