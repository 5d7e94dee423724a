# SPDX-License-Identifier: MIT
"""JSON keeps a number's digits both ways, and a body that is none is None."""

from decimal import Decimal

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.wire.json_text import beginning, dumped, json_of


def reply(body: bytes) -> Reply:
    return Reply(status=200, headers={}, body=body, url="https://crm.example.com")


def test_numbers_go_out_with_exactly_their_digits() -> None:
    assert dumped({"a": Decimal("1.10"), "b": [Decimal("-3E+2")], "c": "\0" + "0" + "\0", "d": "ü"}) == (
        b'{"a": 1.10, "b": [-300], "c": "\\u00000\\u0000", "d": "\\u00fc"}'
    )
    with pytest.raises(TypeError):
        dumped({"a": {1, 2}})


def test_numbers_come_in_with_exactly_their_digits() -> None:
    assert json_of(reply(b'\xef\xbb\xbf{"a": 1.10, "b": [NaN, Infinity]}')) == {"a": Decimal("1.10"), "b": [None, None]}


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_none(body: bytes) -> None:
    assert json_of(reply(body)) is None
    assert len(beginning(reply(body))) <= 600
