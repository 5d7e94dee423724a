# SPDX-License-Identifier: MIT
"""Exchanges with real servers, where they lie beside the checkout."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.beside import SHARED


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded request and its reply; `sent` are the parameters of URL and form."""

    note: str
    method: str
    sent: dict[str, str]
    status: int
    body: str

    @property
    def envelope(self) -> dict[str, Any] | None:
        """The decoded reply, None where it is no JSON."""
        try:
            envelope: dict[str, Any] = json.loads(self.body)
        except ValueError:
            return None
        return envelope

    @property
    def verdict(self) -> object:
        """True for success, the error's code, or the HTTP status where the reply is no JSON."""
        envelope = self.envelope
        if envelope is None:
            return self.status
        return True if envelope["success"] else envelope["error"]["code"]


def exchanges(folder: str, name: str) -> list[Exchange]:
    """Return the exchanges of one file; skip the test where the recordings are absent."""
    path = SHARED / "wire" / folder / f"{name}.jsonl"
    if not path.exists():
        pytest.skip("the recordings of real servers are not beside this checkout")
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        body = entry["request_body"]
        sent = dict(parse_qsl(urlsplit(entry["url"]).query, keep_blank_values=True, errors="surrogateescape"))
        if isinstance(body, str):
            sent |= dict(parse_qsl(body, keep_blank_values=True, errors="surrogateescape"))
        out.append(
            Exchange(entry.get("note") or "", entry["method"], sent, entry["status"], entry["response_body"] or "")
        )
    return out


def sentence_of_the_document(text: str) -> str:
    """Return the vendor's document if it holds `text`; skip where it is absent, fail where it does not hold it."""
    path = SHARED / "seeds" / "001_5f0e7a63f421b88a.txt"
    if not path.exists():
        pytest.skip("the vendor's document is not beside this checkout")
    document = path.read_text(encoding="utf-8")
    assert text in document
    return document
