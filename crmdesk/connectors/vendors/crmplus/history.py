# SPDX-License-Identifier: MIT
"""The server's log of changes: CRM+'s stream operations. Its relatives have none in their web service.

The stream speaks tab ids (Leads is "7") where everything else speaks id prefixes, and bare record numbers.
"""

from collections.abc import Mapping
from dataclasses import replace

from crmdesk.connectors.port import FieldChange, HistoryEntry, HistoryFilter, HistoryProperties
from crmdesk.connectors.vendors.crmplus import parse
from crmdesk.connectors.vendors.crmplus.catalog import Catalog
from crmdesk.connectors.vendors.crmplus.payload import dumped
from crmdesk.connectors.vendors.crmplus.session import Family, Session
from crmdesk.connectors.wire.text import decode_html, to_int, to_text
from crmdesk.domain.errors import MalformedReply, Unsupported
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sentence import sentence

ONLY_MINE, ALL_RECORDS = "LBL_ONLY_MINE", "LBL_ALL_RECORDS"

_KINDS: Mapping[int, str] = {0: "changed", 1: "created", 2: "changed", 3: "deleted", 4: "linked"}
"""``status``. GUESS: the document shows one entry: status 1, no changes, of a record its own create example has made."""

_BEFORE = ("before", "prevalue", "old", "oldvalue", "from", "previous")
_AFTER = ("after", "postvalue", "new", "newvalue", "to", "value")
_NAMES = ("label", "fieldlabel", "fieldname", "field", "name")


def properties(session: Session) -> HistoryProperties:
    """What the history can be asked for.

    Raises:
        Unsupported: the server is of another family.
    """
    _require(session)
    return parse_properties(session.call("getStreamProperties"))


def parse_properties(result: object) -> HistoryProperties:
    """``{"modules": [{name, id}], "timeframe": {"days": […]}, "assignment": [{name, label}]}``."""
    if not isinstance(result, dict):
        raise MalformedReply(
            sentence("The server's history settings are not what they should be."), where="getStreamProperties"
        )
    modules = parse.rows(result.get("modules") or [], "modules")
    assignments = parse.rows(result.get("assignment") or [], "assignment")
    frame = result.get("timeframe")
    days = frame.get("days") if isinstance(frame, dict) else []
    numbers = [to_int(day) for day in days] if isinstance(days, list) else []
    return HistoryProperties(
        {to_text(m.get("id")): to_text(m.get("name")) for m in modules if m.get("id")},
        tuple(number for number in numbers if number is not None),
        {to_text(a.get("name")): decode_html(to_text(a.get("label"))) for a in assignments if a.get("name")},
    )


def entries(session: Session, catalog: Catalog, wanted: HistoryFilter) -> tuple[HistoryEntry, ...]:
    """Changes, in the server's order (newest first).

    Raises:
        Unsupported: the server is of another family.
    """
    _require(session)
    labels = {text: m.name for m in catalog.modules() for text in (m.label_plural, m.label, m.name)}
    result = session.call("getStreamData", {"filter": dumped(filter_of(wanted))})
    return tuple(_with_full_id(entry, catalog, wanted.record) for entry in parse_entries(result, labels))


def _with_full_id(entry: HistoryEntry, catalog: Catalog, asked: RecordId | None) -> HistoryEntry:
    """The stream tells bare numbers ("213"); records are known by full ids ("2x213")."""
    if entry.record is None:
        return entry
    if asked is not None and asked.key.partition("x")[2] == entry.record.key:
        return replace(entry, record=asked)
    return replace(entry, record=RecordId(entry.record.module, catalog.full_id(entry.record.module, entry.record.key)))


def filter_of(wanted: HistoryFilter) -> dict[str, object]:
    """The ``filter`` object; what is not wanted is left to the server."""
    told: dict[str, object | None] = {
        "modules": ",".join(wanted.modules) or None,
        "assignment": None if wanted.only_mine is None else ONLY_MINE if wanted.only_mine else ALL_RECORDS,
        "timestamp": wanted.since_s,
        "timeframe": wanted.days,
        "maxchanges": wanted.max_changes,
        "maxrecords": wanted.max_records,
        "withchanges": wanted.with_changes,
        "withpagecount": wanted.with_page_count,
        "recordid": wanted.record.key.partition("x")[2] or wanted.record.key if wanted.record else None,
        "pagenumber": wanted.page,
    }
    return {name: value for name, value in told.items() if value is not None}


def parse_entries(result: object, modules_by_label: Mapping[str, ModuleName]) -> tuple[HistoryEntry, ...]:
    """``{"changes": [{"record": {…}, "module": {…}, "data": [{"datetime", "status", "changes"}]}]}``."""
    if not isinstance(result, dict):
        if not result:
            return ()
        raise MalformedReply(sentence("The server's history is not what it should be."), where="getStreamData")
    found: list[HistoryEntry] = []
    for one in parse.rows(result.get("changes") or [], "getStreamData.changes"):
        found.extend(_entries_of(one, modules_by_label))
    return tuple(found)


def _entries_of(one: Mapping[str, object], modules_by_label: Mapping[str, ModuleName]) -> list[HistoryEntry]:
    raw_record, raw_module = one.get("record"), one.get("module")
    about: Mapping[str, object] = raw_record if isinstance(raw_record, dict) else {}
    module: Mapping[str, object] = raw_module if isinstance(raw_module, dict) else {}
    label = decode_html(to_text(module.get("label")))
    key = to_text(about.get("id"))
    target = RecordId(modules_by_label.get(label, ModuleName("")), key) if key else None
    steps = parse.rows(one.get("data") or [{}], "getStreamData.data")
    return [
        HistoryEntry(
            record=target,
            record_label=decode_html(to_text(about.get("name"))),
            module_label=label,
            who=decode_html(to_text(step.get("modifiedBy") or about.get("modifiedBy"))).strip(),
            when=to_text(step.get("datetime") or about.get("modifiedOn")),
            kind=_KINDS.get(status, "other") if (status := to_int(step.get("status"))) is not None else "other",
            changes=_changes(step.get("changes")),
        )
        for step in steps
    ]


def _changes(raw: object) -> tuple[FieldChange, ...]:
    """Changed fields; how the server spells them is not documented, so the usual keys are tried."""
    listed = (
        [
            {"name": key, **value} if isinstance(value, dict) else {"name": key, "to": value}
            for key, value in raw.items()
        ]
        if isinstance(raw, dict)
        else raw
    )
    found = []
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            lower = {str(k).lower(): v for k, v in one.items()}
            found.append(FieldChange(_first(lower, _NAMES), _first(lower, _BEFORE), _first(lower, _AFTER)))
    return tuple(found)


def _first(entry: Mapping[str, object], keys: tuple[str, ...]) -> str:
    return next((decode_html(to_text(entry[key])) for key in keys if entry.get(key) is not None), "")


def _require(session: Session) -> None:
    if session.family is not Family.CRMPLUS:
        raise Unsupported(sentence("the history of changes"))
