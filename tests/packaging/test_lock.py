# SPDX-License-Identifier: MIT
"""Tests of packaging/requirements/: complete, hashed, one for every Python and system, and without any address."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.utils import canonicalize_name

from packaging.requirements import Requirement
from tests.packaging.conftest import ROOT

REQUIREMENTS = ROOT / "packaging" / "requirements"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


def pins(name: str) -> list[tuple[Requirement, list[str]]]:
    """Return the file's pins, each with its hashes."""
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = []
    for line in lines:
        pin, *hashes = line.split(" --hash=")
        found.append((Requirement(pin), [value.strip() for value in hashes]))
    return found


def applies(requirement: Requirement, python: str, system: str) -> bool:
    """Tell whether a line is meant for that Python on that system."""
    place = {
        **SYSTEMS[system],
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    return requirement.marker is None or requirement.marker.evaluate(place)


def installed(name: str, python: str, system: str) -> dict[str, str]:
    """Return what the file installs there: name -> version."""
    chosen = [pin for pin, _ in pins(name) if applies(pin, python, system)]
    versions: dict[str, str] = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in chosen}
    assert len(versions) == len(chosen), "a package is pinned twice for one place"
    return versions


def wanted(python: str, system: str, tests: bool) -> list[Requirement]:
    """Return what pyproject.toml asks for there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = project["dependencies"] + (project["optional-dependencies"]["test"] if tests else [])
    return [requirement for requirement in map(Requirement, texts) if applies(requirement, python, system)]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", ["run", "test"])
def test_the_lock_satisfies_pyproject_everywhere(name: str, python: str, system: str) -> None:
    """If this fails, pyproject.toml has changed: write the lock anew with `python3 packaging/lock.py`."""
    versions = installed(name, python, system)
    for requirement in wanted(python, system, tests=name == "test"):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not in {name}.txt"
        assert requirement.specifier.contains(version), f"{name}.txt has {version}, wanted is {requirement}"


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_tests_run_on_the_very_versions_that_the_program_runs_on(python: str, system: str) -> None:
    assert installed("run", python, system).items() <= installed("test", python, system).items()


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_what_freezes_the_program_fits_what_is_frozen(python: str, system: str) -> None:
    """Both files are installed into one environment."""
    tools, program = installed("bundle", python, system), installed("run", python, system)
    assert "pyinstaller" in tools
    assert all(program.get(name, version) == version for name, version in tools.items())


@pytest.mark.parametrize("name", ["run", "test", "uv", "bundle"])
def test_every_pin_is_exact_and_hashed(name: str) -> None:
    assert pins(name)
    for pin, hashes in pins(name):
        assert re.fullmatch(r"==[\w.!+]+", str(pin.specifier)), pin
        assert hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), pin


@pytest.mark.parametrize("name", ["run", "test", "uv", "bundle"])
def test_no_file_tells_where_packages_come_from(name: str) -> None:
    """An address would be one machine's own setting, and wrong on every other."""
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--(index|extra-index|find-links|trusted)|(?<!\S)/|\.(org|com|net|dev)\b", text)


def test_an_urllib3_that_unpacks_without_end_is_not_taken() -> None:
    """Before 2.6 one compressed megabyte was inflated whole, whatever the client asked for."""
    (asked,) = [one for one in wanted("3.12", "linux", tests=False) if one.name == "urllib3"]
    assert not asked.specifier.contains("2.5.0")
    assert asked.specifier.contains("2.6.0")
