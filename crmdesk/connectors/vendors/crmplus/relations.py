# SPDX-License-Identifier: MIT
"""Related lists: CRM+'s operations, and what its relatives have instead."""

from collections.abc import Mapping

from crmdesk.connectors.port import Relation
from crmdesk.connectors.vendors.crmplus import parse
from crmdesk.connectors.vendors.crmplus.catalog import Catalog
from crmdesk.connectors.vendors.crmplus.payload import dumped
from crmdesk.connectors.vendors.crmplus.query import MAX_PAGE, Terms, literal, render
from crmdesk.connectors.vendors.crmplus.session import Family, Session
from crmdesk.connectors.wire.text import decode_html, to_int, to_text
from crmdesk.domain.errors import CrmError, MalformedReply, NotFound
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, Module, Schema
from crmdesk.domain.sentence import sentence

_ALIASES = {"Activities": "Calendar", "EmailsLocal": "Emails"}
"""Related lists whose name is not their module's (CRM+'s document, getAllRelations)."""


def list_relations(session: Session, catalog: Catalog, record: RecordId) -> tuple[Relation, ...]:
    """The related lists of a record."""
    if session.family is Family.CRMPLUS:
        return parse_relations(session.call("getAllRelations", {"sourceId": record.key}))
    if session.family is Family.COREBOS:
        names = catalog.described(record.module).relation_names
        return tuple(Relation(module, label, ModuleName(module), None) for module, label in names.items())
    return parse_related_types(session.call("relatedtypes", {"elementType": record.module}))


def parse_relations(result: object) -> tuple[Relation, ...]:
    """``[{"name": "Contacts", "label": "Kontakte", "relation": 2}]``."""
    found = []
    for entry in parse.rows(result, "getAllRelations"):
        name = to_text(entry.get("name"))
        label = to_text(entry.get("label")) or name
        found.append(Relation(name, label, ModuleName(_ALIASES.get(name, name)), to_int(entry.get("relation"))))
    return tuple(found)


def parse_related_types(result: object) -> tuple[Relation, ...]:
    """vtiger: ``information`` maps the list's own label, which is its key, to name and translated label."""
    raw = result.get("information") if isinstance(result, dict) else None
    if not isinstance(raw, dict):
        if raw == []:
            return ()
        raise MalformedReply(sentence("The server's related lists are not what they should be."), where="relatedtypes")
    return tuple(
        Relation(
            str(key), decode_html(to_text(entry.get("label"))) or str(key), ModuleName(to_text(entry["name"])), None
        )
        for key, entry in raw.items()
        if isinstance(entry, dict) and entry.get("name")
    )


def list_related(session: Session, catalog: Catalog, record: RecordId, relation: Relation) -> tuple[Record, ...]:
    """The records of one related list."""
    if session.family is Family.CRMPLUS:
        result = session.call("getRelatedRecords", {"sourceId": record.key, "moduleName": relation.key})
        return parse_related(result, relation, catalog)
    if session.family is Family.COREBOS:
        return _corebos_related(session, catalog, record, relation)
    result = session.call(
        "retrieve_related", {"id": record.key, "relatedType": relation.module, "relatedLabel": relation.key}
    )
    schema = _schema(catalog, relation.module, ())
    return tuple(parse.record(row, schema, catalog.reading) for row in parse.rows(result, "retrieve_related"))


def parse_related(result: object, relation: Relation, catalog: Catalog) -> tuple[Record, ...]:
    """``{"name", "module", "fields": [{name, label}], "relations": [record…]}``; the records hold some fields only."""
    if not isinstance(result, dict):
        if not result:
            return ()
        raise MalformedReply(
            sentence("The server's related records are not what they should be."), where="getRelatedRecords"
        )
    told = parse.rows(result.get("fields") or [], "getRelatedRecords.fields")
    schema = _schema(catalog, relation.module, told)
    rows = parse.rows(result.get("relations") or [], "getRelatedRecords.relations")
    return tuple(parse.record(row, schema, catalog.reading) for row in rows)


def _schema(catalog: Catalog, module: ModuleName, told: tuple[Mapping[str, object], ...]) -> Schema:
    """The module's schema; where the server will not describe it, the told fields as texts."""
    try:
        return catalog.described(module).schema
    except (MalformedReply, NotFound, CrmError) as error:
        if error.retryable:
            raise
    fields = tuple(
        Field(name=FieldName(to_text(f.get("name"))), label=to_text(f.get("label")), read_only=True, filterable=False)
        for f in told
        if f.get("name")
    )
    title = fields[0].name if fields else FieldName("id")
    return Schema(Module(name=module, label=module, label_plural=module), fields, title, is_complete=False)


def _corebos_related(session: Session, catalog: Catalog, record: RecordId, relation: Relation) -> tuple[Record, ...]:
    """coreBOS's operation of the same name is a POST with other parameters, and its rows hold database columns.

    Only the ids are taken from them (recorded); the rows come by query.
    """
    result = session.call(
        "getRelatedRecordsPosted",
        {
            "id": record.key,
            "module": record.module,
            "relatedModule": relation.module,
            "queryParameters": dumped({"productDiscriminator": "", "columns": "id", "limit": "100", "offset": "0"}),
        },
    )
    raw = result.get("records") if isinstance(result, dict) else result
    keys = [to_text(row.get("id")) for row in parse.rows(raw or [], "getRelatedRecords")]
    keys = [key for key in keys if parse.is_full_id(key)][:MAX_PAGE]
    if not keys:
        return ()
    schema = catalog.described(relation.module).schema
    among = Terms((f"id in ({', '.join(literal(key) for key in keys)})",))
    rows = parse.rows(session.call("query", {"query": render(relation.module, ("*",), among)}), "query")
    return tuple(parse.record(row, schema, catalog.reading) for row in rows)


def link(session: Session, record: RecordId, relation: Relation, targets: tuple[RecordId, ...]) -> None:
    """Relate records.

    vtiger 8 answers "successfull" also for a record that does not exist (recorded), so each one is read first.
    """
    if not targets:
        return
    keys = [target.key for target in targets]
    if session.family is Family.CRMPLUS:
        session.call("addRelatedRecord", {"sourceId": record.key, "targetId": dumped(keys)})
        return
    for key in keys:
        session.call("retrieve", {"id": key})
    if session.family is Family.COREBOS:
        session.call("SetRelation", {"relate_this_id": record.key, "with_these_ids": dumped(keys)})
        return
    for key in keys:
        session.call(
            "add_related",
            {"sourceRecordId": record.key, "relatedRecordId": key, "relationIdLabel": relation.key},
        )
