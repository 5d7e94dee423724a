# SPDX-License-Identifier: MIT
"""What went wrong while setting up, in one sentence with the next step, from what pip, uv or apt printed."""

from __future__ import annotations

import re

# The first that matches wins: a lost network also ends in "no matching distribution", so the causes come first.
CAUSES = (
    (
        r"No space left on device|ENOSPC|not enough free space|Disk quota",
        "The disk is full. Free about 1 GB and start again.",
    ),
    (
        r"DO NOT MATCH THE HASHES|[Hh]ash mismatch|Hash Sum mismatch",
        "A downloaded package is not the one this version of crmdesk was tested with (its hash differs), so it was not "
        "installed. Start again; if it stays so, a proxy or a mirror alters what it passes on.",
    ),
    (
        r"[Pp]roxy [Aa]uthentication [Rr]equired|proxy authorization required|407 Proxy",
        "The proxy asks for a login. Set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT and start again.",
    ),
    (
        r"ProxyError|Cannot connect to proxy|tunnel error|Tunnel connection failed|Unable to connect to proxy",
        "The proxy cannot be reached. Check HTTPS_PROXY and pip's `proxy` setting, then start again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|invalid peer certificate|UnknownIssuer",
        "The package server's certificate is not trusted here. Behind a company's proxy, set PIP_CERT and SSL_CERT_FILE "
        "to the file with its certificate and start again.",
    ),
    (
        r"Temporary failure (in name resolution|resolving)|Name or service not known|dns error|Could not resolve"
        r"|Network is unreachable|No route to host|Connection (refused|reset|timed out)|[Rr]ead timed out|ConnectTimeout"
        r"|NewConnectionError|Could not connect|tcp connect error|error sending request|client error \(Connect\)"
        r"|Failed to fetch|operation timed out|Unable to fetch",
        "The package server cannot be reached. Check the network (behind a proxy: set HTTPS_PROXY), then start again.",
    ),
    (
        r"No matching distribution found|no matching distribution|has no wheels|no usable wheels|no wheels with a matching",
        "There is no ready-made package for this Python on this system. Python 3.11 to 3.14 on 64-bit Linux "
        "(glibc 2.34 or newer), macOS or Windows works.",
    ),
    (
        r"Unable to locate package|has no installation candidate",
        "This release does not know one of the packages. Enable its main repositories (Ubuntu: also universe) and start "
        "again.",
    ),
    (
        r"Could not get lock|is another process using it|Unable to acquire the dpkg",
        "Another program is installing packages. Wait until it has finished and start again.",
    ),
    (
        r"[Pp]ermission denied|Read-only file system|EACCES|EROFS",
        "This directory cannot be written. Let the one who owns it run: python3 packaging/run.py setup",
    ),
)


class SetupError(Exception):
    """The set-up cannot go on; the text is one clear sentence with the next step.

    Attributes:
        output: all that the failed tool printed; empty where no tool was at fault.
    """

    def __init__(self, sentence: str, output: str = "") -> None:
        super().__init__(sentence)
        self.output = output


def explain(output: str, tool: str) -> str:
    """Return the sentence for what a tool printed; its own last word where we know no better."""
    for pattern, sentence in CAUSES:
        if re.search(pattern, output):
            return sentence
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(error|E:|ERROR|fatal)", line)]
    last = (errors or lines or ["it printed nothing"])[-1]
    return f"{tool} failed: {last}"
