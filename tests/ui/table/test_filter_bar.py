# SPDX-License-Identifier: MIT
"""The bar above a table: chips by mouse and keys, the filter as text, quick search."""

from collections.abc import Callable, Iterator
from datetime import UTC
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crmdesk.domain.names import FieldName
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.filter_bar import FilterBar, search_fields
from crmdesk.ui.table.filter_row import FilterRow
from tests.ui.table.kinds import CAN, SCHEMA
from tests.ui.waiting import Host, host

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
TEXT, MONEY, PHONE = FieldName("text"), FieldName("money"), FieldName("phone")
OY = Compare(TEXT, Op.CONTAINS, "Oy")
RICH = Compare(MONEY, Op.GE, Decimal("1234.5"))
REACHED = Not(Compare(PHONE, Op.IS_EMPTY))


class Bench:
    """A bar in a window, and what it told."""

    def __init__(self, window: Host, locale: str) -> None:
        self.bar = FilterBar(SCHEMA, lambda: CAN, Formats(QLocale(locale), UTC), window)
        self.told: list[Filter | None] = []
        self.left: list[int] = []
        self.bar.filter_changed.connect(self.told.append)
        self.bar.left.connect(lambda: self.left.append(1))
        layout = window.layout()
        assert layout is not None
        layout.addWidget(self.bar)
        self.bar.show()

    @property
    def text(self) -> QLineEdit:
        return self.bar._text

    @property
    def problem(self) -> str:
        return self.bar._problem.text() if self.bar._problem.isVisible() else ""

    def rewrite(self, text: str) -> None:
        self.text.setFocus()
        self.text.setText(text)
        QTest.keyClick(self.text, Qt.Key.Key_Return)

    @property
    def card(self) -> FilterRow | None:
        return self.bar._row


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Callable[..., Bench]]:
    with host() as window:
        yield lambda locale="de_DE": Bench(window, locale)


New = Callable[..., Bench]


def test_a_chip_for_each_condition_and_house_and_reason_for_local_ones(bench: New) -> None:
    b = bench()
    b.bar.show_filter(And((OY, RICH, REACHED)))
    assert [chip.is_local for chip in b.bar.chips()] == [False, False, True]
    assert "filtered on this computer" in b.bar.chips()[2].toolTip()
    assert b.bar.chips()[1].accessibleName() == "Money at least 1.234,50"
    assert b.bar.local_count() == 1
    assert b.bar.count == 3
    assert b.told == []


def test_delete_removes_a_chip_and_the_next_has_the_focus(bench: New) -> None:
    b = bench()
    b.bar.show_filter(And((OY, RICH)))
    b.bar.chips()[0].setFocus()
    QTest.keyClick(b.bar.chips()[0], Qt.Key.Key_Delete)
    assert b.told == [RICH]
    assert b.bar.chips()[0].hasFocus()
    QTest.keyClick(b.bar.chips()[0], Qt.Key.Key_Backspace)
    assert b.told == [RICH, None]
    assert b.bar.add.hasFocus()


def test_return_on_a_chip_edits_it(bench: New) -> None:
    b = bench()
    b.bar.show_filter(And((OY, RICH)))
    b.bar.chips()[0].setFocus()
    QTest.keyClick(b.bar.chips()[0], Qt.Key.Key_Return)
    assert b.card is not None
    b.card._line.setText("Ab")
    QTest.keyClick(b.card._line, Qt.Key.Key_Return)
    assert b.told == [And((Compare(TEXT, Op.CONTAINS, "Ab"), RICH))]
    assert b.card is None


def test_esc_in_the_card_gives_the_focus_back(bench: New) -> None:
    b = bench()
    b.bar.show_filter(OY)
    QTest.mouseClick(b.bar.chips()[0], Qt.MouseButton.LeftButton)
    assert b.card is not None
    QTest.keyClick(b.card._line, Qt.Key.Key_Escape)
    assert b.card is None
    assert b.bar.chips()[0].hasFocus()
    assert b.told == []


def test_a_new_condition_joins_the_others(bench: New) -> None:
    b = bench()
    b.bar.show_filter(OY)
    b.bar.add_filter()
    assert b.card is not None
    b.card.accepted.emit(RICH)
    assert b.told == [And((OY, RICH))]
    assert len(b.bar.chips()) == 2


