# SPDX-License-Identifier: MIT
"""The notice of a new version: only where the person agreed, quiet, shown before the browser opens, dismissed for good."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.demo.server import DemoServer
from crmdesk.engine.updates import UpdateCheck
from crmdesk.ui.updates.update_bar import UpdateSheet, UpdateWatch
from tests.engine.test_updates import ADDRESS, NEWS, Server
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, press, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_only_where_the_person_agreed(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        news = Server({ADDRESS: NEWS})
        async with program(tmp_path, server) as p:
            await p.open()
            check = UpdateCheck(tmp_path / "updates.json", "1.0", make_http=lambda: news, now=lambda: datetime.now(UTC))
            watch = UpdateWatch(p.window, tmp_path / "updates.json", check)
            p.window.preferences.choose("updates_address", ADDRESS)
            await watch.look()
            assert news.asked == []
            focus = p.window.focusWidget()
            p.window.preferences.choose("updates", True)
            await until(lambda: watch.bar is not None, PATIENCE_S)
            assert news.asked == [ADDRESS]
            assert watch.bar is not None
            assert "crmdesk 9.1" in watch.bar.text.text()
            assert p.window.focusWidget() is focus
            watch.bar.more.click()
            sheet = p.sheet(UpdateSheet)
            assert any("https://intra.example/get" in one.text() for one in sheet.findChildren(type(watch.bar.text)))
            press(sheet, "Close")
            watch.bar.close_button.click()
            assert watch.bar is None
            assert '"dismissed": "9.1"' in (tmp_path / "updates.json").read_text()
            await asyncio.sleep(0)

    play(journey())
