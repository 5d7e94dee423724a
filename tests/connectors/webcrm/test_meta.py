# SPDX-License-Identifier: MIT
"""Fields: from the description's tables and what FieldsMetadata tells; codes nobody explains do no harm."""

import pytest

from crmdesk.connectors.vendors.webcrm import meta
from crmdesk.connectors.vendors.webcrm.dto import properties
from crmdesk.connectors.vendors.webcrm.parse import is_secret
from crmdesk.connectors.vendors.webcrm.resources import resources
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Choice, Field, FieldType, Operation


def told(name: str, **more: object) -> dict[str, object]:
    return {"FieldMetadataFriendlyFieldName": name, **{f"FieldMetadata{key}": value for key, value in more.items()}}


def field(module: str, name: str, *rows: dict[str, object], can_query: bool = True) -> Field | None:
    schema = meta.schema(resources()[ModuleName(module)], meta.told(rows), can_query=can_query)
    return schema.field(name)


def known(module: str, name: str, *rows: dict[str, object]) -> Field:
    found = field(module, name, *rows)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("module", "name", "kind"),
    [
        ("Organisations", "OrganisationName", FieldType.TEXT),
        ("Organisations", "OrganisationAddress", FieldType.LONG_TEXT),
        ("Organisations", "OrganisationTelephone", FieldType.PHONE),
        ("Organisations", "OrganisationWww", FieldType.URL),
        ("Organisations", "OrganisationOwner2", FieldType.REFERENCE),
        ("Organisations", "OrganisationUpdatedAt", FieldType.DATETIME),
        ("Organisations", "OrganisationXDate1", FieldType.DATE),
        ("Organisations", "OrganisationLastItemType", FieldType.CHOICE),
        ("Persons", "PersonEmail", FieldType.EMAIL),
        ("Persons", "PersonCheckMark10", FieldType.BOOLEAN),
        ("Deliveries", "DeliveryOrderValue", FieldType.MONEY),
        ("Deliveries", "DeliveryDiscount", FieldType.PERCENT),
        ("Deliveries", "DeliveryResponsible", FieldType.REFERENCE),
        ("QuotationLines", "QuotationLineQuantity", FieldType.DECIMAL),
        ("Events", "EventParticipantIds", FieldType.MULTI_CHOICE),
        ("Documents", "DocumentLinkedEntityId", FieldType.REFERENCE),
    ],
)
def test_types(module: str, name: str, kind: FieldType) -> None:
    assert known(module, name).type is kind


def test_links_know_where_they_lead() -> None:
    assert known("Persons", "PersonOrganisationId").refers_to == ("Organisations",)
    assert known("QuotationLines", "QuotationLineOpportunityId").refers_to == ("Opportunities", "Deliveries")
    assert known("Activities", "ActivityOpportunityId").refers_to == ("Opportunities",)


@pytest.mark.parametrize(
    ("name", "label"),
    [("PostCode", "Post code"), ("GmRevenue1", "Gm revenue 1"), ("OrganisationId", "Organisation"), ("Id", "Id"), ("ErpSyncDateTime", "Erp sync date time"), ("Www", "Www")],
)  # fmt: skip
def test_labels_without_metadata(name: str, label: str) -> None:
    assert meta.label_of(name) == label


def test_the_companys_own_words_and_lists() -> None:
    row = told(
        "OrganisationIndustry", Label="Branche", DisplayType="L", SortOrder=3, TextFieldMaxLength=50,
        DropdownListData=[{"Text": "-- vælg --", "Value": ""}, {"Text": "Handel", "Value": "Handel"}, {"Text": "Industri", "Value": None}],
    )  # fmt: skip
    found = known("Organisations", "OrganisationIndustry", row)
    assert (found.label, found.type, found.max_length) == ("Branche", FieldType.CHOICE, 50)
    assert [choice.value for choice in found.choices] == ["-- vælg --", "Handel", "Industri"]


def test_a_number_with_a_list_is_a_choice_by_number() -> None:
    row = told(
        "OpportunityLevel",
        Label="Level",
        DropdownListData=[{"Text": "Lead", "Value": "1"}, {"Text": "Won", "Value": "2"}],
    )
    assert known("Opportunities", "OpportunityLevel", row).choices == (Choice("1", "Lead"), Choice("2", "Won"))


