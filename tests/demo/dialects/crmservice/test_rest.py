# SPDX-License-Identifier: MIT
"""The JSON:API: who may come in, modules and schemas, lists in pages, includes, relations, counting, errors."""

import json
from itertools import pairwise

import pytest

from crmdesk.demo.dialects.crmservice import LIMITED, LOCKED
from crmdesk.demo.dialects.crmservice.catalogue import MODULES
from crmdesk.demo.faults import FaultKind
from tests.demo.dialects.crmservice.conftest import MIME, Caller, Open

# ---- who may come in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer no"}, {"Authorization": "Basic eDp5"}])
def test_without_a_token_of_ours_everything_is_401(reader: Caller, header: dict[str, str]) -> None:
    for path in ("", "/", "/user", "/accounts", "/schema/accounts", "/nothing"):
        status, body = reader.raw("GET", f"/api/v1{path}", b"", header)
        assert status == 401
        assert json.loads(body) == {"errors": [{"status": "401", "title": "Unauthorized", "detail": "Your request was made with invalid credentials."}]}  # fmt: skip
        assert reader.headers["content-type"] == MIME


def test_api_key_is_a_token_only_where_the_habits_say_so(opened: Open) -> None:
    crm = opened()
    crm.token = crm.key
    assert crm.refusal("GET", "/user")[0] == 401
    crm = opened(key_as_token=True)
    crm.token = crm.key
    assert crm.get("/user")["data"]["attributes"]["user_name"] == "admin"


def test_limited_token_reads_and_counts_but_does_not_write(opened: Open) -> None:
    shop = opened(LIMITED)
    assert shop.rows("products")
    assert shop.get("/user")["data"]["attributes"]["is_admin"] is False
    count = {"from": "products", "select": "$count.distinct(id) as n", "where": []}
    assert shop.send("POST", "/reporting", count)[0] == 200
    assert shop.refusal("POST", "/accounts", {"data": {"type": "accounts", "attributes": {"name": "x"}}})[0] == 403
    assert shop.refusal("DELETE", "/accounts/10000") == (403, "You are not allowed to perform this action.")
    locked = Caller(shop.server, LOCKED)
    assert locked.refusal("GET", "/user") == (403, "API key is locked")
    locked.connection.close()


def test_session_fault_refuses_the_token_once(crm: Caller) -> None:
    crm.server.faults.add(FaultKind.SESSION_EXPIRED, operation="get /accounts/{id}")
    assert crm.refusal("GET", "/accounts/10000")[0] == 401
    assert crm.get("/accounts/10000")


def test_user_tells_who_i_am(reader: Caller) -> None:
    document = reader.get("/user", **{"fields[users]": "id,name,email,is_admin,first_name,last_name"})
    assert (document["data"]["type"], document["data"]["id"]) == ("users", "1")
    assert set(document["data"]["attributes"]) == {"name", "email", "is_admin", "first_name", "last_name"}


# ---- modules and schemas -----------------------------------------------------------------------------------------


def test_modules_are_the_links_of_the_base(reader: Caller) -> None:
    links = reader.get("")["links"]
    names = (
        "accounts contacts leads potentials quotes sales_orders sales_order_rows invoices invoice_rows purchase_orders products price_books "
        "tickets projects contracts contract2s activities campaigns documents users"
    )  # fmt: skip
    assert set(names.split()) <= set(links) - {"self"} == set(MODULES)
    assert links["accounts"]["href"] == f"{links['self']}/accounts"
    for name in set(links) - {"self"}:
        assert reader.get(f"/{name}", **{"page[size]": "1"})["meta"] == {"page": 1, "page_size": 1}


def test_schema_describes_every_attribute_that_is_shown(reader: Caller) -> None:
    for name in MODULES:
        schema = reader.get(f"/schema/{name}")
        assert schema["primaryKey"] == ["id"]
        for entry in reader.get(f"/{name}")["data"]:
            assert set(entry["attributes"]) == set(schema["attributes"]) - {"id"}
    attributes = reader.get("/schema/sales_orders")["attributes"]
    assert attributes["total"] == {"type": "decimal", "size": 15, "scale": 2, "nullable": True, "defaultValue": None, "label": "Total"}  # fmt: skip
    account = attributes["account_id"]
    assert (account["type"], account["relationType"], account["relationName"], account["nullable"]) == ("relation", "accounts", "account", False)  # fmt: skip
    relations = reader.get("/schema/sales_orders")["relations"]
    assert relations["rows"] == {"type": "hasMany", "class": "sales_order_rows"}
    assert relations["owner"] == {"type": "hasOne", "class": "users"}
    assert reader.get("/schema/invoices")["attributes"]["salesorder_id"]["relationName"] == "sales_order"
    assert reader.get("/schema/sales_order_rows")["attributes"]["entity_id"]["relationType"] == "sales_orders"


