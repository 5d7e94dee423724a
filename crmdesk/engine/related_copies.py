# SPDX-License-Identifier: MIT
"""Related records out of the copies: whatever is copied and refers to a record.

It is less than a server tells: links without a field (members of a campaign, say) are not in any copy.
"""

from dataclasses import dataclass

from crmdesk.connectors.port import Relation
from crmdesk.domain.names import RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.engine.mirror import Mirror

MOST = 200
"""Records of one list."""


@dataclass(frozen=True, slots=True)
class CopiedList:
    """One list of a record. ``relation`` tells it as a server would; ``field``: by which its records refer to it."""

    relation: Relation
    field: Field
    schema: Schema


async def lists_of(mirror: Mirror, record: RecordId) -> tuple[CopiedList, ...]:
    """Every list that the copies can tell, with counts; those that are empty, too.

    Raises:
        ProfileError: the file cannot be used.
    """
    found: list[CopiedList] = []
    for module in await mirror.modules():
        schema = await mirror.schema(module.name)
        if schema is None:
            continue
        fields = [f for f in schema.fields if f.type is FieldType.REFERENCE and record.module in f.refers_to]
        for field in fields:
            label = module.label_plural
            if len(fields) > 1:
                label = sentence("{module} ({field})", module=module.label_plural, field=field.label)
            count = await mirror.count(module.name, Compare(field.name, Op.EQ, record))
            relation = Relation(f"copy:{module.name}/{field.name}", label, module.name, count)
            found.append(CopiedList(relation, field, schema))
    return tuple(found)


async def records_of(mirror: Mirror, record: RecordId, one: CopiedList) -> tuple[Record, ...]:
    """The records of a list, the first ones of very many.

    Raises:
        CrmError: the copy was dropped meanwhile.
    """
    view = await mirror.view(Query(one.relation.module, (), Compare(one.field.name, Op.EQ, record)))
    try:
        return tuple(row for row in view.read(0, MOST) if row.id.key)
    finally:
        view.close()
