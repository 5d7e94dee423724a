# SPDX-License-Identifier: MIT
"""ICU's data, shrunk: sorting, capitals and time zones are as with all of it; a library built otherwise stays as it is."""

import os
import subprocess
import sys
from pathlib import Path

import icudata
import PySide6
import pytest
from icudata import Item

_LIBRARIES = Path(next(iter(PySide6.__path__))) / "Qt" / "lib"
_FOUND = sorted(_LIBRARIES.glob("libicudata.so.*"))
needs_icu = pytest.mark.skipif(not _FOUND, reason="this Qt brings no ICU of its own")
_ASKED = """
from functools import cmp_to_key
from PySide6.QtCore import QCollator, QDateTime, QLocale, QTimeZone

words = ["Zebra", "äpfel", "Apfel", "öl", "Ole", "åker", "Aaker", "ähre", "ch", "cz", "d", "10", "9", "ß", "ss", "Ø", "ł",
         "漢", "字", "あ", "ア", "가", "힣", "І", "Я", "ά", "ω"]
for name in ("de_DE", "de_AT", "fi_FI", "da_DK", "sv_SE", "en_US", "tr_TR", "cs_CZ", "ja_JP", "zh_CN", "ko_KR", "el_GR"):
    locale = QLocale(name)
    collator = QCollator(locale)
    collator.setNumericMode(True)
    print(name, sorted(words, key=cmp_to_key(collator.compare)), locale.toUpper("istanbul ß"), locale.toLower("I İ ΑΣ"))
zones = QTimeZone.availableTimeZoneIds()
print(len(zones))
when = QDateTime.fromSecsSinceEpoch(1_780_000_000)
print([when.toTimeZone(QTimeZone(zone)).toString("yyyy-MM-dd HH:mm") for zone in zones[::7]])
for name in ("en_US", "de_DE", "fi_FI", "da_DK"):
    kind, form = QTimeZone.TimeType.StandardTime, QTimeZone.NameType.LongName
    print(QTimeZone(b"Europe/Helsinki").displayName(kind, form, QLocale(name)))
print([line.split()[-1] for line in open("/proc/self/maps") if "icudata" in line][0])
"""


def asked(libraries: Path | None = None) -> tuple[str, str]:
    """What Qt says with the libraries of a folder before its own; and which ICU data it said that with."""
    environ = {**os.environ, **({"LD_LIBRARY_PATH": str(libraries)} if libraries else {})}
    done = subprocess.run([sys.executable, "-c", _ASKED], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    said, _, used = done.stdout.strip().rpartition("\n")
    return said, used


@needs_icu
def test_qt_says_the_same_with_a_third_of_it(tmp_path: Path) -> None:
    copy = tmp_path / _FOUND[0].name
    copy.write_bytes(_FOUND[0].read_bytes())
    (tmp_path / "libicudata.so").symlink_to(copy)
    whole = copy.stat().st_size
    won = icudata.shrink(str(tmp_path))
    assert won == whole - copy.stat().st_size > whole // 2
    said, used = asked(tmp_path)
    assert used == str(copy)
    assert said == asked()[0]
    assert icudata.shrunk(copy.read_bytes()) == copy.read_bytes()  # there is nothing more to win


def test_a_package_is_read_as_it_was_written() -> None:
    head = (32).to_bytes(2, "little") + bytes(30)
    items = [Item("x73l/a.res", b"1" * 16), Item("x73l/coll/de.res", b"22" * 16), Item("x73l/z.icu", b"")]
    assert icudata.opened(icudata.packed(head, items)) == (head, items)


@pytest.mark.parametrize(
    "library", [b"", b"\x7fELF" + bytes(100), Path(sys.executable).resolve().read_bytes()[:50_000]]
)
def test_what_is_no_such_library_stays_as_it_is(library: bytes) -> None:
    assert icudata.shrunk(library) == library


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("coll/zh.res", True), ("coll/ucadata.icu", True), ("zoneinfo64.res", True), ("nfkc.nrm", True),
        ("cnvalias.icu", True), ("zone/de.res", True), ("lang/root.res", True), ("fr.res", True), ("unames.icu", True),
        ("brkitr/word.brk", True), ("zone/fr.res", False), ("unit/ja.res", False), ("curr/de_CH.res", False),
        ("translit/root.res", False), ("rbnf/de.res", False), ("brkitr/cjdict.dict", False), ("gb18030.cnv", False),
    ],
)  # fmt: skip
def test_what_stays(name: str, wanted: bool) -> None:
    assert icudata.is_wanted(f"icudt73l/{name}") is wanted