def test_module_names_are_case_sensitive(reader: Caller) -> None:
    assert reader.refusal("GET", "/Accounts") == (404, "The requested module (Accounts) doesn't exist")
    assert reader.refusal("GET", "/schema/account")[0] == 404


# ---- lists -------------------------------------------------------------------------------------------------------


def test_page_has_twenty_rows_unless_another_size_is_asked(reader: Caller) -> None:
    document = reader.get("/contacts")
    assert len(document["data"]) == 20
    assert document["meta"] == {"page": 1, "page_size": 20}
    assert "prev" not in document["links"]
    ids = [entry["id"] for entry in document["data"]]
    assert ids == sorted(ids, key=int)
    last = reader.get("/contacts", **{"page[number]": "4"})
    assert (len(last["data"]), "next" in last["links"], "prev" in last["links"]) == (15, False, True)
    assert reader.get("/contacts", **{"page[number]": "5"})["data"] == []


def test_offset_skips_rows_before_the_pages_begin(reader: Caller) -> None:
    everybody = [row["id"] for row in reader.rows("contacts")]
    assert [row["id"] for row in reader.rows("contacts", offset="7", **{"page[size]": "3"})] == everybody[7:10]
    assert [row["id"] for row in reader.rows("contacts", offset="7", **{"page[size]": "3", "page[number]": "2"})] == everybody[10:13]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "parameter"),
    [
        ({"page[number]": "0"}, "page[number]"), ({"page[size]": "x"}, "page[size]"), ({"page[size]": "-1"}, "page[size]"),
        ({"offset": "-1"}, "offset"), ({"sort": "nothing"}, "sort"), ({"include": "owner,nothing"}, "include"), ({"filter": "{"}, "filter"),
    ],
)  # fmt: skip
def test_parameters_that_make_no_sense_are_400_and_named(reader: Caller, url: dict[str, str], parameter: str) -> None:
    status, document = reader.send("GET", "/accounts", None, **url)
    assert status == 400
    assert document["errors"][0]["source"] == {"parameter": parameter}


def test_sizes_above_the_limit_are_capped_or_refused(opened: Open) -> None:
    crm = opened(max_page_size=10)
    assert crm.get("/contacts", **{"page[size]": "1000"})["meta"]["page_size"] == 10
    strict = opened(max_page_size=10, larger_pages="refused")
    assert strict.refusal("GET", "/contacts", None, **{"page[size]": "11"})[0] == 400


@pytest.mark.parametrize(("habit", "total"), [("absent", None), ("right", 75), ("page", 20)])
def test_total_is_not_to_be_trusted(opened: Open, habit: str, total: int | None) -> None:
    assert opened(total=habit).get("/contacts")["meta"].get("total") == total


def test_sparse_fields_are_what_is_shown(reader: Caller) -> None:
    (entry, *_) = reader.get("/accounts", **{"fields[accounts]": "name,id,nothing"})["data"]
    assert set(entry["attributes"]) == {"name"}
    assert "relationships" not in entry


def test_sort_is_by_several_fields_with_null_first(reader: Caller) -> None:
    rows = reader.rows("accounts", sort="industry,-name")
    keys = [((row["industry"] or "").casefold(), row["name"].casefold()) for row in rows]
    for (a, b), (c, d) in pairwise(keys):
        assert a < c or (a == c and b >= d)
    numbers = [float(row["total"]) for row in reader.rows("sales_orders", sort="-total")]
    assert numbers == sorted(numbers, reverse=True)
    assert reader.rows("accounts", sort="industry")[0]["industry"] is None
    assert reader.rows("accounts", sort="-industry")[-1]["industry"] is None


def test_values_are_typed_as_the_habits_say(opened: Open, reader: Caller) -> None:
    row = reader.rows("sales_orders")[0]
    assert isinstance(row["total"], str)
    assert isinstance(row["account_id"], int)
    assert row["created_at"].endswith("+00:00")
    crm = opened(decimals="number", references="text", zone_suffix="Z")
    other = crm.rows("sales_orders")[0]
    assert other["total"] == float(row["total"])
    assert other["account_id"] == str(row["account_id"])
    assert other["created_at"].endswith("Z")


# ---- includes and relations --------------------------------------------------------------------------------------


def test_includes_bring_each_resource_once(reader: Caller) -> None:
    document = reader.get("/contacts", include="account,owner", **{"fields[accounts]": "name"})
    keys = [(entry["type"], entry["id"]) for entry in document["included"]]
    assert len(keys) == len(set(keys))
    for entry in document["data"]:
        linkage = entry["relationships"]["account"]["data"]
        assert linkage == {"type": "accounts", "id": str(entry["attributes"]["account_id"])}
        assert (linkage["type"], linkage["id"]) in keys
        assert set(entry["relationships"]) == {"account", "owner"}
    assert all(set(entry["attributes"]) == {"name"} for entry in document["included"] if entry["type"] == "accounts")


