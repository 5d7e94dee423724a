# SPDX-License-Identifier: MIT
"""PURE: decoded SOAP replies -> Record; values typed by the schema, what does not fit its type stays text."""

import json
from collections.abc import Mapping
from datetime import tzinfo

from crmdesk.connectors.vendors.crmservice.values import raw_text, value_of
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.connectors.wire.soap import Decoded
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

Row = Mapping[str, Decoded]


def rows_of(result: Decoded, where: str) -> tuple[Row, ...]:
    """The groups of a list; nothing is none, a single group is a list of one.

    Raises:
        MalformedReply: it is something else.
    """
    if result is None or result == "" or result == []:
        return ()
    found = result if isinstance(result, list) else [result]
    if isinstance(result, dict) and len(result) == 1 and isinstance(next(iter(result.values())), list):
        inside = next(iter(result.values()))
        found = inside if isinstance(inside, list) else []
    rows = tuple(one for one in found if isinstance(one, dict))
    if len(rows) != len([one for one in found if one not in (None, "")]):
        raise MalformedReply(sentence("The server's list is not what it should be. Try again."), where=where)
    return rows


def key_of(row: Row, id_member: str) -> str:
    """A record's id; "" = it has none."""
    raw = row.get(id_member)
    text = raw.strip() if isinstance(raw, str) else ""
    return "" if text == "0" else text


def record(row: Row, schema: Schema, id_member: str, zone: tzinfo, *, with_raw: bool = False) -> Record:
    """One record; members the schema does not know are left out of the values.

    Raises:
        MalformedReply: it has no id.
    """
    key = key_of(row, id_member)
    if not key:
        raise MalformedReply(sentence("The server's answer is not a record. Reload the list."), where=id_member)
    values: dict[FieldName, Value] = {}
    labels: dict[FieldName, str] = {}
    for known in schema.fields:
        if known.name in row:
            value = value_of(row[known.name], known, zone)
            values[known.name] = value
            if known.choices and isinstance(value, str) and known.choice_label(value) != value:
                labels[known.name] = known.choice_label(value)
    version = next((text for name in _STAMPS if isinstance(text := row.get(name), str) and text), None)
    return Record(RecordId(schema.module.name, key), values, labels, version, raw_text(row) if with_raw else "")


_STAMPS = ("modifiedtime", "modified_time", "updated_at", "modified")


def new_key(result: Decoded, id_member: str) -> str:
    """The id in the answer of a create or save: a group with one, a bare one, a list of one; "" = none is told."""
    if isinstance(result, list):
        return new_key(result[0], id_member) if len(result) == 1 else ""
    if isinstance(result, dict):
        names = (id_member, "id", "crmid", "record_id", "entity_id", "entityid")
        return next((key for name in names if name and (key := key_of(result, name))), "")
    text = (result or "").strip()
    return text if text and text not in ("0", "true", "false") and len(text) <= 64 and " " not in text else ""


def saved_keys(result: Decoded) -> tuple[str, ...]:
    """The ids in the answer of ``bulkEntitySave``: a JSON text of an array; an id that is not told is "".

    Raises:
        MalformedReply: it is no JSON array; the records may have been saved.
    """
    try:
        told = json.loads(result, cls=Decoder) if isinstance(result, str) else result
    except ValueError:
        told = None
    if not isinstance(told, list):
        raise MalformedReply(
            sentence(
                "The server's answer to saving is not what it should be. Look at the record before you try again."
            ),
            to_text(result)[:300] if isinstance(result, str) else "",
            where="bulkEntitySave",
        )
    return tuple(_saved_key(one) for one in told)


def _saved_key(one: object) -> str:
    if isinstance(one, dict):
        inside = next((one[name] for name in ("id", "crmid", "record_id", "entityid", "record") if one.get(name)), "")
        return to_text(inside).strip() if not isinstance(inside, (dict, list)) else ""
    if isinstance(one, (bool, list)) or one is None:
        return ""
    text = to_text(one).strip()
    return "" if text == "0" else text
