# SPDX-License-Identifier: MIT
"""HttpClient against servers that are slow, endless, broken or somebody else."""

import gc
import gzip
import socket
import threading
import time
from datetime import UTC, datetime

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.connectors.wire.redirects import followed
from crmdesk.domain.errors import (
    CrmError,
    MalformedReply,
    NotReachable,
    Redirected,
    TimedOut,
    TooLarge,
)
from tests.connectors.wire.rawserver import MakeClient, RawServer, Script, Visit, answering, saying


def failure(script: Script, http: HttpClient, write: bool = False) -> CrmError:
    with RawServer(script) as server, pytest.raises(CrmError) as caught:
        http.get(server.url, {"operation": "query"}, write=write)
    return caught.value


# --- time


def drip_head(visit: Visit) -> None:
    visit.read()
    visit.drip(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 50)


def drip_body(visit: Visit) -> None:
    visit.read()
    visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    visit.drip(b"x" * 500)


def drip_body_without_length(visit: Visit) -> None:
    visit.read()
    visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
    visit.drip(b"x" * 500)


def drip_continue(visit: Visit) -> None:
    visit.read()
    visit.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 50, 0.01)


def silence(visit: Visit) -> None:
    visit.read()
    visit.hold()


SLOW = [drip_head, drip_body, drip_body_without_length, drip_continue, silence]


@pytest.mark.parametrize("script", SLOW)
def test_deadline_holds_for_the_whole_request(client: MakeClient, script: Script) -> None:
    begin = time.monotonic()
    error = failure(script, client(deadline_s=0.3))
    assert time.monotonic() - begin < 1
    assert isinstance(error, TimedOut)
    assert error.sent
    assert "0.3 seconds" in error.user_text
    assert "Try again" in error.user_text


def test_deadline_of_a_write_leaves_the_outcome_unknown(client: MakeClient) -> None:
    error = failure(silence, client(deadline_s=0.2), write=True)
    assert isinstance(error, TimedOut)
    assert error.may_be_done
    assert "outcome is unknown: look at the record before you try again" in error.user_text


def test_client_works_after_a_deadline(client: MakeClient) -> None:
    http = client(deadline_s=0.2)
    failure(drip_body, http)
    with RawServer(answering()) as server:
        for _ in range(3):
            assert http.get(server.url, {}).status == 200


def test_deadline_holds_while_sending(client: MakeClient) -> None:
    http = client(deadline_s=0.3)
    with RawServer(lambda visit: visit.hold()) as server, pytest.raises(TimedOut) as caught:
        http.request("POST", server.url, body=b"x" * 30_000_000, write=True)
    assert caught.value.sent


