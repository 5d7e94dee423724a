# SPDX-License-Identifier: MIT
"""Freezes crmdesk with its Python and Qt into one folder that needs neither: dist/crmdesk (on macOS also crmdesk.app).

    python3 packaging/run.py bundle [--no-trial]

It installs what packaging/requirements/run.txt and bundle.txt pin into an environment of its own (.venv-bundle), runs
PyInstaller on crmdesk.spec, takes away libraries and ICU data that nothing needs, adds the licences of all that is shipped, and tries
the result out: its command line on each vendor of the demo, a certificate, and pictures without a display. Prints the
installed size and fails above 140 MB (parts.LIMIT_BYTES). Exit code 0 if all held, 1 if something did not, 3 if it could not be made.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import elf
import environment
import iconfiles
import icudata
import licences
import parts
import sbom
import stamp
import trial

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RUN = "python3 packaging/run.py"
ENVIRONMENT = os.path.join(ROOT, ".venv-bundle")
# What a program needs of its surroundings to run at all; the rest of ours is not handed to a trial.
KEPT = ("PATH", "LANG", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
# Read by deb.py, too: the one moment that files carry.
EPOCH_COMMAND = ["git", "-C", ROOT, "log", "-1", "--format=%ct"]


def folder() -> str:
    """Return where the bundle is made."""
    return os.path.join(ROOT, "dist", "crmdesk")


def program() -> str:
    """Return the bundle's executable that has a command line."""
    return os.path.join(folder(), "crmdesk-cli.exe" if sys.platform == "win32" else "crmdesk")


def main(argv: list[str]) -> int:
    """Make the bundle; see the top of the file."""
    parser = argparse.ArgumentParser(prog="run.py bundle", description="Freeze crmdesk into one folder.")
    parser.add_argument("--no-trial", action="store_true", help="do not start what was made")
    options = parser.parse_args(argv)
    began = time.monotonic()
    try:
        python = _prepared()
        _frozen(python)
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 3
    inside = os.path.join(folder(), "_internal")
    if sys.platform == "linux":
        _drop_orphans(inside)
        won = icudata.shrink(os.path.join(inside, "PySide6", "Qt", "lib"))
        print(f"{'ok    ' if won else 'note  '} {won / 1e6:.1f} MB of ICU's data that nothing asks for are left out")
    works = licences.collected(_site(python), stamp.lock_path(ROOT, "run"), inside, os.path.join(ROOT, "packaging"))
    _write(os.path.join(inside, "licences.txt"), licences.as_text(works))
    sbom.write(Path(inside, "crmdesk.cdx.json"), _site(python))
    if sys.platform == "darwin":
        _write(os.path.join(f"{folder()}.app", "Contents", "Resources", "licences.txt"), licences.as_text(works))
    size = size_bytes(folder())
    fits = size <= parts.LIMIT_BYTES
    print(f"{folder()}: made in {time.monotonic() - began:.0f} s with Python {platform.python_version()}")
    print(
        f"{'ok    ' if fits else 'FAILED'} {size / 1e6:.1f} MB installed, at most {parts.LIMIT_BYTES / 1e6:.0f} MB; "
        f"licences of {len(works) - 1} works"
    )
    held = options.no_trial or tried()
    return 0 if fits and held else 1


def tried() -> bool:
    """Use the bundle on its demo and print what held; return whether all did."""
    with tempfile.TemporaryDirectory(prefix="crmdesk-trial-") as home:
        pictures = os.path.join(home, "pictures")
        plain = {name: value for name, value in os.environ.items() if name in KEPT}
        environ = {**plain, "HOME": home, "CRMDESK_CONFIG_DIR": home, "CRMDESK_DATA_DIR": home}
        found = trial.findings(_program(environ), parts.version(ROOT), pictures)
        return not [one for one in found if not trial.tell(one)]  # each is tried, whatever the one before said


