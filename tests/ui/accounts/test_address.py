# SPDX-License-Identifier: MIT
"""Addresses as people type them."""

import pytest

from crmdesk.ui.accounts.address import address_problem, is_unencrypted, name_from_address, with_scheme

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("crm.example.com", "https://crm.example.com"),
        ("  crm.example.com/vtiger  ", "https://crm.example.com/vtiger"),
        ("//crm.example.com", "https://crm.example.com"),
        ("crm.example.com:8443", "https://crm.example.com:8443"),
        ("localhost:8080", "http://localhost:8080"),
        ("127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://crm.example.com", "http://crm.example.com"),
        ("HTTPS://crm.example.com", "HTTPS://crm.example.com"),
        ("", ""),
    ],
)
def test_a_missing_scheme_is_added(typed: str, mended: str) -> None:
    assert with_scheme(typed) == mended


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "Fill in"),
        ("crm example.com", "no blanks"),
        ("https://", "no web address"),
        ("https://.example", "no web address"),
        ("https://crm.example.com:port", "no web address"),
        ("https://[::1", "no web address"),
        ("ftp://crm.example.com", "not with ftp://"),
        ("https://anna:secret@crm.example.com", "Take the user name and password out"),
    ],
)
def test_what_cannot_work_is_said(typed: str, part: str) -> None:
    assert part in address_problem(typed)


@pytest.mark.parametrize("typed", ["crm.example.com", "https://[::1]:8080/", "crm", "http://10.0.0.7/crm", "müller.de"])
def test_what_may_work_is_left_alone(typed: str) -> None:
    assert address_problem(typed) == ""


def test_a_proxy_may_hold_its_login() -> None:
    assert address_problem("http://anna:secret@proxy:3128", login_allowed=True) == ""


def test_only_plain_http_over_the_network_is_unsafe() -> None:
    assert is_unencrypted("http://crm.example.com")
    assert not is_unencrypted("crm.example.com")
    assert not is_unencrypted("http://127.0.0.1:9000")
    assert not is_unencrypted("http://[broken")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("https://crm.nordwind.example/", "Nordwind CRM+"),
        ("www.nordwind.co.uk", "Nordwind CRM+"),
        ("intranet", "Intranet CRM+"),
        ("http://127.0.0.1:8000", "127.0.0.1 CRM+"),
        ("", ""),
        ("https://[broken", ""),
    ],
)
def test_a_name_is_suggested_from_the_host(typed: str, name: str) -> None:
    assert name_from_address(typed, "CRM+") == name
