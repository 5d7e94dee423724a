# SPDX-License-Identifier: MIT
"""What can be done with a note or a document beside changing its fields: give a note to a record, add a revision."""

import base64
import binascii
from collections.abc import Mapping

from crmdesk.connectors.port import Part, RecordAction
from crmdesk.connectors.vendors.sugarsoap import catalog, documents
from crmdesk.connectors.vendors.sugarsoap.modules import Modules
from crmdesk.connectors.vendors.sugarsoap.session import Session
from crmdesk.domain.errors import Invalid, Unsupported
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sentence import sentence

RELATE, REVISE = "relate_note_to_module", "set_document_revision"

_MODULES = ("Accounts", "Contacts", "Leads", "Opportunities", "Cases", "Bugs", "Project", "Meetings", "Calls", "Tasks")

_RELATE = RecordAction(
    key=RELATE,
    label=sentence("Give to a record…"),
    question=sentence("The note will belong to the record you name, and no longer to the one it belongs to now."),
    parts=(
        Part(
            name="module",
            label=sentence("Kind of record"),
            kind="choice",
            required=True,
            choices={name: catalog.KINDS[name][0] for name in _MODULES},
        ),
        Part(name="record", label=sentence("Record"), kind="record", required=True),
    ),
)
_REVISE = RecordAction(
    key=REVISE,
    label=sentence("Add a revision…"),
    question=sentence("The file becomes the document's newest revision; the older ones stay."),
    parts=(
        Part(
            name="revision",
            label=sentence("Revision"),
            required=True,
            hint=sentence("A number or a name, for example 2."),
        ),
        Part(name="file_name", label=sentence("File name"), required=True),
        Part(name="file", label=sentence("File"), kind="binary", required=True),
    ),
)


def list_actions(module: ModuleName) -> tuple[RecordAction, ...]:
    """What can be done with a record of this module."""
    return {catalog.NOTES: (_RELATE,), catalog.DOCUMENTS: (_REVISE,)}.get(module, ())


def act(session: Session, modules: Modules, record: RecordId, action: str, told: Mapping[str, str]) -> None:
    """Do it.

    Raises:
        Unsupported: no such action. Invalid: an argument is missing or wrong; nothing was sent.
    """
    found = next((one for one in list_actions(record.module) if one.key == action), None)
    if found is None:
        raise Unsupported(sentence("the action {action}", action=action))
    missing = [part.label for part in found.parts if not told.get(part.name, "").strip()]
    if missing:
        raise Invalid(sentence("{missing} is missing. Nothing was sent.", missing=missing[0]))
    if action == RELATE:
        if told["module"] not in _MODULES or told["module"] not in modules.names():
            raise Invalid(sentence("A note cannot belong to this kind of record. Nothing was sent."))
        target = RecordId(ModuleName(told["module"]), told["record"].strip())
        documents.relate_note(session, modules, record, target)
        return
    try:
        content = base64.b64decode("".join(told["file"].split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(sentence("The file is not base64. Choose it anew; nothing was sent.")) from error
    title = modules.whole(record).values.get("document_name", "")
    documents.revise(session, record, title, told["file_name"], content, told["revision"])
