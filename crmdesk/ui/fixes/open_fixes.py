# SPDX-License-Identifier: MIT
"""Opening the data fixes over the table in front."""

from typing import TYPE_CHECKING

from crmdesk.domain.names import FieldName
from crmdesk.ui.wording import plural, tr

if TYPE_CHECKING:
    from pathlib import Path

    from crmdesk.domain.schema import Schema
    from crmdesk.ui.fixes.fix_sheet import FixSheet
    from crmdesk.ui.table.filter_bar import FilterBar
    from crmdesk.ui.table.table_tab import TableTab
    from crmdesk.ui.workspace import Workspace


def change_many(space: "Workspace") -> None:
    """One change to the marked rows, to the filter's result, or to a list of ids."""
    from crmdesk.domain.schema import Operation
    from crmdesk.ui.fixes.bulk_sheet import BulkSheet, Offer

    front = _front(space, writes=True)
    if front is None:
        return
    page, schema, bar = front
    if Operation.UPDATE not in page.module.operations:
        space.info.emit(tr("You may not change {0}.").format(page.module.label_plural))
        return
    columns, at = page.model.columns, page.grid.currentIndex().column()
    selected = [record for record, _ in page.chosen_records()]
    field = columns[at].key if 0 <= at < len(columns) else ""
    offer = Offer(selected, bar.where(), page.rows.total, field)
    sheet = BulkSheet(space.account, schema, space.formats, offer, space.report)
    _tell_staged(space, sheet)
    sheet.open_in(space.window(), focus=sheet.form.field_combo)


def find_damage(space: "Workspace") -> None:
    """Damaged text among the records of the table in front."""
    from crmdesk.ui.fixes.damage_sheet import DamageSheet

    front = _front(space, writes=True)
    if front is not None:
        _, schema, bar = front
        sheet = DamageSheet(space.account, schema, space.formats, bar.where(), space.report)
        _tell_staged(space, sheet)
        sheet.open_in(space.window(), focus=sheet.grid)


def find_duplicates(space: "Workspace") -> None:
    """Likely duplicates among the records of the table in front; the sheet stays open and says itself what is staged."""
    from crmdesk.ui.fixes.duplicates_sheet import DuplicatesSheet

    front = _front(space)
    if front is not None:
        _, schema, bar = front
        sheet = DuplicatesSheet(space.account, schema, space.formats, bar.where(), space.report)
        sheet.open_in(space.window(), focus=sheet.list)


def import_file(space: "Workspace", path: "Path | None" = None) -> None:
    """A file into the module of the table in front."""
    from crmdesk.domain.schema import Operation
    from crmdesk.ui.fixes.import_sheet import ImportSheet

    front = _front(space, writes=True)
    if front is None:
        return
    page, schema, _ = front
    if not page.module.operations & {Operation.CREATE, Operation.UPDATE, Operation.DELETE}:
        space.info.emit(tr("You may neither add nor change {0}.").format(page.module.label_plural))
        return
    sheet = ImportSheet(space.account, schema, space.formats, space.report, path)
    _tell_staged(space, sheet)
    sheet.open_in(space.window(), focus=sheet.file.choose)


def export_rows(space: "Workspace") -> None:
    """The records of the table in front into a file."""
    from crmdesk.ui.fixes.export_sheet import ExportOffer, ExportSheet

    front = _front(space)
    query = front[0].rows.query if front is not None else None
    if front is None or query is None:
        return
    page, schema, _ = front
    marked = [record for record, _ in page.chosen_records()]
    offer = ExportOffer(
        marked=marked if len(marked) > 1 else (),
        fields=tuple(name for column in page.model.columns if (name := FieldName(column.key)) and schema.field(name)),
        where=query.where,
        order=query.order,
        total=page.rows.total,
        whole=page.rows.whole,
        pending=sum(staged.id.module == page.module.name for staged in space.account.staged.all()),
    )
    sheet = ExportSheet(space.account, schema, space.formats, offer, space.report)
    sheet.open_in(space.window(), focus=sheet.go)


def _front(space: "Workspace", *, writes: bool = False) -> "tuple[TableTab, Schema, FilterBar] | None":
    """The table in front, once its fields are known; None where there is none, or where it may not be written to."""
    page = space.current
    schema = page.schema if page is not None else None
    if page is None or schema is None or page.bar is None or (writes and not space.may_write()):
        return None
    return page, schema, page.bar


def _tell_staged(space: "Workspace", sheet: "FixSheet") -> None:
    sheet.staged.connect(
        lambda count: space.info.emit(
            plural(
                count,
                "1 change is pending. Review and apply it with Ctrl+Shift+Return.",
                "{n} changes are pending. Review and apply them with Ctrl+Shift+Return.",
            )
        )
    )
