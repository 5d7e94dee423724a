# SPDX-License-Identifier: MIT
"""What is staged, held against the server: the three-way table, and what to send once everything is decided."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from time import monotonic

from crmdesk.connectors.port import FindsDuplicates
from crmdesk.domain.changes import (
    Applied,
    Change,
    Create,
    FieldMerge,
    Outcome,
    Refused,
    SaveDocument,
    Skipped,
    Unknown,
    Update,
    merge3,
    new_key,
)
from crmdesk.domain.errors import Conflict, CrmError, Invalid, NotFound, NotPermitted, OutcomeUnclear
from crmdesk.domain.fitting import misfits
from crmdesk.domain.line_merge import LinesMerge, Side, merge_lines
from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.sentence import joined, sentence
from crmdesk.domain.values import Value
from crmdesk.engine import applying_lines
from crmdesk.engine.crew import each
from crmdesk.engine.filter_text import parse_filter
from crmdesk.engine.journal import Journal
from crmdesk.engine.looking_up import look_up, unheard
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import Kind, StagedRecord
from crmdesk.engine.window import Window


class Decision(Enum):
    """Who wins where both changed a field."""

    MINE = "mine"
    THEIRS = "theirs"


Decisions = Mapping[tuple[RecordId, FieldName], Decision]


@dataclass(frozen=True, slots=True)
class Checked:
    """One staged record held against the server.

    Attributes:
        now: what the server holds, None for a new record or one that is gone.
        merges: one for each wanted field.
        error: why it cannot be applied as it is (gone, not permitted, a field that is no more), None = it can.
        alike: for a new record, those on the server that look like it; a warning, nothing more.
        document: for lines, the document on the server now. lines: how the wanted lines stand to it; those of a new
            document stand alone.
        made: for a new record, the one that was made before a break; it is not made twice.
    """

    staged: StagedRecord
    now: Record | None
    merges: tuple[FieldMerge, ...] = ()
    error: CrmError | None = None
    alike: tuple[Record, ...] = ()
    document: SalesDocument | None = None
    lines: LinesMerge | None = None
    made: Record | None = None

    @property
    def conflicts(self) -> tuple[FieldMerge, ...]:
        """Fields that somebody must decide."""
        return tuple(merge for merge in self.merges if merge.is_conflict)


class Checker:
    """Holds one account's staged records against its server. Used on the loop's thread."""

    def __init__(self, session: AccountSession, journal: Journal, window: Window) -> None:
        self._session, self._journal, self._window = session, journal, window

    async def check(
        self, records: Sequence[StagedRecord], progress: Callable[[int], None] | None = None
    ) -> tuple[Checked, ...]:
        """Hold every staged record against the server; nothing is sent.

        Raises:
            CrmError: the server cannot be asked; the check as a whole has failed.
        """
        return await each(records, self._one, workers=self._session.lane_count, progress=progress)

    async def _one(self, staged: StagedRecord) -> Checked:
        if staged.kind is Kind.CREATE:
            return await self._new(staged)
        try:
            if staged.kind is Kind.LINES:
                document = await self._session.fetch_document(staged.id)
                lines = applying_lines.compared(staged, document)
                return Checked(staged, document.header, lines.merges, document=document, lines=lines)
            began = monotonic()
            now = await self._session.fetch(staged.id)
            self._window.looked((monotonic() - began) * 1000)
        except (NotFound, NotPermitted) as error:
            if staged.kind is Kind.LINES and staged.document is not None:
                lines = applying_lines.compared(staged, staged.document)
                return Checked(staged, None, lines.merges, error, document=staged.document, lines=lines)
            return Checked(staged, None, merge3(staged.base.values, staged.values, staged.base.values), error)
        problem = self._misfit(staged) or await self.no_longer_meant(staged, now)
        return Checked(staged, now, merge3(staged.base.values, staged.values, now.values), problem)

    async def no_longer_meant(self, staged: StagedRecord, now: Record) -> CrmError | None:
        """Why a bulk edit no longer means this record: it was chosen by a filter, and does not match it any more."""
        for text in dict.fromkeys(staged.guards.values()):
            try:
                where = parse_filter(text, await self._session.schema(staged.id.module))
            except Invalid as error:
                return error
            if not matches(where, now.values):
                return Conflict(
                    sentence("This record no longer matches the filter it was chosen by ({given}).", given=text),
                    server=now,
                )
        return None

    async def _new(self, staged: StagedRecord) -> Checked:
        merges, change = merge3({}, staged.values, {}), staged.change()
        lines = merge_lines((), staged.lines, ()) if staged.is_new_document else None
        assert isinstance(change, (Create, SaveDocument))
        earlier = await self.earlier(change)
        if isinstance(earlier, Applied):
            return Checked(staged, None, merges, made=earlier.record, lines=lines)
        if isinstance(earlier, Unknown):
            return Checked(staged, None, merges, earlier.error, lines=lines)
        misfit = self._misfit(staged)
        alike = await self._alike(change) if isinstance(change, Create) and misfit is None else ()
        return Checked(staged, None, merges, misfit, alike, lines=lines)

    async def earlier(self, change: Change) -> Outcome | None:
        """What became of a change with this key that left before: Applied, Unknown, or None = it may be sent.

        One that was never heard of is looked up, and what is found is noted.
        """
        key = new_key(change)
        entry = await self._journal.create_of(key) if key else None
        if entry is None:
            return None
        if entry.outcome == "applied" and entry.after is not None:
            return Applied(change, entry.after, document=entry.document_after)
        found = await look_up(self._session, unheard(entry), entry.sent)
        if isinstance(found, Unknown):
            when = sentence(" at {time} UTC", time=f"{entry.sent:%H:%M}") if entry.sent is not None else ""
            return Unknown(
                change,
                OutcomeUnclear(
                    sentence(
                        "This was sent{when} already, no answer came, and the server does not tell whether it was done. Look for the record; the journal lets you say what became of it.",
                        when=when,
                    )
                ),
            )
        await self._journal.note(entry.batch, entry.position, found)
        return found if isinstance(found, Applied) else None

    def _misfit(self, staged: StagedRecord) -> CrmError | None:
        """Values that no longer fit what the server says of its fields; only where its schema was read."""
        schema = self._session.known_schema(staged.id.module)
        wrong = misfits(staged.values, schema) if schema is not None else {}
        if not wrong:
            return None
        return Invalid(
            sentence("{why} Discard that field or enter it again.", why=joined(*wrong.values())), per_field=wrong
        )

    async def _alike(self, change: Create) -> tuple[Record, ...]:
        """What is there already, where the server would take it twice; trouble in asking keeps nobody from saving."""
        if not self._session.offers(FindsDuplicates):
            return ()
        try:
            return await self._session.ask_role(FindsDuplicates, lambda server: server.find_duplicates(change))
        except CrmError:
            return ()


Plan = tuple[Checked, Change, Outcome | None]
"""What was checked, what to send, and why it must not be sent (None = send it)."""


def decide(one: Checked, decisions: Decisions) -> Plan:
    """What to send for a record, and why not where it must not be sent."""
    change = one.staged.change()
    if one.error is not None:
        return one, change, Refused(change, one.error)
    if one.made is not None:
        return one, change, Skipped(change, sentence("It was made already: {made}.", made=one.made.id.key))
    if one.lines is not None and one.staged.kind is Kind.LINES:
        return _decide_lines(one, change, decisions)
    if not isinstance(change, Update) or one.now is None:
        return one, change, None
    values: dict[FieldName, Value] = {}
    for merge in one.merges:
        decision = decisions.get((one.staged.id, merge.field))
        if merge.is_conflict and decision is None:
            error = Conflict(sentence("Both of you changed this record. Choose whose value to keep."), server=one.now)
            return one, change, Refused(change, error)
        if not merge.is_done_already and decision is not Decision.THEIRS:
            values[merge.field] = merge.mine
    sent = replace(change, values=values)
    return (
        one,
        sent,
        None if values else Skipped(sent, sentence("Nothing left to change: the server holds these values.")),
    )


def _decide_lines(one: Checked, change: Change, decisions: Decisions) -> Plan:
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
        return one, change, Skipped(change, sentence("Nothing left to change: the server holds these lines."))
    return one, sent, None
