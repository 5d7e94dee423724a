# SPDX-License-Identifier: MIT
"""A child that opens a document of 200 lines from the demo, as a person sees it, and tells what of the time was ours.

``python -m tests.bench.lines_child <now> WORLD ROUNDS``: a world of ``tests.soak.worlds``. Ours is everything but the
waiting for the server, which runs in the same process.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import qasync
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.line_edit import numbered, sendable
from crmdesk.domain.names import ModuleName
from crmdesk.domain.query import Query
from crmdesk.domain.sales import SalesDocument
from crmdesk.engine.desk import Account
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.sales_tab import SalesTab
from crmdesk.ui.theme import Theme
from tests.bench.lines import LINES
from tests.soak.worlds import World, chosen, opened, serving

_waited_s = 0.0


def _timed() -> None:
    """Add up the seconds that requests wait for the server."""
    exchange = HttpClient._exchange

    def noted(self: HttpClient, *args: Any) -> Any:
        global _waited_s
        begun = time.perf_counter()
        try:
            return exchange(self, *args)
        finally:
            _waited_s += time.perf_counter() - begun

    HttpClient._exchange = noted  # type: ignore[method-assign, assignment]


def _plain(value: Any) -> Any:
    """Without what one server takes for markup and refuses to keep."""
    return value.replace("<", "(") if isinstance(value, str) else value


async def _long_document(account: Account, world: World) -> SalesDocument:
    """One of the demo's, its lines repeated until there are 200."""
    module = ModuleName(world.orders)
    page = await account.session.fetch_page(Query(module), None, 60)
    for row in page.records:
        document = await account.session.fetch_document(row.id)
        if document.lines:
            break
    settable = (await account.session.line_shape(module)).settable
    held = document.lines
    while len(document.lines) < LINES:
        more = (held[at % len(held)] for at in range(min(100, LINES - len(document.lines))))
        made = (
            replace(
                line,
                key=None,
                total=None,
                quantity=line.quantity + Decimal(1),
                text=_plain(line.text),
                extras={name: _plain(value) for name, value in line.extras.items() if name in settable},
            )
            for line in more
        )
        wanted = sendable(document, numbered((*document.lines, *made)))
        document = await account.session.save_document(SaveDocument(document, wanted))
    return document


async def _measured(account: Account, document: SalesDocument, formats: Formats) -> tuple[float, float]:
    """Milliseconds until every line can be seen with its number and unit, and those of them that were ours."""
    begun, waited = time.perf_counter(), _waited_s
    tab = SalesTab(account, document.header.id, formats)
    tab.resize(1200, 800)
    tab.show()
    while tab.busy or tab.model.rowCount() < LINES:
        await asyncio.sleep(0.001)
    tab.grid.viewport().repaint()
    whole = time.perf_counter() - begun
    await tab.aclose()
    tab.hide()
    tab.deleteLater()
    return whole * 1000, (whole - (_waited_s - waited)) * 1000


async def _run(world: World, rounds: int, folder: Path) -> None:
    with serving(world) as server:
        account = await opened(world, server, folder)
        document = await _long_document(account, world)
        formats = Formats(QLocale("fi_FI"), ZoneInfo("Europe/Helsinki"))
        seen = [await _measured(account, document, formats) for _ in range(rounds)]
        print(json.dumps({"whole_ms": [w for w, _ in seen], "own_ms": [o for _, o in seen]}), flush=True)
        account.close()


def run() -> None:
    """Measure and end; nothing is put away, the process goes."""
    _timed()
    app = QApplication([])
    Theme(app)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    world = next(one for one in chosen(sys.argv[2]) if one.name == sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        loop.run_until_complete(_run(world, int(sys.argv[3]), Path(folder)))
    os._exit(0)


if __name__ == "__main__":
    run()
