# SPDX-License-Identifier: MIT
"""Making one sales document of another: what there can be made, what it would hold, and staging it as one step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from crmdesk.connectors.port import ActsOnRecords, EditsLines, RecordAction
from crmdesk.domain.document_copy import HeaderCopy, LostLine, copied_header, copied_lines
from crmdesk.domain.errors import Unsupported
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.schema import Module, Operation, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import StagedRecord, staged_document
from crmdesk.engine.staging import NEW, StagedChanges

_CHAIN = (("quote", "quotation", "offer", "opportunit"), ("order", "deliver"), ("invoice",))
_PURCHASE = "purchas"


@dataclass(frozen=True, slots=True)
class Target:
    """What can be made of a document.

    Attributes:
        module: of the new one. action: the vendor's own way to it, None = it is copied here and staged.
        why_not: a sentence on why it cannot be made, "" = it can.
    """

    module: Module
    action: RecordAction | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyPlan:
    """What would be staged, and what is not taken over.

    Attributes:
        source, target: the two modules.
        has_pending: the original has changes that are not sent; the copy has them.
    """

    source: Schema
    target: Schema
    header: HeaderCopy
    staged: StagedRecord
    lost: tuple[LostLine, ...] = ()
    has_pending: bool = False


def as_wanted(document: SalesDocument, staged: StagedChanges) -> SalesDocument:
    """A document with what is staged for its header and its lines."""
    record = document.header.id
    fields, lines = staged.get(record), staged.lines_of(record)
    header = document.header
    if fields is not None and fields.values:
        labels = {n: text for n, text in header.labels.items() if n not in fields.values}
        header = replace(header, values={**header.values, **fields.values}, labels={**labels, **fields.labels})
    return replace(document, header=header, lines=lines.lines if lines is not None else document.lines)


def has_pending(record: RecordId, staged: StagedChanges) -> bool:
    """Whether anything is staged for a document or its lines."""
    return staged.get(record) is not None or staged.lines_of(record) is not None


def likely_next(module: Module, others: Sequence[Module]) -> Module | None:
    """What usually comes after it: an order of a quote, an invoice of an order; None = nothing does."""
    place = _place(module)
    if place is None:
        return None
    later = [(at, one) for one in others if (at := _place(one)) is not None and at > place]
    return min(later, key=lambda one: one[0])[1] if later else None


def _place(module: Module) -> int | None:
    words = f"{module.name} {module.label}".casefold()
    if _PURCHASE in words:
        return None
    return next((at for at, said in enumerate(_CHAIN) if any(word in words for word in said)), None)


class DocumentCopier:
    """Makes documents of documents, for one account. Used on the loop's thread."""

    def __init__(self, session: AccountSession, staged: StagedChanges) -> None:
        self._session, self._staged = session, staged

    async def targets(self, module: ModuleName) -> tuple[Target, ...]:
        """What can be made of documents of a module: the same first, then what usually comes next, then the others.

        Raises:
            CrmError.
        """
        if not self._session.offers(EditsLines):
            return ()
        known = [one for one in await self._session.modules() if one.is_sales_document]
        own = next((one for one in known if one.name == module), None)
        if own is None:
            return ()
        others = [one for one in known if one.name != module]
        following = likely_next(own, others)
        others.sort(key=lambda one: (one != following, _place(one) is None))
        actions = await self._actions(module)
        return (await self._target(own, ()), *[await self._target(one, actions) for one in others])

    async def _actions(self, module: ModuleName) -> tuple[RecordAction, ...]:
        if not self._session.offers(ActsOnRecords):
            return ()
        return await self._session.ask_role(ActsOnRecords, lambda server: server.list_actions(module))

    async def _target(self, module: Module, actions: Sequence[RecordAction]) -> Target:
        action = next((one for one in actions if one.makes == module.name), None)
        if action is not None:
            return Target(module, action)
        if Operation.CREATE not in module.operations:
            return Target(module, why_not=sentence("You may not add {records} there.", records=module.label_plural))
        try:
            shape = await self._session.line_shape(module.name)
        except Unsupported:
            return Target(module, why_not=sentence("{records} have no lines there.", records=module.label_plural))
        if not shape.kinds or not shape.can_begin:
            return Target(
                module,
                why_not=sentence(
                    "This CRM does not take new {records} with lines from outside.", records=module.label_plural
                ),
            )
        return Target(module)

    async def plan(self, document: SalesDocument, module: ModuleName, today: date, title: str = "") -> CopyPlan:
        """What a document of ``module`` made of this one would hold; nothing is staged.

        Args:
            document: as it is wanted, see ``as_wanted``. title: how the new one is called, "" = the same.

        Raises:
            CrmError.
        """
        record = document.header.id
        source, target = await self._session.schema(record.module), await self._session.schema(module)
        header = copied_header(document.header, source, target, today, title)
        lines, lost = copied_lines(document.lines, await self._session.line_shape(module))
        named = header.values.get(target.title_field)
        staged = staged_document(
            RecordId(module, f"{NEW}{uuid4().hex[:12]}"),
            header.values,
            lines,
            labels=header.labels,
            currency=document.currency,
            tax_mode=document.tax_mode,
            title=str(named) if named is not None else "",
        )
        pending = has_pending(record, self._staged)
        return CopyPlan(source=source, target=target, header=header, staged=staged, lost=lost, has_pending=pending)

    async def stage(self, plan: CopyPlan, what: str) -> RecordId:
        """Stage it as one step, which undo calls ``what`` and takes back; its temporary id.

        Raises:
            ProfileError: the account's file cannot be written; nothing is staged.
        """
        await self._staged.stage([plan.staged], what)
        return plan.staged.id
