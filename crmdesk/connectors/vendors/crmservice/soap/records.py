# SPDX-License-Identifier: MIT
"""Reading and writing records through whatever operations a manager's WSDL offers.

read    by its fetch operation, else by a search for its id
add     by its create operation, else by ``entityManager.bulkEntitySave``
change  by its update operation with the whole record as it was just read, else by ``bulkEntitySave`` with its id
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from crmdesk.connectors.vendors.crmservice.soap import parse, payload, planner, query
from crmdesk.connectors.vendors.crmservice.soap.catalog import ENTITIES, Catalog, Known
from crmdesk.connectors.vendors.crmservice.soap.parse import Row
from crmdesk.connectors.vendors.crmservice.soap.planner import Call
from crmdesk.connectors.vendors.crmservice.soap.session import SoapSession
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.changes import Update
from crmdesk.domain.errors import MalformedReply, NotFound, OutcomeUnclear, Unsupported
from crmdesk.domain.names import Cursor, FieldName, RecordId
from crmdesk.domain.overtaken import refuse_overtaken
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page begins: rows handed out before, and the first row of the page before this."""

    at: int = 0
    first: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A record that was added. ``row``: the record as the answer told it, None where that tells less than was sent."""

    key: str
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """Owned by one connector."""

    session: SoapSession
    catalog: Catalog
    zone: tzinfo

    # Lists

    def page(self, asked: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a list or search.

        Raises:
            Unsupported: the server gives no rows without a condition, and there is none.
        """
        one, schema = self.catalog.known(asked.module), self.catalog.schema(asked.module)
        listing = one.plan.listing
        if listing is None:
            raise Unsupported(sentence("a list of {records} over SOAP", records=one.module.label_plural.lower()))
        condition = query.condition(asked.where, schema, is_only_way=not one.module.can_be_listed)
        if condition is None and not one.module.can_be_listed:
            raise Unsupported(
                sentence(
                    "a list of {records} over SOAP; add a condition with = to search for some",
                    records=one.module.label_plural.lower(),
                )
            )
        place = place_of(Place, after) or Place()
        size = max(1, limit)
        told = query.criteria(listing, condition, limit=size, offset=place.at)
        rows = parse.rows_of(
            self.session.call(one.manager, listing.call.operation, told, write=False), listing.call.operation.name
        )
        if not listing.offset:
            rows, more = rows[place.at : place.at + size], len(rows) > place.at + size
        else:
            # Only an empty page is the end: a server may give fewer rows than it is asked for.
            more = bool(rows)
            rows = rows[:size]
        first = parse.key_of(rows[0], one.plan.id_member) if rows else ""
        if rows and place.at and first == place.first:
            return Page(())  # it takes no notice of the offset
        made = tuple(parse.record(row, schema, one.plan.id_member, self.zone) for row in rows)
        return Page(made, cursor_of(Place(place.at + len(rows), first)) if more and rows else None)

    # One record

    def row(self, record: RecordId) -> Row:
        """A record as the server tells it.

        Raises:
            NotFound. Unsupported: no operation reads one.
        """
        one = self.catalog.known(record.module)
        plan = one.plan
        if plan.fetch is not None:
            told = {plan.fetch.key: _key(plan.fetch, record.key)}
            found = parse.rows_of(
                self.session.call(one.manager, plan.fetch.operation, told, write=False), plan.fetch.operation.name
            )
            rows = tuple(row for row in found if parse.key_of(row, plan.id_member) == record.key)
        elif plan.listing is not None and plan.listing.is_search:
            told_id = (FieldName(plan.id_member), record.key)
            told = query.criteria(plan.listing, told_id, limit=2, offset=0)
            found = parse.rows_of(
                self.session.call(one.manager, plan.listing.call.operation, told, write=False), one.manager
            )
            rows = tuple(row for row in found if parse.key_of(row, plan.id_member) == record.key)
        else:
            raise Unsupported(sentence("reading single {records} over SOAP", records=one.module.label_plural.lower()))
        if not rows:
            raise NotFound(
                sentence("The record is not there: it was deleted, or it never existed. Reload the list."), record.key
            )
        return rows[0]

    def fetch(self, record: RecordId, lines: int | None = None) -> Record:
        """One record with everything the server tells.

        Args:
            lines: how many it must have, after a write that was not to touch them; None = any.

        Raises:
            NotFound. OutcomeUnclear: it has another number of lines.
        """
        one = self.catalog.known(record.module)
        row = self.row(record)
        if lines is not None and (now := _line_count(one, row)) != lines:
            raise OutcomeUnclear(
                sentence(
                    "It had {lines} lines before and has {now} now. Look at its lines at once.", lines=lines, now=now
                )
            )
        return parse.record(row, self.catalog.schema(record.module), one.plan.id_member, self.zone, with_raw=True)

    # Writing

    def create(self, one: Known, schema: Schema, values: Mapping[FieldName, Value], rows: object = None) -> Made:
        """Add a record.

        Raises:
            Unsupported: no operation takes it. OutcomeUnclear: which one it is was not told.
        """
        call = one.plan.create
        group = call.group if call is not None else None
        unknown = [name for name in values if group is None or group.member(name) is None]
        if call is None or group is None or (unknown and rows is None and self._may_be_bulk(one, schema)):
            if not self.catalog.takes_any:
                raise Unsupported(sentence("adding {records} over SOAP", records=one.module.label_plural.lower()))
            return Made(self._bulk(one, schema, values, ""))
        told: dict[str, object] = payload.group(values, group, self.zone)
        if rows is not None:
            told[one.plan.rows] = rows
        result = self.session.call(one.manager, call.operation, {call.subject: told}, write=True)
        key = parse.new_key(result, one.plan.id_member)
        if isinstance(result, list) and len(result) == 1:
            result = result[0]
        if not key:
            raise OutcomeUnclear(
                sentence(
                    "{module} was added, but the server did not say under which number. Look before you try again.",
                    module=one.module.label,
                )
            )
        # An answer that lacks something that was sent is no record, only a receipt.
        is_whole = isinstance(result, dict) and {*told, one.plan.id_member} <= result.keys()
        return Made(key, result if is_whole and isinstance(result, dict) else None)

    def _may_be_bulk(self, one: Known, schema: Schema) -> bool:
        return self.catalog.takes_any and bool(schema.fields)

    def update(
        self,
        one: Known,
        schema: Schema,
        change: Update,
        values: Mapping[FieldName, Value],
        rows: object = None,
        held: Row | None = None,
    ) -> int | None:
        """Change a record: it is read, changed and sent whole; its lines only where other ``rows`` are given.

        Returns:
            How many lines it has and must keep, None where that is not known.

        Args:
            values: the change's, as the server takes them. held: the record, where it was just read.

        Raises:
            Unsupported: no operation takes it. Conflict: a wanted field is no longer as in ``change.before``; nothing was
                sent. OutcomeUnclear.
        """
        record = change.before.id
        call = one.plan.update
        group = call.group if call is not None else None
        unknown = [name for name in values if group is None or group.member(name) is None]
        if call is None or group is None or (unknown and rows is None and self.catalog.takes_any):
            if not self.catalog.takes_any or rows is not None:
                raise Unsupported(sentence("changing {records} over SOAP", records=one.module.label_plural.lower()))
            self._bulk(one, schema, values, record.key)
            return None
        row = self.row(record) if held is None else held
        refuse_overtaken(change, parse.record(row, schema, one.plan.id_member, self.zone))
        whole = payload.fitted(dict(row), group)
        told: dict[str, object] = dict(whole) if isinstance(whole, dict) else {}
        told |= payload.group(values, group, self.zone)
        # GUESS: lines that are not sent stay as they are; those that are sent are made anew, under other ids.
        told.pop(one.plan.rows, None)
        if rows is not None:
            told[one.plan.rows] = rows
        arguments: dict[str, object] = {call.subject: told}
        if call.key:
            arguments[call.key] = _key(call, record.key)
        else:
            own = planner.id_member(group, one.plan.stem)
            told[own] = payload.fitted(record.key, part) if (part := group.member(own)) else record.key
        self.session.call(one.manager, call.operation, arguments, write=True)
        return None if rows is not None else _line_count(one, row)

    def delete(self, one: Known, record: RecordId) -> None:
        """Remove a record.

        Raises:
            Unsupported: no operation does.
        """
        call = one.plan.delete
        if call is None:
            raise Unsupported(sentence("deleting {records} over SOAP", records=one.module.label_plural.lower()))
        self.session.call(one.manager, call.operation, {call.key: _key(call, record.key)}, write=True)

    def _bulk(self, one: Known, schema: Schema, values: Mapping[FieldName, Value], key: str) -> str:
        """``bulkEntitySave(session, type, datas)``: a JSON text there and back."""
        manager = self.session.managers.named(ENTITIES)
        operation = self.session.operation(manager, "bulkEntitySave")
        own = planner.session_name(operation, self.session.session_type)
        names = [part.name for part in operation.parameters if part.name != own]
        if len(names) != 2:
            raise Unsupported(sentence("saving records of any kind as documented"))
        told = {names[0]: str(one.module.name), names[1]: payload.bulk(values, schema, self.zone, key)}
        keys = parse.saved_keys(self.session.call(manager, operation, told, write=True))
        if not keys:
            raise MalformedReply(sentence("The server saved nothing, and does not say why."), where="bulkEntitySave")
        if key and keys[0] not in ("", key):
            raise OutcomeUnclear(
                sentence(
                    "The server made a new record ({keys}) instead of changing this one. Look at both before you go on.",
                    keys=keys[0],
                )
            )
        if not keys[0] and not key:
            raise OutcomeUnclear(
                sentence(
                    "The server says it saved the record, but not under which number, so it could not be checked. Look before you try again."
                )
            )
        return keys[0] or key


def _key(call: Call, key: str) -> object:
    part = call.operation.parameter(call.key)
    return payload.fitted(key, part) if part is not None else key


def _line_count(one: Known, row: Row) -> int | None:
    told = row.get(one.plan.rows) if one.plan.rows else None
    return None if told is None else len(parse.rows_of(told, one.plan.rows))
