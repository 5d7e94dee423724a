# SPDX-License-Identifier: MIT
"""Recorder: every exchange becomes one line, without secrets."""

import json
from pathlib import Path

import pytest

from crmdesk.connectors.port import Http
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.connectors.wire.recorder import Recorder
from crmdesk.domain.errors import NotReachable
from tests.connectors.wire.rawserver import RawServer, Visit


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def answering(visit: Visit) -> None:
    while visit.read():
        visit.reply('{"sessionName":"5c60","city":"Jyväskylä"}'.encode(), "200 OK", "Set-Cookie: a=b")


def test_exchanges_are_written_in_the_shape_of_the_recordings(tmp_path: Path) -> None:
    file = tmp_path / "auth.jsonl"
    http: Http = Recorder(HttpClient(proxy=""), file)
    assert isinstance(http, Recorder)
    with RawServer(answering) as server:
        http.note = "challenge"
        assert http.get(server.url, {"operation": "getchallenge"}).status == 200
        http.note = "login"
        http.post_form(server.url, {"operation": "login", "accessKey": "0ce7"}, headers={"X-A": "b"})
        http.close()
    first, second = lines(file)
    assert list(first) == [
        "note",
        "method",
        "url",
        "request_headers",
        "request_body",
        "status",
        "response_headers",
        "response_body",
        "ms",
    ]
    assert first["note"] == "challenge"
    assert first["url"] == f"{server.url}?operation=getchallenge"
    assert first["request_body"] is None
    assert first["response_body"] == '{"sessionName":"•••","city":"Jyväskylä"}'
    assert second["method"] == "POST"
    assert second["request_body"] == "operation=login&accessKey=•••"
    assert second["request_headers"] == {"X-A": "b"}
    headers = second["response_headers"]
    assert isinstance(headers, dict)
    assert headers["Set-Cookie"] == "•••"


def test_secrets_are_masked_wherever_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    http = Recorder(HttpClient(proxy=""), file)
    http.add_secret("hush-hush")
    with RawServer(answering) as server:
        http.get(server.url + "?a=1", {"b": "hush-hush"}, headers={"Authorization": "Bearer t", "X-B": "hush-hush"})
        http.post_form(server.url, {}, files={"f": ("hush-hush.txt", b"hush-hush", "text/plain")})
        http.close()
    written = file.read_text(encoding="utf-8")
    assert "hush-hush" not in written
    assert "Bearer t" not in written
    assert http.redacted("hush-hush") == "•••"


def test_binary_replies_are_kept(tmp_path: Path) -> None:
    def binary(visit: Visit) -> None:
        visit.read()
        visit.reply(b"\xff\x00")

    http = Recorder(HttpClient(proxy=""), tmp_path / "x.jsonl")
    with RawServer(binary) as server:
        http.get(server.url, {})
        http.close()
    assert lines(tmp_path / "x.jsonl")[0]["response_body_base64"] == "/wA="


def test_exchange_without_reply_is_written_too(tmp_path: Path) -> None:
    http = Recorder(HttpClient(proxy=""), tmp_path / "x.jsonl")
    http.abort()
    with pytest.raises(NotReachable):
        http.get("http://nowhere.invalid/", {"sessionName": "5c60"})
    (line,) = lines(tmp_path / "x.jsonl")
    assert line["status"] is None
    assert str(line["error"]).startswith("NotReachable: There is no server named nowhere.invalid")


def test_any_verb_is_passed_on_and_written(tmp_path: Path) -> None:
    file = tmp_path / "verbs.jsonl"
    http: Http = Recorder(HttpClient(proxy=""), file)
    with RawServer(answering) as server:
        told = {"Content-Type": "application/json"}
        http.request("PUT", server.url, params={"a": "b"}, body='{"x":"ö"}'.encode(), headers=told, write=True)
        http.request("POST", server.url, body=b"\xff\xfe", write=True)
        http.close()
    first, second = lines(file)
    assert first["method"] == "PUT"
    assert first["url"] == f"{server.url}?a=b"
    assert first["request_body"] == '{"x":"ö"}'
    assert second["request_body"] == "[2 bytes]"
