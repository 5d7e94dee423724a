# SPDX-License-Identifier: MIT
"""Every way of going wrong, as a client meets it."""

import http.client
import json
import time

import pytest

from crmdesk.demo.faults import FaultKind, Faults
from tests.demo.caller import Caller


def _retried(crm: Caller) -> bool:
    """Return whether the next request goes well."""
    return crm.ask("listtypes")["success"] is True


@pytest.mark.parametrize("kind", [FaultKind.DROP, FaultKind.DROP_AFTER])
def test_dropped_connection_has_done_the_write_or_has_not(crm: Caller, kind: FaultKind) -> None:
    crm.server.faults.add(kind, operation="create")
    with pytest.raises(http.client.RemoteDisconnected):
        crm.post("create", elementType="Leads", element='{"lastname":"Dropped","assigned_user_id":"19x1"}')
    crm._connection.close()
    assert len(crm.rows("select id from Leads where lastname = 'Dropped';")) == (kind is FaultKind.DROP_AFTER)


@pytest.mark.parametrize("kind", [FaultKind.HTTP500, FaultKind.HTTP500_AFTER])
def test_empty_http_500_has_done_the_write_or_has_not(crm: Caller, kind: FaultKind) -> None:
    crm.server.faults.add(kind)
    assert crm.post("create", elementType="Leads", element='{"lastname":"Half","assigned_user_id":"19x1"}') == (
        500,
        b"",
    )
    assert len(crm.rows("select id from Leads where lastname = 'Half';")) == (kind is FaultKind.HTTP500_AFTER)


def test_half_a_page_is_no_json(crm: Caller) -> None:
    crm.server.faults.add(FaultKind.HALF_PAGE)
    _, body = crm.get("listtypes")
    with pytest.raises(ValueError):
        json.loads(body)
    assert _retried(crm)


def test_short_body_ends_before_its_promised_length(crm: Caller) -> None:
    crm.server.faults.add(FaultKind.SHORT_BODY)
    with pytest.raises(http.client.IncompleteRead):
        crm.get("listtypes")


def test_noise_comes_before_the_json_with_its_content_type(crm: Caller) -> None:
    crm.server.faults.add(FaultKind.HTML_NOISE)
    _, body = crm.get("listtypes")
    assert body.startswith(b"<br />")
    assert json.loads(body[body.index(b'{"success"') :])["success"] is True


@pytest.mark.parametrize(
    ("kind", "status", "part"),
    [
        (FaultKind.PLAIN_TEXT, 200, b"Sorry!"), (FaultKind.HTML_LOGIN, 200, b'type="password"'), (FaultKind.REDIRECT, 302, b""),
        (FaultKind.PROXY_LOGIN, 407, b""), (FaultKind.UNAVAILABLE, 503, b"maintenance"), (FaultKind.WRONG_TYPE, 200, b'"success":true'),
    ],
)  # fmt: skip
def test_answer_of_somebody_else(crm: Caller, kind: FaultKind, status: int, part: bytes) -> None:
    crm.server.faults.add(kind)
    answer = crm.get("listtypes")
    assert answer[0] == status
    assert part in answer[1]
    assert _retried(crm)


def test_huge_reply_is_as_big_as_set(crm: Caller) -> None:
    crm.server.faults.huge_bytes = 300_000
    crm.server.faults.add(FaultKind.HUGE)
    assert len(crm.get("listtypes")[1]) > 300_000


def test_slow_drip_takes_its_time_and_stopping_ends_it(crm: Caller) -> None:
    crm.server.faults.drip_ms = 0.2
    crm.server.faults.add(FaultKind.SLOW_DRIP, operation="retrieve")
    began = time.perf_counter()
    _, body = crm.get("retrieve", id="3x17")
    assert time.perf_counter() - began > len(body) / 5000


def test_delay_and_latency_hold_the_answer_back(crm: Caller) -> None:
    crm.server.faults.latency_ms = 20
    crm.server.faults.delay_ms = 40
    crm.server.faults.add(FaultKind.DELAY)
    began = time.perf_counter()
    crm.get("listtypes")
    assert time.perf_counter() - began >= 0.06


def test_faults_wait_for_their_operation_their_turn_and_their_number() -> None:
    faults = Faults()
    faults.add("http500", 2, operation="Query", skip=1)
    taken = [faults.take(name) for name in ("query", "login", "query", "query", "query")]
    assert [fault is not None for fault in taken] == [False, False, True, True, False]
    assert len(faults.seen) == 2
    faults.add("drop", None)
    assert all(faults.take("x") for _ in range(5))
    faults.clear()
    assert faults.take("x") is None
    with pytest.raises(ValueError):
        faults.add("nonsense")
