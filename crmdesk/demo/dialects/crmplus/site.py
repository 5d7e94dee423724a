# SPDX-License-Identifier: MIT
"""One pretended server: finds the operation, reads its parameters from where PHP would, wraps the answer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from crmdesk.demo.dialect import Reply, Request, Settings
from crmdesk.demo.dialects.crmplus import admin, documents, lines, meta, records, relations, stream, sync
from crmdesk.demo.dialects.crmplus.catalogue import COREBOS, CRMPLUS, FAMILIES, VTIGER
from crmdesk.demo.dialects.crmplus.fill import fill
from crmdesk.demo.dialects.crmplus.office import Call, Habits, Office, encoded
from crmdesk.demo.dialects.crmplus.query import query
from crmdesk.demo.dialects.crmplus.refusals import Crash, Refusal, Sorry
from crmdesk.demo.dialects.crmplus.sessions import CHALLENGE_S, Sessions
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.seed import World
from crmdesk.demo.store import Store
from crmdesk.demo.warm import WarmSite

_HEADERS = {"X-Powered-By": "PHP/8.2", "Cache-Control": "no-store, no-cache, must-revalidate", "Pragma": "no-cache"}
_MAX_UPLOAD = 50_000_000


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: the verb decides where its parameters are read from."""

    verb: str
    work: Callable[[Call], Any]
    families: tuple[str, ...] = FAMILIES


_OWN = (CRMPLUS,)
_FAMILY = (VTIGER, COREBOS)
OPERATIONS: Mapping[str, Operation] = {
    "listtypes": Operation("GET", meta.list_types),
    "describe": Operation("GET", meta.describe),
    "retrieve": Operation("GET", records.retrieve),
    "create": Operation("POST", documents.create),
    "update": Operation("POST", records.update),
    "delete": Operation("POST", records.delete),
    "sync": Operation("GET", sync.sync),
    "getaccesslist": Operation("GET", admin.get_access_list, _OWN),
    "updateaccess": Operation("POST", admin.update_access, _OWN),
    "changepassword": Operation("POST", admin.change_password),
    "deleteuser": Operation("POST", admin.delete_user),
    "uploaddocument": Operation("POST", documents.upload, _OWN),
    "addrelatedrecord": Operation("POST", relations.add_related_record, _OWN),
    "getallrelations": Operation("GET", relations.get_all_relations, _OWN),
    "getrelatedrecords": Operation("GET", relations.get_related_records, _OWN),
    "addlineitem": Operation("POST", lines.add_line_item, _OWN),
    "getlineitems": Operation("GET", lines.get_line_items, _OWN),
    "updatelineitem": Operation("POST", lines.update_line_item, _OWN),
    "deletelineitem": Operation("GET", lines.delete_line_item, _OWN),
    "getstreamproperties": Operation("GET", stream.get_stream_properties, _OWN),
    "getstreamdata": Operation("GET", stream.get_stream_data, _OWN),
    "revise": Operation("POST", records.revise, _FAMILY),
    "relatedtypes": Operation("GET", relations.related_types, (VTIGER,)),
    "retrieve_related": Operation("GET", relations.retrieve_related, (VTIGER,)),
    "add_related": Operation("POST", relations.add_related, (VTIGER,)),
    "setrelation": Operation("POST", relations.set_relation, (COREBOS,)),
    "files_retrieve": Operation("GET", documents.files_retrieve, (VTIGER,)),
}


