# SPDX-License-Identifier: MIT
"""listtypes and describe."""

from tests.demo.caller import Caller
from tests.demo.conftest import Door
from tests.demo.recordings import sentence_of_the_document


def test_listtypes_has_the_documents_prefixes(crm: Caller) -> None:
    information = crm.result("listtypes")["information"]
    prefixes = {
        name: information[name]["idPrefix"]
        for name in (
            "Leads",
            "Accounts",
            "Contacts",
            "Products",
            "Documents",
            "SalesOrder",
            "Users",
            "Groups",
            "Services",
            "AttachmentsFolder",
            "Currencies",
        )
    }
    assert prefixes == {
        "Leads": "2", "Accounts": "3", "Contacts": "4", "Products": "6", "Documents": "7", "SalesOrder": "16", "Users": "19", "Groups": "20", "Services": "25",
        "AttachmentsFolder": "50", "Currencies": "51",
    }  # fmt: skip
    sentence_of_the_document('"idPrefix": "51"')
    assert set(information["Accounts"]) == {
        "isEntity",
        "label",
        "singular",
        "createable",
        "updateable",
        "deleteable",
        "retrieveable",
        "idPrefix",
    }
    assert set(information["Groups"]) == {"isEntity", "label", "singular", "idPrefix"}
    assert information["Groups"]["isEntity"] is False


def test_vtiger_family_has_other_names_other_prefixes_and_fewer_keys(vtiger: Caller) -> None:
    result = vtiger.result("listtypes")
    assert "Currency" in result["types"]
    assert "Partner" not in result["types"]
    assert set(result["information"]["Accounts"]) == {"isEntity", "label", "singular"}
    assert vtiger.result("describe", elementType="Accounts")["idPrefix"] == "11"


def test_users_module_does_not_exist_for_others_than_administrators(door: Door) -> None:
    caller = door("anna.k")
    types = caller.result("listtypes")["types"]
    assert "Users" not in types
    assert "Partner" not in types
    assert caller.code("describe", elementType="Users") == "ACCESS_DENIED"
    assert caller.query_code("select * from Users;") == "ACCESS_DENIED"


def test_users_query_gives_secrets_away_to_administrators(crm: Caller) -> None:
    rows = crm.rows("select * from Users;")
    assert rows[0]["accesskey"] == crm.server.keys["admin"]
    assert rows[0]["user_password"].startswith("$2y$")


def test_labels_come_in_the_users_language_and_values_do_not(door: Door) -> None:
    german = {f["name"]: f for f in door("jonas.b").result("describe", elementType="Leads")["fields"]}
    english = {f["name"]: f for f in door("anna.k").result("describe", elementType="Leads")["fields"]}
    assert german["annualrevenue"]["label"] == "Jahresumsatz"
    assert english["annualrevenue"]["label"] == "Annual Revenue"
    choices = {c["value"]: c["label"] for c in german["industry"]["type"]["picklistValues"]}
    assert choices["Machinery"] == "Maschinen"


def test_describe_of_a_lead_is_as_in_the_document(crm: Caller) -> None:
    result = crm.result("describe", elementType="Leads")
    fields = {f["name"]: f for f in result["fields"]}
    revenue = dict(fields["annualrevenue"], label="Jahresumsatz")
    assert revenue == {
        "name": "annualrevenue", "label": "Jahresumsatz", "mandatory": False, "type": {"name": "double", "uitype": "71"}, "nullable": True, "editable": True,
        "displayType": "1", "default": "0.000000000",
    }  # fmt: skip
    partner = fields["partner_id"]
    assert partner["type"] == {
        "refersTo": ["Partner"],
        "refersToTranslated": [{"name": "Partner", "label": "Partners"}],
        "name": "reference",
        "uitype": "10",
    }
    assert partner["default"] == "0"
    assert (result["idPrefix"], result["isEntity"], result["labelFields"]) == ("2", True, "firstname, lastname")


def test_describe_of_a_sales_document_has_product_blocks_and_line_fields(crm: Caller) -> None:
    result = crm.result("describe", elementType="SalesOrder")
    assert result["productBlocks"]["677"]["name"] == "ArticleList1"
    assert set(result["productBlocks"]["677"]["translation"]) == {"de_de", "en_us", "fr_fr", "it_it", "es_es"}
    assert [field["fieldname"] for field in result["userDefinedFields"]] == ["cf_1725", "cf_1767"]
    assert result["userDefinedFields"][0]["handler_class"] == "classes\\Inventory\\CustomBlocks\\ProductBlock"


def test_vtiger_describe_lacks_what_the_document_adds(vtiger: Caller) -> None:
    result = vtiger.result("describe", elementType="SalesOrder")
    assert "productBlocks" not in result
    assert set(result["fields"][0]) == {
        "name",
        "label",
        "mandatory",
        "type",
        "nullable",
        "editable",
        "isunique",
        "default",
    }
    assert "uitype" not in result["fields"][0]["type"]


def test_corebos_describes_two_modules_at_once(door: Door) -> None:
    assert set(door(family="corebos").result("describe", elementType="Leads,Accounts")) == {"Leads", "Accounts"}


def test_read_only_user_may_write_nowhere_and_hidden_fields_are_not_described(door: Door) -> None:
    information = door("lena.lesend").result("listtypes")["information"]
    assert not any(entry.get("updateable") for entry in information.values())
    hidden = door("priya.n")
    assert "annualrevenue" not in {f["name"] for f in hidden.result("describe", elementType="Leads")["fields"]}
    assert hidden.query_code("select annualrevenue from Leads;") == "ACCESS_DENIED"
