# SPDX-License-Identifier: MIT
"""PURE: the kinds of records the API has, where they lie, and how they hang together.

Paths and verbs are held against the vendor's description by a test. ``Orders`` do not exist: they are Deliveries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from crmdesk.connectors.vendors.webcrm.operations import has
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Module, Operation
from crmdesk.domain.sentence import sentence

ORGANISATIONS, PERSONS, USERS = ModuleName("Organisations"), ModuleName("Persons"), ModuleName("Users")
OPPORTUNITIES, DELIVERIES = ModuleName("Opportunities"), ModuleName("Deliveries")
LINES, ACTIVITIES, DOCUMENTS = ModuleName("QuotationLines"), ModuleName("Activities"), ModuleName("Documents")
NOTES = ModuleName("ActivityNotes")
PRICE_LIST = ModuleName("QuotationLinesLinkedData")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of record.

    Attributes:
        entity: its singular; stands in front of every field, and is its table in queries.
        path: of the list.
        title: the field people know it by. number: of its running number.
        required: what a new one needs.
        metadata: its name for FieldsMetadata; "" = not told there.
        linked_kind: how documents call it; "" = no documents can hang on it.
        told_id: a create answers the new id.
        is_paged: the list takes Page and Size; else everything comes at once.
    """

    name: ModuleName
    entity: str
    path: str
    label: str
    label_plural: str
    title: str
    group: str
    number: str = ""
    required: tuple[str, ...] = ()
    metadata: str = ""
    linked_kind: str = ""
    told_id: bool = True
    is_paged: bool = True
    is_listed: bool = True

    @property
    def prefix(self) -> str:
        """What stands in front of every field."""
        return "" if self.entity == "ActivityNote" else self.entity

    @property
    def id_field(self) -> str:
        """The field of the id."""
        return f"{self.entity}Id"

    @property
    def one_path(self) -> str:
        """Of one record."""
        return f"{self.path}/{{id}}"

    @property
    def title_field(self) -> FieldName:
        """The title's full name."""
        return FieldName(self.prefix + self.title)

    @property
    def is_linked_data(self) -> bool:
        """Whether these are items of linked data, whose nine data fields must never be empty."""
        return self.path.endswith("/LinkedData")

    @property
    def table(self) -> str:
        """Its name in queries; "" where it has none. Singular, like the entity (the official client)."""
        return "" if not self.is_paged or self.name == NOTES else self.entity

    def module(self) -> Module:
        """As the program shows it."""
        operations = {Operation.READ}
        if has("POST", self.path) and self.name != DOCUMENTS:  # a document comes with its file
            operations.add(Operation.CREATE)
        if has("PUT", self.one_path):
            operations.add(Operation.UPDATE)
        if has("DELETE", self.one_path):
            operations.add(Operation.DELETE)
        if self.name == NOTES:
            operations = {Operation.READ, Operation.CREATE, Operation.DELETE}
        return Module(
            name=self.name,
            label=self.label,
            label_plural=self.label_plural,
            operations=frozenset(operations),
            is_sales_document=self.name in (OPPORTUNITIES, DELIVERIES),
            group=self.group,
            is_listed=self.is_listed,
        )


def _resource(name: str, entity: str, label: str, plural: str, title: str, group: str, **more: object) -> Resource:
    return Resource(
        name=ModuleName(name),
        entity=entity,
        path=f"/{name}",
        label=label,
        label_plural=plural,
        title=title,
        group=group,
        **more,  # type: ignore[arg-type]  # the callers below are all there are
    )


def _linked(of: str, label: str) -> Resource:
    own = of == "QuotationLines"
    return Resource(
        name=ModuleName(f"{of}LinkedData"),
        entity="QuotationLineLinkedDataItem" if own else "LinkedDataItem",
        path=f"/{of}/LinkedData",
        label=sentence("Price list item") if own else sentence("Linked data of {label}", label=label),
        label_plural=sentence("Price list") if own else sentence("Linked data of {label}", label=label),
        title="Data1",
        group="inventory" if own else "system",
        is_paged=False,
    )


