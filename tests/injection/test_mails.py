# SPDX-License-Identifier: MIT
"""Mails and calls: an address from a server brings no header, no attachment, no further person, no code of a phone's."""

import pytest

from crmdesk.domain.schema import FieldType
from crmdesk.ui.form.web_links import address_of
from crmdesk.ui.opening import is_mail_address, link_of

HEADERS = (
    "anna@crm.example?bcc=evil@evil.invalid",
    "anna@crm.example?attach=/etc/passwd",
    "anna@crm.example?subject=x&body=y",
    "anna%0ABcc:evil@evil.invalid",
    "anna@crm.example%0D%0ABcc:evil@evil.invalid",
    "anna@crm.example\r\nBcc: evil@evil.invalid",
    "anna@crm.example,evil@evil.invalid",
    "anna@crm.example;evil@evil.invalid",
    "anna@crm.example&cc=evil@evil.invalid",
    "Anna <anna@crm.example>",
    '"anna bcc:evil"@crm.example',
    "-attach=/etc/passwd",
    "@",
    "",
)


@pytest.mark.parametrize("text", HEADERS)
def test_mail_headers_in_an_address_open_nothing(text: str) -> None:
    assert not is_mail_address(text)
    assert address_of(FieldType.EMAIL, text) == ""
    assert link_of(f"mailto:{text}") is None


@pytest.mark.parametrize(
    "text", ["anna@crm.example", "anna.koch+crm@crm.example", "äijä@yhtiö.example", "o'neil@x.example"]
)
def test_an_ordinary_address_is_written_to(text: str) -> None:
    assert address_of(FieldType.EMAIL, text) == f"mailto:{text}"
    link = link_of(f"mailto:{text}")
    assert link is not None
    assert not link.hasQuery()


@pytest.mark.parametrize(
    "text", ["tel:+358;phone-context=evil.invalid", "tel:1?x=y", "tel:%2A06", "tel:alert(1)", "tel:" + "1" * 99]
)
def test_calls_are_digits(text: str) -> None:
    assert link_of(text) is None


def test_a_number_is_called_as_it_stands() -> None:
    assert link_of(address_of(FieldType.PHONE, "+358 9 4242 110 (ext. 5)")) is not None
