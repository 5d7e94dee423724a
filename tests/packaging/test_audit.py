# SPDX-License-Identifier: MIT
"""Tests of packaging/lockfile.py, audit.py and sbom.py: what is locked, what is known against it, and its bill."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
from pathlib import Path
from typing import Any

import audit
import lockfile
import pytest
import sbom

from tests import check
from tests.packaging.conftest import ROOT

LOCK = ROOT / "packaging" / "requirements" / "run.txt"
HASH = "a" * 64


def test_every_locked_package_has_a_version_and_hashes() -> None:
    listed = lockfile.pins(LOCK)
    assert len(listed) > 30
    assert all(pin.version and pin.hashes for pin in listed)


@pytest.mark.parametrize("line", ["x>=1 \\", "x==1\n", "-r other.txt", "git+https://example.com/x"])
def test_a_lock_that_is_loose_is_said_so(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = tmp_path / "loose.txt"
    lock.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ValueError):
        lockfile.pins(lock)
    assert audit.main(["--lock", str(lock), "--offline"]) == 1


def test_without_a_network_it_says_that_it_could_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr("urllib.request.urlopen", nobody)
    assert audit.main(["--lock", str(LOCK)]) == audit.COULD_NOT
    assert "could not be asked: no route to host" in capsys.readouterr().out
    assert audit.main(["--lock", str(LOCK), "--offline"]) == audit.COULD_NOT


def test_a_silence_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    over = threading.Event()
    monkeypatch.setattr(audit, "_WITHIN_S", 0.1)
    monkeypatch.setattr(audit, "ask", lambda packages: over.wait(30) and {})
    try:
        assert audit.main([]) == audit.COULD_NOT
    finally:
        over.set()
    said = capsys.readouterr().out
    assert "could not be asked: no answer within" in said
    assert "uv.txt: 1 packages" in said, "what builds is looked up as well"


def test_the_checks_know_its_word_for_could_not() -> None:
    (told,) = (step.told for step in check.steps(False) if "audit" in step.arguments[0])
    assert "COULD NOT" in told[audit.COULD_NOT]


def test_an_answer_that_is_cut_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def cut(packages: object) -> None:
        raise http.client.BadStatusLine("x")

    monkeypatch.setattr(audit, "ask", cut)
    assert audit.main([]) == audit.COULD_NOT


def test_what_is_known_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(audit, "ask", lambda packages: {packages[0]: ["GHSA-x"]})
    assert audit.main(["--lock", str(LOCK)]) == 1
    assert "GHSA-x" in capsys.readouterr().out
    monkeypatch.setattr(audit, "ask", lambda packages: {})
    assert audit.main(["--lock", str(LOCK)]) == 0


@pytest.mark.parametrize("told", [{}, [], {"results": 1}, {"results": []}])
def test_an_answer_that_makes_no_sense_is_none(told: Any) -> None:
    with pytest.raises(ValueError):
        audit.read([("x", "1")], told)


def test_the_bill_names_every_package_and_is_the_same_each_time(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    sbom.write(one)
    sbom.write(other)
    assert one.read_bytes() == other.read_bytes()
    bill = json.loads(one.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert {part["name"] for part in bill["components"]} == {pin.name for pin in lockfile.pins(LOCK)}
    assert all(part["purl"].startswith("pkg:pypi/") for part in bill["components"])


def test_the_bill_of_a_bundle_names_what_is_in_it_with_its_licence(tmp_path: Path) -> None:
    place = tmp_path / "requests-2.0.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: requests\nVersion: 2.0\nLicense-Expression: Apache-2.0\n", encoding="utf-8"
    )
    target = tmp_path / "bill.json"
    sbom.write(target, str(tmp_path))
    (part,) = json.loads(target.read_text("utf-8"))["components"]
    assert part["name"] == "requests"
    assert part["licenses"] == [{"license": {"name": "Apache-2.0"}}]
