# SPDX-License-Identifier: MIT
"""The form of an operation: an editor for each kind, what is missing is said in place, groups and lists as JSON."""

import base64
import json
from datetime import UTC
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from crmdesk.connectors.port import Part
from crmdesk.ui.calls.part_editors import FilePart, GroupPart, ListPart, PartEditor, ScalarPart
from crmdesk.ui.calls.part_form import PartForm
from crmdesk.ui.formats import Formats
from tests.engine.fake_roles import OPERATIONS

FORMATS = Formats(QLocale("de_DE"), UTC)


def shown(qtbot: QtBot, *parts: Part) -> PartForm:
    form = PartForm(parts, FORMATS, None)
    qtbot.addWidget(form)
    form.resize(600, 500)
    form.show()
    form.activateWindow()
    return form


def scalar(editor: PartEditor) -> ScalarPart:
    assert isinstance(editor, ScalarPart)
    return editor


def line(editor: PartEditor) -> QLineEdit:
    found = editor.findChild(QLineEdit)
    assert found is not None
    return found


def test_every_kind_is_read_in_the_persons_own_way(qtbot: QtBot) -> None:
    form = shown(
        qtbot,
        Part(name="text"),
        Part(name="lines", kind="lines"),
        Part(name="integer", kind="integer"),
        Part(name="decimal", kind="decimal"),
        Part(name="day", kind="date"),
        Part(name="moment", kind="datetime"),
        Part(name="yes", kind="boolean"),
        Part(name="choice", kind="choice", choices={"1": "One", "2": "Two"}),
        Part(name="record", kind="record"),
        Part(name="other", kind="any"),
    )
    typed = {"text": "Aija", "integer": "1.200", "decimal": "1.234,50", "day": "24.12.2026",
             "moment": "24.12.2026 14:30", "record": "3x8", "other": "x"}  # fmt: skip
    for name, text in typed.items():
        QTest.keyClicks(line(form.editor(name)), text)
    scalar(form.editor("lines")).editor.set_text("a\nb")
    scalar(form.editor("choice")).editor.set_text("2")
    tick = form.editor("yes").findChild(QCheckBox)
    assert tick is not None
    tick.click()
    assert form.read() == {
        "text": "Aija",
        "lines": "a\nb",
        "integer": "1200",
        "decimal": "1234.50",
        "day": "2026-12-24",
        "moment": "2026-12-24T14:30:00+00:00",
        "yes": "true",
        "choice": "2",
        "record": "3x8",
        "other": "x",
    }


def test_what_is_missing_or_no_value_is_said_in_place_and_gets_the_focus(qtbot: QtBot) -> None:
    form = shown(qtbot, Part(name="first"), Part(name="n", label="Number", kind="integer", required=True),
                 Part(name="d", label="Day", kind="date"))  # fmt: skip
    QTest.keyClicks(line(form.editor("d")), "soon")
    assert form.read() is None
    assert scalar(form.editor("n")).problem == "Fill in Number."
    assert scalar(form.editor("d")).problem
    qtbot.waitUntil(lambda: QApplication.focusWidget() is line(form.editor("n")))
    QTest.keyClicks(line(form.editor("n")), "12")
    line(form.editor("d")).clear()
    assert form.read() == {"n": "12"}
    assert scalar(form.editor("n")).problem == ""
    assert any(text.text() == "Number *" for text in form.findChildren(QLabel))


def test_nothing_typed_gives_nothing(qtbot: QtBot) -> None:
    form = shown(qtbot, Part(name="a"), Part(name="b", kind="boolean"), Part(name="c", kind="list"))
    assert form.read() == {}
    empty = shown(qtbot)
    assert empty.read() == {}
    assert any("takes nothing" in text.text() for text in empty.findChildren(QLabel))


def test_defaults_are_given_unless_changed(qtbot: QtBot) -> None:
    form = shown(qtbot, Part(name="page", kind="integer", default="1"), Part(name="on", kind="boolean", default="true"),
                 Part(name="odd", kind="integer", default="many"))  # fmt: skip
    assert form.read() is None
    assert line(form.editor("odd")).text() == "many"
    line(form.editor("odd")).clear()
    assert form.read() == {"page": "1", "on": "true"}


