# SPDX-License-Identifier: MIT
"""The lists that hang on a record, and bringing records into them."""

from collections.abc import Callable, Mapping

from crmdesk.connectors.port import Relation
from crmdesk.connectors.vendors.webcrm import notes, paging
from crmdesk.connectors.vendors.webcrm.catalog import Catalog
from crmdesk.connectors.vendors.webcrm.operations import spec
from crmdesk.connectors.vendors.webcrm.resources import DELIVERIES, NOTES, SUB_LISTS, SubList
from crmdesk.connectors.vendors.webcrm.session import Session, rows
from crmdesk.connectors.wire.text import to_int
from crmdesk.domain.changes import Update
from crmdesk.domain.errors import NotFound, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence


def list_relations(record: RecordId) -> tuple[Relation, ...]:
    """The lists a record has; how long they are the server does not tell."""
    return tuple(Relation(one.key, one.label, one.module, None) for one in SUB_LISTS.get(record.module, ()))


def _sub_list(record: RecordId, relation: Relation) -> SubList:
    found = next((one for one in SUB_LISTS.get(record.module, ()) if one.key == relation.key), None)
    if found is None:
        raise NotFound(sentence("There is no list “{relation}” there.", relation=relation.label))
    return found


def rows_of(session: Session, path: str, key: str, id_field: str) -> tuple[Mapping[str, object], ...]:
    """All rows of a paged list that hangs on a record."""

    def window(page: int, size: int) -> tuple[Mapping[str, object], ...]:
        return rows(session.get(path, key, Page=str(page), Size=str(size)), path)

    return paging.everything(window, id_field)


def list_related(session: Session, catalog: Catalog, record: RecordId, relation: Relation) -> tuple[Record, ...]:
    """The records of one list."""
    one = _sub_list(record, relation)
    if one.module == NOTES:
        return notes.notes_of(session, catalog, record)
    reader = catalog.reader(one.module)
    found = rows_of(session, one.path, record.key, reader.resource.id_field)
    made = [reader.record(row) for row in found]
    if record.module == DELIVERIES and one.path.endswith("/QuotationLines"):
        made = [_of_delivery(line, record) for line in made]
    return catalog.with_names(made)


def _of_delivery(line: Record, delivery: RecordId) -> Record:
    """A line's OpportunityId holds the delivery's id."""
    name = FieldName("QuotationLineOpportunityId")
    values = {**line.values, name: delivery} if line.values.get(name) is not None else line.values
    return Record(line.id, values, line.labels, line.version, line.raw)


def link(
    session: Session,
    record: RecordId,
    relation: Relation,
    targets: tuple[RecordId, ...],
    *,
    read: Callable[[RecordId], Record],
    update: Callable[[Update], Record],
) -> None:
    """Bring records into a list: by ``Move`` where there is one, else by their own field.

    Raises:
        Unsupported: the list cannot be added to.
    """
    one = _sub_list(record, relation)
    for target in targets:
        if one.moves:
            move(session, one.module, target.key, record.key)
        elif one.back:
            full = RecordId(one.module, target.key)
            update(Update(read(full), {FieldName(one.back): record}))
        else:
            raise Unsupported(sentence("adding to “{what}” by choosing; create the record instead", what=one.label))


def move(session: Session, module: ModuleName, key: str, organisation: str) -> None:
    """Give an activity, opportunity or delivery to another organisation."""
    number = to_int(organisation)
    if number is None or number <= 0:
        raise NotFound(sentence("“{organisation}” is no organisation.", organisation=organisation))
    session.call(spec("POST", f"/{module}/{{id}}/Move"), {"id": key}, body={"NewOrganisationId": number})
