# SPDX-License-Identifier: MIT
"""Every key there is, by group: the menus' own, and those of grid, record, lines, filters and queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QKeySequence

from crmdesk.ui.menu_entries import Entry, Keys, all_menus
from crmdesk.ui.translation import mark, tr

ALSO: Final[Mapping[Keys, tuple[str, ...]]] = {  # what the platform leaves out and hands try all the same
    QKeySequence.StandardKey.Redo: ("Ctrl+Y", "Ctrl+Shift+Z"),
    QKeySequence.StandardKey.ZoomIn: ("Ctrl+=",),
}


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One action: where, what, its keys as this system writes them ("" = by the menu only)."""

    group: str
    what: str
    keys: str


def sequences(keys: Keys) -> list[QKeySequence]:
    """Every combination that stands for an entry's key, the one to show first; empty = none."""
    if isinstance(keys, QKeySequence.StandardKey):
        texts = [*(key.toString() for key in QKeySequence.keyBindings(keys)), *ALSO.get(keys, ())]
        return [QKeySequence(text) for text in dict.fromkeys(texts)]
    return [QKeySequence(keys), *(QKeySequence(text) for text in ALSO.get(keys, ()))] if keys else []


def told(keys: Keys) -> str:
    """The keys of an entry as a person reads them: the first, and those that hands try besides."""
    return shown(*sequences(keys)[:1], *(QKeySequence(text) for text in ALSO.get(keys, ())))


def shown(*texts: QKeySequence | str) -> str:
    """Keys as this system writes them."""
    made = [QKeySequence(one) if isinstance(one, str) else one for one in texts]
    return ", ".join(dict.fromkeys(one.toString(QKeySequence.SequenceFormat.NativeText) for one in made))


_ANY: Final = mark("any letter")  # told as it is: no sequence of Qt's
_TABLE, _RECORD, _LINES = mark("In a table"), mark("In the record beside it"), mark("In the lines of a document")
_EVERYWHERE, _OTHERS = mark("Everywhere"), mark("In filters, queries and lists")

_ELSEWHERE: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (_EVERYWHERE, mark("Close what is on top: a message, a list, a window"), ("Esc",)),
    (_EVERYWHERE, mark("To the next or the previous control"), ("Tab", "Shift+Tab")),
    (_EVERYWHERE, mark("Open the menu bar"), ("Alt",)),
    (_EVERYWHERE, mark("Menu of what is chosen"), ("Menu", "Shift+F10")),
    (_EVERYWHERE, mark("Move the border that has the focus, with Shift further"), ("Left", "Right", "Up", "Down")),
    (_TABLE, mark("Begin to edit the cell"), ("F2",)),
    (_TABLE, mark("Replace what stands in the cell"), (_ANY,)),
    (_TABLE, mark("Take what was typed and go down or up"), ("Return", "Shift+Return")),
    (_TABLE, mark("Go right or left, and on in the next row"), ("Tab", "Shift+Tab")),
    (_TABLE, mark("Drop what was typed"), ("Esc",)),
    (_TABLE, mark("Empty the selected cells"), ("Del", "Backspace")),
    (_TABLE, mark("Copy, cut, paste"), ("Ctrl+C", "Ctrl+X", "Ctrl+V")),
    (_TABLE, mark("Select everything"), ("Ctrl+A",)),
    (_TABLE, mark("Select more"), ("Shift+Up", "Shift+Down", "Shift+Left", "Shift+Right")),
    (_TABLE, mark("To the first or last row or column"), ("Ctrl+Up", "Ctrl+Down", "Ctrl+Left", "Ctrl+Right")),
    (_TABLE, mark("Make the column narrower or wider"), ("Alt+Shift+Left", "Alt+Shift+Right")),
    (_TABLE, mark("Follow the link in the cell"), ("Ctrl+Return",)),
    (_TABLE, mark("Press what the cell offers"), ("Space",)),
    (_RECORD, mark("Find a field"), ("Ctrl+Shift+F",)),
    (_RECORD, mark("To the next or the previous field"), ("Down", "Up")),
    (_RECORD, mark("Edit the field"), ("F2", "Return")),
    (_RECORD, mark("Open the field's list or calendar"), ("Space", "F4")),
    (_RECORD, mark("Empty the field"), ("Del",)),
    (_RECORD, mark("Take a field's change back"), ("Esc",)),
    (_RECORD, mark("Copy the field's value"), ("Ctrl+C",)),
    (_RECORD, mark("Done with a long text"), ("Ctrl+Return",)),
    (_LINES, mark("New line"), ("Ctrl+N",)),
    (_LINES, mark("Remove"), ("Ctrl+Del",)),
    (_LINES, mark("Duplicate"), ("Alt+Shift+Down",)),
    (_LINES, mark("Move the line"), ("Alt+Up", "Alt+Down")),
    (_LINES, mark("Fill down"), ("Ctrl+Shift+Y",)),
    (_LINES, mark("Review and save…"), ("Ctrl+S",)),
    (_OTHERS, mark("Take the condition, or drop it"), ("Return", "Esc")),
    (_OTHERS, mark("Change a filter's chip, or remove it"), ("Return", "Del")),
    (_OTHERS, mark("Run the query or the operation"), ("Ctrl+Return",)),
    (_OTHERS, mark("Move a column up or down"), ("Alt+Up", "Alt+Down")),
    (_OTHERS, mark("Choose from what was found, in a new tab"), ("Return", "Ctrl+Return")),
    (_OTHERS, mark("Discard the chosen pending change"), ("Del",)),
)


def key_lines() -> tuple[KeyLine, ...]:
    """Everything: the menus from left to right with every entry, then the other places."""
    found = []
    for title, lines in all_menus():
        group = title.replace("&", "")
        found += [KeyLine(group, _words(line), told(line.keys)) for line in lines if line is not None]
    found += [KeyLine(tr(group), tr(what), ", ".join(_key(key) for key in keys)) for group, what, keys in _ELSEWHERE]
    return tuple(found)


def as_text(lines: Sequence[KeyLine]) -> str:
    """For paper or an e-mail: groups with their actions, keys in a column."""
    width = max((len(line.what) for line in lines), default=0)
    parts: list[str] = []
    for group in dict.fromkeys(line.group for line in lines):
        mine = [line for line in lines if line.group == group]
        parts.append("\n".join((group, *(f"  {line.what:{width}}  {line.keys}".rstrip() for line in mine))))
    return "\n\n".join(parts) + "\n"


def _words(entry: Entry) -> str:
    text = entry.text.replace("&", "")
    return f"{entry.under.replace('&', '')}: {text}" if entry.under else text


def _key(text: str) -> str:
    return tr(text) if text == _ANY else shown(text)
