# SPDX-License-Identifier: MIT
"""The form: read as text, edited in place, three states for each field, nothing staged that is no value."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.staging import Kind, StagedRecord
from crmdesk.ui.form.field_row import FieldRow, focused_row
from crmdesk.ui.form.form_content import FormContent, default_values, whole_base
from crmdesk.ui.form.record_form import RecordForm
from crmdesk.ui.formats import Formats
from tests.ui.form.conftest import COLOURS, a_field, a_record, a_schema, focused

Show = Callable[[QWidget], QMainWindow]
SCHEMA = a_schema(
    a_field("name", required=True, label="Name"),
    a_field("number", read_only=True),
    a_field("city", block="Address"),
    a_field("street", block="Address"),
    a_field("revenue", FieldType.MONEY),
    a_field("colour", FieldType.CHOICE, choices=COLOURS),
    a_field("owner", FieldType.REFERENCE, refers_to=(ModuleName("Users"),), required=True),
    a_field("site", FieldType.URL),
    a_field("plain", stores_astral=False),
    a_field("notes", FieldType.LONG_TEXT, block="Description"),
)
HELD = a_record(
    name="Äijälä Oy",
    number="ACC17",
    city="Helsinki",
    revenue=Decimal("1250000.00"),
    colour="r",
    owner=RecordId(ModuleName("Users"), "19x5"),
    site="www.aijala.fi",
    street=None,
    notes="Second plant opens in spring; asks for a frame contract on spare parts.",
)
HELD = Record(HELD.id, HELD.values, {FieldName("owner"): "Anna Koch"})


def content(
    record: Record = HELD, schema: Schema = SCHEMA, *, reason: str = "", kind: Kind = Kind.UPDATE, **staged: Value
) -> FormContent:
    values = {FieldName(name): value for name, value in staged.items()}
    held = StagedRecord(kind, record, values) if values or kind is Kind.CREATE else None
    return FormContent(schema=schema, record=record, staged=held, reason=reason)


class Wishes:
    """What a form wished for."""

    def __init__(self, form: RecordForm) -> None:
        self.edited: list[tuple[str, Any, str]] = []
        self.taken_back: list[str] = []
        self.followed: list[tuple[str, Any, bool]] = []
        form.edited.connect(lambda field, value, text: self.edited.append((field.name, value, text)))
        form.taken_back.connect(lambda field: self.taken_back.append(field.name))
        form.followed.connect(lambda field, value, apart: self.followed.append((field.name, value, apart)))


@pytest.fixture
def form(formats: Formats, settings: QSettings, shown: Show) -> RecordForm:
    made = RecordForm(formats, settings)
    shown(made)
    made.show_content(content())
    return made


def click(qtbot: QtBot, row: FieldRow, *, control: bool = False, at: QPoint | None = None) -> None:
    where = at or row.places().value.center()
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, held, where)


def test_values_are_read_as_a_person_writes_them(form: RecordForm) -> None:
    assert form.row("revenue").text == "1.250.000,00"
    assert form.row("colour").text == "Red"
    assert form.row("owner").text == "Anna Koch"
    assert form.editing_row() is None
    assert not form.findChildren(QLineEdit, options=Qt.FindChildOption.FindChildrenRecursively)[1:]  # only the filter


def test_a_click_edits_in_place_and_return_wishes(form: RecordForm, qtbot: QtBot) -> None:
    wishes, row = Wishes(form), form.row("city")
    click(qtbot, row)
    assert row.editor is not None
    assert row.editor.inner.hasFocus()
    QTest.keyClicks(row.editor.inner, "Espoo")
    QTest.keyClick(row.editor.inner, Qt.Key.Key_Return)
    assert wishes.edited == [("city", "Espoo", "")]
    assert row.editor is None


def test_rows_are_made_when_shown_and_stand_in_the_order_of_the_fields(form: RecordForm, qtbot: QtBot) -> None:
    def made() -> list[str]:
        rows = sorted(form.findChildren(FieldRow), key=lambda row: row.mapTo(form, QPoint()).y())
        return [str(row.field.name) for row in rows]

    assert made() == ["name", "number", "revenue", "colour", "owner", "site", "city", "notes"]
    form.show_all(True)
    qtbot.waitUntil(lambda: form.row("street").height() > 0)
    assert made() == ["name", "number", "revenue", "colour", "owner", "site", "plain", "city", "street", "notes"]
    form.row("site").begin()
    reached = []
    for _ in range(4):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        row = focused_row(form.window().focusWidget())
        reached.append(row is not None and str(row.field.name))
    assert reached == ["plain", "city", "street", "notes"]


def test_a_field_is_found_by_its_label_before_it_was_ever_shown(form: RecordForm, qtbot: QtBot) -> None:
    form.find_field()
    QTest.keyClicks(form.filter, "stre")
    assert [str(row.field.name) for row in form.findChildren(FieldRow) if row.isVisible()] == ["street"]


def test_a_field_is_found_by_its_value_where_another_module_comes_while_a_word_is_looked_for(
    form: RecordForm, qtbot: QtBot
) -> None:
    form.find_field()
    QTest.keyClicks(form.filter, "espoo")
    other = a_schema(a_field("name"), a_field("city"))
    form.show_content(content(a_record(name="Koch", city="Espoo"), other))
    assert [str(row.field.name) for row in form.findChildren(FieldRow) if row.isVisible()] == ["city"]


def test_leaving_the_field_commits(form: RecordForm, qtbot: QtBot) -> None:
    wishes = Wishes(form)
    click(qtbot, form.row("city"))
    QTest.keyClicks(focused(), "Espoo")
    click(qtbot, form.row("name"))
    assert wishes.edited == [("city", "Espoo", "")]
    assert form.editing_row() is form.row("name")


def test_nothing_is_wished_where_nothing_was_typed(form: RecordForm, qtbot: QtBot) -> None:
    wishes = Wishes(form)
    for name in ("city", "revenue", "owner", "notes", "colour"):
        form.row(name).begin()
        assert form.commit()
    assert wishes.edited == []


def test_tab_walks_through_the_fields_both_ways(form: RecordForm, qtbot: QtBot) -> None:
    form.row("name").begin()
    seen = []
    for _ in range(4):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        row = focused_row(focus)
        assert row is not None
        seen.append(row.field.name)
    # in the order shown: the module's own block first; what is empty is hidden
    assert seen == ["number", "revenue", "colour", "owner"]
    QTest.keyClick(focused(), Qt.Key.Key_Backtab)
    assert form.editing_row() is form.row("colour")


def test_a_text_that_is_no_value_is_kept_red_and_not_wished(form: RecordForm, qtbot: QtBot) -> None:
    wishes, row = Wishes(form), form.row("revenue")
    row.begin()
    QTest.keyClicks(focused(), "a lot")
    high = row.height()
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert wishes.edited == []
    assert (row.text, row.look().invalid) == ("a lot", True)
    assert "a lot" in row.problem
    assert row.problem in row.accessibleDescription()
    qtbot.waitUntil(lambda: row.height() > high)
    assert form.drafts() == {"revenue": ("a lot", row.problem)}
    row.begin()
    assert row.editor is not None
    assert row.editor.text() == "a lot"
    QTest.keyClick(row.editor.inner, Qt.Key.Key_Escape)
    assert (row.text, row.problem) == ("1.250.000,00", "")


def test_a_staged_value_is_amber_with_the_old_one_and_an_undo_button(form: RecordForm, qtbot: QtBot) -> None:
    wishes, row = Wishes(form), form.row("city")
    form.show_content(content(city="Espoo"))
    look = row.look()
    assert (look.edited, look.was, look.undo_width > 0) == (True, "was Helsinki", True)
    assert "changed, was Helsinki" in row.accessibleDescription()
    undo = next(child for child in row.findChildren(QWidget) if "Take back" in child.accessibleName())
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert wishes.taken_back == ["city"]


def test_escape_forgets_the_typing_first_and_the_staged_value_second(form: RecordForm, qtbot: QtBot) -> None:
    wishes, row = Wishes(form), form.row("city")
    form.show_content(content(city="Espoo"))
    row.begin()
    QTest.keyClicks(focused(), "Vantaa")
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert (wishes.taken_back, row.text) == ([], "Espoo")
    QTest.keyClick(row, Qt.Key.Key_Escape)
    assert wishes.taken_back == ["city"]


def test_emptying_clears_and_the_row_says_so(form: RecordForm, qtbot: QtBot) -> None:
    wishes, row = Wishes(form), form.row("city")
    row.begin()
    QTest.keyClick(focused(), Qt.Key.Key_Backspace)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert wishes.edited == [("city", None, "")]
    form.show_content(content(city=None))
    assert row.look().cleared
    assert row.isVisible()
    form.row("colour").begin()
    clear = next(c for c in form.row("colour").findChildren(QWidget) if c.accessibleName() == "Clear Colour")
    QTest.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert wishes.edited[-1] == ("colour", None, "")


def test_a_required_field_is_not_emptied(form: RecordForm, qtbot: QtBot) -> None:
    wishes, row = Wishes(form), form.row("name")
    row.begin()
    QTest.keyClick(focused(), Qt.Key.Key_Delete)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert wishes.edited == []
    assert row.problem == "Name must stay filled."


def test_letters_that_the_server_would_damage_are_refused(form: RecordForm, qtbot: QtBot) -> None:
    wishes = Wishes(form)
    form.show_all(True)
    row = form.row("plain")
    row.begin()
    assert row.editor is not None
    row.editor.set_text("fine 🎉")
    assert not row.commit()
    assert "🎉" in row.problem
    assert wishes.edited == []


def test_a_read_only_field_says_why_and_takes_no_editor(form: RecordForm, qtbot: QtBot) -> None:
    row = form.row("number")
    click(qtbot, row)
    assert row.editor is None
    assert "The server sets this field by itself." in row.toolTip()
    form.show_content(content(reason="This account is set to read only."))
    click(qtbot, form.row("city"))
    assert form.editing_row() is None
    assert "set to read only" in form.row("city").toolTip()


def test_a_field_entered_while_the_record_loads_opens_when_it_has_come(form: RecordForm, qtbot: QtBot) -> None:
    form.show_content(content(reason="Only when the whole record is read."))
    click(qtbot, form.row("city"))
    form.show_content(content())
    assert form.editing_row() is form.row("city")


def test_links_are_followed_by_arrow_control_click_and_key(form: RecordForm, qtbot: QtBot) -> None:
    wishes, site, owner = Wishes(form), form.row("site"), form.row("owner")
    click(qtbot, site, at=site.places().arrow.center())
    click(qtbot, site, control=True, at=site.places().text.center())
    owner.setFocus()
    QTest.keyClick(owner, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    user = RecordId(ModuleName("Users"), "19x5")
    assert wishes.followed == [
        ("site", "www.aijala.fi", False),
        ("site", "www.aijala.fi", True),
        ("owner", user, False),
    ]
    click(qtbot, site, at=site.places().text.center())
    assert form.editing_row() is site


def test_empty_fields_are_hidden_until_wanted_and_that_is_remembered(
    form: RecordForm, formats: Formats, settings: QSettings, qtbot: QtBot
) -> None:
    assert not form.row("street").isVisible()
    assert form.toggle.text() == "Show 2 empty fields"
    QTest.mouseClick(form.toggle, Qt.MouseButton.LeftButton)
    assert form.row("street").isVisible()
    again = RecordForm(formats, settings)
    assert again.shows_all
    again.deleteLater()


def test_fields_are_found_by_label_and_by_value(form: RecordForm, qtbot: QtBot) -> None:
    form.find_field()
    QTest.keyClicks(form.filter, "stree")
    assert [f.name for f in SCHEMA.fields if form.row(f.name).isVisible()] == ["street"]
    form.filter.setText("koch")
    assert [f.name for f in SCHEMA.fields if form.row(f.name).isVisible()] == ["owner"]
    QTest.keyClick(form.filter, Qt.Key.Key_Escape)
    assert form.row("name").isVisible()
    assert not form.filter.isVisible()


def test_window_undo_works_while_an_untouched_field_is_open(form: RecordForm, qtbot: QtBot) -> None:
    calls: list[str] = []
    stack = QUndoStack(form)
    action = stack.createUndoAction(form)
    action.setEnabled(True)
    action.triggered.connect(lambda: calls.append("undo"))
    action.setShortcut("Ctrl+Z")
    form.window().addAction(action)
    form.row("city").begin()
    QTest.keyClick(focused(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert calls == ["undo"]
    QTest.keyClicks(focused(), "E")
    QTest.keyClick(focused(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert calls == ["undo"]  # the editor's own undo


def test_a_new_record_asks_for_what_is_required_first(form: RecordForm) -> None:
    form.show_content(content(Record(RecordId(ModuleName("Things"), "new:1"), {}), kind=Kind.CREATE, name="Oy"))
    assert "Still needed: Owner" in form.missing.text_label.text()
    assert form.row("owner").state.wanted
    assert not form.row("name").look().edited
    assert form.row("street").isVisible()
    with pytest.raises(KeyError):
        form.row("number")
    form.focus_first()
    assert form.editing_row() is form.row("owner")


def test_what_the_server_holds_by_now_is_told(form: RecordForm) -> None:
    base = a_record(city="Helsinki")
    now = a_record(city="Turku")
    staged = StagedRecord(Kind.UPDATE, base, {FieldName("city"): "Espoo"})
    form.show_content(FormContent(schema=SCHEMA, record=now, staged=staged))
    look = form.row("city").look()
    assert (look.was, look.problem, look.invalid) == ("was Helsinki", "Changed on the server since: Turku", False)


def test_a_base_read_from_a_row_is_completed_without_losing_what_was_seen() -> None:
    staged = StagedRecord(Kind.UPDATE, a_record(city="Helsinki"), {FieldName("city"): "Espoo"})
    base = whole_base(a_record(city="Turku", name="Oy"), staged)
    assert base is not None
    assert base.values == {"city": "Helsinki", "name": "Oy"}
    assert whole_base(a_record(city="Turku"), staged) is None


def test_defaults_that_can_be_read_start_a_new_record() -> None:
    schema = a_schema(
        a_field("name", default="x"),
        a_field("when", FieldType.DATE, default="no date"),
        a_field("much", FieldType.MONEY, default="1.5"),
        a_field("fixed", read_only=True, default="y"),
    )
    assert default_values(schema) == {"name": "x", "much": Decimal("1.5")}


def test_a_long_text_alone_in_its_block_stands_wide_and_grows(form: RecordForm, qtbot: QtBot) -> None:
    row = form.row("notes")
    assert row.wide
    assert row.heightForWidth(300) > row.heightForWidth(900)
    reading = row.height()
    row.begin()
    qtbot.waitUntil(lambda: row.height() > reading)
    assert row.editor is not None
    assert row.editor.height() <= row.height()


def test_labels_stand_above_the_values_where_it_is_narrow(form: RecordForm) -> None:
    row = form.row("city")
    assert row.heightForWidth(200) > row.heightForWidth(400)


def test_right_to_left_mirrors_the_rows(form: RecordForm) -> None:
    row = form.row("city")
    left = row.places()
    form.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    right = row.places()
    assert right.label.left() > right.value.left()
    assert left.label.left() < left.value.left()


def test_the_context_menu_offers_what_is_possible(form: RecordForm, qtbot: QtBot) -> None:
    from crmdesk.ui.form.field_menu import make_menu

    def words(name: str) -> dict[str, bool]:
        menu = make_menu(form.row(name))
        found = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
        menu.deleteLater()
        return found

    assert words("number") == {"Copy value": True, "Copy field name": True}
    assert words("owner")["Clear"] is False
    assert words("owner")["Open in a new tab"]
    assert words("city")["Take back"] is False
