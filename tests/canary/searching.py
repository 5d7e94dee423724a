# SPDX-License-Identifier: MIT
"""Where canaries are searched for: files and what is packed in them, texts, as they are and as what they read as."""

import base64
import contextlib
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote, unquote_plus

Place = tuple[str, int, list[str]]
"""What was searched, how many things there, where something was found."""


def spellings(secret: str) -> set[bytes]:
    """A secret as bytes may hold it."""
    raw = secret.encode()
    texts = {secret, quote(secret, safe=""), quote_plus(secret), escape(secret), json.dumps(secret)[1:-1]}
    coded = {base64.b64encode(raw).rstrip(b"="), base64.urlsafe_b64encode(raw).rstrip(b"="), raw.hex().encode()}
    return {*(text.encode() for text in texts), secret.encode("utf-16-le"), *coded}


def read(data: bytes) -> bytes:
    """Data with what it reads as behind it, whatever mixture of spellings it is written in: decoded to the bare text."""
    text = data.decode("utf-8", "replace")
    ways = [text]
    for _ in range(2):  # one spelling in another
        last = ways[-1]
        last = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), last)
        ways.append(re.sub(r"\\+([/\"'\\\\])", r"\1", unescape(unquote(last))))
    ways.append(unquote_plus(text))
    return data + b"\n" + "\n".join(ways[1:]).encode("utf-8", "replace")


def place(name: str, texts: list[str], secrets: list[str]) -> Place:
    """Search texts."""
    data = [read(text.encode("utf-8", "replace")) for text in texts]
    hits = [
        f"{secret[:12]}… in text {at}"
        for secret in secrets
        for at, one in enumerate(data)
        if any(way in one for way in spellings(secret))
    ]
    return name, len(texts), hits


def _unpacked(path: Path) -> bytes:
    """A file as it is, and what is packed in it."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            data += b"\n".join(archive.read(name) for name in archive.namelist())
    return data


def searched(home: Path, secrets: list[str], commands: list[Place]) -> Iterator[Place]:
    """Search every file below a folder, and this process."""
    known = {secret: spellings(secret) for secret in secrets}
    for folder in sorted(path for path in home.iterdir() if path.is_dir()):
        files = [path for path in folder.rglob("*") if path.is_file()]
        hits = []
        for path in files:
            with contextlib.suppress(OSError):
                data = read(_unpacked(path))
                hits += [
                    f"{secret[:12]}… in {path.relative_to(home)}"
                    for secret, ways in known.items()
                    if any(way in data for way in ways)
                ]
        yield f"files below {folder.name}/", len(files), hits
    yield from commands
    own = [Path("/proc/self/cmdline").read_text("utf-8", "replace")] if sys.platform == "linux" else []
    yield place("this process's arguments", own, secrets)
    yield place("this process's environment", [f"{name}={text}" for name, text in os.environ.items()], secrets)
    if sys.platform != "win32":
        import resource

        soft = resource.getrlimit(resource.RLIMIT_CORE)[0]
        yield "core dumps: the limit in bytes", soft, [] if soft == 0 else ["a crash would write the memory to disk"]
