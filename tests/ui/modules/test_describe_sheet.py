# SPDX-License-Identifier: MIT
"""A module's fields as a table; where the server describes nothing, the sheet and the columns' sheet say so."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.modules.describe_sheet import DescribeSheet
from crmdesk.ui.table.column_chooser import ColumnChooser
from crmdesk.ui.wording import incomplete_hint
from tests.ui.table.kinds import FIELDS, SCHEMA
from tests.ui.waiting import host


def _says_so(sheet: QWidget) -> bool:
    return any(told.text() == incomplete_hint() and told.isVisible() for told in sheet.findChildren(QLabel))


@pytest.mark.parametrize("is_complete", [True, False])
def test_an_incomplete_list_of_fields_says_so(qtbot: QtBot, is_complete: bool) -> None:
    with host() as window:
        sheet = DescribeSheet(replace(SCHEMA, is_complete=is_complete))
        sheet.open_in(window)
        assert _says_so(sheet) is not is_complete


@pytest.mark.parametrize("is_complete", [True, False])
def test_the_columns_of_an_incomplete_list_say_so(qtbot: QtBot, is_complete: bool) -> None:
    with host() as window:
        sheet = ColumnChooser(FIELDS, (), is_complete=is_complete)
        sheet.open_in(window)
        assert _says_so(sheet) is not is_complete
