# SPDX-License-Identifier: MIT
"""The house keeps its rooms: import contracts, vendors' names, headers, sizes. The rules stand in pyproject.toml and here."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = sorted((ROOT / "crmdesk").rglob("*.py"))
ALL = [*PROGRAM, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "packaging").glob("*.py"))]
CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# Each vendor's folder and the words that belong to it alone: its own name and its product family's.
VENDORS = {
    "crmplus": r"crm[-_ ]?plus|crm\+|vtiger|corebos",
    "crmservice": r"crm[-_ ]?service\b|crmservice",
    "sugarsoap": r"sugar[-_ ]?soap|splendid|suite[-_ ]?crm|sugar[-_ ]?crm",
    "opencrm": r"open[-_ ]?crm",
    "webcrm": r"web[-_ ]?crm",
}
# Files that may name a vendor though they are not its own, each with its reason. Keep it empty if you can.
MAY_NAME_A_VENDOR: dict[str, str] = {}

WISHED_LINES, MOST_LINES = 400, 450


def check_contracts(directory: Path) -> tuple[bool, str]:
    """Check the contracts that the directory's pyproject.toml holds; return whether all are kept, and the report."""
    command = [sys.executable, "-c", CONTRACTS, "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120)
    return done.returncode == 0, done.stdout + done.stderr


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_contract_is_kept() -> None:
    kept, report = check_contracts(ROOT)
    assert kept, report


SKELETON = (
    "app",
    "assets",
    "cli/main",
    "connectors/port",
    "connectors/registry",
    "connectors/roles",
    "connectors/vendors/one/plugin",
    "connectors/vendors/two/plugin",
    "connectors/wire/http",
    "demo/server",
    "domain/record",
    "engine/session",
    "translation",
    "ui/window",
)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """An empty house with the rooms of ours, under our contracts."""
    for name in SKELETON:
        path = tmp_path / "crmdesk" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        for room in path.relative_to(tmp_path).parents[:-1]:
            (tmp_path / room / "__init__.py").touch()
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text[text.index("[tool.importlinter]") :], encoding="utf-8")
    assert set(tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["tool"]) == {"importlinter"}
    return tmp_path


def test_an_empty_house_keeps_every_contract(house: Path) -> None:
    kept, report = check_contracts(house)
    assert kept, report


@pytest.mark.parametrize(
    ("room", "line", "broken"),
    [
        ("domain/record", "from PySide6.QtCore import QObject", "no Qt below the window"),
        ("engine/session", "import PySide6", "no Qt below the window"),
        ("ui/window", "from crmdesk.connectors.vendors import one", "nobody imports a vendor"),
        ("ui/window", "from crmdesk.cli import main", "app > ui | cli | demo > translation > engine > connectors > domain | assets"),
        ("demo/server", "from crmdesk.connectors import port", "the demo server is a stranger"),
        ("connectors/vendors/one/plugin", "import requests", "requests and zeep live in connectors.wire"),
        ("connectors/vendors/one/plugin", "from crmdesk.connectors.vendors.two import plugin", "vendors know nothing of each other"),
        ("connectors/port", "from crmdesk.connectors.wire import http", "inside connectors: vendors > registry | wire > port"),
        ("domain/record", "import crmdesk.engine.session", "app > ui | cli | demo > translation > engine > connectors > domain | assets"),
    ],
)  # fmt: skip
def test_a_contract_that_is_broken_is_found(house: Path, room: str, line: str, broken: str) -> None:
    """The contracts are worth what they catch: each of these one-line slips breaks the one meant for it."""
    (house / "crmdesk" / f"{room}.py").write_text(line + "\n", encoding="utf-8")
    kept, report = check_contracts(house)
    assert not kept
    assert f"{broken} BROKEN" in report, report


def owner(path: Path) -> str | None:
    """Return the vendor whose own file this is: in its folder or its demo dialect."""
    parts = path.relative_to(ROOT / "crmdesk").with_suffix("").parts
    if parts[:2] in (("connectors", "vendors"), ("demo", "dialects")) and len(parts) > 2:
        return parts[2]
    return None


def test_no_vendor_is_named_outside_its_own_folder_and_dialect() -> None:
    """What reads a vendor's name will sooner or later decide by it; capabilities are there for that."""
    slips = []
    for path in PROGRAM:
        if relative(path) in MAY_NAME_A_VENDOR:
            continue
        foreign = [words for vendor, words in VENDORS.items() if vendor != owner(path)]
        pattern = re.compile("|".join(foreign), re.IGNORECASE)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = pattern.search(line)
            if found:
                slips.append(f"{relative(path)}:{number}: {found[0]!r}")
    assert not slips, "\n".join(slips)


def test_the_exceptions_exist_and_give_their_reason() -> None:
    for path, reason in MAY_NAME_A_VENDOR.items():
        assert (ROOT / path).is_file(), f"{path} is gone: take it off the list"
        assert not path.startswith(("crmdesk/ui/", "crmdesk/cli/")), "the window and the command line know no vendor"
        assert len(reason.split()) >= 4


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_pattern_of_each_vendor_finds_its_own_name(vendor: str) -> None:
    assert re.search(VENDORS[vendor], vendor)
    assert not re.search(
        "|".join(VENDORS.values()), "the customer's web service, open CRM data, a CRM and its services"
    )


def test_every_file_starts_with_its_licence_and_says_what_lives_in_it() -> None:
    slips = []
    for path in ALL:
        text = path.read_text(encoding="utf-8")
        if not text:
            continue  # an empty __init__.py has nothing to license or to explain
        lines = [line for line in text.splitlines()[:2] if not line.startswith("#!")]
        if not lines or lines[0] != "# SPDX-License-Identifier: MIT":
            slips.append(f"{relative(path)}: no SPDX line")
        tree = ast.parse(text)
        if tree.body and not ast.get_docstring(tree):
            slips.append(f"{relative(path)}: no docstring")
    assert not slips, "\n".join(slips)


def test_nothing_is_put_off() -> None:
    """What is not done is an issue, not a note in the code."""
    pattern = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    slips = [
        f"{relative(path)}:{number}"
        for path in ALL
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not slips, "\n".join(slips)


def test_files_stay_small_enough_to_read_at_one_sitting() -> None:
    """The house style wishes for 400 lines; 450 is where the wish ends."""
    sizes = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in PROGRAM}
    long = [
        f"{size:5} {path}" for path, size in sorted(sizes.items(), key=lambda item: -item[1]) if size > WISHED_LINES
    ]
    assert all(size <= MOST_LINES for size in sizes.values()), "longer than wished:\n" + "\n".join(long)
