# SPDX-License-Identifier: MIT
"""What the menus do with a document as a whole: which document is meant, which sheet opens, and what is said instead."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.schema import Module
from crmdesk.engine.staging import NEW
from crmdesk.ui.sales import document_actions as actions
from crmdesk.ui.sales.compare_sheet import CompareSheet
from crmdesk.ui.sales.copy_sheet import CopySheet
from crmdesk.ui.sales.print_sheet import PrintSheet
from crmdesk.ui.sales.sales_tab import SalesTab
from crmdesk.ui.workspace import Workspace
from tests.engine.fake_vendor import MODULE, SCHEMA, FakeServer
from tests.journeys.conftest import Play
from tests.ui.house import House, a_profile, house, open_sheets, press
from tests.ui.sales.desk import ORDER, an_order
from tests.ui.waiting import Host, host, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
DOCUMENTS = replace(MODULE, is_sales_document=True)


def a_module(name: str) -> Module:
    return replace(DOCUMENTS, name=ModuleName(name), label=name.removesuffix("s"), label_plural=name)


class Scene:
    """A workspace in a window, over a server whose accounts are sales documents."""

    def __init__(self, rooms: House, space: Workspace, window: Host) -> None:
        self.rooms, self.space, self.window = rooms, space, window

    @property
    def told(self) -> list[str]:
        return self.rooms.told

    async def sheet(self, kind: type[Any]) -> Any:
        """The sheet of that kind, once it is open."""
        await until(lambda: any(isinstance(one, kind) for one in open_sheets(self.window)))
        return next(one for one in open_sheets(self.window) if isinstance(one, kind))


@contextlib.asynccontextmanager
async def working(folder: Path, server: FakeServer | None = None) -> AsyncIterator[Scene]:
    held = server or FakeServer(schema=replace(SCHEMA, module=DOCUMENTS))
    if not held.documents:
        an_order(held)
    tasks: set[asyncio.Task[Any]] = set()

    async with house(folder, server=held) as rooms:

        def start(work: Coroutine[Any, Any, Any]) -> None:
            tasks.add(asyncio.get_running_loop().create_task(work))

        account = await rooms.account(a_profile())
        with host() as window:
            space = Workspace(account, rooms.formats, rooms._report, start)
            space.modules = await account.session.modules()
            space.info.connect(rooms.told.append)
            layout = window.layout()
            assert layout is not None
            layout.addWidget(space)
            yield Scene(rooms, space, window)
            for sheet in open_sheets(window):
                sheet.reject()
            await space.aclose()
            await asyncio.gather(*tasks)
            layout.removeWidget(space)
            space.setParent(window)
    assert rooms.errors == []


@pytest.mark.parametrize(
    "act", [actions.duplicate, actions.convert, actions.compare, actions.aim_for_total, actions.print_document,
            actions.copy_as_text]
)  # fmt: skip
def test_without_a_document_every_action_says_what_to_choose(
    play: Play, tmp_path: Path, act: Callable[[Workspace], None]
) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            act(scene.space)
            assert scene.told == ["Choose a quote, an order or an invoice first."]
            assert open_sheets(scene.window) == []

    play(go())


def test_the_document_in_front_is_that_of_the_tab_or_the_chosen_row(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            space = scene.space
            assert actions.front_document(space) is None
            table = space.open_module(space.modules[0])
            await until(lambda: table.current_record() == ORDER)
            assert actions.front_document(space) == ORDER
            space.open_lines(ORDER)
            assert isinstance(space.page, SalesTab)
            assert actions.front_document(space) == ORDER

    play(go())


def test_a_row_of_a_module_without_lines_is_no_document(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        server = FakeServer()
        an_order(server)
        async with working(tmp_path, server) as scene:
            table = scene.space.open_module(scene.space.modules[0])
            await until(lambda: table.current_record() == ORDER)
            assert actions.front_document(scene.space) is None

    play(go())


def test_what_usually_comes_next_gives_the_words(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            space = scene.space
            assert actions.convert_words(space) == "Make another document of it…"
            quotes, orders = a_module("Quotes"), a_module("Orders")
            space.modules = (quotes, orders, a_module("Invoices"), MODULE)
            space.add_page("front", "Quotes", SalesTab(space.account, RecordId(quotes.name, "1"), space.formats))
            assert actions.next_kind(space) == orders
            assert actions.next_kind(space, RecordId(orders.name, "7")) == space.modules[2]  # not what is in front
            assert actions.convert_words(space) == "New order of it…"

    play(go())


def test_a_duplicate_is_named_staged_and_shown(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            space = scene.space
            actions.duplicate(space, ORDER)
            sheet = await scene.sheet(CopySheet)
            await until(lambda: sheet.take.isEnabled())
            press(sheet, "Stage the new account")
            await until(lambda: space.panel.shown is not None and space.panel.shown.key.startswith(NEW))
            assert [page.module.name for page in space.tables] == [DOCUMENTS.name]
            assert scene.told[-1] == "The new document is staged; it is sent after your review."
            (staged,) = space.account.staged.all()
            assert staged.id == space.panel.shown
            assert len(staged.lines) == 3

    play(go())


def test_the_sheets_of_comparing_and_printing_open_for_the_document(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            actions.compare(scene.space, ORDER)
            sheet = await scene.sheet(CompareSheet)
            assert sheet.windowTitle() == "Compare Account SO-2041"
            sheet.reject()
            actions.print_document(scene.space, ORDER)
            paper = await scene.sheet(PrintSheet)
            assert "SO-2041" in paper.paper.title
            press(paper, "Copy as text")
            assert scene.told == ["Copied as text."]

    play(go())


def test_no_total_is_aimed_for_where_nobody_knows_how_it_is_computed(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            actions.aim_for_total(scene.space, ORDER)
            await until(lambda: bool(scene.told))
            assert scene.told == ["How this CRM computes totals is not known, so no total can be aimed for."]
            assert open_sheets(scene.window) == []

    play(go())


@pytest.mark.parametrize("is_pending", [False, True])
def test_the_text_on_the_clipboard_has_what_is_pending_and_says_so(
    play: Play, tmp_path: Path, is_pending: bool
) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            account = scene.space.account
            if is_pending:
                document = await account.session.fetch_document(ORDER)
                await account.staged.edit_lines(document, lambda lines: lines[:1], "Remove", "Order 1")
            actions.copy_as_text(scene.space, ORDER)
            await until(lambda: bool(scene.told))
            text = QGuiApplication.clipboard().text()
            assert "Pump housing PX-40" in text
            assert ("Seal kit" in text) is not is_pending
            assert scene.told[0].startswith("Copied as text.")
            assert ("ending changes" in scene.told[0]) is is_pending

    play(go())


def test_a_menu_has_it_all_for_a_document_and_nothing_for_others(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with working(tmp_path) as scene:
            space = scene.space
            space.modules = (*space.modules, a_module("Invoices"))
            menu, other = QMenu(scene.window), QMenu(scene.window)
            actions.fill_menu(space, menu, ORDER)
            words = [action.text() for action in menu.actions() if not action.isSeparator()]
            assert words == ["Duplicate the document…", "Make of it", "Compare with…", "Aim for a total…",
                             "Print or PDF…", "Copy as text"]  # fmt: skip
            (below,) = [action.menu() for action in menu.actions() if action.menu() is not None]
            assert isinstance(below, QMenu)
            assert [action.text() for action in below.actions()] == ["Invoice…"]
            actions.fill_menu(space, other, RecordId(ModuleName("Contacts"), "1"))
            actions.fill_menu(space, other, RecordId(DOCUMENTS.name, f"{NEW}1"))
            assert other.actions() == []

    play(go())
