# SPDX-License-Identifier: MIT
"""Licences: out of a bundle's list, and out of what is installed here."""

import sys
from pathlib import Path

import pytest

from crmdesk.engine.licences import installed, parsed, shipped

RULE = "-" * 78
LIST = (
    "crmdesk is shipped with these works of others, each under its own licence:\n\n"
    "lxml 5.3    BSD-3-Clause\nPython 3.11  PSF-2.0\nzlib 1.3 (library libz.so.1)  see its text\n\n"
    f"{RULE}\n\nlxml 5.3, zlib 1.3 (library libz.so.1)\n\nDo as you like.\n\nBut say so.\n\n"
    f"{RULE}\n\nPython 3.11\n\nThe PSF.\n"
)


def test_a_bundles_list_is_read_back() -> None:
    works = {work.name: work for work in parsed(LIST)}
    assert works["lxml 5.3"].licence == "BSD-3-Clause"
    assert works["lxml 5.3"].text == works["zlib 1.3 (library libz.so.1)"].text == "Do as you like.\n\nBut say so."
    assert works["Python 3.11"].text == "The PSF."


def test_what_packaging_writes_is_what_is_read() -> None:
    root = Path(__file__).resolve().parents[2]
    sys.path.insert(0, str(root / "packaging"))
    try:
        from licences import Work, as_text  # type: ignore[import-not-found,unused-ignore]
    finally:
        sys.path.remove(str(root / "packaging"))
    works = [
        Work("a 1", "MIT", ("One.",)),
        Work("b 2", "BSD", ("One.", "Two.")),
        Work("GNU licences", "the texts", ("L", "G")),
    ]
    found = {work.name: (work.licence, work.text) for work in parsed(as_text(works))}
    assert found["a 1"] == ("MIT", "One.")
    assert found["b 2"] == ("BSD", "One.\n\nTwo.")
    assert found["GNU licences"] == ("", "L\n\nG")


def test_in_a_bundle_its_own_list_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "licences.txt").write_text(LIST)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    works = shipped()
    assert works[0].name.startswith("crmdesk ")
    assert [work.name for work in works[1:]] == ["lxml 5.3", "Python 3.11", "zlib 1.3 (library libz.so.1)"]


def test_here_nearly_every_work_brings_its_text() -> None:
    works = installed()
    assert len(works) > 15
    lacking = [work.name for work in works if not work.text]
    assert len(lacking) <= 3, lacking
    assert shipped()[0].text.startswith("MIT") or "Permission is hereby granted" in shipped()[0].text
