# SPDX-License-Identifier: MIT
"""Describes modules as GET /schema/<module> does, and lists them as the links of the base address.

Source: the vendor's command line client, which reads attributes.{type, size, scale, nullable, defaultValue, label,
relationType, relationName, relationModules}, relations.{type, class} and a primary key (facts 3.2); the names of the
types and of the key are GUESS.
"""

from typing import Any

from crmdesk.demo.dialects.crmservice.catalogue import MODULES, Field, Module

_TYPES = {
    "int": "integer", "decimal": "decimal", "percent": "decimal", "bool": "boolean", "ref": "relation", "text": "text", "date": "date",
    "datetime": "datetime", "time": "time", "multi": "array",
}  # fmt: skip


def describe(module: Module) -> dict[str, Any]:
    """Return the schema of a module. Choices of a picklist are not in it: they are records of picklist_values."""
    return {
        "name": module.name,
        "label": module.labels[0],
        "primaryKey": ["id"],
        "attributes": {name: _attribute(field) for name, field in module.fields.items()},
        "relations": {
            relation.name: {"type": "hasOne" if relation.kind == "one" else "hasMany", "class": relation.module}
            for relation in module.relations.values()
        },
    }


def _attribute(field: Field) -> dict[str, Any]:
    out: dict[str, Any] = {
        "type": _TYPES.get(field.kind, "string"), "size": field.size or None, "scale": None, "nullable": not field.is_required and field.name != "id",
        "defaultValue": None, "label": field.labels[0],
    }  # fmt: skip
    if field.kind in ("decimal", "percent"):
        out |= {"size": 15, "scale": 2 if field.kind == "decimal" else 3}
    if field.name == "currency":
        out["defaultValue"] = "EUR"
    if field.kind == "ref":
        out |= {"relationType": field.target, "relationName": field.relation, "relationModules": [field.target]}
    return out


def module_links(base: str) -> dict[str, Any]:
    """Return the document of the base address."""
    links: dict[str, Any] = {"self": base}
    links |= {name: {"href": f"{base}/{name}", "type": name} for name in MODULES}
    return {"meta": {"version": "1.0"}, "links": links}
