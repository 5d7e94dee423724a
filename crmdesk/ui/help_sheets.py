# SPDX-License-Identifier: MIT
"""The list of keys, and what this program is."""

import platform
from collections.abc import Sequence

from PySide6.QtCore import qVersion
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from crmdesk import __version__
from crmdesk.ui.parts import box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr


class KeysSheet(Sheet):
    """Every action and its key."""

    def __init__(self, actions: Sequence[QAction]) -> None:
        super().__init__(tr("Keys"), 520)
        body, grid = QWidget(), QGridLayout()
        body.setLayout(grid)
        grid.setHorizontalSpacing(theme().px(24))
        grid.setColumnStretch(0, 1)
        for row, action in enumerate(a for a in actions if not a.shortcut().isEmpty()):
            grid.addWidget(label(action.text().replace("&", "")), row, 0)
            grid.addWidget(label(action.shortcut().toString(), "muted", "figures"), row, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(body)
        area.setMinimumHeight(theme().px(460))
        frame = box(area, margins=(18, 10, 10, 10))
        self.set_content(frame, (), (button(tr("Close"), "primary", self.accept),))


class AboutSheet(Sheet):
    """Version, and whose work it stands on."""

    def __init__(self) -> None:
        super().__init__(tr("About crmdesk"), 480)
        lines = (
            f"crmdesk {__version__} · Python {platform.python_version()} · Qt {qVersion()}",
            tr("Browse and mend the data of your CRM. MIT licence."),
            tr(
                "Built with Qt for Python (LGPL), Requests, keyring, qasync, sqlglot, RapidFuzz, openpyxl, "
                "tabulate, platformdirs and truststore, and icons by Phosphor (MIT)."
            ),
        )
        texts = [label(line, "" if place == 0 else "muted", wrap=True, select=True) for place, line in enumerate(lines)]
        body = box(*texts, vertical=True, margins=(18, 14, 18, 14), spacing=8)
        self.set_content(body, (), (button(tr("Close"), "primary", self.accept),))
