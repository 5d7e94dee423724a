# SPDX-License-Identifier: MIT
"""Each setting is felt at once in a whole window; a locked one stays; the start opens what is wanted."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from crmdesk import translation
from crmdesk.demo.server import DemoServer
from crmdesk.domain.schema import FieldType
from crmdesk.engine.settings import Settings
from crmdesk.translation import English
from crmdesk.ui import languages
from crmdesk.ui.metrics import ROW, ROW_COMPACT, Scheme
from crmdesk.ui.settings.settings_at_work import begin_look, locale_of
from crmdesk.ui.settings.settings_sheet import SettingsSheet
from crmdesk.ui.theme import theme
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, column, program, until


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    locale = QLocale()
    yield
    QLocale.setDefault(locale)
    theme().choose(Scheme.SYSTEM)
    theme().set_text_scale(1.0)
    theme().choose_rows(ROW)
    theme().choose_motion(still=False)
    translation.speak(English())


def test_looks_change_while_the_sheet_is_open(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            chosen, row, flash = p.window.preferences, p.tab.grid.rowHeight(0), QApplication.cursorFlashTime()
            p.keys("Ctrl+,")
            p.sheet(SettingsSheet)
            chosen.choose("scheme", "dark")
            assert theme().dark
            chosen.choose("density", "compact")
            assert p.tab.grid.rowHeight(0) == theme().px(ROW_COMPACT) < row
            chosen.choose("text_percent", 150)
            assert theme().text_scale == 1.5
            assert p.tab.grid.rowHeight(0) > 1.3 * ROW_COMPACT
            chosen.choose("motion", "reduced")
            assert theme().still
            assert QApplication.cursorFlashTime() == 0
            chosen.reset("motion")
            assert QApplication.cursorFlashTime() == flash
            p.keys("Esc")

    play(journey())


def test_formats_reach_tables_and_the_record(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            names = [field.name for field in p.tab._schema.fields if field.type is FieldType.MONEY]  # type: ignore[union-attr]
            money = next(name for name in names if p.tab.model.column_at(str(name)) >= 0)
            key = p.tab.current_record()
            p.window.preferences.choose("formats", "de_DE")
            german = re.compile(r"^-?[0-9]{1,3}([.][0-9]{3})*,[0-9]{2}$")
            await until(
                lambda: p.table_ready() and all(german.match(t) for t in column(p.tab, money)[:5] if t), PATIENCE_S
            )
            assert any(column(p.tab, money))
            await until(lambda: p.tab.current_record() == key, PATIENCE_S)

    play(journey())


def test_the_language_reaches_menus_and_what_opens_next(
    play: Play, tmp_path: Path, server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages.Spoken, "said", lambda _self, text, _count=None: f"«{text}»")

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            actions = len(p.window.actions())
            p.window.preferences.choose("language", "de")
            await asyncio.sleep(0)
            assert len(p.window.actions()) == actions
            titles = [action.text().replace("&", "") for action in p.window.menuBar().actions()]
            assert len(titles) == 7
            assert titles[0] == "«File»"
            p.keys("Ctrl+,")
            sheet = p.sheet(SettingsSheet)
            assert sheet.windowTitle() == "«Settings»"
            sheet.reject()

    play(journey())


def test_a_locked_setting_is_told_when_a_key_asks_for_another(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        policy = tmp_path / "policy.json"
        policy.write_text(json.dumps({"settings": {"scheme": "light"}, "locked": ["scheme"]}))
        async with program(tmp_path, server) as p:
            await p.open()
            p.window.at_work._settings = p.window.preferences = Settings(None, policy)
            p.keys("F9")
            assert "administrator" in p.window.messages.shown_text
            assert not theme().dark

    play(journey())


@pytest.mark.parametrize(("restore", "opens"), [("tabs", 2), ("account", 1), ("nothing", 0)])
def test_what_the_start_opens(play: Play, tmp_path: Path, server: DemoServer, restore: str, opens: int) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.desk.save(replace(p.profile, temporary=False), {})
            p.settings.setValue("account", str(p.profile.id))
            p.show()
            await p.window.start()
            await until(p.table_ready, PATIENCE_S)
            await p.show_module("Leads")
        async with program(tmp_path, server) as p:
            p.window.preferences.choose("restore", restore)
            p.show()
            await p.window.start()
            if opens:
                await until(p.table_ready, PATIENCE_S)
                assert len(p.space.pages) == opens
            else:
                assert p.window.welcome.isVisible()

    play(journey())


def test_numbers_reach_the_desk(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            client = p.window.desk.clients.make(p.profile)
            p.window.preferences.choose("deadline_s", 77)
            mirror = p.window.desk.mirror(p.profile)
            p.window.preferences.choose("mirror_limit_mb", 500)
            assert client._http.deadline_s == 77  # type: ignore[attr-defined]
            assert p.window.desk.clients.make(p.profile)._http.deadline_s == 77  # type: ignore[attr-defined]
            assert p.window.desk.mirror_limit_bytes == mirror.limit_bytes == 500_000_000
            assert mirror.known.limit_bytes == 500_000_000

    play(journey())


def test_the_first_picture_stands_as_chosen(qapp: QApplication) -> None:
    settings = Settings(None)
    settings.choose("density", "compact")
    settings.choose("motion", "reduced")
    begin_look(theme(), settings)
    assert theme().row == ROW_COMPACT
    assert theme().still
    assert locale_of("de_AT").name() == "de_AT"
    assert locale_of("iso").language() == QLocale.Language.C
    assert locale_of("system", QLocale("fi_FI")).name() == "fi_FI"
