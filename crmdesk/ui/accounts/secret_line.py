# SPDX-License-Identifier: MIT
"""A line for a password or key: dots, and a button in it that shows what is typed."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from crmdesk.ui.parts import button, icon
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr


def make_secret(line: QLineEdit) -> QLineEdit:
    """The line, which shows dots from now on; the button in it shows the secret while it is pressed in."""
    line.setEchoMode(QLineEdit.EchoMode.Password)
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, theme().px(8), 0)
    eye = button(tr("Show"), "link")
    eye.setCheckable(True)
    eye.setIcon(icon("eye"))
    eye.setText("")
    eye.setToolTip(tr("Show what is typed"))
    eye.setAccessibleName(tr("Show what is typed"))
    eye.toggled.connect(partial(_show_secret, line, eye))
    layout.addStretch(1)
    layout.addWidget(eye)
    line.setTextMargins(0, 0, theme().px(24), 0)
    return line


def _show_secret(line: QLineEdit, eye: QPushButton, shown: bool) -> None:
    line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
    eye.setIcon(icon("eye-slash" if shown else "eye"))
    words = tr("Hide what is typed") if shown else tr("Show what is typed")
    eye.setToolTip(words)
    eye.setAccessibleName(words)
