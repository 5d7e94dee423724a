# SPDX-License-Identifier: MIT
"""HttpClient against servers that behave, or close a resting connection; and where secrets may not be."""

import gzip
import subprocess
import sys
import time
import traceback
import zlib
from collections.abc import Callable
from secrets import token_hex
from urllib.parse import parse_qs

import pytest

from crmdesk.connectors.port import Http
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    NotReachable,
    ProfileError,
    Redirected,
    TimedOut,
)
from tests.connectors.wire.rawserver import MakeClient, RawServer, Script, Visit, answering, saying

# --- what works


def test_get_sends_parameters_and_returns_the_reply_whole(client: MakeClient) -> None:
    with RawServer(answering(b'{"a":1}', "200 OK", "Content-Type: application/json")) as server:
        reply = client().get(server.url, {"operation": "query", "query": "select * from Accounts where a='ä&b';"})
    assert reply.status == 200
    assert reply.body == b'{"a":1}'
    assert reply.headers["content-type"] == "application/json"
    assert reply.elapsed_ms > 0
    assert reply.received_at is not None
    assert reply.received_at.tzinfo is not None
    target = server.requests[0].split(b" ")[1].decode()
    assert parse_qs(target.partition("?")[2]) == {
        "operation": ["query"],
        "query": ["select * from Accounts where a='ä&b';"],
    }


def test_request_has_our_name_and_asks_for_no_odd_compression(client: MakeClient) -> None:
    with RawServer(answering()) as server:
        client().get(server.url, {})
    head = server.requests[0].decode()
    assert "User-Agent: crmdesk/" in head
    assert "Accept-Encoding: gzip, deflate\r\n" in head


def test_post_form_sends_the_form_in_the_body(client: MakeClient) -> None:
    with RawServer(answering()) as server:
        client().post_form(server.url, {"operation": "create", "element": '{"a":"ö+ &="}'})
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert parse_qs(body.decode()) == {"operation": ["create"], "element": ['{"a":"ö+ &="}']}


def test_post_form_with_a_file_is_multipart(client: MakeClient) -> None:
    with RawServer(answering()) as server:
        client().post_form(
            server.url, {"operation": "up"}, files={"file": ("käse.pdf", b"\x00\xff", "application/pdf")}
        )
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"Content-Type: multipart/form-data; boundary=" in head
    assert "käse.pdf".encode() in body
    assert b"Content-Type: application/pdf\r\n\r\n\x00\xff\r\n" in body
    assert b'name="operation"\r\n\r\nup\r\n' in body


def test_other_methods_send_their_body_as_it_is(client: MakeClient) -> None:
    with RawServer(answering()) as server:
        client().request("PUT", server.url, body=b'{"x":1}', headers={"Content-Type": "application/json"}, write=True)
    assert server.requests[0].startswith(b"PUT /service.php HTTP/1.1\r\n")
    assert server.requests[0].endswith(b'\r\n\r\n{"x":1}')


@pytest.mark.parametrize("status", ["400 Bad Request", "401 No", "404 Not Found", "500 Oops", "503 Later"])
def test_http_statuses_are_left_to_the_vendor(client: MakeClient, status: str) -> None:
    with RawServer(answering(b"", status)) as server:
        assert client().get(server.url, {}).status == int(status[:3])


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_compressed_replies_are_unpacked(client: MakeClient, name: str, pack: Callable[[bytes], bytes]) -> None:
    with RawServer(answering(pack(b"x" * 5000), "200 OK", f"Content-Encoding: {name}")) as server:
        assert client().get(server.url, {}).body == b"x" * 5000


def test_reply_without_length_ends_with_the_connection(client: MakeClient) -> None:
    with RawServer(saying(b"HTTP/1.0 200 OK\r\n\r\nabc")) as server:
        assert client().get(server.url, {}).body == b"abc"


def test_chunked_reply_is_put_together(client: MakeClient) -> None:
    with RawServer(
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
    ) as server:
        assert client().get(server.url, {}).body == b"abc"


def test_wrong_content_type_does_not_matter_here(client: MakeClient) -> None:
    with RawServer(answering(b'{"success":true}', "200 OK", "Content-Type: image/png")) as server:
        assert client().get(server.url, {}).body == b'{"success":true}'


def test_one_connection_serves_many_requests(client: MakeClient) -> None:
    http = client()
    with RawServer(answering()) as server:
        for _ in range(5):
            http.get(server.url, {})
            http.post_form(server.url, {"a": "b"})
    assert server.visits == 1


def test_cookies_are_not_kept(client: MakeClient) -> None:
    http = client()
    with RawServer(answering(b"{}", "200 OK", "Set-Cookie: PHPSESSID=abc; path=/")) as server:
        http.get(server.url, {})
        http.get(server.url, {})
    assert b"cookie" not in server.requests[1].lower()


def test_netrc_is_not_read(client: MakeClient, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="ascii") as file:
        file.write("machine 127.0.0.1 login someone password netrc-secret\n")
    monkeypatch.setenv("NETRC", netrc)
    with RawServer(answering()) as server:
        client().get(server.url, {})
    assert b"authorization" not in server.requests[0].lower()


def test_min_interval_paces_requests(client: MakeClient) -> None:
    http = client(min_interval_ms=60)
    with RawServer(answering()) as server:
        begin = time.monotonic()
        for _ in range(3):
            http.get(server.url, {})
    assert 0.12 <= time.monotonic() - begin < 1


def test_client_is_what_vendors_are_promised() -> None:
    http: Http = HttpClient()
    http.close()
    http.close()


def test_requests_is_imported_with_the_first_request_only() -> None:
    code = "import sys, crmdesk.connectors.wire.http as h; h.HttpClient().close(); print('requests' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_client_works_again_after_close(client: MakeClient) -> None:
    http = client()
    with RawServer(answering()) as server:
        http.get(server.url, {})
        http.close()
        assert http.get(server.url, {}).status == 200


