# SPDX-License-Identifier: MIT
"""The cards of the home page: a number, a chart with its table, open quotes, what changed last."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QWidget

from crmdesk.domain.names import RecordId
from crmdesk.domain.query import Filter
from crmdesk.engine.home import ChartKind, HomeChart, OpenQuotes
from crmdesk.engine.mirror import SearchHit
from crmdesk.ui.formats import Formats
from crmdesk.ui.home import home_words
from crmdesk.ui.home.chart_view import ChartView
from crmdesk.ui.parts import Link, box, fill, label, set_role, tool
from crmdesk.ui.table.cells import Column, Kind, ListSource, Row
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr

ShowTable = Callable[[str, Filter | None], object]
"""Opens the table of a module (its name) with a filter."""
ShowRecord = Callable[[RecordId], object]
_LATE_DAYS = 30
_LYING = frozenset({ChartKind.PIPELINE, ChartKind.CUSTOMERS})


def card(*parts: QWidget, spacing: int = 8) -> QFrame:
    """A card that fills its place."""
    made = box(*parts, vertical=True, margins=(14, 12, 14, 12), spacing=spacing, role="card")
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return made


def tile(name: str, figure: str, remark: str, tone: str, chosen: Callable[[], object]) -> QFrame:
    """One number; its remark leads to the records."""
    more = Link(f"<a>{escape(remark)}</a>", tone, "small")
    more.linkActivated.connect(lambda _: chosen())
    more.setAccessibleName(tr("{what}: {figure}, {remark}", what=name, figure=figure, remark=remark))
    return card(label(name, "muted"), label(figure, font="huge"), more, spacing=2)


class ChartCard(QFrame):
    """A chart, and the same as a table at a click."""

    def __init__(self, chart: HomeChart, formats: Formats, show: ShowTable) -> None:
        super().__init__()
        self.chart = chart
        name = home_words.title(chart.kind)
        words = [home_words.bar_words(bar, chart, formats) for bar in chart.bars]
        strokes = [home_words.stroke(bar, formats) for bar in chart.bars]
        self.view = ChartView(name, strokes, words, lying=chart.kind in _LYING)

        def open_bar(number: int) -> None:
            show(str(chart.module), chart.bars[number].where)

        self.table = _as_table(name, chart, formats, open_bar)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.table)
        self.switch = tool("table", tr("Show as a table"), self._turn, size=14)
        self.switch.setCheckable(True)
        head = box(label(name, font="bold"), label(home_words.unit(chart), "muted", "small"), None, self.switch)
        fill(self, head, self._pages, vertical=True, margins=(14, 12, 14, 12))
        set_role(self, "card")
        self.view.chosen.connect(open_bar)

    def _turn(self) -> None:
        self._pages.setCurrentWidget(self.table if self.switch.isChecked() else self.view)


def _as_table(name: str, chart: HomeChart, formats: Formats, chosen: Callable[[int], object]) -> RecordGrid:
    has_total = any(bar.total is not None for bar in chart.bars)
    columns = [
        Column(key="name", title=name, kind=Kind.MAIN, width=200),
        Column(key="records", title=tr("Records"), kind=Kind.NUMBER, width=80),
    ]
    if has_total:
        columns.append(Column(key="total", title=chart.currency or tr("Total"), kind=Kind.MONEY, width=120))
    rows = []
    for number, bar in enumerate(chart.bars):
        cells = [home_words.bar_name(bar, formats), formats.count(bar.count)]
        if bar.total is not None:
            cells.append(home_words.exact(bar.total, formats))
        rows.append(Row(str(number), tuple(cells)))
    return _grid(name, columns, rows, chosen)


def _grid(name: str, columns: Sequence[Column], rows: Sequence[Row], chosen: Callable[[int], object]) -> RecordGrid:
    """Rows that a double click or Return chooses."""
    grid = RecordGrid(RecordTableModel(tuple(columns), ListSource(rows)), stretch=True)
    grid.setAccessibleName(name)
    grid.opened.connect(chosen)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        shortcut = QShortcut(QKeySequence(key), grid, context=Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(lambda: chosen(grid.currentIndex().row()) if grid.currentIndex().isValid() else None)
    return grid


def quotes_card(quotes: OpenQuotes, formats: Formats, show: ShowTable, show_record: ShowRecord) -> QFrame:
    """Open quotes, the oldest first; a double click or Return opens one."""
    name = home_words.quotes_title(quotes)
    ages = {home_words.age(line.age_days) for line in quotes.lines if (line.age_days or 0) > _LATE_DAYS}
    columns = (
        Column(key="number", title=tr("Number"), width=90),
        Column(key="account", title=tr("Account"), kind=Kind.MAIN, width=190),
        Column(key="subject", title=tr("Subject"), width=190),
        Column(key="total", title=tr("Total"), kind=Kind.MONEY, width=110),
        Column(key="sent", title=tr("Sent"), kind=Kind.PILL, width=120, tones=dict.fromkeys(ages, "bad")),
    )
    rows = [
        Row(
            str(place),
            (
                line.number,
                line.company,
                line.title,
                home_words.exact(line.total, formats) if isinstance(line.total, Decimal) else "",
                home_words.age(line.age_days),
            ),
        )
        for place, line in enumerate(quotes.lines)
    ]
    grid = _grid(name, columns, rows, lambda row: show_record(quotes.lines[row].record))
    grid.setMinimumHeight(theme().px(theme().row) * (len(rows) + 1) + theme().px(16))
    everything = Link(f"<a>{escape(tr('All {n}', n=formats.count(quotes.count)))}</a>", "", "small")
    everything.linkActivated.connect(lambda _: show(str(quotes.module), quotes.where))
    return card(box(label(name, font="bold"), None, everything), grid)


def recent_card(hits: tuple[SearchHit, ...], when: Callable[[str], str], show_record: ShowRecord) -> QFrame:
    """What was changed last, each a link."""
    rows: list[QWidget] = []
    for hit in hits:
        link = Link(f"<a>{escape(hit.title or hit.record.key)}</a>")
        link.linkActivated.connect(lambda _, record=hit.record: show_record(record))
        rows.append(box(link, label(f"{hit.module_label} · {when(hit.text)}", "muted", "small"), None))
    if not rows:
        rows.append(label(tr("Nothing was changed lately."), "muted"))
    return card(label(tr("Recently changed"), font="bold"), *rows, spacing=4)
