# SPDX-License-Identifier: MIT
"""DocumentSource: from where a sales tab has its document: the server, the copy while it is away, or what is staged."""

from dataclasses import dataclass

from crmdesk.domain.names import RecordId
from crmdesk.domain.sales import LineShape, SalesDocument
from crmdesk.domain.schema import Schema
from crmdesk.engine.desk import Account
from crmdesk.engine.mirror.documents import CopiedDocument
from crmdesk.engine.staged_record import begun_document
from crmdesk.engine.staging import NEW
from crmdesk.ui.copies.copy_words import when_words
from crmdesk.ui.formats import Formats
from crmdesk.ui.wording import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A document as it was read.

    Attributes:
        document: None = there is none to show; ``words`` (title, hint) say why.
        note: what is to be said of it, "" = nothing. copied: it comes out of the copy.
    """

    schema: Schema
    shape: LineShape
    document: SalesDocument | None
    words: tuple[str, str] = ("", "")
    note: str = ""
    copied: bool = False


class DocumentSource:
    """Made for one document; used on the loop's thread."""

    def __init__(self, account: Account, record: RecordId, formats: Formats) -> None:
        self._account, self._record, self._formats = account, record, formats

    async def read(self) -> Loaded:
        """The document with all that is needed to show it.

        Raises:
            CrmError.
        """
        reading, module = self._account.reading, self._record.module
        schema = await reading.schema(module)
        shape = await self._account.session.line_shape(module)
        if self._record.key.startswith(NEW):
            document, words = self._begun(shape)
            return Loaded(schema=schema, shape=shape, document=document, words=words)
        found = await reading.document(self._record)
        copied = found.at is not None
        note = self._note(found) if copied else ""
        return Loaded(schema=schema, shape=shape, document=found.document, note=note, copied=copied)

    def _begun(self, shape: LineShape) -> tuple[SalesDocument | None, tuple[str, str]]:
        """A new document; without lines to show where the words say why."""
        staged = self._account.staged.get(self._record)
        if staged is not None and shape.can_begin:
            return begun_document(staged), ("", "")
        if staged is not None:
            return None, (tr("Send the new document first"), tr("This CRM takes lines of documents it has."))
        if self._record in self._account.staged.made:
            return None, (tr("This document was sent"), "")
        return None, (tr("This new document was discarded"), tr("Ctrl+Z brings it back."))

    def _note(self, found: CopiedDocument) -> str:
        when = when_words(found.at, self._formats) if found.at is not None else ""
        text = tr("Offline: these lines are as on the server at {when}. What you change is compared with the server when it "
                  "answers, before anything is sent. Products are those this computer knows.",
                  when=when)  # fmt: skip
        if found.is_old:
            text += " " + tr(
                "The document was changed on the server after that, so its lines may be other ones by now."
            )
        return text
