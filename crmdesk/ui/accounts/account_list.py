# SPDX-License-Identifier: MIT
"""AccountBox: which account, environment and user; a click lists all accounts."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy

from crmdesk.domain.names import VendorName
from crmdesk.engine.profiles import Profile
from crmdesk.ui import icons
from crmdesk.ui.accounts.account_mark import mark_icon, paint_mark
from crmdesk.ui.parts import icon, letters, set_font
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import environment_word, tr


class AccountBox(QAbstractButton):
    """A card with the account's colour, name, environment and user.

    Signals:
        account_chosen(Profile): Another account was picked from the list.
        add_wanted(): "Add an account…".
        edit_wanted(Profile), remove_wanted(Profile): For the account shown; the owner asks before it removes.
    """

    account_chosen = Signal(object)
    add_wanted = Signal()
    edit_wanted = Signal(object)
    remove_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._profile: Profile | None = None
        self._user = ""
        self._accounts: tuple[Profile, ...] = ()
        self._vendors: Mapping[VendorName, str] = {}
        self._menu: QMenu | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_font(self, "body")
        self.clicked.connect(self.open_menu)
        theme().changed.connect(self.updateGeometry)
        self.show_account(None, "")

    def show_account(self, profile: Profile | None, user: str) -> None:
        """Show an account and who is signed in; `user` "" = not known yet. None = no account is open."""
        self._profile, self._user = profile, user
        if profile is None:
            self.setAccessibleName(tr("No account open. Choose or add one"))
        else:
            self.setAccessibleName(
                tr("Account {name}, {detail}. Switch account", name=profile.name, detail=self.detail_text)
            )
        self.setToolTip(profile.url if profile is not None else "")
        self.update()

    def set_accounts(self, accounts: Iterable[Profile], vendors: Mapping[VendorName, str] | None = None) -> None:
        """The accounts to offer, in order; `vendors` maps a vendor's name to its title."""
        self._accounts, self._vendors = tuple(accounts), vendors or {}

    @property
    def name_text(self) -> str:
        """What the upper line says."""
        return self._profile.name if self._profile is not None else tr("No account open")

    @property
    def detail_text(self) -> str:
        """What the lower line says: "Production · anna.k"."""
        if self._profile is None:
            return tr("Choose or add one")
        return " · ".join(part for part in (environment_word(self._profile.environment), self._user) if part)

    # ---- the list ----------------------------------------------------------------------------------------------------

    def open_menu(self) -> QMenu:
        """Show the list under the box; it closes by itself."""
        if self._menu is not None:
            self._menu.deleteLater()
        menu = self._menu = QMenu(self)
        menu.setAccessibleName(tr("Your accounts"))
        for profile in self._accounts:
            self._add_account(menu, profile)
        if self._accounts:
            menu.addSeparator()
        menu.addAction(icon("plus"), tr("Add an account…")).triggered.connect(lambda: self.add_wanted.emit())
        shown = self._profile
        if shown is not None:
            named = letters(shown.name)
            edit = menu.addAction(icon("pencil-simple"), tr("Edit {name}…", name=named))
            edit.triggered.connect(lambda: self.edit_wanted.emit(shown))
            remove = menu.addAction(icon("trash"), tr("Remove {name}…", name=named))
            remove.triggered.connect(lambda: self.remove_wanted.emit(shown))
            edit.setEnabled(not shown.temporary)
            remove.setEnabled(not shown.temporary)
        menu.setMinimumWidth(self.width())
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        return menu

    def _add_account(self, menu: QMenu, profile: Profile) -> None:
        vendor = self._vendors.get(profile.vendor, "")
        detail = " · ".join(part for part in (environment_word(profile.environment), vendor) if part)
        action = QAction(mark_icon(profile, self.devicePixelRatioF()), "", menu)
        action.setText(letters(f"{profile.name}   —   {detail}"))
        action.setToolTip(profile.url)
        if self._profile is not None and profile.id == self._profile.id:
            action.setFont(theme().font("bold"))
        action.triggered.connect(lambda: self.account_chosen.emit(profile))
        menu.addAction(action)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
        else:
            super().keyPressEvent(event)

    # ---- painting ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        t = theme()
        lines = t.metrics("bold").height() + t.metrics("pill").height()
        return QSize(t.px(220), max(t.px(51), lines + t.px(18)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(120), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        t, c = theme(), theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(c.accent, 2) if self.hasFocus() else c.line)
        painter.setBrush(c.header if self.underMouse() or self.isDown() else c.card)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        mirrored = self.isRightToLeft()
        side, middle = t.px(27), self.height() / 2
        left = self.width() - t.px(9) - side if mirrored else t.px(9)
        paint_mark(painter, QRectF(left, middle - side / 2, side, side), self._profile)
        caret = t.px(13)
        at = t.px(8) if mirrored else self.width() - t.px(8) - caret
        image = icons.pixmap("caret-down", c.muted, caret, self.devicePixelRatioF())
        painter.drawPixmap(at, round(middle - caret / 2), image)
        near, far = t.px(44), t.px(24)
        room = self.rect().adjusted(far if mirrored else near, t.px(7), -(near if mirrored else far), -t.px(7))
        place = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        for text, font, ink, edge in (
            (self.name_text, "bold", c.text, Qt.AlignmentFlag.AlignTop),
            (self.detail_text, "pill", c.muted, Qt.AlignmentFlag.AlignBottom),
        ):
            painter.setFont(t.font(font))
            painter.setPen(ink)
            shown = t.metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, place | edge | Qt.AlignmentFlag.AlignAbsolute, shown)
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)
