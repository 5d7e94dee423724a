# SPDX-License-Identifier: MIT
"""Writes packaging/requirements/ anew from pyproject.toml: `python3 packaging/lock.py [--upgrade]`. Needs uv.

One file serves every supported Python and system (the markers tell them apart) and names no place to fetch from:
    run.txt    what the program needs
    test.txt   the same pins, plus what the checks need
    uv.txt     the installer itself
    bundle.txt what freezes the program (PyInstaller), fitting run.txt
Without --upgrade the present pins stay wherever pyproject.toml still allows them. Where packages come from is the
machine's own setting (pip's, handed to uv); it is used and never written down.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from pipsettings import uv_environ
from stamp import environment_python, lock_path

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEADER = "# Written by packaging/lock.py from pyproject.toml; do not edit.\n"


def main(argv: list[str]) -> int:
    """Write the four files; return 0, or 2 where uv is missing or finds no solution."""
    beside = os.path.join(os.path.dirname(environment_python(ROOT)), "uv")
    uv = shutil.which(beside) or shutil.which("uv")
    if not uv:
        print("uv is needed to write the lock: python3 packaging/run.py setup brings it into .venv", file=sys.stderr)
        return 2
    extra = ["--upgrade"] if "--upgrade" in argv else []
    steps = (
        ("run", ["pyproject.toml"], ""),
        ("test", ["--extra", "test", "-c", lock_path(ROOT, "run"), "pyproject.toml"], ""),
        ("uv", ["-"], "uv\n"),
        # GPL, but for its bootloader, which may be shipped with programs of any licence; nothing else of it is.
        ("bundle", ["-c", lock_path(ROOT, "run"), "-"], "pyinstaller>=6.22\n"),
    )
    for profile, source, text in steps:
        if not _compile(uv, profile, [*source, *extra], text):
            return 2
    return 0


def _compile(uv: str, profile: str, arguments: list[str], text: str) -> bool:
    """Write one file; `text` is given to uv on standard input."""
    target = lock_path(ROOT, profile)
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--only-binary", ":all:", "--output-file", target, *arguments]
    # A further index may hold only some files of a release, and its hashes would then be the only ones written down.
    environ = {
        name: value for name, value in uv_environ(os.environ).items() if name not in ("UV_INDEX", "UV_FIND_LINKS")
    }
    done = subprocess.run(command, cwd=ROOT, input=text, text=True, env=environ)
    if done.returncode:
        return False
    with open(target, encoding="utf-8") as file:
        pins = file.read().removeprefix(HEADER)
    with open(target, "w", encoding="utf-8") as file:
        file.write(HEADER + pins)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