_MAIN: tuple[Resource, ...] = (
    _resource("Organisations", "Organisation", sentence("Organisation"), sentence("Organisations"), "Name", "sales",
              required=("Name",), metadata="Organisation", linked_kind="Organisation", told_id=False),
    _resource("Persons", "Person", sentence("Person"), sentence("Persons"), "Name", "sales",
              required=("OrganisationId",), metadata="Person", linked_kind="Person"),
    _resource("PersonsB2C", "PersonB2C", sentence("Consumer"), sentence("Consumers (B2C)"), "LastName", "sales", required=("LastName",)),
    _resource("Opportunities", "Opportunity", sentence("Opportunity"), sentence("Opportunities"), "Description", "sales", number="Number",
              required=("OrganisationId",), metadata="Opportunity", linked_kind="Opportunity"),
    _resource("Deliveries", "Delivery", sentence("Delivery"), sentence("Deliveries (orders)"), "Description", "sales", number="Number",
              required=("OrganisationId",), metadata="Delivery", linked_kind="Delivery"),
    _resource("QuotationLines", "QuotationLine", sentence("Quotation line"), sentence("Quotation lines"), "Data1", "inventory",
              required=("OpportunityId",)),
    _resource("Products", "Product", sentence("Installed product"), sentence("Installed products"), "Combined", "inventory",
              required=("OrganisationId",), metadata="Product", linked_kind="Product"),
    _resource("Activities", "Activity", sentence("Activity"), sentence("Activities"), "Description", "marketing",
              required=("OrganisationId",), metadata="Activity", linked_kind="Activity"),
    _resource("Events", "Event", sentence("Event"), sentence("Events (calendar)"), "Description", "marketing",
              required=("DateTime",), metadata="Event", linked_kind="Meeting", told_id=False),
    _resource("SupportCases", "SupportCase", sentence("Support case"), sentence("Support cases"), "Subject", "support", number="Ticket",
              required=("OrganisationId",), metadata="SupportCase", linked_kind="Support"),
    _resource("EmailSupports", "EmailSupport", sentence("Support e-mail"), sentence("Support e-mails"), "Subject", "support"),
    _resource("Documents", "Document", sentence("Document"), sentence("Documents"), "FileName", "other", required=("FileName",)),
    _resource("Relations", "Relation", sentence("Relation"), sentence("Relations"), "Comment", "other", required=("Type",), told_id=False),
    _resource("Milestones", "Milestone", sentence("Milestone"), sentence("Milestones"), "Description", "projects"),
    _resource("TimeExpenses", "TimeExpense", sentence("Time or expense"), sentence("Times and expenses"), "Text", "projects"),
    _resource("Revenues", "Revenue", sentence("Revenue"), sentence("Revenues"), "Text", "projects"),
    _resource("Budgets", "Budget", sentence("Budget"), sentence("Budgets"), "Name", "projects"),
    _resource("Users", "User", sentence("User"), sentence("Users"), "Name", "system", required=("Name", "LoginName"), metadata="User",
              told_id=False),
)  # fmt: skip

_LINKED: tuple[Resource, ...] = (
    _linked("QuotationLines", "quotation lines"),
    _linked("Organisations", "organisations"),
    _linked("Persons", "persons"),
    _linked("PersonsB2C", "consumers"),
    _linked("Opportunities", "opportunities"),
    _linked("Deliveries", "deliveries"),
    _linked("Products", "products"),
    _linked("Activities", "activities"),
    _linked("Events", "events"),
    _linked("SupportCases", "support cases"),
)

_NOTES = Resource(
    name=NOTES, entity="ActivityNote", path="/Activities/{id}/Notes", label=sentence("Note"), label_plural=sentence("Notes"),
    title="Comment", group="marketing", is_listed=False, required=("Comment",),
)  # fmt: skip


@lru_cache(maxsize=1)
def resources() -> Mapping[ModuleName, Resource]:
    """Every kind of record by its name."""
    return {one.name: one for one in (*_MAIN, *_LINKED, _NOTES)}


