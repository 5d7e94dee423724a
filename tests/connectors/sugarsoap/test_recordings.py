# SPDX-License-Identifier: MIT
"""Every recorded exchange: its reply becomes values or one error of ours; requests that succeeded are of our own shape."""

from collections.abc import Mapping
from typing import Any

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.vendors.sugarsoap import faults, parse
from crmdesk.connectors.vendors.sugarsoap.clock import Clock, learnt
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import Described, described, module
from crmdesk.connectors.vendors.sugarsoap.parse import Reading, RowReader
from crmdesk.connectors.wire.soap import Decoded, SoapFault, decode
from crmdesk.connectors.wire.soap.service import read_envelope
from crmdesk.domain.errors import CrmError, NotACrm, NotPermitted, ServerFault, SessionExpired
from crmdesk.domain.names import ModuleName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType
from tests.connectors.sugarsoap.support import FakeHttp, connect, recordings

FOLDERS = {"splendid": Family.SPLENDID, "suitecrm": Family.SUGAR}
CLOCKS = {Family.SPLENDID: learnt("11/22/2026 2:25:04 AM", "2026-11-22 07:25:04Z"), Family.SUGAR: Clock()}
LISTS = ("get_entry_list", "get_entry", "get_entries", "search_by_module")


def result_of(exchange: Mapping[str, Any], family: Family) -> tuple[str, Decoded]:
    """Operation and result, as the session would hand it on.

    Raises:
        CrmError.
    """
    body = exchange["response_body"] or ""
    raw = body.encode("utf-8", "surrogateescape")
    reply = Reply(status=exchange["status"], headers=exchange["response_headers"], body=raw, url=exchange["url"])
    try:
        got = read_envelope(reply, FakeHttp(family), write=False)
    except SoapFault as fault:
        raise faults.of_fault(fault, "get_entry_list") from fault
    except ServerFault as error:
        raise (faults.query_refused(error) if faults.refuses_query(error) else error) from error
    operation = got.name.removesuffix("Response")
    result = next(iter(got.outputs.values()), None)
    failed = faults.of_result(result, operation)
    if failed is not None:
        raise failed
    return operation, result


def schemas(folder: str) -> dict[str, Described]:
    family = FOLDERS[folder]
    found = {}
    for exchange in recordings(folder):
        if "v4_1" in exchange["url"]:
            continue
        try:
            operation, result = result_of(exchange, family)
            if operation == "get_module_fields":
                name = parse.text_of(parse.group(result, operation).get("module_name")) or "Accounts"
                raw = parse.fields(result)
                found[name] = described(module(ModuleName(name)), raw, family, columns={f.name.lower() for f in raw}, available=("Accounts", "Users", "Contacts"))  # fmt: skip
        except CrmError:
            continue
    return found


def read(operation: str, result: Decoded, known: Mapping[str, Described], family: Family) -> object:
    match operation:
        case "get_available_modules":
            return parse.modules(result)
        case "get_module_fields":
            return parse.fields(result)
        case "get_relationships":
            return parse.related_ids(result)
        case "user_list" | "contact_by_email" | "search":
            return parse.details(result)
        case "set_entry" | "login" | "set_note_attachment":
            return parse.saved_key(result, operation)
        case name if name in LISTS:
            found = parse.listing(result, operation)
            accounts = known["Accounts"]
            reader = RowReader(accounts, Reading(family, CLOCKS[family]))
            return [reader.record(entry) for entry in found.entries]
        case _:
            return result


@pytest.mark.parametrize("folder", list(FOLDERS))
def test_every_reply_becomes_values_or_one_error(folder: str) -> None:
    family, values, rows = FOLDERS[folder], 0, 0
    errors: list[str] = []
    known = schemas(folder)
    assert known
    for exchange in recordings(folder):
        try:
            operation, result = result_of(exchange, family)
            made = read(operation, result, known, family)
        except CrmError as error:
            errors.append(error.user_text)
            continue
        values += 1
        for record in made if isinstance(made, list) else ():
            assert isinstance(record, Record)
            assert record.id.key
            rows += 1
    assert values > 40
    assert len(errors) > 20
    assert all(text.strip() and "\n" not in text and "  at " not in text for text in errors)  # no stack trace
    assert rows > 30


@pytest.mark.parametrize("folder", list(FOLDERS))
def test_no_value_of_a_typed_field_stays_an_unread_text(folder: str) -> None:
    """Dates, numbers and truth of the recorded accounts are understood, and no NULL date is shown."""
    family, seen = FOLDERS[folder], set()
    known = schemas(folder)
    reader = RowReader(known["Accounts"], Reading(family, CLOCKS[family]))
    typed = {
        f.name
        for f in known["Accounts"].schema.fields
        if f.type.is_number or f.type.is_moment or f.type is FieldType.BOOLEAN
    }
    for exchange in recordings(folder):
        try:
            operation, result = result_of(exchange, family)
        except CrmError:
            continue
        if operation != "get_entry_list":
            continue
        for entry in parse.listing(result, operation).entries:
            if entry.module != "Accounts":
                continue
            for name, value in reader.record(entry).values.items():
                if name in typed:
                    assert not isinstance(value, str), (name, value)
                    seen.add(name)
    assert {"date_entered", "deleted"} <= seen


@pytest.mark.parametrize(
    ("folder", "note", "kind"),
    [
        ("splendid", "bad session", SessionExpired), ("splendid", "gel unknown module", NotPermitted), ("splendid", "gel query bad sql", ServerFault),
        ("splendid", "set_entry Users", NotPermitted), ("suitecrm", "modules bad session", SessionExpired), ("suitecrm", "after logout", SessionExpired),
        ("suitecrm", "gel unknown module", NotPermitted), ("suitecrm", "gel bad sql", ServerFault), ("suitecrm", "gel inj", NotPermitted),
        ("splendid", "GET without wsdl", NotACrm),
    ],
)  # fmt: skip
def test_known_failures_are_told_apart(folder: str, note: str, kind: type[CrmError]) -> None:
    exchanges = [one for one in recordings(folder) if one["note"] == note]
    assert exchanges
    for exchange in exchanges:
        with pytest.raises(kind):
            result_of(exchange, FOLDERS[folder])


@pytest.mark.parametrize("folder", list(FOLDERS))
def test_requests_that_succeeded_are_of_the_shape_we_build(folder: str) -> None:
    """Same operation, same parts, arrayType at every array (sugarsoap.md 9.1)."""
    family = FOLDERS[folder]
    connector = connect(FakeHttp(family))
    service = connector._session._service
    assert service is not None
    compared = set()
    for exchange in recordings(folder):
        body = (exchange["request_body"] or "").encode("utf-8", "surrogateescape")
        if (
            exchange["status"] != 200
            or not body.startswith(b"<")
            or "WITHOUT" in exchange["note"]
            or "v4_1" in exchange["url"]
            or b"<!DOCTYPE" in body
        ):
            continue
        asked = decode(body)
        if (
            not asked.name
            or not connector._session.has(asked.name)
            or (b"arrayType" not in body and asked.name in (*LISTS, "set_entry"))
        ):
            continue
        if any(value is None for value in asked.outputs.values()):
            continue
        built = decode(service.build(asked.name, dict(asked.outputs)))
        assert (built.name, dict(built.outputs)) == (asked.name, dict(asked.outputs)), exchange["note"]
        assert service.build(asked.name, dict(asked.outputs)).count(b"arrayType") == body.count(b"arrayType"), exchange[
            "note"
        ]
        compared.add(asked.name)
    assert {"login", "get_entry_list", "set_entry", "set_relationship"} <= compared
