# SPDX-License-Identifier: MIT
"""Relationships of soap.asmx: the pairs that exist and the traps."""

import pytest

from tests.demo.dialects.sugarsoap.caller import Soap


def _related(caller: Soap, first: str, key: str, second: str, query: str = "", deleted: int = 0) -> list[str]:
    found = caller.ask("get_relationships", module_name=first, module_id=key, related_module=second, related_module_query=query, deleted=deleted)  # fmt: skip
    return [one["id"] for one in found["ids"]]


def _set(caller: Soap, first: str, key: str, second: str, other: str) -> None:
    caller.ask("set_relationship", set_relationship_value={"module1": first, "module1_id": key, "module2": second, "module2_id": other})  # fmt: skip


def test_links_are_found_from_the_sides_the_switch_knows(splendid: Soap) -> None:
    account, person = splendid.save("Accounts", name="a"), splendid.save("Contacts", last_name="c")
    _set(splendid, "Accounts", account, "Contacts", person)
    _set(splendid, "Accounts", account, "Contacts", person)
    assert _related(splendid, "Accounts", account, "Contacts") == [person]
    other = splendid.save("Accounts", name="b")
    _set(splendid, "Contacts", person, "Accounts", other)
    assert _related(splendid, "Accounts", account, "Contacts") == []
    assert _related(splendid, "Accounts", account, "Contacts", deleted=1) == [person]
    splendid.save("Contacts", id=person, deleted="1")
    assert _related(splendid, "Accounts", other, "Contacts") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Contacts", "Calls"), ("Contacts", "Meetings"), ("Contacts", "Users"), ("Users", "Calls"), ("Users", "Meetings"), ("Users", "Contacts"), ("Users", "Tasks"),
        ("Tasks", "Users"), ("Meetings", "Contacts"), ("Meetings", "Users"), ("Calls", "Contacts"), ("Calls", "Users"), ("Accounts", "Contacts"), ("Accounts", "Users"),
        ("Opportunities", "Accounts"), ("Opportunities", "Contacts"),
    ],
)  # fmt: skip
def test_every_pair_of_the_world_has_relations(reader: Soap, first: str, second: str) -> None:
    there = {row["id"] for row in reader.rows(second)}
    found = [key for row in reader.rows(first) for key in _related(reader, first, row["id"], second)]
    assert found
    assert set(found) <= there


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Accounts", "Leads"),
        ("Accounts", "Opportunities"),
        ("contacts", "Calls"),
        ("Leads", "Contacts"),
        ("Contacts", "users"),
    ],
)
def test_other_pairs_and_other_spellings_are_undefined(reader: Soap, first: str, second: str) -> None:
    key = reader.rows(first.title(), most=1)[0]["id"]
    fault = reader.fault("get_relationships", module_name=first, module_id=key, related_module=second, related_module_query="", deleted=0)  # fmt: skip
    assert fault.message == f"Relationship between {first} and {second} is not defined"


def test_query_is_refused_or_silently_without_effect(reader: Soap) -> None:
    person = next(row["id"] for row in reader.rows("Contacts") if _related(reader, "Contacts", row["id"], "Calls"))
    calls = _related(reader, "Contacts", person, "Calls")
    assert _related(reader, "Contacts", person, "Calls", "date_start > '2100-01-01'") == calls
    fault = reader.fault("get_relationships", module_name="Contacts", module_id=person, related_module="Users", related_module_query="x=1", deleted=0)  # fmt: skip
    assert fault.message == "A related_module_query is not allowed at this time."


def test_task_without_a_user_is_deleted(splendid: Soap) -> None:
    task = splendid.rows("Tasks", most=1)[0]
    assert _related(splendid, "Tasks", task["id"], "Users") == [task["assigned_user_id"]]
    _set(splendid, "Tasks", task["id"], "Users", "")
    assert splendid.rows("Tasks", f"ID = '{task['id']}'") == []


def test_contact_without_a_user_is_no_longer_synchronised(splendid: Soap) -> None:
    person = splendid.save("Contacts", last_name="c")
    me = splendid.ask("get_user_id")
    _set(splendid, "Contacts", person, "Users", me)
    assert _related(splendid, "Contacts", person, "Users") == [me]
    _set(splendid, "Contacts", person, "Users", "")
    assert _related(splendid, "Contacts", person, "Users") == []
    assert splendid.record("Contacts", person)["deleted"] == "False"


def test_some_modules_do_nothing_and_say_nothing(splendid: Soap) -> None:
    quote, person = splendid.rows("Quotes", most=1)[0], splendid.save("Contacts", last_name="c")
    _set(splendid, "Quotes", quote["id"], "Contacts", person)
    assert splendid.record("Quotes", quote["id"])["billing_contact_id"] != person
    _set(splendid, "Quotes", quote["id"], "Contact", person)  # the table's own spelling
    assert splendid.record("Quotes", quote["id"])["billing_contact_id"] == person


def test_first_failure_ends_many_and_earlier_ones_stay(splendid: Soap) -> None:
    account, person = splendid.save("Accounts", name="a"), splendid.save("Contacts", last_name="c")
    good = {"module1": "Accounts", "module1_id": account, "module2": "Contacts", "module2_id": person}
    fault = splendid.fault("set_relationships", set_relationship_list=[good, {**good, "module2": "Leads"}])
    assert fault.message == "Relationship between Accounts and Leads is not defined"
    assert _related(splendid, "Accounts", account, "Contacts") == [person]
    done = splendid.ask("set_relationships", set_relationship_list=[good])
    assert (done["created"], done["failed"]) == ("1", "0")
    contract = {"module1": "Contacts", "module1_id": person, "module2": "Contracts", "module2_id": account}
    assert "is not defined" in splendid.fault("set_relationship", set_relationship_value=contract).message
