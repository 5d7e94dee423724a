# SPDX-License-Identifier: MIT
"""PURE: the operations of the JSON:API, each with its verb, path and parameters, for ``call``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.connectors.port import OperationInfo, Part
from crmdesk.connectors.vendors.crmservice.rest.session import place
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.domain.errors import Invalid, Unsupported
from crmdesk.domain.numbers import exact
from crmdesk.domain.sentence import sentence

_TOLD = {
    "module": ("Module", sentence("A module's name, for example sales_orders.")),
    "id": ("Record", sentence("A record's id.")),
    "relation": ("Relation", sentence("A relation's name, for example rows.")),
    "page[number]": ("Page", sentence("Which page; 1 is the first.")),
    "page[size]": ("Rows", sentence("Rows of a page; 20 where nothing is given.")),
    "offset": ("Offset", sentence("Rows to pass over.")),
    "fields": ("Fields", sentence("Names with commas between; everything where nothing is given.")),
    "filter": ("Filter", sentence('JSON, for example {"$cts":["name","Acme"]}.')),
    "include": ("Include", sentence("Relations to send along, with commas between.")),
    "sort": ("Sort", sentence("Names with commas between, a minus before those that run downwards.")),
    "attributes": ("Attributes", sentence("JSON: each field with its value.")),
    "data": ("Records", sentence('JSON: [{"type": "activities", "id": "17"}].')),
    "body": ("Report", sentence("JSON: from, select, where, format, options.")),
}
_JSON = ("filter", "attributes", "data", "body")
_LIST = "page[number] page[size] offset fields filter include sort"


@dataclass(frozen=True, slots=True)
class Spec:
    """One operation.

    Attributes:
        path: its parts; one in braces is a parameter.
        query: parameters behind the question mark. body: the parameter that makes the body, "" = none.
    """

    name: str
    verb: str
    path: tuple[str, ...]
    summary: str
    query: tuple[str, ...] = ()
    body: str = ""

    @property
    def places(self) -> tuple[str, ...]:
        """The path's parameters."""
        return tuple(part[1:-1] for part in self.path if part.startswith("{"))

    @property
    def is_write(self) -> bool:
        """Whether it changes data."""
        return self.verb != "GET" and self.name != "report"

    def parameters(self) -> tuple[str, ...]:
        """Every parameter's name."""
        return (*self.places, *self.query, *((self.body,) if self.body else ()))

    def info(self) -> OperationInfo:
        """As ``call`` lists it."""
        parts = tuple(_part(name, is_place=name in self.places) for name in self.parameters())
        told = {name: _TOLD[name][1] for name in self.parameters()}
        return OperationInfo(self.name, self.is_write, told, self.summary, parts)


def _part(name: str, *, is_place: bool) -> Part:
    label, hint = _TOLD[name]
    kind = "lines" if name in _JSON else "integer" if name in ("page[number]", "page[size]", "offset") else "text"
    return Part(name=name, label=label, kind=kind, required=is_place, hint=hint)


def _spec(name: str, verb: str, path: str, summary: str, query: str = "", body: str = "") -> Spec:
    return Spec(name, verb, tuple(part for part in path.split("/") if part), summary, tuple(query.split()), body)


SPECS: Mapping[str, Spec] = {
    one.name.lower(): one
    for one in (
        _spec("modules", "GET", "", sentence("The modules, as links.")),
        _spec("user", "GET", "user", sentence("Who the token belongs to.")),
        _spec("schema", "GET", "schema/{module}", sentence("A module's fields and relations.")),
        _spec("list", "GET", "{module}", sentence("Records of a module."), _LIST),
        _spec("get", "GET", "{module}/{id}", sentence("One record."), "fields include"),
        _spec("create", "POST", "{module}", sentence("Adds a record."), body="attributes"),
        _spec("update", "PATCH", "{module}/{id}", sentence("Changes fields of a record."), body="attributes"),
        _spec("delete", "DELETE", "{module}/{id}", sentence("Removes a record.")),
        _spec(
            "related", "GET", "{module}/{id}/{relation}", sentence("The records at the other end."), "page[size] offset"
        ),
        _spec("relationships", "GET", "{module}/{id}/relationships/{relation}", sentence("Their types and ids.")),
        _spec("relate", "POST", "{module}/{id}/relationships/{relation}", sentence("Adds to a relation."), body="data"),
        _spec(
            "unrelate",
            "DELETE",
            "{module}/{id}/relationships/{relation}",
            sentence("Takes from a relation."),
            body="data",
        ),
        _spec("report", "POST", "reporting", sentence("Counts and sums, by the reporting interface."), body="body"),
    )
}


def infos() -> tuple[OperationInfo, ...]:
    """Every operation."""
    return tuple(one.info() for one in SPECS.values())


@dataclass(frozen=True, slots=True)
class Prepared:
    """One request."""

    verb: str
    path: str
    params: Mapping[str, str]
    body: object


def prepared(operation: str, parameters: Mapping[str, str]) -> Prepared:
    """The request of an operation.

    Raises:
        Unsupported: no operation of that name. Invalid: a parameter is unknown, missing or no JSON; nothing was sent.
    """
    one = SPECS.get(operation.lower())
    if one is None:
        raise Unsupported(sentence("an operation named {operation}", operation=operation))
    unknown = [name for name in parameters if name not in one.parameters()]
    if unknown:
        known = ", ".join(one.parameters()) or sentence("nothing")
        raise Invalid(
            sentence(
                "{what} does not take {unknown}; it takes {known}. Nothing was sent.",
                what=one.name,
                unknown=", ".join(unknown),
                known=known,
            )
        )
    missing = [name for name in one.places if not parameters.get(name, "").strip()]
    if missing:
        raise Invalid(sentence("{missing} must be given. Nothing was sent.", missing=", ".join(missing)))
    filled = [parameters[part[1:-1]].strip() if part.startswith("{") else part for part in one.path]
    module = parameters.get("module", "").strip()
    params = {}
    for name in one.query:
        text = parameters.get(name, "").strip()
        if text:
            params[f"fields[{module}]" if name == "fields" else name] = text
            if name == "filter":
                _decoded(name, text)
    body = None
    if one.body:
        value = _decoded(one.body, parameters.get(one.body, "") or ("[]" if one.body == "data" else "{}"))
        body = value if one.body == "body" else _wrapped(one, value, module, parameters.get("id", "").strip())
    return Prepared(one.verb, place(*filled) if filled else "", params, body)


def _wrapped(one: Spec, value: object, module: str, key: str) -> dict[str, object]:
    if one.body == "data":
        return {"data": value}
    data: dict[str, object] = {"type": module}
    if key:
        data["id"] = key
    return {"data": {**data, "attributes": value}}


def _decoded(name: str, text: str) -> object:
    try:
        found: object = json.loads(text, cls=Decoder, parse_float=exact)
    except ValueError as error:
        raise Invalid(sentence("{name} is no JSON: {error}. Nothing was sent.", name=name, error=error)) from error
    if not isinstance(found, list if name == "data" else dict):
        raise Invalid(
            sentence("{name} is a JSON list. Nothing was sent.", name=name)
            if name == "data"
            else sentence("{name} is a JSON object. Nothing was sent.", name=name)
        )
    return found