def test_a_secret_is_never_shown(qtbot: QtBot) -> None:
    form = shown(qtbot, Part(name="password", secret=True))
    QTest.keyClicks(line(form.editor("password")), "s3cret")
    assert (
        line(form.editor("password")).displayText() == "●" * 6
        or "s3cret" not in line(form.editor("password")).displayText()
    )
    assert form.read() == {"password": "s3cret"}


def test_an_optional_group_is_left_out_whole_or_checked_whole(qtbot: QtBot) -> None:
    form = shown(
        qtbot, Part(name="g", kind="group", parts=(Part(name="a", required=True), Part(name="b", kind="integer")))
    )
    group = form.editor("g")
    assert isinstance(group, GroupPart)
    assert form.read() == {}
    assert scalar(group.members[0]).problem == ""
    QTest.keyClicks(line(group.members[1]), "5")
    assert form.read() is None
    assert scalar(group.members[0]).problem == "Fill in a."
    QTest.keyClicks(line(group.members[0]), "x")
    assert form.read() == {"g": '{"a": "x", "b": 5}'}


def test_rows_are_added_and_taken_away(qtbot: QtBot) -> None:
    form = shown(qtbot, *OPERATIONS[1].parts)
    QTest.keyClicks(line(form.editor("number")), "7")
    rows = form.editor("rows")
    assert isinstance(rows, ListPart)
    for product in ("6x1", "6x2", "6x3"):
        QTest.mouseClick(rows.add_button, Qt.MouseButton.LeftButton)
        added = rows.rows[-1]
        assert isinstance(added, GroupPart)
        QTest.keyClicks(line(added.members[0]), product)
    second = rows.rows[1]
    assert isinstance(second, GroupPart)
    QTest.keyClicks(line(second.members[1]), "19,90")
    remove = [t for t in rows.findChildren(QToolButton) if t.accessibleName() == "Take this one away"]
    QTest.mouseClick(remove[0], Qt.MouseButton.LeftButton)
    given = form.read()
    assert given is not None
    assert given["rows"] == '[{"product": "6x2", "price": 19.90}, {"product": "6x3"}]'
    assert json.loads(given["rows"])[0]["price"] == 19.9


def test_a_required_list_begins_with_one_and_wants_one(qtbot: QtBot) -> None:
    form = shown(qtbot, Part(name="ids", label="Ids", kind="list", required=True))
    ids = form.editor("ids")
    assert isinstance(ids, ListPart)
    assert len(ids.rows) == 1
    assert form.read() is None
    QTest.keyClicks(line(ids.rows[0]), "3x8")
    assert form.read() == {"ids": '["3x8"]'}


def test_a_file_goes_as_base64(qtbot: QtBot, tmp_path: Path) -> None:
    form = shown(qtbot, Part(name="file", label="File", kind="binary", required=True))
    part = form.editor("file")
    assert isinstance(part, FilePart)
    assert form.read() is None
    (tmp_path / "a.bin").write_bytes(bytes(range(256)))
    part.take(tmp_path / "a.bin")
    given = form.read()
    assert given is not None
    assert base64.b64decode(given["file"]) == bytes(range(256))
    (tmp_path / "a.bin").unlink()
    assert form.read() is None


def test_return_submits(qtbot: QtBot) -> None:
    form = shown(qtbot, Part(name="a"), Part(name="b", kind="lines"), Part(name="r", kind="list"))
    told: list[int] = []
    form.submitted.connect(lambda: told.append(1))
    QTest.keyClick(line(form.editor("a")), Qt.Key.Key_Return)
    area = scalar(form.editor("b")).editor.inner
    QTest.keyClick(area, Qt.Key.Key_Return)
    assert len(told) == 1  # a new line
    QTest.keyClick(area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rows = form.editor("r")
    assert isinstance(rows, ListPart)
    QTest.keyClick(line(rows.add()), Qt.Key.Key_Return)
    assert len(told) == 3


def test_what_the_vendor_says_of_a_value_stands_below_it(qtbot: QtBot) -> None:
    form = shown(qtbot, Part(name="a"))
    form.show_problems({"a": "No such thing.", "z": "elsewhere"})
    assert scalar(form.editor("a")).problem == "No such thing."
    with pytest.raises(KeyError):
        form.editor("z")