class CrmPlusSite(WarmSite):
    """The whole dialect behind one address."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.rows)
        known = {f.name for f in fields(Habits)}
        habits = Habits(**{name: value for name, value in settings.options.items() if name in known})
        sessions = Sessions(settings.clock, settings.keys)
        self.office = Office(habits, Store(settings.clock), sessions)

    def _fill(self, world: World) -> None:
        fill(self.office, world)

    def operation(self, request: Request) -> str:
        """Return the operation's name in lower case."""
        return _either(request, "operation").lower()

    def break_session(self, request: Request, kind: FaultKind) -> None:
        """Spoil the session that the request names."""
        self.office.sessions.spoil(_either(request, "sessionName"), kind)

    def handle(self, request: Request) -> Reply:
        """Answer as webservice.php would: HTTP 200 whatever happens, short of a PHP fatal."""
        if not request.path.startswith("/webservice.php"):
            return Reply(404, b"<html><body><h1>Not Found</h1></body></html>", "text/html")
        if request.method == "HEAD":
            return Reply(200, b"", "application/json", _HEADERS)
        try:
            return _success(*self._answer(request), self.office.habits)
        except Refusal as refusal:
            return _failure(refusal)
        except Sorry as sorry:
            return Reply(200, str(sorry).encode(), "text/html; charset=UTF-8", _HEADERS)
        except Crash:
            return Reply(500, b"", "text/html; charset=UTF-8", _HEADERS)

    def _answer(self, request: Request) -> tuple[Any, Any]:
        """Return result and coreBOS's `moreinfo`."""
        if request.method not in ("GET", "POST"):
            raise Crash
        sent, url = _body(request), request.url_parameters()
        if any("[" in name for name in url) or url.get("format", "json").lower() != "json":
            raise Crash
        name = (sent.get("operation") or url.get("operation") or "").lower()
        session_name = sent.get("sessionName") or url.get("sessionName") or ""
        if name in ("getchallenge", "login"):
            return self._enter(name, url if name == "getchallenge" else sent, session_name), None
        operation = OPERATIONS.get(name)
        family = self.office.habits.family
        if name not in ("query", "logout", "extendsession") and (operation is None or family not in operation.families):
            if family == VTIGER:
                raise Crash
            raise Refusal("UNKNOWN_OPERATION", "Unknown operation requested")
        self.warm_up()
        session = self.office.sessions.find(session_name)
        with session.turn:
            if name == "logout":
                if request.method != "POST":
                    raise Refusal("OPERATION_NOT_SUPPORTED", "Permission to perform the operation is denied")
                self.office.sessions.end(session.name)
                return {"message": "successfull"}, None  # the server's own spelling
            if name == "extendsession":
                return {"sessionName": session.name, "userId": self._user_id(session.user.number), **_VERSION}, None
            verb = "GET" if name == "query" or operation is None else operation.verb
            call = Call(self.office, session, url if verb == "GET" else sent)
            if name == "query":
                rows, total = query(call)
                return rows, {"totalrows": str(total)}
            return operation.work(call) if operation is not None else None, None

    def _enter(self, name: str, parameters: Mapping[str, str], session_name: str) -> dict[str, Any]:
        """getchallenge and login; a dead sessionName sent along makes them fail (measured)."""
        sessions, habits = self.office.sessions, self.office.habits
        if session_name not in ("", "null"):
            sessions.find(session_name)
        user_name = parameters.get("username", "")
        user = sessions.user(user_name)
        if name == "getchallenge":
            if user is None and habits.family == COREBOS:
                raise Refusal("AUTHENTICATION_REQUIRED", f"Given user cannot be found: {user_name}")
            if user is None:
                raise Refusal("ACCESS_DENIED", "username does not exists" if user_name else "No username given")
            token, now = sessions.challenge(user)
            expires = now + CHALLENGE_S
            return {
                "token": token,
                "serverTime": now,
                "expireTime": str(expires) if habits.family == COREBOS else expires,
            }
        session = sessions.login(user_name, parameters.get("accessKey", ""))
        out: dict[str, Any] = {}
        if habits.family == VTIGER:
            who = session.user
            out = {
                "username": who.name,
                "first_name": encoded(who.first_name),
                "last_name": encoded(who.last_name),
                "email": f"{who.name}@nordwind.example",
            }
            out |= {
                "time_zone": "UTC",
                "hour_format": "24",
                "date_format": "dd-mm-yyyy",
                "is_admin": "on" if who.is_admin else "off",
            }
        ids = {"sessionName": session.name, "userId": self._user_id(session.user.number)}
        return out | ids | ({} if habits.is_crmplus else _VERSION)

    def _user_id(self, number: int) -> str:
        return self.office.catalogue.wire_id("Users", number)


_VERSION = {"version": "0.22", "vtigerVersion": "8.0.0"}


def _either(request: Request, name: str) -> str:
    """Return a parameter from body or URL, the body first."""
    return _body(request).get(name) or request.url_parameters().get(name) or ""


def _body(request: Request) -> dict[str, str]:
    """Return a POST's form fields; files of a multipart form come as name, type and latin-1 text."""
    if request.method != "POST" or not request.body:
        return {}
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return _multipart(kind, request.body)
    if len(request.body) > _MAX_UPLOAD or kind.startswith("application/json"):
        return {}
    return dict(
        parse_qsl(request.body.decode("utf-8", "surrogateescape"), keep_blank_values=True, errors="surrogateescape")
    )


def _multipart(kind: str, body: bytes) -> dict[str, str]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + body)
    out: dict[str, str] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if part.get_filename() is not None:
            out["@file"] = json.dumps([part.get_filename(), part.get_content_type(), content.decode("latin-1")])
        elif isinstance(name, str):
            out[name] = content.decode("utf-8", "replace")
    return out


def _success(result: Any, more: Any, habits: Habits) -> Reply:
    envelope: dict[str, Any] = {"success": True, "result": result}
    if habits.family == COREBOS:
        envelope["moreinfo"] = more
    return _reply(envelope)


def _failure(refusal: Refusal) -> Reply:
    return _reply({"success": False, "error": {"message": refusal.message, "code": refusal.code}})


def _reply(envelope: dict[str, Any]) -> Reply:
    """Encode as PHP does: no blanks, \\uXXXX, a backslash before every slash."""
    text = json.dumps(envelope, separators=(",", ":")).replace("/", "\\/")
    return Reply(200, text.encode("ascii"), "application/json", _HEADERS)
