# SPDX-License-Identifier: MIT
"""Which modules and fields the pretended server has, read from resources/demo/crmplus.json.

Kinds: the wire's type names, and `number` (record number), `plain` (text column shown as text), `percent`. `x:list`
names a picklist, `reference:A,B` the modules. Flags: required, unique, fixed (read-only), hidden (never described),
a bare number (column width in characters), placesN (decimals), blank (empty instead of 0), defaultX.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from crmdesk.demo.material import table

CRMPLUS, VTIGER, COREBOS = "crmplus", "vtiger", "corebos"
FAMILIES = (CRMPLUS, VTIGER, COREBOS)

DECIMALS = {CRMPLUS: 9, VTIGER: 8, COREBOS: 6}
"""Decimal places of an amount on the wire: the vendor's document shows 9, the recordings 8 and 6."""

_UITYPE = {
    "string": 1, "number": 4, "phone": 11, "url": 17, "email": 13, "text": 21, "date": 5, "datetime": 70, "time": 2, "integer": 7, "double": 7,
    "percent": 9, "currency": 71, "boolean": 56, "picklist": 15, "multipicklist": 33, "reference": 10, "owner": 53, "file": 28, "plain": 1, "password": 99,
}  # fmt: skip
_NEEDED_THERE = ("bill_street", "ship_street")  # mandatory in vtiger's sales documents
_NUMERIC = frozenset({"integer", "double", "percent", "currency"})
_DATED = frozenset({"date", "datetime", "time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDef:
    """One column of a module; `width` 0 means unlimited, `places` the decimals kept."""

    name: str
    kind: str
    label: str
    required: bool = False
    unique: bool = False
    fixed: bool = False
    hidden: bool = False
    width: int = 0
    places: int = 0
    default: str = ""
    choices: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()

    @property
    def uitype(self) -> int:
        """The number that the vendor's describe gives for the editor."""
        return _UITYPE[self.kind]

    @property
    def is_numeric(self) -> bool:
        """Whether it is compared as a number."""
        return self.kind in _NUMERIC

    @property
    def is_dated(self) -> bool:
        """Whether empty means NULL, which no comparison finds."""
        return self.kind in _DATED

    @property
    def is_reference(self) -> bool:
        """Whether it holds the id of another record."""
        return self.kind in ("reference", "owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleDef:
    """One module: `prefix` starts its ids, `tab` is its other number (stream), `defaults` what a query answers for empty."""

    name: str
    plain_name: str  # as in the vendor's document, whatever the family calls it
    prefix: int
    tab: int
    label: str
    singular: str
    fields: tuple[FieldDef, ...]
    by_name: Mapping[str, FieldDef]
    defaults: Mapping[str, str]
    title: str
    number_field: str
    number_prefix: str
    is_entity: bool
    is_sales: bool
    is_admins: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All modules of one family, by the names it uses."""

    family: str
    modules: Mapping[str, ModuleDef]
    by_prefix: Mapping[int, ModuleDef]
    related: Mapping[str, tuple[str, ...]]
    german: Mapping[str, str]
    line_fields: tuple[FieldDef, ...]
    product_blocks: Mapping[str, tuple[str, str, str]]  # id -> name, English, German

    def find(self, plain_name: str) -> ModuleDef:
        """Return the module that the vendor's document calls `plain_name`.

        Raises:
            KeyError: This family does not have it.
        """
        for module in self.modules.values():
            if module.plain_name == plain_name:
                return module
        raise KeyError(plain_name)

    def wire_id(self, plain_name: str, number: int | str) -> str:
        """Return the id as it goes over the wire, "3x17"."""
        return f"{self.find(plain_name).prefix}x{number}"

    def translate(self, label: str, language: str) -> str:
        """Return an English label in the user's language, where we have it."""
        return self.german.get(label, label) if language.startswith("de") else label


@cache
def load(family: str) -> Catalogue:
    """Return the catalogue of one of FAMILIES."""
    raw = table("crmplus.json")
    renamed = {m["name"]: m.get("vtigername", m["name"]) if family != CRMPLUS else m["name"] for m in raw["modules"]}
    modules: dict[str, ModuleDef] = {}
    for entry in raw["modules"]:
        prefix = entry.get("prefix") if family == CRMPLUS else entry.get("vtiger")
        if prefix is None:
            continue
        fields = tuple(_field(spec, raw, renamed, family) for spec in _unfold(entry["fields"], raw["blocks"]))
        if family == VTIGER and entry.get("sales"):
            fields = tuple(replace(field, required=field.required or field.name in _NEEDED_THERE) for field in fields)
        number, _, start = entry.get("number", "").partition(" ")
        name = renamed[entry["name"]]
        modules[name] = ModuleDef(
            name=name, plain_name=entry["name"], prefix=prefix, tab=entry["tab"], label=entry.get("plural") or f"{entry['singular']}s", singular=entry["singular"],
            fields=fields, by_name={f.name: f for f in fields}, defaults={f.name: f.default for f in fields}, title=entry["title"],
            number_field=number, number_prefix=start, is_entity=entry.get("entity", True), is_sales=entry.get("sales", False), is_admins=entry.get("admin", False),
        )  # fmt: skip
    related = {module: tuple(r for r in names if r in modules) for module, names in raw["related"].items()}
    return Catalogue(
        family, modules, {m.prefix: m for m in modules.values()}, related, raw["german"],
        tuple(FieldDef(name=n, kind="string", label=label, width=int(w)) for n, label, w in raw["line_fields"]),
        {key: (names[0], names[1], names[2]) for key, names in raw["product_blocks"].items()},
    )  # fmt: skip


def _unfold(specs: list[list[str]], blocks: dict[str, list[list[str]]]) -> list[list[str]]:
    """Replace ["@block"] by that block's fields."""
    out: list[list[str]] = []
    for spec in specs:
        out.extend(blocks[spec[0][1:]] if spec[0].startswith("@") else [spec])
    return out


def _field(spec: list[str], raw: dict[str, dict[str, list[str]]], renamed: dict[str, str], family: str) -> FieldDef:
    """Read one field's line."""
    name, kind_text, label, flag_text = spec
    kind, _, rest = kind_text.partition(":")
    flags = flag_text.split()
    marks = {"required", "unique", "fixed", "hidden", "blank"} & set(flags)
    amount = DECIMALS[family]
    places = {"currency": amount, "percent": 2, "double": 2}.get(kind, 0)
    default, width = "", 0
    for flag in flags:
        if flag.startswith("places"):
            places = int(flag[6:])
        elif flag.startswith("default"):
            default = flag[7:]
        elif flag.isdigit():
            width = int(flag)
    if kind in _NUMERIC and "blank" not in marks:
        default = f"{float(default or 0):.{places}f}" if places else default or "0"
    elif kind == "boolean":
        default = default or "0"
    return FieldDef(
        name=name, kind=kind, label=label, required="required" in marks, unique="unique" in marks, fixed="fixed" in marks or kind == "number",
        hidden="hidden" in marks, width=width, places=places, default=default, choices=tuple(raw["picklists"][rest]) if "picklist" in kind else (),
        refers_to=tuple(renamed[target] for target in rest.split(",") if target in renamed) if kind == "reference" else (),
    )  # fmt: skip
