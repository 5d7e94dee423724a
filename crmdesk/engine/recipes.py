# SPDX-License-Identifier: MIT
"""Recipes: a data fix as a small TOML file that a colleague can read, run dry, and run.

    title = "Espoo is written in one way"
    module = "Accounts"
    where = "bill_city = 'Esbo'"

    [[change]]
    field = "bill_city"
    set = "Espoo"

    [expect]
    records = [40, 60]
    never_touch = ["accountname"]
    stop_after_failures = 3

A change is one of ``set``, ``clear = true``, ``replace`` with ``with``, ``prefix``, ``suffix``, ``copy`` (another field),
``compute`` (an expression); ``only_empty = true`` leaves filled fields alone.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crmdesk.domain.bulk import BulkEdit, BulkKind, BulkRow, Verdict
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.numbers import exact
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import said_by, sentence
from crmdesk.domain.values import NotAValue, Value
from crmdesk.engine.bulk import BulkDesk
from crmdesk.engine.change_file import schema_of, typed
from crmdesk.engine.filter_text import format_filter, parse_filter
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import Kind, StagedRecord
from crmdesk.engine.staging import StagedChanges

Raw = Any  # what tomllib gives

_KINDS = {
    "set": BulkKind.SET,
    "clear": BulkKind.CLEAR,
    "replace": BulkKind.REPLACE,
    "prefix": BulkKind.PREFIX,
    "suffix": BulkKind.SUFFIX,
    "copy": BulkKind.COPY,
    "compute": BulkKind.COMPUTE,
}
_TOP = {"title", "note", "module", "where", "ids", "change", "expect"}
_CHANGE = {"field", "with", "only_empty", "match_case", "whole_value", *_KINDS}
_EXPECT = {"records", "never_touch", "stop_after_failures"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of a recipe as it stands there; its value is not typed yet."""

    field: FieldName
    kind: BulkKind
    raw: Raw
    put: str = ""
    only_empty: bool = False
    match_case: bool = False
    whole_value: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A data fix.

    Attributes:
        where: the filter as text; ids: the records instead. One of the two is there.
        least, most: how many records must be found; most None = no bound.
        never_touch: fields that must not change, whoever changes them.
        stop_after_failures: 0 = go on.
    """

    title: str
    module: ModuleName
    steps: tuple[Step, ...]
    where: str = ""
    ids: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    never_touch: frozenset[FieldName] = frozenset()
    stop_after_failures: int = 0

    def problem(self, found: int) -> str:
        """Why so many records are not what was expected, "" = they are."""
        if self.least <= found and (self.most is None or found <= self.most):
            return ""
        wanted: str = str(self.least)
        if self.most is None:
            wanted = sentence("at least {least}", least=self.least)
        elif self.most != self.least:
            wanted = sentence("{least} to {most}", least=self.least, most=self.most)
        return sentence(
            "The recipe expects {wanted} records and found {found}. Nothing was sent.", wanted=wanted, found=found
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What a recipe comes to on a server now.

    Attributes:
        records: how many it is meant for. wishes: those that would change. refused: those that cannot, and why.
        missing: ids that are not there.
    """

    records: int
    wishes: tuple[StagedRecord, ...]
    refused: tuple[tuple[Record, str], ...]
    missing: tuple[str, ...] = ()

    @property
    def same(self) -> int:
        """Records that hold it already."""
        return self.records - len(self.wishes) - len(self.refused)


