# SPDX-License-Identifier: MIT
"""Redactor: secrets are masked in every spelling, and nothing else is."""

import base64
import json
from threading import Thread
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.connectors.wire.redaction import MASK, Redactor

SECRET = 'k3y/ü&"ß +='


@pytest.mark.parametrize(
    "text",
    [
        f"plain {SECRET} text",
        f"https://x.example/?a={quote(SECRET)}",
        f"https://x.example/?a={quote(SECRET, safe='')}",
        urlencode({"a": SECRET}),
        json.dumps({"a": SECRET}),
        json.dumps({"a": SECRET}, ensure_ascii=False),
        "Basic " + base64.b64encode(SECRET.encode()).decode(),
        "<a>k3y/ü&amp;&quot;ß +=</a>",
    ],
)
def test_known_secret_is_masked_in_every_spelling(text: str) -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    shown = redactor.redacted(text)
    assert "k3y" not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("operation=login&username=ann&accessKey=abc123", f"operation=login&username=ann&accessKey={MASK}"),
        ("/x?sessionName=12ab&operation=query", f"/x?sessionName={MASK}&operation=query"),
        ('{"sessionName":"12ab","userId":"19x1"}', f'{{"sessionName":"{MASK}","userId":"19x1"}}'),
        ('{"AccessToken": "ey.J", "ExpiresIn": 3600}', f'{{"AccessToken": "{MASK}", "ExpiresIn": 3600}}'),
        ('{"token":12345}', f'{{"token":"{MASK}"}}'),
        ('{"password":"with \\" quote","a":1}', f'{{"password":"{MASK}","a":1}}'),
        ("{'passkey': 'abc'}", f"{{'passkey': \"{MASK}\"}}"),
        ('<password xsi:type="xsd:string">abc</password>', f'<password xsi:type="xsd:string">{MASK}</password>'),
        ("<ns1:session>abc</ns1:session>", f"<ns1:session>{MASK}</ns1:session>"),
        ("Authorization: Bearer abc\r\nHost: x", f"Authorization: {MASK}\r\nHost: x"),
        ("Set-Cookie: PHPSESSID=abc; path=/", f"Set-Cookie: {MASK}"),
        ("authCode=abc&oldPassword=def&newPassword=ghi", f"authCode={MASK}&oldPassword={MASK}&newPassword={MASK}"),
        ("http://me:pw@proxy:8080/", f"http://{MASK}@proxy:8080/"),
        ('{"password":"cut off', f'{{"password":"{MASK}"'),
    ],
)
def test_values_of_secret_parameters_are_masked(text: str, shown: str) -> None:
    assert Redactor().redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "select id, accountname from Accounts where bill_city = 'Helsinki';",
        '{"success":true,"result":[{"id":"11x7","description":"Please pass the token on: session at 9"}]}',
        "passport=1&compass=2&keyword=3&tokens=4",
        "mail to ann@example.com",
        "",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    assert Redactor().redacted(text) == text


def test_very_short_secrets_do_not_blank_out_everything() -> None:
    redactor = Redactor()
    redactor.add("a")
    redactor.add("")
    assert redactor.redacted("a banana") == "a banana"
    assert redactor.redacted("password=a") == f"password={MASK}"


def test_longer_secret_is_masked_whole_where_one_begins_with_the_other() -> None:
    redactor = Redactor()
    redactor.add("abcd")
    redactor.add("abcdefgh")
    assert redactor.redacted("abcdefgh") == MASK


def test_a_secret_is_learnt_while_another_thread_masks() -> None:
    """A session begins (its token is a new secret) while the log masks a line of another call's."""
    redactor = Redactor()
    redactor.add("first secret")

    class Slow(str):
        """A text that lets another thread in while it is looked through."""

        __slots__ = ()

        def __contains__(self, part: object) -> bool:
            thread = Thread(target=redactor.add, args=[f"learnt after {part}"])
            thread.start()
            thread.join()
            return str.__contains__(self, str(part))

    assert redactor.redacted(Slow("here is no such thing")) == "here is no such thing"
    assert redactor.redacted("learnt after first secret") == MASK


@settings(max_examples=50)
@given(st.text('abcXYZ&<"\\/ %+ü€😀', min_size=4, max_size=12), st.text("0123456789=;", max_size=5))
def test_no_secret_survives(secret: str, around: str) -> None:
    redactor = Redactor()
    redactor.add(secret)
    for spelling in (secret, quote(secret), quote_plus(secret), json.dumps(secret)[1:-1]):
        assert redactor.redacted(around + spelling + around) == around + MASK + around
