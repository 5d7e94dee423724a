# SPDX-License-Identifier: MIT
"""A disk that fills up in the middle of a copy: it is told, what was copied stays, and the copy goes on where it was."""

from collections.abc import Callable
from typing import Any

import pytest

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import ModuleName
from crmdesk.engine.mirror.modules import count, course
from crmdesk.engine.mirror.store import MirrorStore, Seat
from crmdesk.engine.mirror.updating import Updater
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS, SCHEMA
from tests.engine.mirror.support import Desk, no_wait

RECORDS, PAGE = 2600, 10


def _heard(_: Any) -> None:
    """Nobody listens."""


def most_pages(number: int) -> Callable[[Seat], None]:
    """The disk gives the file so many pages and no more; 0 = as many as it has now and a few."""

    def job(seat: Seat) -> None:
        have = int(seat.db.execute("PRAGMA page_count").fetchone()[0])
        seat.db.execute(f"PRAGMA max_page_count={number or have + 120}").fetchone()

    return job


def test_a_copy_that_meets_a_full_disk_goes_on_when_there_is_room(desk: Desk) -> None:
    for n in range(RECORDS):
        desk.server.add(f"{n:04}", accountname=f"Firm {n}", bill_city="Espoo " * 20)
    store = MirrorStore(desk.mirror.path)
    updater = Updater(
        store=store, session=desk.session, most_bytes=lambda: 0, on_progress=_heard, on_change=_heard, sleep=no_wait
    )

    def stands(seat: Seat) -> tuple[int, str | None, bool]:
        now = course(seat.db, ModuleName(ACCOUNTS))
        assert now is not None
        return count(seat.db, seat.layouts()[ACCOUNTS]), now.cursor, now.copying

    async def work() -> None:
        await store.outside(most_pages(0))
        with pytest.raises(ProfileError, match="no room left on the disk"):
            await updater.update(SCHEMA.module)
        rows, cursor, copying = await store.read(stands)
        assert copying
        assert 0 < rows < RECORDS
        assert cursor is not None
        pages = [what for name, what in desk.server.log if name == "fetch_page"]
        await store.outside(most_pages(1_000_000))
        done = await updater.update(SCHEMA.module)
        assert (done.trouble, done.whole) == ("", True)
        assert "" not in [what for name, what in desk.server.log if name == "fetch_page"][len(pages) :]
        assert await store.read(stands) == (RECORDS, None, False)

    try:
        run(work(), 60)
    finally:
        store.close(2)
