# SPDX-License-Identifier: MIT
"""A demo server in a process of its own, so that its memory is not the program's; faults are told over HTTP."""

import json
import os
import subprocess
import sys
import urllib.request
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode


class Child:
    """The server, from here. ``accounts``: as the demo tells them."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.serving"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.accounts: list[dict[str, Any]] = json.loads(self._process.stdout.readline())
        self._base = "/".join(self.accounts[0]["url"].split("/")[:3])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def fault(self, kind: str, every: int) -> None:
        """Switch a fault on for each so many answers."""
        self._post(kind=kind, times="always", every=str(every))

    def calm(self) -> None:
        """Switch every fault off."""
        self._post(kind="clear")

    def figures(self) -> dict[str, Any]:
        """{"calls": int, "faults": {kind: int}} since the start."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("figures\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def _post(self, **form: str) -> None:
        with urllib.request.urlopen(f"{self._base}/_faults", urlencode(form).encode(), timeout=10) as reply:
            assert reply.status == 200


def main() -> None:
    """In the child: serve, and tell figures when asked, until the pipe ends."""
    from crmdesk.demo.server import DemoServer

    server = DemoServer(rows=300, control=True, options={"calls_per_minute": None})
    server.faults.delay_ms, server.faults.drip_ms, server.faults.huge_bytes = 700.0, 1.0, 20_000_000
    with server.start():
        print(json.dumps(server.accounts()), flush=True)
        for _ in sys.stdin:
            counts = {str(kind): count for kind, count in server.faults.counts.items()}
            print(json.dumps({"calls": server.calls, "faults": counts}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
