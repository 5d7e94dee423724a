# SPDX-License-Identifier: MIT
"""PURE: the operations this program speaks, each with its verb, path and parameters.

Written from ``webcrm-openapi.json``; a test holds every line against it. Left out, and so out of reach: the web hooks
(they call a server of the company's own), the other log-ins, and ``DELETE …/LinkedData`` without an id, which removes
*all* linked data of a kind: ``Spec`` cannot even be built for a DELETE that names no record.

A star stands for the parameters ``Page`` and ``Size``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from crmdesk.connectors.port import OperationInfo, Part
from crmdesk.domain.errors import Invalid, Unsupported
from crmdesk.domain.sentence import sentence

_PLACE = re.compile(r"\{(\w+)\}")
_BODILESS = re.compile(r"/(?:ConvertTo\w+(?:/\{level\})?|ApiLogin)$")


@dataclass(frozen=True, slots=True)
class Spec:
    """One operation on the wire.

    Attributes:
        path: with its parameters in braces.
        is_paged: takes ``Page`` (1 is the first) and ``Size``.
    """

    verb: str
    path: str
    is_paged: bool = False

    def __post_init__(self) -> None:
        if self.verb == "DELETE" and "{" not in self.path:
            raise ValueError("a DELETE must name one record")

    @property
    def name(self) -> str:
        """``ActivitiesByIdMovePost``: as the vendor's description calls it."""
        parts = self.path.strip("/").split("/")
        words = (f"By{part[1].upper()}{part[2:-1]}" if part.startswith("{") else part for part in parts)
        return "".join(words) + self.verb.title()

    @property
    def places(self) -> tuple[str, ...]:
        """The path's parameters."""
        return tuple(_PLACE.findall(self.path))

    @property
    def has_body(self) -> bool:
        """Whether it carries JSON."""
        return self.verb in ("POST", "PUT", "PATCH") and not _BODILESS.search(self.path)

    @property
    def is_write(self) -> bool:
        """Whether it changes data."""
        return self.verb != "GET"

    @property
    def takes_include(self) -> bool:
        """Whether ``include=SecurityInfo`` adds if the record may be edited."""
        own = self.path.startswith(("/Activities", "/Events")) and self.verb == "GET"
        return own and not re.search(r"Notes|Linked", self.path)

    def filled(self, values: Mapping[str, str]) -> str:
        """The path with its parameters.

        Raises:
            Invalid: one is missing, or is not what it should be.
        """
        return _PLACE.sub(lambda place: _spelled(place[1], values.get(place[1], "")), self.path)


def _spelled(name: str, text: str) -> str:
    text = text.strip()
    if not text or text in (".", ".."):
        raise Invalid(sentence("{name} is missing. Nothing was sent.", name=name))
    if name not in ("startDate", "endDate", "status", "entityTypes") and not re.fullmatch(r"\d{1,10}", text):
        raise Invalid(
            sentence("{name} is a whole number there, “{given}” is not one. Nothing was sent.", name=name, given=text)
        )
    return quote(text, safe="")


@lru_cache(maxsize=1)
def all_specs() -> Mapping[str, Spec]:
    """Every operation by its name in lower case."""
    found: dict[str, Spec] = {}
    for line in _TABLE.strip().splitlines():
        *verbs, path = line.split()
        for verb in verbs:
            spec = Spec(verb.rstrip("*"), path, verb.endswith("*"))
            found[spec.name.lower()] = spec
    return found


def spec(verb: str, path: str) -> Spec:
    """The operation of this verb and path.

    Raises:
        Unsupported: it is not among those spoken here.
    """
    found = next((s for s in all_specs().values() if s.verb == verb and s.path == path), None)
    if found is None:
        raise Unsupported(sentence("{verb} {path}", verb=verb, path=path))
    return found


def has(verb: str, path: str) -> bool:
    """Whether there is such an operation."""
    return any(s.verb == verb and s.path == path for s in all_specs().values())


def spec_of(operation: str) -> Spec | None:
    """The operation a person named, as ``crmdesk call`` lists them; None where there is none."""
    found = all_specs().get(operation.lower())
    return found if found is not None and found.path != "/Auth/ApiLogin" else None


