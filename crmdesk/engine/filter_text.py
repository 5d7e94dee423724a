# SPDX-License-Identifier: MIT
"""Filters as text, ``city = 'Helsinki' and modified >= '2026-01-01'``, to trees and back.

The text is SQL's WHERE, read by sqlglot: and, or, not, brackets, = != <> < <= > >=, in (...), between, like 'x%',
ilike, is null, is not null; and ``contains(field, 'x')``, ``starts_with(field, 'x')``, ``is_empty(field)``.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import said_by, sentence
from crmdesk.domain.values import PLAIN, Conventions, NotAValue, Value, parse, plain

if TYPE_CHECKING:
    from sqlglot import exp

_CALLS = (Op.IS_EMPTY, Op.CONTAINS, Op.STARTS_WITH)
EXAMPLE = sentence("Write for example: bill_city = 'Helsinki' and employees > 10")


def parse_filter(text: str, schema: Schema, ways: Conventions = PLAIN) -> Filter | None:
    """The filter a text means; blank text is None.

    Raises:
        Invalid: the text cannot be read, or names a field the module does not have.
    """
    if not text.strip():
        return None
    import sqlglot
    from sqlglot import errors

    try:
        tree = sqlglot.parse_one(f"SELECT 1 WHERE {text}", read="postgres")
    except (errors.SqlglotError, RecursionError) as error:
        raise Invalid(sentence("This filter cannot be read. {example}", example=EXAMPLE), str(error)) from error
    where = tree.args.get("where")
    extra = [name for name, part in tree.args.items() if part and name not in ("where", "expressions", "kind")]
    if where is None or extra:
        raise Invalid(sentence("This filter holds more than conditions. {example}", example=EXAMPLE))
    return _Reader(schema, ways).read(where.this)


def parse_order(text: str, schema: Schema) -> tuple[Order, ...]:
    """``name, modified desc`` as sort keys; blank text is no keys.

    Raises:
        Invalid: an unknown field or word.
    """
    keys = []
    for part in (part.strip() for part in text.split(",") if part.strip()):
        words = part.split()
        if len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
            raise Invalid(
                sentence("This order cannot be read: {part}. Write for example: name, modifiedtime desc", part=part)
            )
        keys.append(Order(_known(words[0], schema).name, words[-1].lower() == "desc" and len(words) == 2))
    return tuple(keys)


def format_filter(where: Filter | None) -> str:
    """The text that ``parse_filter`` reads back to the same filter; None is ""."""
    match where:
        case None:
            return ""
        case Compare():
            return _format_compare(where)
        case And(parts):
            return " and ".join(_grouped(p, Or) for p in parts) if parts else "1 = 1"
        case Or(parts):
            return " or ".join(_grouped(p, And) for p in parts) if parts else "1 = 0"
        case Not(part):
            inner = format_filter(part)
            return f"not {inner}" if isinstance(part, Compare) and part.op in _CALLS else f"not ({inner})"


def since(days: int, now: datetime | None = None) -> datetime:
    """The beginning of the day so many days ago, for "in the last 30 days"."""
    moment = (now or datetime.now(UTC)) - timedelta(days=days)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _known(name: str, schema: Schema) -> Field:
    """A field by its name, or by its label where that is unique.

    Raises:
        Invalid: with names that come close.
    """
    field = schema.field(name)
    if field is not None:
        return field
    alike = [f for f in schema.fields if name.casefold() in (f.name.casefold(), f.label.casefold())]
    if len(alike) == 1:
        return alike[0]
    from rapidfuzz import process

    names = [str(f.name) for f in schema.fields]
    near = ", ".join(hit[0] for hit in process.extract(name, names, limit=3, score_cutoff=50))
    hint = sentence(" Did you mean {near}?", near=near) if near else ""
    raise Invalid(
        sentence("{records} has no field “{name}”.{hint}", records=schema.module.label_plural, name=name, hint=hint)
    )


def _grouped(part: Filter, other: type[And] | type[Or]) -> str:
    text = format_filter(part)
    return f"({text})" if isinstance(part, other) and part.parts else text


def _quote(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + plain(value).replace("'", "''") + "'"


def _format_compare(one: Compare) -> str:
    name = name_of(one.field)
    match one.op:
        case Op.IS_EMPTY:
            return f"is_empty({name})"
        case Op.CONTAINS | Op.STARTS_WITH:
            word = "contains" if one.op is Op.CONTAINS else "starts_with"
            return f"{word}({name}, {_quote(one.value)})"  # type: ignore[arg-type]  # one value
        case Op.IN:
            values = one.value if isinstance(one.value, tuple) else (one.value,)
            return f"{name} in ({', '.join(_quote(v) for v in values)})"
        case _:
            return f"{name} {one.op.value} {_quote(one.value)}"  # type: ignore[arg-type]  # one value


class _Reader:
    """Turns sqlglot's tree into ours."""

    def __init__(self, schema: Schema, ways: Conventions) -> None:
        self._schema, self._ways = schema, ways

    def read(self, node: "exp.Expr") -> Filter:
        from sqlglot import exp

        match node:
            case exp.Paren():
                return self.read(node.this)
            case exp.And():
                return And(tuple(self.read(part) for part in node.flatten()))
            case exp.Or():
                return Or(tuple(self.read(part) for part in node.flatten()))
            case exp.Not():
                return Not(self.read(node.this))
            case exp.In():
                field = self._field(node.this)
                values = tuple(self._value(part, field) for part in node.expressions)
                test: Filter = Compare(field.name, Op.IN, values)
                if any(part for name, part in node.args.items() if name not in ("this", "expressions", "negate")):
                    raise Invalid(sentence("Put a list of values after in: in ('a', 'b'). {example}", example=EXAMPLE))
                return Not(test) if node.args.get("negate") else test
            case exp.Between():
                field = self._field(node.this)
                low, high = (self._value(node.args[end], field) for end in ("low", "high"))
                return And((Compare(field.name, Op.GE, low), Compare(field.name, Op.LE, high)))
            case exp.Is():
                return self._is(node)
            case exp.Like() | exp.ILike():
                test = self._like(node)
                return Not(test) if node.args.get("negate") else test
        return self._compare(node)

    def _is(self, node: "exp.Is") -> Filter:
        """``is null``, ``is true`` and their negations."""
        from sqlglot import exp

        field = self._field(node.this)
        if isinstance(node.expression, exp.Null):
            test: Filter = Compare(field.name, Op.IS_EMPTY)
        else:
            test = Compare(field.name, Op.EQ, self._value(node.expression, field))
        return Not(test) if node.args.get("negate") else test

    def _compare(self, node: "exp.Expr") -> Filter:
        from sqlglot import exp

        ops: dict[type[exp.Expr], Op] = {
            exp.EQ: Op.EQ, exp.NEQ: Op.NE, exp.LT: Op.LT, exp.LTE: Op.LE, exp.GT: Op.GT, exp.GTE: Op.GE,
        }  # fmt: skip
        op = ops.get(type(node))
        if op is not None:
            return self._binary(node, op)
        name, arguments = _call(node)
        if name in ("contains", "starts_with", "startswith") and len(arguments) == 2:
            field = self._field(arguments[0])
            kind = Op.CONTAINS if name == "contains" else Op.STARTS_WITH
            return Compare(field.name, kind, _text(arguments[1]))
        if name == "is_empty" and len(arguments) == 1:
            return Compare(self._field(arguments[0]).name, Op.IS_EMPTY)
        raise Invalid(
            sentence("This part of the filter cannot be read: {sql}. {example}", sql=node.sql(), example=EXAMPLE)
        )

    def _binary(self, node: "exp.Expr", op: Op) -> Filter:
        from sqlglot import exp

        if isinstance(node.this, exp.Literal) and isinstance(node.expression, exp.Literal):
            always = node.this.this == node.expression.this
            return And(()) if always == (op is Op.EQ) else Or(())
        field = self._field(node.this)
        value = self._value(node.expression, field)
        if value is None and op in (Op.EQ, Op.NE):
            empty = Compare(field.name, Op.IS_EMPTY)
            return empty if op is Op.EQ else Not(empty)
        return Compare(field.name, op, value)

    def _like(self, node: "exp.Expr") -> Filter:
        """``'%x%'`` and ``'x%'``; other patterns have no meaning here."""
        field, pattern = self._field(node.this), _text(node.expression)
        inner = pattern.strip("%")
        if "%" in inner or "_" in inner or pattern.count("%") - pattern.endswith("%") - pattern.startswith("%") > 0:
            raise Invalid(sentence("like takes '%text%' or 'text%' here."))
        if pattern.startswith("%") and pattern.endswith("%"):
            return Compare(field.name, Op.CONTAINS, inner)
        if pattern.endswith("%"):
            return Compare(field.name, Op.STARTS_WITH, inner)
        if "%" not in pattern:
            return Compare(field.name, Op.EQ, inner)
        raise Invalid(sentence("like takes '%text%' or 'text%' here."))

    def _field(self, node: "exp.Expr") -> Field:
        from sqlglot import exp

        if isinstance(node, exp.Column):
            return _known(node.name, self._schema)
        raise Invalid(
            sentence("A condition begins with a field, not with {sql}. {example}", sql=node.sql(), example=EXAMPLE)
        )

    def _value(self, node: "exp.Expr", field: Field) -> Value:
        text = _text(node)
        try:
            as_typed = field.type.is_text and field.type is not FieldType.CHOICE and text
            return text if as_typed else parse(text, field, self._ways)
        except NotAValue as error:
            raise Invalid(said_by(error)) from error


