# SPDX-License-Identifier: MIT
"""The window's start with five copied accounts and every server dead: it refuses, or takes calls and never answers."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.bench.children import Children
from tests.bench.table import Line, at_most, spread, told
from tests.demo_process import demo_accounts

_BOUND_MS = 3000


def figures(children: Children, rows: int, rounds: int) -> Iterator[Line]:
    """Copy while the server lives, then start on each account in turn."""
    folder = children.folder / "dead"
    folder.mkdir()
    more: dict[str, Any] = {
        "CRMDESK_CONFIG_DIR": str(folder),
        "CRMDESK_DATA_DIR": str(folder / "data"),
        "BENCH_KEYCHAIN": str(folder / "keys.json"),
        "PYTHON_KEYRING_BACKEND": "tests.bench.file_keychain.FileKeychain",
    }
    with demo_accounts("--rows", str(rows), environ=children.environment("offscreen")) as accounts:
        port = urlsplit(str(accounts[0]["url"])).port or 0
        copied = children.run("dead_child", "copy", json.dumps(accounts), **more)
    yield told("copied for the starts without a server", ", ".join(f"{name} {n:,} rows" for name, n in copied.items()))
    for how, server in (("refuses", contextlib.nullcontext()), ("is silent", silent(port))):
        with server:
            runs = {name: [children.run("dead_child", "start", name, **more) for _ in range(rounds)] for name in copied}
        every = [run for of_account in runs.values() for run in of_account]
        worst = max(every, key=lambda run: run["rows"])
        name = next(name for name, of_account in runs.items() if worst in of_account)
        note = f"{spread([run['rows'] for run in every])}, worst {name} with {worst['read']} rows"
        note += f"; processor time {spread([run.get('cpu', 0) for run in every])}"
        note += f"; longest stall {max(run.get('stall', 0) for run in every):.0f} ms"
        yield at_most(f"last workspace and its rows, every server {how}", worst["rows"], _BOUND_MS, "ms", note)


@contextlib.contextmanager
def silent(port: int) -> Iterator[None]:
    """A server that takes every call and never answers."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", port)) as listener:

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    kept.append(listener.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for one in kept:
                one.close()
