# SPDX-License-Identifier: MIT
"""Only pages, mails and calls are opened, whatever a server holds."""

import pytest

from crmdesk.domain.schema import FieldType
from crmdesk.ui.form.web_links import address_of


@pytest.mark.parametrize(
    ("kind", "text", "address"),
    [
        (FieldType.URL, "www.aijala.fi", "https://www.aijala.fi"),
        (FieldType.URL, "http://a.fi/x?y=1", "http://a.fi/x?y=1"),
        (FieldType.URL, "file:///etc/passwd", ""),
        (FieldType.URL, "javascript:alert(1)", ""),
        (FieldType.URL, "smb://host/share", ""),
        (FieldType.EMAIL, " anna@b.fi ", "mailto:anna@b.fi"),
        (FieldType.EMAIL, "a@b.fi?attach=/etc/passwd", ""),
        (FieldType.EMAIL, "nobody", ""),
        (FieldType.PHONE, "+358 (0)9 4242-110", "tel:+358094242110"),
        (FieldType.PHONE, "ask Anna", ""),
        (FieldType.TEXT, "https://a.fi", ""),
    ],
)
def test_addresses(kind: FieldType, text: str, address: str) -> None:
    assert address_of(kind, text) == address
