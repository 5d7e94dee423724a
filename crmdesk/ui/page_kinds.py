# SPDX-License-Identifier: MIT
"""The kinds of tabs that are opened again at the next visit, one line each, and what is remembered of them."""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.engine.saved_text import read_list
from crmdesk.ui.page import Page

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace

TABS = "tabs"
"""Name under which an account's file remembers them."""
_TABLE = "table"
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


def _home(space: "Workspace", view: dict[str, Any]) -> None:
    from crmdesk.ui.home.open_home import open_home

    open_home(space, every=bool(view.get("every")))


def _sales(space: "Workspace", view: dict[str, Any]) -> None:
    from crmdesk.ui.sales.open_lines import has_lines, open_lines

    record = RecordId(ModuleName(str(view.get("module", ""))), str(view.get("key", "")))
    if record.key and has_lines(space, record):
        open_lines(space, record)


def _search(space: "Workspace", view: dict[str, Any]) -> None:
    from crmdesk.ui.search.open_search import open_search

    open_search(space, str(view.get("text", "")))


def _table(space: "Workspace", view: dict[str, Any]) -> None:
    name = str(view.get("module"))
    module = next((one for one in space.modules if one.is_listed and one.name == name), None)
    if module is not None:
        space.open_module(module, apart=True, view=view)


RESTORED: dict[str, Restore] = {
    "call": _call,
    "home": _home,
    "journal": _journal,
    "query": _query,
    "sales": _sales,
    "search": _search,
    _TABLE: _table,
}


def remembered(pages: Iterable[Page], front: Page | None = None) -> str:
    """What the next visit needs to open these again; pages without a kind are left out."""
    views = [(page, {**page.view(), "kind": page.kind}) for page in pages if page.kind]
    return json.dumps([{**view, "front": True} if page is front else view for page, view in views])


def reopen(space: "Workspace", saved: str | None) -> None:
    """Open the tabs of the last visit; whatever cannot be read or no longer fits is left out."""
    front: Page | None = None
    for view in _views(saved):
        again = RESTORED.get(str(view.get("kind", _TABLE)))
        is_front = view.pop("front", False) is True
        if again is not None:
            again(space, view)
            front = space.page if is_front else front
    if front is not None:
        space.show_page(front)


def _views(saved: str | None) -> list[dict[str, Any]]:
    return [view for view in read_list(saved) if isinstance(view, dict)]
