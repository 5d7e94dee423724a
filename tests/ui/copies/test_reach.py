# SPDX-License-Identifier: MIT
"""Reach: one failed exchange is not yet a dead server, a refused one is; it is tried again until it answers."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject

from crmdesk.domain.errors import BadCredentials, NotReachable, ProfileError, TimedOut
from crmdesk.engine.session import Health
from crmdesk.ui.copies.reach import Reach, Standing
from tests.conftest import RunAsync
from tests.ui.house import house
from tests.ui.waiting import until


def test_it_is_unsure_until_something_was_heard(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            session = (await home.account()).session
            owner = QObject()
            reach = Reach(session, owner)
            assert reach.standing is Standing.UNSURE
            session.health.emit(Health(1.0, ProfileError("No key.")))
            assert reach.standing is Standing.UNSURE
            await session.modules()
            assert reach.is_online
            session.health.emit(Health(1.0, BadCredentials("Key.")))
            assert reach.is_online  # a no is an answer
            await reach.aclose()

    run_async(play())


def test_a_refused_exchange_is_offline_and_it_comes_back_by_itself(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            session = (await home.account()).session
            owner = QObject()
            reach = Reach(session, owner, waits_s=(0.01, 0.02))
            heard: list[Standing] = []
            reach.changed.connect(lambda: heard.append(reach.standing))
            for _ in range(3):
                home.server.fail("login", NotReachable("Nobody."))
            session.health.emit(Health(1.0, NotReachable("Nobody.")))
            assert reach.is_offline
            await until(lambda: reach.is_online)
            assert heard == [Standing.OFFLINE, Standing.ONLINE]
            await reach.aclose()

    run_async(play())


def test_one_slow_answer_is_asked_after_before_anybody_is_told(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            session = (await home.account()).session
            await session.modules()
            owner = QObject()
            reach = Reach(session, owner)
            session.health.emit(Health(1.0, TimedOut("Late.")))
            assert reach.standing is Standing.UNSURE
            await until(lambda: reach.is_online)
            home.server.fail("login", TimedOut("Late."))
            session.health.emit(Health(1.0, TimedOut("Late.")))
            await until(lambda: reach.is_offline)
            await asyncio.sleep(0)
            await reach.aclose()

    run_async(play())


def test_a_late_answer_does_not_bring_a_dead_server_back(run_async: RunAsync[None], tmp_path: Path) -> None:
    """Refused, then the answer to a question of before: the server is asked itself before anybody believes it."""

    async def play() -> None:
        async with house(tmp_path) as home:
            session = (await home.account()).session
            owner = QObject()
            reach = Reach(session, owner)
            home.server.fail("login", NotReachable("Nobody."))
            session.health.emit(Health(1.0, NotReachable("Nobody.")))
            session.health.emit(Health(900.0))
            assert reach.is_offline
            await until(lambda: not reach._scope.busy)
            assert reach.is_offline
            session.health.emit(Health(900.0))
            await until(lambda: reach.is_online)
            await reach.aclose()

    run_async(play())
