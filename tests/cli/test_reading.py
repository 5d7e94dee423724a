# SPDX-License-Identifier: MIT
"""`crmdesk modules`, `describe`, `get`, `call` and `vendors` against the demo server."""

import json
from decimal import Decimal

from crmdesk.demo.server import DemoServer
from tests.cli.conftest import Crm


def test_modules_have_counts_and_operations(crm: Crm, account: list[str]) -> None:
    found = {m["name"]: m for m in json.loads(crm("modules", "--json", *account).out)}
    assert list(found["Accounts"]) == ["name", "label", "count", "operations"]
    assert found["Accounts"]["count"] == 1200
    assert found["Accounts"]["operations"] == ["read", "create", "update", "delete"]
    assert "1,200" in crm("modules", *account).out


def test_a_module_that_cannot_be_counted_has_no_count(crm: Crm, account: list[str], demo: DemoServer) -> None:
    demo.faults.add("plain_text", 1, operation="query")
    answer = crm("modules", "--json", *account)
    assert answer.code == 0
    assert [m["count"] for m in json.loads(answer.out)].count(None) == 1


def test_describe_tells_every_field(crm: Crm, account: list[str]) -> None:
    fields = {f["name"]: f for f in json.loads(crm("describe", "Accounts", "--json", *account).out)}
    industry = fields["industry"]
    assert list(industry) == ["name", "label", "type", "required", "read_only", "choices", "refers_to"]
    assert industry["type"] == "choice"
    assert {"value": "Banking", "label": "Banking"} in industry["choices"]
    assert fields["accountname"]["required"] is True
    assert fields["account_no"]["read_only"] is True
    assert fields["account_id"]["refers_to"] == ["Accounts"]
    assert "accountname" in crm("describe", "Accounts", *account).out


def test_get_has_the_whole_stable_shape(crm: Crm, account: list[str]) -> None:
    one = json.loads(crm("get", "Accounts", "3x17", "--json", *account).out)
    assert list(one) == ["id", "module", "values", "labels", "version", "lines", "totals", "related"]
    assert (one["id"], one["module"]) == ("3x17", "Accounts")
    assert one["values"]["bill_city"] == "Helsinki"
    assert one["labels"]["assigned_user_id"] == "Anna Koch"
    assert one["values"]["assigned_user_id"] == "19x5"
    assert one["lines"] is one["totals"] is one["related"] is None


def test_get_for_people_shows_labels_by_block(crm: Crm, account: list[str]) -> None:
    out = crm("get", "Accounts", "3x17", *account).out
    assert out.startswith("Account 3x17\n\n")
    assert "  Billing City" in out
    assert "Anna Koch" in out
    assert "19x5" not in out
    assert out.count("\nBilling address\n") == 1


def test_get_related_lists_the_other_ends(crm: Crm, account: list[str]) -> None:
    one = json.loads(crm("get", "Accounts", "3x17", "--json", "--related", *account).out)
    contacts = next(r for r in one["related"] if r["module"] == "Contacts")
    assert list(contacts) == ["relation", "label", "module", "count", "records"]
    assert contacts["count"] == len(contacts["records"]) == 3
    assert contacts["records"][0]["id"].startswith("4x")
    assert "Contacts (3)" in crm("get", "Accounts", "3x17", "--related", *account).out


def test_get_lines_and_totals(crm: Crm, account: list[str]) -> None:
    order = crm("query", "SalesOrder", "--limit", "1", "--fields", "id", "--format", "csv", *account).out.split()[1]
    one = json.loads(crm("get", "SalesOrder", order, "--json", "--lines", *account).out)
    assert len(one["lines"]) >= 1
    assert isinstance(one["lines"][0]["quantity"], str)
    assert isinstance(one["totals"]["server"]["gross"], str)
    assert one["totals"]["agree"] is True
    assert Decimal(one["totals"]["ours"]["gross"]) == Decimal(one["totals"]["server"]["gross"]).quantize(
        Decimal("0.01")
    )
    told = crm("get", "SalesOrder", order, "--lines", *account).out
    assert "\nLines\n" in told
    assert "the server's" in told
    assert "differs" not in told
    nothing = crm("get", "Accounts", "3x17", "--lines", *account)
    assert (nothing.code, nothing.err) == (1, "crmdesk: Accounts have no line items.\n")


def test_lines_are_called_by_their_products(crm: Crm, account: list[str]) -> None:
    order = crm("query", "SalesOrder", "--limit", "1", "--fields", "id", "--format", "csv", *account).out.split()[1]
    lines = json.loads(crm("get", "SalesOrder", order, "--json", "--lines", *account).out)["lines"]
    told = crm("get", "SalesOrder", order, "--lines", *account).out
    assert [line["name"] in told for line in lines if line["name"]] == [True] * len(lines)


def test_get_raw_is_the_reply(crm: Crm, account: list[str]) -> None:
    assert json.loads(crm("get", "Accounts", "3x17", "--raw", *account).out)["bill_city"] == "Helsinki"


def test_a_record_that_is_not_there_is_code_1(crm: Crm, account: list[str]) -> None:
    answer = crm("get", "Accounts", "3x99999", *account)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("\n") == 1


def test_vendors_tell_their_fields(crm: Crm) -> None:
    one = next(v for v in json.loads(crm("vendors", "--json").out) if v["vendor"] == "crmplus")
    assert [f["name"] for f in one["fields"]][:2] == ["user", "access_key"]
    assert [f["secret"] for f in one["fields"]][:2] == [False, True]
    assert "contains" in one["capabilities"]["filters"]
    (way,) = one["interfaces"]
    assert way["capabilities"] == one["capabilities"]
    assert {"RunsQueries", "EditsLines", "KeepsHistory"} <= set(way["roles"])
    assert "access_key" in crm("vendors").out
