# SPDX-License-Identifier: MIT
"""`crmdesk apply`: change files, tables and recipes against the demo server; what is refused before anything is sent."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from tests.cli.conftest import Answer, Crm

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Make a change file of some objects; its path."""

    def make(*changes: dict[str, Any], name: str = "changes.jsonl") -> str:
        path = tmp_path / name
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in changes), "utf-8")
        return str(path)

    return make


def update(key: str, was: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    change = {"op": "update", "module": "Accounts", "id": key, "set": values}
    return change if was is None else {**change, "was": was}


def holds(crm: Crm, mine: list[str], key: str, *fields: str, module: str = "Accounts") -> list[Any]:
    values = json.loads(crm("get", module, key, "--json", *mine).out)["values"]
    return [values[name] for name in fields]


def cities(crm: Crm, mine: list[str], city: str, count: int) -> list[str]:
    """Some accounts of a city."""
    found = crm(
        "query", "Accounts", "--where", f"bill_city = '{city}'", "--format", "json", "--limit", str(count), *mine
    )
    return [row["id"] for row in json.loads(found.out)]


def writes(own: DemoServer) -> int:
    return sum(seen.operation in ("update", "revise", "create", "delete") for seen in own.seen)


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    return list(json.loads(answer.out)["rows"])


def test_changes_are_checked_sent_read_back_and_told(crm: Crm, mine: list[str], write: Write) -> None:
    key, other = cities(crm, mine, "Helsinki", 2)
    file = write(
        update(key, {"bill_city": "Helsinki"}, bill_city="Espoo", phone=None),
        {"op": "create", "module": "Leads", "set": {"lastname": "Koch", "company": "Nordwind"}, "key": "import-7"},
        {"op": "delete", "module": "Accounts", "id": other},
    )
    answer = crm("apply", file, "--json", *mine)
    assert answer.code == 0
    said = json.loads(answer.out)
    assert (said["journal_id"], said["applied"], said["refused"], said["unknown"]) == (1, 3, 0, 0)
    assert [row["outcome"] for row in said["rows"]] == ["applied"] * 3
    assert said["rows"][0]["stored"] == {"bill_city": "Espoo", "phone": None}
    assert holds(crm, mine, key, "bill_city", "phone") == ["Espoo", None]
    assert crm("get", "Accounts", other, *mine).code == 1
    again = crm("apply", file, "--json", *mine)
    assert [row["outcome"] for row in rows_of(again)] == ["nothing to do", "nothing to do", "refused"]
    assert rows_of(again)[1]["id"] == said["rows"][1]["id"]  # made once, whatever happens
    assert json.loads(crm("query", "Leads", "--where", "company = 'Nordwind'", "--count", *mine).out) == 1


def test_what_the_server_holds_otherwise_is_a_conflict_and_not_sent(crm: Crm, mine: list[str], write: Write) -> None:
    key, other = cities(crm, mine, "Helsinki", 2)
    file = write(update(key, {"bill_city": "Turku"}, bill_city="Espoo"), update(other, bill_city="Espoo"))
    answer = crm("apply", file, "--json", *mine)
    assert answer.code == 3
    first, second = rows_of(answer)
    assert (first["outcome"], first["server_holds"], first["line"]) == ("refused", {"bill_city": "Helsinki"}, 1)
    assert second["outcome"] == "applied"
    assert holds(crm, mine, key, "bill_city") == ["Helsinki"]
    assert crm("apply", write(update(key, {"bill_city": "Turku"}, bill_city="Espoo")), *mine).code == 1
    other_field = write(update(key, {"accountname": "Somebody else"}, bill_city="Espoo"))
    assert "holds something else" in crm("apply", other_field, *mine).out


def test_a_dry_run_does_everything_but_send(crm: Crm, mine: list[str], write: Write, own: DemoServer) -> None:
    (key,) = cities(crm, mine, "Helsinki", 1)
    answer = crm("apply", write(update(key, bill_city="Espoo")), "--dry-run", *mine)
    assert answer.code == 0
    assert "ready" in answer.out
    assert "bill_city: Helsinki → Espoo" in answer.out
    assert "Dry run, nothing was sent: 1 ready." in answer.err
    assert writes(own) == 0
    assert crm("journal", "list", *mine).out == "no records\n"


def test_the_expected_number_is_held_against_what_would_change(crm: Crm, mine: list[str], write: Write) -> None:
    keys = cities(crm, mine, "Helsinki", 3)
    file = write(*(update(key, bill_city="Espoo") for key in keys))
    answer = crm("apply", file, "--expect", "2", *mine)
    assert (answer.code, answer.err) == (
        1, "crmdesk: 2 records were expected to change, 3 would. Nothing was sent.\n"
    )  # fmt: skip
    assert crm("apply", file, "--expect", "3", *mine).code == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "Line 1: this is no JSON object"),
        ("[]", "Line 1: this is no JSON object"),
        ('{"op":"upsert"}', "“op” must be one of"),
        ('{"op":"update","module":"Accounts","id":"3x17"}', "“set” is missing"),
        ('{"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":"x"},"wsa":{}}', "knows no “wsa”"),
        ('{"op":"update","module":"Accounts","id":"3x17","set":{"nothere":"x"}}', "have no field nothere"),
        ('{"op":"update","module":"Accounts","id":"3x17","set":{"account_no":"x"}}', "cannot be set"),
        ('{"op":"update","module":"Accounts","id":"3x17","set":{"annual_revenue":"much"}}', "is not a number"),
        ('{"op":"update","module":"Accounts","id":"3x17","set":{"annual_revenue":NaN}}', "NaN is no value"),
        ('{"op":"update","module":"Accounts","id":"3x17","set":{"emailoptout":"perhaps"}}', "is yes or no"),
        ('{"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":{"a":1}}}', "cannot hold"),
        ('{"op":"update","module":"Nowhere","id":"3x17","set":{"bill_city":"x"}}', "Nowhere"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_meant_so_is_refused_whole(
    crm: Crm, mine: list[str], own: DemoServer, tmp_path: Path, line: str, says: str
) -> None:
    path = tmp_path / "bad.jsonl"
    good = '{"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":"Turku"}}'
    path.write_text(f"{line}\n\n{good}\n", "utf-8")
    answer = crm("apply", str(path), *mine)
    assert answer.code == 1
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert writes(own) == 0


def test_every_bad_line_is_named_at_once_and_a_key_is_used_once(crm: Crm, mine: list[str], write: Write) -> None:
    lead = {"op": "create", "module": "Leads", "set": {"lastname": "x", "company": "y"}, "key": "k"}
    answer = crm("apply", write(lead, {"op": "no"}, lead), *mine)
    assert "Line 2:" in answer.err
    assert "Line 3: it has the key of line 1." in answer.err


def test_files_that_are_not_there_or_not_text(crm: Crm, mine: list[str], tmp_path: Path) -> None:
    assert "cannot be read" in crm("apply", str(tmp_path / "none.jsonl"), *mine).err
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"op":"é"}'.encode("latin-1"))
    assert "not UTF-8" in crm("apply", str(path), *mine).err


