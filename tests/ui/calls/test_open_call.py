# SPDX-License-Identifier: MIT
"""The operations in the whole window, on the demo: by key, one tab for each account, there again at the next visit."""

import json
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from crmdesk.demo.server import DemoServer
from crmdesk.ui.calls.call_tab import CallTab
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, program, until
from tests.ui.test_menus import enabled

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def call_tab(p: Program) -> CallTab:
    return next(page for page in p.space.pages if isinstance(page, CallTab))


def test_an_operation_by_name_and_its_answer(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await until(lambda: "Call an operation…" in enabled(p.window), PATIENCE_S)
            assert p.space.panel.isVisible()
            p.keys("Ctrl+Shift+K")
            page = call_tab(p)
            await until(lambda: bool(page.list.names), PATIENCE_S)
            assert not p.space.panel.isVisible()  # the room is the form's
            page.list.choose("retrieve")
            assert page.form is not None
            line = page.form.editor("id").findChild(QLineEdit)
            assert line is not None
            QTest.keyClicks(line, "3x17")
            page.call()
            await until(page.result.isVisible, PATIENCE_S)
            assert json.loads(page.result.text.toPlainText())["id"] == "3x17"
            p.space.tabs.choose(p.space.tabs.name_at(0))
            assert p.space.panel.isVisible()
            p.keys("Ctrl+Shift+K")
            assert p.space.page is page
            assert len(p.space.pages) == 2

    play(journey())


def test_the_operation_is_chosen_again_but_never_what_was_typed(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await until(lambda: "Call an operation…" in enabled(p.window), PATIENCE_S)
            p.keys("Ctrl+Shift+K")
            page = call_tab(p)
            await until(lambda: bool(page.list.names), PATIENCE_S)
            page.list.choose("changePassword")
            assert page.form is not None
            line = page.form.editor("oldPassword").findChild(QLineEdit)
            assert line is not None
            assert line.echoMode() == QLineEdit.EchoMode.Password
            QTest.keyClicks(line, "hush-hush")
        kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert b"hush-hush" not in kept
        async with program(tmp_path, server) as p:
            p.show()
            p.window.run(p.window.accounts.open_demo(), "account")
            await until(lambda: p.window.workspace is not None and len(p.space.pages) == 2, PATIENCE_S)
            page = call_tab(p)
            await until(lambda: page.operation is not None, PATIENCE_S)
            assert page.operation is not None
            assert page.operation.name == "changePassword"

    play(journey())
