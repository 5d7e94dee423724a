# SPDX-License-Identifier: MIT
"""What the managers do: search, get, create, update, orders with rows, portal log-in, fields, picklists, bulk save."""

import json
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.demo.dialects.crmservice.conftest import Caller, Open


def criteria(field: str, value: str, limit: int = 100, offset: int = 0) -> str:
    """Return search criteria."""
    return f"<criteria><field>{field}</field><value>{escape(value)}</value><limit>{limit}</limit><offset>{offset}</offset></criteria>"


def numbers(answer: Any) -> list[int]:
    """Return the ids of an array."""
    return [int(item.findtext("id")) for item in answer]


# ---- search ------------------------------------------------------------------------------------------------------


def test_search_is_exact_without_case_and_percent_is_anything(reader: Caller) -> None:
    name = reader.get("/accounts/10000")["data"]["attributes"]["name"]
    assert numbers(reader.call("accountManager", "searchAccounts", criteria("accountname", name.upper()))) == [10000]
    assert numbers(reader.call("accountManager", "searchAccounts", criteria("accountname", name[:-1]))) == []
    assert 10000 in numbers(reader.call("accountManager", "searchAccounts", criteria("accountname", f"{name[:5]}%")))


def test_search_pages_by_limit_and_offset(reader: Caller) -> None:
    everybody = numbers(reader.call("contactManager", "searchContacts", criteria("", "", 500)))
    assert everybody == [row["id"] for row in reader.rows("contacts")]
    pages = [numbers(reader.call("contactManager", "searchContacts", criteria("", "", 30, at))) for at in (0, 30, 60, 90)]  # fmt: skip
    assert [len(page) for page in pages] == [30, 30, 15, 0]
    assert [number for page in pages for number in page] == everybody
    assert len(reader.call("contactManager", "searchContacts", criteria("", "", 0))) == 75


def test_search_knows_the_doors_own_names_only(reader: Caller) -> None:
    assert reader.fault("productManager", "searchProducts", criteria("entity_no", "x"))[1] == "Unknown search field 'entity_no'"  # fmt: skip
    assert reader.fault("productManager", "searchProducts")[1] == "Search criteria missing"
    assert "negative" in reader.fault("productManager", "searchProducts", criteria("id", "1", -1))[1]


# ---- single records ----------------------------------------------------------------------------------------------


def test_both_doors_show_the_same_account_under_their_own_names(reader: Caller) -> None:
    soap = reader.call("accountManager", "getAccount", "<id>10000</id>")
    rest = reader.get("/accounts/10000")["data"]["attributes"]
    pairs = {"account_no": "entity_no", "accountname": "name", "accounttype": "account_type", "assigned_user_id": "owner_id", "bill_city": "bill_city"}  # fmt: skip
    assert {a: soap.findtext(a) for a in pairs} == {a: str(rest[b]) for a, b in pairs.items()}
    assert soap.find("owner_id") is None
    assert "assigned_user_id" not in rest
    assert f"{soap.findtext('modifiedtime').replace(' ', 'T')}+00:00" == rest["updated_at"]


def test_update_leaves_alone_what_is_missing_or_nil_and_clears_what_is_empty(crm: Caller) -> None:
    before = crm.get("/accounts/10000")["data"]["attributes"]
    nil = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"'
    sent = f"<account><id>10000</id><bill_city>Espoo</bill_city><phone></phone><bill_street {nil}/></account>"
    answer = crm.call("accountManager", "updateAccount", sent)
    assert answer.findtext("bill_city") == "Espoo"
    after = crm.get("/accounts/10000")["data"]["attributes"]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"bill_city", "phone", "updated_at", "updater_id"}
    assert after["phone"] == ""


def test_create_fills_number_owner_and_times(crm: Caller) -> None:
    made = crm.call("contactManager", "createContact", "<contact><lastname>Laine</lastname><account_id>10000</account_id></contact>")  # fmt: skip
    assert made.findtext("contact_no").startswith("CON")
    assert made.findtext("assigned_user_id") == "1"
    assert made.findtext("createdtime") == "2026-11-21 22:26:40"
    assert crm.found("contacts", {"$eq": ["last_name", "laine"]}) == [int(made.findtext("id"))]


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("<account><phone>1</phone></account>", "Account name cannot be blank"),
        ("<account><accountname></accountname></account>", "Account name cannot be blank"),
        ("<account><accountname>x</accountname><accounttype>customer</accounttype></account>", 'Type "customer" is not one of the picklist\'s values'),
        ("<account><accountname>x</accountname><parent_id>77</parent_id></account>", "Member of is invalid"),
        ("<account><accountname>x</accountname><assigned_user_id>9</assigned_user_id></account>", "Assigned to is invalid"),
        ("<account><accountname>x</accountname><cf_customer_since>1.2.2026</cf_customer_since></account>", "Customer since"),
        ("", "account missing"),
    ],
)  # fmt: skip
def test_refused_values_are_faults(crm: Caller, sent: str, text: str) -> None:
    code, said = crm.fault("accountManager", "createAccount", sent)
    assert (code, said[: len(text)]) == ("SERVER", text)
    assert len(crm.rows("accounts")) == 30


