# SPDX-License-Identifier: MIT
"""The condition's card: every operator of every type gives a filter; keys, wrong values, editing what is there."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Compare, Filter, Not, Op
from crmdesk.domain.schema import FieldType
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.filter_row import FilterRow
from crmdesk.ui.table.filter_words import asks_for
from tests.ui.table.kinds import MODULE, SCHEMA, field
from tests.ui.waiting import Host, host

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
TYPED = {
    FieldType.INTEGER: "42",
    FieldType.DECIMAL: "1,5",
    FieldType.MONEY: "1.234,50",
    FieldType.PERCENT: "7",
    FieldType.DATE: "24.12.2026",
    FieldType.DATETIME: "24.12.2026 14:30",
    FieldType.TIME: "14:30",
    FieldType.REFERENCE: "3x17",
}
MEANT = {
    FieldType.INTEGER: 42,
    FieldType.DECIMAL: Decimal("1.5"),
    FieldType.MONEY: Decimal("1234.50"),
    FieldType.PERCENT: Decimal(7),
    FieldType.DATE: date(2026, 12, 24),
    FieldType.DATETIME: datetime(2026, 12, 24, 14, 30, tzinfo=UTC),
    FieldType.TIME: time(14, 30),
    FieldType.REFERENCE: RecordId(MODULE.name, "3x17"),
}


class Card:
    """A card and what it gave."""

    def __init__(self, window: Host, start: Filter | None = None) -> None:
        self.made: list[Filter] = []
        self.left: list[int] = []
        self.row = FilterRow(SCHEMA, Formats(QLocale("de_DE"), UTC), start, window)
        self.row.accepted.connect(self.made.append)
        self.row.cancelled.connect(lambda: self.left.append(1))
        self.row.open_under(window.field)

    @property
    def fields(self) -> QComboBox:
        return self.row._field

    @property
    def line(self) -> QLineEdit:
        return self.row._line

    def choose(self, name: str, words: str) -> None:
        self.fields.setCurrentText(field(name).label)
        self.fields.setCurrentIndex(self.fields.findText(field(name).label))
        self.row._ask.setCurrentIndex(self.row._ask.findText(words))

    def type(self, text: str) -> None:
        self.line.setFocus()
        self.line.clear()
        QTest.keyClicks(self.line, text)

    def enter(self) -> None:
        QTest.keyClick(self.row, Qt.Key.Key_Return)

    @property
    def problem(self) -> str:
        return self.row._problem.text() if self.row._problem.isVisible() else ""


@pytest.fixture
def card(qtbot: QtBot) -> Iterator[Callable[..., Card]]:
    with host() as window:
        yield partial(Card, window)


New = Callable[..., Card]
KINDS = [k for k in FieldType if k is not FieldType.OPAQUE]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: str(k.name))
def test_every_operator_gives_a_condition_and_shows_it_again(card: New, kind: FieldType) -> None:
    one = field(kind.name.lower())
    for ask in asks_for(one):
        here = card()
        here.choose(one.name, ask.words)
        if here.row._value.currentWidget() is here.row._list:
            here.row._list.item(1).setCheckState(Qt.CheckState.Checked)
        elif here.row._value.currentWidget() is here.line:
            here.type(TYPED.get(kind, "abc"))
        here.enter()
        assert len(here.made) == 1, (ask.words, here.problem)
        made = here.made[0]
        inner = made.part if isinstance(made, Not) else made
        assert isinstance(inner, Compare)
        assert isinstance(made, Not) == ask.negated
        assert (inner.field, inner.op) == (one.name, ask.op)
        if kind in MEANT and ask.op in (Op.EQ, Op.NE, Op.GE) and not ask.relative:
            assert inner.value == MEANT[kind]
        if ask.relative:
            continue
        again = card(made)
        assert again.row._ask.currentText() == ask.words
        again.enter()
        assert again.made == [made], ask.words


def test_in_the_last_days_becomes_a_day(card: New) -> None:
    here = card()
    here.choose("date", "in the last … days")
    here.row._days.setValue(7)
    here.enter()
    made = here.made[0]
    assert isinstance(made, Compare)
    assert made.op is Op.GE
    assert isinstance(made.value, date)
    assert (datetime.now(UTC).date() - made.value).days == 7


def test_without_a_field_it_asks_for_one(card: New) -> None:
    here = card()
    here.enter()
    assert here.problem == "Choose a field."
    assert not here.made


def test_a_wrong_value_is_said_and_nothing_is_taken(card: New) -> None:
    here = card()
    here.choose("integer", "at least")
    here.type("many")
    here.enter()
    assert "not a number" in here.problem
    assert not here.made
    here.type("")
    here.enter()
    assert "Type a value" in here.problem
    here.type("3")
    here.enter()
    assert here.made == [Compare(FieldName("integer"), Op.GE, 3)]


def test_nothing_ticked_is_said(card: New) -> None:
    here = card()
    here.choose("choice", "is any of")
    here.enter()
    assert here.problem == "Choose at least one value."


def test_several_values_separated_by_semicolons(card: New) -> None:
    here = card()
    here.choose("text", "is any of")
    here.type("Bonn; Espoo ;;")
    here.enter()
    assert here.made == [Compare(FieldName("text"), Op.IN, ("Bonn", "Espoo"))]


def test_typing_a_field_s_name_chooses_it(card: New) -> None:
    here = card()
    line = here.fields.lineEdit()
    assert line is not None
    line.setFocus()
    QTest.keyClicks(line, "phone")
    QTest.keyClick(line, Qt.Key.Key_Tab)
    here.type("358")
    here.enter()
    assert here.made == [Compare(FieldName("phone"), Op.CONTAINS, "358")]


def test_half_a_field_s_name_is_never_taken_for_the_field_before(card: New) -> None:
    here = card(Compare(FieldName("text"), Op.CONTAINS, "x"))
    line = here.fields.lineEdit()
    assert line is not None
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "no such field")
    here.type("y")
    here.enter()
    assert here.made == []
    assert here.problem == "Choose a field."


def test_esc_changes_nothing(card: New) -> None:
    here = card(Compare(FieldName("text"), Op.CONTAINS, "x"))
    here.type("y")
    QTest.keyClick(here.line, Qt.Key.Key_Escape)
    assert here.left == [1]
    assert not here.made


def test_the_card_stays_inside_its_window(card: New) -> None:
    here = card()
    assert here.row.geometry().right() <= 1200
    assert here.row.geometry().left() >= 0
