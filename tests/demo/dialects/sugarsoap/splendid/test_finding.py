# SPDX-License-Identifier: MIT
"""Searches of soap.asmx and its list of users."""

from tests.demo.dialects.sugarsoap.caller import Soap, values


def _who(caller: Soap, user: str = "admin") -> dict[str, str | None]:
    return {"session": None, "user_name": user, "password": caller.password(user)}


def test_contacts_are_found_by_several_addresses(reader: Soap) -> None:
    person, lead = reader.rows("Contacts", "EMAIL1 IS NOT NULL", most=1)[0], reader.rows("Leads", "EMAIL1 IS NOT NULL", most=1)[0]  # fmt: skip
    found = reader.ask("contact_by_email", **_who(reader), email_address=f"{person['email1']} ; {lead['email1']}")
    assert {(one["id"], one["type"]) for one in found} >= {(person["id"], "Contact"), (lead["id"], "Lead")}
    one = next(one for one in found if one["id"] == person["id"])
    assert (one["name1"], one["name2"], one["msi_id"]) == (person["first_name"], person["last_name"], "1")
    assert one["association"]
    assert reader.ask("contact_by_email", **_who(reader), email_address="nobody@x.example") == []


def test_users_are_listed_for_administrators_only(reader: Soap) -> None:
    names = [user["user_name"] for user in reader.ask("user_list", **_who(reader))]
    assert {"admin", "anna.k"} <= set(names)
    assert "gone" not in names
    assert reader.fault("user_list", **_who(reader, "anna.k")).message == "Insufficient Access"


def test_search_covers_five_modules_and_knows_or(reader: Soap) -> None:
    case = reader.rows("Cases", most=1)[0]
    found = reader.ask("search", **_who(reader), name=f"brain;{case['name']}")
    assert {"Account", "Case"} <= {one["type"] for one in found}
    assert any(one["name2"] == "Brainformatik GmbH" for one in found)
    assert reader.ask("search", **_who(reader), name="100% sicher nicht da") == []
    assert reader.ask("search", **_who(reader), name=" ; ") == []


def test_search_by_module_is_sliced_and_has_its_own_columns(reader: Soap) -> None:
    everything = reader.ask("search_by_module", **_who(reader), search_string="a", modules=["Contacts", "Accounts", "Nope"], offset=0, max_results=500)  # fmt: skip
    page = reader.ask("search_by_module", **_who(reader), search_string="a", modules=["Contacts", "Accounts"], offset=1, max_results=2)  # fmt: skip
    assert [field["name"] for field in page["field_list"]] == ["id", "name1", "name2", "association", "type", "module_name", "email_address"]  # fmt: skip
    assert page["entry_list"] == everything["entry_list"][1:3]
    assert page["next_offset"] == "3"
    assert {entry["module_name"] for entry in everything["entry_list"]} == {"Accounts", "Contacts"}
    assert values(page["entry_list"][0])["type"] == "Account"
    fault = reader.fault("search_by_module", **_who(reader), search_string="a", modules=None, offset=0, max_results=5)
    assert "Object reference" in fault.message
