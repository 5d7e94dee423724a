# SPDX-License-Identifier: MIT
"""What lies behind what in the record panel: a record or none; its form, or the shapes of one while it is read."""

from PySide6.QtWidgets import QStackedWidget, QWidget

from crmdesk.ui.form.skeleton import Skeleton
from crmdesk.ui.parts import box, label, rule
from crmdesk.ui.translation import tr


class Details(QStackedWidget):
    """The form and what stands for it."""

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self._form, self._skeleton = form, Skeleton()
        self.addWidget(form)
        self.addWidget(self._skeleton)

    def show_form(self) -> None:
        """The fields are known."""
        self.setCurrentWidget(self._form)

    def wait(self) -> None:
        """Neither fields nor values are there yet."""
        self.setCurrentWidget(self._skeleton)


class Views(QStackedWidget):
    """A record with its tabs, or a sentence that there is none."""

    def __init__(self, head: QWidget, tabs: QWidget, content: QWidget) -> None:
        super().__init__()
        tab_row = box(tabs, margins=(14, 0, 0, 0))
        self._body = box(head, tab_row, rule(), content, vertical=True, spacing=0)
        nothing = label(tr("Choose a record to see it here."), "muted", wrap=True)
        self._empty = box(nothing, None, vertical=True, margins=(14, 16, 14, 12))
        self.addWidget(self._empty)
        self.addWidget(self._body)

    def show_record(self) -> None:
        """A record is chosen."""
        self.setCurrentWidget(self._body)

    def show_nothing(self) -> None:
        """None is."""
        self.setCurrentWidget(self._empty)
