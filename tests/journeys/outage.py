# SPDX-License-Identifier: MIT
"""A server that goes and comes back, for journeys: nobody answers at its address, or somebody takes the call and says nothing."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from crmdesk.connectors.port import Connector
from crmdesk.demo.server import DemoServer
from crmdesk.engine.session import AccountSession
from crmdesk.ui.copies.reach import Standing
from crmdesk.ui.table.table_tab import TableTab
from tests.journeys.program import PATIENCE_S, Program, until


@contextlib.contextmanager
def steady(rows: int = 60) -> Iterator[DemoServer]:
    """A server that comes back at the address it had."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = DemoServer(port=port, rows=rows).start(warm=False)
    try:
        yield server
    finally:
        server.stop()


class Outage:
    """The time without a server.

    Args:
        server: one of ``steady``; it stops now. silent: its address still takes calls, and never answers.
    """

    def __init__(self, server: DemoServer, *, silent: bool = False) -> None:
        self._server, port = server, server.port
        server.stop()
        self._mute = _Mute(port) if silent else None

    def end(self) -> None:
        """The same server with the same records at the same address."""
        if self._mute is not None:
            self._mute.close()
        self._server.start(warm=False)

    async def ended(self, p: Program) -> None:
        """It is back, and the person presses F5."""
        self.end()
        p.window.messages.clear()
        p.keys("F5")
        await until(lambda: p.space.copies.reach.standing is Standing.ONLINE, PATIENCE_S)


class _Mute:
    """Takes every call at a port and holds it."""

    def __init__(self, port: int) -> None:
        self._door = socket.socket()
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._door.bind(("127.0.0.1", port))
        self._door.listen(64)
        self._held: list[socket.socket] = []
        self._thread = threading.Thread(target=self._hold, name="mute", daemon=True)
        self._thread.start()

    def _hold(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._held.append(self._door.accept()[0])

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(2)
        for one in self._held:
            one.close()


async def copied(p: Program, *names: str) -> None:
    """These modules are copied, whole."""
    copying = p.space.copies.copying
    copying.update([one.name for one in p.space.modules if one.name in names])
    await until(lambda: not copying.busy, PATIENCE_S)
    states = [p.account.mirror.known.state(m.name) for m in p.space.modules if m.name in names]
    assert len(states) == len(names)
    assert all(state is not None and state.complete for state in states)


async def noticed(p: Program, patience_s: float = PATIENCE_S) -> TableTab:
    """The person presses F5 and the window finds out that nobody answers; the table shows the copy."""
    tab = p.tab
    p.keys("F5")
    await until(lambda: p.space.offline.isVisible(), patience_s)
    await until(lambda: tab.rows.view is not None and tab.rows.view.complete, PATIENCE_S)
    await until(lambda: not p.space.copies.copying.busy, PATIENCE_S)
    return tab


def counting(p: Program, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many questions are put to the server from now on; those of the watch over it do not count."""
    asked: list[object] = []
    ask = AccountSession.ask

    async def noted(session: AccountSession, work: Callable[[Connector], object]) -> object:
        asked.append(work)
        return await ask(session, work)

    monkeypatch.setattr(AccountSession, "ask", noted)
    return lambda: len(asked)
