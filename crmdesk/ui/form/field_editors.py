# SPDX-License-Identifier: MIT
"""FieldType -> editor. The same editors serve the record form and the cells of a table."""

from PySide6.QtWidgets import QWidget

from crmdesk.domain.schema import Field, FieldType
from crmdesk.ui.form.choice_editors import ChoiceEditor, MultiChoiceEditor
from crmdesk.ui.form.editor import FieldEditor
from crmdesk.ui.form.moment_editor import MomentEditor
from crmdesk.ui.form.reference_picker import ReferenceEditor, ReferenceSearch
from crmdesk.ui.form.text_editors import BooleanEditor, LongTextEditor, TextEditor
from crmdesk.ui.formats import Formats

__all__ = ["FieldEditor", "ReferenceSearch", "make_editor"]


def make_editor(
    field: Field, formats: Formats, parent: QWidget | None = None, *, search: ReferenceSearch | None = None
) -> FieldEditor:
    """The editor for a field.

    Args:
        search: finds records for references; without it a reference is typed as its id.
    """
    match field.type:
        case FieldType.LONG_TEXT:
            return LongTextEditor(field, formats, parent)
        case FieldType.BOOLEAN:
            return BooleanEditor(field, formats, parent)
        case FieldType.CHOICE:
            return ChoiceEditor(field, formats, parent)
        case FieldType.MULTI_CHOICE:
            return MultiChoiceEditor(field, formats, parent)
        case FieldType.DATE | FieldType.DATETIME:
            return MomentEditor(field, formats, parent)
        case FieldType.REFERENCE if search is not None:
            return ReferenceEditor(field, formats, parent, search)
        case _:
            return TextEditor(field, formats, parent)
