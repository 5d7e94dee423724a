# SPDX-License-Identifier: MIT
"""Tests of packaging/licences.py: everything shipped brings its text, and one that does not is an error."""

from __future__ import annotations

from pathlib import Path

import licences
import pytest

from tests.packaging.conftest import ROOT

HERE = str(ROOT / "packaging")


def distribution(site: Path, name: str, licence: str = "", text: str | None = None) -> None:
    """Leave what pip leaves of an installed distribution."""
    folder = site / f"{name.replace('-', '_')}-1.0.dist-info"
    (folder / "licenses").mkdir(parents=True)
    head = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n" + (
        f"License-Expression: {licence}\n" if licence else ""
    )
    (folder / "METADATA").write_text(head, encoding="utf-8")
    record = f"{folder.name}/METADATA,,\n"
    if text is not None:
        (folder / "licenses" / "LICENSE").write_text(text, encoding="utf-8")
        record += f"{folder.name}/licenses/LICENSE,,\n"
    (folder / "RECORD").write_text(record, encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two distributions that the lock names and one that it does not."""
    distribution(tmp_path / "site", "alpha", "MIT", "Alpha's terms\n")
    distribution(tmp_path / "site", "Beta_Two", "MIT", "Alpha's terms\n")
    distribution(tmp_path / "site", "pyinstaller", "GPL-2.0-or-later", "not shipped\n")
    (tmp_path / "_internal").mkdir()
    (tmp_path / "lock.txt").write_text("alpha==1.0 \\\n    --hash=x\nbeta-two==1.0\nelsewhere==2\n", encoding="utf-8")
    return tmp_path


def collected(site: Path) -> list[licences.Work]:
    return licences.collected(str(site / "site"), str(site / "lock.txt"), str(site / "_internal"), HERE)


def test_each_text_stands_once_with_all_whose_it_is(site: Path) -> None:
    works = collected(site)
    assert [work.name for work in works][:2] == ["alpha 1.0", "Beta_Two 1.0"]
    assert any(work.name.startswith("Python 3.") and work.texts for work in works)
    text = licences.as_text(works)
    assert text.count("Alpha's terms") == 1
    assert "alpha 1.0, Beta_Two 1.0" in text
    assert "pyinstaller" not in text
    assert text.count("GNU LESSER GENERAL PUBLIC LICENSE") >= 1
    assert "GNU GENERAL PUBLIC LICENSE\n" in text.replace("LESSER ", "")
    assert "TERMS AND CONDITIONS" in text  # of the GPL, which the LGPL only adds to


def test_a_distribution_without_a_text_is_an_error(site: Path) -> None:
    distribution(site / "site", "elsewhere", "MIT")
    with pytest.raises(SystemExit, match=r"No licence text came with: elsewhere 1\.0\."):
        collected(site)


def test_qt_is_shipped_under_the_lgpl_and_says_how_to_replace_it(site: Path) -> None:
    (site / "lock.txt").write_text("pyside6-essentials==1.0\n", encoding="utf-8")
    distribution(site / "site", "PySide6_Essentials", "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only")
    work = next(one for one in collected(site) if one.name.startswith("PySide6"))
    assert work.licence == "LGPL-3.0-only"
    assert "put your own build" in work.texts[0]
