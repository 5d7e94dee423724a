# SPDX-License-Identifier: MIT
"""Opening the data fixes over the table in front."""

from typing import TYPE_CHECKING

from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Operation
from crmdesk.ui.wording import plural, tr

if TYPE_CHECKING:
    from pathlib import Path

    from crmdesk.ui.workspace import Workspace


def change_many(space: "Workspace") -> None:
    """One change to the marked rows, to the filter's result, or to a list of ids."""
    from crmdesk.ui.fixes.bulk_sheet import BulkSheet, Offer

    page = space.current
    schema = space.account.session.known_schema(page.module.name) if page is not None else None
    if page is None or schema is None or page.bar is None or not space.may_write():
        return
    if Operation.UPDATE not in page.module.operations:
        space.info.emit(tr("You may not change {0}.").format(page.module.label_plural))
        return
    columns, at = page.model.columns, page.grid.currentIndex().column()
    selected = [record for record, _ in page.chosen_records()]
    field = columns[at].key if 0 <= at < len(columns) else ""
    offer = Offer(selected, page.bar.where(), page.rows.total, field)
    sheet = BulkSheet(space.account, schema, space.formats, offer, space.report)
    sheet.staged.connect(lambda count: space.info.emit(_staged_words(count)))
    sheet.open_in(space.window(), focus=sheet.form.field_combo)


def _staged_words(count: int) -> str:
    return plural(
        count,
        "1 change is pending. Review and apply it with Ctrl+Shift+Return.",
        "{n} changes are pending. Review and apply them with Ctrl+Shift+Return.",
    )


def find_damage(space: "Workspace") -> None:
    """Damaged text among the records of the table in front."""
    from crmdesk.ui.fixes.damage_sheet import DamageSheet

    page = space.current
    schema = space.account.session.known_schema(page.module.name) if page is not None else None
    if page is None or schema is None or page.bar is None or not space.may_write():
        return
    sheet = DamageSheet(space.account, schema, space.formats, page.bar.where(), space.report)
    sheet.staged.connect(lambda count: space.info.emit(_staged_words(count)))
    sheet.open_in(space.window(), focus=sheet.grid)


def find_duplicates(space: "Workspace") -> None:
    """Likely duplicates among the records of the table in front."""
    from crmdesk.ui.fixes.duplicates_sheet import DuplicatesSheet

    page = space.current
    schema = space.account.session.known_schema(page.module.name) if page is not None else None
    if page is None or schema is None or page.bar is None:
        return
    sheet = DuplicatesSheet(space.account, schema, space.formats, page.bar.where(), space.report)
    sheet.open_in(space.window(), focus=sheet.list)


def import_file(space: "Workspace", path: "Path | None" = None) -> None:
    """A file into the module of the table in front."""
    from crmdesk.ui.fixes.import_sheet import ImportSheet

    page = space.current
    schema = space.account.session.known_schema(page.module.name) if page is not None else None
    if page is None or schema is None or not space.may_write():
        return
    if not page.module.operations & {Operation.CREATE, Operation.UPDATE, Operation.DELETE}:
        space.info.emit(tr("You may neither add nor change {0}.").format(page.module.label_plural))
        return
    sheet = ImportSheet(space.account, schema, space.formats, space.report, path)
    sheet.staged.connect(lambda count: space.info.emit(_staged_words(count)))
    sheet.open_in(space.window(), focus=sheet.file.choose)


def export_rows(space: "Workspace") -> None:
    """The records of the table in front into a file."""
    from crmdesk.ui.fixes.export_sheet import ExportOffer, ExportSheet

    page = space.current
    schema = space.account.session.known_schema(page.module.name) if page is not None else None
    if page is None or schema is None or page.rows.feed is None:
        return
    query = page.rows.feed.query
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