# ---- sales orders ------------------------------------------------------------------------------------------------


def row(product: int, quantity: str, more: str = "") -> str:
    """Return one row of an order."""
    return f"<item><productid>{product}</productid><qty>{quantity}</qty>{more}</item>"


def test_rows_take_what_they_lack_from_the_product_and_totals_are_counted(crm: Caller) -> None:
    product = crm.found("products", {"$eq": ["vat_percent", 24]})[0]
    price = "<unit_price>10.05</unit_price><discount_percent>10</discount_percent><value_period>3</value_period>"
    made = crm.call("salesorderManager", "createSalesOrder", f"<salesOrder><subject>x</subject><account_id>10000</account_id><rows>{row(product, '2', price)}{row(product, '1')}</rows></salesOrder>")  # fmt: skip
    kept = crm.get(f"/products/{product}")["data"]["attributes"]
    first, second = made.find("rows")
    assert (first.findtext("total"), first.findtext("productname")) == ("54.27", kept["name"])
    assert float(second.findtext("unit_price")) == float(kept["unit_price"])
    assert float(made.findtext("hdnsubtotal")) == pytest.approx(54.27 + float(kept["unit_price"]))
    assert float(made.findtext("hdngrandtotal")) == pytest.approx(float(made.findtext("hdnsubtotal")) + float(made.findtext("vat_total")))  # fmt: skip
    assert second.find("vat").get("href") == "#ref1"


def test_update_without_rows_keeps_them_and_with_rows_replaces_all(crm: Caller) -> None:
    number = crm.rows("sales_orders")[0]["id"]
    before = crm.found("sales_order_rows", {"$eq": ["entity_id", number]})
    crm.call("salesorderManager", "updateSalesOrder", f"<salesOrder><id>{number}</id><status>Delivered</status></salesOrder>")  # fmt: skip
    assert crm.found("sales_order_rows", {"$eq": ["entity_id", number]}) == before
    product = crm.rows("products")[0]["id"]
    made = crm.call("salesorderManager", "updateSalesOrder", f"<salesOrder><id>{number}</id><rows>{row(product, '1')}</rows></salesOrder>")  # fmt: skip
    after = crm.found("sales_order_rows", {"$eq": ["entity_id", number]})
    assert len(after) == 1
    assert not set(after) & set(before)
    assert (made.findtext("status"), len(made.find("rows"))) == ("Delivered", 1)


def test_search_shows_orders_without_their_rows(reader: Caller) -> None:
    found = reader.call("salesorderManager", "searchSalesOrders", criteria("status", "approved"))
    assert all(item.find("rows") is None and item.findtext("status") == "Approved" for item in found)


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("<subject>x</subject><account_id>10000</account_id><rows><item><qty>1</qty></item></rows>", "Order row has no product"),
        ("<subject>x</subject><account_id>10000</account_id><rows><item><productid>10000</productid><qty>1</qty></item></rows>", "Product is invalid"),
        ("<subject>x</subject><rows/>", "Account cannot be blank"),
        ("<subject>x</subject><account_id>10000</account_id><status>Luotu</status>", 'Status "Luotu" is not one'),
    ],
)  # fmt: skip
def test_refused_order_leaves_nothing_behind(crm: Caller, sent: str, text: str) -> None:
    counts = [len(crm.rows(name)) for name in ("sales_orders", "sales_order_rows")]
    said = crm.fault("salesorderManager", "createSalesOrder", f"<salesOrder>{sent}</salesOrder>")[1]
    assert said.startswith(text)
    assert [len(crm.rows(name)) for name in ("sales_orders", "sales_order_rows")] == counts


# ---- portal ------------------------------------------------------------------------------------------------------


def test_portal_lets_active_users_of_that_portal_in(reader: Caller) -> None:
    users = {(u["contact_id"], u["portal_id"]): u["active"] for u in reader.rows("portal_users")}
    emails = {row["id"]: row["email"] for row in reader.rows("contacts")}

    def login(contact: int, portal: int, password: str = "") -> str:
        return f"<login><email>{emails[contact]}</email><password>{password or f'portal-{contact}'}</password><portal_id>{portal}</portal_id></login>"

    in_both = next(contact for (contact, portal), active in users.items() if portal == 2 and active)
    only_first = next(c for (c, p), active in users.items() if p == 1 and active and (c, 2) not in users)
    gone = next(contact for (contact, _), active in users.items() if not active)
    answer = reader.call("contactManager", "authenticatePortalUser", login(in_both, 2))
    assert (answer.findtext("contact_id"), answer.findtext("portal_id")) == (str(in_both), "2")
    for refused in (login(only_first, 2), login(gone, 1), login(in_both, 2, "wrong"), login(in_both, 3), "<login/>"):
        assert reader.fault("contactManager", "authenticatePortalUser", refused) == ("SERVER", "Authentication failed")


