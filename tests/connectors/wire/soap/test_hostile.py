# SPDX-License-Identifier: MIT
"""Hostile replies end in values or in a CrmError, in bounded work and memory (the clock is held by tests.bench)."""

import contextlib
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.connectors.wire.soap import DEFAULT, Limits, SoapVersion, decode
from crmdesk.connectors.wire.soap.decode import Decoded
from crmdesk.domain.errors import CrmError, MalformedReply
from tests.connectors.wire.soap import test_decode as shapes
from tests.connectors.wire.soap.hostile import HOSTILE, fan
from tests.connectors.wire.soap.support import envelope

VALUES = {
    "fan_5x6",
    "fan_8x5",
    "huge_text",
    "huge_attribute",
    "controls",
    "long_name",
    "external_href",
    "deep_header",
}
_MOST_MB = 200


# Those of the greatest length allowed are left to tests.bench: slow while memory is traced.
@pytest.mark.parametrize("name", sorted(name for name in HOSTILE if not name.endswith("_as_allowed")))
def test_each_ends_in_values_or_one_error(name: str) -> None:
    body = HOSTILE[name]()
    tracemalloc.start()
    try:
        outcome = _outcome(body)
        most_mb = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert (outcome == "values") == (name in VALUES), outcome
    assert most_mb < _MOST_MB


def _outcome(body: bytes) -> str:
    try:
        found = decode(body)
    except MalformedReply as error:
        return error.where
    assert _count(found.value) <= DEFAULT.values
    return "values"


def _count(value: Decoded) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_count, value.values()))
    return 1 + sum(map(_count, value)) if isinstance(value, list) else 1


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("billion_laughs", "DTD"),
        ("external_entity", "DTD"),
        ("dtd_in_utf_16", "DTD"),
        ("cycle", "reference"),
        ("cycle_of_two", "reference"),
        ("reference_to_itself", "reference"),
        ("chain_of_references", "reference"),
        ("chain_of_lists", "depth"),
        ("fan_10x9", "size"),
        ("fifty_megabytes", "size"),
        ("million_tags", "size"),
        ("many_names", "size"),
        ("many_attributes", "size"),
        ("attribute_flood", "size"),
        ("namespace_flood", "size"),
        ("namespaces_in_depth", "size"),
        ("deep", "XML"),
        ("deep_enough", "depth"),
        ("dangling", "reference"),
        ("wrong_nesting", "XML"),
    ],
)
def test_the_error_says_what_it_was(name: str, where: str) -> None:
    assert _outcome(HOSTILE[name]()) == where


def test_a_fan_is_held_once_in_memory() -> None:
    found = decode(fan(8, 5))
    assert _count(found.value) > 8**5
    tracemalloc.start()
    decode(fan(8, 5))
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_limits_are_the_callers() -> None:
    body = envelope("<t:r><a><b><c>1</c></b></a></t:r>")
    assert decode(body, limits=Limits(depth=5)).value == {"a": {"b": {"c": "1"}}}
    shared = envelope('<t:r><a href="#1"/><b href="#1"/></t:r><x id="1"><y>1</y><z>2</z></x>')
    assert decode(shared, limits=Limits(values=7)).outputs["b"] == {"y": "1", "z": "2"}
    with pytest.raises(MalformedReply):
        decode(shared, limits=Limits(values=6))
    for limits in (Limits(depth=2), Limits(body_bytes=20), Limits(tags=5)):
        with pytest.raises(MalformedReply):
            decode(body, limits=limits)


SEEDS = [
    envelope(shapes.MULTI_REF),
    envelope(shapes.INLINE),
    envelope(shapes.TWELVE, SoapVersion.V12),
    envelope(
        "<s:Fault><faultcode>s:Server</faultcode><faultstring>x ---> y</faultstring><detail><a/></detail></s:Fault>"
    ),
]
PIECES = [
    b"<",
    b"/>",
    b"&#xB;",
    b"&",
    b'href="#id1"',
    b'id="id3"',
    b"xsi:nil='true'",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"\x00",
    b"\xff",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<s:Body>",
    b"</s:Body>",
    b'soapenc:arrayType="x[9]"',
    b'xsi:type="apache:Map"',
    b"id2",
    b"id1",
]


@st.composite
def mutated(draw: Callable[..., bytes]) -> bytes:
    body = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):  # type: ignore[call-overload]
        start: int = draw(st.integers(0, len(body)))  # type: ignore[assignment]
        length: int = draw(st.integers(0, 12))  # type: ignore[assignment]
        body[start : start + length] = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)))
    return bytes(body)


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_mutated_envelopes_are_values_or_errors_of_ours(body: bytes) -> None:
    with contextlib.suppress(CrmError):
        decode(body)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_values_or_errors_of_ours(body: bytes) -> None:
    with contextlib.suppress(CrmError):
        decode(body)


def test_references_that_cross_are_resolved_whatever_their_order() -> None:
    """An id inside another referred value, referred to from outside, and a list that stands before what it holds."""
    inside = '<t:r><a href="#1"/><b href="#2"/></t:r><x id="1"><y id="2"><z href="#3"/></y></x><w id="3">end</w>'
    assert decode(envelope(inside)).outputs == {"a": {"y": {"z": "end"}}, "b": {"z": "end"}}
