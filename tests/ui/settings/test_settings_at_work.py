# SPDX-License-Identifier: MIT
"""Each setting is felt at once in a whole window; a locked one stays; the start opens what is wanted."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from crmdesk import translation
from crmdesk.demo.server import DemoServer
from crmdesk.domain.schema import FieldType
from crmdesk.engine.settings import Settings
from crmdesk.translation import English
from crmdesk.ui import errands, languages
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
    languages.translate_qt(qapp, "en")


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


def shown_texts(window: QWidget) -> set[str]:
    """Every word on the screen that a label or button holds."""
    labels = {one.text() for one in window.findChildren(QLabel) if one.isVisible()}
    return labels | {one.text() for one in window.findChildren(QAbstractButton) if one.isVisible()}


def test_another_language_reaches_everything_that_stands(
    play: Play, tmp_path: Path, server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tabs, order, filter, record, its tab, what is pending and its undo are as they were; every word is another."""
    monkeypatch.delenv(translation.VARIABLE, raising=False)
    monkeypatch.setattr(languages.Spoken, "said", lambda _self, text, _count=None: f"«{text}»")

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            window, actions = p.window, len(p.window.actions())
            await p.edit(3, "bill_city", "Espoo")
            await p.show_module("Leads")
            tab, edited = await p.show_module("Accounts"), p.account.staged.all()[0].id
            assert tab.bar is not None
            tab.bar.search.setText("a")
            await until(lambda: tab.rows.query is not None and tab.rows.query.where is not None, PATIENCE_S)
            await until(lambda: tab.rows.read > 9, PATIENCE_S)
            tab.grid.go_to(5, "bill_city")
            record = tab.current_record()
            p.space.panel.tabs.choose("history")
            account, titles = p.account, p.space.tabs.names()
            errands.settings(window, "lang")
            was = p.space
            window.preferences.choose("language", "de")
            await until(lambda: window.workspace not in (was, None) and p.table_ready(), PATIENCE_S)
            await until(lambda: p.tab.current_record() == record, PATIENCE_S)
            sheet = p.sheet(SettingsSheet)
            assert sheet.windowTitle() == "«Settings»"
            assert sheet.search.text() == "lang"
            assert window.focusWidget() is sheet.rows["language"].control
            sheet.reject()
            assert p.account is account
            assert len(p.space.tabs.names()) == len(titles)
            assert p.tab.module.name == "Accounts"
            assert p.tab.bar is not None
            assert p.tab.bar.search.text() == "a"
            assert [one.id for one in p.account.staged.all()] == [edited]
            assert p.account.staged.undo_text
            assert p.space.panel.shown == record
            assert p.space.panel.tabs.current == "history"
            assert len(window.actions()) == actions
            assert window.menuBar().actions()[0].text().replace("&", "") == "«File»"
            words = shown_texts(window)
            assert words & {"«Pending changes»", "«Columns»", "«Export»"} == {
                "«Pending changes»", "«Columns»", "«Export»"}  # fmt: skip
            assert not words & {"Pending changes", "Columns", "Export", "Discard", "As text"}
            p.space.undo()
            await until(lambda: not p.account.staged.all(), PATIENCE_S)

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
