# SPDX-License-Identifier: MIT
"""Sending what was decided: several records at once, the changes of one record in their order, each noted on disk.

before it leaves:  identity at most a minute old ─ still as it was checked ─ intent and before-image in the journal
                   (written while it is read, over what the check saw; written anew where the server holds something else)
after:             outcome and after-image, and what is staged for it goes, in one transaction
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import monotonic

from crmdesk.connectors.port import SwitchesWorkflows
from crmdesk.domain.changes import (
    Applied,
    Change,
    Create,
    Delete,
    Outcome,
    Refused,
    SaveDocument,
    Skipped,
    Unknown,
    Update,
    new_key,
)
from crmdesk.domain.errors import AccessDenied, Conflict, CrmError
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import same
from crmdesk.engine import applying_lines
from crmdesk.engine.apply_options import ApplyOptions
from crmdesk.engine.checking import Checked, Checker, Plan
from crmdesk.engine.confirming import Confirmation
from crmdesk.engine.journal import Journal
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import StagedRecord
from crmdesk.engine.staging import StagedChanges
from crmdesk.engine.window import Window

_BREATH = 500  # changes that are not sent after which the loop may do something else


class Sending:
    """One run over decided plans. Used once, on the loop's thread.

    Args:
        on_outcome: told (position, outcome) of each, in the order they come in.
    """

    def __init__(
        self,
        session: AccountSession,
        staged: StagedChanges,
        journal: Journal,
        checker: Checker,
        confirmation: Confirmation,
        options: ApplyOptions,
        on_outcome: Callable[[int, Outcome], None],
        window: Window,
    ) -> None:
        self._session, self._staged, self._journal, self._window = session, staged, journal, window
        self._checker, self._confirmation = checker, confirmation
        self._options, self._on_outcome = options, on_outcome
        self._stopped = False
        self._failures = self._under_way = 0
        self._room = asyncio.Condition()
        self._outcomes: dict[int, Outcome] = {}
        self._unsent: dict[int, Outcome] = {}
        self._was_staged: set[RecordId] = set()

    def stop(self) -> None:
        """Send nothing more after the changes that are under way."""
        self._stopped = True

    async def run(self, plans: Sequence[Plan], batch: int | None) -> tuple[Outcome, ...]:
        """Send, or with no batch do everything but send.

        Returns:
            What became of each, in the order of ``plans``.

        Raises:
            CancelledError: after everything under way is settled and noted. ProfileError: the account's file cannot be
                written; nothing was sent after that.
        """
        staged = (one.staged.slot for one, _, _ in plans)
        self._was_staged = {slot for slot in staged if self._staged.get(slot) is not None}
        groups = iter(_by_record(plans))
        crew = [asyncio.ensure_future(self._worker(groups, plans, batch)) for _ in range(self._session.lane_count)]
        cancelled = await _finished(crew, self.stop)
        trouble = next((error for one in crew if (error := one.exception()) is not None), None)
        if batch is not None:
            closing = asyncio.ensure_future(self._close(batch))
            cancelled = await _finished([closing], self.stop) or cancelled
            trouble = trouble or closing.exception()
        if trouble is not None:
            raise trouble
        if cancelled is not None:
            raise cancelled
        return tuple(self._outcomes[position] for position in range(len(plans)))

    async def _close(self, batch: int) -> None:
        """Note what was never sent, all at once, and the end."""
        await self._journal.note_all(batch, self._unsent)
        await self._journal.end(batch)

    async def _worker(self, groups: "_Groups", plans: Sequence[Plan], batch: int | None) -> None:
        """Take one record after the other and all its changes in their order.

        While an outcome is written to the disk, the next record is read already; nothing more is sent before it is there.
        """
        noting: asyncio.Future[None] | None = None
        try:
            for group in groups:
                for position in group:
                    noting = await self._one(position, plans[position], batch, noting)
            if noting is not None:
                await noting
        except BaseException:
            self.stop()
            if noting is not None:
                await asyncio.gather(noting, return_exceptions=True)
            raise

    async def _one(
        self, position: int, plan: Plan, batch: int | None, before: "asyncio.Future[None] | None"
    ) -> "asyncio.Future[None] | None":
        """One change; what is still being written after it, ``before`` being what was before it."""
        one, change, problem = plan
        if problem is None and batch is not None:
            outcome = await self._in_turn(position, one, change, batch, before)
            if outcome is not None:
                return asyncio.ensure_future(self._note(batch, position, one.staged, outcome, before))
            problem = Skipped(change, sentence("Stopped before it was sent."))
        outcome = problem or Skipped(change, sentence("Dry run: nothing was sent."))
        self._count(outcome)
        self._unsent[position] = outcome
        if batch is not None and one.made is not None:
            await self._staged.carried_out(one.staged, one.made)
        self._tell(position, outcome)
        if position % _BREATH == 0:
            await asyncio.sleep(0)
        return before

    def _tell(self, position: int, outcome: Outcome) -> None:
        self._outcomes[position] = outcome
        self._on_outcome(position, outcome)

    def _count(self, outcome: Outcome) -> None:
        touched = isinstance(outcome, Applied) and not self._options.never_touch.isdisjoint(outcome.side_effects)
        self._failures += touched or isinstance(outcome, (Refused, Unknown))
        most = self._options.most_failures
        if most and self._failures >= most:
            self.stop()

    async def _in_turn(
        self, position: int, one: Checked, change: Change, batch: int, before: "asyncio.Future[None] | None"
    ) -> Outcome | None:
        """Send it, None = the run was stopped. Never are more under way than may still fail."""
        most = self._options.most_failures
        async with self._room:
            while most and not self._stopped and self._failures + self._under_way >= most:
                await self._room.wait()
            if self._stopped:
                return None
            if self._withdrawn(one, change):
                return Skipped(
                    change, sentence("It is no longer what you reviewed, so it was not sent. Review it again.")
                )
            self._staged.leaves(one.staged)
            self._under_way += 1
        try:
            outcome = await self._outcome(batch, position, one, change, before)
            self._count(outcome)
        finally:
            async with self._room:
                self._under_way -= 1
                self._room.notify_all()
        return outcome

    def _withdrawn(self, one: Checked, change: Change) -> bool:
        """Whether it was staged when the run began, and is not wanted so any longer; files that are sent never are."""
        if one.staged.slot not in self._was_staged:
            return False
        held = self._staged.get(one.staged.slot)
        if held is None:
            return True
        asked = change.values if isinstance(change, (Update, Create)) else {}
        return any(n not in held.values or not same(held.values[n], one.staged.values.get(n)) for n in asked)

    # ---- one change on the wire --------------------------------------------------------------------------------------

    async def _outcome(
        self, batch: int, position: int, one: Checked, change: Change, noting: "asyncio.Future[None] | None"
    ) -> Outcome:
        flows = self._options.workflows or not self._session.offers(SwitchesWorkflows)
        try:
            await self._confirmation.recent()
        except CrmError as error:
            if isinstance(error, AccessDenied):
                self.stop()  # it would be the same with every other
            return Refused(change, error)
        if isinstance(change, SaveDocument):
            if noting is not None:
                await noting
            if change.before is None:
                return await self._make_document(batch, position, change, flows)
            return await self._save_lines(batch, position, change, flows)
        ahead = self._ahead(batch, position, one, change)
        try:
            began = monotonic()
            before = await self._still_as_checked(one, change)
            if isinstance(change, Create) and (earlier := await self._checker.earlier(change)) is not None:
                return _not_again(change, earlier)
        except CrmError as error:
            if ahead is not None:
                await asyncio.gather(ahead, return_exceptions=True)
                await self._journal.not_sent(batch, position)
            return Refused(change, error)  # nothing was sent
        if noting is not None:
            await noting  # its trouble is the disk's, and ends the run
        try:
            if ahead is not None:
                await ahead
            if ahead is None or not _is_image(one.now, before):
                await self._journal.sending(batch, position, before)
        except CrmError as error:
            return Refused(change, error)  # nothing was sent
        try:
            after: Record | None = None
            if before is not None:
                self._window.left((monotonic() - began) * 1000)
            if isinstance(change, Create):
                after = await self._session.create(change, workflows=flows)
            elif isinstance(change, Update):
                change = change if before is None else replace(change, before=before)
                after = await self._session.update(change, workflows=flows)
            elif isinstance(change, Delete):
                await self._session.delete(change, workflows=flows)
        except CrmError as error:
            return Unknown(change, error) if error.may_be_done else Refused(change, error)
        return _applied(change, after, before)

    def _ahead(self, batch: int, position: int, one: Checked, change: Change) -> "asyncio.Future[None] | None":
        """The intent, being written while the record is read again; None where it waits for what is read.

        Its before-image is what the review saw. Where the look before sending sees something else, it is written anew.
        """
        if isinstance(change, Create) or one.now is None:
            return None
        ahead = asyncio.ensure_future(self._journal.sending(batch, position, one.now))
        ahead.add_done_callback(_heard)
        return ahead

    async def _save_lines(self, batch: int, position: int, change: SaveDocument, flows: bool) -> Outcome:
        """Read the document and send its lines in one breath."""
        try:
            began = monotonic()
            now = await self._session.fetch_document(change.after.header.id)
            change = applying_lines.in_this_breath(change, now)
            await self._journal.sending(batch, position, now)
        except CrmError as error:
            return Refused(change, error)  # nothing was sent
        self._window.left((monotonic() - began) * 1000)
        return await applying_lines.send(self._session, change, workflows=flows)

    async def _make_document(self, batch: int, position: int, change: SaveDocument, flows: bool) -> Outcome:
        """Send a new document with its lines, unless it left before."""
        try:
            if (earlier := await self._checker.earlier(change)) is not None:
                return _not_again(change, earlier)
            await self._journal.sending(batch, position, None)
        except CrmError as error:
            return Refused(change, error)  # nothing was sent
        return await applying_lines.send(self._session, change, workflows=flows)

    async def _still_as_checked(self, one: Checked, change: Change) -> Record | None:
        """Read once more just before sending.

        Raises:
            Conflict: a wanted field changed since the review, or the record no longer matches the filter it was chosen by.
        """
        if isinstance(change, Create) or one.now is None:
            return None
        now = await self._session.fetch(one.staged.id)
        names = change.values.keys() if isinstance(change, Update) else one.now.values.keys()
        watched = names if isinstance(change, Update) or now.version == one.now.version else now.values.keys()
        moved = [n for n in watched if not same(now.values.get(n), one.now.values.get(n))]
        if moved:
            raise Conflict(sentence("Somebody changed this record while you reviewed it. Review it again."), server=now)
        if (problem := await self._checker.no_longer_meant(one.staged, now)) is not None:
            raise problem
        return now

    # ---- after it ----------------------------------------------------------------------------------------------------

    async def _note(
        self,
        batch: int,
        position: int,
        sent: StagedRecord,
        outcome: Outcome,
        before: "asyncio.Future[None] | None",
    ) -> None:
        """On disk what became of it, then told."""
        if before is not None:
            await before
        await self._write_down(batch, position, sent, outcome)
        self._tell(position, outcome)

    async def _write_down(self, batch: int, position: int, sent: StagedRecord, outcome: Outcome) -> None:
        """The outcome; what was staged for it goes with the same write, but for what was asked while it was on its way."""
        noting = self._journal.noting(batch, position, outcome)
        if isinstance(outcome, Applied):
            await self._staged.carried_out(sent, outcome.record, outcome.document, along=noting)
            return
        await self._journal.note(batch, position, outcome)
        if isinstance(outcome, Unknown):  # it may be there: what is typed meanwhile is meant even so
            self._staged.unheard(sent)
        else:
            await self._staged.stays(sent)


_Groups = Iterator[list[int]]


def _by_record(plans: Sequence[Plan]) -> list[list[int]]:
    """Positions that belong together, in order: all that is wanted of one record."""
    groups: dict[RecordId, list[int]] = {}
    for position, (one, _, _) in enumerate(plans):
        groups.setdefault(one.staged.id, []).append(position)
    return list(groups.values())


async def _finished(crew: "Sequence[asyncio.Future[None]]", stop: Callable[[], None]) -> asyncio.CancelledError | None:
    """Wait for all of them, however often we are cancelled meanwhile; the caller raises the cancel again."""
    cancelled = None
    while left := [one for one in crew if not one.done()]:
        try:
            await asyncio.wait(left)
        except asyncio.CancelledError as error:
            stop()
            cancelled = error
    return cancelled


def _heard(ahead: "asyncio.Future[None]") -> None:
    """A disk that fails is told by the next write, where nobody waits for this one any more."""
    if not ahead.cancelled():
        ahead.exception()


def _is_image(held: Record | None, now: Record | None) -> bool:
    """Whether what is in the journal as the record before it is what the server holds."""
    if held is None or now is None:
        return held is now
    return (held.id, held.version, held.values, held.labels) == (now.id, now.version, now.values, now.labels)


def _not_again(change: Change, earlier: Outcome) -> Outcome:
    """A create that left before, from another window or file, is not sent twice."""
    if isinstance(earlier, Unknown):
        return Refused(change, earlier.error)
    made = earlier.record if isinstance(earlier, Applied) else None
    return Skipped(
        change, sentence("It was made already: {made}.", made=made.id.key if made is not None else new_key(change))
    )


def _applied(change: Change, after: Record | None, before: Record | None) -> Applied:
    """Compare asked with stored, and list what else moved."""
    if after is None:
        return Applied(change, None, before)
    asked = change.values if isinstance(change, (Update, Create)) else {}
    surprises = tuple(n for n, v in asked.items() if n in after.values and not same(after.values.get(n), v))
    moved: tuple[FieldName, ...] = ()
    if before is not None:
        moved = tuple(n for n, v in after.values.items() if n not in asked and not same(v, before.values.get(n)))
    return Applied(change, after, before, surprises, moved)
