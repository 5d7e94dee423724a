# SPDX-License-Identifier: MIT
"""What a person decides about an import: where columns go, what rows become; what is proposed, and what cannot be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Operation, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Conventions

ID = FieldName("id")
"""The column of the server's own ids, as exports write it."""

_NEAR = 85


class Mode(Enum):
    """What rows become."""

    UPDATE = "update"
    CREATE = "create"
    UPSERT = "upsert"
    """Update what is found, create the rest."""
    DELETE = "delete"


class Blank(Enum):
    """What an empty cell means."""

    LEAVE = "leave"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """One column of the file. ``field`` None = it is not imported; ``ID`` = the server's ids.

    Attributes:
        is_match: records are found by this column.
        blank: what its empty cells mean.
    """

    header: str
    field: FieldName | None = None
    is_match: bool = False
    blank: Blank = Blank.LEAVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What a person decided."""

    module: ModuleName
    mode: Mode
    columns: tuple[ColumnMap, ...]
    ways: Conventions

    @property
    def match_fields(self) -> tuple[FieldName, ...]:
        """By what records are found."""
        if self.mode is Mode.CREATE:
            return ()
        return tuple(c.field for c in self.columns if c.is_match and c.field is not None)


def suggest(headers: Sequence[str], schema: Schema) -> tuple[ColumnMap, ...]:
    """A field for each column whose name says one: by name, by label, then by likeness; no field twice."""
    from rapidfuzz import fuzz, process

    writable = [f for f in schema.fields if not f.read_only or f.name == schema.number_field]
    exact: dict[str, FieldName] = {}
    for one in reversed(writable):
        exact[folded(one.label)] = one.name
    for one in reversed(writable):
        exact[folded(f"{one.label} ({one.name})")] = exact[folded(str(one.name))] = one.name
    exact[folded("id")] = ID
    taken: set[FieldName] = set()
    found: dict[str, FieldName] = {}
    for header in headers:
        name = exact.get(folded(header))
        if name is not None and name not in taken:
            found[header] = name
            taken.add(name)
    names = {one.name: folded(one.label) for one in writable}
    for header in headers:
        if header in found:
            continue
        left = {name: label for name, label in names.items() if name not in taken}
        hit = process.extractOne(folded(header), left, scorer=fuzz.token_sort_ratio, score_cutoff=_NEAR)
        near = hit[2] if hit is not None else _only_one_saying(folded(header), names)
        if near is not None and near not in taken:
            found[header] = near
            taken.add(near)
    return tuple(
        ColumnMap(header=header, field=found.get(header), is_match=found.get(header) == ID) for header in headers
    )


def _only_one_saying(header: str, labels: Mapping[FieldName, str]) -> FieldName | None:
    """The one field whose label has all words of the header: "Billing Code" is the billing postal code."""
    words = set(header.split())
    saying = [name for name, label in labels.items() if words <= set(label.split())]
    return saying[0] if len(words) > 1 and len(saying) == 1 else None


def trouble(plan: ImportPlan, schema: Schema) -> str:
    """Why this plan cannot be, as a sentence; "" = it can."""
    used = Counter(c.field for c in plan.columns if c.field is not None)
    twice = next((name for name, count in used.items() if count > 1), None)
    if twice is not None:
        return sentence("Two columns go to {label}. Choose one of them.", label=label_of(twice, schema))
    if not used:
        return sentence("No column goes to a field yet.")
    needs = {Mode.CREATE: Operation.CREATE, Mode.DELETE: Operation.DELETE}.get(plan.mode, Operation.UPDATE)
    if needs not in schema.module.operations:
        return _not_here(needs, schema.module.label_plural)
    if plan.mode is not Mode.CREATE and not plan.match_fields:
        return sentence("Choose the column by which records are found: the id, or one whose values name each record.")
    if plan.mode is Mode.UPSERT and ID in plan.match_fields:
        return sentence("A record that is not there yet has no id. Choose another column to find records by.")
    unknown = next((n for n in used if n != ID and schema.field(n) is None), None)
    if unknown is not None:
        return sentence(
            "{records} have no field {unknown} any more. Choose another for its column.",
            records=schema.module.label_plural,
            unknown=unknown,
        )
    if plan.mode in (Mode.UPDATE, Mode.UPSERT) and not any(not c.is_match for c in plan.columns if c.field):
        return sentence("No column holds anything to change.")
    if plan.mode in (Mode.CREATE, Mode.UPSERT):
        lacking = [
            f.label for f in schema.fields if f.required and not f.read_only and not f.default and f.name not in used
        ]
        if lacking:
            return sentence("A new record needs {lacking}: no column goes there.", lacking=", ".join(lacking))
    return ""


def _not_here(needs: Operation, records: str) -> str:
    if needs is Operation.CREATE:
        return sentence("{records} cannot be created here.", records=records)
    if needs is Operation.DELETE:
        return sentence("{records} cannot be deleted here.", records=records)
    return sentence("{records} cannot be changed here.", records=records)


def label_of(name: FieldName, schema: Schema) -> str:
    """A field as people call it, the id too."""
    one = schema.field(name)
    return one.label if one is not None else "the record's id"
