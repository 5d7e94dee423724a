# SPDX-License-Identifier: MIT
"""A child that scrolls a table of 1920 x 1080 and tells what each frame took.

``python -m tests.bench.grid_child <now> frames|results|memory ROWS FRAMES``
"""

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.result_set import ResultSet
from crmdesk.ui.formats import Formats, local_zone
from crmdesk.ui.table.cells import Column, Kind, PagedSource, Row
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_rows import RowMaker, columns_of
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from tests.bench.memory import rss_mb

COLUMNS, _PLAIN_ROWS, _WIDTH = 40, 3_000, 108
_KINDS = (Kind.MAIN, Kind.LINK, *[Kind.TEXT] * 8, *[Kind.PILL] * 10, *[Kind.DATE] * 5, *[Kind.MONEY] * 5)
_STATES = ("Customer", "Partner", "Prospect", "Competitor", "Investor", "Reseller")
_TONES = {"Customer": "good", "Partner": "warn", "Prospect": "info", "Competitor": "bad"}
_TYPES = (FieldType.TEXT,) * 10 + (FieldType.CHOICE,) * 10 + (FieldType.DATE,) * 5 + (FieldType.MONEY,) * 5
_DAY = date(2020, 1, 1)


def texts(row: int) -> tuple[str, ...]:
    """What a row shows: ten texts like no other, ten choices, five dates, five amounts, ten empty cells."""
    return (
        *[f"Text {row * 7919 % 1_000_003} in {column}" for column in range(10)],
        *[_STATES[(row + column) % len(_STATES)] for column in range(10)],
        *[f"{row % 28 + 1:02}.{column + 1:02}.2026" for column in range(5)],
        *[f"{row * 37 % 100_000}.{column}0" for column in range(5)],
        *[""] * 10,
    )


def generated(rows: int) -> RecordGrid:
    """Our grid over rows that are made when a page of them is wanted."""

    def give(first: int, count: int) -> None:
        source.put(first, [Row(f"1x{number}", texts(number)) for number in range(first, first + count)])

    kinds = (*_KINDS, *[Kind.TEXT] * 10)
    columns = [
        Column(key=f"c{at}", title=f"Column {at}", kind=kind, width=_WIDTH, tones=_TONES)
        for at, kind in enumerate(kinds)
    ]
    source = PagedSource(rows, give)
    return RecordGrid(RecordTableModel(columns, source))


def kept(rows: int) -> RecordGrid:
    """Our grid over a ResultSet, as the window's tables are: records on disk, rows formatted when shown."""
    fields = tuple(
        Field(
            name=FieldName(f"f{at}"),
            label=f"Field {at}",
            type=_TYPES[at] if at < len(_TYPES) else FieldType.TEXT,
            choices=tuple(Choice(word, word) for word in _STATES),
        )
        for at in range(COLUMNS)
    )
    module = Module(name=ModuleName("Bench"), label="Bench", label_plural="Bench", operations=frozenset())
    schema = Schema(module, fields, FieldName("f0"))
    names = [field.name for field in fields]
    results, maker = ResultSet(), RowMaker(schema, names, Formats(QLocale("en_SE"), local_zone()))
    for first in range(0, rows, 500):
        results.append([_record(number, names) for number in range(first, min(rows, first + 500))])

    def give(first: int, count: int) -> None:
        source.put(first, [maker.row(record) for record in results.read(first, count)])

    source = PagedSource(rows, give)
    return RecordGrid(RecordTableModel(columns_of(schema, names, module), source))


def _record(number: int, names: Sequence[FieldName]) -> Record:
    shown = texts(number)
    values: list[Value] = [*shown[:20]]
    values += [_DAY + timedelta(days=number % 2000 + at) for at in range(5)]
    values += [Decimal(number * 37 % 100_000) / 4 for _ in range(5)]
    values += [None] * 10
    return Record(RecordId(ModuleName("Bench"), f"1x{number}"), dict(zip(names, values, strict=True)), {}, None)


def plain() -> QTableView:
    """Qt's own table over Qt's own model in C++, with the same texts and sizes."""
    model = QStandardItemModel(_PLAIN_ROWS, COLUMNS)
    for row in range(_PLAIN_ROWS):
        for column, text in enumerate(texts(row)):
            model.setItem(row, column, QStandardItem(text))
    view = QTableView()
    view.setModel(model)
    model.setParent(view)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(theme().px(28))
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    for column in range(COLUMNS):
        view.setColumnWidth(column, _WIDTH)
    return view


def shown(view: QTableView) -> QTableView:
    """The view on the screen, painted."""
    view.resize(1920, 1080)
    for column in range(COLUMNS):
        view.setColumnWidth(column, _WIDTH)
    view.show()
    until = time.monotonic() + 2
    while time.monotonic() < until and not view.windowHandle().isExposed():
        QApplication.processEvents()
    for _ in range(20):
        QApplication.processEvents()
    return view


def frames(view: QTableView, kind: str, count: int, chance: random.Random) -> list[float]:
    """Scroll so many times and give the ms of each: from the wish to the last pixel painted.

    ``wheel``: three rows, painted as Qt does it (what stays is copied). ``rows``: the same, all painted anew.
    ``page``: a screenful. ``far``: anywhere.
    """
    bar, took = view.verticalScrollBar(), []
    step = {"wheel": 3 * 28, "rows": 3 * 28, "page": bar.pageStep()}.get(kind, 0)
    for _ in range(count):
        goal = bar.value() + step if step else chance.randrange(bar.maximum())
        begun = time.perf_counter()
        bar.setValue(goal if goal <= bar.maximum() else 0)
        if kind == "rows":
            view.viewport().repaint()
        else:
            QApplication.sendEvent(view, QEvent(QEvent.Type.UpdateRequest))  # paints now what is to be painted
        took.append((time.perf_counter() - begun) * 1000)
        QApplication.processEvents()
    return took


def measured(make: Callable[[], QTableView], count: int) -> dict[str, dict[str, list[float]]]:
    """The views by turns, in rounds: ours and Qt's as they stand in our window, and Qt's without our stylesheet."""
    chance = random.Random(7)
    views = {"ours": make(), "plain": plain(), "undressed": plain()}
    for who, view in views.items():
        if who != "undressed":
            theme().dress(view)
        shown(view)
    took: dict[str, dict[str, list[float]]] = {
        kind: {who: [] for who in views} for kind in ("wheel", "rows", "page", "far")
    }
    for number in range(4):
        for kind, of_kind in took.items():
            for who, view in views.items():
                view.raise_()
                got = frames(view, kind, max(2, count // 3), chance)
                of_kind[who] += got if number else []  # the first round warms up
    return took


def main(what: str, rows: int, count: int) -> None:
    """Measure and say it as JSON."""
    app = QApplication([])
    theme()
    fill: Callable[[int], QTableView] = kept if what == "results" else generated
    if what == "memory":
        view = shown(fill(rows))
        for kind in ("wheel", "far") if rows > 100 else ("wheel",):
            frames(view, kind, count, random.Random(7))
        print(json.dumps({"rss_mb": rss_mb()}))
    else:
        print(json.dumps(measured(lambda: fill(rows), count)))
    app.closeAllWindows()


if __name__ == "__main__":
    main(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
