# SPDX-License-Identifier: MIT
"""Writing at the JSON:API: create, change, delete, rows and totals, uploads, and what is refused."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.demo.conftest import Clock
from tests.demo.dialects.crmservice.conftest import MIME, Caller, Open


def body(module: str, attributes: Any, number: int | None = None, **more: Any) -> dict[str, Any]:
    """Return a request's document."""
    return {"data": {"type": module, **({"id": str(number)} if number is not None else {}), "attributes": attributes, **more}}  # fmt: skip


# ---- create, change, delete --------------------------------------------------------------------------------------


def test_create_answers_the_record_and_where_it_is(crm: Caller) -> None:
    made = crm.create("contacts", last_name="Laine", account_id="10000", birthday="1990-02-03", do_not_call=True)
    assert crm.headers["location"].endswith(f"/api/v1/contacts/{made['id']}")
    assert (made["account_id"], made["owner_id"], made["creator_id"], made["birthday"]) == (10000, 1, 1, "1990-02-03")
    assert made["created_at"] == made["updated_at"] == "2026-11-21T22:26:40+00:00"
    assert made["entity_no"] == "CON76"
    assert made["id"] == max(row["id"] for row in crm.rows("contacts"))


def test_numbers_are_one_sequence_over_all_modules(crm: Caller) -> None:
    first = crm.create("accounts", name="x")["id"]
    assert crm.create("leads", last_name="y")["id"] == first + 1


def test_change_touches_what_is_sent_and_null_clears(crm: Caller, clock: Clock) -> None:
    before = crm.get("/accounts/10000")["data"]["attributes"]
    clock.now += 60
    after = crm.change("accounts", 10000, bill_city="Espoo", phone=None, cf_interests=["Pumps"])
    changed = {name: after[name] for name in after if after[name] != before[name]}
    assert changed == {"bill_city": "Espoo", "phone": None, "cf_interests": ["Pumps"], "updated_at": "2026-11-21T22:27:40+00:00", "updater_id": 1}  # fmt: skip


def test_relationships_set_references(crm: Caller) -> None:
    link = {"owner": {"data": {"type": "users", "id": "3"}}, "parent": {"data": None}}
    sent = body("accounts", {"name": "x"}, relationships=link)
    status, document = crm.send("POST", "/accounts", sent)
    assert status == 201
    assert document["data"]["attributes"]["owner_id"] == 3
    assert crm.refusal("POST", "/accounts", body("accounts", {"name": "x"}, relationships={"contacts": {"data": []}}))[0] == 400  # fmt: skip


def test_what_only_the_server_writes_is_left_aside(crm: Caller) -> None:
    made = crm.create("accounts", name="x", entity_no="MINE", created_at="2020-01-01", id=5)
    assert made["entity_no"] == "ACC31"
    assert made["created_at"].startswith("2026")


def test_delete_takes_rows_along_and_leaves_references_dangling(crm: Caller) -> None:
    order = crm.rows("sales_orders")[0]
    assert crm.send("DELETE", f"/sales_orders/{order['id']}") == (204, None)
    assert crm.refusal("GET", f"/sales_orders/{order['id']}")[0] == 404
    assert crm.refusal("DELETE", f"/sales_orders/{order['id']}")[0] == 404
    assert crm.found("sales_order_rows", {"$eq": ["entity_id", order["id"]]}) == []
    contact = crm.rows("contacts")[0]
    crm.send("DELETE", f"/accounts/{contact['account_id']}")
    document = crm.get(f"/contacts/{contact['id']}", include="account")
    assert document["data"]["attributes"]["account_id"] == contact["account_id"]
    assert document["data"]["relationships"]["account"]["data"] is None