def _text(node: "exp.Expr") -> str:
    """A literal's text."""
    from sqlglot import exp

    match node:
        case exp.Literal():
            return str(node.this)
        case exp.Neg():
            return "-" + _text(node.this)
        case exp.Boolean():
            return "true" if node.this else "false"
        case exp.Null():
            return ""
    raise Invalid(sentence("Put values in single quotes: '{sql}'. {example}", sql=node.sql(), example=EXAMPLE))


def _call(node: "exp.Expr") -> tuple[str, list["exp.Expr"]]:
    """(name, arguments) of a function call; sqlglot knows some of ours by other names."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous):
        return str(node.this).lower(), list(node.expressions)
    if isinstance(node, exp.Func):
        arguments = [a for a in (node.args.get("this"), node.args.get("expression")) if a is not None]
        return type(node).__name__.lower().replace("startswith", "starts_with").removeprefix("array"), arguments
    return "", []


def name_of(field: FieldName) -> str:
    """The field as a filter text spells it: in double quotes where it is not a plain word."""
    if _PLAIN_WORD.fullmatch(field) and field not in _RESERVED:
        return field
    return '"' + field.replace('"', '""') + '"'


_PLAIN_WORD = re.compile("[a-z_][a-z0-9_]*")
# Words that sqlglot's PostgreSQL reads as something else than a column (tried with sqlglot 30), and their near kin.
_RESERVED_WORDS = """
    all alter and any array as asc between by case cast collate connect_by_root create cross current_catalog
    current_date current_schema current_time current_timestamp current_user date desc distinct div drop else end escape
    except exists extract false fetch for from glob grant group having if ilike in inner insert intersect interval into
    is isnull join lateral like limit localtime localtimestamp mod not notnull null offset on only or order outer
    partitioned_by qualify regexp returning revoke rlike rollback row select session_user set similar table tablesample
    then time timestamp true uncache union using values variadic when where window with xor
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())
