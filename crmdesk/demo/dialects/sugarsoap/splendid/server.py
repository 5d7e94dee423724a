# SPDX-License-Identifier: MIT
"""`soap.asmx`: from an HTTP request to the operation and back (what is refused, and how: wire/splendid/raw_soap11)."""

import html
import re
from collections.abc import Callable, Mapping

from crmdesk.demo.dialect import Reply, Request
from crmdesk.demo.dialects.sugarsoap.contract import NAMESPACE, SPLENDID_OPERATIONS
from crmdesk.demo.dialects.sugarsoap.envelope import Envelope, Malformed, parse
from crmdesk.demo.dialects.sugarsoap.splendid import finding, general, reading, relating, replies, writing
from crmdesk.demo.dialects.sugarsoap.splendid.office import Call, Office
from crmdesk.demo.dialects.sugarsoap.splendid.parameters import read
from crmdesk.demo.dialects.sugarsoap.splendid.replies import NetFault
from crmdesk.demo.dialects.sugarsoap.values import Value
from crmdesk.demo.dialects.sugarsoap.wsdl import splendid_wsdl

_COOKIE = re.compile(r"ASP\.NET_SessionId=([0-9A-Za-z]+)")
_ACTION = re.compile(r'action\s*=\s*"?([^";]*)')
_UNROUTED = (
    "System.Web.Services.Protocols.SoapException: Server did not recognize the value of HTTP Header {0}: {1}.\n"
    "  at System.Web.Services.Protocols.Soap11ServerProtocolHelper.RouteRequest () [0x00000] in <0>:0 "
)  # the holes are the recorded server's own
_ROOTLESS = (
    "System.Web.Services.Protocols.SoapException: Server was unable to process request. ---> System.Xml.XmlException: "
)

Work = Callable[[Call], Value]
WORK: Mapping[str, Work] = {
    **{work.__name__: work for work in (
        general.get_server_version, general.get_splendid_version, general.get_sugar_flavor, general.is_loopback, general.test,
        general.get_server_time, general.get_gmt_time, general.create_session, general.login, general.end_session, general.seamless_login,
        general.logout, general.get_user_id, general.get_user_team_id, general.sync_get_modified_relationships,
        writing.create_contact, writing.create_lead, writing.create_account, writing.create_opportunity, writing.create_case,
        writing.set_entry, writing.set_entries, writing.set_note_attachment, writing.relate_note_to_module, writing.set_document_revision,
        finding.contact_by_email, finding.user_list, finding.search, finding.search_by_module,
        reading.get_entry_list, reading.get_entry, reading.get_entries, reading.get_module_fields, reading.get_available_modules,
        relating.get_relationships, relating.set_relationship, relating.set_relationships,
    )},
    **dict.fromkeys(("track_email", "get_note_attachment", "get_related_notes", "update_portal_user"), writing.not_implemented),
}  # fmt: skip
"""Every operation of the WSDL."""


def action_of(request: Request) -> str:
    """Return the operation that the SOAPAction header, or 1.2's action, names; "" where neither was sent."""
    header = request.headers.get("soapaction", "").strip().strip('"')
    if not header:
        found = _ACTION.search(request.headers.get("content-type", ""))
        header = found.group(1) if found else ""
    return header.removeprefix(f"{NAMESPACE}/") or header


def handle(office: Office, request: Request) -> Reply:
    """Answer one request."""
    if request.method in ("GET", "HEAD"):
        return _page(request)
    kind = request.headers.get("content-type", "").lower()
    if not kind.startswith(("text/xml", "application/soap+xml")):
        return _unknown_format()
    version = "1.2" if kind.startswith("application/soap+xml") else "1.1"
    action = action_of(request)
    if action and action not in WORK:
        return replies.fault_reply(version, _UNROUTED, is_client=True)
    try:
        envelope = parse(request.body, kind, mends=True)
    except Malformed:
        return replies.unread(version) if action else _rootless(request.body)
    operation = action or envelope.operation
    if operation not in WORK:
        return replies.fault_reply(version, _UNROUTED, is_client=True)
    try:
        return _answer(office, request, envelope, operation, version)
    except Malformed:
        return replies.unread(version)
    except NetFault as fault:
        return replies.fault_reply(version, replies.chain_text(fault, operation), is_client=fault.is_client)


def _answer(office: Office, request: Request, envelope: Envelope, operation: str, version: str) -> Reply:
    if (envelope.operation, envelope.namespace) != (operation, NAMESPACE):
        where = ("System.InvalidOperationException", "There is an error in XML document (1, 1).")
        what = f"<{envelope.operation} xmlns='{envelope.namespace}'> was not expected."
        raise NetFault(where, ("System.InvalidOperationException", what), is_client=True)
    sent = read(envelope, SPLENDID_OPERATIONS[operation], version)
    cookie = _COOKIE.search(request.headers.get("cookie", ""))
    call = Call(office, operation, sent, cookie.group(1) if cookie else "")
    with office.db.lock:
        result = WORK[operation](call)
    return replies.reply(version, operation, result, call.new_cookie)


def _rootless(body: bytes) -> Reply:
    """Return the fault of a request that nothing can be read of, not even where to: it comes in SOAP 1.2 (recorded)."""
    problem = "Data at the root level is invalid. Line 1, position 1." if body.strip() else "Root element is missing."
    frame = "\n  at System.Xml.XmlTextReaderImpl.ParseDocumentContent () [0x00000] in <0>:0 "
    return replies.fault_reply("1.2", f"{_ROOTLESS}{problem}{frame}", is_client=False)


def _unknown_format() -> Reply:
    text = "<html><head><title>Error 500</title></head><body><h1>Server Error in '/' Application</h1><h2>Request format is not recognized.</h2></body></html>"  # fmt: skip
    return Reply(500, text.encode(), "text/html")


def _page(request: Request) -> Reply:
    if request.query.lower() == "wsdl":
        host = request.headers.get("host", "127.0.0.1")
        return Reply(200, splendid_wsdl(f"http://{host}/sugarsoap/soap.asmx").encode(), "text/xml; charset=utf-8")
    listed = "".join(f"<li>{html.escape(name)}</li>" for name in WORK)
    text = f"<html><head><title>sugarsoap Web Service</title></head><body><h1>sugarsoap</h1><ul>{listed}</ul></body></html>"  # fmt: skip
    return Reply(200, text.encode(), "text/html")
