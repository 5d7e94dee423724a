# SPDX-License-Identifier: MIT
"""Whether an entry of the journal holds some words: in its title, its fields, their values, or the reason it failed."""

from collections.abc import Callable, Iterator

from crmdesk.domain.changes import Change, Create, Delete, Update
from crmdesk.domain.matching import folded
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import english
from crmdesk.domain.values import plain
from crmdesk.engine.codec import change_from_json, dumps, loads, record_from_json

Finder = Callable[[str | None, str | None, str | None, str | None, str | None], bool]


def finder(text: str) -> Finder:
    """A test of (title, reason, change, before, after) as the journal keeps them; every word must be there.

    Only values that the change is about count, not everything else that the record held.
    """
    words = [folded(word) for word in text.split()]
    escaped = [folded(dumps(word)[1:-1]) for word in text.split()]  # as the file spells them

    def has(title: str | None, reason: str | None, change: str | None, before: str | None, after: str | None) -> bool:
        shown = folded(f"{english(title or '')} {english(reason or '')}")
        if all(word in shown for word in words):
            return True
        if change is None:
            return False
        raw = folded(f"{change} {before or ''} {after or ''}")
        if not all(word in shown or spelt in raw or word in raw for word, spelt in zip(words, escaped, strict=True)):
            return False  # nearly always: nothing need be decoded
        told = " ".join(_told(change_from_json(loads(change)), _record(before), _record(after)))
        whole = f"{shown} {folded(told)}"
        return all(word in whole for word in words)

    return has


def _record(text: str | None) -> Record | None:
    return None if text is None else record_from_json(loads(text))


def _told(change: Change, before: Record | None, after: Record | None) -> Iterator[str]:
    """Fields and values that a change is about."""
    match change:
        case Create(_, module, values):
            yield module
            names = tuple(values)
        case Update(loaded, values):
            yield f"{loaded.id.module} {loaded.id.key}"
            before, names = before or loaded, tuple(values)
        case Delete(loaded):
            yield f"{loaded.id.module} {loaded.id.key}"
            before, names, values = before or loaded, tuple(loaded.values), {}
        case _:
            header = change.after.header
            yield f"{header.id.module} {header.id.key}"
            yield " ".join(f"{line.text} {line.quantity} {line.unit_price}" for line in change.after.lines)
            names, values = tuple(header.values), header.values
    for name in names:
        yield name
        yield plain(values.get(name))
        for image in (before, after):
            if image is not None:
                yield plain(image.values.get(name))
                yield image.labels.get(name, "")
