# SPDX-License-Identifier: MIT
"""PartForm: everything that an operation or an action takes, in one column."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from crmdesk.connectors.port import Part
from crmdesk.domain.values import NotAValue
from crmdesk.ui.calls.arguments import argument_text
from crmdesk.ui.calls.part_editors import PartEditor, make_part
from crmdesk.ui.form.field_editors import ReferenceSearch
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import fill, label
from crmdesk.ui.wording import tr


class PartForm(QFrame):
    """Signals:
    resized(): it needs another height.
    submitted(): Return in a line, Ctrl+Return in a text.
    """

    resized = Signal()
    submitted = Signal()

    def __init__(self, parts: Sequence[Part], formats: Formats, search: ReferenceSearch | None) -> None:
        """``search`` finds records; without it they are given by their keys."""
        super().__init__()
        self.editors: tuple[PartEditor, ...] = tuple(make_part(part, formats, search) for part in parts)
        nothing = [] if self.editors else [label(tr("It takes nothing."), "muted")]
        marked = [label(tr("* must be filled in"), "muted", "small")] if any(p.required for p in parts) else []
        fill(self, *nothing, *self.editors, *marked, vertical=True, spacing=8)
        for editor in self.editors:
            editor.resized.connect(self.resized)
            editor.submitted.connect(self.submitted)

    def editor(self, name: str) -> PartEditor:
        """The editor of a part.

        Raises:
            KeyError: there is none.
        """
        for editor in self.editors:
            if editor.part.name == name:
                return editor
        raise KeyError(name)

    def read(self) -> Mapping[str, str] | None:
        """What is given, as ``call`` and ``act`` take it; None = something is wrong, which is shown in place."""
        given: dict[str, str] = {}
        wrong: list[PartEditor] = []
        for editor in self.editors:
            try:
                value = editor.read()
            except NotAValue:
                wrong.append(editor)
                continue
            if value is not None:
                given[editor.part.name] = argument_text(value)
        if wrong:
            wrong[0].focus_problem()
            return None
        return given

    def show_problems(self, sentences: Mapping[str, str]) -> None:
        """What the vendor says of single values."""
        for editor in self.editors:
            if editor.part.name in sentences:
                editor.show_problem(sentences[editor.part.name])
