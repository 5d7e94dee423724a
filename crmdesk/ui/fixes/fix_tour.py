# SPDX-License-Identifier: MIT
"""The part of the tour that mends many records: one change to all, likely duplicates, damaged text."""

from typing import TYPE_CHECKING

from PySide6.QtTest import QTest

from crmdesk.domain.schema import FieldType
from crmdesk.ui.fixes.bulk_sheet import BulkSheet
from crmdesk.ui.fixes.damage_sheet import DamageSheet
from crmdesk.ui.fixes.duplicates_sheet import DuplicatesSheet
from crmdesk.ui.fixes.open_fixes import change_many, find_damage, find_duplicates
from crmdesk.ui.form.editor import FieldEditor

if TYPE_CHECKING:
    from crmdesk.ui.tour_hands import TourHands
    from crmdesk.ui.workspace import Workspace


async def show(hands: "TourHands", space: "Workspace") -> None:
    """Each of the sheets over the table in front, looked at and closed; nothing is staged."""
    page = space.tables[0]
    schema = await space.account.session.schema(page.module.name)
    space.show_page(page)
    page.go_to(0)
    page.grid.extend_to(page.model.index(min(9, page.model.rowCount() - 1), page.grid.currentIndex().column()))
    change_many(space)
    bulk = hands.sheet(BulkSheet)
    field = next((f for f in schema.fields if f.name.endswith("city") and f.type is FieldType.TEXT), None)
    if field is not None:
        bulk.form.choose_field(field.name)
        editor = bulk.form.findChild(FieldEditor)
        if editor is not None:
            QTest.keyClicks(editor.inner, "Helsinki")
    await hands.until(bulk.take.isEnabled, "the preview")
    await hands.take("27-change-many")
    await hands.shut(bulk)
    page.clear_filters()  # what is alike or damaged is among all of them
    await hands.until(lambda: page.rows.whole is not None, "the whole table")
    find_duplicates(space)
    alike = hands.sheet(DuplicatesSheet)
    await hands.until(lambda: alike.side.records.rowCount() > 1, "likely duplicates")
    await hands.take("28-duplicates")
    await hands.shut(alike)
    find_damage(space)
    damage = hands.sheet(DamageSheet)
    await hands.until(lambda: damage.grid.records.rowCount() > 0, "damaged text")
    await hands.take("29-damage")
    await hands.shut(damage)