# ---- fields and picklists ----------------------------------------------------------------------------------------


def test_fields_describe_a_module(reader: Caller) -> None:
    fields = {item.findtext("name"): item for item in reader.call("fieldManager", "getCrmFields", "<module>Accounts</module>")}  # fmt: skip
    name = fields["accountname"]
    assert (name.findtext("required"), name.findtext("lenght"), name.findtext("uitype")) == ("true", "200", "1")
    assert json.loads(name.findtext("translations"))["fi_fi"] == "Asiakkaan nimi"
    assert {n: fields[n].findtext("uitype") for n in ("bill_street", "cf_interests", "cf_call_after", "assigned_user_id", "createdtime")} == {
        "bill_street": "24", "cf_interests": "33", "cf_call_after": "63", "assigned_user_id": "53", "createdtime": "792",
    }  # fmt: skip
    assert fields["cf_discount"].findtext("custom") == "true"
    assert fields["account_no"].findtext("readonly") == "true"
    assert reader.fault("fieldManager", "getCrmFields", "<module>accounts</module>")[1] == "Unknown module 'accounts'"


def test_picklists_have_labels_by_language(reader: Caller) -> None:
    fields = reader.call("fieldManager", "getCrmFields", "<module>SalesOrder</module>")
    number = next(item.findtext("picklist_id") for item in fields if item.findtext("name") == "status")

    def labels(language: str) -> dict[str, str]:
        found = reader.call("picklistManager", "getPicklistValues", f"<picklist_id>{number}</picklist_id><language>{language}</language>")  # fmt: skip
        return {item.findtext("value"): item.findtext("label") for item in found}

    assert labels("en_us")["Created"] == "Created"
    assert labels("de_de")["Created"] == "Angelegt"
    assert labels("sv_se") == labels("en_us")
    assert reader.fault("picklistManager", "getPicklistValues", "<picklist_id>1</picklist_id>")[1] == "Unknown picklist '1'"  # fmt: skip


# ---- bulk save ---------------------------------------------------------------------------------------------------


def bulk(crm: Caller, kind: str, datas: Any) -> Any:
    """Call bulkEntitySave with JSON; return the decoded answer."""
    text = datas if isinstance(datas, str) else json.dumps(datas)
    return json.loads(crm.call("entityManager", "bulkEntitySave", f"<type>{kind}</type><datas>{escape(text)}</datas>").text)  # fmt: skip


def test_bulk_save_takes_and_answers_a_json_string_of_an_array(crm: Caller) -> None:
    lead = {"lastname": "Öberg", "company": "A & B <C>", "leadstatus": "Hot", "cf_next_contact": "2026-12-01 10:30:00", "annualrevenue": 12.5}  # fmt: skip
    (number,) = bulk(crm, "Leads", [lead])
    kept = crm.get(f"/leads/{number}")["data"]["attributes"]
    assert (kept["last_name"], kept["company"], kept["annual_revenue"]) == ("Öberg", "A & B <C>", "12.50")
    assert kept["cf_next_contact"] == "2026-12-01T10:30:00+00:00"
    assert bulk(crm, "Leads", [{"id": number, "city": "Turku"}]) == [number]
    assert crm.get(f"/leads/{number}")["data"]["attributes"]["city"] == "Turku"


def test_bulk_save_leaves_out_what_it_refuses_and_says_no_more(crm: Caller) -> None:
    sent = [{"lastname": "A"}, {"company": "no name"}, {"lastname": "B", "leadstatus": "Kuuma"}, {"lastname": "C", "last_name": "D"}, 7, {"id": 5, "lastname": "E"}, {"lastname": "F"}]  # fmt: skip
    saved = bulk(crm, "Leads", sent)
    assert [crm.get(f"/leads/{number}")["data"]["attributes"]["last_name"] for number in saved] == ["A", "F"]
    assert bulk(crm, "Leads", []) == []


def test_bulk_save_refuses_an_object_where_an_array_belongs(crm: Caller) -> None:
    for datas in ('{"lastname":"A"}', "not json", "", '"x"', "[" * 5000):
        sent = f"<type>Leads</type><datas>{datas}</datas>"
        assert crm.fault("entityManager", "bulkEntitySave", sent)[1] == "Invalid data: a JSON array of objects is expected"  # fmt: skip
    for kind in ("leads", "SalesOrder", ""):
        assert crm.fault("entityManager", "bulkEntitySave", f"<type>{kind}</type><datas>[]</datas>")[1] == f"Unknown entity type '{kind}'"  # fmt: skip


def test_bulk_save_may_answer_whole_records(opened: Open) -> None:
    (saved,) = bulk(opened(bulk_reply="records").open_session(), "Potentials", [{"potentialname": "x", "related_to": 10000, "closingdate": "2026-12-24"}])  # fmt: skip
    assert (saved["potentialname"], saved["related_to"], saved["assigned_user_id"]) == ("x", 10000, 1)
