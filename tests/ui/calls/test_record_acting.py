# SPDX-License-Identifier: MIT
"""What a vendor can do with a record, in the whole window: offered, asked, sent once, and where it leads."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu

from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import OutcomeUnclear, TimedOut
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.engine.profiles import Environment
from crmdesk.engine.staging import Edit
from crmdesk.ui.calls.part_editors import ScalarPart
from crmdesk.ui.calls.write_sheet import WriteSheet
from crmdesk.ui.form.reference_picker import ReferenceEditor
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, press, program, until
from tests.ui.test_menus import enabled

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


async def shown(p: Program, module: str) -> None:
    """A module's table with its first record beside it, and what can be done with it known."""
    await p.open()
    tab = await p.show_module(module)
    await until(lambda: p.space.panel.is_complete and p.space.panel.shown == tab.current_record(), PATIENCE_S)
    await until(lambda: bool(p.space.calls.known_actions(tab.module.name)), PATIENCE_S)


async def choose(p: Program, begins: str) -> None:
    """Open the menu of actions by its key and choose one."""
    await until(lambda: "Actions…" in enabled(p.window), PATIENCE_S)
    p.keys("Ctrl+Shift+G")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(a for a in menu.actions() if a.text().startswith(begins))
    action.trigger()
    menu.close()


async def question(p: Program) -> WriteSheet:
    await until(lambda: any(s.isVisible() for s in p.window.findChildren(WriteSheet)), PATIENCE_S)
    sheet = p.sheet(WriteSheet)
    await until(lambda: sheet.yes.isEnabled() or "read only" in sheet.note.text_label.text(), PATIENCE_S)
    return sheet


def test_a_delivery_becomes_an_opportunity_which_is_shown(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="webcrm") as p:
            await shown(p, "Deliveries")
            record = p.tab.current_record()
            assert record is not None
            await choose(p, "Convert to an opportunity")
            sheet = await question(p)
            told = "\n".join(text.text() for text in sheet.findChildren(QLabel))
            assert "makes an opportunity of this delivery" in told
            assert "Sandbox" in told
            press(sheet, "Convert")
            problem = next(part for part in sheet.findChildren(ScalarPart) if part.part.name == "level")
            assert problem.problem == "Fill in Pipeline level."
            line = problem.findChild(QLineEdit)
            assert line is not None
            QTest.keyClicks(line, "2")
            press(sheet, "Convert")
            await until(lambda: p.tab.module.name == "Opportunities", PATIENCE_S)
            await until(lambda: p.space.panel.is_complete, PATIENCE_S)
            now = p.space.panel.shown
            assert now is not None
            assert now.module == "Opportunities"
            made = await p.account.session.fetch(now)
            assert made.values[FieldName("OpportunityLevel")] == 2
            deliveries = next(t for t in p.space.tables if t.module.name == "Deliveries")
            await until(lambda: deliveries.rows.read > 0 and deliveries.rows.place_of(record.key) < 0, PATIENCE_S)
            (batch, *_) = await p.account.journal.batches()
            assert batch.summary.startswith("Convert to an opportunity: ")
            assert batch.ended is not None

    play(journey())


def test_the_record_and_the_row_offer_it_in_their_menus(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="webcrm") as p:
            await shown(p, "Activities")
            head = p.space.panel.head
            head.menu.aboutToShow.emit()
            titles = [a.text() for a in head.menu.actions()]
            assert "Actions" in titles
            assert titles.index("Actions") < titles.index("Delete…")
            menu = QMenu()
            p.tab.menu_filled.emit(menu)
            (entry,) = menu.actions()
            below = entry.menu()
            assert isinstance(below, QMenu)
            assert [a.text() for a in below.actions()] == ["Move to an organisation…"]
            p.tab.grid.extend_to(p.tab.model.index(2, 0))
            several = QMenu()
            p.tab.menu_filled.emit(several)
            assert several.actions() == []

    play(journey())


