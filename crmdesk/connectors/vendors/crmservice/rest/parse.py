# SPDX-License-Identifier: MIT
"""PURE: JSON:API resources -> Record; values typed by the schema, what does not fit its type stays text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from crmdesk.connectors.vendors.crmservice.rest.session import Resource
from crmdesk.connectors.vendors.crmservice.values import raw_text, value_of
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

UPDATED = "updated_at"


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes records of one module's resources.

    Attributes:
        zone: the clock of moments that come without an offset.
        names: id of a related record -> its title, by module.
    """

    schema: Schema
    zone: tzinfo = UTC
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def record(self, resource: Resource, *, with_raw: bool = False) -> Record:
        """One record; attributes the schema does not know are left out of the values.

        Raises:
            MalformedReply: the resource has no id.
        """
        key = to_text(resource.get("id")).strip()
        if not key:
            raise MalformedReply(sentence("The server's answer is not a record. Reload the list."), where="id")
        told = resource.get("attributes")
        attributes = told if isinstance(told, dict) else {}
        links = resource.get("relationships")
        relationships = links if isinstance(links, dict) else {}
        values: dict[FieldName, Value] = {}
        labels: dict[FieldName, str] = {}
        for known in self.schema.fields:
            raw = attributes.get(known.name, _ABSENT)
            if raw is _ABSENT and known.name == "id":
                raw = key
            module = known.refers_to[0] if len(known.refers_to) == 1 else ModuleName("")
            if known.type is FieldType.REFERENCE:
                pair = linked(relationships, known.name)
                if pair is not None and (raw is _ABSENT or to_text(raw) == pair.key):
                    raw, module = pair.key, pair.module or module
            if raw is _ABSENT:
                continue
            values[known.name] = value = value_of(raw, known, self.zone, module)
            label = self._label(known, value)
            if label:
                labels[known.name] = label
        version = to_text(attributes.get(UPDATED)) or None
        raw_shown = raw_text(resource) if with_raw else ""
        return Record(RecordId(self.schema.module.name, key), values, labels, version, raw_shown)

    def _label(self, known: Field, value: Value) -> str:
        if isinstance(value, RecordId):
            return self.names.get((value.module, value.key), "")
        if known.choices and isinstance(value, str):
            label = known.choice_label(value)
            return label if label != value else ""
        return ""


_ABSENT = object()


def linked(relationships: Mapping[str, object], name: str) -> RecordId | None:
    """``{"account": {"data": {"type": "accounts", "id": "7"}}}`` for ``account_id``."""
    told = relationships.get(name.removesuffix("_id"), relationships.get(name))
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, dict) or not to_text(data.get("id")):
        return None
    return RecordId(ModuleName(to_text(data.get("type"))), to_text(data["id"]))


def titles(included: object, title_of: Callable[[str], Iterable[str]]) -> dict[tuple[str, str], str]:
    """What came along as ``included``: (module, id) -> title.

    Args:
        title_of: a module's title fields, best first.
    """
    found: dict[tuple[str, str], str] = {}
    for one in included if isinstance(included, list) else ():
        if not isinstance(one, dict):
            continue
        module, told = to_text(one.get("type")), one.get("attributes")
        attributes = told if isinstance(told, dict) else {}
        texts = [to_text(attributes.get(name)).strip() for name in title_of(module)]
        title = next((text for text in texts if text), "")
        if title:
            found[(module, to_text(one.get("id")))] = title
    return found


def count_of(report: object) -> int:
    """The number in a ``/reporting`` answer: ``{"data": [{"count_value": 42}]}``, or its rows alone; no rows = none.

    Raises:
        MalformedReply.
    """
    data = report.get("data") if isinstance(report, dict) else report
    if isinstance(data, list) and not data:
        return 0
    row = data[0] if isinstance(data, list) else data
    number = to_int(row.get("count_value")) if isinstance(row, dict) else None
    if number is None or number < 0:
        raise MalformedReply(sentence("The server's count is not a number. Try again."), where="count_value")
    return number
