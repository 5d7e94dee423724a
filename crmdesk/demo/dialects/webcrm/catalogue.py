# SPDX-License-Identifier: MIT
"""The resources of the pretended webCRM: paths, what may be done, sub-lists, and the shape of every record.

Source: the vendor's API description as a public client lists it; the shapes are in resources/demo/webcrm.json as
type -> names, "Custom1..15" standing for fifteen of them, a type with bars for an enumeration.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from crmdesk.demo.material import table

_RUN = re.compile(r"(.+?)(\d+)\.\.(\d+)")
_EMPTY: Mapping[str, Any] = {"text": "", "int": 0, "float": 0.0, "bool": False, "time": None, "object": None}


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One kind of record. `kinds` maps each field to text, int, float, bool, time, list, object or an enumeration."""

    entity: str
    kinds: Mapping[str, str]

    @property
    def id_field(self) -> str:
        """The field that holds the record's number."""
        return f"{self.entity}Id"

    def blank(self) -> dict[str, Any]:
        """Return a record in which nothing has been said."""
        return _template(self).copy()


@cache
def _template(of: Shape) -> dict[str, Any]:
    """Return a blank record to copy; nothing in it is ever changed in place."""
    return {name: empty(kind) for name, kind in of.kinds.items()}


def empty(kind: str) -> Any:
    """Return what a field of that kind holds before anybody wrote it; of an enumeration the first."""
    if kind == "list":
        return []
    return kind.split("|")[0] if "|" in kind else _EMPTY[kind]


@cache
def shape(entity: str) -> Shape:
    """Return the shape of an entity ("Organisation"); in the order of the alphabet, as the server's serialiser writes it.

    Raises:
        KeyError: There is no such entity.
    """
    kinds: dict[str, str] = {}
    for kind, names in table("webcrm.json")["shapes"][entity].items():
        for name in names.split():
            run = _RUN.fullmatch(name)
            if run is None:
                kinds[name] = kind
            else:
                kinds |= {f"{run[1]}{n}": kind for n in range(int(run[2]), int(run[3]) + 1)}
    return Shape(entity, dict(sorted(kinds.items())))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resource:
    """One path of the first level.

    Attributes:
        path: "Organisations".
        entity: "Organisation".
        verbs: L list, G get, C create, U put, B bulk patch, D delete.
        answers_id: Whether create answers the new number; otherwise 200 and nothing.
        by: Segment after the path -> field that has to equal the next segment.
        below: Segment after /{id} -> resource and the fields of which one has to equal the id.
        has_linked_data: Whether /LinkedData and /LinkedSetup exist.
        has_hooks: Whether /Hooks exists.
        found_by_dates: FindBy… segment -> field.
        table: Where the rows lie; another resource may share the sequence of numbers.
    """

    path: str
    entity: str
    verbs: str = "LGCUB"
    answers_id: bool = True
    by: Mapping[str, str]
    below: Mapping[str, tuple[str, tuple[str, ...]]]
    found_by_dates: Mapping[str, str]
    has_linked_data: bool = True
    has_hooks: bool = True
    sequence: str = ""


def _resource(
    path: str,
    entity: str,
    verbs: str = "LGCUB",
    *,
    answers_id: bool = True,
    by: str = "",
    below: str = "",
    dates: str = "",
    linked: bool = True,
    hooks: bool = True,
    sequence: str = "",
) -> Resource:
    """Return a resource; `by` is "Segment:Field …", `below` "Segment:Resource:Field,Field …", `dates` "Create Update"."""
    return Resource(
        path=path, entity=entity, verbs=verbs, answers_id=answers_id, has_linked_data=linked, has_hooks=hooks, sequence=sequence or entity,
        by={name: f"{entity}{field}" for name, _, field in (item.partition(":") for item in by.split())},
        below={name: (target, tuple(names.split(","))) for name, target, names in (item.split(":") for item in below.split())},
        found_by_dates={f"FindBy{word}Dates": f"{entity}{word}dAt" for word in dates.split()},
    )  # fmt: skip


_RELATED = "RelationPerson1Id,RelationPerson2Id"
_ALL = (
    _resource(
        "Organisations", "Organisation", answers_id=False, dates="Create Update",
        below="Persons:Persons:PersonOrganisationId Events:Events:EventOrganisationId SupportCases:SupportCases:SupportCaseOrganisationId"
        " Products:Products:ProductOrganisationId Relations:Relations:RelationOrganisation1Id,RelationOrganisation2Id"
        " Revenues:Revenues:RevenueOrganisationId",
    ),
    _resource("Persons", "Person", below=f"Relations:Relations:{_RELATED}"),
    _resource("PersonsB2C", "PersonB2C", below=f"Relations:Relations:{_RELATED}"),
    _resource(
        "Opportunities", "Opportunity", dates="Create", sequence="Quotation",
        by="ByOrganisation:OrganisationId ByResponsible:AssignedTo ByResponsible2:AssignedTo2 ByPipelineLevel:Level",
        below="QuotationLines:QuotationLines:QuotationLineOpportunityId Revenues:Revenues:RevenueOpportunityId",
    ),
    _resource(
        "Deliveries", "Delivery", dates="Create", sequence="Quotation",
        by="ByOrganisation:OrganisationId ByResponsible:AssignedTo ByResponsible2:AssignedTo2 ByStatus:Status",
        below="QuotationLines:QuotationLines:QuotationLineOpportunityId",
    ),
    _resource("QuotationLines", "QuotationLine", "LGCUBD"),
    _resource("Products", "Product", "LGCUBD"),
    _resource(
        "Activities", "Activity", dates="Create", by="ByResponsible:AssignedTo ByOrganisation:OrganisationId ByStatus:Status",
    ),
    _resource("Events", "Event", answers_id=False, dates="Create", by="ByResponsible:AssignedTo ByOrganisation:OrganisationId ByStatus:Status"),
    _resource(
        "SupportCases", "SupportCase", dates="Create",
        by="ByResponsible:AssignedTo ByOrganisation:OrganisationId ByStatus:Status ByChannel:Channel",
    ),
    _resource("Documents", "Document", "LGCUBD", linked=False),
    _resource("Relations", "Relation", answers_id=False, linked=False),
    _resource("Users", "User", answers_id=False, linked=False, below="Activities:Activities:ActivityAssignedTo Events:Events:EventAssignedTo"),
    *(_resource(path, entity, "LG", linked=False, hooks=False) for path, entity in (
        ("Budgets", "Budget"), ("Milestones", "Milestone"), ("Revenues", "Revenue"), ("TimeExpenses", "TimeExpense"),
        ("EmailSupports", "EmailSupport"),
    )),
)  # fmt: skip

RESOURCES: Mapping[str, Resource] = {resource.path.lower(): resource for resource in _ALL}
BY_PATH: Mapping[str, Resource] = {resource.path: resource for resource in _ALL}
_SHAPE_NAMES = {"EmailSupport": "SupportCaseEmail"}
STAMPS = ("CreatedAt", "CreatedBy", "UpdatedAt", "UpdatedBy", "UploadedAt", "LastUpdatedAt", "LastUpdatedBy")


@cache
def shape_of(resource: Resource) -> Shape:
    """Return the shape of a resource's records."""
    return Shape(resource.entity, shape(_SHAPE_NAMES.get(resource.entity, resource.entity)).kinds)


@cache
def linked_shape(resource: Resource) -> Shape:
    """Return the shape of its linked data; quotation lines have one of their own."""
    return shape("QuotationLineLinkedDataItem" if resource.entity == "QuotationLine" else "LinkedDataItem")