def test_a_read_only_account_sees_what_there_is_and_why_not(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="webcrm", environment=Environment.READ_ONLY) as p:
            await shown(p, "Opportunities")
            menu = QMenu()
            p.tab.menu_filled.emit(menu)
            below = menu.actions()[0].menu()
            assert isinstance(below, QMenu)
            assert [a.isEnabled() for a in below.actions()] == [False, False]
            assert "read only" in below.actions()[0].toolTip()
            record = p.tab.current_record()
            assert record is not None
            p.space.acting.begin(record, "x", p.space.calls.known_actions(record.module)[0])
            sheet = await question(p)
            assert not sheet.yes.isEnabled()
            before = len(server.seen)
            sheet.accept()
            sheet.reject()
            assert len(server.seen) == before

    play(journey())


def test_a_lost_answer_is_said_and_pending_changes_are_mentioned(
    play: Play, tmp_path: Path, server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="webcrm") as p:
            await shown(p, "Opportunities")
            row = p.tab.rows.at(0)
            assert row is not None
            await p.account.staged.edit([Edit(row, FieldName("OpportunityDescription"), "Changed here", "", "x")])
            calls: list[str] = []

            async def lost(*_: object) -> None:
                calls.append("act")
                raise TimedOut("No answer came in time.", sent=True)

            monkeypatch.setattr(p.space.calls, "act", lost)
            await choose(p, "Convert to a delivery")
            sheet = await question(p)
            told = "\n".join(text.text() for text in sheet.findChildren(QLabel))
            assert "pending changes are not sent" in told
            press(sheet, "Convert")
            await until(lambda: "not known whether" in p.told, PATIENCE_S)
            assert calls == ["act"]
            assert "Nothing is sent again by itself" in p.told

    play(journey())
    assert OutcomeUnclear.may_be_done


def test_a_contact_joins_a_campaign_by_its_number(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="opencrm") as p:
            await shown(p, "contact")
            campaign = next(iter(p.store.table("campaign").rows))
            record = p.tab.current_record()
            assert record is not None
            await choose(p, "Add to a campaign")
            sheet = await question(p)
            number = next(part for part in sheet.findChildren(ScalarPart) if part.part.name == "campaignid")
            line = number.findChild(QLineEdit)
            assert line is not None
            QTest.keyClicks(line, str(campaign))
            press(sheet, "Add")
            await until(lambda: "done" in p.told, PATIENCE_S)
            members = p.store.lines[campaign]
            assert int(record.key) in [member["recordid"] for member in members]

    play(journey())


def test_an_activity_moves_to_an_organisation_that_is_picked(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="webcrm") as p:
            await shown(p, "Activities")
            record = p.tab.current_record()
            assert record is not None
            now = (await p.account.session.fetch(record)).values[FieldName("ActivityOrganisationId")]
            site: Any = p.server.site("webcrm")
            rows = site.office.table("Organisations").rows
            names = [str(row["OrganisationName"]) for row in rows.values()]
            number, row = next(
                (n, row)
                for n, row in rows.items()
                if names.count(str(row["OrganisationName"])) == 1
                and str(row["OrganisationName"]).isascii()
                and not (isinstance(now, RecordId) and now.key == str(n))
            )
            await choose(p, "Move to an organisation")
            sheet = await question(p)
            (part,) = sheet.findChildren(ScalarPart)
            picker = part.editor
            assert isinstance(picker, ReferenceEditor)
            QTest.keyClicks(picker.line, str(row["OrganisationName"]))
            await until(lambda: picker.completer.completionCount() > 0, PATIENCE_S)
            await until(lambda: not p.account.session.busy, PATIENCE_S)
            picker.popup.hide()
            press(sheet, "Move")
            await until(lambda: "done" in p.told, PATIENCE_S)
            after = (await p.account.session.fetch(record)).values[FieldName("ActivityOrganisationId")]
            assert isinstance(after, RecordId)
            assert after.key == str(number)

    play(journey())