@dataclass(frozen=True, slots=True)
class SubList:
    """A list of records that hang on one.

    Attributes:
        path: with one parameter, the id of the record they hang on. module: what they are.
        back: their field that holds that id; "" = none that we could set.
        moves: they are brought there by their own operation ``Move``.
    """

    path: str
    label: str
    module: ModuleName
    back: str = ""
    moves: bool = False

    @property
    def key(self) -> str:
        """The path, which is unique."""
        return self.path


SUB_LISTS: Mapping[str, tuple[SubList, ...]] = {
    "Organisations": (
        SubList("/Organisations/{id}/Persons", "Persons", PERSONS, "PersonOrganisationId"),
        SubList("/Opportunities/ByOrganisation/{organisationId}", "Opportunities", OPPORTUNITIES, moves=True),
        SubList("/Deliveries/ByOrganisation/{organisationId}", "Deliveries", DELIVERIES, moves=True),
        SubList("/Activities/ByOrganisation/{organisationId}", "Activities", ACTIVITIES, moves=True),
        SubList("/Organisations/{id}/Events", "Events", ModuleName("Events"), "EventOrganisationId"),
        SubList("/Organisations/{id}/SupportCases", sentence("Support cases"), ModuleName("SupportCases"), "SupportCaseOrganisationId"),
        SubList("/Organisations/{id}/Products", sentence("Installed products"), ModuleName("Products"), "ProductOrganisationId"),
        SubList("/Organisations/{id}/Relations", "Relations", ModuleName("Relations")),
        SubList("/Organisations/{id}/Revenues", "Revenues", ModuleName("Revenues")),
    ),
    "Persons": (SubList("/Persons/{id}/Relations", "Relations", ModuleName("Relations")),),
    "PersonsB2C": (SubList("/PersonsB2C/{id}/Relations", "Relations", ModuleName("Relations")),),
    "Opportunities": (
        SubList("/Opportunities/{id}/QuotationLines", sentence("Quotation lines"), LINES),
        SubList("/Opportunities/{id}/Revenues", "Revenues", ModuleName("Revenues")),
    ),
    "Deliveries": (SubList("/Deliveries/{id}/QuotationLines", sentence("Quotation lines"), LINES),),
    "Activities": (SubList("/Activities/{id}/Notes", "Notes", NOTES),),
    "Users": (
        SubList("/Users/{id}/Activities", "Activities", ACTIVITIES, "ActivityAssignedTo"),
        SubList("/Users/{id}/Events", "Events", ModuleName("Events"), "EventAssignedTo"),
        SubList("/Opportunities/ByResponsible/{responsibleId}", "Opportunities", OPPORTUNITIES, "OpportunityAssignedTo"),
        SubList("/Opportunities/ByResponsible2/{responsibleId}", sentence("Opportunities (second)"), OPPORTUNITIES, "OpportunityAssignedTo2"),
        SubList("/Deliveries/ByResponsible/{responsibleId}", "Deliveries", DELIVERIES, "DeliveryAssignedTo"),
        SubList("/Deliveries/ByResponsible2/{responsibleId}", sentence("Deliveries (second)"), DELIVERIES, "DeliveryAssignedTo2"),
        SubList("/SupportCases/ByResponsible/{responsibleId}", sentence("Support cases"), ModuleName("SupportCases"), "SupportCaseAssignedTo"),
    ),
}  # fmt: skip
"""The sub-lists of the description; ``…/ByOrganisation`` of support cases and events, ``…/ByResponsible`` of
activities and events say the same as another path above and are left to ``crmdesk call``."""

ROUTES: Mapping[tuple[str, str], str] = {
    # (module, field) -> the list of the records that hold one value.
    ("Activities", "ActivityStatus"): "/Activities/ByStatus/{status}",
    ("Deliveries", "DeliveryStatus"): "/Deliveries/ByStatus/{status}",
    ("Events", "EventStatus"): "/Events/ByStatus/{status}",
    ("SupportCases", "SupportCaseStatus"): "/SupportCases/ByStatus/{status}",
    ("SupportCases", "SupportCaseChannel"): "/SupportCases/ByChannel/{channel}",
    ("Opportunities", "OpportunityLevel"): "/Opportunities/ByPipelineLevel/{pipelineLevel}",
}