@pytest.mark.parametrize(
    ("attributes", "field", "text"),
    [
        ({}, "name", "Account name cannot be blank"), ({"name": ""}, "name", "Account name cannot be blank"), ({"name": None}, "name", "cannot be blank"),
        ({"name": 5}, "name", "must be a string"), ({"name": "x" * 201}, "name", "at most 200 characters"), ({"name": "x", "nothing": 1}, "nothing", "Unknown attribute nothing"),
        ({"name": "x", "accountname": "x"}, "accountname", "Unknown attribute"), ({"name": "x", "assigned_user_id": 1}, "assigned_user_id", "Unknown attribute"),
        ({"name": "x", "account_type": "Asiakas"}, "account_type", "not one of the picklist's values"), ({"name": "x", "employees": "many"}, "employees", "must be a number"),
        ({"name": "x", "employees": 1.5}, "employees", "must be an integer"), ({"name": "x", "email": "nobody"}, "email", "not a valid email"),
        ({"name": "x", "owner_id": 99}, "owner_id", "is invalid"), ({"name": "x", "cf_customer_since": "1.2.2026"}, "cf_customer_since", "Customer since"),
        ({"name": "x", "cf_interests": ["Pumps", "x"]}, "cf_interests", "not one of the picklist's values"), ({"name": "x", "do_not_mail": "maybe"}, "do_not_mail", "true or false"),
        ({"name": "x", "cf_call_after": "25:00"}, "cf_call_after", "must be a time"), ({"name": "x", "annual_revenue": True}, "annual_revenue", "must be a number"),
    ],
)  # fmt: skip
def test_refused_attributes_are_422_and_pointed_at(crm: Caller, attributes: Any, field: str, text: str) -> None:
    status, document = crm.send("POST", "/accounts", body("accounts", attributes))
    (error,) = document["errors"]
    assert (status, error["source"]) == (422, {"pointer": f"/data/attributes/{field}"})
    assert text in error["detail"]
    assert len(crm.rows("accounts")) == 30


def test_unknown_attributes_may_be_ignored(opened: Open) -> None:
    assert opened(unknown_attributes="ignored").create("accounts", name="x", nothing=1)["name"] == "x"


def test_documents_that_do_not_fit_their_address(crm: Caller) -> None:
    assert crm.refusal("POST", "/accounts", body("contacts", {}))[0] == 409
    assert crm.refusal("PATCH", "/accounts/10000", body("accounts", {}, 10001))[0] == 409
    assert crm.refusal("PATCH", "/accounts/10000", body("accounts", {}))[0] == 409
    assert crm.refusal("POST", "/accounts", {"data": []})[0] == 400
    assert crm.refusal("POST", "/accounts", {"data": {"type": "accounts", "attributes": 5}})[0] == 400
    headers = {"Authorization": f"Bearer {crm.token}", "Content-Type": MIME}
    assert crm.raw("POST", "/api/v1/accounts", b"{", headers)[0] == 400
    assert crm.raw("POST", "/api/v1/accounts", b"{}", {**headers, "Content-Type": "application/json"})[0] == 415
    assert crm.raw("POST", "/api/v1/accounts", b"{}", {**headers, "Content-Type": f"{MIME}; charset=utf-8"})[0] == 400


@pytest.mark.parametrize("module", ["users", "files", "portals", "portal_users", "picklists", "picklist_values"])
def test_some_modules_are_read_only(crm: Caller, module: str) -> None:
    assert crm.refusal("POST", f"/{module}", body(module, {}))[0] == 403
    assert crm.refusal("DELETE", f"/{module}/1")[0] == 403


# ---- rows and totals ---------------------------------------------------------------------------------------------


def test_order_gets_its_rows_one_by_one_and_counts_its_totals(crm: Caller) -> None:
    product = crm.found("products", {"$eq": ["vat_percent", 24]})[0]
    order = crm.create("sales_orders", subject="x", account_id=10000, discount_percent="10")
    assert (order["subtotal"], order["total"], order["currency"]) == ("0.00", "0.00", "EUR")
    row = crm.create("sales_order_rows", entity_id=order["id"], product_id=product, quantity="2", unit_price="99.99")
    assert (row["total"], row["row_no"], row["vat_percent"], row["value_period"]) == ("199.98", 1, "24.000", 1)
    after = crm.get(f"/sales_orders/{order['id']}")["data"]["attributes"]
    assert (after["subtotal"], after["vat_total"], after["total"]) == ("199.98", "43.20", "223.18")
    second = crm.create("sales_order_rows", entity_id=order["id"], product_id=product, quantity=1, unit_price=1)
    assert second["row_no"] == 2
    crm.change("sales_order_rows", row["id"], quantity="1")
    assert crm.get(f"/sales_orders/{order['id']}")["data"]["attributes"]["subtotal"] == "100.99"
    assert crm.send("DELETE", f"/sales_order_rows/{second['id']}")[0] == 204
    assert crm.get(f"/sales_orders/{order['id']}")["data"]["attributes"]["subtotal"] == "99.99"
    crm.change("sales_orders", order["id"], discount_percent="0")
    assert crm.get(f"/sales_orders/{order['id']}")["data"]["attributes"]["total"] == "123.99"


