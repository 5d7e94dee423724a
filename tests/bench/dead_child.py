# SPDX-License-Identifier: MIT
"""A child for starts without any server: it copies accounts, or opens the window on one of them.

``python -m tests.bench.dead_child <now> copy ACCOUNTS`` (a JSON list as the demo server prints it), ``… <now> start ID``
"""

import asyncio
import json
import os
import sys
import time
from itertools import pairwise
from typing import Any

from crmdesk.engine.places import config_dir, data_dir

BEGUN_S = float(sys.argv[1])
_BEAT_MS = 5
_MODULES = 3
_GIVE_UP_MS = 60_000


def _since_ms() -> float:
    return (time.monotonic() - BEGUN_S) * 1000


# ---- while the server lives -----------------------------------------------------------------------------------------


async def copied(accounts: list[dict[str, Any]]) -> dict[str, Any]:
    """Save every account, copy some of its modules, leave a table open in it."""
    from crmdesk.domain.names import AccountId, VendorName
    from crmdesk.engine.desk import Desk
    from crmdesk.engine.profiles import Profile

    desk, rows = Desk(config_dir(), data_dir()), {}
    for told in accounts:
        name = str(told["vendor"])
        profile = Profile(
            id=AccountId(name), name=name, vendor=VendorName(name), url=str(told["url"]), settings=told["set"]
        )
        await desk.save(profile, told["secrets"])
        account = await desk.open(profile)
        found = [one for one in await account.session.modules() if not account.mirror.why_not(one)]
        done = await account.mirror.update(account.session, [one.name for one in found[:_MODULES]])
        rows[name] = max(one.changed for one in done)
        largest = max(done, key=lambda one: one.changed)
        await account.storage.remember("tabs", json.dumps([{"kind": "table", "module": largest.module, "front": True}]))
    desk.close(5)
    return rows


# ---- when it is dead --------------------------------------------------------------------------------------------------


def started(last: str) -> None:
    """The program's own start; the first rows on the screen end it."""
    (config_dir() / "window.ini").write_text(f"[General]\naccount={last}\n", encoding="utf-8")
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from crmdesk.app import main

    beats: list[float] = []
    said: dict[str, float] = {}

    def look() -> None:
        beats.append(_since_ms())
        window = next((w for w in QApplication.topLevelWidgets() if hasattr(w, "workspaces")), None)
        space = window.workspace if window is not None else None  # type: ignore[attr-defined]
        if space is None:
            return
        said.setdefault("workspace", _since_ms())
        table = space.current
        if table is not None and table.rows.read and table.isVisible():
            table.grid.viewport().repaint()
            gaps = [later - earlier for earlier, later in pairwise(beats)]
            _say_and_go(
                {
                    **said,
                    "rows": _since_ms(),
                    "cpu": 1000 * time.process_time(),
                    "read": table.rows.read,
                    "stall": max(gaps, default=0.0),
                }
            )
        elif _since_ms() > _GIVE_UP_MS:
            _say_and_go({**said, "rows": _since_ms(), "read": 0, "told": window.messages.shown_text})  # type: ignore[union-attr]

    beat = QTimer(interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    beat.timeout.connect(look)
    QTimer.singleShot(0, beat.start)
    sys.exit(main([]))


def _say_and_go(said: dict[str, Any]) -> None:
    for mark in (data_dir() / "logs").glob("running-*"):  # else the next start asks about a run that broke off
        mark.unlink()
    print(json.dumps(said), flush=True)
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[2] == "copy":
        print(json.dumps(asyncio.run(copied(json.loads(sys.argv[3])))))
    else:
        started(sys.argv[3])
