# SPDX-License-Identifier: MIT
"""Tests of packaging/failures.py on what pip 23 and 26, uv 0.13 and apt 2.6 really printed (provoked on 2026-11-22)."""

from __future__ import annotations

import pytest
from failures import explain

PIP_NO_NETWORK = """\
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by \
'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f872c512c10>: Failed to establish a \
new connection: [Errno -3] Temporary failure in name resolution')': /simple/certifi/
ERROR: Could not find a version that satisfies the requirement certifi==2026.10.18 (from versions: none)
ERROR: No matching distribution found for certifi==2026.10.18
"""
UV_NO_NETWORK = """\
error: Request failed after 3 retries in 4.8s
  cause: Failed to fetch: https://example.org/simple/qtpy/
  cause: client error (Connect)
  cause: dns error
"""
APT_NO_NETWORK = """\
W: Failed to fetch http://example.org/debian/dists/bookworm/InRelease  Temporary failure resolving 'example.org'
W: Some index files failed to download. They have been ignored, or old ones used instead.
"""
PIP_HASH = """\
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, ...
"""
UV_HASH = """\
error: Failed to download `certifi==2026.10.18`
  cause: Hash mismatch for `certifi==2026.10.18`
"""
PIP_DISK = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
UV_DISK = """\
error: Failed to install: secretstorage-3.5.0-py3-none-any.whl (secretstorage==3.5.0)
  cause: failed to copy file from a to b: No space left on device (os error 28)
"""
PIP_PROXY_LOGIN = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.', \
OSError('Tunnel connection failed: 407 Proxy Authentication Required'))': /simple/certifi/
ERROR: No matching distribution found for certifi==2026.10.18
"""
UV_PROXY_LOGIN = """\
error: Request failed after 3 retries in 5.8s
  cause: Failed to fetch: https://example.org/simple/pyside6-essentials/
  cause: client error (Connect)
  cause: tunnel error: proxy authorization required
"""
PIP_PROXY_DOWN = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.', \
NewConnectionError('... Failed to establish a new connection: [Errno 111] Connection refused'))': /simple/certifi/
ERROR: No matching distribution found for certifi==2026.10.18
"""
UV_PROXY_DOWN = """\
error: Request failed after 3 retries in 4.9s
  cause: Failed to fetch: https://example.org/simple/idna/
  cause: tunnel error: failed to create underlying connection
  cause: tcp connect error
  cause: Connection refused (os error 111)
"""
PIP_NO_WHEEL = """\
ERROR: Could not find a version that satisfies the requirement PySide6-Essentials==6.12.0 (from versions: none)
ERROR: No matching distribution found for PySide6-Essentials==6.12.0
"""


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (PIP_NO_NETWORK, "The package server cannot be reached."),
        (UV_NO_NETWORK, "The package server cannot be reached."),
        (APT_NO_NETWORK, "The package server cannot be reached."),
        (PIP_HASH, "A downloaded package is not the one"),
        (UV_HASH, "A downloaded package is not the one"),
        (PIP_DISK, "The disk is full."),
        (UV_DISK, "The disk is full."),
        (PIP_PROXY_LOGIN, "The proxy asks for a login."),
        (UV_PROXY_LOGIN, "The proxy asks for a login."),
        (PIP_PROXY_DOWN, "The proxy cannot be reached."),
        (UV_PROXY_DOWN, "The proxy cannot be reached."),
        (PIP_NO_WHEEL, "There is no ready-made package for this Python"),
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
            "The package server's certificate is not trusted",
        ),
        ("cause: invalid peer certificate: UnknownIssuer", "The package server's certificate is not trusted"),
        ("E: Unable to locate package libxcb-cursor0", "This release does not know one of the packages."),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend.", "Another program is installing packages."),
        ("[Errno 13] Permission denied: '.venv'", "This directory cannot be written."),
    ],
)
def test_what_the_tools_print_becomes_one_sentence(output: str, sentence: str) -> None:
    said = explain(output, "pip")
    assert said.startswith(sentence)
    assert "\n" not in said


def test_the_unknown_is_told_in_the_tools_own_last_words() -> None:
    assert explain("working\nerror: the moon is full\n  hint: wait\n", "uv") == "uv failed: error: the moon is full"
    assert explain("one\ntwo\n", "apt-get") == "apt-get failed: two"
    assert explain("", "pip") == "pip failed: it printed nothing"
