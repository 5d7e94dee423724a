# SPDX-License-Identifier: MIT
"""The demo server as a process of its own, for benches and soaks."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


@contextmanager
def demo_server(*words: str, environ: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """Run ``crmdesk demo-server`` with these words; gives its first account as it prints it.

    Args:
        environ: of the process; None = as ours.
    """
    with demo_accounts(*words, environ=environ) as accounts:
        yield accounts[0]


@contextmanager
def demo_accounts(*words: str, environ: Mapping[str, str] | None = None) -> Iterator[list[dict[str, Any]]]:
    """The same; gives an account of every vendor."""
    command = [sys.executable, "-m", "crmdesk", "demo-server", *words]
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            accounts: list[dict[str, Any]] = json.loads(line)["accounts"]
            yield accounts
        finally:
            process.terminate()
