# SPDX-License-Identifier: MIT
"""Makes `.venv` and fills it with what packaging/requirements/ pins: with uv if it is there or can be had, else with pip.

Nothing here is needed by a start whose set-up is complete. The way an interrupted set-up heals: the stamp names no lock
while work goes on; the next start finds that and, where `.venv` is ours, makes it anew. An environment that somebody
else made is filled in place and never cleared.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import machine
import stamp
from failures import SetupError, explain
from pipsettings import uv_environ

__all__ = ["SetupError", "install", "prepare"]

NEEDED_BYTES = 600_000_000
# Imported once after the set-up: what a missing system library would break.
PROBE = "import PySide6.QtWidgets, PySide6.QtNetwork, PySide6.QtSvg, requests, keyring, qasync"


def prepare(root: str, profile: str, window: bool) -> None:
    """Bring the machine and `.venv` to where the profile can start; quick where little is missing.

    Args:
        root: the checkout.
        profile: "run" or "test".
        window: whether a window will open, so that its libraries are needed too.

    Raises:
        SetupError: with one sentence that says what to do.
    """
    began = time.monotonic()
    machine.provide(profile, window)
    try:
        with _alone(root):
            if not stamp.is_ready(root, profile, window=False):
                _say(f"Setting crmdesk up in {stamp.environment_path(root)} (once; about a minute) ...")
                _fill_or_keep_the_output(root, profile)
            found = stamp.read(root)
            if found is not None:
                stamp.write(root, {**found, "window": found["window"] or window})
    except PermissionError as error:
        raise SetupError(explain("Permission denied", "Python")) from error
    except OSError as error:
        raise SetupError(explain(str(error), "Python")) from error
    _say(f"Set up in {time.monotonic() - began:.0f} s.")


def _fill_or_keep_the_output(root: str, profile: str) -> None:
    """Fill the environment; where a tool fails, keep what it printed for whoever has to find out why."""
    try:
        _fill(root, profile)
    except SetupError as error:
        if not error.output:
            raise
        path = os.path.join(stamp.environment_path(root), "crmdesk-setup.log")
        with open(path, "w", encoding="utf-8") as file:
            file.write(error.output)
        raise SetupError(f"{error} (All that was printed: {path})") from error


def _fill(root: str, profile: str) -> None:
    """Make the environment where needed, install the pinned packages, try them, leave the stamp."""
    _see_to_space(root)
    ours = _make_environment(root)
    python = stamp.environment_python(root)
    note = stamp.Stamp(ours=ours, locks={}, python=os.path.realpath(python), checkout=root, window=False)
    stamp.write(root, note)
    lock = stamp.lock_path(root, profile)
    count = _pins(lock)
    _say(f"Installing {count} packages, each checked against its hash ...")
    install(root, python, lock)
    _point_at_checkout(root, python)
    _try_out(python)
    profiles = ("run", "test") if profile == "test" else ("run",)  # the pins of "test" include those of "run"
    stamp.write(root, {**note, "locks": {name: stamp.lock_hash(root, name) for name in profiles}})


def _make_environment(root: str) -> bool:
    """See that `.venv` holds a Python that runs; return whether it is ours (and so may be made anew).

    Raises:
        SetupError: somebody else's environment does not work, or none could be made.
    """
    place = stamp.environment_path(root)
    note = stamp.read(root)
    exists = os.path.lexists(place)
    ours = not exists or (note is not None and note["ours"])
    # Ours and complete, only the pins changed: fill it in place. Ours and interrupted, moved or broken: make it anew.
    reusable = note is not None and bool(note["locks"]) and note["checkout"] == root
    works = exists and _version(stamp.environment_python(root)) >= (3, 11)
    if exists and works and (reusable or not ours):
        return ours
    if exists and not ours:
        raise SetupError(
            f"{place} is there but holds no Python 3.11 or newer that runs. Remove or rename it, then start again."
        )
    if exists:
        shutil.rmtree(place)
    os.makedirs(place)
    # Written before anything else is there, so that an interruption leaves something we know for ours.
    stamp.write(root, stamp.Stamp(ours=True, locks={}, python="", checkout=root, window=False))
    pip = ["--without-pip"] if _uv(stamp.environment_python(root)) else []
    _run([sys.executable, "-m", "venv", *pip, place], "Python's venv")
    return True


def install(root: str, python: str, lock: str) -> None:
    """Install one requirement file for a Python: with uv where there is one, with pip where it is not to be had or fails.

    Raises:
        SetupError: neither can, or the installation failed.
    """
    options = ["--require-hashes", "--only-binary", ":all:", "-r", lock]
    uv = _uv(python) or _fetch_uv(root, python)
    trouble = SetupError("Neither uv nor pip is to be had; install python3-venv and start again.")
    if uv:
        try:
            _run([uv, "pip", "install", "--quiet", "--python", python, *options], "uv", uv_environ(os.environ))
        except SetupError as error:
            trouble = error
        else:
            return
    if not _has_pip(python):
        raise trouble
    _run([python, "-m", "pip", "install", "--no-input", "--quiet", *options], "pip", _pip_environ())


def _fetch_uv(root: str, python: str) -> str | None:
    """Put uv into the environment with pip: it halves the time of all that follows. None where that fails."""
    if not _has_pip(python):
        return None
    lock = stamp.lock_path(root, "uv")
    options = ["--require-hashes", "--only-binary", ":all:", "-r", lock]
    # One more try at most: where the network is down, pip's own attempt afterwards finds that out anyway.
    command = [python, "-m", "pip", "install", "--no-input", "--quiet", "--retries", "1", *options]
    with contextlib.suppress(SetupError):
        _run(command, "pip", _pip_environ())
    return _uv(python)


def _uv(python: str) -> str | None:
    """Return a uv that runs: the one beside the Python, else the one on the path; None where there is none."""
    beside = os.path.join(os.path.dirname(python), "uv")
    for found in (shutil.which(beside), shutil.which("uv")):
        if found and subprocess.run([found, "--version"], capture_output=True).returncode == 0:
            return found
    return None


def _has_pip(python: str) -> bool:
    """Tell whether the environment has pip, or can unpack the one that Python carries inside."""
    if subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return True
    return subprocess.run([python, "-m", "ensurepip"], capture_output=True).returncode == 0


def _pip_environ() -> dict[str, str]:
    """Return the environment for pip: the user's settings stay, but for those that send packages elsewhere."""
    environ = {
        name: value for name, value in os.environ.items() if name not in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
    }
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    environ["PIP_USER"] = "0"
    environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    return environ


