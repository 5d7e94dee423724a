# SPDX-License-Identifier: MIT
"""Making one record of several: what the kept one takes over, what is pointed at it, what is deleted, what is lost.

Everything becomes staged changes; nothing is sent here. What is not a field of some record (links that a server keeps
in tables of its own, lines, mails) cannot be staged: it is counted and named, so that a person decides knowing it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crmdesk.connectors.port import RelatesRecords, Relation
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank
from crmdesk.domain.schema import FieldType, Module, Operation, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, same
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import Edit, Kind, StagedRecord, with_edit
from crmdesk.engine.staging import StagedChanges


@dataclass(frozen=True, slots=True)
class Pointing:
    """A record that refers to one of those that go."""

    record: Record
    field: FieldName
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan:
    """What a merge would do.

    Attributes:
        values: what the kept record takes over: field -> value.
        moves: records that refer to those that go; they will refer to the kept one.
        lost: sentences: what the server does not let us move.
        can_delete: False where the others cannot be deleted; they stay, emptied of nothing.
    """

    keep: Record
    others: tuple[Record, ...]
    values: Mapping[FieldName, Value] = field(default_factory=dict)
    moves: tuple[Pointing, ...] = ()
    lost: tuple[str, ...] = ()
    can_delete: bool = True

    @property
    def count(self) -> int:
        """Records that will be changed or deleted."""
        return bool(self.values) + len({one.record.id for one in self.moves}) + len(self.others) * self.can_delete


def taken_over(keep: Record, others: Sequence[Record], schema: Schema) -> dict[FieldName, Value]:
    """What the kept record lacks and another has; of several, the first one's."""
    found: dict[FieldName, Value] = {}
    among: tuple[Value, ...] = (keep.id, *(record.id for record in others))  # nobody is their own parent
    for known in schema.fields:
        if known.read_only or not is_blank(keep.values.get(known.name)):
            continue
        value = next((v for one in others if not is_blank(v := one.values.get(known.name)) and v not in among), None)
        if value is not None:
            found[known.name] = value
    return found


class Merger:
    """Plans and stages merges for one account."""

    def __init__(self, session: AccountSession, staged: StagedChanges) -> None:
        self._session, self._staged = session, staged

    async def plan(
        self, keep: Record, others: Sequence[Record], progress: Callable[[str], None] | None = None
    ) -> MergePlan:
        """Look for everything that refers to the records that go; asks the server, changes nothing.

        Args:
            progress: told the label of the module that is being looked through.

        Raises:
            CrmError.
        """
        schema = await self._session.schema(keep.id.module)
        whole = [await self._session.fetch(record.id) for record in (keep, *others)]
        keep, others = whole[0], whole[1:]
        moves: list[Pointing] = []
        lost: list[str] = []
        gone = tuple(record.id for record in others)
        for module in await self._session.modules():
            if progress is not None:
                progress(module.label_plural)
            try:
                found, frozen = await self._pointing(module, gone)
            except CrmError as error:
                lost.append(
                    sentence(
                        "{records} could not be looked through: {reason}",
                        records=module.label_plural,
                        reason=error.user_text,
                    )
                )
                continue
            moves += found
            if frozen:
                lost.append(
                    sentence(
                        "{frozen} {records} refer to them in a field that cannot be changed.",
                        frozen=frozen,
                        records=module.label_plural,
                    )
                )
        lost += await self._unmovable(others, {one.record.id for one in moves})
        selves = {one.field: None for one in moves if one.record.id == keep.id}
        return MergePlan(
            keep=keep,
            others=tuple(others),
            values={**taken_over(keep, others, schema), **selves},
            moves=tuple(one for one in moves if one.record.id != keep.id),
            lost=tuple(lost),
            can_delete=Operation.DELETE in schema.module.operations,
        )

    async def stage(self, plan: MergePlan, chosen: Mapping[FieldName, Value] | None = None) -> int:
        """Stage a merge as one step for undo; how many records it touches.

        Args:
            chosen: what the kept record shall hold, in place of what the plan proposes.

        Raises:
            ProfileError: the account's file cannot be written; nothing is staged.
        """
        schema = await self._session.schema(plan.keep.id.module)
        wanted: dict[RecordId, StagedRecord] = {}

        def change(record: Record, name: FieldName, value: Value, title: str, label: str = "") -> None:
            old = wanted.get(record.id) or self._staged.get(record.id) or StagedRecord(Kind.UPDATE, record)
            new = with_edit(old, Edit(record, name, value, label, title))
            if new is not None:
                wanted[record.id] = new

        kept_title = plan.keep.shown(schema.title_field)
        values = plan.values if chosen is None else chosen
        for name, value in values.items():
            if not same(value, plan.keep.values.get(name)):
                label = next(
                    (r.labels[name] for r in plan.others if name in r.labels and same(r.values.get(name), value)), ""
                )
                change(plan.keep, name, value, kept_title, label)
        for one in plan.moves:
            change(one.record, one.field, plan.keep.id, one.title, kept_title)
        if plan.can_delete:
            for record in plan.others:
                wanted[record.id] = StagedRecord(Kind.DELETE, record, title=record.shown(schema.title_field))
        await self._staged.stage(
            wanted.values(), sentence("Merge into {kept_title}", kept_title=kept_title or plan.keep.id.key)
        )
        return len(wanted)

    async def _pointing(self, module: Module, gone: Sequence[RecordId]) -> tuple[list[Pointing], int]:
        """Records of a module that refer to those that go, and how many do so in a field nobody can change."""
        schema = await self._session.schema(module.name)
        of = gone[0].module
        fields = [f for f in schema.fields if f.type is FieldType.REFERENCE and (not f.refers_to or of in f.refers_to)]
        if not module.is_listed or not fields:
            return [], 0
        found, frozen = list[Pointing](), 0
        for known in fields:
            for target in gone:
                feed = PageFeed(
                    self._session,
                    Query(module.name, (schema.title_field, known.name), Compare(known.name, Op.EQ, target)),
                )
                for record in await feed.rest():
                    if record.id in gone:
                        continue
                    if known.read_only or Operation.UPDATE not in module.operations:
                        frozen += 1
                    else:
                        found.append(Pointing(record, known.name, record.shown(schema.title_field)))
        return found, frozen

    async def _unmovable(self, others: Sequence[Record], moved: set[RecordId]) -> list[str]:
        """Relations of the server's own whose records no field points back with."""
        if not self._session.offers(RelatesRecords):
            return [
                sentence(
                    "Links that are no fields (campaigns, documents) cannot be seen here; look at the records first."
                )
            ]
        sentences: list[str] = []
        for record in others:
            try:
                relations = await self._session.ask_role(RelatesRecords, lambda c, r=record.id: c.list_relations(r))  # type: ignore[misc]
                for relation in relations:
                    if relation.count == 0:
                        continue
                    left = [r for r in await self._related(record.id, relation) if r.id not in moved]
                    if left:
                        sentences.append(
                            sentence(
                                "{n} {relation} of {record} are not moved.",
                                n=len(left),
                                relation=relation.label,
                                record=record.id.key,
                            )
                        )
            except CrmError as error:
                sentences.append(
                    sentence(
                        "The links of {record} could not be read: {reason}",
                        record=record.id.key,
                        reason=error.user_text,
                    )
                )
        return sentences

    async def _related(self, record: RecordId, relation: Relation) -> tuple[Record, ...]:
        return await self._session.ask_role(RelatesRecords, lambda c: c.list_related(record, relation))