def test_standard_input(crm: Crm, mine: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (key,) = cities(crm, mine, "Helsinki", 1)
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(update(key, bill_city="Espoo"))))
    assert crm("apply", "-", *mine).code == 0
    assert holds(crm, mine, key, "bill_city") == ["Espoo"]


def test_fifty_one_records_of_a_production_account_must_be_confirmed(
    crm: Crm, mine: list[str], write: Write, own: DemoServer
) -> None:
    rows = json.loads(crm("query", "Accounts", "--format", "json", "--limit", "51", "--fields", "id", *mine).out)
    keys = [row["id"] for row in rows]
    file = write(*(update(key, phone="1") for key in keys))
    answer = crm("apply", file, *mine)
    assert answer.code == 1
    assert "51 records in the production account" in answer.err
    assert writes(own) == 0
    assert crm("apply", write(*(update(key, phone="1") for key in keys[:50]), name="b.jsonl"), *mine).code == 0
    assert crm("apply", file, "--yes", *mine).code == 0


@pytest.mark.parametrize(("typed", "code"), [("51\n", 0), ("50\n", 1), ("", 1)])
def test_the_number_can_be_typed(
    crm: Crm, mine: list[str], write: Write, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    rows = json.loads(crm("query", "Accounts", "--format", "json", "--limit", "51", "--fields", "id", *mine).out)
    file = write(*(update(row["id"], phone="1") for row in rows))

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    answer = crm("apply", file, *mine)
    assert answer.code == code
    assert "Type 51 to go on" in answer.err


def test_it_stops_after_so_many_failures(crm: Crm, mine: list[str], write: Write, own: DemoServer) -> None:
    rows = json.loads(crm("query", "Accounts", "--format", "json", "--limit", "12", "--fields", "id", *mine).out)
    own.faults.add(FaultKind.HTTP500_AFTER, None, operation="revise")
    own.faults.add(FaultKind.HTTP500_AFTER, None, operation="update")
    file = write(*(update(row["id"], phone="1") for row in rows))
    answer = crm("apply", file, "--stop-after-failures", "2", "--json", *mine)
    outcomes = [row["outcome"] for row in rows_of(answer)]
    assert answer.code == 1
    assert outcomes.count("not sent") == 10
    assert outcomes.count("unknown") + outcomes.count("refused") == 2


def test_a_read_only_account_writes_nothing(crm: Crm, mine: list[str], write: Write, own: DemoServer) -> None:
    address = mine[mine.index("--url") + 1]
    added = crm(
        "accounts", "add", "Looking", "--vendor", "crmplus", "--url", address, "--set", "user=admin",
        "--secret-env", "OWN_KEY", "--environment", "read-only",
    )  # fmt: skip
    assert added.code == 0
    here = ["--account", "Looking", "--secret-env", "OWN_KEY"]
    answer = crm("apply", write(update("3x17", phone="1")), *here)
    assert (answer.code, "read only" in answer.err) == (1, True)
    assert crm("undo", "1", *here).code == 1
    assert writes(own) == 0


def test_workflows_are_left_out_only_where_there_is_a_switch(crm: Crm, mine: list[str], write: Write) -> None:
    (key,) = cities(crm, mine, "Helsinki", 1)
    answer = crm("apply", write(update(key, bill_city="Espoo")), "--no-events", *mine)
    assert (answer.code == 0) != ("no switch" in answer.err)


# ---- lines of documents ------------------------------------------------------------------------------------------


def test_lines_of_a_document(crm: Crm, mine: list[str], write: Write) -> None:
    row = json.loads(crm("query", "SalesOrder", "--format", "json", "--limit", "1", *mine).out)[0]
    before = json.loads(crm("get", "SalesOrder", row["id"], "--lines", "--json", *mine).out)["lines"]
    line, product = before[0]["line"], before[0]["product"]
    document = {"op": "document", "module": "SalesOrder", "id": row["id"]}
    changed = [
        {"line": line, "set": {"quantity": "4"}},
        {"line": None, "set": {"product": product, "quantity": "1", "unit_price": "199.99"}},
    ]
    answer = crm("apply", write({**document, "lines": changed}), "--json", *mine)
    assert answer.code == 0, answer.err + answer.out
    after = json.loads(crm("get", "SalesOrder", row["id"], "--lines", "--json", *mine).out)["lines"]
    assert len(after) == len(before) + 1
    assert [float(after[0]["quantity"]), float(after[-1]["unit_price"])] == [4.0, 199.99]
    for bad, says in (
        ([{"line": "none", "set": {"quantity": "1"}}], "has no line none"),
        ([{"line": line, "set": {"colour": "1"}}], "holds no colour"),
        ([{"line": line, "set": {"quantity": "1"}, "was": {"quantity": "77"}}], "holds 4"),
        ([{"line": line}], "needs “line” and “set”"),
    ):
        answer = crm("apply", write({**document, "lines": bad}), *mine)
        assert (answer.code, says in answer.err) == (1, True), answer.err
    gone = [{"line": after[-1]["line"], "set": None}]
    assert crm("apply", write({**document, "lines": gone}), *mine).code == 0
    last = json.loads(crm("get", "SalesOrder", row["id"], "--lines", "--json", *mine).out)["lines"]
    assert len(last) == len(before)


# ---- tables ------------------------------------------------------------------------------------------------------


def test_a_table_with_ids_or_a_column_to_match(crm: Crm, mine: list[str], tmp_path: Path) -> None:
    keys = cities(crm, mine, "Helsinki", 2)
    name = holds(crm, mine, keys[1], "accountname")[0]
    by_id, by_name = tmp_path / "a.csv", tmp_path / "b.csv"
    by_id.write_text(f"id,bill_city,phone\n{keys[0]},Espoo,\n3x999999,Turku,\n", "utf-8")
    answer = crm("apply", str(by_id), "--module", "Accounts", "--json", *mine)
    assert answer.code == 3
    assert [(row["line"], row["outcome"]) for row in rows_of(answer)] == [(2, "applied"), (3, "refused")]
    assert holds(crm, mine, keys[0], "bill_city") == ["Espoo"]
    by_name.write_text(f'accountname,bill_city\n"{name}",Vantaa\n', "utf-8")
    answer = crm("apply", str(by_name), "--module", "Accounts", "--match", "accountname", *mine)
    assert answer.code == 0, answer.err + answer.out
    assert holds(crm, mine, keys[1], "bill_city") == ["Vantaa"]
    again = crm("apply", str(by_name), "--module", "Accounts", "--match", "accountname", *mine)
    assert (again.code, again.err.splitlines()[-1]) == (0, "crmdesk: Nothing was sent: nothing to do.")
    assert crm("apply", str(by_name), *mine).code == 2
    assert crm("apply", str(by_name), "--module", "Accounts", "--match", "town", *mine).code == 2
    by_name.write_text("id,colour_of_the_door\n1,red\n", "utf-8")
    assert "colour_of_the_door" in crm("apply", str(by_name), "--module", "Accounts", *mine).err


def test_what_a_person_should_know_of_a_table_is_said(crm: Crm, mine: list[str], tmp_path: Path) -> None:
    old, marked = tmp_path / "old.csv", tmp_path / "marked.csv"
    key = cities(crm, mine, "Helsinki", 1)[0]
    old.write_bytes(f"id,bill_city\n{key},Jyväskylä\n".encode("cp1252"))
    marked.write_text(f"id,bill_city\n{key},Jyväskylä\n", "utf-8-sig")
    for table, said in ((old, "crmdesk: old.csv is read as cp1252."), (marked, "crmdesk: The file begins with a mark")):
        answer = crm("apply", str(table), "--module", "Accounts", "--dry-run", "--json", *mine)
        assert answer.err.startswith(said)
        assert rows_of(answer)[0]["set"] == {"bill_city": "Jyväskylä"}


# ---- recipes -----------------------------------------------------------------------------------------------------

RECIPE = """
title = "Helsinki is written in capitals"
module = "Accounts"
where = "bill_city = 'Helsinki'"

[[change]]
field = "bill_city"
set = "HELSINGFORS"

[[change]]
field = "phone"
prefix = "T "

[expect]
records = [1, 5000]
never_touch = ["accountname"]
stop_after_failures = 3
"""


def recipe(tmp_path: Path, text: str) -> str:
    path = tmp_path / "fix.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_a_recipe_runs_dry_and_runs_and_is_taken_back(crm: Crm, mine: list[str], tmp_path: Path) -> None:
    keys = cities(crm, mine, "Helsinki", 1000)
    phone = holds(crm, mine, keys[0], "phone")[0]
    file = recipe(tmp_path, RECIPE)
    dry = crm("apply", file, "--dry-run", *mine)
    assert (dry.code, dry.out.count("ready")) == (0, len(keys))
    answer = crm("apply", file, "--yes", "--json", *mine)
    said = json.loads(answer.out)
    assert (answer.code, said["applied"], said["found"]) == (0, len(keys), len(keys))
    assert holds(crm, mine, keys[0], "bill_city", "phone") == ["HELSINGFORS", f"T {phone}"]
    (batch,) = json.loads(crm("journal", "list", "--json", *mine).out)
    assert batch["summary"] == "Helsinki is written in capitals"
    assert crm("undo", str(batch["id"]), "--yes", *mine).code == 0
    assert cities(crm, mine, "Helsinki", 1000) == keys
    assert holds(crm, mine, keys[0], "phone") == [phone]


def test_a_recipe_that_finds_another_number_sends_nothing(
    crm: Crm, mine: list[str], tmp_path: Path, own: DemoServer
) -> None:
    count = len(cities(crm, mine, "Helsinki", 1000))
    answer = crm("apply", recipe(tmp_path, RECIPE.replace("[1, 5000]", "[2000, 5000]")), "--yes", *mine)
    assert answer.code == 1
    assert f"expects 2000 to 5000 records and found {count}" in answer.err
    assert writes(own) == 0


def test_a_field_that_is_never_to_be_touched_stops_the_run(
    crm: Crm, mine: list[str], tmp_path: Path, own: DemoServer
) -> None:
    """The server sets modifiedtime with every write: a recipe that forbids it fails at once."""
    text = RECIPE.replace('"accountname"', '"modifiedtime"').replace(
        "stop_after_failures = 3", "stop_after_failures = 1"
    )
    keys = cities(crm, mine, "Helsinki", 1000)
    answer = crm("apply", recipe(tmp_path, text), "--yes", "--json", *mine)
    outcomes = [row["outcome"] for row in rows_of(answer)]
    assert (outcomes.count("applied"), outcomes.count("not sent")) == (1, len(keys) - 1)
    assert answer.code == 3
