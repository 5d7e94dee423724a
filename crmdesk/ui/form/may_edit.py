# SPDX-License-Identifier: MIT
"""Whether a record may be changed, and why not, in the person's words."""

from crmdesk.domain.schema import Operation, Schema
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import Kind, StagedRecord
from crmdesk.ui.translation import tr


def why_not(account: Account | None, schema: Schema | None, operation: Operation) -> str:
    """Why the user may not do this with a record of that module, "" = may."""
    if account is None or schema is None:
        return tr("Still reading.")
    if not account.profile.may_write:
        return tr("This account is set to read only.")
    if operation not in schema.module.operations:
        return tr("The server does not let you do this in {module}.", module=schema.module.label_plural)
    return ""


def why_not_edit(account: Account | None, schema: Schema | None, staged: StagedRecord | None, *, is_whole: bool) -> str:
    """Why no field of a record can be edited now, "" = they can.

    Args:
        is_whole: all of it was read.
    """
    if staged is not None and staged.kind is Kind.DELETE:
        return tr("The record will be deleted.")
    creating = staged is not None and staged.kind is Kind.CREATE
    why = why_not(account, schema, Operation.CREATE if creating else Operation.UPDATE)
    return why or ("" if is_whole else tr("Only when the whole record is read."))
