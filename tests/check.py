# SPDX-License-Identifier: MIT
"""The one door to all checks: `python -m tests.check [--fast] [pytest's own arguments]`.

Formatting, lint, types, import contracts, what is known against the locked packages, then the tests; every step runs
whatever the ones before it found. The tests come last, so that the closing line of the whole is theirs. Exit code 0 if
all is well, 1 if any step failed.

A weakness that became known over night is told and fails nothing here: it must not stop the mend of something else. It
stops a release (.github/workflows/installers.yml). Without a network the step says that it could not ask.
`--fast` leaves out that step, the types and the tests marked slow. Arguments for pytest narrow the tests, not the other steps.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
_AUDIT = {1: "SOME ARE KNOWN, SEE ABOVE", 3: "COULD NOT BE ASKED"}


class Step(NamedTuple):
    """One check: its name for the summary, what Python is given, words for exit codes that fail nothing."""

    name: str
    arguments: list[str]
    told: Mapping[int, str] = MappingProxyType({})


class Result(NamedTuple):
    """How a step ended."""

    name: str
    passed: bool
    took_s: float
    word: str = "ok"


def main(argv: list[str]) -> int:
    """Run every step; return 0 if all passed, else 1."""
    fast = "--fast" in argv
    rest = [argument for argument in argv if argument != "--fast"]
    environ = environment()
    results = [run(step, environ) for step in steps(fast)]
    print_summary(results)
    tests = run(Step(f"tests, PYTHONHASHSEED={environ['PYTHONHASHSEED']}", pytest_arguments(fast, rest)), environ)
    failed = [result.name for result in [*results, tests] if not result.passed]
    # Nothing follows the tests' closing line when all is well; otherwise the last word is what to look at.
    if failed:
        print(f"failed: {'; '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def steps(fast: bool) -> list[Step]:
    """Return the steps before the tests, the quick ones first."""
    found = [
        Step("format", ["-m", "ruff", "format", "--check", "--quiet", "."]),
        Step("lint", ["-m", "ruff", "check", "--quiet", "."]),
        Step("contracts", ["-c", CONTRACTS, "--no-logo"]),
    ]
    if fast:
        return found
    return [*found, Step("types", ["-m", "mypy"]), Step("weaknesses", ["packaging/audit.py"], _AUDIT)]


def pytest_arguments(fast: bool, rest: list[str]) -> list[str]:
    """Return what Python is given to run the tests: on every processor, unless pytest is told otherwise."""
    alone = any(argument.startswith(("-n", "--pdb", "-s", "--collect-only")) for argument in rest)
    workers = [] if alone else ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal"]
    return ["-m", "pytest", *workers, *(["-m", "not slow"] if fast else []), *rest]


def environment() -> dict[str, str]:
    """Return the environment of every step: no screen, none of the desktop's own looks, a hash seed that is told."""
    environ = dict(os.environ)
    for name in ("QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "QT_SCALE_FACTOR", "QT_FONT_DPI"):
        environ.pop(name, None)
    environ["QT_QPA_PLATFORM"] = "offscreen"
    environ.setdefault("PYTHONHASHSEED", str(random.randrange(1, 2**32)))
    return environ


def run(step: Step, environ: dict[str, str]) -> Result:
    """Run one step from the checkout's root, its output passed on as it comes."""
    print(f"=== {step.name}", flush=True)
    began = time.monotonic()
    code = subprocess.run([sys.executable, *step.arguments], cwd=ROOT, env=environ).returncode
    took_s = time.monotonic() - began
    return Result(step.name, code == 0 or code in step.told, took_s, step.told.get(code, "ok"))


def print_summary(results: list[Result]) -> None:
    """Print each step's name, time and outcome."""
    print("=== so far", flush=True)
    for result in results:
        print(f"{result.name:<10} {result.took_s:6.1f} s  {result.word if result.passed else 'FAILED'}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
