# SPDX-License-Identifier: MIT
"""Texts are found in the source, kept in .ts files and compiled; what cannot be translated is said."""

import json
from pathlib import Path

import i18n
import pytest
from i18n import Found, Text, as_json, as_ts, find, missing, read, take, troubles

SOURCE = """
from crmdesk.ui.wording import plural, tr
from crmdesk.domain.sentence import counted, sentence as said
from crmdesk.translation import mark

WORDS = {"a": mark("Marked")}

def work(n, word):
    tr("Open")
    tr("Hello {name}", name=word)
    tr(WORDS[word])
    plural(n, "1 row", "{n} rows")
    said("A sentence.")
    counted(n, "1 line", "{n} lines of {what}", what=word)
"""


def source(folder: Path, text: str, name: str = "crmdesk/ui/some.py") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_every_kind_of_text_is_found(tmp_path: Path) -> None:
    found = find(source(tmp_path, SOURCE))
    assert not found.mistakes
    assert {text.source: text.one for text in found.texts.values()} == {
        "Marked": None,
        "Open": None,
        "Hello {name}": None,
        "{n} rows": "1 row",
        "A sentence.": None,
        "{n} lines of {what}": "1 line",
    }


def test_others_functions_of_the_same_name_are_not_meant(tmp_path: Path) -> None:
    text = "from elsewhere import plural\ndef tr(x): return x\ntr('x')\nplural('y')\n"
    assert find(source(tmp_path, text)) == Found({}, [])


def test_the_demo_is_left_out(tmp_path: Path) -> None:
    assert find(source(tmp_path, SOURCE, "crmdesk/demo/some.py")) == Found({}, [])


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('tr(f"Open {n}")', "composed"),
        ('tr("Open " + n)', "composed"),
        ('tr("Open %s" % n)', "composed"),
        ("tr(1)", "composed"),
        ("tr()", "without its text"),
        ("said(n)", "takes a literal"),
        ("mark(n)", "takes a literal"),
        ('plural(n, f"{n} row", "{n} rows")', "composed"),
        ('tr("Hello {name}", nam=n)', "asks for ['name']"),
        ('tr("{n} rows"); plural(n, "1 row", "{n} rows")', "is counted here"),
    ],
)
def test_what_can_never_be_translated_is_a_mistake(tmp_path: Path, line: str, word: str) -> None:
    head = SOURCE.partition("WORDS")[0]
    (mistake,) = find(source(tmp_path, f"{head}\ndef work(n):\n    {line}\n")).mistakes
    assert word in mistake
    assert mistake.startswith("crmdesk/ui/some.py:")


def test_what_was_translated_is_kept_and_what_is_gone_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "FOLDER", tmp_path / "i18n")
    found = find(source(tmp_path, SOURCE))
    i18n.write("de", found, {"Open": "Öffnen", "{n} rows": ["{n} Zeile", "{n} Zeilen"], "Gone": "Weg"})
    path = i18n.ts_file("de")
    assert read(path) == {"Open": "Öffnen", "{n} rows": ["{n} Zeile", "{n} Zeilen"]}
    assert i18n.qm_file("de").stat().st_size > 0
    content, compiled = path.read_bytes(), i18n.qm_file("de").read_bytes()
    i18n.write("de", found, read(path))
    assert (path.read_bytes(), i18n.qm_file("de").read_bytes()) == (content, compiled)
    fewer = Found({k: v for k, v in found.texts.items() if k != "Open"}, [])
    assert i18n.out_of_date("de", found) == []
    assert i18n.out_of_date("de", fewer)
    i18n.write("de", fewer, read(path))
    assert set(read(path)) == {"{n} rows"}


def test_where_a_text_stands_does_not_change_the_file() -> None:
    here = Found({t.source: t for t in (Text("b", None, "x.py"), Text("a", None, "x.py"))}, [])
    there = Found({t.source: t for t in (Text("a", None, "y.py"), Text("b", None, "z.py"))}, [])
    assert as_ts("de", here, {}) == as_ts("de", there, {})


def test_translators_get_what_is_missing_with_its_place(tmp_path: Path) -> None:
    found = find(source(tmp_path, SOURCE))
    told = as_json(missing(found, {"Open": "Öffnen"}))
    assert "Open" not in told
    assert told["# crmdesk/ui/some.py"] == ""
    assert told["{n} rows"] == ["", ""]
    assert list(told)[list(told).index("{n} rows") - 1] == "# … 1 row"
    assert json.loads(json.dumps(told)) == told


def test_translations_are_taken_in_and_bad_ones_are_named(tmp_path: Path) -> None:
    found = find(source(tmp_path, SOURCE))
    known, complaints = take(
        found,
        {"Open": "Auf"},
        {
            "# crmdesk/ui/some.py": "",
            "Open": "Öffnen",
            "Marked": "",
            "Hello {name}": "Hallo {nam}",
            "{n} rows": ["{n} Zeile"],
            "unknown": "unbekannt",
            "A sentence.": "Ein Satz.",
            "{n} lines of {what}": ["Eine Zeile von {what}", "{n} Zeilen von {what}"],
        },
    )
    assert known == {
        "Open": "Öffnen",
        "A sentence.": "Ein Satz.",
        "{n} lines of {what}": ["Eine Zeile von {what}", "{n} Zeilen von {what}"],
    }
    assert [complaint.split("'")[1] for complaint in complaints] == ["Hello {name}", "{n} rows", "unknown"]


@pytest.mark.parametrize(
    ("said", "translation", "is_fine"),
    [
        ("Open…", "Öffnen…", True),
        ("Open…", "Öffnen", False),
        ("Open", "Öffnen.", True),  # may be an abbreviation
        ("Open it on the server", "Auf dem Server öffnen.", False),
        ("Really?", "Wirklich?", True),
        ("Really?", "Wirklich", False),
        ("&File", "&Datei", True),
        ("&File", "Datei", False),
        ("A & B", "A & B", True),
        (" more", " mehr", True),
        (" more", "mehr", False),
        ("usage: %s", "Aufruf: %s", True),
        ("usage: %s", "Aufruf:", False),
        ("{a} {b}", "{b} {a}", True),
        ("{a} {b}", "{b}", False),
        ('JSON: {"events": false}.', 'JSON: {"events": false}!', False),
        ("x", "", False),
    ],
)
def test_what_is_wrong_with_a_translation(said: str, translation: str, is_fine: bool) -> None:
    assert (not list(troubles(Text(said, None, ""), translation))) is is_fine