def read_recipe(text: str) -> Recipe:
    """A recipe from its file.

    Raises:
        Invalid: with a sentence on what cannot be read.
    """
    try:
        data = tomllib.loads(text, parse_float=exact)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Invalid(sentence("This recipe is no TOML: {error}.", error=error)) from error
    _only(data, _TOP, sentence("A recipe"))
    expect = data.get("expect", {})
    _only(expect, _EXPECT, "[expect]")
    steps = tuple(_step(one) for one in _list(data, "change", dict))
    if not steps:
        raise Invalid(sentence("The recipe changes nothing: add a [[change]] with a field."))
    never = frozenset(FieldName(name) for name in _list(expect, "never_touch", str))
    touched = [step.field for step in steps if step.field in never]
    if touched:
        raise Invalid(
            sentence("The recipe changes {touched} and says that it is never to be touched.", touched=touched[0])
        )
    where, ids = _text(data, "where"), tuple(_list(data, "ids", str))
    if bool(where.strip()) == bool(ids):
        raise Invalid(sentence("Say which records are meant: “where” with a filter, or “ids” with a list."))
    least, most = _range(expect.get("records"))
    return Recipe(
        title=_text(data, "title"), module=ModuleName(_text(data, "module", needed=True)), steps=steps, where=where,
        ids=ids, least=least, most=most, never_touch=never, stop_after_failures=_count(expect, "stop_after_failures"),
    )  # fmt: skip


class Kitchen:
    """Works recipes out for one account. Used on the loop's thread."""

    def __init__(self, session: AccountSession, staged: StagedChanges) -> None:
        self._session, self._bulk = session, BulkDesk(session, staged)

    async def work_out(self, recipe: Recipe, progress: Callable[[int], None] | None = None) -> Found:
        """The records it is meant for, and what each would hold; nothing is staged or sent.

        Raises:
            Invalid: it makes no sense in this module, or finds another number of records than it expects. CrmError.
        """
        schema = await schema_of(self._session, recipe.module)
        unknown = [name for name in recipe.never_touch if schema.field(name) is None]
        if unknown:
            raise Invalid(
                sentence(
                    "{records} have no field {unknown}, which is never to be touched.",
                    records=schema.module.label_plural,
                    unknown=unknown[0],
                )
            )
        edits = [_edit(step, schema) for step in recipe.steps]
        fields = {name for edit in edits for name in await self._bulk.fields_for(recipe.module, edit)}
        if recipe.ids:
            targets = await self._bulk.listed(recipe.module, "\n".join(recipe.ids), progress=progress)
        else:
            where = parse_filter(recipe.where, schema)
            query = Query(recipe.module, (), where)
            targets = await self._bulk.matching(query, tuple(sorted(fields | recipe.never_touch)), progress)
        if trouble := recipe.problem(len(targets)):
            raise Invalid(trouble)
        wanted: dict[RecordId, dict[FieldName, Value]] = {}
        refused: dict[RecordId, str] = {}
        for edit in edits:
            rows, _ = await self._bulk.plan(targets, edit)
            _take(rows, edit, wanted, refused)
        guard = format_filter(targets.where)
        return Found(
            len(targets),
            tuple(
                _staged(record, wanted[record.id], schema, guard)
                for record in targets.records
                if record.id in wanted and record.id not in refused
            ),
            tuple((record, refused[record.id]) for record in targets.records if record.id in refused),
            targets.missing,
        )


def _take(
    rows: tuple[BulkRow, ...],
    edit: BulkEdit,
    wanted: dict[RecordId, dict[FieldName, Value]],
    refused: dict[RecordId, str],
) -> None:
    for row in rows:
        if row.verdict is Verdict.REFUSED:
            refused.setdefault(row.record.id, row.reason)
        elif row.verdict is Verdict.CHANGES:
            wanted.setdefault(row.record.id, {})[edit.field] = row.after


def _staged(record: Record, values: Mapping[FieldName, Value], schema: Schema, guard: str) -> StagedRecord:
    title = record.shown(schema.title_field) or record.id.key
    guards = dict.fromkeys(values, guard) if guard else {}
    return StagedRecord(Kind.UPDATE, record, values, title=title, guards=guards)


