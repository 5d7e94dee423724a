# SPDX-License-Identifier: MIT
"""Taking a batch of the journal back: what would restore it, what others changed since, what cannot come back.

Nothing is sent here: the plan is staged like any other edit, reviewed, applied and noted, and can be undone itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from crmdesk.domain.changes import Applied, Create, Delete, Outcome, Refused, SaveDocument, Update, new_key
from crmdesk.domain.errors import Invalid, NotFound, NotPermitted
from crmdesk.domain.fitting import fits
from crmdesk.domain.line_edit import same_lines
from crmdesk.domain.line_merge import Side, merge_lines, resolved
from crmdesk.domain.line_pairs import restored, says_the_same
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.schema import Operation, Schema
from crmdesk.domain.sentence import counted, joined, sentence
from crmdesk.domain.values import Value, same
from crmdesk.engine.confirming import host_of
from crmdesk.engine.crew import each
from crmdesk.engine.journal import BatchInfo, Entry, Journal
from crmdesk.engine.looking_up import look_up, unheard
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import Kind, StagedRecord, lines_slot, staged_lines
from crmdesk.engine.staging import NEW, StagedChanges
from crmdesk.engine.undo_plan import LeftOut, Part, Remark, UndoPlan, joined_parts


class Undoer:
    """Plans and stages the opposite of batches, for one account. Used on the loop's thread."""

    def __init__(self, session: AccountSession, journal: Journal, staged: StagedChanges) -> None:
        self._session, self._journal, self._staged = session, journal, staged

    async def plan(self, batch: int, progress: Callable[[int, int], None] | None = None) -> UndoPlan:
        """Hold a batch against what the server holds now, record by record; nothing is sent or staged.

        Changes whose outcome is not known are looked up first, and what is found is noted.

        Args:
            progress: told (records done, records).

        Raises:
            Invalid: there is no such batch. NotPermitted: it was applied to another server. CrmError: the server cannot
                be read.
        """
        info = await self._journal.batch(batch)
        if info is None:
            raise Invalid(sentence("The journal has no batch {batch}.", batch=batch))
        self._same_server(info)
        groups = await self._journal.effects(batch)
        told = (lambda done: progress(done, len(groups))) if progress is not None else None
        workers = self._session.lane_count + 1  # while one reads the journal, no lane waits
        parts = await each(groups, lambda one: self._group(batch, one), workers=workers, progress=told)
        return joined_parts(info, parts)

    async def stage(self, plan: UndoPlan) -> int:
        """Stage a plan in one step, which undo takes back; how many changes.

        Raises:
            ProfileError: the account's file cannot be written; nothing is staged.
        """
        if plan.restored:
            await self._staged.stage(plan.restored, sentence("Undo of batch {batch}", batch=plan.batch.id))
        return plan.fields

    def _same_server(self, info: BatchInfo) -> None:
        """Records of one server must not be looked for on another."""
        host, (_, at, there) = host_of(self._session.profile), info.server.rpartition(" at ")
        if at and host and there != host:
            raise NotPermitted(
                sentence(
                    "This batch was applied to {there}; the account now points to {host}. Change its address back first.",
                    there=there,
                    host=host,
                )
            )

    # ---- one record --------------------------------------------------------------------------------------------------

    async def _group(self, batch: int, positions: Sequence[int]) -> Part:
        """All that the batch did to one record, last things first."""
        part = Part()
        entries = [await self._heard(one, part) for one in await self._journal.entries_at(batch, positions)]
        done = [one for one in entries if one is not None]
        if not done:
            return part
        record, last = _record_of(done[-1]), done[-1]
        if record is None:
            part.cannot.append(Remark(None, last.title, sentence("The journal does not tell which record this was.")))
            return part
        if self._staged.get(record) is not None or self._staged.get(lines_slot(record)) is not None:
            why = sentence("This record has pending changes of yours. Apply or discard them, then undo again.")
            part.cannot.append(Remark(record, last.title, why))
            return part
        schema = await self._session.schema(record.module)
        try:
            now = await self._session.fetch(record)
        except (NotFound, NotPermitted) as error:
            await self._gone(part, done, schema, record, error)
            return part
        if not isinstance(last.change, Delete):  # a record that was deleted and is there again needs nothing
            await self._there(part, done, schema, now)
        return part

    async def _heard(self, entry: Entry, part: Part) -> Entry | None:
        """An entry that was certainly carried out; None = it was not, or nobody can tell (said in ``part``)."""
        if entry.outcome == "applied":
            return entry
        found: Outcome = await look_up(self._session, unheard(entry), entry.sent)
        if not isinstance(found, (Applied, Refused)):
            why = sentence("It is not known whether this was done: look for the record before you change anything.")
            part.cannot.append(Remark(_record_of(entry), entry.title, why))
            return None
        await self._journal.note(entry.batch, entry.position, found)
        if isinstance(found, Refused):
            return None
        return replace(entry, outcome="applied", after=found.record, document_after=found.document)

    async def _there(self, part: Part, done: list[Entry], schema: Schema, now: Record) -> None:
        """The record exists: its fields and lines go back, or where the batch made it, it goes."""
        first = done[0]
        if new_key(first.change) is not None:
            await self._unmake(part, first, done[-1], schema, now)
            return
        if not _may(schema, Operation.UPDATE):
            part.cannot.append(
                Remark(
                    now.id,
                    first.title,
                    sentence("You may not change {records} any more.", records=schema.module.label_plural),
                )
            )
            return
        wanted: dict[FieldName, Value] = {}
        labels: dict[FieldName, str] = {}
        left: dict[FieldName, LeftOut] = {}
        for entry in reversed(done):
            if isinstance(entry.change, Update):
                self._fields_back(entry, entry.change, schema, now, wanted, labels, left, part)
        values = {name: value for name, value in wanted.items() if not same(value, now.values.get(name))}
        part.left_out += left.values()
        if values:
            shown = {name: text for name, text in labels.items() if name in values}
            part.restored.append(StagedRecord(Kind.UPDATE, now, values, shown, first.title or now.id.key, first.batch))
        saved = [entry for entry in done if isinstance(entry.change, SaveDocument)]
        if saved:
            await self._lines_back(part, saved, now.id)

    @staticmethod
    def _fields_back(
        entry: Entry,
        change: Update,
        schema: Schema,
        now: Record,
        wanted: dict[FieldName, Value],
        labels: dict[FieldName, str],
        left: dict[FieldName, LeftOut],
        part: Part,
    ) -> None:
        """One change's fields, over what the later ones of the same batch would restore already."""
        before = entry.before or change.before
        for name, asked in change.values.items():
            wrote = entry.after.values.get(name, asked) if entry.after is not None else asked
            holds = wanted.get(name, now.values.get(name))
            was = before.values.get(name)
            if name in left or (name in wanted and not same(holds, wrote)):
                continue
            if entry.before is None and name not in before.values:  # a whole reading leaves out what is empty, at most
                part.cannot.append(
                    Remark(
                        now.id,
                        entry.title,
                        sentence("What {label} held before was never read.", label=_label(schema, name)),
                    )
                )
            elif same(holds, was):
                continue
            elif not same(holds, wrote):
                left[name] = LeftOut(now.id, entry.title, name, wrote, holds)
            elif why := _cannot_hold(schema, name, was):
                part.cannot.append(Remark(now.id, entry.title, why))
            else:
                wanted[name] = was
                if before.labels.get(name):
                    labels[name] = before.labels[name]

    async def _unmake(self, part: Part, made: Entry, last: Entry, schema: Schema, now: Record) -> None:
        """A record that the batch made is deleted, unless somebody has worked on it since."""
        if not _may(schema, Operation.DELETE):
            why = sentence(
                "It was made by this batch, and you may not delete {records}.", records=schema.module.label_plural
            )
            part.cannot.append(Remark(now.id, made.title, why))
            return
        seen = last.after or made.after
        held = seen.values if seen is not None else {}
        editable = {one.name for one in schema.fields if not one.read_only}
        moved = [n for n, v in now.values.items() if n in held and n in editable and not same(v, held[n])]
        if moved:
            part.left_out += [LeftOut(now.id, made.title, n, held[n], now.values[n]) for n in moved]
            why = sentence("It was made by this batch, and somebody has worked on it since: it is not deleted.")
            part.cannot.append(Remark(now.id, made.title, why))
            return
        lines = last.document_after or made.document_after
        if lines is not None and not says_the_same(lines.lines, (await self._session.fetch_document(now.id)).lines):
            why = sentence("It was made by this batch, and somebody has changed its lines since: it is not deleted.")
            part.cannot.append(Remark(now.id, made.title, why))
            return
        part.restored.append(StagedRecord(Kind.DELETE, now, title=made.title or now.id.key, undoes=made.batch))

    # ---- records that are gone ---------------------------------------------------------------------------------------

    async def _gone(
        self, part: Part, done: list[Entry], schema: Schema, record: RecordId, error: NotFound | NotPermitted
    ) -> None:
        """The record cannot be read: made again where the batch deleted it."""
        last = done[-1]
        if new_key(done[0].change) is not None:
            return  # the batch made it, somebody has deleted it: as it was before
        if not isinstance(last.change, Delete):
            why = sentence("The record is gone.") if isinstance(error, NotFound) else error.user_text
            part.cannot.append(Remark(record, last.title, why))
            return
        if not _may(schema, Operation.CREATE):
            part.cannot.append(
                Remark(record, last.title, sentence("You may not add {records}.", records=schema.module.label_plural))
            )
            return
        held = last.before or last.change.before
        values = dict(held.values)
        for entry in reversed(done[:-1]):  # what the same batch had changed before it deleted the record
            if isinstance(entry.change, Update) and entry.before is not None:
                values |= {name: entry.before.values.get(name) for name in entry.change.values}
        key = await self._new_key(last)
        if key is None:
            return  # it has come back already
        self._again(part, last, schema, held, values, key)

    def _again(
        self, part: Part, last: Entry, schema: Schema, held: Record, values: dict[FieldName, Value], key: str
    ) -> None:
        """The wish for a record that was deleted, and what about it will not come back."""
        empty: tuple[Value, ...] = (None, "", ())
        kept = {
            name: value
            for name, value in values.items()
            if value not in empty and (one := schema.field(name)) is not None and not one.read_only and fits(value, one)
        }
        labels = {name: text for name, text in held.labels.items() if name in kept}
        base = Record(RecordId(held.id.module, key), {})
        title = last.title or held.id.key
        part.restored.append(StagedRecord(Kind.CREATE, base, kept, labels, title, last.batch))
        lost: list[str] = [
            sentence("It comes back with a new id; links to the old one, its history and its files do not.")
        ]
        number = schema.number_field
        if number and held.values.get(number) and number not in kept:
            lost.append(
                sentence("{label} {values} is given anew.", label=_label(schema, number), values=held.values[number])
            )
        if schema.module.is_sales_document:
            lost.append(sentence("Its lines do not come back."))
        part.remarks.append(Remark(held.id, title, joined(*lost)))

    async def _new_key(self, entry: Entry) -> str | None:
        """The key under which it is made again, the same each time; None where it has been, and is still there."""
        for attempt in range(100):
            key = f"{NEW}undo-{entry.batch}-{entry.position}" + (f"-{attempt + 1}" if attempt else "")
            made = await self._journal.created_before(key)
            if made is None:
                return key
            try:
                await self._session.fetch(made.id)
            except (NotFound, NotPermitted):
                continue  # it came back and was deleted again
            return None
        return None

    # ---- lines -------------------------------------------------------------------------------------------------------

    async def _lines_back(self, part: Part, saved: list[Entry], record: RecordId) -> None:
        """The lines as they were before the first save of the batch; what others changed after the last one stays."""
        before, after = saved[0].document_before, saved[-1].document_after
        title = saved[0].title
        if before is None or after is None:
            part.cannot.append(Remark(record, title, sentence("The journal does not hold the lines as they were.")))
            return
        now = await self._session.fetch_document(record)
        wanted = staged_lines(after, restored(after, before).lines).lines
        merge = merge_lines(after.lines, wanted, now.lines)
        clashes = {one.field: one for one in merge.merges if one.is_conflict}
        part.left_out += [LeftOut(record, title, one.field, one.base, one.theirs) for one in clashes.values()]
        lines = resolved(merge, lambda name: Side.THEIRS if name in clashes else None)
        if same_lines(now.lines, lines):
            return
        part.restored.append(staged_lines(now, lines, title, saved[0].batch))
        anew = _new_lines(now, lines)
        if anew:
            text = counted(
                anew, "A removed line comes back with a new id.", "{n} removed lines come back with a new id."
            )
            part.remarks.append(Remark(record, title, text))


def _new_lines(now: SalesDocument, lines: Sequence[object]) -> int:
    known = {line.key for line in now.lines}
    return sum(getattr(line, "key", None) not in known for line in lines)


def _record_of(entry: Entry) -> RecordId | None:
    if entry.after is not None:
        return entry.after.id
    match entry.change:
        case Update(before, _) | Delete(before):
            return before.id
        case SaveDocument(before, after):
            return after.header.id if before is not None else None
        case Create():
            return None


def _may(schema: Schema, operation: Operation) -> bool:
    return operation in schema.module.operations


def _label(schema: Schema, name: FieldName) -> str:
    one = schema.field(name)
    return one.label if one is not None else name


def _cannot_hold(schema: Schema, name: FieldName, value: Value) -> str:
    """Why a field cannot be given its former value, "" = it can."""
    one = schema.field(name)
    if one is None:
        return sentence("The server has no field {name} any more.", name=name) if schema.is_complete else ""
    if one.read_only:
        return sentence("{what} can no longer be changed.", what=one.label)
    return "" if fits(value, one) else sentence("{what} no longer takes such a value.", what=one.label)