# --- connections that rest


def closing_after_first(visit: Visit) -> None:
    """The first connection is closed after one answer, without announcing it; later ones go on."""
    visit.read()
    visit.reply(b"%d" % visit.number)
    if visit.number > 1:
        while visit.read():
            visit.reply(b"%d" % visit.number)


def reset_on_second_request(visit: Visit) -> None:
    """The first connection answers once and resets when asked again; later ones answer."""
    visit.read()
    visit.reply(b"%d" % visit.number)
    if visit.read():
        if visit.number == 1:
            visit.reset()
        else:
            visit.reply(b"%d" % visit.number)


@pytest.mark.parametrize("script", [closing_after_first, reset_on_second_request])
def test_read_on_a_connection_the_server_gave_up_is_sent_again(client: MakeClient, script: Script) -> None:
    http = client()
    with RawServer(script) as server:
        assert http.get(server.url, {}).body == b"1"
        assert http.get(server.url, {}).body == b"2"


@pytest.mark.parametrize("as_get", [True, False])
def test_write_on_a_connection_the_server_gave_up_is_not_sent_again(client: MakeClient, as_get: bool) -> None:
    http = client()
    with RawServer(reset_on_second_request) as server:
        http.get(server.url, {})
        with pytest.raises(TimedOut) as caught:
            http.request("GET" if as_get else "POST", server.url, params={"operation": "sync"}, write=True)
    assert caught.value.may_be_done
    assert "look at the record before you try again" in caught.value.user_text
    assert len(server.requests) == 2


def test_write_does_not_ride_on_a_connection_that_rested_long(
    client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmdesk.connectors.wire.http._WRITE_REST_S", 0.0)
    http = client()
    with RawServer(reset_on_second_request) as server:
        http.get(server.url, {})
        assert http.post_form(server.url, {}).body == b"2"


def test_read_is_sent_again_once_only(client: MakeClient) -> None:
    def script(visit: Visit) -> None:
        visit.read()
        if visit.number == 1:
            visit.reply()
            visit.read()
        visit.reset()

    http = client()
    with RawServer(script) as server:
        http.get(server.url, {})
        with pytest.raises(TimedOut):
            http.get(server.url, {})
    assert len(server.requests) == 3


# --- secrets, and what cannot be sent


def everything_printed(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))


@pytest.mark.parametrize(
    "said", ["", "garbage {secret}\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na", "HTTP/1.1 {secret}\r\n\r\n"]
)
def test_secrets_are_in_no_error(client: MakeClient, said: str) -> None:
    secret, session, key = token_hex(8), token_hex(8), token_hex(16)
    http = client()
    http.add_secret(secret)
    params = {"sessionName": session, "accessKey": key, "note": secret, "operation": "query"}
    with RawServer(saying(said.format(secret=secret).encode())) as server, pytest.raises(CrmError) as caught:
        http.get(server.url, params)
    shown = everything_printed(caught.value)
    assert not [one for one in (secret, session, key) if one in shown]
    assert "service.php" in caught.value.detail


def test_secrets_are_in_no_error_of_a_server_that_is_not_there(client: MakeClient) -> None:
    session = token_hex(8)
    with pytest.raises(NotReachable) as caught:
        client().get("http://nowhere.invalid/x", {"sessionName": session})
    assert session not in everything_printed(caught.value)


def test_secrets_are_in_no_log(client: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    session = token_hex(8)
    http = client()
    with caplog.at_level("DEBUG"), RawServer(saying(b"HTTP/1.0 200 OK\r\nno header at all\r\n\r\n{}")) as server:
        http.get(server.url, {"sessionName": session})
        http.get(server.url, {"sessionName": session})
    assert session not in caplog.text


def test_address_in_the_reply_is_redacted(client: MakeClient) -> None:
    with RawServer(answering()) as server:
        reply = client().get(server.url, {"sessionName": "5c6023d06b029", "operation": "query"})
    assert "5c6023d06b029" not in repr(reply)
    assert "operation=query" in reply.url


def test_broken_character_is_refused_before_sending(client: MakeClient) -> None:
    with RawServer(answering()) as server:
        with pytest.raises(Invalid):
            client().post_form(server.url, {"name": "half \ud83d"})
        with pytest.raises(Invalid):
            client().get(server.url, {"name": "half \ud83d"})
    assert server.requests == []


@pytest.mark.parametrize("url", ["", "crm.example", "ftp://crm.example", "http://", "https://me:pw123@crm.example/"])
def test_bad_address_is_refused(client: MakeClient, url: str) -> None:
    with pytest.raises(ProfileError) as caught:
        client().get(url, {})
    assert "pw123" not in everything_printed(caught.value)


def test_header_with_a_line_break_is_refused(client: MakeClient) -> None:
    with pytest.raises(ProfileError):
        client().get("http://127.0.0.1:1/", {}, headers={"X-Token": "a\r\nHost: evil"})


def test_header_with_letters_that_cannot_travel_is_refused(client: MakeClient) -> None:
    with pytest.raises(ProfileError, match="Copy it anew"):
        client().get("http://127.0.0.1:1/", {}, headers={"Authorization": "Bearer €"})


def test_secret_in_the_place_of_a_redirect_is_masked(client: MakeClient) -> None:
    http, secret = client(), token_hex(8)
    http.add_secret(secret)
    with RawServer(answering(b"", "302 Found", f"Location: /{secret}/")) as server, pytest.raises(Redirected) as caught:
        http.get(server.url, {})
    assert secret not in everything_printed(caught.value)
    assert "•••" in caught.value.user_text