def test_deadline_holds_for_a_server_that_does_not_take_calls(client: MakeClient) -> None:
    """The queue of the listening socket is full: nothing is sent."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        with pytest.raises(TimedOut) as caught:
            client(deadline_s=0.3).get(f"http://127.0.0.1:{full.getsockname()[1]}/", {}, write=True)
        for filler in fillers:
            filler.close()
    assert not caught.value.sent
    assert not caught.value.may_be_done


def test_deadline_holds_for_a_name_server_that_does_not_answer(
    client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def look_up(*_args: object, **_options: object) -> list[object]:
        over.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(TimedOut) as caught:
        client(deadline_s=0.2).get("http://crm.example/", {})
    over.set()
    assert not caught.value.sent


# --- size


def gzip_bomb() -> bytes:
    return gzip.compress(bytes(40_000_000))


def test_too_long_reply_is_refused_by_its_announcement(client: MakeClient) -> None:
    error = failure(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\nx"), client())
    assert isinstance(error, TooLarge)
    assert error.limit_bytes == 1_000_000
    assert "Ask for fewer rows" in error.user_text


def test_too_long_reply_without_announcement_is_cut_off(client: MakeClient) -> None:
    sent = []

    def script(visit: Visit) -> None:
        visit.read()
        visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(200):
            visit.send(b"x" * 100_000)
            sent.append(100_000)

    assert isinstance(failure(script, client()), TooLarge)
    assert sum(sent) < 20_000_000


def test_gzip_bomb_is_cut_off(client: MakeClient) -> None:
    error = failure(answering(gzip_bomb(), "200 OK", "Content-Encoding: gzip"), client())
    assert isinstance(error, TooLarge)


def test_too_long_reply_to_a_write_says_look_first(client: MakeClient) -> None:
    error = failure(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\nx"), client(), write=True)
    assert error.may_be_done
    assert "look at the record" in error.user_text


def test_client_works_after_a_reply_that_was_too_long(client: MakeClient) -> None:
    http = client()
    failure(answering(gzip_bomb(), "200 OK", "Content-Encoding: gzip"), http)
    with RawServer(answering(b"ok")) as server:
        assert http.get(server.url, {}).body == b"ok"


def test_reply_of_exactly_the_limit_is_taken(client: MakeClient) -> None:
    with RawServer(answering(b"x" * 1000)) as server:
        assert len(client(limit_bytes=1000).get(server.url, {}).body) == 1000


# --- what is no proper answer


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
)
def test_connection_that_breaks_early_is_said_so(client: MakeClient, said: bytes) -> None:
    for write in (False, True):
        error = failure(saying(said), client(), write=write)
        assert isinstance(error, (TimedOut, MalformedReply)), repr(error)
        assert error.may_be_done
        assert ("outcome is unknown" in error.user_text) == write


def test_head_that_stops_is_an_empty_reply(client: MakeClient) -> None:
    """http.client takes the end of the connection for the end of the head; the vendor refuses the empty body."""
    with RawServer(saying(b"HTTP/1.1 200 OK\r\n")) as server:
        assert client().get(server.url, {}).body == b""


def test_half_a_body_is_a_broken_connection(client: MakeClient) -> None:
    error = failure(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), client())
    assert isinstance(error, TimedOut)
    assert "broke before the whole answer had come" in error.user_text


@pytest.mark.parametrize(
    "said",
    [
        b"<html>hello</html>\n",
        b"\x15\x03\x01\x00\x02\x02\x50",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(500)) + b"\r\n",
    ],
)
def test_server_that_speaks_no_http_is_named(client: MakeClient, said: bytes) -> None:
    error = failure(saying(said), client())
    assert isinstance(error, MalformedReply), repr(error)
    assert "does not speak HTTP. Check address and port." in error.user_text


def test_damaged_compression_is_named(client: MakeClient) -> None:
    error = failure(answering(b"no gzip at all", "200 OK", "Content-Encoding: gzip"), client())
    assert isinstance(error, MalformedReply)
    assert error.where == "compression"


def test_connection_with_a_damaged_long_reply_is_closed(client: MakeClient) -> None:
    http = client(limit_bytes=20_000_000)
    error = failure(answering(b"no gzip at all" * 300_000, "200 OK", "Content-Encoding: gzip"), http)
    assert isinstance(error, MalformedReply)
    gc.collect()  # a forgotten socket would warn now


def test_port_that_refuses(client: MakeClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(NotReachable) as caught:
        client().get(f"http://127.0.0.1:{port}/", {}, write=True)
    assert f"127.0.0.1:{port} refuses the connection" in caught.value.user_text
    assert not caught.value.may_be_done


def test_name_that_does_not_exist(client: MakeClient) -> None:
    with pytest.raises(NotReachable) as caught:
        client().get("http://nowhere.invalid/", {})
    assert "nowhere.invalid" in caught.value.user_text


def test_next_address_of_a_name_is_tried(client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(answering()) as server, socket.create_server(("127.0.0.1", 0)) as gone:
        dead = gone.getsockname()[1]
        gone.close()
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        found = [(*kind, ("127.0.0.1", dead)), (*kind, ("127.0.0.1", server.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
        assert client().get("http://crm.example/", {}).status == 200


# --- redirects


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://evil.example/x?sessionName=abc123", "another server, https://evil.example/x. Nothing was sent there"),
        ("/login.php?next=1", "sends us on to"),
        ("https://127.0.0.1/new", "answers at https://127.0.0.1/new only. Change the account's address"),
        ("http://[broken", "another server"),
    ],
)
def test_redirect_of_a_form_is_named_and_not_followed(client: MakeClient, location: str, words: str) -> None:
    script = answering(b"", "302 Found", f"Location: {location}")
    with RawServer(script) as server, pytest.raises(Redirected) as caught:
        client().post_form(server.url, {"password": "geheim123"}, write=False)
    assert words in caught.value.user_text
    assert "abc123" not in caught.value.user_text + caught.value.detail
    assert len(server.requests) == 1


@pytest.mark.parametrize(("status", "may_be_done"), [("302 Found", True), ("303 See", True), ("308 Moved", False)])
def test_redirect_after_a_write_may_mean_done(client: MakeClient, status: str, may_be_done: bool) -> None:
    error = failure(answering(b"", status, "Location: /done"), client(), write=True)
    assert error.may_be_done == may_be_done


def sending_on(status: str, location: str, body: bytes) -> Script:
    """The first question is sent on, the next one answered."""

    def script(visit: Visit) -> None:
        if visit.number == 1 and visit.read():
            visit.reply(b"", status, f"Location: {location}")
        while visit.read():
            visit.reply(body)

    return script


ELSEWHERE = [
    "https://evil.example/webservice",
    "http://127.0.0.1:1/other-port",
    "//evil.example/x",
    "http://anna:geheim@127.0.0.1/x",
    "ftp://127.0.0.1/x",
    "http://[broken",
]


@pytest.mark.parametrize("location", ELSEWHERE)
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Again", "308 Moved"])
def test_nothing_is_ever_sent_to_another_host_or_port(client: MakeClient, status: str, location: str) -> None:
    with RawServer(answering(b"", status, f"Location: {location}")) as server, pytest.raises(Redirected):
        client().get(server.url, {"sessionName": "geheim123"}, headers={"Authorization": "Bearer geheim123"})
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Again", "308 Moved"])
def test_a_question_is_sent_on_within_the_host(client: MakeClient, status: str) -> None:
    with RawServer(sending_on(status, "/crm/webservice?operation=x#top", b"there")) as server:
        reply = client().get(f"{server.url}?operation=x", {}, headers={"X-Key": "k"})
    assert reply.body == b"there"
    assert [request.partition(b"\r\n")[0] for request in server.requests][
        1
    ] == b"GET /crm/webservice?operation=x HTTP/1.1"
    assert b"X-Key: k" in server.requests[1]


@pytest.mark.parametrize("status", ["307 Again", "308 Moved"])
@pytest.mark.parametrize("write", [True, False])
def test_a_form_is_sent_on_whole_where_the_method_stays(client: MakeClient, status: str, write: bool) -> None:
    with RawServer(sending_on(status, "/crm/", b"done")) as server:
        reply = client().post_form(server.url, {"name": "Ek"}, write=write)
    assert reply.body == b"done"
    assert server.requests[1].startswith(b"POST /crm/ HTTP/1.1")
    assert server.requests[1].endswith(b"name=Ek")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See"])
@pytest.mark.parametrize("write", [True, False])
def test_no_form_becomes_a_question(client: MakeClient, status: str, write: bool) -> None:
    with RawServer(answering(b"", status, "Location: /crm/")) as server, pytest.raises(Redirected):
        client().post_form(server.url, {"name": "Ek"}, write=write)
    assert len(server.requests) == 1


def test_a_ring_of_redirects_ends(client: MakeClient) -> None:
    with RawServer(answering(b"", "302 Found", "Location: /again")) as server, pytest.raises(Redirected):
        client().get(server.url, {})
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("url", "location", "there"),
    [
        ("http://crm.example/a?x=1", "https://crm.example/a?x=1", "https://crm.example/a?x=1"),
        ("http://crm.example:80/a", "https://crm.example:443/a", "https://crm.example:443/a"),
        ("https://crm.example/a", "http://crm.example/a", None),
        ("http://crm.example:8080/a", "https://crm.example/a", None),
        ("https://crm.example/a", "https://crm.example:8443/a", None),
        ("https://crm.example/a", "https://crm.example.evil.example/a", None),
        ("https://crm.example/a", "https://crm.example@evil.example/a", None),
        ("https://crm.example/a", "https://CRM.example/b", "https://CRM.example/b"),
        ("https://crm.example/a", "/b\x7fc", None),
        ("https://crm.example/a", "\\\\evil.example/b", None),
    ],
)
def test_only_the_same_or_a_better_scheme_of_the_same_host(url: str, location: str, there: str | None) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    reply = Reply(status=302, headers={"Location": location}, body=b"", url=url, elapsed_ms=1, received_at=at)
    assert followed(reply, url, "GET") == there


# --- giving up


@pytest.mark.parametrize("script", SLOW)
def test_abort_from_another_thread_ends_the_request_at_once(client: MakeClient, script: Script) -> None:
    http = client(deadline_s=20)
    begin = time.monotonic()
    timer = threading.Timer(0.15, http.abort)
    timer.start()
    error = failure(script, http)
    timer.join()
    assert time.monotonic() - begin < 2
    assert isinstance(error, TimedOut)
    assert error.sent
    assert error.user_text.startswith("Stopped before 127.0.0.1:")


def test_client_works_after_abort(client: MakeClient) -> None:
    http = client()
    http.abort()  # nothing under way: nothing happens
    threading.Timer(0.1, http.abort).start()
    failure(silence, http)
    with RawServer(answering(b"ok")) as server:
        assert http.get(server.url, {}).body == b"ok"
        http.abort()
        assert http.get(server.url, {}).body == b"ok"


def test_abort_ends_the_pause_between_requests(client: MakeClient) -> None:
    http = client(min_interval_ms=20_000)
    with RawServer(answering()) as server:
        http.get(server.url, {})
        timer = threading.Timer(0.1, http.abort)
        timer.start()
        with pytest.raises(TimedOut) as caught:
            http.get(server.url, {}, write=True)
        timer.join()
    assert not caught.value.may_be_done
    assert len(server.requests) == 1
