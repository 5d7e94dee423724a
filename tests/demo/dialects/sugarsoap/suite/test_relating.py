# SPDX-License-Identifier: MIT
"""Relationships and searches of soap.php."""

import pytest

from tests.demo.dialects.sugarsoap.caller import Soap, values


def _related(caller: Soap, first: str, key: str, second: str, query: str = "") -> list[str]:
    found = caller.ask("get_relationships", module_name=first, module_id=key, related_module=second, related_module_query=query, deleted=0)  # fmt: skip
    assert found["error"]["number"] == "0", found
    return [one["id"] for one in found["ids"]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Accounts", "Contacts"), ("Contacts", "Accounts"), ("Accounts", "Opportunities"), ("Accounts", "Cases"), ("Cases", "Accounts"), ("Accounts", "Calls"),
        ("Accounts", "Tasks"), ("Accounts", "Notes"), ("Accounts", "Documents"), ("Contacts", "Opportunities"), ("Calls", "Users"), ("Accounts", "AOS_Quotes"),
        ("Documents", "DocumentRevisions"),
    ],
)  # fmt: skip
def test_pairs_of_the_world_have_relations(suite_reader: Soap, first: str, second: str) -> None:
    there = {row["id"] for row in suite_reader.rows(second)}
    found = [key for row in suite_reader.rows(first) for key in _related(suite_reader, first, row["id"], second)]
    assert found
    assert set(found) <= there


def test_query_narrows(suite_reader: Soap) -> None:
    account = next(row["id"] for row in suite_reader.rows("Accounts") if _related(suite_reader, "Accounts", row["id"], "Contacts"))  # fmt: skip
    people = _related(suite_reader, "Accounts", account, "Contacts")
    assert _related(suite_reader, "Accounts", account, "Contacts", f"contacts.id = '{people[0]}'") == [people[0]]
    assert _related(suite_reader, "Accounts", account, "Contacts", "contacts.id = 'x'") == []


def test_links_columns_and_parents_are_set(suite: Soap) -> None:
    account, person, call, case = suite.save("Accounts", name="a"), suite.save("Contacts", last_name="c"), suite.save("Calls", name="k"), suite.save("Cases", name="f")  # fmt: skip
    for second, other in (("Contacts", person), ("Calls", call), ("Cases", case)):
        value = {"module1": "Accounts", "module1_id": account, "module2": second, "module2_id": other}
        assert suite.ask("set_relationship", set_relationship_value=value)["number"] == "0"
        assert _related(suite, "Accounts", account, second) == [other]
    back = {
        "module1": "Cases",
        "module1_id": case,
        "module2": "Accounts",
        "module2_id": suite.save("Accounts", name="b"),
    }
    assert suite.ask("set_relationship", set_relationship_value=back)["number"] == "0"
    assert _related(suite, "Accounts", account, "Cases") == []


def test_failures_are_numbers_and_counted(suite: Soap) -> None:
    good = {"module1": "Accounts", "module1_id": "x", "module2": "Contacts", "module2_id": "y"}
    wrong = [{**good, "module2": "Nope"}, {**good, "module2": "Campaigns"}]
    assert [suite.ask("set_relationship", set_relationship_value=one)["number"] for one in wrong] == ["20", "30"]
    done = suite.ask("set_relationships", set_relationship_list=[good, *wrong])
    assert (done["created"], done["failed"]) == ("1", "2")
    found = suite.ask("get_relationships", module_name="Accounts", module_id="x", related_module="Campaigns", related_module_query="", deleted=0)  # fmt: skip
    assert (found["ids"], found["error"]["number"]) == ([], "30")


def test_searches_name_their_user(suite_reader: Soap) -> None:
    who = {"session": None, "user_name": "admin", "password": suite_reader.password("admin")}
    wrong = {**who, "password": "x"}
    person = suite_reader.rows("Contacts", most=1)[0]
    found = suite_reader.ask("contact_by_email", **who, email_address=f" {person['email1']} ;x@y.example")
    assert person["id"] in {one["id"] for one in found}
    assert any(one["name2"] == "Brainformatik GmbH" for one in suite_reader.ask("search", **who, name="brain;zzz"))
    page = suite_reader.ask("search_by_module", **who, search_string="brain", modules=["Accounts"], offset=0, max_results=5)  # fmt: skip
    assert [values(entry)["name"] for entry in page["entry_list"]] == ["Brainformatik GmbH"]
    assert {"admin", "anna.k"} <= {user["user_name"] for user in suite_reader.ask("user_list", **who)}
    anna = {**who, "user_name": "anna.k", "password": suite_reader.password("anna.k")}
    assert [suite_reader.ask(o, **wrong) for o in ("contact_by_email", "search", "user_list")] == [[], [], []]
    assert suite_reader.ask("user_list", **anna) == []
    assert suite_reader.ask("search_by_module", **wrong)["error"]["number"] == "10"
