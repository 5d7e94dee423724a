# SPDX-License-Identifier: MIT
"""Keeps the texts of WSDLs in a folder that may vanish at any time. Holds no parameters, no headers, no secrets."""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_MARK = "wsdl 1"
_LONGEST_HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A WSDL's text, the address it came from (without parameters) and when."""

    address: str
    fetched_at: datetime
    body: bytes


def read_kept(folder: str, url: str, params: Mapping[str, str]) -> Kept | None:
    """What is kept for an address; None = nothing, or it is damaged."""
    try:
        head, _, body = _place(folder, url, params).read_bytes().partition(b"\n")
        told = json.loads(head[:_LONGEST_HEAD])
        fetched_at = datetime.fromisoformat(told["fetched_at"])
        if told["mark"] != _MARK or told["sha256"] != hashlib.sha256(body).hexdigest() or fetched_at.tzinfo is None:
            return None
        return Kept(address=str(told["address"]), fetched_at=fetched_at, body=body)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_kept(folder: str, url: str, params: Mapping[str, str], kept: Kept) -> None:
    """Keep a text; where the disk does not want to, nothing is kept and nobody is told."""
    head = {
        "mark": _MARK,
        "address": kept.address,
        "fetched_at": kept.fetched_at.isoformat(),
        "sha256": hashlib.sha256(kept.body).hexdigest(),
    }
    place = _place(folder, url, params)
    made = ""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(prefix=".wsdl-", dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(head).encode() + b"\n" + kept.body)
        os.replace(made, place)
    except OSError:
        with contextlib.suppress(OSError):
            if made:
                os.unlink(made)


def _place(folder: str, url: str, params: Mapping[str, str]) -> Path:
    """The file's name tells nothing of the parameters."""
    key = json.dumps([url, sorted(params.items())])
    return Path(folder) / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.wsdl"