def _edit(step: Step, schema: Schema) -> BulkEdit:
    """Raises Invalid."""
    known = schema.field(step.field)
    if known is None:
        raise Invalid(
            sentence("{records} have no field {field}.", records=schema.module.label_plural, field=step.field)
        )
    value: Value = None
    if step.kind is BulkKind.SET:
        try:
            value = typed(step.raw, known)
        except NotAValue as error:
            raise Invalid(said_by(error)) from error
    text = str(step.raw)
    return BulkEdit(
        field=step.field,
        kind=step.kind,
        value=value,
        find=text if step.kind is BulkKind.REPLACE else "",
        put=step.put,
        text=text if step.kind in (BulkKind.PREFIX, BulkKind.SUFFIX) else "",
        source=FieldName(text) if step.kind is BulkKind.COPY else None,
        expression=text if step.kind is BulkKind.COMPUTE else "",
        match_case=step.match_case,
        whole_value=step.whole_value,
        only_empty=step.only_empty,
    )


def _step(data: Mapping[str, Raw]) -> Step:
    """Raises Invalid."""
    _only(data, _CHANGE, "[[change]]")
    kinds = [word for word in _KINDS if word in data]
    if len(kinds) != 1:
        raise Invalid(sentence("Each [[change]] takes one of: {kinds}.", kinds=", ".join(_KINDS)))
    kind, raw = _KINDS[kinds[0]], data[kinds[0]]
    if kind is BulkKind.CLEAR and raw is not True:
        raise Invalid(sentence("“clear” is true, or not there."))
    if kind not in (BulkKind.SET, BulkKind.CLEAR) and not isinstance(raw, str):
        raise Invalid(sentence("“{kinds}” takes a text.", kinds=kinds[0]))
    if kind is BulkKind.REPLACE and "with" not in data:
        raise Invalid(sentence("“replace” needs “with”: what to put in its place; an empty text takes it away."))
    if "with" in data and kind is not BulkKind.REPLACE:
        raise Invalid(sentence("“with” belongs to “replace”."))
    return Step(
        field=FieldName(_text(data, "field", needed=True)),
        kind=kind,
        raw=raw,
        put=_text(data, "with"),
        only_empty=_flag(data, "only_empty"),
        match_case=_flag(data, "match_case"),
        whole_value=_flag(data, "whole_value"),
    )


def _only(data: Raw, allowed: set[str], what: str) -> None:
    if not isinstance(data, dict):
        raise Invalid(sentence("{what} must be a table.", what=what))
    unknown = sorted(data.keys() - allowed)
    if unknown:
        raise Invalid(
            sentence(
                "{what} knows no “{unknown}”; it takes {allowed}.",
                what=what,
                unknown=unknown[0],
                allowed=", ".join(sorted(allowed)),
            )
        )


def _text(data: Mapping[str, Raw], name: str, *, needed: bool = False) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        if needed:
            raise Invalid(sentence("“{name}” is missing or must be a text.", name=name))
        raise Invalid(sentence("“{name}” must be a text.", name=name))
    return value


def _flag(data: Mapping[str, Raw], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise Invalid(sentence("“{name}” is true or false.", name=name))
    return value


def _list(data: Mapping[str, Raw], name: str, kind: type) -> list[Raw]:
    value = data.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, kind) for one in value):
        if kind is str:
            raise Invalid(sentence("“{name}” must be a list of texts.", name=name))
        raise Invalid(sentence("“{name}” must be a list of tables: [[{name}]].", name=name))
    return value


def _count(data: Mapping[str, Raw], name: str) -> int:
    value = data.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Invalid(sentence("“{name}” must be a number from 0 up.", name=name))
    return value


def _range(value: Raw) -> tuple[int, int | None]:
    if value is None:
        return 0, None
    both = [value, value] if isinstance(value, int) else value
    if not isinstance(both, list) or len(both) != 2 or not all(type(n) is int and n >= 0 for n in both):
        raise Invalid(sentence("“records” is a number or two: records = 52, or records = [40, 60]."))
    if both[0] > both[1]:
        raise Invalid(sentence("“records” begins with the smaller number."))
    return both[0], both[1]
