# SPDX-License-Identifier: MIT
"""What is known of an open account: server, user, kind of server, abilities."""

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QWidget

from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.identity import Identity
from crmdesk.domain.schema import FieldType
from crmdesk.engine.desk import Account
from crmdesk.ui.field_words import operator_word
from crmdesk.ui.parts import box, button, empty, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import clock_words, environment_word, plural, tr


def sorting_words(can: Capabilities) -> str:
    """What the server sorts; the rest is sorted on this computer."""
    if not can.max_order_fields:
        return tr("nothing: this computer sorts")
    fields = plural(can.max_order_fields, "by one column", "by up to {n} columns")
    if can.can_sort_down:
        return fields
    return tr("{fields}, upwards only: downwards is sorted on this computer", fields=fields)


def lock_words(minutes: int | None) -> str:
    """When an account is locked, "" = it cannot be."""
    if minutes is None:
        return ""
    if not minutes:
        return tr("By F12 only; minutes are set in the account’s settings")
    return plural(minutes, "After {n} minute without key or mouse, or by F12",
                  "After {n} minutes without key or mouse, or by F12")  # fmt: skip


class AccountSheet(Sheet):
    """Asks the server who we are while it is open."""

    def __init__(
        self, account: Account, report: Callable[[BaseException], None], lock_after_min: int | None = None
    ) -> None:
        """`lock_after_min`: minutes without key and mouse, 0 = never, None = it cannot be locked."""
        super().__init__(account.profile.name, 560)
        self._lock_words = lock_words(lock_after_min)
        self._account = account
        self._scope = TaskScope(report, self)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme().px(12))
        self._grid.setVerticalSpacing(theme().px(6))
        self._grid.setColumnStretch(1, 1)
        inner = QWidget()
        inner.setLayout(self._grid)
        body = box(inner, margins=(18, 14, 18, 14))
        self.set_content(body, (), (button(tr("Close"), "primary", self.accept),))
        self._show_rows([(tr("Address"), account.profile.url), (tr("Signed in as"), "…")])
        self._scope.start(self._ask(), slot="who")

    async def _ask(self) -> None:
        identity = await self._account.session.identity()
        self._show_rows(self._rows(identity))
        self.refit()

    def _rows(self, identity: Identity) -> list[tuple[str, str]]:
        profile, can = self._account.profile, self._account.session.capabilities
        name = f"{identity.full_name} ({identity.user})" if identity.full_name else identity.user
        filters = ", ".join(sorted(operator_word(op, FieldType.TEXT) for op in can.filters))
        return [
            (tr("Vendor"), self._account.session.plugin.title),
            (tr("Address"), profile.url),
            (tr("Server"), identity.server),
            *((told(key), told(text)) for key, text in identity.details.items()),
            (tr("Signed in as"), tr("{name}, administrator", name=name) if identity.is_admin else name),
            (tr("Clock"), clock_words(identity.clock_ahead_s)),
            (tr("Environment"), environment_word(profile.environment)),
            (tr("Lock"), self._lock_words),
            (tr("Filters by itself"), filters or tr("nothing")),
            (tr("Sorts by itself"), sorting_words(can)),
            (tr("Rows in one answer"), str(can.max_page_size)),
            (tr("Kept in"), str(self._account.storage.path)),
        ]

    def _show_rows(self, rows: list[tuple[str, str]]) -> None:
        empty(self._grid)
        for place, (name, text) in enumerate(r for r in rows if r[1]):
            pair = (label(name, "muted", "small"), label(text, wrap=True, select=True))
            for column, one in enumerate(pair):
                self._grid.addWidget(one, place, column)
                one.show()  # at once: what a layout shows later is not in the height that the sheet takes

    def done(self, result: int) -> None:
        self._scope.cancel("who")
        super().done(result)
