# SPDX-License-Identifier: MIT
"""A document that is only staged: its lines are edited like any other's, then it is sent, and its tab is the server's."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.document_copy import DocumentCopier, as_wanted
from crmdesk.ui.sales.open_lines import has_lines
from crmdesk.ui.sales.sales_tab import SalesTab
from tests.engine.fake_vendor import ACCOUNTS
from tests.journeys.conftest import Play
from tests.ui.sales.desk import ALT, CTRL, ORDER, Bench
from tests.ui.sales.test_document_actions import Scene, working
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


async def copied(scene: Scene) -> RecordId:
    """The order's copy, staged."""
    account = scene.space.account
    copier = DocumentCopier(account.session, account.staged)
    document = await account.session.fetch_document(ORDER)
    plan = await copier.plan(as_wanted(document, account.staged), ORDER.module, date(2026, 11, 22), "Copy of 1")
    return await copier.stage(plan, "Duplicate")


async def opened(scene: Scene, record: RecordId) -> Bench:
    """Its lines, in the tab in front."""
    scene.space.open_lines(record)
    tab = scene.space.page
    assert isinstance(tab, SalesTab)
    await until(lambda: tab.document is not None and not tab.busy)
    tab.grid.setFocus()
    return Bench(scene.rooms, tab)


async def sent(scene: Scene) -> None:
    account = scene.space.account
    checked = await account.applier.check(account.staged.all())
    await account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
    scene.space.reload_changed()


def test_lines_of_a_copy_are_edited_before_it_is_sent(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            record = await copied(scene)
            account = scene.space.account
            b = await opened(scene, record)
            assert b.column("product")[:3] == ["Pump housing PX-40", "Seal kit, Viton", "Training"]
            assert b.column("number")[:3] == ["PRO1", "PRO2", "SER1"]
            assert b.tab.view_parts.state.text() == "A new document, not sent yet"
            assert not b.tab.view_parts.revert.isVisible()
            assert b.tab.totals.verdict.text().startswith("Not sent yet")
            b.type(0, "quantity", "7")
            await until(lambda: b.column("quantity")[0] == "7")
            b.go(2, "quantity")
            b.keys(Qt.Key.Key_Delete, CTRL)
            await until(lambda: len(b.tab.wanted) == 2)
            b.go(0, "quantity")
            b.keys(Qt.Key.Key_Down, ALT)
            await until(lambda: b.column("product")[1] == "Pump housing PX-40")
            (staged,) = account.staged.all()
            assert isinstance(staged.change(), SaveDocument)
            await sent(scene)
            made = account.staged.made[record]
            assert [(line.name, line.quantity) for line in scene.rooms.server.documents[made.key].lines] == [
                ("Seal kit, Viton", Decimal(12)),
                ("Pump housing PX-40", Decimal(7)),
            ]
            await until(lambda: isinstance(scene.space.page, SalesTab) and scene.space.page.record == made)
            assert all(page.record != record for page in scene.space.pages if isinstance(page, SalesTab))

    play(go())


def test_a_new_record_gets_its_first_line(play: Play, tmp_path: Path) -> None:
    """Not made of another document: typed from the start."""

    async def go() -> None:
        async with working(tmp_path) as scene:
            account = scene.space.account
            record = await account.staged.create(ACCOUNTS, {FieldName("accountname"): "Fresh"}, "Fresh")
            b = await opened(scene, record)
            assert b.sent == "The new document without lines."
            b.tab.edits.put_product(None, scene.rooms.server.products[1])
            await until(lambda: len(b.tab.wanted) == 1)
            await sent(scene)
            held = scene.rooms.server.documents[account.staged.made[record].key]
            assert held.header.values[FieldName("accountname")] == "Fresh"
            assert [line.name for line in held.lines] == ["Seal kit, Viton"]

    play(go())


def test_a_discarded_document_says_so_and_undo_brings_it_back(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            account = scene.space.account
            record = await copied(scene)
            b = await opened(scene, record)
            await account.staged.discard(record)
            await until(lambda: b.tab.model.rowCount() == 0)
            assert not has_lines(scene.space, record)
            await account.staged.undo()
            await until(lambda: b.column("product")[:1] == ["Pump housing PX-40"])

    play(go())


def test_where_lines_need_a_document_first_it_is_said(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            scene.rooms.server.shape = replace(scene.rooms.server.shape, can_begin=False)
            record = await scene.space.account.staged.create(ACCOUNTS, {FieldName("accountname"): "Fresh"}, "Fresh")
            scene.space.open_lines(record)
            tab = scene.space.page
            assert isinstance(tab, SalesTab)
            await until(lambda: not tab.busy)
            assert tab.model.rowCount() == 0
            assert tab.grid._empty_words[0] == "Send the new document first"

    play(go())


def test_a_new_document_is_printed_and_copied_as_it_is_wanted(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            from crmdesk.ui.sales import document_actions as actions

            record = await copied(scene)
            await opened(scene, record)
            actions.copy_as_text(scene.space)
            await until(lambda: any("Copied as text" in said for said in scene.told))
            assert "Pump housing PX-40" in QApplication.clipboard().text()

    play(go())
