# SPDX-License-Identifier: MIT
"""Redactor: secrets are masked in every spelling, and nothing else is."""

import base64
import json
import re
from collections.abc import Callable
from html import escape
from threading import Thread
from time import thread_time
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.connectors.wire.redaction import MASK, Redactor, is_secret_field

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
    assert redactor.redacted("learnt after secret") == MASK


def _of_php(text: str) -> str:
    return json.dumps(text)[1:-1].replace("/", "\\/")


def _of_php_for_html(text: str) -> str:
    spelt = (
        _of_php(text).replace("&", "\\u0026").replace("'", "\\u0027").replace("<", "\\u003C").replace(">", "\\u003E")
    )
    return spelt.replace('\\"', "\\u0022")


def _of_dotnet(text: str) -> str:
    return "".join(one if one.isascii() and one.isalnum() else f"\\u{ord(one):04X}" for one in text)


def _small_percents(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quote(text, safe=""))


SPELLINGS: list[Callable[[str], str]] = [
    str,
    quote,
    quote_plus,
    _small_percents,
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: urlencode({"a": text}, safe=" ,.:;/'()*=<>")[2:],
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: json.dumps(json.dumps(text))[3:-3],
    _of_php,
    _of_php_for_html,
    escape,
    lambda text: escape(text).replace("&#x27;", "&#039;"),
    lambda text: escape(text, quote=False),
    lambda text: escape(escape(text)),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
]


@settings(max_examples=100)
@given(
    st.text("abcXYZ&<>'\"\\/ %+:;=ü€😀", min_size=4, max_size=12),
    st.text("0123456789-", max_size=5),
    st.sampled_from(SPELLINGS),
)
def test_no_secret_survives(secret: str, around: str, spelling: Callable[[str], str]) -> None:
    redactor = Redactor()
    redactor.add(secret)
    assert redactor.redacted(f"{around}.{spelling(secret)}.{around}") == f"{around}.{MASK}.{around}"


@settings(max_examples=30)
@given(st.text("abcXYZ&<>'\"/ %+:;=", min_size=4, max_size=12))
def test_no_secret_survives_dotnet(secret: str) -> None:
    redactor = Redactor()
    redactor.add(secret)
    assert redactor.redacted(f"[{_of_dotnet(secret)}]") == f"[{MASK}]"


@pytest.mark.parametrize(
    "hostile", ["://b@ " + "a." * 20_000, "\\" * 40_000, "a" * 40_000 + "=", '"' * 40_000, "%25" * 13_000]
)
def test_a_hostile_text_is_masked_in_the_time_that_its_length_takes(hostile: str) -> None:
    """The first took 18 s."""
    redactor = Redactor()
    for secret in ("a\\'b\\\\c", "%25%25", SECRET, "aa==aa"):
        redactor.add(secret)
    begun = thread_time()
    redactor.redacted(hostile)
    assert thread_time() - begun < 2


@pytest.mark.parametrize("name", ["portalPassword", "accessToken", "user_password", "accessKey", "authCode"])
def test_a_field_that_holds_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret_field(name)


@pytest.mark.parametrize("name", ["session", "pass", "sid", "passport", "tokens_left", "SupportCaseTicket"])
def test_a_field_that_only_sounds_so_is_not(name: str) -> None:
    assert not is_secret_field(name)
