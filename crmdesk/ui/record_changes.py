# SPDX-License-Identifier: MIT
"""Beginning and deleting records of an account; both are pending until they are reviewed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmdesk.domain.record import Record
from crmdesk.domain.schema import Module, Operation
from crmdesk.ui.delete_sheet import DeleteSheet
from crmdesk.ui.form.form_content import default_values
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import tr, within

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace


def begin_record(space: "Workspace", module: Module, scope: TaskScope) -> None:
    """A new record with its defaults, in its module's table and beside it; it is said where the user may not."""
    if Operation.CREATE not in module.operations:
        space.info.emit(tr("You may not add {records}.", records=module.label_plural))
        return
    scope.start(_begin(space, module))


async def _begin(space: "Workspace", module: Module) -> None:
    schema = await space.copies.schema(module.name)
    title = tr("New {record}", record=within(module.label))
    record = await space.account.staged.create(module.name, default_values(schema), title)
    page = space.open_module(schema.module)
    page.choose_record(record)
    space.show_panel(True)
    space.panel.show_record(space.account, record)


def delete_records(space: "Workspace", records: Sequence[tuple[Record, str]], module: Module, scope: TaskScope) -> None:
    """Stage deletions after a confirmation that names them; it is said where the user may not."""
    if Operation.DELETE not in module.operations:
        space.info.emit(tr("You may not delete {records}.", records=module.label_plural))
        return
    scope.start(_delete(space, records, module))


async def _delete(space: "Workspace", records: Sequence[tuple[Record, str]], module: Module) -> None:
    sheet = DeleteSheet([title for _, title in records], module)
    if await sheet.ask_in(space.window()):
        await space.account.staged.delete(records)
