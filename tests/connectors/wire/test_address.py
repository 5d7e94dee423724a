# SPDX-License-Identifier: MIT
"""Addresses: what is taken, what is refused, and that no secret is repeated."""

import pytest

from crmdesk.connectors.wire.address import check_address, host_of, is_loopback, without_query
from crmdesk.domain.errors import ProfileError


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://crm.example.com", "crm.example.com"),
        (" https://CRM.example.com/crm/index.php?a=b#c ", "crm.example.com"),
        ("https://crm.example.com:443/", "crm.example.com"),
        ("http://crm.example.com:8080/x", "crm.example.com:8080"),
        ("http://[::1]:8081/", "[::1]:8081"),
        ("https://bücher.example/", "bücher.example"),
    ],
)
def test_good_addresses_are_taken(url: str, host: str) -> None:
    assert host_of(url) == host
    assert check_address(url) == url.strip().partition("#")[0]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Enter the CRM's address"),
        ("   ", "Enter the CRM's address"),
        ("crm.example.com", "does not begin with https://"),
        ("crm.example.com:8080", "does not begin with https://"),
        ("ftp://crm.example.com", "does not begin with https://"),
        ("file:///etc/passwd", "does not begin with https://"),
        ("https:crm.example.com", "does not begin with https://"),
        ("https://", "names no server"),
        ("https:///path", "names no server"),
        ("https://:80/", "names no server"),
        ("https://crm.example.com:99999/", "is not a web address"),
        ("https://crm.example.com:abc/", "is not a web address"),
        ("https://[::1/", "is not a web address"),
        ("https://crm example.com/", "blank inside"),
        ("https://crm.example.com/\u202e", "blank inside"),
        ("https://ann:hush1@crm.example.com/", "Take user and password out of the address"),
        ("https://hush1@crm.example.com/", "Take user and password out of the address"),
        ("ann:hush1@crm.example.com", "does not begin with https://"),
        ("https://ann:hush1@[::1/", "is not a web address"),
    ],
)
def test_bad_addresses_are_refused_with_a_sentence(url: str, words: str) -> None:
    for check in (check_address, host_of):
        with pytest.raises(ProfileError) as caught:
            check(url)
        assert words in caught.value.user_text
        assert "hush1" not in caught.value.user_text + caught.value.detail


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://127.9.9.9/", "http://[::1]/", "http://localhost:1/x"])
def test_this_computer_is_known(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize("url", ["http://crm.example/", "http://10.0.0.1/", "http://localhost.example/", "nothing"])
def test_other_computers_are_known(url: str) -> None:
    assert not is_loopback(url)


def test_query_and_login_are_taken_off() -> None:
    assert without_query("https://a:b@crm.example:8/x/y?c=d#e") == "https://crm.example:8/x/y"