def test_rows_need_their_document_and_stay_with_it(crm: Caller) -> None:
    sent = body("sales_order_rows", {"quantity": 1, "unit_price": 1})
    assert crm.refusal("POST", "/sales_order_rows", sent) == (422, "Document cannot be blank")
    first, second = (row["id"] for row in crm.rows("sales_orders")[:2])
    row = crm.found("sales_order_rows", {"$eq": ["entity_id", first]})[0]
    assert crm.refusal("PATCH", f"/sales_order_rows/{row}", body("sales_order_rows", {"entity_id": second}, row))[0] == 422  # fmt: skip


def test_both_doors_work_on_the_same_records(crm: Caller) -> None:
    number = crm.create("accounts", name="Yhteinen Oy")["id"]
    assert crm.call("accountManager", "getAccount", f"<id>{number}</id>").findtext("accountname") == "Yhteinen Oy"
    crm.send("DELETE", f"/accounts/{number}")
    assert "doesn't exist" in crm.fault("accountManager", "getAccount", f"<id>{number}</id>")[1]


# ---- files -------------------------------------------------------------------------------------------------------


def upload(crm: Caller, path: str, content: bytes = b"hello", name: str = "note.txt", extra: str = "") -> tuple[int, Any]:  # fmt: skip
    """POST a file as multipart; return status and document."""
    part = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'
    more = f'\r\n--B\r\nContent-Disposition: form-data; name="attributes[{extra}]"\r\n\r\nInternal' if extra else ""
    headers = {"Authorization": f"Bearer {crm.token}", "Content-Type": "multipart/form-data; boundary=B"}
    status, answer = crm.raw("POST", f"/api/v1{path}", part.encode() + content + f"{more}\r\n--B--\r\n".encode(), headers)  # fmt: skip
    return status, json.loads(answer)


def test_files_are_kept_with_their_record(crm: Caller) -> None:
    status, document = upload(crm, "/accounts/10000/files", "käyttöohje".encode(), "ohje.txt", "file_access_type")
    assert (status, document["data"]["type"]) == (201, "files")
    kept = document["data"]["attributes"]
    assert (kept["name"], kept["size"], kept["mime_type"], kept["file_access_type"]) == ("ohje.txt", 12, "text/plain", "Internal")  # fmt: skip
    assert [entry["id"] for entry in crm.get("/accounts/10000/files")["data"]] == [document["data"]["id"]]
    assert crm.site.office.files[int(document["data"]["id"])].content == "käyttöohje".encode()
    number = crm.rows("leads")[0]["id"]
    assert upload(crm, f"/entities/{number}/files")[1]["data"]["attributes"]["module"] == "leads"


def test_files_that_are_refused(crm: Caller) -> None:
    assert upload(crm, "/users/1/files")[0] == 501
    assert upload(crm, "/accounts/1/files")[0] == 404
    assert upload(crm, "/entities/1/files")[0] == 404
    assert upload(crm, "/sales_order_rows/1/files")[0] == 404
    assert upload(crm, "/accounts/10000/files", name="virus.exe")[0] == 422
    assert upload(crm, "/accounts/10000/files", extra="nothing")[0] == 422
    assert upload(crm, "/accounts/10000/files", b"x" * (25 * 1024 * 1024 + 1))[0] == 413
    assert crm.refusal("POST", "/accounts/10000/files", {})[0] == 400
    headers = {"Authorization": f"Bearer {crm.token}", "Content-Type": "multipart/form-data"}
    assert crm.raw("POST", "/api/v1/accounts/10000/files", b"x", headers)[0] == 400
    assert crm.rows("files") == []


def test_wrong_include_is_refused_before_anything_is_written(crm: Caller) -> None:
    assert crm.refusal("POST", "/accounts", body("accounts", {"name": "x"}), include="nothing")[0] == 400
    assert crm.refusal("PATCH", "/accounts/10000", body("accounts", {"name": "x"}, 10000), include="nothing")[0] == 400
    assert crm.found("accounts", {"$eq": ["name", "x"]}) == []


def test_several_connections_write_and_read_at_once(crm: Caller) -> None:
    def work(name: str) -> list[int]:
        mine = Caller(crm.server)
        made = [mine.create("leads", last_name=name)["id"] for _ in range(15) if mine.rows("leads", sort="last_name")]
        mine.connection.close()
        return made

    with ThreadPoolExecutor(4) as pool:
        made = [number for numbers in pool.map(work, "abcd") for number in numbers]
    assert len(set(made)) == 60
    assert set(made) <= {row["id"] for row in crm.rows("leads")}
