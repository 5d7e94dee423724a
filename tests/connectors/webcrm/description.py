# SPDX-License-Identifier: MIT
"""The vendor's description of its API as a judge: each request is held against it by a library that is not ours."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.connectors.webcrm.support import URL, Sent

FILE = Path(__file__).resolve().parents[4] / "shared" / "vendors" / "webcrm-openapi.json"
needs_description = pytest.mark.skipif(not FILE.exists(), reason="the vendor's description is not on this machine")


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """As it lies there."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def operation_ids() -> dict[str, str]:
    """operationId -> "VERB /path" of all 270 operations."""
    return {
        told["operationId"]: f"{verb.upper()} {path}"
        for path, verbs in description()["paths"].items()
        for verb, told in verbs.items()
    }


@lru_cache(maxsize=1)
def judge() -> Any:
    """The validator. Where the vendor's own document shows another form than the description does, both count:
    the login's form is declared multipart and shown urlencoded; that every client since 2020 sends the latter, and
    that a login carries no token yet, is written nowhere in it."""
    from openapi_core import OpenAPI

    known = json.loads(FILE.read_text(encoding="utf-8"))
    login = known["paths"]["/Auth/ApiLogin"]["post"]
    content = login["requestBody"]["content"]
    content["application/x-www-form-urlencoded"] = content["multipart/form-data"]
    content["application/x-www-form-urlencoded"]["schema"]["required"] = ["authCode"]
    login.setdefault("security", [])
    return OpenAPI.from_dict(known)


class Judged:
    """A sent request in the library's form."""

    def __init__(self, sent: Sent) -> None:
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        self.host_url = URL
        self.path = unquote(sent.path)
        self.full_url_pattern = URL + sent.path
        self.method = sent.verb.lower()
        headers: Mapping[str, str] = sent.headers
        self.content_type = headers.get("Content-Type", "")
        self.body: bytes | None = sent.body
        if sent.form is not None:
            from urllib.parse import urlencode

            self.content_type, self.body = "application/x-www-form-urlencoded", urlencode(sent.form).encode()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(dict(sent.params)),
            header=Headers(dict(headers)),
            cookie=ImmutableMultiDict(),
            path={},
        )


def hold_against(sent: Sent) -> str:
    """Raise where the description does not allow a request; else its operationId."""
    request = Judged(sent)
    judge().validate_request(request)
    found = judge().unmarshal_request(request)
    assert not found.errors, (str(sent), found.errors)
    _no_unknown_parameters(sent)
    return operation_of(sent)


def _no_unknown_parameters(sent: Sent) -> None:
    path, verb = operation_ids()[operation_of(sent)].split(" ")[1], sent.verb.lower()
    told = {p["name"] for p in description()["paths"][path][verb].get("parameters", []) if p["in"] == "query"}
    assert set(sent.params) <= told, (str(sent), set(sent.params) - told)


def operation_of(sent: Sent) -> str:
    """The operationId of a request: its path's fixed words count more than its parameters."""
    parts = sent.path.strip("/").split("/")
    best = ("", -1)
    for name, one in operation_ids().items():
        verb, path = one.split(" ")
        wanted = path.strip("/").split("/")
        if verb != sent.verb or len(wanted) != len(parts):
            continue
        if all(w.startswith("{") or w == p for w, p in zip(wanted, parts, strict=True)):
            fixed = sum(not w.startswith("{") for w in wanted)
            best = max(best, (name, fixed), key=lambda pair: pair[1])
    assert best[0], str(sent)
    return best[0]
