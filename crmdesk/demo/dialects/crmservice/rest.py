# SPDX-License-Identifier: MIT
"""The JSON:API door: which operation a method and a path mean, and what a client may write."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from crmdesk.demo.dialect import Reply, Request
from crmdesk.demo.dialects.crmservice import records
from crmdesk.demo.dialects.crmservice.catalogue import MODULES, Module
from crmdesk.demo.dialects.crmservice.doorman import USER_OF_KEY, Doorman
from crmdesk.demo.dialects.crmservice.filters import compile_filter
from crmdesk.demo.dialects.crmservice.listing import MIME, Wish, answer
from crmdesk.demo.dialects.crmservice.office import Office, Refusal, Row
from crmdesk.demo.dialects.crmservice.records import module_named
from crmdesk.demo.dialects.crmservice.schema import describe, module_links
from crmdesk.demo.dialects.crmservice.uploads import keep_upload

ROOT = "/api/v1"
_COUNT = re.compile(r"\s*\$count(?:\.distinct)?\(\s*(\w+)\s*\)\s+as\s+(\w+)\s*", re.IGNORECASE)
_NUMBER = re.compile(r"/\d+(?=/|$)")
_TITLES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
    413: "Payload Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Entity", 501: "Not Implemented",
}  # fmt: skip
_PARAMETERS = frozenset({"filter", "sort", "include", "offset", "page[number]", "page[size]"})


def operation_name(request: Request) -> str:
    """Return method and path in lower case, numbers as {id}: "get /accounts/{id}/contacts"."""
    path = _NUMBER.sub("/{id}", request.path[len(ROOT) :].lower().rstrip("/")) or "/"
    return f"{request.method.lower()} {path}"


class RestDoor:
    """Answers everything under /api/v1."""

    def __init__(self, office: Office, doorman: Doorman) -> None:
        self._office = office
        self._doorman = doorman

    def handle(self, request: Request) -> Reply:
        """Answer; errors are {"errors": [{"status", "title", "detail", "source"}]}."""
        try:
            return self._route(request)
        except Refusal as refusal:
            error: dict[str, Any] = {"status": str(refusal.status), "title": _TITLES.get(refusal.status, "Error"), "detail": refusal.message}  # fmt: skip
            if refusal.field in _PARAMETERS:
                error["source"] = {"parameter": refusal.field}
            elif refusal.field:
                error["source"] = {"pointer": f"/data/attributes/{refusal.field}"}
            return answer(refusal.status, {"errors": [error]})

    def _route(self, request: Request) -> Reply:
        parts = tuple(unquote(part) for part in request.path[len(ROOT) :].split("/") if part)
        is_report = parts == ("reporting",)
        name = self._doorman.check_token(request.headers.get("authorization", ""), "GET" if is_report else request.method)  # fmt: skip
        user = USER_OF_KEY[name]
        base = f"http://{request.headers.get('host', 'localhost')}/crmservice{ROOT}"
        wish = Wish(self._office, base, request.url_parameters())
        match parts:
            case ():
                _only(request, "GET")
                return answer(200, module_links(base))
            case ("user",):
                _only(request, "GET")
                return answer(200, wish.single(MODULES["users"], self._office.find("users", user)))
            case ("reporting",):
                _only(request, "POST")
                return self._report(request)
            case ("schema", module):
                _only(request, "GET")
                return answer(200, describe(module_named(module)))
            case ("entities", number, "files"):
                _only(request, "POST")
                module = self._office.module_of(_number(number)) or "accounts"
                return self._upload(request, wish, module_named(module), _number(number))
            case (module, *rest):
                return self._module(request, wish, module_named(module), rest, user)
        raise Refusal(404, "Page not found.")

    def _module(self, request: Request, wish: Wish, module: Module, rest: list[str], user: int) -> Reply:
        office = self._office
        if request.method in ("POST", "PATCH"):
            wish.relations(module)  # a wrong include is refused before anything is written
        match request.method, rest:
            case "GET", []:
                return answer(200, wish.list(module, list(office.tables[module.name].values()), module.name))
            case "POST", []:
                row = records.create(office, module, self._sent(request, module, None), user)
                location = {"Location": f"{wish.base}/{module.name}/{row['id']}"}
                return answer(201, wish.single(module, row), location)
            case "GET", [number]:
                return answer(200, wish.single(module, office.find(module.name, _number(number))))
            case "PATCH", [number]:
                row = office.find(module.name, _number(number))
                records.change(office, module, row, self._sent(request, module, number), user)
                return answer(200, wish.single(module, row))
            case "DELETE", [number]:
                records.delete(office, module, _number(number), user)
                return Reply(204, b"", MIME)
            case "POST", [number, "files"]:
                return self._upload(request, wish, module, _number(number))
            case "GET", [number, name]:
                return self._related(wish, module, office.find(module.name, _number(number)), name)
            case "GET", [number, "relationships", name]:
                row, relation = office.find(module.name, _number(number)), module.relations.get(name)
                if relation is None:
                    raise Refusal(404, f"The requested relationship ({name}) doesn't exist")
                return answer(200, {"data": wish.linkage(relation, row)})
        if len(rest) > 3 or (len(rest) == 3 and rest[1] != "relationships"):
            raise Refusal(404, "Page not found.")
        raise Refusal(405, f"Method Not Allowed. This URL can not handle {request.method}.")

    def _related(self, wish: Wish, module: Module, row: Row, name: str) -> Reply:
        relation = module.relations.get(name)
        if relation is None:
            raise Refusal(404, f"The requested relationship ({name}) doesn't exist")
        found = self._office.related(relation, row)
        target = MODULES[relation.module]
        if relation.kind == "one":
            return answer(200, wish.single(target, found[0] if found else None))
        return answer(200, wish.list(target, found, f"{module.name}/{row['id']}/{name}"))

    def _upload(self, request: Request, wish: Wish, module: Module, number: int) -> Reply:
        row = keep_upload(self._office, module, number, request.headers.get("content-type", ""), request.body)
        return answer(201, wish.single(MODULES["files"], row))

    def _sent(self, request: Request, module: Module, number: str | None) -> dict[str, Any]:
        """Return the attributes that a body sets, references in `relationships` among them.

        Raises:
            Refusal: 415, 400, 409 (another type or id than the address has), 422 (unknown attributes).
        """
        if request.headers.get("content-type", "").partition(";")[0].strip() != MIME:
            raise Refusal(415, f"The content type must be {MIME}.")
        data = _object(_json(request.body), "data")
        if data.get("type") != module.name:
            raise Refusal(409, f"The type of the resource must be {module.name}.")
        if number is not None and str(data.get("id")) != number:
            raise Refusal(409, "The id of the resource does not match the address.")
        attributes = dict(_object(data, "attributes")) if "attributes" in data else {}
        for name in list(attributes):
            if name not in module.fields:
                if self._office.habits.unknown_attributes == "refused":
                    raise Refusal(422, f"Unknown attribute {name}", name)
                del attributes[name]
        for name, value in (_object(data, "relationships") if "relationships" in data else {}).items():
            relation = module.relations.get(name)
            if relation is None or relation.kind != "one" or not isinstance(value, dict):
                raise Refusal(400, f"The requested relationship ({name}) doesn't exist")
            target = value.get("data")
            attributes[relation.field] = target.get("id") if isinstance(target, dict) else None
        return attributes

    def _report(self, request: Request) -> Reply:
        """Answer POST /reporting, of which only counting is known."""
        wanted = _json(request.body)
        if not isinstance(wanted, dict) or not isinstance(wanted.get("select"), str):
            raise Refusal(400, "select is missing")
        module = module_named(str(wanted.get("from")))
        found = _COUNT.fullmatch(wanted["select"])
        if found is None or found[1] not in module.fields:
            raise Refusal(400, f"Invalid select: {wanted['select']}")
        test = compile_filter(self._office, module, wanted.get("where", []))
        passed = [row[found[1]] for row in list(self._office.tables[module.name].values()) if test(row) is True]
        count = len({value for value in passed if value is not None})
        document = {"meta": {"results": 1, "fields": [found[2]]}, "data": [{found[2]: count}]}
        return Reply(200, json.dumps(document).encode(), "application/json; charset=UTF-8")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise Refusal(400, "The request body is not valid JSON.") from None


def _object(holder: Any, name: str) -> Mapping[str, Any]:
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, dict):
        raise Refusal(400, f"The request body must hold an object {name}.")
    return value


def _number(text: str) -> int:
    """Return the id in an address; -1, which nothing has, where it is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _only(request: Request, method: str) -> None:
    if request.method != method:
        raise Refusal(405, f"Method Not Allowed. This URL can only handle {method}.")
