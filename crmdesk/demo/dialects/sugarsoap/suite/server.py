# SPDX-License-Identifier: MIT
"""`soap.php`: from an HTTP request to the operation and back; the SOAPAction does not matter (wire/suitecrm/raw_soap11)."""

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from crmdesk.demo.dialect import Reply, Request
from crmdesk.demo.dialects.sugarsoap.contract import SUITE_OPERATIONS
from crmdesk.demo.dialects.sugarsoap.envelope import ENVELOPE_11, Envelope, Malformed, parse, says_array_to_php
from crmdesk.demo.dialects.sugarsoap.suite import finding, general, reading, relating, replies, writing
from crmdesk.demo.dialects.sugarsoap.suite.office import Call, SuiteOffice
from crmdesk.demo.dialects.sugarsoap.values import Value
from crmdesk.demo.dialects.sugarsoap.wsdl import suite_wsdl

_COOKIE = re.compile(r"PHPSESSID=([0-9A-Za-z]+)")
_MAX_DEPTH = 20

Work = Callable[[Call], Value]
WORK: Mapping[str, Work] = {work.__name__: work for work in (
    general.get_server_version, general.get_sugar_flavor, general.is_loopback, general.test, general.get_server_time, general.get_gmt_time,
    general.create_session, general.login, general.end_session, general.seamless_login, general.logout, general.get_user_id,
    general.get_user_team_id, general.get_user_team_set_id, general.is_user_admin,
    writing.create_contact, writing.create_lead, writing.create_account, writing.create_opportunity, writing.create_case,
    writing.set_entry, writing.set_entries, writing.set_note_attachment, writing.get_note_attachment, writing.relate_note_to_module,
    writing.get_related_notes, writing.set_document_revision, writing.get_document_revision,
    finding.contact_by_email, finding.user_list, finding.search, finding.search_by_module,
    reading.get_entry_list, reading.get_entry, reading.get_entries, reading.get_entries_count, reading.get_module_fields,
    reading.get_available_modules, relating.get_relationships, relating.set_relationship, relating.set_relationships,
)}  # fmt: skip
"""Every operation of the WSDL."""


def handle(office: SuiteOffice, request: Request) -> Reply:
    """Answer one request."""
    if request.method in ("GET", "HEAD"):
        return _page(request)
    if not request.headers.get("content-type", "").lower().startswith(("text/xml", "application/soap+xml")):
        return _undefined("")
    try:
        envelope = parse(request.body, request.headers.get("content-type", ""), mends=False)
        sent = _parameters(envelope)
    except Malformed as problem:
        return replies.fault(f"error in msg parsing:\n{problem}")
    work = WORK.get(envelope.operation)
    if work is None:
        return _undefined(envelope.operation)
    cookie = _COOKIE.search(request.headers.get("cookie", ""))
    call = Call(office, envelope.operation, sent, cookie.group(1) if cookie else "")
    try:
        with office.db.lock:
            result = work(call)
    except general.PlainPassword:
        return replies.sent_elsewhere("index.php?module=Users&action=Wizard")
    except replies.Died as end:
        return replies.died(str(end))
    session = call.opened or call.text("session")
    sets_cookie = session and session != call.cookie and office.doors.find(session) is not None
    return replies.reply(envelope.operation, envelope.namespace or ENVELOPE_11, result, session if sets_cookie else "")


def _undefined(name: str) -> Reply:
    return replies.fault(f"Operation '{name}' is not defined in the WSDL for this service")


def _parameters(envelope: Envelope) -> dict[str, Any]:
    """Return the parameters by name, each read by its own marks alone.

    Raises:
        Malformed: References lead nowhere or in circles.
    """
    found = _struct(envelope, envelope.element, 0)
    known = SUITE_OPERATIONS.get(envelope.operation)
    return {name: found[name] for name, _ in known.parameters if name in found} if known else found


def _struct(envelope: Envelope, element: etree._Element, depth: int) -> dict[str, Any]:
    """Return members by name; a name that comes more than once becomes a list, as NuSOAP has it."""
    out: dict[str, Any] = {}
    doubled: set[str] = set()
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name, value = etree.QName(child).localname, _value(envelope, envelope.target(child), depth + 1)
        if name not in out:
            out[name] = value
        elif name in doubled:
            out[name].append(value)
        else:
            doubled.add(name)
            out[name] = [out[name], value]
    return out


def _value(envelope: Envelope, element: etree._Element, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise Malformed("the references lead in a circle")
    if says_array_to_php(element):
        return [_value(envelope, item, depth + 1) for item in envelope.items(element)]
    return _struct(envelope, element, depth) if len(element) else element.text or ""


def _page(request: Request) -> Reply:
    if request.query.lower() == "wsdl":
        return Reply(200, suite_wsdl().encode("latin-1"), "text/xml; charset=ISO-8859-1")
    listed = "".join(f"<li>{html.escape(name)}</li>" for name in WORK)
    return Reply(200, f"<html><head><title>NuSOAP: sugarsoap</title></head><body><ul>{listed}</ul></body></html>".encode(), "text/html")  # fmt: skip