def test_a_text_with_a_numbered_list_holds_the_text() -> None:
    row = told("PersonCustom2", Label="Class", DisplayType="L", DropdownListData=[{"Text": "Gold", "Value": "1"}])
    assert known("Persons", "PersonCustom2", row).choices == (Choice("Gold", "Gold"),)


def test_custom_fields_that_nobody_uses_are_not_shown() -> None:
    used = told("PersonCustom1", Label="Newsletter", DisplayType="C")
    blank, hidden = told("PersonCustom2", Label=" "), told("PersonCustom3", Label="x", DisplayType="NONE")
    assert known("Persons", "PersonCustom1", used, blank, hidden).type is FieldType.BOOLEAN
    for name in ("PersonCustom2", "PersonCustom3", "PersonPlus1"):
        assert field("Persons", name, used, blank, hidden) is None
    assert field("Persons", "PersonCustom2") is not None  # where the server tells nothing, all are shown


@pytest.mark.parametrize(
    "row",
    [
        {},
        told("", Label="x"),
        told("PersonTitle"),
        told("PersonTitle", DisplayType="KPI2030", Label=None, SortOrder="first", TextFieldMaxLength=-1, New={"a": 1}),
        told("PersonTitle", DropdownListData="none", DisplayType=None),
        told("PersonTitle", DropdownListData=[None, 7, {}, {"Text": None, "Value": None}]),
        told("PersonTitle", DropdownListData={"Text": "x"}),
    ],
)
def test_metadata_that_says_nothing_useful(row: dict[str, object]) -> None:
    found = known("Persons", "PersonTitle", row)
    assert (found.label, found.type, found.max_length) == ("Title", FieldType.TEXT, None)


@pytest.mark.parametrize(
    "code",
    [
        "C",
        "CPL",
        "D",
        "DA",
        "DAT",
        "DI",
        "DT",
        "DTGMT",
        "EMA",
        "GM",
        "HM",
        "HTML",
        "HX",
        "I",
        "IC",
        "IS",
        "L",
        "LOGA",
        "LOGP",
        "M",
        "ML",
        "PI",
        "R",
        "REV",
        "SD",
        "SDI",
        "T",
        "TELE",
        "TM",
        "UI",
        "KPI",
    ],
)
def test_no_display_type_changes_what_the_wire_says(code: str) -> None:
    rows = [told(f"Organisation{p.short}", Label="x", DisplayType=code) for p in properties("Organisation")]
    wire = {p.name: p.kind for p in properties("Organisation")}
    schema = meta.schema(resources()[ModuleName("Organisations")], meta.told(rows), can_query=True)
    for one in schema.fields:
        if wire[one.name] in ("integer", "number", "truth", "moment", "choice"):
            assert one.type is known("Organisations", one.name).type or one.type is FieldType.DATE


def test_what_cannot_be_asked_says_so() -> None:
    one = resources()[ModuleName("Organisations")]
    asked = {f.name: f for f in meta.schema(one, {}, can_query=True).fields}
    assert asked[FieldName("OrganisationName")].filterable
    assert not asked[FieldName("OrganisationNoAds")].filterable  # how truths are kept is not told
    assert not asked[FieldName("OrganisationMemo")].sortable
    assert not any(f.filterable or f.sortable for f in meta.schema(one, {}, can_query=False).fields)
    delivery = meta.schema(resources()[ModuleName("Deliveries")], {}, can_query=False)
    assert [f.name for f in delivery.fields if f.filterable] == ["DeliveryStatus"]  # it has a list by state


def test_no_schema_holds_a_secret() -> None:
    for one in resources().values():
        names = [f.name for f in meta.schema(one, {}, can_query=True).fields]
        assert not [name for name in names if is_secret(name)]
        assert len(set(names)) == len(names)
    assert is_secret("UserPassword")
    assert not is_secret("SupportCaseTicket")


def test_operations_are_those_that_exist() -> None:
    can = {name: one.module().operations for name, one in resources().items()}
    assert Operation.DELETE not in can[ModuleName("Organisations")]
    assert Operation.DELETE in can[ModuleName("QuotationLines")]
    assert can[ModuleName("Budgets")] == {Operation.READ}
    assert Operation.CREATE not in can[ModuleName("Documents")]  # they come with their file
