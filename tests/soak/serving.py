# SPDX-License-Identifier: MIT
"""A demo server in a process of its own, so that its memory is not the program's; it is told about faults by a pipe."""

import json
import os
import subprocess
import sys
from threading import Lock
from types import TracebackType
from typing import Any, Self


class Child:
    """The server, from here. ``accounts``: as the demo tells them."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.serving"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._turn = Lock()
        self.accounts: list[dict[str, Any]] = json.loads(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def fault(self, kind: str, every: int) -> None:
        """Switch a fault on for each so many answers."""
        self._ask(kind=kind, every=every)

    def calm(self) -> None:
        """Switch every fault off."""
        self._ask(calm=True)

    def figures(self) -> dict[str, Any]:
        """{"calls": int, "faults": {kind: int}} since the start."""
        return self._ask()

    def _ask(self, **what: object) -> dict[str, Any]:
        """Not over the network, where the faults are."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()
            told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


def main() -> None:
    """In the child: serve, and tell figures when asked, until the pipe ends."""
    from crmdesk.demo.server import DemoServer

    server = DemoServer(rows=300, options={"calls_per_minute": None})
    server.faults.delay_ms, server.faults.drip_ms, server.faults.huge_bytes = 700.0, 1.0, 20_000_000
    with server.start():
        print(json.dumps(server.accounts()), flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            if asked.get("calm"):
                server.faults.clear()
            elif asked:
                server.faults.add(asked["kind"], None, every=asked["every"])
            counts = {str(kind): count for kind, count in server.faults.counts.items()}
            print(json.dumps({"calls": server.calls, "faults": counts}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