def size_bytes(path: str) -> int:
    """Return what a folder takes on a disk: each file in whole blocks of 4 KiB, links not counted."""
    total = 0
    for place, _, names in os.walk(path):
        for name in names:
            file = os.path.join(place, name)
            if not os.path.islink(file):
                total += -(-os.path.getsize(file) // 4096) * 4096
    return total


def epoch() -> str:
    """Return the moment that everything made carries, in seconds since 1970: SOURCE_DATE_EPOCH, else the last commit's."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return given
    try:
        told = subprocess.run(EPOCH_COMMAND, capture_output=True, text=True).stdout.strip()
    except OSError:
        told = ""
    return told or "1767225600"  # 2026-01-01: an unpacked archive of the source knows no commit


def _program(environ: dict[str, str]) -> trial.Program:
    return trial.Program((program(),), environ)


def _prepared() -> str:
    """See that the build's own environment holds what is pinned; return its Python.

    Raises:
        environment.SetupError: it cannot be made or filled.
    """
    python = os.path.join(ENVIRONMENT, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
    note = os.path.join(ENVIRONMENT, "crmdesk-locks")
    state = " ".join([stamp.lock_hash(ROOT, "run"), stamp.lock_hash(ROOT, "bundle"), platform.python_version()])
    if os.path.exists(note) and os.path.exists(python):
        with open(note, encoding="utf-8") as file:
            if file.read() == state:
                return python
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    print(f"Setting up {ENVIRONMENT} (once; a minute or less) ...", file=sys.stderr, flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], capture_output=True, text=True)
    if made.returncode:
        raise environment.SetupError("Python's venv module does not work here; install python3-venv and start again.")
    for lock in ("run", "bundle"):
        environment.install(ROOT, python, stamp.lock_path(ROOT, lock))
    with open(note, "w", encoding="utf-8") as file:
        file.write(state)
    return python


def _frozen(python: str) -> None:
    """Run PyInstaller; its output is kept in build/bundle.log.

    Raises:
        environment.SetupError: it failed; the sentence says why where that is known.
    """
    work, log = os.path.join(ROOT, "build", "bundle"), os.path.join(ROOT, "build", "bundle.log")
    os.makedirs(work, exist_ok=True)
    iconfiles.write(os.path.join(ROOT, "resources", "icons"), os.path.join(ROOT, "build"))
    command = [python, "-m", "PyInstaller", "--noconfirm", "--distpath", os.path.dirname(folder()), "--workpath", work]
    # PYTHONPATH: PyInstaller looks for our modules in processes of its own.
    environ = {**os.environ, "PYTHONPATH": ROOT, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": epoch()}
    print("Freezing (a minute or two) ...", file=sys.stderr, flush=True)
    with open(log, "w", encoding="utf-8") as file:
        spec = os.path.join(ROOT, "packaging", "crmdesk.spec")
        done = subprocess.run([*command, spec], stdout=file, stderr=subprocess.STDOUT, env=environ, cwd=work)
    if done.returncode == 0:
        return
    with open(log, encoding="utf-8") as file:
        said = file.read()
    if "Python library not found" in said or "--enable-shared" in said:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise environment.SetupError(
            f"This Python has no shared library, which freezing needs. Install libpython{version} (Debian, Ubuntu), or "
            "start with a Python that was built with --enable-shared."
        )
    raise environment.SetupError(f"PyInstaller failed: {said.strip().splitlines()[-1]} (All that was printed: {log})")


def _drop_orphans(inside: str) -> None:
    """Take away system libraries that only left-out plug-ins wanted, and links that now lead nowhere."""
    while True:
        asked = {name for path in elf.files(folder()) for name in elf.needed(path)}
        asked |= {name for name in os.listdir(inside) if name.startswith("libpython")}  # the launcher opens it by name
        idle = [
            name
            for name in sorted(os.listdir(inside))
            if ".so" in name and name.startswith("lib") and name not in asked
        ]
        for name in idle:
            os.remove(os.path.join(inside, name))
        if not idle:
            return


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _site(python: str) -> str:
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return subprocess.run([python, "-I", "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
