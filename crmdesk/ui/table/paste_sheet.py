# SPDX-License-Identifier: MIT
"""The question before a paste that would empty cells or cannot take all of the clipboard."""

from crmdesk.ui.parts import box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.table.pasting import Pasted
from crmdesk.ui.wording import plural, tr


class PasteSheet(Sheet):
    """Accepted = stage it; ``clears`` says whether the empty cells of the clipboard empty what is there."""

    def __init__(self, found: Pasted) -> None:
        count = len(found.filled)
        super().__init__(tr("Paste"), 520)
        self.clears = False
        parts = [label(plural(count, "{n} cell gets a value.", "{n} cells get a value."), "", "bold", wrap=True)]
        if found.emptied:
            parts.append(label(_emptied(found), wrap=True))
        if found.kept:
            parts.append(label(found.kept_words, "muted", wrap=True))
        body = box(*parts, vertical=True, margins=(18, 14, 18, 14), spacing=10)
        keep = tr("Paste and keep the values") if found.emptied else tr("Paste the rest")
        self.leave = button(keep, "primary", self.accept)
        right = [button(tr("Cancel"), "", self.reject)]
        if found.emptied:
            right.append(
                button(
                    plural(len(found.emptied), "Paste and clear {n} cell", "Paste and clear {n} cells"), "", self._clear
                )
            )
        self.set_content(body, (), (*right, self.leave))

    def _clear(self) -> None:
        self.clears = True
        self.accept()


def _emptied(found: Pasted) -> str:
    """What stands under the empty cells, by column."""
    names = list(dict.fromkeys(known.label for _, known, _, _ in found.emptied))
    columns = ", ".join(names[:4]) + (tr(" and others") if len(names) > 4 else "")
    return plural(
        len(found.emptied),
        "One empty cell of the clipboard lies over a value ({columns}). Should the value stay or go?",
        "{n} empty cells of the clipboard lie over values ({columns}). Should the values stay or go?",
        columns=columns,
    )
