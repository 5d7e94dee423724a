# SPDX-License-Identifier: MIT
"""Links of records: found from both ends, kept once, one account for a contact or a deal, deleted ones still told."""

import pytest

from crmdesk.demo.dialects.sugarsoap.database import Database
from crmdesk.demo.dialects.sugarsoap.links import Link, Links

NOW = "2026-11-22 07:25:04"


@pytest.fixture
def links() -> Links:
    return Links(Database(is_mysql=True, clock=lambda: 0.0), lambda: NOW)


def test_a_link_is_found_from_both_ends_and_kept_once(links: Links) -> None:
    links.add("contacts", "c1", "documents", "d1")
    links.add("documents", "d1", "contacts", "c1")
    assert links.of("contacts", "c1", "documents") == [Link("d1", NOW, 0)]
    assert links.of("documents", "d1", "contacts") == [Link("c1", NOW, 0)]


@pytest.mark.parametrize(("accounts", "contacts"), [("accounts", "contacts"), ("ACCOUNTS", "CONTACTS")])
def test_a_later_account_takes_the_place_of_the_one_before(links: Links, accounts: str, contacts: str) -> None:
    links.fill([(f"{accounts}_{contacts}", "a1", "c1", "2020-01-01 00:00:00")])
    links.add(contacts, "c1", accounts, "a2")
    assert links.of(contacts, "c1", accounts) == [Link("a2", NOW, 0)]
    assert links.of(contacts, "c1", accounts, deleted=True) == [Link("a1", NOW, 1)]


def test_one_link_or_all_to_a_table_are_removed(links: Links) -> None:
    for user in ("u1", "u2", "u3"):
        links.add("contacts", "c1", "users", user)
    links.remove("contacts", "c1", "users", "u2")
    assert [link.key for link in links.of("contacts", "c1", "users")] == ["u1", "u3"]
    links.remove("contacts", "c1", "users")
    assert links.of("contacts", "c1", "users") == []
