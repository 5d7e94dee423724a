# SPDX-License-Identifier: MIT
"""MirrorSearch: search as you type over every account's copy; the servers' own searches join in when there is quiet.

Each text gets a number; whatever belongs to a former one is broken off, and what comes of it all the same is dropped.
So an answer on the screen is never replaced by an older one.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from crmdesk.connectors.port import FindsAnywhere, FindsByKeywords
from crmdesk.domain.errors import CrmError, Unsupported
from crmdesk.domain.names import AccountId, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.domain.values import plain
from crmdesk.engine.events import Event
from crmdesk.engine.mirror.fold import asked_words
from crmdesk.engine.mirror.mirror import Mirror
from crmdesk.engine.mirror.shapes import Fit, Freshness, SearchAnswer, SearchHit, Source
from crmdesk.engine.session import AccountSession

QUIET_S = 0.25
"""A server is asked when nothing was typed for so long."""
_SERVER_HITS, _SERVER_MODULES = 20, 4
_SHORTEST = 2


class MirrorSearch:
    """Owned by the desk; used on the loop's thread.

    Attributes:
        answered: several times for each text, each time with all that is known; never for an older text.
    """

    def __init__(self, mirrors: Callable[[], Sequence[Mirror]], *, quiet_s: float = QUIET_S) -> None:
        self.answered: Event[SearchAnswer] = Event()
        self._mirrors, self._quiet_s = mirrors, quiet_s
        self._number = 0
        self._task: asyncio.Task[None] | None = None

    def ask(self, text: str, sessions: Sequence[AccountSession] = (), *, most_each: int = 8) -> None:
        """Look for this from now on; what was looked for before is broken off.

        Args:
            sessions: of open accounts whose servers shall look as well. most_each: hits of each module.
        """
        self.stop()
        self._task = asyncio.get_running_loop().create_task(
            self._answer(self._number, text, tuple(sessions), most_each)
        )

    def stop(self) -> None:
        """Look for nothing."""
        self._number += 1
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def find(self, text: str, *, most_each: int = 8) -> SearchAnswer:
        """What the copies know, once."""
        answer = SearchAnswer(text=text)
        for mirror in self._mirrors():
            answer = await self._with_mirror(answer, mirror, most_each)
        return replace(answer, settled=True)

    async def _answer(self, number: int, text: str, sessions: Sequence[AccountSession], most_each: int) -> None:
        answer = SearchAnswer(text=text)
        if not asked_words(text):
            self._emit(number, replace(answer, settled=True))
            return
        looking = [asyncio.ensure_future(self._with_mirror(answer, one, most_each)) for one in self._mirrors()]
        try:
            for part in asyncio.as_completed(looking):
                one = await part
                answer = replace(answer, hits=ranked((*answer.hits, *one.hits)), failed=(*answer.failed, *one.failed))
                self._emit(number, answer)
            asked = [one for one in sessions if one.offers(FindsAnywhere) or one.offers(FindsByKeywords)]
            asked = asked if len(text.strip()) >= _SHORTEST else []
            names = tuple(one.profile.name for one in asked)
            answer = replace(answer, settled=True, server_pending=names)
            self._emit(number, answer)
            if asked:
                await asyncio.sleep(self._quiet_s)
                await self._ask_servers(number, answer, asked)
        finally:
            for task in looking:
                task.cancel()

    def _emit(self, number: int, answer: SearchAnswer) -> None:
        if number == self._number:
            self.answered.emit(answer)

    async def _with_mirror(self, answer: SearchAnswer, mirror: Mirror, most_each: int) -> SearchAnswer:
        try:
            found = await mirror.search(answer.text, most_each)
        except CrmError as error:
            return replace(answer, failed=(*answer.failed, (mirror.profile.name, error.user_text)))
        return replace(answer, hits=ranked((*answer.hits, *found)))

    # ---- servers ----------------------------------------------------------------------------------------------------

    async def _ask_servers(self, number: int, answer: SearchAnswer, sessions: Sequence[AccountSession]) -> None:
        by_account = {mirror.profile.id: mirror for mirror in self._mirrors()}
        looking = {
            asyncio.ensure_future(self._of_server(one, answer.text, by_account.get(one.profile.id))): one
            for one in sessions
        }
        try:
            while looking:
                done, _ = await asyncio.wait(looking, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    session = looking.pop(task)
                    hits, trouble = task.result()
                    waiting = tuple(one.profile.name for one in looking.values())
                    failed = (*answer.failed, (session.profile.name, trouble)) if trouble else answer.failed
                    answer = replace(answer, hits=joined_hits(answer.hits, hits), server_pending=waiting, failed=failed)
                    self._emit(number, answer)
        finally:
            for task in looking:
                task.cancel()

    async def _of_server(
        self, session: AccountSession, text: str, mirror: Mirror | None
    ) -> tuple[tuple[SearchHit, ...], str]:
        words = " ".join(text.split())
        try:
            records = await _found_by_server(session, words, await _modules_of(mirror))
        except CrmError as error:
            return (), error.user_text
        at = Freshness(Source.SERVER, datetime.now(UTC))
        hits = [await _server_hit(session, record, at) for record in records]
        return tuple(hits), ""


async def _modules_of(mirror: Mirror | None) -> tuple[ModuleName, ...]:
    return () if mirror is None else tuple(module.name for module in await mirror.modules())


async def _found_by_server(session: AccountSession, words: str, modules: Sequence[ModuleName]) -> tuple[Record, ...]:
    if session.offers(FindsAnywhere):
        return await session.ask_role(FindsAnywhere, lambda server: server.find_anywhere(words, _SERVER_HITS))
    found: list[Record] = []
    for module in modules[:_SERVER_MODULES]:
        try:
            found += await session.ask_role(
                FindsByKeywords,
                lambda server, module=module: server.find_by_keywords(module, words, _SERVER_HITS),  # type: ignore[misc]
            )
        except Unsupported:
            continue  # this module cannot be searched so
    return tuple(found)


async def _server_hit(session: AccountSession, record: Record, fresh: Freshness) -> SearchHit:
    schema = session.known_schema(record.id.module) or await session.remembered_schema(record.id.module)
    return SearchHit(
        account=session.profile.id,
        account_name=session.profile.name,
        record=record.id,
        module_label=schema.module.label if schema is not None else str(record.id.module),
        title=_title(record, schema),
        field=None,
        field_label="",
        text="",
        fit=Fit.SERVER,
        fresh=fresh,
        by_server=True,
    )


def _title(record: Record, schema: Schema | None) -> str:
    if schema is not None and (title := plain(record.values.get(schema.title_field)).strip()):
        return title
    texts = (value for value in record.values.values() if isinstance(value, str) and value != record.id.key)
    return next((text for text in texts if text.strip()), record.id.key)


def ranked(hits: Sequence[SearchHit]) -> tuple[SearchHit, ...]:
    """Best first, over all accounts; hits of one account keep their order."""
    return tuple(sorted(hits, key=lambda hit: hit.fit.value))


def joined_hits(known: Sequence[SearchHit], more: Sequence[SearchHit]) -> tuple[SearchHit, ...]:
    """The servers' hits behind the others; a record that the copy has found already is not shown twice."""
    there: set[tuple[AccountId, RecordId]] = {(hit.account, hit.record) for hit in known}
    return (*known, *(hit for hit in more if (hit.account, hit.record) not in there))