def _point_at_checkout(root: str, python: str) -> None:
    """Let the environment find crmdesk in the checkout from every working directory; nothing is copied or built."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = _run([python, "-I", "-c", ask], "Python").strip().splitlines()[-1]
    with open(os.path.join(packages, "crmdesk-checkout.pth"), "w", encoding="utf-8") as file:
        file.write(root + "\n")
    _write_command(os.path.dirname(python))


def _write_command(folder: str) -> None:
    """Put a ``crmdesk`` command beside the environment's Python, as an installed program would have."""
    if os.name == "nt":
        with open(os.path.join(folder, "crmdesk.cmd"), "w", encoding="utf-8") as file:
            file.write('@"%~dp0python.exe" -m crmdesk %*\n')
        return
    path = os.path.join(folder, "crmdesk")
    with open(path, "w", encoding="utf-8") as file:
        file.write('#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m crmdesk "$@"\n')
    os.chmod(path, 0o755)


def _try_out(python: str) -> None:
    """Import what the system could break.

    Raises:
        SetupError: a shared library is missing, or the packages do not load.
    """
    done = subprocess.run([python, "-c", PROBE], capture_output=True, text=True)
    if done.returncode == 0:
        return
    library = re.search(r"ImportError: (\S+): cannot open shared object file", done.stderr)
    if library:
        raise SetupError(
            f"Qt needs {library[1]}, which this system lacks. Install the package that holds it and start again."
        )
    raise SetupError(explain(done.stderr, "Loading the installed packages"), done.stderr)


def _see_to_space(root: str) -> None:
    """Say so before the download, not after it, where the disk is too full."""
    free = shutil.disk_usage(root).free
    if free < NEEDED_BYTES:
        raise SetupError(
            f"The disk is nearly full: {free // 1_000_000} MB free, {NEEDED_BYTES // 1_000_000} MB needed in {root}. "
            "Free some space and start again."
        )


def _pins(lock: str) -> int:
    """Return how many packages a requirement file names (those of other systems included)."""
    with open(lock, encoding="utf-8") as file:
        return sum(1 for line in file if re.match(r"[A-Za-z0-9]", line))


def _version(python: str) -> tuple[int, int]:
    """Return the (major, minor) of a Python; (0, 0) where it does not run."""
    try:
        asked = [python, "-I", "-c", "import sys; print(*sys.version_info[:2])"]
        major, minor = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, ValueError, subprocess.CalledProcessError):
        return (0, 0)
    return int(major), int(minor)


def _run(command: list[str], tool: str, environ: dict[str, str] | None = None) -> str:
    """Run a step quietly and return what it printed.

    Raises:
        SetupError: it failed; the sentence comes from what it printed.
    """
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ
    )
    if done.returncode:
        raise SetupError(explain(done.stdout, tool), f"{' '.join(command)}\n{done.stdout}")
    return done.stdout


@contextlib.contextmanager
def _alone(root: str) -> Iterator[None]:
    """Keep a second start out until this one has finished setting up; the system frees the lock if we die."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with open(os.path.join(root, "packaging", "run.py"), "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another start is setting up; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