_TOLD = {
    "include": sentence("SecurityInfo adds whether the record may be edited."),
    "Page": sentence("Which page; 1 is the first, and what is taken when nothing is given."),
    "Size": sentence("Rows of a page; at most 1000, which is taken when nothing is given."),
    "body": sentence("JSON: the record, or for PATCH a list of records; each with its id, 0 for a new one."),
    "script": sentence("A SELECT statement."),
}


def parameters(one: Spec) -> Mapping[str, str]:
    """Each parameter with a sentence."""
    names = list(one.places)
    if one.path == "/Queries":
        names.append("script")
    if one.takes_include:
        names.append("include")
    if one.is_paged:
        names += ["Page", "Size"]
    if one.has_body:
        names.append("body")
    return {name: _TOLD.get(name, _sentence(name)) for name in names}


def _sentence(name: str) -> str:
    if name.endswith("Date"):
        return sentence("A moment, ISO 8601; the end itself is left out.")
    return {
        "status": sentence("One of the states, spelt as there."),
        "entityTypes": sentence(
            "Activity, Delivery, Event, Opportunity, Organisation, Person, Product, SupportCase, User or All."
        ),
        "level": sentence("Number of the pipeline level."),
    }.get(name, sentence("A number."))


def parts(one: Spec) -> tuple[Part, ...]:
    """The same with types: what a form shows."""
    return tuple(_part(one, name, sentence) for name, sentence in parameters(one).items())


def _part(one: Spec, name: str, hint: str) -> Part:
    needed = name in one.places or name in ("body", "script")
    kind = "text" if name in ("status", "entityTypes") else "integer"
    kind = "lines" if name in ("body", "script") else "datetime" if name.endswith("Date") else kind
    if name == "include":
        return Part(name=name, label=name, kind="choice", choices={"SecurityInfo": "SecurityInfo"}, hint=hint)
    return Part(name=name, label=name, kind=kind, required=needed, hint=hint)


def _summary(one: Spec) -> str:
    return {
        "POST": sentence("Adds to {path}.", path=one.path),
        "PUT": sentence("Replaces {path}.", path=one.path),
        "PATCH": sentence("Changes or adds many in {path}.", path=one.path),
        "DELETE": sentence("Removes {path}.", path=one.path),
        "GET": sentence("Reads {path}.", path=one.path),
    }[one.verb]


def infos() -> tuple[OperationInfo, ...]:
    """The operations as ``crmdesk call`` lists them."""
    return tuple(
        OperationInfo(s.name, s.is_write, parameters(s), _summary(s), parts(s))
        for s in all_specs().values()
        if spec_of(s.name) is not None
    )


