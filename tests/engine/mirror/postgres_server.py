# SPDX-License-Identifier: MIT
"""A PostgreSQL server of the test run's own, where it is installed: in a temporary folder, on a port of its own."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

_PATIENCE_S = 30
_USER, _DATABASE = "reports", "copies"


@dataclass(frozen=True, slots=True)
class Served:
    """Where it is and how to get in."""

    address: str
    password: str


def _tool(name: str) -> str | None:
    """A program of PostgreSQL's; Debian keeps them in a folder of their version's."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((str(folder / name) for folder in folders if (folder / name).exists()), shutil.which(name))


def _other_user() -> str | None:
    """Whom to run as: the server refuses to be root."""
    if os.geteuid() != 0:
        return ""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """The server, until the end; the test is skipped with the reason where there can be none."""
    if not hasattr(os, "geteuid"):
        pytest.skip("the test starts a server on systems with users only")
    initdb, postgres, user = _tool("initdb"), _tool("postgres"), _other_user()
    if initdb is None or postgres is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    if user is None:
        pytest.skip("PostgreSQL does not run as root, and there is no other user")
    for above in folder.parents:  # another user must be able to come here
        if user and not above.stat().st_mode & 0o001:
            folder = Path(tempfile.mkdtemp(prefix="crmdesk-postgres-"))
            break
    folder.mkdir(parents=True, exist_ok=True)
    password, data, key = secrets.token_hex(12), folder / "data", folder / "key"
    key.write_text(password)
    if user:
        shutil.chown(folder, user)
        shutil.chown(key, user)
    as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    command = [
        initdb,
        "-D",
        str(data),
        "-U",
        _USER,
        f"--pwfile={key}",
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    done = subprocess.run([*command, "--no-sync"], capture_output=True, text=True, check=False, cwd="/", **as_user)  # type: ignore[call-overload]
    if done.returncode:
        pytest.skip(f"PostgreSQL's initdb does not work here: {done.stderr.strip()[-200:]}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-c", "fsync=off"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([postgres, "-D", str(data), *options], stdout=log, stderr=log, cwd="/", **as_user)  # type: ignore[call-overload]
        try:
            _wait(port, password)
            yield Served(f"postgresql://{_USER}@127.0.0.1:{port}/{_DATABASE}", password)
        finally:
            server.terminate()
            server.wait(_PATIENCE_S)
            shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, password: str) -> None:
    import psycopg

    until = monotonic() + _PATIENCE_S
    while True:
        try:
            with psycopg.connect(
                f"host=127.0.0.1 port={port} user={_USER} dbname=postgres", password=password, autocommit=True
            ) as db:
                db.execute(f"CREATE DATABASE {_DATABASE}")
                return
        except psycopg.OperationalError:
            if monotonic() > until:
                raise
            sleep(0.1)
