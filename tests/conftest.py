# SPDX-License-Identifier: MIT
"""What holds for every test: no screen, no network, no keychain, nobody's home folder, no unexpected warning."""

import asyncio
import gc
import logging
import os
import socket
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTEST_QT_API", "pyside6")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # a test that wants secrets brings its own

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

Result = TypeVar("Result")

# No test fails by the clock: these machines are shared and noisy. `tests.bench` measures.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
RunAsync = Callable[[Coroutine[object, object, Result]], Result]
_done = pytest.StashKey[int]()
_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "allow_log: this test expects log records of WARNING or above")
    gc.disable()


def pytest_collection_finish() -> None:
    """What is there now stays to the end: a collection need not walk through thousands of tests and modules again."""
    gc.collect()
    gc.freeze()


_TESTS_PER_COLLECTION, _TESTS_PER_FREEZE = 10, 100


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Collect garbage here, on the main thread, and nowhere else.

    Left alone the collector runs in whatever thread allocates, a lane's or the demo server's; a widget that dies there
    takes the whole run with it (see crmdesk/ui/collector.py, which keeps it from the program).
    """
    gc.disable()  # a test of the collector gives Python its own way back
    done = item.session.stash[_done] = item.session.stash.get(_done, 0) + 1
    gc.collect(2 if done % _TESTS_PER_COLLECTION == 0 else 0)
    if done % _TESTS_PER_FREEZE == 0:
        gc.freeze()  # modules and caches have come since; what a module's fixtures hold now is the little this keeps


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this computer."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise PermissionError(f"a test tried to reach {address!r}")

    def guarded(self: socket.socket, address: object) -> None:
        check(address)
        connect(self, address)  # type: ignore[arg-type]

    def guarded_ex(self: socket.socket, address: object) -> int:
        check(address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    def guarded_look_up(host: str | bytes | None, *rest: object, **options: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not name.startswith(_LOOPBACK) and name != socket.gethostname():
            raise socket.gaierror(socket.EAI_NONAME, f"a test tried to look up {name!r}")
        return look_up(host, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every folder that a program may write to by itself lies in the test's own place."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("CRMDESK_LANG", "en")  # whatever the developer speaks
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    for name in ("APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home / name.lower()))
    return home


@pytest.fixture(autouse=True)
def _no_unexpected_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A record of WARNING or above fails the test, unless it carries @pytest.mark.allow_log."""
    yield
    if request.node.get_closest_marker("allow_log") is None:
        loud = [
            r.getMessage()
            for when in ("setup", "call")
            for r in caplog.get_records(when)
            if r.levelno >= logging.WARNING
        ]
        assert not loud, f"unexpected log: {loud}"


@pytest.fixture
def run_async(qapp: "QApplication") -> Iterator[Callable[[Coroutine[object, object, Result]], Result]]:
    """Run a coroutine on a qasync loop of the one QApplication; it has 10 seconds."""
    import qasync

    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    def run(work: Coroutine[object, object, Result]) -> Result:
        result: Result = loop.run_until_complete(asyncio.wait_for(work, 10))
        return result

    yield run
    loop.close()
    asyncio.set_event_loop(None)
