# SPDX-License-Identifier: MIT
"""JSON keeps a number's digits both ways, and a body that is none is None."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.vendors.crmplus import envelope as crmplus
from crmdesk.connectors.vendors.crmservice import values as crmservice
from crmdesk.connectors.vendors.opencrm import envelope as opencrm
from crmdesk.connectors.vendors.webcrm import parse as webcrm
from crmdesk.connectors.wire.json_text import DEEPEST, Decoder, beginning, dumped, json_of
from crmdesk.domain.errors import MalformedReply


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


def nested(depth: int, begin: str = "[", end: str = "]") -> str:
    return begin * depth + "1" + end * depth


NESTS = [("[", "]"), ('{"a":', "}"), ('[{"a":[', "]}]")]


@pytest.mark.parametrize(("begin", "end"), NESTS)
def test_what_is_nested_deeply_and_closed_is_no_json(begin: str, end: str) -> None:
    """Python reads up to 990 levels, and whatever recurses over such a value later breaks."""
    levels = len(begin) - begin.count('"a":') * 4
    fits = DEEPEST // levels
    assert json.loads(nested(fits, begin, end), cls=Decoder) == json.loads(nested(fits, begin, end))
    for depth in (fits + 1, 900 // levels, 100_000):
        with pytest.raises(json.JSONDecodeError, match="nested too deeply"):
            json.loads(nested(depth, begin, end), cls=Decoder)
        assert json_of(reply(nested(depth, begin, end).encode())) is None


@pytest.mark.parametrize(("begin", "end"), NESTS)
def test_an_answer_nested_deeply_is_refused_like_a_damaged_one(begin: str, end: str) -> None:
    deep = nested(300, begin, end)
    with pytest.raises(MalformedReply):
        crmplus.decode(reply(f'{{"success":true,"result":{{"x":{deep}}}}}'.encode()), "retrieve")
    with pytest.raises(MalformedReply):
        opencrm.decode(reply(f'{{"crmid":"1","x":{deep}}}'.encode()), "get_contact")
    with pytest.raises(MalformedReply):
        opencrm.decode(reply(f'{{"crmid":"1","x":{deep},}}'.encode()), "get_contact")


@pytest.mark.parametrize("masked", [crmplus.masked, opencrm.masked, webcrm.masked, crmservice.masked])
def test_what_is_as_deep_as_allowed_can_be_masked(masked: Callable[[object], object]) -> None:
    value = json_of(reply(nested(DEEPEST // 2, '[{"a":', "}]").encode()))
    assert value is not None
    assert masked(value) == value
