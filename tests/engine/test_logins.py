# SPDX-License-Identifier: MIT
"""Logins in addresses: taken out and put back, whatever the password is made of."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.engine.logins import holds_password, split_login, with_login


@pytest.mark.parametrize(
    ("proxy", "kept", "password"),
    [
        ("http://anna:p%40ss@proxy:3128", "http://anna@proxy:3128", "p@ss"),
        ("anna:secret@proxy:3128", "anna@proxy:3128", "secret"),
        ("http://proxy:3128", "http://proxy:3128", ""),
        ("http://anna@proxy", "http://anna@proxy", ""),
        ("none", "none", ""),
        ("", "", ""),
    ],
)
def test_a_proxys_password_is_taken_out_and_put_back(proxy: str, kept: str, password: str) -> None:
    assert split_login(proxy) == (kept, password)
    assert with_login(kept, password) == proxy


@given(st.text("abc012:/?#@%&= ü", min_size=1), st.sampled_from(["http://", "https://", ""]))
def test_whatever_a_password_is_made_of(password: str, scheme: str) -> None:
    typed = f"{scheme}anna:{quote(password, safe='')}@proxy:3128"
    assert split_login(typed) == (f"{scheme}anna@proxy:3128", password)
    kept, raw = split_login(f"{scheme}anna:{password}@proxy:3128")
    assert kept == f"{scheme}anna@proxy:3128"
    assert raw == password or "%" in password


@pytest.mark.parametrize(
    "url",
    [
        "https://bob:hunter2@crm.example.com",
        "bob:hunter2@crm.example.com",
        "https://bob:2024#x@crm.example.com",
        "b:p/w@h",
    ],
)
def test_a_password_in_a_servers_address_is_seen(url: str) -> None:
    assert holds_password(url)


@pytest.mark.parametrize(
    "url",
    ["https://crm.example.com:8443/a@b", "https://crm.example.com", "crm.example.com:8443/x", "https://h/x?a:b@c"],
)
def test_what_only_looks_like_one_is_none(url: str) -> None:
    assert not holds_password(url)
