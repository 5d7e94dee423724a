# SPDX-License-Identifier: MIT
"""One change to one field of many records: what each record would hold, and why some cannot."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from crmdesk.domain.fitting import not_in_list, why_not
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import said_by, sentence
from crmdesk.domain.values import PLAIN, NotAValue, Value, parse, plain, same


class BulkKind(Enum):
    """What is done to the field."""

    SET = "set"
    CLEAR = "clear"
    REPLACE = "replace"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    COPY = "copy"
    COMPUTE = "compute"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkEdit:
    """One change.

    Attributes:
        value: for SET. find, put: for REPLACE, all places in the text. text: for PREFIX and SUFFIX.
        source: for COPY, the other field.
        expression: for COMPUTE; what it means is up to the ``Computing`` that is handed in.
        match_case: REPLACE looks for the very same letters. whole_value: REPLACE only where ``find`` is all there is.
        only_empty: leave records alone that hold something already.
    """

    field: FieldName
    kind: BulkKind
    value: Value = None
    find: str = ""
    put: str = ""
    text: str = ""
    source: FieldName | None = None
    expression: str = ""
    match_case: bool = False
    whole_value: bool = False
    only_empty: bool = False


class Verdict(Enum):
    """What becomes of one record."""

    CHANGES = "changes"
    SAME = "same"
    """It holds that value already, or has nothing to replace."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One record of a bulk edit; ``reason`` is a sentence where it is refused."""

    record: Record
    verdict: Verdict
    before: Value = None
    after: Value = None
    reason: str = ""


Computing = Callable[[Mapping[FieldName, Value]], Value]
"""A compiled expression: a record's values -> a value. Raises NotAValue with a sentence."""

_TEXTS = (BulkKind.REPLACE, BulkKind.PREFIX, BulkKind.SUFFIX)


def problem(edit: BulkEdit, schema: Schema) -> str:
    """Why this edit makes no sense in a module, as a sentence; "" = it does."""
    field = schema.field(edit.field)
    if field is None:
        return sentence("{records} have no field {field}.", records=schema.module.label_plural, field=edit.field)
    if field.read_only:
        return sentence("{field} is kept by the server and cannot be changed.", field=field.label)
    if edit.kind is BulkKind.CLEAR and field.required:
        return sentence("{field} must stay filled.", field=field.label)
    if edit.kind is BulkKind.SET and is_blank(edit.value):
        return sentence("Give a value for {field}, or choose “Clear”.", field=field.label)
    if edit.kind in _TEXTS and not _takes_text(field):
        return sentence("{field} is no text. Set it, or compute it.", field=field.label)
    if edit.kind is BulkKind.REPLACE and not edit.find:
        return sentence("Say what to look for.")
    if edit.kind in (BulkKind.PREFIX, BulkKind.SUFFIX) and not edit.text:
        return sentence("Say what to put in.")
    if edit.kind is BulkKind.COPY:
        source = schema.field(edit.source or "")
        if source is None:
            return sentence("Choose the field to copy from.")
        if source.name == field.name:
            return sentence("Choose another field to copy from.")
    if edit.kind is BulkKind.COMPUTE and not edit.expression.strip():
        return sentence("Write what to compute.")
    return ""


def planned(
    records: Iterable[Record], edit: BulkEdit, schema: Schema, computing: Computing | None = None
) -> Iterable[BulkRow]:
    """What each record would hold, in their order; made one by one, since there may be 50,000.

    Args:
        records: with the fields that the edit reads.
        computing: for COMPUTE.

    Raises:
        ValueError: the edit makes no sense (see ``problem``).
    """
    if trouble := problem(edit, schema):
        raise ValueError(trouble)
    field = schema.field(edit.field)
    assert field is not None
    source = schema.field(edit.source or "")
    return (_row(record, edit, field, source, computing) for record in records)


def needed_fields(edit: BulkEdit, names: Iterable[FieldName] = ()) -> tuple[FieldName, ...]:
    """The fields a record must be read with; ``names`` are those an expression uses."""
    wanted = (edit.field, *((edit.source,) if edit.source is not None else ()), *names)
    return tuple(dict.fromkeys(wanted))


def _row(record: Record, edit: BulkEdit, field: Field, source: Field | None, computing: Computing | None) -> BulkRow:
    before = record.values.get(edit.field)
    if edit.only_empty and not is_blank(before):
        return BulkRow(record, Verdict.SAME, before, before)
    try:
        wanted = _after(record, edit, field, source, computing)
        after = before if same(before, wanted) else _fitting(wanted, field)  # what is there is the server's affair
    except NotAValue as error:
        return BulkRow(record, Verdict.REFUSED, before, before, said_by(error))
    return BulkRow(record, Verdict.SAME if same(before, after) else Verdict.CHANGES, before, after)


def _after(record: Record, edit: BulkEdit, field: Field, source: Field | None, computing: Computing | None) -> Value:
    before = record.values.get(edit.field)
    match edit.kind:
        case BulkKind.SET:
            return edit.value
        case BulkKind.CLEAR:
            return None
        case BulkKind.REPLACE:
            return _replaced(before, edit)
        case BulkKind.PREFIX | BulkKind.SUFFIX if is_blank(before):
            return before  # a prefix before nothing is no phone number
        case BulkKind.PREFIX:
            return before if plain(before).startswith(edit.text) else edit.text + plain(before)
        case BulkKind.SUFFIX:
            return before if plain(before).endswith(edit.text) else plain(before) + edit.text
        case BulkKind.COPY:
            assert source is not None
            return _copied(record.values.get(source.name), source, field)
        case BulkKind.COMPUTE:
            if computing is None:
                raise ValueError("COMPUTE needs a compiled expression")
            return computing(record.values)


def _replaced(before: Value, edit: BulkEdit) -> Value:
    if before is None:
        return None
    text = plain(before)
    flags = 0 if edit.match_case else re.IGNORECASE
    pattern = re.escape(edit.find)
    if edit.whole_value:
        return edit.put if re.fullmatch(pattern, text.strip(), flags) else before
    return re.sub(pattern, lambda _: edit.put, text, flags=flags) or None


def _copied(value: Value, source: Field, field: Field) -> Value:
    if source.type is field.type or value is None:
        return value
    return parse(plain(value), field, PLAIN)


def _takes_text(field: Field) -> bool:
    return field.type.is_text and field.type not in (FieldType.CHOICE, FieldType.OPAQUE)


def _fitting(value: Value, field: Field) -> Value:
    """The value as the field's type has it.

    Raises:
        NotAValue: it does not fit.
    """
    if is_blank(value):
        if field.required:
            raise NotAValue(sentence("{field} must stay filled.", field=field.label))
        return None
    if isinstance(value, str) and not field.type.is_text:
        value = parse(value, field, PLAIN)
    elif not isinstance(value, str) and field.type.is_text:
        value = plain(value)
    elif field.type is FieldType.INTEGER and not isinstance(value, int):
        value = parse(plain(value), field, PLAIN)
    if problem := why_not(value, field) or not_in_list(value, field):
        raise NotAValue(problem)
    return value


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records of a bulk edit change, are so already, cannot."""

    changes: int = 0
    same: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.changes + self.same + self.refused


def tally_of(rows: Iterable[BulkRow]) -> Tally:
    """Count them."""
    counts = Counter(row.verdict for row in rows)
    return Tally(counts[Verdict.CHANGES], counts[Verdict.SAME], counts[Verdict.REFUSED])
