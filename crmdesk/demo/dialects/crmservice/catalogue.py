# SPDX-License-Identifier: MIT
"""The modules of the pretended CRM-service: fields with their names at both doors, and the relations between them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.demo.dialects.crmservice.layout import INVERSE_NAMES, LAYOUT, LINKED, OWNER_LINES
from crmdesk.demo.dialects.crmservice.picklists import PICKLISTS, Picklist

_GAP = re.compile(r"\s{2,}")
NUMBERS = frozenset({"int", "decimal", "percent"})

# uitypes by kind. Source: the vendor's own form plugin (facts 3.1); of references: GUESS, those of the family it comes from.
_UITYPES = {
    "string": "1", "address": "24", "email": "13", "phone": "11", "url": "17", "text": "19", "int": "7", "decimal": "7", "percent": "9",
    "date": "5", "datetime": "792", "time": "63", "bool": "56", "pick": "15", "multi": "33",
}  # fmt: skip
_REFERENCE_UITYPES = {"users": "53", "accounts": "51", "contacts": "57", "products": "59"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field.

    Attributes:
        name: At the JSON:API.
        ciws: At the SOAP door; empty: not there.
        kind: string, address, email, phone, url, text, int, decimal, percent, date, datetime, time, bool, pick, multi, ref.
        size: Longest text; 0 where it has none.
        target: Module a reference points to; relation: what that relation is called.
        labels: English, Finnish.
    """

    name: str
    ciws: str
    kind: str
    labels: tuple[str, str]
    size: int = 0
    picklist: Picklist | None = None
    target: str = ""
    relation: str = ""
    is_required: bool = False
    is_servers_own: bool = False

    @property
    def is_text(self) -> bool:
        """Whether its values are plain text."""
        return self.kind in ("string", "address", "email", "phone", "url", "text", "pick")

    @property
    def uitype(self) -> str:
        """The vendor's number for the kind of field."""
        return _REFERENCE_UITYPES.get(self.target, "10") if self.kind == "ref" else _UITYPES[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation by name: "one" follows `field` here, "many" finds `field` there, "links" goes through `link`.

    Attributes:
        link: Key of the link table; is_left: whether this module stands first in it.
    """

    name: str
    kind: str
    module: str
    field: str = ""
    link: str = ""
    is_left: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module; `ciws` and `prefix` are empty where the SOAP door does not know it."""

    name: str
    ciws: str
    prefix: str
    labels: tuple[str, str]
    fields: Mapping[str, Field]
    relations: Mapping[str, Relation]

    @property
    def by_ciws(self) -> dict[str, Field]:
        """The fields of the SOAP door by their names there."""
        return {field.ciws: field for field in self.fields.values() if field.ciws}

    @property
    def row_module(self) -> str:
        """The module of a document's rows; empty where it has none."""
        rows = self.relations.get("rows")
        return rows.module if rows else ""


def _field(line: str) -> Field:
    name, ciws, spec, labels = _GAP.split(line.strip(), maxsplit=3)
    english, _, finnish = labels.partition(" | ")
    kind, _, detail = spec.rstrip("!*").replace("=", ":").partition(":")
    target, _, relation = detail.partition(":")
    return Field(
        name=name,
        ciws="" if ciws == "-" else ciws,
        kind=kind,
        labels=(english, finnish),
        size=int(detail) if kind == "string" else {"address": 250, "email": 100, "phone": 50, "url": 150}.get(kind, 0),
        picklist=PICKLISTS[detail] if kind in ("pick", "multi") else None,
        target=target if kind == "ref" else "",
        relation=relation if kind == "ref" else "",
        is_required="!" in spec,
        is_servers_own="*" in spec,
    )


_ID = Field(name="id", ciws="id", kind="int", labels=("ID", "Tunnus"), is_servers_own=True)


def _read() -> dict[str, tuple[str, str, tuple[str, str], dict[str, Field]]]:
    """Return name -> CIWS name, prefix, labels, fields."""
    found: dict[str, tuple[str, str, tuple[str, str], dict[str, Field]]] = {}
    fields: dict[str, Field] = {}
    for line in "\n".join(LAYOUT).replace("@owner", OWNER_LINES).splitlines():
        if line.startswith("["):
            head, _, labels = line[1:].partition("] ")
            name, ciws, prefix = ("" if part == "-" else part for part in head.split())
            english, _, finnish = labels.partition(" | ")
            fields = {"id": _ID}
            found[name] = (ciws, prefix, (english, finnish), fields)
        elif line.strip():
            field = _field(line)
            fields[field.name] = field
    return found


def _relations(raw: dict[str, tuple[str, str, tuple[str, str], dict[str, Field]]]) -> dict[str, dict[str, Relation]]:
    found: dict[str, dict[str, Relation]] = {name: {} for name in raw}
    for module, (_, _, _, fields) in raw.items():
        for field in fields.values():
            if field.kind != "ref":
                continue
            found[module][field.relation] = Relation(name=field.relation, kind="one", module=field.target, field=field.name)  # fmt: skip
            if field.target != "users":  # whoever created what is not listed at the user here
                name = INVERSE_NAMES.get((module, field.name), module)
                found[field.target][name] = Relation(name=name, kind="many", module=module, field=field.name)
    for left, name, right, back in LINKED:
        link = f"{left}-{right}"
        found[left][name] = Relation(name=name, kind="links", module=right, link=link)
        found[right][back] = Relation(name=back, kind="links", module=left, link=link, is_left=False)
    for module, (_, _, _, fields) in raw.items():
        if "owner_id" in fields:
            found[module]["files"] = Relation(name="files", kind="many", module="files", field="record_id")
    return found


def _build() -> dict[str, Module]:
    raw = _read()
    relations = _relations(raw)
    return {
        name: Module(name=name, ciws=ciws, prefix=prefix, labels=labels, fields=fields, relations=relations[name])
        for name, (ciws, prefix, labels, fields) in raw.items()
    }


MODULES: Mapping[str, Module] = _build()
BY_CIWS: Mapping[str, Module] = {module.ciws: module for module in MODULES.values() if module.ciws}
ROW_PARENTS: Mapping[str, str] = {m.row_module: m.name for m in MODULES.values() if m.row_module}
READ_ONLY = frozenset({"users", "files", "portals", "portal_users", "picklists", "picklist_values"})
