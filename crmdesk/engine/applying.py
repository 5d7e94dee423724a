# SPDX-License-Identifier: MIT
"""Sending staged changes: look again, send, read back, one by one.

staged ── check ──> Checked (when loaded, on the server now, wanted) ── decisions ──> apply ──> Outcome
                                                                                        │
             journal: intent of all ── sending + before-image ── outcome + after-image ─┘

A stop takes effect between two changes. The change on the wire is always awaited and noted, whoever asked for it.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from crmdesk.connectors.port import FindsDuplicates, SwitchesWorkflows
from crmdesk.domain.changes import (
    Applied,
    Change,
    Create,
    Delete,
    FieldMerge,
    Outcome,
    Refused,
    SaveDocument,
    Skipped,
    Unknown,
    Update,
    merge3,
)
from crmdesk.domain.errors import Conflict, CrmError, Invalid, NotFound, NotPermitted
from crmdesk.domain.identity import Identity
from crmdesk.domain.line_merge import LinesMerge, Side
from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.values import Value, same
from crmdesk.engine import applying_lines
from crmdesk.engine.filter_text import parse_filter
from crmdesk.engine.journal import Journal
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staging import Kind, StagedChanges, StagedRecord

PARALLEL_READS = 3


class Decision(Enum):
    """Who wins where both changed a field."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Checked:
    """One staged record held against the server.

    Attributes:
        now: what the server holds, None for a new record or one that is gone.
        merges: one for each wanted field.
        error: why it cannot be applied as it is (gone, not permitted), None = it can.
        alike: for a new record, those on the server that look like it; a warning, nothing more.
        document: for lines, the document on the server now. lines: how the wanted lines stand to it.
    """

    staged: StagedRecord
    now: Record | None
    merges: tuple[FieldMerge, ...] = ()
    error: CrmError | None = None
    alike: tuple[Record, ...] = ()
    document: SalesDocument | None = None
    lines: LinesMerge | None = None

    @property
    def conflicts(self) -> tuple[FieldMerge, ...]:
        """Fields that somebody must decide."""
        return tuple(merge for merge in self.merges if merge.is_conflict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """How to apply.

    Attributes:
        workflows: let the server run its workflows.
        stop_at_error: send nothing more after the first that fails.
        dry_run: do everything but send.
    """

    workflows: bool = True
    stop_at_error: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What became of everything. ``batch`` None = a dry run, nothing was sent."""

    batch: int | None
    outcomes: tuple[Outcome, ...]


Decisions = Mapping[tuple[RecordId, FieldName], Decision]


class Applier:
    """Applies one account's staged changes. Belongs to the account, so that closing a tab cannot stop it."""

    def __init__(self, session: AccountSession, staged: StagedChanges, journal: Journal) -> None:
        self._session, self._staged, self._journal = session, staged, journal
        self._stop = False
        self.running = False

    def stop(self) -> None:
        """Send nothing more after the change that is under way."""
        self._stop = True

    async def confirm_identity(self) -> Identity:
        """Who we write as, asked from the server now.

        Raises:
            NotPermitted: the account answers as somebody else than it always did, or may not write.
        """
        if not self._session.profile.may_write:
            raise NotPermitted("This account is set to read only. Change its environment in the account's settings.")
        identity = await self._session.identity(fresh=True)
        known = await self._session.storage.recall("user")
        if known is None:
            await self._session.storage.remember("user", identity.user)
        elif known != identity.user:
            raise NotPermitted(
                f"This account used to sign in as {known}, the server now says {identity.user}. "
                "Nothing was sent. Check the account's address and user."
            )
        return identity

    async def check(
        self, records: Sequence[StagedRecord], progress: Callable[[int], None] | None = None
    ) -> tuple[Checked, ...]:
        """Hold every staged record against the server; nothing is sent."""
        gate, done = asyncio.Semaphore(PARALLEL_READS), 0

        async def one(staged: StagedRecord) -> Checked:
            nonlocal done
            async with gate:
                result = await self._check_one(staged)
            done += 1
            if progress is not None:
                progress(done)
            return result

        return tuple(await asyncio.gather(*(one(staged) for staged in records)))

    async def _check_one(self, staged: StagedRecord) -> Checked:
        if staged.kind is Kind.CREATE:
            return Checked(staged, None, merge3({}, staged.values, {}), alike=await self._alike(staged))
        try:
            if staged.kind is Kind.LINES:
                document = await self._session.fetch_document(staged.id)
                lines = applying_lines.compared(staged, document)
                return Checked(staged, document.header, lines.merges, document=document, lines=lines)
            now = await self._session.fetch(staged.id)
        except (NotFound, NotPermitted) as error:
            if staged.kind is Kind.LINES and staged.document is not None:
                lines = applying_lines.compared(staged, staged.document)
                return Checked(staged, None, lines.merges, error, document=staged.document, lines=lines)
            return Checked(staged, None, merge3(staged.base.values, staged.values, staged.base.values), error)
        merges = merge3(staged.base.values, staged.values, now.values)
        return Checked(staged, now, merges, await self._no_longer_meant(staged, now))

    async def _no_longer_meant(self, staged: StagedRecord, now: Record) -> CrmError | None:
        """Why a bulk edit no longer means this record: it was chosen by a filter, and does not match it any more."""
        for text in dict.fromkeys(staged.guards.values()):
            try:
                where = parse_filter(text, await self._session.schema(staged.id.module))
            except Invalid as error:
                return error
            if not matches(where, now.values):
                return Conflict(f"This record no longer matches the filter it was chosen by ({text}).", server=now)
        return None

    async def _alike(self, staged: StagedRecord) -> tuple[Record, ...]:
        """What is there already, where the server would take it twice; trouble in asking keeps nobody from saving."""
        change = staged.change()
        if not self._session.offers(FindsDuplicates) or not isinstance(change, Create):
            return ()
        try:
            return await self._session.ask_role(FindsDuplicates, lambda server: server.find_duplicates(change))
        except CrmError:
            return ()

    async def apply(
        self,
        checked: Sequence[Checked],
        decisions: Decisions,
        options: ApplyOptions,
        on_outcome: Callable[[int, Outcome], None],
    ) -> ApplyResult:
        """Send what was checked, in order.

        Args:
            decisions: for every conflict; one without a decision is refused, never guessed.
            on_outcome: told (position, outcome) after each.

        Raises:
            NotPermitted: wrong identity or a read-only account; nothing was sent.
        """
        self._stop, self.running = False, True
        try:
            identity = await self.confirm_identity()
            plans = [_decide(one, decisions) for one in checked]
            batch = None if options.dry_run else await self._begin(plans, identity)
            outcomes: list[Outcome] = []
            for position, (one, change, problem) in enumerate(plans):
                outcome = await self._settle_one(batch, position, one, change, problem, options)
                outcomes.append(outcome)
                on_outcome(position, outcome)
                if options.stop_at_error and isinstance(outcome, (Refused, Unknown)):
                    self._stop = True
            if batch is not None:
                await self._journal.end(batch)
            return ApplyResult(batch, tuple(outcomes))
        finally:
            self.running = False

    async def look_up(self, unknown: Unknown) -> Outcome:
        """After a break: read the server to learn whether the change was carried out.

        Returns:
            Applied, Refused (it certainly was not, send it again if you like) or the same Unknown.
        """
        change = unknown.change
        if isinstance(change, Create):
            return unknown  # only the person can tell it from a record that looks the same
        if isinstance(change, SaveDocument):
            return await applying_lines.look_up(self._session, unknown, change)
        before = change.before
        try:
            now = await self._session.fetch(before.id)
        except (NotFound, NotPermitted):
            return Applied(change, None, before) if isinstance(change, Delete) else unknown
        if isinstance(change, Delete):
            return Refused(change, unknown.error)
        if all(same(now.values.get(n), v) for n, v in change.values.items()):
            return Applied(change, now, before)
        return Refused(change, unknown.error)

    # ---- one change --------------------------------------------------------------------------------------------------

    async def _begin(self, plans: "Sequence[_Plan]", identity: Identity) -> int:
        titled = [(change, one.staged.title) for one, change, _ in plans]
        first = plans[0][0].staged.title if plans else ""
        rest = len(plans) - 1
        summary = f"{first} and {rest} more" if rest > 0 else first
        return await self._journal.begin(titled, user=identity.user, server=identity.server, summary=summary)

    async def _settle_one(
        self,
        batch: int | None,
        position: int,
        one: Checked,
        change: Change,
        problem: Outcome | None,
        options: ApplyOptions,
    ) -> Outcome:
        """One change from intent to outcome; from the moment it is sent nothing interrupts it."""
        if problem is None and self._stop:
            problem = Skipped(change, "Stopped before it was sent.")
        if problem is not None or batch is None:
            outcome = problem or Skipped(change, "Dry run: nothing was sent.")
            if batch is not None:
                await self._journal.note(batch, position, outcome)
            return outcome
        sending = asyncio.ensure_future(self._send(batch, position, one, change, options))
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:
            await _done(sending)
            raise

    async def _send(self, batch: int, position: int, one: Checked, change: Change, options: ApplyOptions) -> Outcome:
        outcome = await self._outcome(batch, position, one, change, options)
        await self._journal.note(batch, position, outcome)
        if isinstance(outcome, Applied):
            await self._staged.settle({one.staged.slot: outcome.record})
        return outcome

    async def _outcome(self, batch: int, position: int, one: Checked, change: Change, options: ApplyOptions) -> Outcome:
        flows = options.workflows or not self._session.offers(SwitchesWorkflows)
        if isinstance(change, SaveDocument):
            return await self._save_lines(batch, position, change, flows)
        try:
            before = await self._still_as_checked(one, change)
            await self._journal.sending(batch, position, before)
        except CrmError as error:
            return Refused(change, error)  # nothing was sent
        try:
            after: Record | None = None
            if isinstance(change, Create):
                after = await self._session.create(change, workflows=flows)
            elif isinstance(change, Update):
                after = await self._session.update(change, workflows=flows)
            elif isinstance(change, Delete):
                await self._session.delete(change, workflows=flows)
        except CrmError as error:
            return Unknown(change, error) if error.may_be_done else Refused(change, error)
        return _applied(change, after, before)

    async def _save_lines(self, batch: int, position: int, change: SaveDocument, flows: bool) -> Outcome:
        """Read the document and send its lines in one breath."""
        try:
            now = await self._session.fetch_document(change.after.header.id)
            change = applying_lines.in_this_breath(change, now)
            await self._journal.sending(batch, position, now)
        except CrmError as error:
            return Refused(change, error)  # nothing was sent
        return await applying_lines.send(self._session, change, workflows=flows)

    async def _still_as_checked(self, one: Checked, change: Change) -> Record | None:
        """Read once more just before sending.

        Raises:
            Conflict: a wanted field changed since the review.
        """
        if isinstance(change, Create) or one.now is None:
            return None
        now = await self._session.fetch(one.staged.id)
        names = change.values.keys() if isinstance(change, Update) else one.now.values.keys()
        watched = names if isinstance(change, Update) or now.version == one.now.version else now.values.keys()
        moved = [n for n in watched if not same(now.values.get(n), one.now.values.get(n))]
        if moved:
            raise Conflict("Somebody changed this record while you reviewed it. Review it again.", server=now)
        return now


async def _done(sending: "asyncio.Future[Outcome]") -> None:
    """Wait for what is on the wire, however often we are cancelled meanwhile; the caller raises the cancel again."""
    while not sending.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({sending})


_Plan = tuple[Checked, Change, Outcome | None]


def _decide(one: Checked, decisions: Decisions) -> _Plan:
    """What to send for a record, and why not where it must not be sent."""
    change = one.staged.change()
    if one.error is not None:
        return one, change, Refused(change, one.error)
    if one.lines is not None:
        return _decide_lines(one, change, decisions)
    if not isinstance(change, Update) or one.now is None:
        return one, change, None
    values: dict[FieldName, Value] = {}
    for merge in one.merges:
        decision = decisions.get((one.staged.id, merge.field))
        if merge.is_conflict and decision is None:
            error = Conflict("Both of you changed this record. Choose whose value to keep.", server=one.now)
            return one, change, Refused(change, error)
        if not merge.is_done_already and decision is not Decision.THEIRS:
            values[merge.field] = merge.mine
    sent = replace(change, values=values)
    return one, sent, None if values else Skipped(sent, "Nothing left to change: the server holds these values.")


def _decide_lines(one: Checked, change: Change, decisions: Decisions) -> _Plan:
    """The same for the lines of a document."""
    assert one.lines is not None
    assert one.document is not None

    def side_of(name: FieldName) -> Side | None:
        decision = decisions.get((one.staged.id, name))
        return None if decision is None else Side(decision.value)

    try:
        sent = applying_lines.decided(one.document, one.lines, side_of)
    except CrmError as error:
        return one, change, Refused(change, error)
    if sent is None:
        return one, change, Skipped(change, "Nothing left to change: the server holds these lines.")
    return one, sent, None


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
