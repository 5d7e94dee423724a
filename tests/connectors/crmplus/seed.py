# SPDX-License-Identifier: MIT
"""Reads the vendor's document: per operation its verb, its example requests and its example replies, slips mended."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from tests.beside import beside

HEADINGS = (
    "Getchallenge Login Create Retrieve Update Delete Sync Query Listtypes Describe GetAccessList Updateaccess "
    "ChangePassword DeleteUser UploadDocument AddRelatedRecord GetAllRelations GetRelatedRecords AddLineItems "
    "GetLineItems UpdateLineItem DeleteLineItem GetStreamProperties GetStreamData Logout"
)
_URL = re.compile(r"https?://[^'\"]*")
_DATA = re.compile(r"-d '([^']*)'")


@dataclass(frozen=True, slots=True)
class Request:
    """One curl line. ``in_url``: its parameters travel in the URL."""

    parameters: Mapping[str, str]
    in_url: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One operation of the document."""

    name: str
    verb: str
    requests: tuple[Request, ...]
    replies: tuple[str, ...]

    def result(self, number: int = 0) -> Any:
        """What an example reply holds."""
        return json.loads(self.replies[number])["result"]


@lru_cache(maxsize=1)
def sections() -> Mapping[str, Section]:
    """Every operation by the document's heading."""
    folder = beside("seeds")
    text = next(folder.glob("001_*.txt")).read_text(encoding="utf-8")
    lines = text.splitlines()
    starts = [(lines.index(name), name) for name in HEADINGS.split()]
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    return {name: _section(name, lines[start:end]) for (start, name), end in zip(starts, ends, strict=True)}


def _section(name: str, lines: list[str]) -> Section:
    verb = next(line.partition(":")[2].strip() for line in lines if line.startswith("HTTP-Type"))
    requests, replies = [], []
    for block in "\n".join(lines).split("\n\n"):
        stripped = block.strip()
        if stripped.startswith("curl"):
            requests.append(_request(stripped))
        elif stripped.startswith("{"):
            replies.append(mended(stripped))
    return Section(name, verb, tuple(requests), tuple(replies))


def _request(text: str) -> Request:
    sent = [part for part in _DATA.findall(text) if part]
    url = _URL.findall(text)[0]
    raw = "&".join(sent) if sent else url.partition("?")[2]
    pairs = (part.partition("=") for part in raw.split("&"))
    return Request({key: unquote(value) if not sent else value for key, _, value in pairs}, not sent)


def mended(text: str) -> str:
    """JSON of the document's near-JSON: "..." is left out, commas that are missing or too many are put right."""
    kept = [line for line in text.splitlines() if line.strip().rstrip(",") != '"..."']
    joined = "\n".join(kept)
    joined = re.sub(r'(["\d}\]]|true|false|null)(\s*\n\s*)(?=")', r"\1,\2", joined)
    joined = re.sub(r",(\s*[}\]])", r"\1", joined)
    joined = re.sub(r",\s*,", ",", joined)
    missing = joined.count("{") - joined.count("}")
    joined += "}" * missing
    json.loads(joined)
    return joined
