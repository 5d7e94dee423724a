# SPDX-License-Identifier: MIT
"""HomeTab: an account at a glance, or all of them; drawn from the copies on this computer, so also without a server."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from crmdesk.domain.names import ModuleName
from crmdesk.domain.usual import Standing, Usual, usual_kind
from crmdesk.engine.desk import Account
from crmdesk.engine.home import ChartKind, Home, HomeChart, OpenQuotes, read_home
from crmdesk.engine.mirror import Mirror
from crmdesk.ui.formats import Formats
from crmdesk.ui.home import cards, home_words
from crmdesk.ui.page import Page
from crmdesk.ui.parts import box, button, empty, fill, label, tool
from crmdesk.ui.table.table_status import TableStatus
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import plural, tr

_WIDE = 2
"""Columns of three that a broad card takes."""


class HomeTab(Page):
    """Owned by a workspace; there is one for each account.

    Signals:
        failed(BaseException): a copy cannot be read.
        table_wanted(AccountId, str, Filter | None): open this module's table, filtered so.
        found(AccountId, RecordId): open this record.
        copies_wanted(): the person wants copies of what is missing.
    """

    kind = "home"
    has_record_beside = False
    failed = Signal(object)
    table_wanted = Signal(object, str, object)
    found = Signal(object, object)
    copies_wanted = Signal()

    def __init__(
        self, account: Account, mirrors: Callable[[], Sequence[Mirror]], formats: Formats, *, every: bool
    ) -> None:
        """`mirrors`: of every account that has a copy. `every`: begin with all accounts."""
        super().__init__()
        self.account, self._mirrors, self._formats = account, mirrors, formats
        self.homes: tuple[Home, ...] = ()
        self._scope = TaskScope(self.failed.emit, self)
        self.one = button(account.profile.name, "", lambda: self._choose(every=False))
        self.all = button(tr("All accounts"), "", lambda: self._choose(every=True))
        for chosen, is_all in ((self.one, False), (self.all, True)):
            chosen.setCheckable(True)
            chosen.setChecked(every is is_all)
        refresh = tool("arrows-clockwise", tr("Add up again"), self.reload, size=14)
        self._body = QVBoxLayout()
        self._body.setSpacing(theme().px(14))
        inside = QWidget()
        inside.setLayout(self._body)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its links take the keys, and are shown when they do
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = box(self.one, self.all, None, refresh, margins=(16, 10, 16, 0))
        fill(self, head, area, vertical=True, spacing=0)
        self._deaf = account.mirror.stands.connect(lambda _: self.reload())
        self.reload()

    @property
    def every(self) -> bool:
        """Whether all accounts are shown."""
        return self.all.isChecked()

    def view(self) -> dict[str, Any]:
        return {"every": self.every}

    def status(self) -> TableStatus | None:
        moments = [home.synced_at for home in self.homes if home.synced_at is not None]
        if not moments:
            return None
        return TableStatus(
            tr("From the copy on this computer, {when}", when=self._formats.moment(min(moments))), "", ""
        )

    def reload(self) -> None:
        self._scope.start(self._read(), slot="read")

    async def aclose(self) -> None:
        self._deaf()
        await self._scope.aclose()

    def _choose(self, *, every: bool) -> None:
        self.one.setChecked(not every)
        self.all.setChecked(every)
        self.view_changed.emit()
        self.reload()

    async def _read(self) -> None:
        own = self.account.mirror
        others = [one for one in self._mirrors() if one.profile.id != own.profile.id] if self.every else []
        today = datetime.now().astimezone().date()
        homes = [await read_home(own, today, user_id=self._user_id(), offered=self._offered())]
        homes += [await read_home(one, today) for one in others if one.exists]
        self.homes = tuple(homes)
        self._show()
        self.status_changed.emit()

    def _user_id(self) -> str:
        """The person's own id, where the server told it once; a page about copies asks no server."""
        return self.account.session.user_id

    def _offered(self) -> list[tuple[ModuleName, Usual]]:
        modules = self.account.session.known_modules
        return [(m.name, kind) for m in modules if (kind := usual_kind(m)) is not None and not Mirror.why_not(m)]

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        empty(self._body)
        self._body.setContentsMargins(*(theme().px(16) for _ in range(4)))
        for home in self.homes:
            if len(self.homes) > 1:
                self._body.addWidget(label(home.account_name, font="head"))
            self._body.addWidget(self._account(home))
        self._body.addStretch(1)

    def _account(self, home: Home) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme().px(14))
        for column in range(3):
            grid.setColumnStretch(column, 1)
        row = 0
        if home.missing or (not home.charts and home.quotes is None):
            grid.addWidget(self._invitation(home), row, 0, 1, 3)
            row += 1
        for column, tile in enumerate(self._tiles(home)[:3]):
            grid.addWidget(tile, row, column)
        row += 1
        charts = {chart.kind: cards.ChartCard(chart, self._formats, self._table_of(home)) for chart in home.charts}
        for broad, narrow in ((ChartKind.ORDERS, ChartKind.PIPELINE), (ChartKind.INVOICES, ChartKind.CUSTOMERS)):
            row = _place(grid, row, charts.get(broad), charts.get(narrow))
        quotes = self._quotes(home, home.quotes) if home.quotes is not None and home.quotes.lines else None
        recent = (
            cards.recent_card(home.recent, self._when, self._record_of(home)) if home.charts or home.recent else None
        )
        _place(grid, row, quotes, recent)
        made = QWidget()
        made.setLayout(grid)
        return made

    def _tiles(self, home: Home) -> list[QWidget]:
        made: list[QWidget] = []
        pipeline, orders, quotes = home.chart(ChartKind.PIPELINE), home.chart(ChartKind.ORDERS), home.quotes
        orders = orders or home.chart(ChartKind.INVOICES)
        if pipeline is not None:
            made.append(self._open_pipeline(home, pipeline))
        if orders is not None:
            made.append(self._month(home, orders))
        if quotes is not None:
            made.append(self._waiting(home, quotes))
        return made

    def _open_pipeline(self, home: Home, chart: HomeChart) -> QWidget:
        still_open = [bar for bar in chart.bars if bar.standing is Standing.OPEN]
        count = sum(bar.count for bar in still_open)
        worth = [bar.total for bar in still_open if bar.total is not None]
        figure = (
            home_words.whole(sum(worth, Decimal(0)), chart.currency, self._formats)
            if worth
            else self._formats.count(count)
        )
        remark = plural(count, "{n} opportunity", "{n} opportunities")
        where = home_words.any_of(still_open)
        return cards.tile(
            tr("Open pipeline"), figure, remark, "", lambda: self._table_of(home)(str(chart.module), where)
        )

    def _month(self, home: Home, chart: HomeChart) -> QWidget:
        bar = home_words.this_month(chart, datetime.now().astimezone().date())
        name = tr("Orders this month") if chart.kind is ChartKind.ORDERS else tr("Invoices this month")
        count, total = (bar.count, bar.total) if bar is not None else (0, None)
        figure = (
            home_words.whole(total, chart.currency, self._formats) if total is not None else self._formats.count(count)
        )
        remark = plural(count, "{n} record", "{n} records")
        where = bar.where if bar is not None else None
        return cards.tile(name, figure, remark, "", lambda: self._table_of(home)(str(chart.module), where))

    def _waiting(self, home: Home, quotes: OpenQuotes) -> QWidget:
        late = plural(quotes.late, "{n} older than 30 days", "{n} older than 30 days")
        remark, tone = (late, "bad") if quotes.late else (tr("none older than 30 days"), "good")
        name, figure = tr("Quotes without an answer"), self._formats.count(quotes.count)
        return cards.tile(name, figure, remark, tone, lambda: self._table_of(home)(str(quotes.module), quotes.where))

    def _quotes(self, home: Home, quotes: OpenQuotes) -> QWidget:
        return cards.quotes_card(quotes, self._formats, self._table_of(home), self._record_of(home))

    def _invitation(self, home: Home) -> QWidget:
        """What this page could show, and the button that makes it so."""
        text = label(
            tr(
                "This page is drawn from copies on this computer: pipeline, orders and invoices by month, open quotes, customers."
            ),
            wrap=True,
        )
        own = home.account == self.account.profile.id
        make = button(tr("Copy what is missing…"), "primary", self.copies_wanted.emit)
        make.setVisible(own)
        return cards.card(label(tr("See your numbers at a glance"), font="bold"), text, box(make, None))

    def _table_of(self, home: Home) -> cards.ShowTable:
        return lambda module, where: self.table_wanted.emit(home.account, module, where)

    def _record_of(self, home: Home) -> cards.ShowRecord:
        return lambda record: self.found.emit(home.account, record)

    def _when(self, moment: str) -> str:
        try:
            return self._formats.moment(datetime.fromisoformat(moment))
        except ValueError:
            return moment


def _place(grid: QGridLayout, row: int, broad: QWidget | None, narrow: QWidget | None) -> int:
    """A broad card and a narrow one beside it; one alone takes the whole row. Gives the next free row."""
    if broad is None and narrow is None:
        return row
    if broad is not None:
        grid.addWidget(broad, row, 0, 1, _WIDE if narrow is not None else 3)
    if narrow is not None:
        grid.addWidget(narrow, row, _WIDE if broad is not None else 0, 1, 1 if broad is not None else 3)
    return row + 1
