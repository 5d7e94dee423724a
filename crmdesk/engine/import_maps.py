# SPDX-License-Identifier: MIT
"""How a person mapped a file's columns, kept in the account's file: the last time for each module, and under names."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Schema
from crmdesk.domain.values import Conventions
from crmdesk.engine.import_plan import ID, Blank, ColumnMap, Mode, suggest
from crmdesk.engine.saved_text import read_json
from crmdesk.engine.storage import Storage

LAST = ""
"""The name of the mapping that was used last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMap:
    """A mapping without its file.

    Attributes:
        columns: those that go somewhere, or were decided not to.
        decimal_point, group, date_order: as of ``Conventions``.
    """

    columns: tuple[ColumnMap, ...]
    mode: Mode
    decimal_point: str = "."
    group: str = ","
    date_order: str = "ymd"

    def ways(self, own: Conventions) -> Conventions:
        """The person's conventions with what was saved put in."""
        return Conventions(self.decimal_point, self.group, self.date_order, own.zone, own.yes, own.no)


def saved_map(columns: Sequence[ColumnMap], mode: Mode, ways: Conventions) -> SavedMap:
    """What is worth keeping."""
    return SavedMap(
        columns=tuple(columns),
        mode=mode,
        decimal_point=ways.decimal_point,
        group=ways.group,
        date_order=ways.date_order,
    )


def fitted(saved: SavedMap, headers: Sequence[str], schema: Schema) -> tuple[ColumnMap, ...]:
    """The mapping for another file: columns of the same name as they were, the rest as suggested, no field twice."""
    known = {one.header: one for one in saved.columns}
    kept: dict[str, ColumnMap] = {}
    taken: set[FieldName] = set()
    for header in headers:
        one = known.get(header)
        if one is not None and (one.field in (None, ID) or schema.field(one.field or "") is not None):
            kept[header] = one
            taken |= {one.field} if one.field is not None else set()
    found = []
    for one in suggest(headers, schema):
        if one.header in kept:
            found.append(kept[one.header])
        elif one.field in taken:
            found.append(ColumnMap(header=one.header))
        else:
            found.append(one)
    return tuple(found)


def shares_columns(saved: SavedMap, headers: Sequence[str]) -> bool:
    """Whether a file looks like the one that the mapping was made for: most of its mapped columns are there."""
    mapped = [one.header for one in saved.columns if one.field is not None]
    return bool(mapped) and sum(header in headers for header in mapped) * 2 > len(mapped)


class MapStore:
    """The saved mappings of one account."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def all(self, module: ModuleName) -> dict[str, SavedMap]:
        """By name, ``LAST`` among them; what cannot be read is left out.

        Raises:
            ProfileError: the account's file cannot be used.
        """
        return read_maps(await self._storage.recall(_place(module)))

    async def keep(self, module: ModuleName, name: str, saved: SavedMap) -> None:
        """Keep it under a name, in the place of what had that name.

        Raises:
            ProfileError.
        """
        known = {**await self.all(module), name: saved}
        await self._storage.remember(
            _place(module), json.dumps({key: _shape(one) for key, one in known.items()}, ensure_ascii=False)
        )

    async def drop(self, module: ModuleName, name: str) -> None:
        """Forget it.

        Raises:
            ProfileError.
        """
        known = await self.all(module)
        if known.pop(name, None) is not None:
            await self._storage.remember(
                _place(module), json.dumps({key: _shape(one) for key, one in known.items()}, ensure_ascii=False)
            )


def read_maps(text: str | None) -> dict[str, SavedMap]:
    """By name, from what was remembered; what cannot be read is left out."""
    data = read_json(text)
    if not isinstance(data, dict):
        return {}
    read = {str(name): _read(one) for name, one in data.items()}
    return {name: one for name, one in read.items() if one is not None}


def _place(module: ModuleName) -> str:
    return f"import:{module}"


def _shape(saved: SavedMap) -> dict[str, Any]:
    return {
        "mode": saved.mode.value,
        "decimal_point": saved.decimal_point,
        "group": saved.group,
        "date_order": saved.date_order,
        "columns": [[c.header, c.field, c.is_match, c.blank.value] for c in saved.columns],
    }


def _read(data: Any) -> SavedMap | None:
    """None = an older or a newer program wrote this; it is as if it were not there."""
    try:
        columns = tuple(
            ColumnMap(
                header=str(header),
                field=FieldName(str(name)) if name is not None else None,
                is_match=bool(is_match),
                blank=Blank(blank),
            )
            for header, name, is_match, blank in data["columns"]
        )
        point, group, order = str(data["decimal_point"]), str(data["group"]), str(data["date_order"])
        mode = Mode(data["mode"])
    except (KeyError, TypeError, ValueError):
        return None
    if len(point) != 1 or len(group) > 1 or sorted(order) != ["d", "m", "y"]:
        return None
    return SavedMap(columns=columns, mode=mode, decimal_point=point, group=group, date_order=order)
