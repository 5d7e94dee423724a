# SPDX-License-Identifier: MIT
"""The SOAP door: service.php with its classes, WSDLs, pages for people, and the calls."""

import re
from html import escape
from urllib.parse import parse_qs

from crmdesk.demo.dialect import Reply, Request
from crmdesk.demo.dialects.crmservice.contract import MANAGERS, SESSION, TYPES, Operation, operations_of
from crmdesk.demo.dialects.crmservice.doorman import USER_OF_KEY, Doorman
from crmdesk.demo.dialects.crmservice.envelope import Fault, Thing, Writer, arguments, read_call, write_fault
from crmdesk.demo.dialects.crmservice.fill import portal_password
from crmdesk.demo.dialects.crmservice.office import Office, Refusal
from crmdesk.demo.dialects.crmservice.services import SERVICES, Call
from crmdesk.demo.dialects.crmservice.wsdl import write_wsdl

ROOT = "/CrmIntegrationWebservice"
_CALLED = re.compile(rb"Body[^>]*>\s*<(?:[\w.-]+:)?([\w.-]+)")
_SESSION = re.compile(rb"<(?:[\w.-]+:)?sessionID[^>]*>([^<]*)<")
_XML, _HTML = "text/xml; charset=utf-8", "text/html; charset=utf-8"


def operation_name(request: Request) -> str:
    """Return "wsdl accountmanager", "soap accountmanager.getaccount" or "page", in lower case."""
    url = parse_qs(request.query, keep_blank_values=True)
    manager = url.get("class", [""])[-1].lower()
    if request.method == "POST":
        called = _CALLED.search(request.body)
        return f"soap {manager}.{called[1].decode('ascii', 'replace').lower() if called else ''}"
    return f"wsdl {manager}" if "wsdl" in url else "page"


def session_of(request: Request) -> str:
    """Return the session id in a request's envelope, empty where there is none."""
    found = _SESSION.search(request.body)
    return found[1].decode("utf-8", "replace").strip() if found else ""


class SoapDoor:
    """Answers everything under /CrmIntegrationWebservice."""

    def __init__(self, office: Office, doorman: Doorman) -> None:
        self._office = office
        self._doorman = doorman

    def handle(self, request: Request) -> Reply:
        """Answer a page, a WSDL or a call."""
        path = request.path[len(ROOT) :].strip("/")
        if path in ("", "index.php"):
            return _page("CRM Integration Web Services", self._index())
        if path != "service.php":
            return Reply(404, b"<html><body><h1>Not Found</h1></body></html>", _HTML)
        url = parse_qs(request.query, keep_blank_values=True)
        manager = url.get("class", [""])[-1]
        if manager not in MANAGERS:  # the case counts here, though PHP's own class names have none
            return Reply(200, b"No valid class selected", _HTML)
        operations = operations_of(manager, self._office.habits)
        if "wsdl" in url:
            text = write_wsdl(manager, operations, self._address(request, manager), self._office.habits)
            return Reply(200, text.encode(), "text/xml")
        if request.method != "POST":
            return _page(manager, _describe(operations))
        try:
            return Reply(200, self._call(request, manager, operations), _XML)
        except Fault as fault:
            return Reply(500, write_fault(fault), _XML)

    def _address(self, request: Request, manager: str) -> str:
        host = self._office.habits.wsdl_address or request.headers.get("host", "localhost")
        return f"http://{host}/crmservice{ROOT}/service.php?class={manager}"

    def _call(self, request: Request, manager: str, operations: tuple[Operation, ...]) -> bytes:
        called = read_call(request.body)
        operation = next((each for each in operations if each.name == called.name), None)
        if operation is None:
            raise Fault("Server", f"Procedure '{called.name}' not present")
        sent = arguments(called, operation)
        habits = self._office.habits
        try:
            value = self._carry_out(manager, operation, sent)
        except Refusal as refusal:
            raise Fault(habits.fault_code, refusal.message, _trace(refusal.message, manager, operation)) from None
        literal = habits.style == "document"
        writer = Writer(literal=literal, multiref=habits.multiref, generic_arrays=habits.array_type == "generic")
        return writer.reply(operation, value)

    def _carry_out(self, manager: str, operation: Operation, sent: dict[str, object]) -> object:
        if operation.name == "createSession":
            return Thing(SESSION, {"sessionID": self._doorman.open_session(str(sent["apiKey"] or ""))})
        method = f"{manager}.{operation.name}"
        session = sent.pop("session")
        number = session.get("sessionID") if isinstance(session, dict) else None
        name = self._doorman.check_session(number or "", method)
        if operation.name == "destroySession":
            self._doorman.close_session(number or "")
            return True
        return SERVICES[method](Call(self._office, USER_OF_KEY[name], sent))

    def _index(self) -> str:
        """List the managers for people, and how the demo's portal may be tried."""
        items = []
        for manager in MANAGERS:
            link = f"service.php?class={manager}"
            names = ", ".join(operation.name for operation in operations_of(manager, self._office.habits)) or "none"
            items.append(f'<li><a href="{link}">{manager}</a> (<a href="{link}&amp;wsdl">WSDL</a>): {names}</li>')
        tried = ""
        for user in list(self._office.tables["portal_users"].values())[:1]:
            contact = self._office.tables["contacts"].get(user["contact_id"])
            if contact is not None:
                tried = (
                    f"<p>Portal user of this demo: portal {user['portal_id']}, {escape(contact['email'] or '')}, "
                    f"password {portal_password(contact['id'])}</p>"
                )
        return f"<ul>{''.join(items)}</ul>{tried}"


def _describe(operations: tuple[Operation, ...]) -> str:
    """List a manager's operations and the objects they name."""
    out = []
    for operation in operations:
        parts = ", ".join(f"{kind} ${name}" for name, kind in operation.all_parts)
        out.append(f"<h2>{operation.name}</h2><p>{operation.returns} {operation.name}({parts})</p><p>{escape(operation.text)}</p>")  # fmt: skip
        kinds = [kind.removesuffix("[]") for _, kind in operation.all_parts] + [operation.returns.removesuffix("[]")]
        for kind in dict.fromkeys(kind for kind in kinds if kind in TYPES):
            out.append(f"<h3>{kind}</h3><ul>{''.join(f'<li>{part} {name}</li>' for name, part in TYPES[kind])}</ul>")
    return "".join(out)


def _page(title: str, inside: str) -> Reply:
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{inside}</body></html>"
    return Reply(200, text.encode(), _HTML)


def _trace(message: str, manager: str, operation: Operation) -> str:
    """Return what the helper puts into the detail: PHP's text of the exception, stack and all."""
    return (
        f"Exception: {message} in /srv/www/crm/CrmIntegrationWebservice/classes/{manager}.php:118\nStack trace:\n"
        f"#0 [internal function]: {manager}->{operation.name}(Object({SESSION}))\n#1 {{main}}"
    )
