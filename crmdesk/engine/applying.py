# SPDX-License-Identifier: MIT
"""Applying staged changes: look again, send, read back. This is the door; the rooms behind it do the work.

staged ── checking ──> Checked (when loaded, on the server now, wanted) ── decisions ── sending ──> Outcome
                                                                                           │
                journal: intent of all ── before-image as it leaves ── outcome and after-image ─┘

A stop takes effect between two changes. A change on the wire is always awaited and noted, whoever asked for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crmdesk.domain.changes import Applied, Outcome, Refused, Unknown, new_key
from crmdesk.domain.errors import NotPermitted
from crmdesk.domain.identity import Identity
from crmdesk.domain.sentence import sentence
from crmdesk.engine import looking_up
from crmdesk.engine.apply_options import ApplyOptions
from crmdesk.engine.checking import Checked, Checker, Decision, Decisions, Plan, decide
from crmdesk.engine.confirming import Confirmation, number_to_confirm, server_line
from crmdesk.engine.journal import Journal
from crmdesk.engine.sending import Sending
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staging import StagedChanges, StagedRecord
from crmdesk.engine.window import Window

__all__ = ["Applier", "ApplyOptions", "ApplyResult", "Checked", "Decision", "Decisions"]


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What became of everything, in the order it was given. ``batch`` None = a dry run, or nothing to send."""

    batch: int | None
    outcomes: tuple[Outcome, ...]


class Applier:
    """Applies one account's staged changes. Belongs to the account, so that closing a tab cannot stop it.

    Attributes:
        window: how long between the last look at a record and its write others may save unnoticed, as measured.
    """

    def __init__(self, session: AccountSession, staged: StagedChanges, journal: Journal) -> None:
        self._session, self._staged, self._journal = session, staged, journal
        self.window = Window()
        self._checker, self._confirmation = Checker(session, journal, self.window), Confirmation(session)
        self._sending: Sending | None = None

    @property
    def running(self) -> bool:
        """Whether changes are being sent."""
        return self._sending is not None

    def stop(self) -> None:
        """Send nothing more after the changes that are under way."""
        if self._sending is not None:
            self._sending.stop()

    async def confirm_identity(self) -> Identity:
        """Who we write as, asked from the server now.

        Raises:
            NotPermitted: the account answers as somebody else than it always did, or may not write.
        """
        return await self._confirmation.ask()

    async def check(
        self, records: Sequence[StagedRecord], progress: Callable[[int], None] | None = None
    ) -> tuple[Checked, ...]:
        """Hold every staged record against the server; nothing is sent.

        Raises:
            CrmError: the server cannot be asked; the check as a whole has failed.
        """
        return await self._checker.check(records, progress)

    async def apply(
        self,
        checked: Sequence[Checked],
        decisions: Decisions,
        options: ApplyOptions,
        on_outcome: Callable[[int, Outcome], None],
        summary: str = "",
    ) -> ApplyResult:
        """Send what was checked: several records at once where the vendor allows, each record's changes in order.

        Args:
            decisions: for every conflict; one without a decision is refused, never guessed.
            on_outcome: told (position, outcome) of each, as they come in.
            summary: what the journal calls it, "" = by its first record.

        Raises:
            NotPermitted: wrong identity, a read-only account, a number that was not confirmed, or changes are being sent
                already; nothing was sent.
        """
        if self._sending is not None:
            raise NotPermitted(sentence("Changes of this account are being sent already. Wait until that has ended."))
        wanted = number_to_confirm(self._session.profile.environment, len(checked))
        if not options.dry_run and wanted and options.confirmed != wanted:
            raise NotPermitted(
                sentence(
                    "This would change {wanted} records in a production account. Nothing was sent: confirm that number first.",
                    wanted=wanted,
                )
            )
        sending = self._sending = Sending(
            self._session,
            self._staged,
            self._journal,
            self._checker,
            self._confirmation,
            options,
            on_outcome,
            self.window,
        )
        try:
            identity = await self._confirmation.ask()
            plans = [decide(one, decisions) for one in checked]
            batch = None if options.dry_run or not plans else await self._begin(plans, identity, summary)
            return ApplyResult(batch, await sending.run(plans, batch))
        finally:
            self._sending = None

    async def look_up(self, unknown: Unknown) -> Outcome:
        """After a break: read the server to learn whether the change was carried out.

        Returns:
            Applied, Refused (it certainly was not, send it again if you like) or the same Unknown.
        """
        sent = None
        if (key := new_key(unknown.change)) is not None:
            entry = await self._journal.create_of(key)
            sent = entry.sent if entry is not None else None
        return await looking_up.look_up(self._session, unknown, sent)

    async def resolve(self, unknown: Unknown, batch: int, position: int, staged: StagedRecord) -> Outcome:
        """``look_up``, and what is found is noted; what was staged for a change that was carried out goes with it."""
        found = await self.look_up(unknown)
        if isinstance(found, Applied):
            noting = self._journal.noting(batch, position, found)
            await self._staged.carried_out(staged, found.record, found.document, along=noting)
        elif isinstance(found, Refused):
            await self._journal.note(batch, position, found)
            await self._staged.stays(staged)
        return found

    async def _begin(self, plans: Sequence[Plan], identity: Identity, summary: str) -> int:
        titled = [(change, one.staged.title) for one, change, _ in plans]
        undoes = [one.staged.undoes for one, _, _ in plans]
        first, rest = plans[0][0].staged.title if plans else "", len(plans) - 1
        named: str = sentence("{first} and {rest} more", first=first, rest=rest) if rest > 0 else first
        if plans and undoes[0] is not None and len(set(undoes)) == 1:
            named = sentence("Undo of batch {undoes}: {named}", undoes=undoes[0], named=named)
        return await self._journal.begin(
            titled,
            user=identity.user,
            server=server_line(identity, self._session.profile),
            summary=summary or named,
            undoes=undoes,
        )
