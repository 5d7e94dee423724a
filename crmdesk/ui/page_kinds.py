# SPDX-License-Identifier: MIT
"""The kinds of tabs that are opened again at the next visit: one line each. Tables are the workspace's own."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crmdesk.domain.names import ModuleName, RecordId

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace

Restore = Callable[["Workspace", dict[str, Any]], object]
"""Opens the tab from what its ``view`` gave; may decide that it no longer fits and open nothing."""


def _journal(space: "Workspace", view: dict[str, Any]) -> None:
    from crmdesk.ui.changes.journal_open import open_journal

    open_journal(space, str(view.get("text", "")))


def _query(space: "Workspace", view: dict[str, Any]) -> None:
    from crmdesk.ui.query.open_query import open_query

    if view.get("text"):
        open_query(space, str(view["text"]))


def _call(space: "Workspace", view: dict[str, Any]) -> None:
    from crmdesk.ui.calls.open_call import open_call

    open_call(space, str(view.get("operation", "")))


def _sales(space: "Workspace", view: dict[str, Any]) -> None:
    from crmdesk.ui.sales.open_lines import has_lines, open_lines

    record = RecordId(ModuleName(str(view.get("module", ""))), str(view.get("key", "")))
    if record.key and has_lines(space, record):
        open_lines(space, record)


RESTORED: dict[str, Restore] = {
    "call": _call,
    "journal": _journal,
    "query": _query,
    "sales": _sales,
}
