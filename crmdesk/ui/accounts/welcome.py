# SPDX-License-Identifier: MIT
"""WelcomePage: what the window shows while no account is open: two doors and the accounts there are."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.engine.profiles import Profile
from crmdesk.ui.parts import Link, box, button, empty, fill, label
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import environment_word, tr

_WIDTH = 880
_MOST = 6  # accounts listed; Ctrl+K and the account box know them all


class WelcomePage(QWidget):
    """Two doors: the demo and an account of one's own; below them the accounts that are saved.

    Signals:
        demo_wanted(), add_wanted(): A door was opened. guide_wanted(): The link to the user guide.
        account_chosen(Profile): One of the saved accounts.
    """

    demo_wanted = Signal()
    add_wanted = Signal()
    guide_wanted = Signal()
    account_chosen = Signal(object)

    def __init__(self, vendors: Iterable[str] = ()) -> None:
        """`vendors`: the titles of what can be added, for the second door."""
        super().__init__()
        self.setAccessibleName(tr("Welcome"))
        self._accounts: tuple[Profile, ...] = ()
        self._demo = button(tr("Open the demo"), "primary", self.demo_wanted.emit)
        self._add = button(tr("Add an account…"), "", self.add_wanted.emit)
        demo_text = tr("Sample accounts full of data, on this computer. Nothing to set up, nothing leaves it.")
        titles = ", ".join(vendors)
        named = tr("{vendors}. You need its address and a key.", vendors=titles)
        add_text = named if titles else tr("You need the address of your CRM and a key.")
        doors = box(
            _door(tr("Try the demo"), demo_text, self._demo),
            _door(tr("Add an account"), add_text, self._add),
            spacing=16,
        )
        self._recent = QVBoxLayout()
        self._recent.setSpacing(theme().px(4))
        self._recent_column = _column(tr("Your accounts"), self._recent)
        goes = tr("Ctrl+K goes to any module, record or command. Every action shows its key.")
        guide = button(tr("User guide"), "link", self.guide_wanted.emit, tip="F1")
        hint = box(label(goes, "muted", wrap=True), guide, vertical=True, spacing=4)
        more = box(self._recent_column, _column(tr("Good to know"), hint), spacing=16)
        for pair in (doors, more):
            for part in pair.findChildren(QFrame, options=Qt.FindChildOption.FindDirectChildrenOnly):
                part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._centre = box(
            label("crmdesk", font="huge"),
            2,
            label(
                tr("Browse and mend the data of your CRM. Every change is shown before it is sent, and proven after."),
                "muted",
                "head_plain",
                wrap=True,
            ),
            18,
            doors,
            12,
            more,
            vertical=True,
            spacing=4,
        )
        row = box(None, self._centre, None, margins=(24, 0, 24, 0))
        layout = row.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretchFactor(self._centre, 1_000)  # all the room up to its width, the rest beside it
        fill(self, None, row, None, vertical=True, role="window")
        self._resize()
        theme().changed.connect(self._resize)
        self.set_accounts(())

    def set_accounts(self, profiles: Iterable[Profile]) -> None:
        """List these accounts, most recent first."""
        self._accounts = tuple(profiles)[:_MOST]
        empty(self._recent)
        if self._accounts:
            from html import escape
        for number, profile in enumerate(self._accounts):
            words = f"{profile.name} · {environment_word(profile.environment)}"
            line = Link(f'<a href="{number}">{escape(words)}</a>')
            line.setAccessibleName(words)
            line.setToolTip(profile.url)
            line.linkActivated.connect(self._on_link)
            self._recent.addWidget(line)
        if not self._accounts:
            self._recent.addWidget(label(tr("None yet. The demo is a good place to begin."), "muted", wrap=True))

    def _on_link(self, number: str) -> None:
        self.account_chosen.emit(self._accounts[int(number)])

    def _resize(self) -> None:
        self._centre.setMaximumWidth(theme().px(_WIDTH))


def _door(title: str, text: str, action: QWidget) -> QFrame:
    return box(
        label(title, font="head"),
        2,
        label(text, "muted", wrap=True),
        4,
        None,
        action,
        vertical=True,
        margins=(20, 18, 20, 14),
        spacing=4,
        role="card",
    )


def _column(title: str, content: QWidget | QVBoxLayout) -> QFrame:
    return box(label(title, font="bold"), content, None, vertical=True, spacing=4)
