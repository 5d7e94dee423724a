# SPDX-License-Identifier: MIT
"""Turns records into the SOAP door's objects and back, and finds them by its search criteria."""

import re
from collections.abc import Mapping
from typing import Any

from crmdesk.demo.dialects.crmservice.catalogue import MODULES, Module
from crmdesk.demo.dialects.crmservice.contract import MODULE_OF_TYPE, TYPES
from crmdesk.demo.dialects.crmservice.envelope import Thing
from crmdesk.demo.dialects.crmservice.office import Office, Refusal, Row
from crmdesk.demo.dialects.crmservice.values import as_ciws, plain

_USUAL_LIMIT, _LARGEST_LIMIT = 100, 500


class Objects:
    """Makes the objects of one reply; equal VAT rates are one object, which is why they come as references."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._vats: dict[str, Thing] = {}

    def make(self, kind: str, row: Row) -> Thing:
        """Return a record as the object `kind`; what is empty is NULL."""
        by_ciws = MODULE_OF_TYPE[kind].by_ciws
        values: dict[str, Any] = {}
        for name, part in TYPES[kind]:
            if part == "Vat":
                values[name] = self._vat(row)
            elif name != "rows":
                field = by_ciws[name]
                values[name] = as_ciws(field, row[field.name])
        return Thing(kind, values)

    def order(self, row: Row) -> Thing:
        """Return a sales order with its rows."""
        rows = self._office.children("sales_order_rows", "entity_id", row["id"])
        made = self.make("SalesOrder", row)
        return Thing("SalesOrder", {**made.values, "rows": [self.make("OrderProductRow", each) for each in rows]})

    def _vat(self, row: Row) -> Thing | None:
        percent = row["vat_percent"]
        if percent is None:
            return None
        name = f"{percent.normalize():f} %"
        if name not in self._vats:
            self._vats[name] = Thing("Vat", {"id": int(percent * 10), "name": f"VAT {name}", "percent": percent})
        return self._vats[name]


def sent_values(module: Module, sent: Mapping[str, Any]) -> Row:
    """Return what an object says, by JSON:API names: what is NULL or missing says nothing, "" empties.

    Raises:
        Refusal: 422: it has a field that the module does not have.
    """
    by_ciws = module.by_ciws
    out: Row = {}
    for name, value in sent.items():
        if name in ("id", "rows") or value is None:
            continue
        if name == "vat" and isinstance(value, Mapping):
            value = value.get("percent")  # an object goes in as it came out
            if value is None:
                continue
        if name not in by_ciws:
            raise Refusal(422, f"Unknown field '{name}' in module {module.ciws or module.name}")
        out[by_ciws[name].name] = value
    return out


def search(office: Office, module_name: str, criteria: Mapping[str, Any] | None) -> list[Row]:
    """Return the records whose field has the value, without regard to case; "%" stands for any text. By ID.

    Raises:
        Refusal: No criteria, no such field, or a negative limit or offset.
    """
    if criteria is None:
        raise Refusal(422, "Search criteria missing")
    limit, offset = criteria.get("limit") or _USUAL_LIMIT, criteria.get("offset") or 0
    if limit < 0 or offset < 0:
        raise Refusal(422, "Limit and offset must not be negative")
    rows = list(office.tables[module_name].values())
    name = criteria.get("field") or ""
    if name:
        field = MODULES[module_name].by_ciws.get(name)
        if field is None:
            raise Refusal(422, f"Unknown search field '{name}'")
        parts = str(criteria.get("value") or "").split("%")
        pattern = re.compile(".*".join(re.escape(part) for part in parts), re.IGNORECASE | re.DOTALL)
        rows = [row for row in rows if pattern.fullmatch(plain(row[field.name]))]
    elif office.habits.operations != "rich":
        raise Refusal(422, "Search field missing")
    return rows[offset : offset + min(limit, _LARGEST_LIMIT)]
