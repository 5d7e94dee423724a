# SPDX-License-Identifier: MIT
"""Saved views of a module: columns, filter and order under a name; kept per account, shared as .crmview files.

A file is JSON: ``{"crmview": 1, "name", "vendor", "module", "columns": [...], "filter": "text", "order": [[field, is_descending]]}``.
It holds no address, no user and no record.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crmdesk.domain.errors import Invalid, ProfileError
from crmdesk.domain.schema import Schema
from crmdesk.engine.filter_text import parse_filter
from crmdesk.engine.storage import Storage

ENDING: Final = ".crmview"
VERSION: Final = 1
MOST_BYTES: Final = 200_000
_KEPT: Final = "saved-views"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A way to look at a module."""

    name: str
    vendor: str
    module: str
    columns: tuple[str, ...]
    filter_text: str
    order: tuple[tuple[str, bool], ...]

    def as_tab(self) -> dict[str, Any]:
        """As a table's tab is remembered."""
        return {
            "module": self.module,
            "columns": list(self.columns),
            "filter": self.filter_text,
            "order": [list(key) for key in self.order],
        }


def of_tab(name: str, vendor: str, tab: dict[str, Any]) -> SavedView:
    """The view that a table shows now."""
    return SavedView(
        name=name,
        vendor=vendor,
        module=str(tab.get("module", "")),
        columns=tuple(str(column) for column in tab.get("columns", ())),
        filter_text=str(tab.get("filter", "")),
        order=tuple((str(field), bool(down)) for field, down in tab.get("order", ())),
    )


def to_text(view: SavedView) -> str:
    """The file's text."""
    about = {"crmview": VERSION, "name": view.name, "vendor": view.vendor, **view.as_tab()}
    return json.dumps(about, indent=2, ensure_ascii=False) + "\n"


def from_text(text: str) -> SavedView:
    """A file's view.

    Raises:
        Invalid: it is no view, or of a newer kind; the sentence says which.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("This file is no saved view: it is not JSON.") from None
    if not isinstance(data, dict) or not isinstance(data.get("crmview"), int):
        raise Invalid("This file is no saved view of crmdesk.")
    if data["crmview"] > VERSION:
        raise Invalid("This view was saved by a newer crmdesk. Install the newest version to open it.")
    columns, order = data.get("columns", []), data.get("order", [])
    texts = [data.get(part, "") for part in ("name", "vendor", "module", "filter")]
    fits = (
        all(isinstance(text, str) for text in texts)
        and isinstance(columns, list)
        and all(isinstance(column, str) for column in columns)
        and isinstance(order, list)
        and all(_is_key(key) for key in order)
    )
    if not fits or not data.get("vendor") or not data.get("module"):
        raise Invalid("This saved view is damaged: a part of it is missing or of the wrong kind. Ask for it anew.")
    return of_tab(str(data.get("name", "")).strip() or data["module"], data["vendor"], data)


def fitted(view: SavedView, schema: Schema) -> tuple[SavedView, tuple[str, ...]]:
    """The view as this module can show it, and the names of fields that are left out because they do not exist here.

    Raises:
        Invalid: the filter asks for a field that does not exist here: without it other rows would be shown.
    """
    if view.filter_text:
        try:
            parse_filter(view.filter_text, schema)
        except Invalid as error:
            raise Invalid(f"The filter of “{view.name}” does not fit here: {error.user_text}") from error
    missing = [name for name in (*view.columns, *(key for key, _ in view.order)) if schema.field(name) is None]
    left = SavedView(
        name=view.name,
        vendor=view.vendor,
        module=view.module,
        columns=tuple(name for name in view.columns if name not in missing),
        filter_text=view.filter_text,
        order=tuple(key for key in view.order if key[0] not in missing),
    )
    return left, tuple(dict.fromkeys(missing))


def read(path: Path) -> SavedView:
    """The view in a file.

    Raises:
        Invalid: it cannot be read or is no view.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Invalid(f"{path.name} is too large to be a saved view.")
        return from_text(path.read_text("utf-8"))
    except UnicodeDecodeError:
        raise Invalid(f"{path.name} is no saved view: it is not text.") from None
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror or error}.") from error


def write(path: Path, view: SavedView) -> None:
    """Write a view to a file.

    Raises:
        ProfileError: it cannot be written.
    """
    try:
        path.write_text(to_text(view), "utf-8")
    except OSError as error:
        raise ProfileError(f"The view could not be written to {path}.", str(error)) from error


class Views:
    """An account's saved views, by name. Used on the loop's thread."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.all: tuple[SavedView, ...] = ()

    async def load(self) -> None:
        """What is kept; what cannot be read is left out."""
        text = await self._storage.recall(_KEPT)
        found = []
        with suppress(ValueError):
            for line in json.loads(text) if text else []:
                with suppress(Invalid):
                    found.append(from_text(json.dumps(line)))
        self.all = tuple(found)

    async def save(self, view: SavedView) -> None:
        """Keep it; one of the same name is replaced.

        Raises:
            ProfileError: it could not be written.
        """
        rest = [one for one in self.all if one.name != view.name]
        await self._keep(tuple(sorted((*rest, view), key=lambda one: one.name.casefold())))

    async def remove(self, name: str) -> None:
        """Forget it."""
        await self._keep(tuple(one for one in self.all if one.name != name))

    async def _keep(self, views: tuple[SavedView, ...]) -> None:
        self.all = views
        await self._storage.remember(_KEPT, json.dumps([json.loads(to_text(view)) for view in views]))


def _is_key(key: object) -> bool:
    return isinstance(key, list) and len(key) == 2 and isinstance(key[0], str) and isinstance(key[1], bool)
