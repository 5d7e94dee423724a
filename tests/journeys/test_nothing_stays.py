# SPDX-License-Identifier: MIT
"""What is closed is gone: a whole day of opening and closing must not fill the memory."""

import asyncio
import gc
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from shiboken6 import isValid

from crmdesk.demo.server import DemoServer
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, program, until
from tests.ui.house import open_sheets

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

SHEETS = (
    "Change many", "Import", "Export", "Find duplicates", "Find damaged", "Columns", "Saved views", "Local copies",
    "Fields of this module", "Account details", "Go to anything", "Settings", "Keyboard map", "About crmdesk",
)  # fmt: skip
TABS = "Journal", "Query", "Call an operation", "Search everything"


def dead() -> Counter[str]:
    """Objects of the program's own classes that Qt has deleted and something still holds."""
    gc.collect()
    return Counter(
        f"{type(one).__module__}.{type(one).__name__}"
        for one in gc.get_objects()
        if isinstance(one, QObject) and type(one).__module__.startswith("crmdesk.") and not isValid(one)
    )


def command(p: Program, words: str) -> QAction:
    """The menus' command whose text begins like this."""
    (found,) = [one for one in p.window.menus.commands() if one.text().replace("&", "").startswith(words)]
    return found


async def opened_and_closed(p: Program) -> None:
    """Every sheet and every kind of tab once."""
    for words in SHEETS:
        p.tab.grid.setFocus()
        command(p, words).trigger()
        await until(lambda: bool(open_sheets(p.window)), PATIENCE_S)
        await asyncio.sleep(0.05)
        await p.close_sheets()
        await until(lambda: not open_sheets(p.window), PATIENCE_S)
    for words in ("", *TABS):
        if words:
            command(p, words).trigger()
        else:
            p.space.open_module(p.tab.module, apart=True)
        await until(lambda: len(p.space.pages) == 2, PATIENCE_S)
        await asyncio.sleep(0.05)
        p.space.close_tab()
        await until(lambda: len(p.space.pages) == 1 and p.table_ready(), PATIENCE_S)
    await asyncio.sleep(0.2)


def test_what_was_closed_is_not_held_by_anything(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await opened_and_closed(p)
            before = dead()
            await opened_and_closed(p)
            assert dead() - before == Counter()

    play(journey())