def test_a_condition_without_words_is_edited_as_text(bench: New) -> None:
    b = bench()
    sorted_after = Compare(TEXT, Op.GT, "M")
    b.bar.show_filter(And((OY, sorted_after, Or((OY, RICH)))))
    for place in (1, 2):
        b.bar.as_text.setChecked(False)
        b.bar._toggle_text()
        QTest.mouseClick(b.bar.chips()[place], Qt.MouseButton.LeftButton)
        assert b.card is None
        assert b.bar.as_text.isChecked()
        assert b.text.isVisible()


@pytest.mark.parametrize("locale", ["de_DE", "fi_FI", "en_US", "C"])
def test_the_text_of_any_filter_is_read_back_to_the_same(bench: New, locale: str) -> None:
    b = bench(locale)
    for where in (RICH, And((OY, Or((RICH, REACHED)))), Not(Compare(MONEY, Op.IN, (Decimal("0.5"), Decimal(2))))):
        b.bar.show_filter(where)
        QTest.keyClick(b.text, Qt.Key.Key_Return)
        assert b.told.pop() == where


def test_a_number_typed_in_the_person_s_own_way_is_understood_too(bench: New) -> None:
    b = bench("de_DE")
    b.rewrite("money >= '1.234,50'")
    assert b.told == [Compare(MONEY, Op.GE, Decimal("1234.50"))]


def test_wrong_text_is_said_and_nothing_changes(bench: New) -> None:
    b = bench()
    b.bar.show_filter(OY)
    b.bar.as_text.click()
    for text, said in (
        ("text = ", "Write for example"),
        ("txet = 'a'", "Did you mean text"),
        ("money >= 'much'", "not a number"),
        ("text = 'a'; drop table x", "Write for example"),
    ):
        b.rewrite(text)
        assert said in b.problem, b.problem
        assert b.told == []
        assert b.bar.where() == OY
    b.rewrite("text = 'a'")
    assert b.problem == ""
    assert b.told == [Compare(TEXT, Op.EQ, "a")]
    b.rewrite("")
    assert b.told[-1] is None


def test_quick_search_waits_for_a_pause(bench: New, qtbot: QtBot) -> None:
    b = bench()
    b.bar.focus_search()
    QTest.keyClicks(b.bar.search, "koch")
    assert b.told == []
    qtbot.waitUntil(lambda: len(b.told) == 1, timeout=3000)
    found = b.told[0]
    assert isinstance(found, Or)
    assert {part.value for part in found.parts if isinstance(part, Compare)} == {"koch"}
    assert b.bar.conditions() is None


def test_return_searches_at_once_and_goes_to_the_table(bench: New) -> None:
    b = bench()
    b.bar.focus_search()
    QTest.keyClicks(b.bar.search, "koch")
    QTest.keyClick(b.bar.search, Qt.Key.Key_Return)
    assert len(b.told) == 1
    assert b.left == [1]
    b.bar.focus_search()
    QTest.keyClick(b.bar.search, Qt.Key.Key_Down)
    assert b.left == [1, 1]
    assert len(b.told) == 1  # nothing new to search


def test_esc_empties_the_search(bench: New, qtbot: QtBot) -> None:
    b = bench()
    b.bar.search.setText("koch")
    QTest.keyClick(b.bar.search, Qt.Key.Key_Escape)
    assert b.bar.search.text() == ""
    qtbot.waitUntil(lambda: b.told == [None], timeout=3000)


def test_quick_search_and_chips_together(bench: New) -> None:
    b = bench()
    b.bar.show_filter(RICH)
    b.bar.search.setText("koch")
    where = b.bar.where()
    assert isinstance(where, And)
    assert where.parts[0] == RICH
    assert b.bar.count == 2


def test_which_fields_are_searched() -> None:
    assert search_fields(SCHEMA) == (TEXT, FieldName("email"), PHONE)


def test_buttons_tell(bench: New) -> None:
    b = bench()
    asked: list[str] = []
    b.bar.columns_wanted.connect(lambda: asked.append("columns"))
    b.bar.new_wanted.connect(lambda: asked.append("new"))
    for button in (b.bar.columns, b.bar.new):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == ["columns", "new"]
    assert b.bar.new.text() == "New thing"
    assert QApplication.focusWidget() is not b.bar.new  # a click leaves no focus behind
