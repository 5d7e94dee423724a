# SPDX-License-Identifier: MIT
"""The canary's flight ends with nothing found, and what it looks with finds what is there."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canary.flight import ROOT
from tests.canary.searching import searched

SECRET = "Canary-of-the-test-&-ä"


@pytest.mark.slow
def test_no_secret_is_found_anywhere() -> None:
    """In a process of its own: it has a keychain, a home and a window for itself."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.canary"], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "0 hits"


@pytest.mark.parametrize(
    "spelt",
    [
        SECRET.encode(),
        quote(SECRET, safe="").encode(),
        quote(SECRET, safe="&").lower().replace("canary", "Canary").encode(),
        base64.b64encode(SECRET.encode()),
        SECRET.encode("utf-16-le"),
        json.dumps(SECRET).replace("&", "\\u0026").encode(),
    ],
)
def test_a_secret_in_a_file_is_found_however_it_is_spelt(spelt: bytes, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.log").write_bytes(b"before " + spelt + b" behind")
    name, files, hits = next(iter(searched(tmp_path, [SECRET], [])))
    assert (name, files, len(hits)) == ("files below data/", 1, 1)
