# SPDX-License-Identifier: MIT
"""The table of pains names tests that exist."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent
_HEADS = ("| Pain ", "| Ours ", "| What is wrong ")
_NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def _rows() -> list[str]:
    lines = (TESTS / "PAINS.md").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith(_HEADS)]


def _tests_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def test_every_pain_has_a_test_that_exists() -> None:
    rows = _rows()
    assert len(rows) >= 40
    missing = [row for row in rows if not _NAMED.search(row)]
    assert not missing, missing
    named = {(file, test) for row in rows for file, test in _NAMED.findall(row)}
    known = {file: _tests_of(TESTS / file) if (TESTS / file).is_file() else set() for file, _ in named}
    gone = sorted(f"{file}::{test}" for file, test in named if test not in known[file])
    assert not gone, gone


def test_every_pain_says_where_it_was_met() -> None:
    told = re.compile(r"#\d+|FatCRM [0-9a-f]{7,}")
    silent = [row for row in _rows() if row.count("|") == 4 and not told.search(row.split("|")[2])]
    assert not silent, silent