def test_unknown_include_is_refused_in_the_vendors_words(reader: Caller) -> None:
    for path in ("/accounts", "/accounts/10000"):
        assert reader.refusal("GET", path, None, include="assigned_user") == (400, "The requested relationship (assigned_user) doesn't exist")  # fmt: skip


def test_related_records_have_addresses_of_their_own(reader: Caller) -> None:
    single = reader.get("/accounts/10000")["data"]
    assert "contacts" in single["relationships"]
    assert "data" not in single["relationships"]["contacts"]
    contacts = reader.get("/accounts/10000/contacts")
    assert {entry["attributes"]["account_id"] for entry in contacts["data"]} == {10000}
    identifiers = reader.get("/accounts/10000/relationships/contacts")["data"]
    assert [entry["id"] for entry in identifiers] == [entry["id"] for entry in contacts["data"]]
    assert reader.get("/accounts/10000/owner")["data"]["type"] == "users"
    assert reader.get("/accounts/10000/parent")["data"] is None
    assert reader.refusal("GET", "/accounts/10000/nothing")[0] == 404


def test_lines_hang_on_entity_id(reader: Caller) -> None:
    order = reader.rows("sales_orders")[0]["id"]
    rows = reader.get(f"/sales_orders/{order}", include="rows")["included"]
    assert {entry["type"] for entry in rows} == {"sales_order_rows"}
    assert {entry["attributes"]["entity_id"] for entry in rows} == {order}
    assert reader.found("sales_order_rows", {"$eq": ["entity_id", order]}) == [int(entry["id"]) for entry in rows]
    assert reader.refusal("GET", "/sales_order_rows", None, filter='{"$eq":["sales_order_id",1]}')[0] == 400


def test_many_to_many_relations_go_both_ways(reader: Caller) -> None:
    activity = reader.rows("activities")[0]["id"]
    (account,) = reader.get(f"/activities/{activity}/accounts")["data"]
    back = reader.get(f"/accounts/{account['id']}/activities", **{"page[size]": "500"})["data"]
    assert str(activity) in [entry["id"] for entry in back]


def test_list_may_carry_links_for_every_relation(opened: Open) -> None:
    entry = opened(relationship_links=True).get("/accounts")["data"][0]
    assert set(entry["relationships"]) == set(MODULES["accounts"].relations)


# ---- counting ----------------------------------------------------------------------------------------------------


def count(crm: Caller, module: str, where: object) -> object:
    """Count as the vendor's own client does."""
    body = {"from": module, "select": "$count.distinct(id) as count_value", "format": "json", "where": where, "options": {"kpi": True}}  # fmt: skip
    headers = {"Authorization": f"Bearer {crm.token}", "Content-Type": "application/json", "Accept": "application/json"}
    status, answer = crm.raw("POST", "/api/v1/reporting", json.dumps(body), headers)
    assert status == 200, answer
    document = json.loads(answer)
    assert document["meta"] == {"results": 1, "fields": ["count_value"]}
    return document["data"][0]["count_value"]


def test_reporting_counts_what_a_filter_finds(reader: Caller) -> None:
    assert count(reader, "contacts", []) == 75
    where = {"$cts": ["account.name", "a"]}
    assert count(reader, "contacts", where) == len(reader.found("contacts", where))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"from": "nothing", "select": "$count(id) as n"}, 404), ({"from": "accounts"}, 400), ([], 400),
        ({"from": "accounts", "select": "name"}, 400), ({"from": "accounts", "select": "$count(nothing) as n"}, 400),
        ({"from": "accounts", "select": "$count(id) as n", "where": {"$eq": ["nothing", 1]}}, 400),
    ],
)  # fmt: skip
def test_reports_that_are_not_understood(reader: Caller, body: object, status: int) -> None:
    assert reader.refusal("POST", "/reporting", body)[0] == status


# ---- addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "/accounts/1", 404), ("GET", "/accounts/x", 404), ("GET", "/accounts/10000/contacts/1", 404), ("GET", "/a/b/c/d/e", 404),
        ("PUT", "/accounts/10000", 405), ("POST", "/user", 405), ("GET", "/reporting", 405), ("DELETE", "/accounts", 405),
        ("POST", "/schema/accounts", 405), ("PATCH", "/accounts", 405),
    ],
)  # fmt: skip
def test_addresses_and_verbs_that_are_none(reader: Caller, verb: str, path: str, status: int) -> None:
    assert reader.refusal(verb, path)[0] == status


def test_operations_are_named_by_their_template(crm: Caller) -> None:
    crm.get("/accounts/10000/contacts")
    crm.get("")
    assert [seen.operation for seen in crm.server.seen][-2:] == ["get /accounts/{id}/contacts", "get /"]


def test_what_lies_beside_the_doors_is_not_found(reader: Caller) -> None:
    for path in ("", "/", "/api/v2/accounts", "/api/v10", "/CrmIntegrationWebservices/"):
        status, body = reader.raw("GET", path)
        assert (status, body[:6]) == (404, b"<html>")