_TABLE = """
GET* POST PATCH /Activities
GET* /Activities/ByOrganisation/{organisationId}
GET* /Activities/ByResponsible/{userId}
GET* /Activities/ByStatus/{status}
GET* /Activities/FindByCreateDates/{startDate}/{endDate}
GET POST /Activities/LinkedData
GET PUT DELETE /Activities/LinkedData/{id}
GET /Activities/LinkedSetup
GET PUT /Activities/{id}
POST /Activities/{id}/Move
DELETE /Activities/{id}/NewestNote
GET* POST /Activities/{id}/Notes
GET /Auth
POST /Auth/ApiLogin
GET* /Budgets
GET /Budgets/{id}
GET* POST PATCH /Deliveries
GET* /Deliveries/ByOrganisation/{organisationId}
GET* /Deliveries/ByResponsible/{responsibleId}
GET* /Deliveries/ByResponsible2/{responsibleId}
GET* /Deliveries/ByStatus/{status}
GET* /Deliveries/FindByCreateDates/{startDate}/{endDate}
GET POST /Deliveries/LinkedData
GET PUT DELETE /Deliveries/LinkedData/{id}
GET /Deliveries/LinkedSetup
GET PUT /Deliveries/{id}
POST /Deliveries/{id}/ConvertToOpportunity/{level}
POST /Deliveries/{id}/Move
GET* /Deliveries/{id}/QuotationLines
GET* POST PATCH /Documents
GET PUT DELETE /Documents/{id}
GET /Documents/{id}/Download
GET* /EmailSupports
GET /EmailSupports/{id}
GET* POST PATCH /Events
GET* /Events/ByOrganisation/{id}
GET* /Events/ByResponsible/{id}
GET* /Events/ByStatus/{status}
GET* /Events/FindByCreateDates/{startDate}/{endDate}
GET POST /Events/LinkedData
GET PUT DELETE /Events/LinkedData/{id}
GET /Events/LinkedSetup
GET PUT /Events/{id}
GET /FieldsMetadata
GET /FieldsMetadata/{entityTypes}
GET* /Milestones
GET /Milestones/{id}
GET* POST PATCH /Opportunities
GET* /Opportunities/ByOrganisation/{organisationId}
GET* /Opportunities/ByPipelineLevel/{pipelineLevel}
GET* /Opportunities/ByResponsible/{responsibleId}
GET* /Opportunities/ByResponsible2/{responsibleId}
GET* /Opportunities/FindByCreateDates/{startDate}/{endDate}
GET POST /Opportunities/LinkedData
GET PUT DELETE /Opportunities/LinkedData/{id}
GET /Opportunities/LinkedSetup
GET PUT /Opportunities/{id}
POST /Opportunities/{id}/ConvertToDelivery
POST /Opportunities/{id}/Move
GET* /Opportunities/{id}/QuotationLines
GET* /Opportunities/{id}/Revenues
GET* POST PATCH /Organisations
GET* /Organisations/FindByCreateDates/{startDate}/{endDate}
GET* /Organisations/FindByUpdateDates/{startDate}/{endDate}
GET POST /Organisations/LinkedData
GET PUT DELETE /Organisations/LinkedData/{id}
GET /Organisations/LinkedSetup
GET PUT /Organisations/{id}
GET* /Organisations/{id}/Events
GET* /Organisations/{id}/Persons
GET* /Organisations/{id}/Products
GET* /Organisations/{id}/Relations
GET* /Organisations/{id}/Revenues
GET* /Organisations/{id}/SupportCases
GET* POST PATCH /Persons
GET POST /Persons/LinkedData
GET PUT DELETE /Persons/LinkedData/{id}
GET /Persons/LinkedSetup
GET PUT /Persons/{id}
GET* /Persons/{id}/Relations
GET* POST PATCH /PersonsB2C
GET POST /PersonsB2C/LinkedData
GET PUT DELETE /PersonsB2C/LinkedData/{id}
GET /PersonsB2C/LinkedSetup
GET PUT /PersonsB2C/{id}
GET* /PersonsB2C/{id}/Relations
GET* POST PATCH /Products
GET POST /Products/LinkedData
GET PUT DELETE /Products/LinkedData/{id}
GET /Products/LinkedSetup
GET PUT /Products/{id}
GET* /Queries
GET* POST PATCH /QuotationLines
GET POST /QuotationLines/LinkedData
GET PUT DELETE /QuotationLines/LinkedData/{id}
GET /QuotationLines/LinkedSetup
GET PUT DELETE /QuotationLines/{id}
GET* POST PATCH /Relations
GET PUT /Relations/{id}
GET* /Revenues
GET /Revenues/{id}
GET* POST PATCH /SupportCases
GET* /SupportCases/AllActive
GET* /SupportCases/ByChannel/{channel}
GET* /SupportCases/ByOrganisation/{organisationId}
GET* /SupportCases/ByResponsible/{responsibleId}
GET* /SupportCases/ByStatus/{status}
GET* /SupportCases/FindByCreateDates/{startDate}/{endDate}
GET POST /SupportCases/LinkedData
GET PUT DELETE /SupportCases/LinkedData/{id}
GET /SupportCases/LinkedSetup
GET PUT /SupportCases/{id}
GET* /TimeExpenses
GET /TimeExpenses/{id}
GET* POST PATCH /Users
GET* /Users/AllActive
GET PUT /Users/{id}
GET* /Users/{id}/Activities
GET* /Users/{id}/Events
"""
