# SPDX-License-Identifier: MIT
"""The whole program under a hostile network: a random person in the real window, five accounts, every fault there is.

The server is a process of its own. Nothing typed may be lost: it is staged, sent, or was taken back by the person.
"""

import asyncio
import random
import sys
from pathlib import Path

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from crmdesk.demo.faults import AT_START
from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import TlsRefused
from crmdesk.ui import heap
from crmdesk.ui.collector import Collector
from tests.soak.books import Result, counted, size_now
from tests.soak.doing import Soak
from tests.soak.person import Person
from tests.soak.serving import Child
from tests.soak.wider import Wider

_EVERY_KIND_MINUTES = 5
"""So long a run meets every kind of fault."""


async def bad_certificates(person: Person) -> dict[str, int]:
    """An account whose server shows a certificate that is no good: refused, twice."""
    from crmdesk.assets import resource

    told: dict[str, int] = {}
    for kind in sorted(AT_START):
        with DemoServer(rows=1, certificate=resource("demo", f"{kind}.pem")) as server:
            profile = person.profile_for(server.account("crmplus"))
            try:
                await person.desk.test(profile, {})
            except TlsRefused:
                told[str(kind)] = 1
    return told


async def work(folder: Path, minutes: float, seed: int) -> Result:
    """The whole run; Qt's loop is running."""
    heard: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, told: heard.append(str(told.get("exception") or told["message"])[:300])
    )
    with Child() as child:
        person = Person(folder, child)
        soak = Soak(person, child, random.Random(seed))
        soak.warm_up = Wider(soak).everything
        person.on_stall = lambda ms, where: soak.result.stalls.append(f"{soak.doing} {ms:.0f} ms: {where}")
        try:
            refused = await bad_certificates(person)
            result = await soak.run(minutes)
            result.stall_ms, result.held_ms, result.away_ms = person.worked_ms, person.held_ms, person.away_ms
            result.wall_ms = person.longest_gap_ms
            person.on_stall = lambda _ms, _where: None
            result.end = size_now()
            result.calls, result.faults = (figures := child.figures())["calls"], {**figures["faults"], **refused}
            result.errors += heard
            result.never = counted(result.faults) if minutes >= _EVERY_KIND_MINUTES else []
        finally:
            await person.close()
        return result


def heard_from_qt(kind: QtMsgType, text: str) -> None:
    """Qt's complaints, but for those that the offscreen platform makes of itself."""
    if kind != QtMsgType.QtDebugMsg and "This plugin does not support" not in text:
        print(text, file=sys.stderr)


def soak(folder: Path, minutes: float, seed: int) -> Result:
    """Work for so many minutes."""
    import qasync

    app = QApplication.instance() or QApplication(["soak"])
    assert isinstance(app, QApplication)
    from crmdesk.ui.theme import Theme

    Theme(app)
    heap.share_between_threads()
    Collector(app)
    app.setQuitOnLastWindowClosed(False)
    qInstallMessageHandler(lambda kind, _context, text: heard_from_qt(kind, text))
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        result: Result = loop.run_until_complete(work(folder, minutes, seed))
    return result
