# SPDX-License-Identifier: MIT
"""The books of a soak: what a person typed over is taken back, what vanished is lost."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from crmdesk.domain.changes import Create
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import NEW, Kind, StagedRecord
from tests.soak.books import MARK, Books, Result

LEADS, NAME = ModuleName("Leads"), FieldName("lastname")
FIRST, SECOND = f"{MARK}1", f"{MARK}2"


class Desk:
    """One account with one new record: what waits in it, and what the journal says of what was sent."""

    def __init__(self) -> None:
        self.waiting: str | None = None
        self.sent: list[tuple[str, str]] = []
        self.account = cast(
            Account,
            SimpleNamespace(
                profile=SimpleNamespace(id="one"),
                staged=SimpleNamespace(all=self._staged),
                journal=SimpleNamespace(batches=self._batches, entries=self._entries),
                applier=SimpleNamespace(running=False),
            ),
        )

    def _staged(self) -> list[StagedRecord]:
        record = Record(RecordId(LEADS, f"{NEW}a"), {})
        return [] if self.waiting is None else [StagedRecord(Kind.CREATE, record, {NAME: self.waiting})]

    async def _batches(self, _most: int) -> list[Any]:
        return [SimpleNamespace(id=1)]

    async def _entries(self, _batch: int) -> list[Any]:
        return [
            SimpleNamespace(outcome=word, sent=None, change=Create("a", LEADS, {NAME: value}))
            for value, word in self.sent
        ]


def closed(word: str, then: str | None, last: str | None) -> Result:
    """Typed, sent with this outcome, and then other things wait."""

    async def go() -> Result:
        desk, books = Desk(), Books(Result())
        desk.waiting = FIRST
        books.took(desk.account)
        desk.sent.append((FIRST, word))
        await books.read([desk.account])
        before = [("one", "", FIRST)]
        desk.waiting = then
        books.took(desk.account)
        if last != then:
            before = [("one", "", then or "")]
            desk.waiting = last
            books.gave_up(desk.account, before)
        await books.close([desk.account])
        return books.result

    return asyncio.run(go())


def test_what_was_refused_and_typed_over_is_taken_back_even_if_that_is_dropped_later() -> None:
    result = closed("refused", SECOND, None)
    assert (result.typed, result.taken_back, result.lost) == (2, 2, [])


def test_what_was_applied_and_typed_over_stays_applied() -> None:
    result = closed("applied", SECOND, SECOND)
    assert (result.typed, result.applied, result.waiting, result.taken_back, result.lost) == (2, 1, 1, 0, [])


def test_what_was_refused_and_vanishes_is_lost() -> None:
    result = closed("refused", None, None)
    assert len(result.lost) == 1
