# SPDX-License-Identifier: MIT
"""Every way of going wrong, as a client meets it."""

import gzip
import http.client
import json
import socket
import ssl
import time

import pytest

from crmdesk.assets import resource
from crmdesk.demo.faults import AT_START, FaultKind, Faults, fault_of
from crmdesk.demo.server import DemoServer
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


@pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.RESET_HEADERS, FaultKind.RESET_BODY])
def test_a_reset_comes_before_in_the_head_or_in_the_body(crm: Caller, kind: FaultKind) -> None:
    crm.server.faults.add(kind, operation="create")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        crm.post("create", elementType="Leads", element='{"lastname":"Reset","assigned_user_id":"19x1"}')
    crm._connection.close()
    found = crm.rows("select id from Leads where lastname = 'Reset';")
    assert bool(found) == (kind is not FaultKind.RESET)
    for row in found:
        crm.post("delete", id=row["id"])


@pytest.mark.parametrize(
    ("kind", "status", "header"), [(FaultKind.MOVED, 301, "Location"), (FaultKind.TOO_MANY, 429, "Retry-After")]
)
def test_a_status_comes_with_its_header(crm: Caller, kind: FaultKind, status: int, header: str) -> None:
    crm.server.faults.add(kind)
    connection = http.client.HTTPConnection("127.0.0.1", crm.server.port)
    connection.request("GET", "/crmplus/webservice.php?operation=getchallenge&username=admin")
    reply = connection.getresponse()
    assert (reply.status, bool(reply.getheader(header))) == (status, True)
    connection.close()


@pytest.mark.parametrize("kind", [FaultKind.GZIP_LIES, FaultKind.GZIP_CUT])
def test_gzip_that_lies_cannot_be_unpacked(crm: Caller, kind: FaultKind) -> None:
    crm.server.faults.add(kind)
    _, body = crm.get("listtypes")
    with pytest.raises((OSError, EOFError)):
        gzip.decompress(body)


def test_a_restart_breaks_connections_and_sessions_for_a_while(crm: Caller) -> None:
    crm.server.faults.restart_ms = 50
    crm.server.faults.add(FaultKind.RESTART)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        crm.get("listtypes")
    crm._connection.close()
    time.sleep(0.06)
    assert json.loads(crm.get("listtypes")[1])["success"] is False


def test_every_third_answer_goes_wrong() -> None:
    faults = Faults()
    faults.add("http500", None, every=3)
    assert [faults.take("x") is not None for _ in range(7)] == [False, False, True, False, False, True, False]
    assert faults.counts[FaultKind.HTTP500] == 2


@pytest.mark.parametrize("text", ["jitter", "session_gone:every=7", "drop:every=2,skip=1,operation=query"])
def test_faults_of_the_command_line(text: str) -> None:
    assert fault_of(text).kind is FaultKind(text.partition(":")[0])


@pytest.mark.parametrize("text", ["nonsense", "drop:every=0", "drop:often=1", "drop:every"])
def test_faults_that_are_none(text: str) -> None:
    with pytest.raises(ValueError):
        fault_of(text)


@pytest.mark.parametrize("kind", sorted(AT_START))
def test_a_certificate_that_is_no_good(kind: FaultKind) -> None:
    with DemoServer(certificate=resource("demo", f"{kind}.pem")) as server:
        assert server.url("crmplus").startswith("https://")
        with pytest.raises(ssl.SSLError), socket.create_connection(("127.0.0.1", server.port)) as plain:
            ssl.create_default_context().wrap_socket(plain, server_hostname="127.0.0.1")
