# SPDX-License-Identifier: MIT
"""Words of the export: formats and what each is good for."""

from crmdesk.engine.exporting import ExportFormat
from crmdesk.ui.translation import tr


def format_word(form: ExportFormat) -> str:
    """What kind of file."""
    return {
        ExportFormat.XLSX: tr("XLSX"),
        ExportFormat.SHEET_CSV: tr("CSV for spreadsheets"),
        ExportFormat.CSV: tr("CSV, exact"),
        ExportFormat.JSON_LINES: tr("JSON lines"),
    }[form]


def format_hint(form: ExportFormat) -> str:
    """What it is good for."""
    return {
        ExportFormat.XLSX: tr("Numbers and dates stay numbers and dates; ids and leading zeros stay as they are."),
        ExportFormat.SHEET_CSV: tr("Opens in a spreadsheet without damage: nothing is computed, cut or rounded."),
        ExportFormat.CSV: tr(
            "Every value exactly as it is, for other programs; a spreadsheet may change some of them."
        ),
        ExportFormat.JSON_LINES: tr("One object a line, for other programs."),
    }[form]
