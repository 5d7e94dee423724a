# SPDX-License-Identifier: MIT
"""The lists that hang on a record: read at ``/<module>/<id>/<relation>``, linked by the other record's own field or at
``/relationships/<relation>``.

Reading is the vendor's (``references/relations.md``); writing ``/relationships`` is JSON:API 1.1, "Updating
Relationships", and a server that does not offer it says so.
"""

from collections.abc import Callable

from crmdesk.connectors.port import Relation
from crmdesk.connectors.vendors.crmservice.names import label_of
from crmdesk.connectors.vendors.crmservice.rest import meta, paging, payload, query
from crmdesk.connectors.vendors.crmservice.rest.catalog import Catalog
from crmdesk.connectors.vendors.crmservice.rest.meta import Link
from crmdesk.connectors.vendors.crmservice.rest.session import Resource, RestSession, place
from crmdesk.domain.changes import Update
from crmdesk.domain.errors import NotFound, UnknownOperation, Unsupported
from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence


def list_relations(catalog: Catalog, record: RecordId) -> tuple[Relation, ...]:
    """The lists a record has; how long they are the server does not tell."""
    links = (one for one in catalog.described(record.module).links if one.is_many and catalog.has(one.module))
    return tuple(Relation(one.name, label_of(one.name), one.module, None) for one in links)


def _link(catalog: Catalog, record: RecordId, relation: Relation) -> Link:
    found = next((one for one in catalog.described(record.module).links if one.name == relation.key), None)
    if found is None:
        raise NotFound(sentence("There is no list “{relation}” there.", relation=relation.label))
    return found


def resources_of(session: RestSession, record: RecordId, relation: str) -> tuple[Resource, ...]:
    """Every resource of one list."""
    path = place(record.module, record.key, relation)

    def ask(_last: str, offset: int, size: int) -> paging.Listed:
        told = {"page[size]": str(size)} | ({"offset": str(offset)} if offset else {})
        return paging.listed(session.get(path, told, names_one=True), path, size)

    return paging.everything(ask)


def list_related(session: RestSession, catalog: Catalog, record: RecordId, relation: Relation) -> tuple[Record, ...]:
    """The records of one list."""
    one = _link(catalog, record, relation)
    reader = catalog.reader(one.module)
    return tuple(reader.record(row) for row in resources_of(session, record, one.name))


def link(
    session: RestSession,
    catalog: Catalog,
    record: RecordId,
    relation: Relation,
    targets: tuple[RecordId, ...],
    *,
    read: Callable[[RecordId], Record],
    update: Callable[[Update], Record],
) -> None:
    """Bring records into a list: by their own field where they have one for it, else as a relationship."""
    one = _link(catalog, record, relation)
    full = tuple(RecordId(one.module, target.key) for target in targets)
    back = meta.back_field(catalog.schema(one.module), record.module)
    if back is not None:
        for target in full:
            update(Update(read(target), {back: record}))
        return
    _relationship(session, "POST", record, one, full)


def unlink(
    session: RestSession,
    catalog: Catalog,
    record: RecordId,
    relation: Relation,
    target: RecordId,
    *,
    read: Callable[[RecordId], Record],
    update: Callable[[Update], Record],
) -> None:
    """Take one relation away.

    Raises:
        Unsupported: the server cannot. Invalid: the record must belong somewhere.
    """
    one = _link(catalog, record, relation)
    full = RecordId(one.module, target.key)
    back = meta.back_field(catalog.schema(one.module), record.module)
    if back is not None:
        update(Update(read(full), {back: None}))
        return
    _relationship(session, "DELETE", record, one, (full,))


def _relationship(
    session: RestSession, method: str, record: RecordId, one: Link, targets: tuple[RecordId, ...]
) -> None:
    path = place(record.module, record.key, "relationships", one.name)
    try:
        session.write(method, path, payload.linkage(targets))
    except UnknownOperation as error:
        raise Unsupported(sentence("changing the list “{label_of}”", label_of=label_of(one.name))) from error


def search_of(record: RecordId, field: str) -> query.Expression:
    """The records whose field points to this one."""
    return {"$eq": [field, record.key]}
