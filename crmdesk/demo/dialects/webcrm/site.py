# SPDX-License-Identifier: MIT
"""One pretended webCRM: who may come in, and which operation a method and a path mean."""

import json
import re
from dataclasses import fields
from urllib.parse import unquote

from crmdesk.demo.dialect import Reply, Request, Settings
from crmdesk.demo.dialects.webcrm import FULL, READER, auth_code_of, extras, linked, query, records
from crmdesk.demo.dialects.webcrm.catalogue import RESOURCES, Resource
from crmdesk.demo.dialects.webcrm.doorman import Doorman
from crmdesk.demo.dialects.webcrm.fill import fill
from crmdesk.demo.dialects.webcrm.office import Call, Habits, Office, Refusal, as_number, not_found
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.seed import World
from crmdesk.demo.warm import WarmSite

_NUMBER = re.compile(r"/\d+(?=/|$)")
_DATES = re.compile(r"(?<=dates)/[^/]+/[^/]+")


class WebCrmSite(WarmSite):
    """The whole dialect behind one address.

    Attributes:
        office: The data, the switches and the tally; tests look at it.
        doorman: Tokens and the count of calls.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.rows)
        known = {f.name for f in fields(Habits)}
        habits = Habits(**{name: value for name, value in settings.options.items() if name in known})
        self.office = Office(habits, settings.clock)
        codes = {auth_code_of(settings.keys[user]): user for user in (FULL, READER)}
        self.doorman = Doorman(codes, habits, settings.clock)

    def _fill(self, world: World) -> None:
        fill(self.office, world)

    def operation(self, request: Request) -> str:
        """Return method and path in lower case, numbers as {id}: "get /organisations/{id}/persons"."""
        path = _DATES.sub("/{start}/{end}", _NUMBER.sub("/{id}", request.path.lower().rstrip("/")))
        return f"{request.method.lower()} {path}"

    def break_session(self, request: Request, kind: FaultKind) -> None:
        """End the access token that the request carries."""
        self.doorman.spoil(request)

    def handle(self, request: Request) -> Reply:
        """Answer; errors carry {"Message", "Type"}."""
        parts = tuple(unquote(part) for part in request.path.split("/") if part)
        try:
            if parts and parts[0].lower() == "auth":
                return self._auth(request, parts)
            user = self.doorman.check(request)
            throttled = self.doorman.count_call(user)
            if throttled is not None:
                return throttled
            if user == READER and request.method != "GET":
                raise Refusal(403, "The application token has no write access.", "ForbiddenException")
            self.warm_up()
            self.office.tally.calls += 1
            url = {name.lower(): value for name, value in request.url_parameters().items()}
            return _route(Call(self.office, request.method, user, parts, url, request.body))
        except Refusal as refusal:
            body = {"Message": refusal.message, "Type": refusal.kind}
            return Reply(refusal.status, json.dumps(body).encode())

    def _auth(self, request: Request, parts: tuple[str, ...]) -> Reply:
        name = parts[1].lower() if len(parts) > 1 else ""
        if request.method == "GET" and not name:
            self.doorman.check(request)
            return Reply(200)
        if request.method != "POST":
            raise _not_allowed()
        match name:
            case "apilogin":
                return self.doorman.log_in(request)
            case "apirefresh":
                return self.doorman.refresh(request)
            case "" | "crmlogin" | "crmrefresh":
                return self.doorman.refuse()
        raise _no_such_path()


def _route(call: Call) -> Reply:
    """Find the operation.

    Raises:
        Refusal: 404 or 405: there is none, or what the operation itself refuses.
    """
    name = call.parts[0].lower() if call.parts else ""
    if name in ("queries", "fieldsmetadata") and len(call.parts) <= (2 if name == "fieldsmetadata" else 1):
        if call.method != "GET":
            raise _not_allowed()
        return query.run(call) if name == "queries" else extras.fields_metadata(call)
    resource = RESOURCES.get(name)
    if resource is None:
        raise _no_such_path()
    rest = call.parts[1:]
    if not rest:
        return _whole(call, resource)
    number = as_number(rest[0])
    if number is not None:
        return _single(call, resource, number) if len(rest) == 1 else _below(call, resource, number, rest[1], rest[2:])
    if rest[0] == "LinkedData" and resource.has_linked_data:
        return _linked(call, resource, rest[1:])
    if rest[0] == "Hooks" and resource.has_hooks and len(rest) <= 2:
        return extras.hooks(call, resource)
    if call.method != "GET":
        raise _not_allowed()
    return _named(call, resource, rest)


def _whole(call: Call, resource: Resource) -> Reply:
    match call.method:
        case "GET":
            return records.list_all(call, resource)
        case "POST" if "C" in resource.verbs:
            return records.create(call, resource)
        case "PATCH" if "B" in resource.verbs:
            return records.patch(call, resource)
    raise _not_allowed()


def _single(call: Call, resource: Resource, number: int) -> Reply:
    match call.method:
        case "GET":
            return records.get(call, resource, number)
        case "PUT" if "U" in resource.verbs:
            return records.put(call, resource, number)
        case "DELETE" if "D" in resource.verbs:
            return records.delete(call, resource, number)
    raise _not_allowed()


def _below(call: Call, resource: Resource, number: int, segment: str, rest: tuple[str, ...]) -> Reply:
    """Answer /X/{id}/…"""
    if call.method == "GET" and segment in resource.below and not rest:
        return records.list_below(call, resource, number, segment)
    match (resource.entity, call.method, segment):
        case ("Activity" | "Opportunity" | "Delivery", "POST", "Move") if not rest:
            return extras.move(call, resource, number)
        case ("Opportunity", "POST", "ConvertToDelivery") if not rest:
            return extras.convert(call, resource, number, 0)
        case ("Delivery", "POST", "ConvertToOpportunity") if len(rest) == 1:
            return extras.convert(call, resource, number, as_number(rest[0]) or 0)
        case ("Activity", "GET", "Notes") if not rest:
            return extras.notes(call, number)
        case ("Activity", "POST", "Notes") if not rest:
            return extras.add_note(call, number)
        case ("Activity", "DELETE", "NewestNote") if not rest:
            return extras.delete_newest_note(call, number)
        case ("Document", "GET", "Download") if not rest:
            return extras.download(call, number)
    raise _no_such_path()


def _linked(call: Call, resource: Resource, rest: tuple[str, ...]) -> Reply:
    """Answer /X/LinkedData and /X/LinkedData/{id}; the first is not in pages."""
    table = call.office.table(linked.table_name(resource))
    if not rest:
        match call.method:
            case "GET":
                return Reply(200, f"[{','.join(table.text(n) for n in table.order)}]".encode())
            case "POST":
                return records.answer(linked.create(call, resource))
            case "DELETE":
                return linked.wipe(call, resource)
        raise _not_allowed()
    number = as_number(rest[0])
    if len(rest) > 1 or number is None:
        raise _no_such_path()
    match call.method:
        case "GET":
            return records.answer(linked.find(call, resource, number))
        case "PUT":
            return linked.put(call, resource, number)
        case "DELETE":
            linked.find(call, resource, number)
            table.remove(number)
            return Reply(200)
    raise _not_allowed()


def _named(call: Call, resource: Resource, rest: tuple[str, ...]) -> Reply:
    """Answer GET /X/SomeName/…"""
    match rest:
        case ("LinkedSetup",) if resource.has_linked_data:
            return records.answer(linked.setup(call, resource))
        case ("AllActive",) if resource.entity in ("SupportCase", "User"):
            return records.list_active(call, resource)
        case (segment, value) if segment in resource.by:
            return records.list_by(call, resource, segment, value)
        case (segment, start, end) if segment in resource.found_by_dates:
            return records.list_by_dates(call, resource, segment, start, end)
    if len(rest) == 1:  # the place of the id
        raise not_found(resource.entity, rest[0])
    raise _no_such_path()


def _no_such_path() -> Refusal:
    return Refusal(404, "No HTTP resource was found that matches the request URI.", "NotFoundException")


def _not_allowed() -> Refusal:
    return Refusal(405, "The requested resource does not support this HTTP method.", "MethodNotAllowedException")
