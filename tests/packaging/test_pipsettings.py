# SPDX-License-Identifier: MIT
"""Tests of packaging/pipsettings.py: what pip was told reaches uv."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pipsettings import pip_settings, uv_environ

FILE = """\
[global]
index-url = https://packages.example.org/simple
extra-index-url = file:///srv/one
    file:///srv/two
proxy = http://proxy.example.org:3128
[install]
find-links = /srv/wheels
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any settings of pip."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def environ_with(home: Path, **given: str) -> dict[str, str]:
    path = home / "pip.conf"
    path.write_text(FILE)
    return {"PIP_CONFIG_FILE": str(path), "XDG_CONFIG_DIRS": str(home), "XDG_CONFIG_HOME": str(home), **given}


def test_files_and_variables_of_pip_are_read_and_the_variables_win(home: Path) -> None:
    found = pip_settings(environ_with(home, PIP_INDEX_URL="https://other.example.org/simple"))
    assert found["index-url"] == "https://other.example.org/simple"
    assert found["extra-index-url"] == "file:///srv/one file:///srv/two"
    assert found["find-links"] == "/srv/wheels"


def test_uv_gets_them_under_its_own_names(home: Path) -> None:
    environ = uv_environ(environ_with(home, PATH="/bin", PYTHONDONTWRITEBYTECODE="1", PIP_CERT="/srv/ca.pem"))
    assert environ["UV_DEFAULT_INDEX"] == "https://packages.example.org/simple"
    assert environ["UV_INDEX"] == "file:///srv/one file:///srv/two"
    assert environ["HTTPS_PROXY"] == "http://proxy.example.org:3128"
    assert environ["SSL_CERT_FILE"] == "/srv/ca.pem"
    assert environ["PATH"] == "/bin"


def test_bytecode_is_compiled_whatever_the_environment_says(home: Path) -> None:
    environ = uv_environ({"PYTHONDONTWRITEBYTECODE": "1", "PIP_CONFIG_FILE": os.devnull})
    assert "PYTHONDONTWRITEBYTECODE" not in environ
    assert environ["UV_COMPILE_BYTECODE"] == "1"


def test_what_uv_was_told_itself_stays(home: Path) -> None:
    environ = uv_environ(environ_with(home, UV_DEFAULT_INDEX="https://mine.example.org/simple"))
    assert environ["UV_DEFAULT_INDEX"] == "https://mine.example.org/simple"


def test_without_settings_nothing_is_made_up(home: Path) -> None:
    assert pip_settings({"PIP_CONFIG_FILE": os.devnull}) == {}


def test_a_broken_file_is_left_to_pip_to_complain_about(home: Path) -> None:
    environ = environ_with(home)
    (home / "pip.conf").write_text("index-url without a section\n")
    assert "index-url" not in pip_settings(environ)
