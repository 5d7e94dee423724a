# SPDX-License-Identifier: MIT
"""The keyboard map: every entry of the menus is in it, no key means two things at once, what it tells of others is true."""

import re
from pathlib import Path

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from crmdesk.ui.key_map import _ELSEWHERE, as_text, key_lines, sequences, told
from crmdesk.ui.menu_entries import all_menus

UI = Path(__file__).resolve().parents[2] / "crmdesk" / "ui"


def test_every_entry_of_the_menus_appears_with_its_key(qapp: QApplication) -> None:
    held = {(line.group, line.what): line.keys for line in key_lines()}
    count = 0
    for title, lines in all_menus():
        for entry in lines:
            if entry is None:
                continue
            what = f"{entry.under}: {entry.text}" if entry.under else entry.text
            assert held[title.replace("&", ""), what.replace("&", "")] == told(entry.keys)
            count += 1
    assert count > 50


def test_no_key_of_the_menus_means_two_things(qapp: QApplication) -> None:
    seen: dict[str, str] = {}
    for _, lines in all_menus():
        for entry in lines:
            for sequence in sequences(entry.keys) if entry is not None else ():
                assert entry is not None
                key = sequence.toString()
                assert key not in seen, f"{key}: {seen.get(key)} and {entry.text}"
                seen[key] = entry.text


def test_every_shortcut_outside_the_menus_is_told(qapp: QApplication) -> None:
    known = {key for _, _, keys in _ELSEWHERE for key in keys}
    held = set()
    for path in UI.rglob("*.py"):
        text = path.read_text("utf-8")
        held |= set(re.findall(r'QShortcut\(QKeySequence\("([^"]+)"\)', text))
        if "QShortcut(" in text:
            held |= set(re.findall(r'^\s+\("((?:Ctrl|Alt|Shift)\+[^"]+)", ', text, re.MULTILINE))
    assert held
    assert held <= known


def test_keys_are_written_as_the_system_does(qapp: QApplication) -> None:
    lines = key_lines()
    cell = next(line for line in lines if "Replace what stands" in line.what)
    assert cell.keys == "any letter"
    edit = next(line for line in lines if line.what == "Begin to edit the cell")
    assert edit.keys == QKeySequence("F2").toString(QKeySequence.SequenceFormat.NativeText)


def test_the_text_has_groups_and_a_column_of_keys(qapp: QApplication) -> None:
    text = as_text([line for line in key_lines() if line.group in ("File", "In the lines of a document")])
    assert text.startswith("File\n  ")
    assert "\n\nIn the lines of a document\n" in text
    places = {line.rfind("  ") for line in text.splitlines() if "Ctrl+S" in line or "Alt+Shift+Down" in line}
    assert len(places) == 1
