# SPDX-License-Identifier: MIT
"""A wheel is complete: installed in a fresh environment, it finds its resources and knows its version."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zipfile import ZipFile

import pytest
from pipsettings import uv_environ

import crmdesk
from tests.packaging.conftest import ROOT

SOURCE = ("crmdesk", "resources", "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")
ASK = (
    "from crmdesk import assets, __version__, __file__ as place\n"
    "print(place, __version__, assets.resource('style', 'crmdesk.qss'), assets.resource('icons', 'crmdesk-16.png'))"
)


def has_own_setuptools() -> bool:
    """Whether this environment can build without fetching anything."""
    try:
        return int(version("setuptools").split(".")[0]) >= 77
    except PackageNotFoundError:
        return False


def build(source: Path, target: Path) -> Path:
    """Build a wheel with what this machine has; skip where that needs a network and there is none."""
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    environ = dict(os.environ)
    if has_own_setuptools():
        code = f"from setuptools.build_meta import build_wheel; build_wheel({str(target)!r})"
        command = [sys.executable, "-c", code]
    elif uv:
        command, environ = [uv, "build", "--wheel", "--out-dir", str(target), "."], uv_environ(os.environ)
    else:
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(target), "."]
    done = subprocess.run(command, cwd=source, env=environ, capture_output=True, text=True)
    said = done.stdout + done.stderr
    if (
        done.returncode
        and not has_own_setuptools()
        and re.search(r"No module named pip|onnect|resolve|setuptools", said)
    ):
        pytest.skip(f"no setuptools 77 here, and none to be had: {said.strip().splitlines()[-1]}")
    assert done.returncode == 0, said
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.mark.slow
def test_a_wheel_brings_its_resources_and_runs_in_a_fresh_environment(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in SOURCE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    wheel = build(source, tmp_path / "wheels")
    assert wheel.name == f"crmdesk-{crmdesk.__version__}-py3-none-any.whl"
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "resources").rglob("*") if path.is_file()}
    names = set(ZipFile(wheel).namelist())
    assert {f"crmdesk/{name}" for name in files} <= names
    assert not [name for name in names if name.startswith(("tests/", "packaging/", "resources/"))]

    place = tmp_path / "fresh"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    ZipFile(wheel).extractall(site)  # a pure wheel is installed by unpacking it
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    told = subprocess.run(
        [python, "-P", "-c", ASK], capture_output=True, text=True, cwd=tmp_path, env=plain, check=True
    ).stdout.split()
    assert told[1] == crmdesk.__version__
    assert all(str(Path(site, "crmdesk")) in path for path in (told[0], *told[2:]))
    said = subprocess.run(
        [python, "-P", "-m", "crmdesk", "--version"], capture_output=True, text=True, cwd=tmp_path, env=plain
    )
    assert (said.returncode, said.stdout.strip()) == (0, f"crmdesk {crmdesk.__version__}"), said.stderr
