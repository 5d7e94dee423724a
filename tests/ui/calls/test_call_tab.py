# SPDX-License-Identifier: MIT
"""The tab of operations: found, filled in, asked, called once, and worded as it is when the answer is lost."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from crmdesk.domain.errors import Invalid, TimedOut
from crmdesk.domain.names import FieldName, VendorName
from crmdesk.engine.calls import Calls
from crmdesk.engine.profiles import Environment
from crmdesk.ui.calls.call_tab import CallTab
from crmdesk.ui.calls.part_editors import PartEditor, ScalarPart
from crmdesk.ui.calls.result_view import JSON, TABLE, TREE, table_of
from crmdesk.ui.calls.write_sheet import WriteSheet
from crmdesk.ui.tasks import TaskScope
from tests.engine.fake_roles import RoleServer, plugin_with_roles
from tests.journeys.conftest import Play
from tests.ui.house import a_profile, house, open_sheets, press
from tests.ui.waiting import host, until


@contextlib.asynccontextmanager
async def a_tab(
    folder: Path, server: RoleServer, environment: Environment = Environment.SANDBOX
) -> AsyncIterator[CallTab]:
    async with house(folder, server=server) as h:
        vars(h.desk)["plugins"] = {VendorName("fake"): plugin_with_roles(server)}
        account = await h.account(a_profile(environment=environment))
        await account.session.identity()
        writes = TaskScope(h.errors.append)
        with host() as window:
            tab = CallTab(account, Calls(account), h.formats, writes.start)
            layout = window.layout()
            assert layout is not None
            window.field.hide()
            layout.addWidget(tab)
            try:
                await until(lambda: bool(tab.list.names))
                yield tab
            finally:
                await tab.aclose()
                await writes.aclose()
                layout.removeWidget(tab)
                tab.deleteLater()
    assert h.errors == []


def editor(tab: CallTab, name: str) -> PartEditor:
    assert tab.form is not None
    return tab.form.editor(name)


def type_in(tab: CallTab, name: str, text: str) -> None:
    line = editor(tab, name).findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, text)


async def question(tab: CallTab) -> WriteSheet:
    """The question that is open, once the server has said who we are."""
    await until(lambda: bool(open_sheets(tab.window())))
    (sheet,) = open_sheets(tab.window())
    assert isinstance(sheet, WriteSheet)
    await until(lambda: sheet.yes.isEnabled() or sheet.note.isVisible())
    return sheet


def said(sheet: WriteSheet) -> str:
    return "\n".join(text.text() for text in sheet.findChildren(QLabel))


def test_an_operation_is_found_by_its_words_and_called_by_key(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer(result=[{"id": "1", "n": 3, "deep": {"a": None}}, {"id": "2"}])
        async with a_tab(tmp_path, server) as tab:
            assert tab.list.names == ["addOrder", "ping"]
            tab.list.search.setFocus()
            QTest.keyClicks(tab.list.search, "says back")
            assert tab.list.names == ["ping"]
            QTest.keyClick(tab.list.search, Qt.Key.Key_Down)
            assert tab.operation is not None
            assert tab.operation.name == "ping"
            QTest.keyClick(tab.list.view, Qt.Key.Key_Return)
            focus = QApplication.focusWidget()
            assert focus is not None
            QTest.keyClicks(focus, "hello")
            QTest.keyClick(focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            await until(tab.result.isVisible)
            assert server.calls == [("ping", {"text": "hello"})]
            assert tab.result.tabs.names() == (TABLE, TREE, JSON)
            assert [c.key for c in tab.result.table.columns] == ["id", "n", "deep"]
            assert tab.result.table.text(0, 2) == '{"a": null}'
            tab.result.copy()
            assert json.loads(QApplication.clipboard().text()) == server.result
            tab.result.save_wanted.emit(tmp_path / "out.json")
            await until(lambda: (tmp_path / "out.json").exists() and not tab._scope.busy)
            assert json.loads((tmp_path / "out.json").read_text("utf-8")) == server.result

    play(scene())


def test_a_write_asks_names_the_account_and_is_sent_once(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer(result={"id": "77"})
        async with a_tab(tmp_path, server) as tab:
            tab.list.choose("addOrder")
            assert tab.call_button.text() == "Call…"
            type_in(tab, "number", "12")
            press(tab, "Call…")
            sheet = await question(tab)
            assert "Call addOrder?" in sheet.windowTitle()
            assert "Number: 12" in said(sheet)
            assert "fake.invalid" in said(sheet)
            assert "Ada Admin" in said(sheet)
            assert "Sandbox" in said(sheet)
            assert server.calls == []
            press(sheet, "Cancel")
            await until(lambda: not open_sheets(tab.window()))
            assert server.calls == []
            press(tab, "Call…")
            press(await question(tab), "Call")
            await until(tab.result.isVisible)
            assert server.calls == [("addOrder", {"number": "12"})]
            assert tab.result.tabs.names() == (TREE, JSON)
            item = tab.result.tree.topLevelItem(0)
            assert item is not None
            assert (item.text(0), item.text(1)) == ("id", "77")

    play(scene())


def test_production_is_said_in_so_many_words(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        async with a_tab(tmp_path, RoleServer(), Environment.PRODUCTION) as tab:
            tab.list.choose("addOrder")
            type_in(tab, "number", "1")
            tab.call()
            sheet = await question(tab)
            assert "production account" in said(sheet)
            assert sheet.yes.property("role") == "danger"
            assert tab.window().focusWidget() is sheet.cancel
            sheet.reject()

    play(scene())


def test_a_read_only_account_is_told_and_cannot_say_yes(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer()
        async with a_tab(tmp_path, server, Environment.READ_ONLY) as tab:
            tab.list.choose("addOrder")
            type_in(tab, "number", "1")
            tab.call()
            sheet = await question(tab)
            assert "read only" in sheet.note.text_label.text()
            assert not sheet.yes.isEnabled()
            sheet.accept()
            assert open_sheets(tab.window()) == [sheet]
            sheet.reject()
            await until(lambda: not open_sheets(tab.window()))
            assert server.calls == []

    play(scene())


def test_mistakes_are_marked_and_nothing_is_asked(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer()
        async with a_tab(tmp_path, server) as tab:
            tab.list.choose("addOrder")
            tab.call()
            number = editor(tab, "number")
            assert isinstance(number, ScalarPart)
            assert number.problem == "Fill in Number."
            assert "Nothing was sent" in tab.note.text_label.text()
            assert open_sheets(tab.window()) == []
            server.fail("call", Invalid("Not so.", per_field={FieldName("number"): "There is order 12 already."}))
            type_in(tab, "number", "12")
            tab.call()
            press(await question(tab), "Call")
            await until(lambda: bool(number.problem))
            assert number.problem == "There is order 12 already."
            assert "Not so." in tab.note.text_label.text()

    play(scene())


def test_a_lost_answer_is_worded_as_such_and_nothing_is_sent_again(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer()
        server.fail("call", TimedOut("No answer came.", sent=True), done=True)
        async with a_tab(tmp_path, server) as tab:
            tab.list.choose("addOrder")
            type_in(tab, "number", "1")
            tab.call()
            press(await question(tab), "Call")
            await until(tab.note.isVisible)
            assert "not known whether" in tab.note.text_label.text()
            assert "Nothing is sent again by itself." in tab.note.text_label.text()
            assert not tab.running
            assert len(server.calls) == 1

    play(scene())


def test_a_write_survives_its_tab(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer()
        gate = server.hold("call")
        async with a_tab(tmp_path, server) as tab:
            tab.list.choose("addOrder")
            type_in(tab, "number", "1")
            tab.call()
            press(await question(tab), "Call")
            await until(server.begun["call"].is_set)
            assert not tab.call_button.isEnabled()
            assert not tab.stop_button.isVisible()
            await tab.aclose()
            gate.set()
            await until(lambda: len(server.calls) == 1)
            await until(lambda: not tab.running)

    play(scene())


def test_reading_can_be_stopped(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer()
        gate = server.hold("call")
        async with a_tab(tmp_path, server) as tab:
            tab.list.choose("ping")
            tab.call()
            await until(server.begun["call"].is_set)
            press(tab, "Stop")
            await until(lambda: not tab.running)
            assert tab.call_button.isEnabled()
            assert not tab.result.isVisible()
            gate.set()
            await asyncio.sleep(0.05)
            assert any(text.text() == "Stopped." for text in tab.findChildren(QLabel))

    play(scene())


@pytest.mark.parametrize(
    ("result", "rows"),
    [
        ([], 0),
        ([{"a": 1}, {"b": None}], 2),
        ({"Table": [{"a": 1}]}, 1),
        ({"a": 1}, 0),
        ([1, 2], 0),
        ("text", 0),
        (None, 0),
        ({"a": [{"b": 1}], "c": 2}, 0),
    ],
)
def test_what_is_a_table(result: object, rows: int) -> None:
    assert len(table_of(result)) == rows


def test_branches_open_one_by_one_and_plain_answers_are_text(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer(result={"many": list(range(3000)), "one": {"deep": {"a": "Ä"}}, "none": []})
        async with a_tab(tmp_path, server) as tab:
            tab.list.choose("ping")
            tab.call()
            await until(tab.result.isVisible)
            tree = tab.result.tree
            many, one = tree.topLevelItem(0), tree.topLevelItem(1)
            assert many is not None
            assert one is not None
            assert many.text(1) == "3,000 elements" or "000 elements" in many.text(1)
            assert many.childCount() == 0
            tree.expandItem(many)
            assert many.childCount() == 2001
            last = many.child(2000)
            assert last is not None
            assert last.text(0) == "…"
            tree.expandItem(one)
            deep = one.child(0)
            assert deep is not None
            assert deep.text(1) == "1 field"
            server.result = "0"
            tab.call()
            await until(lambda: tab.result.tabs.names() == (JSON,))
            assert tab.result.text.toPlainText() == '"0"'

    play(scene())
