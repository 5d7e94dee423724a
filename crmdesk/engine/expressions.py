# SPDX-License-Identifier: MIT
"""Computed values: a small, safe expression language over a record's fields, evaluated by simpleeval.

``upper(lastname)``, ``website or 'https://' + domain``, ``round(unit_price * 1.05, 2)``, ``if(city = '', 'Helsinki',
city)``. Numbers are exact decimals. There are no attributes, no imports, no loops; texts and powers have bounds.
"""

import ast
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import Any

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import NotAValue, Value, plain

EXAMPLE = sentence("Write for example: upper(lastname), or round(unit_price * 1.05, 2)")
_MAX_TEXT = 100_000
_MAX_LENGTH = 2_000


def _text(value: object) -> str:
    return (
        plain(value)
        if value is None or isinstance(value, (str, bool, int, Decimal, date, time, RecordId, tuple))
        else str(value)
    )


def _number(value: object) -> Decimal:
    if value is None or value == "":
        raise NotAValue(sentence("An empty field is not a number."))
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise NotAValue(sentence("{what} is not a number.", what=_text(value)))
    try:
        return Decimal(value if isinstance(value, (int, Decimal)) else value.strip().replace(",", "."))
    except DecimalException:
        raise NotAValue(sentence("“{value}” is not a number.", value=value)) from None


def _whole(value: object) -> int:
    return int(_number(value))


def _rounded(value: object, places: object = 0) -> Decimal:
    return _number(value).quantize(Decimal(1).scaleb(-_whole(places)), ROUND_HALF_UP)


def _capital(value: object) -> str:
    """``o'brien-smith`` -> ``O'Brien-Smith``; letters inside a word stay as they are."""
    return re.sub(r"(^|[\s\-'’(])(\w)", lambda m: m[1] + m[2].upper(), _text(value))


def _days(value: object, days: object) -> date:
    if isinstance(value, (datetime, date)):
        return value + timedelta(days=_whole(days))
    raise NotAValue(sentence("{what} is not a date.", what=_text(value) or sentence("An empty field")))


def _first_filled(*values: object) -> object:
    return next((value for value in values if value not in (None, "", ())), None)


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "upper": lambda text: _text(text).upper(),
    "lower": lambda text: _text(text).lower(),
    "capital": _capital,
    "trim": lambda text: " ".join(_text(text).split()),
    "replace": lambda text, old, new: _text(text).replace(_text(old), _text(new)) if _text(old) else _text(text),
    "left": lambda text, count: _text(text)[: max(0, _whole(count))],
    "right": lambda text, count: _text(text)[-_whole(count) :] if _whole(count) > 0 else "",
    "before": lambda text, mark: _text(text).split(_text(mark), 1)[0] if _text(mark) else _text(text),
    "after": lambda text, mark: _text(text).partition(_text(mark))[2] if _text(mark) else "",
    "length": lambda text: len(_text(text)),
    "contains": lambda text, part: _text(part).casefold() in _text(text).casefold(),
    "digits": lambda text: "".join(letter for letter in _text(text) if letter.isdigit()),
    "text": _text,
    "number": _number,
    "round": _rounded,
    "first": _first_filled,
    "choose": lambda condition, yes, no: yes if condition else no,
    "add_days": _days,
    "year": lambda value: value.year if isinstance(value, date) else None,
}
"""Name -> what it does; the window shows ``HELP`` beside them."""

HELP: Mapping[str, str] = {
    "upper(text)": "HELSINKI",
    "lower(text)": "helsinki",
    "capital(text)": "the first letter of each word large",
    "trim(text)": "no blanks at the ends, single ones inside",
    "replace(text, old, new)": "every old becomes new",
    "left(text, 3), right(text, 3)": "the first or last letters",
    "before(text, ','), after(text, ',')": "what stands before or after the first mark",
    "length(text), digits(text)": "how many letters; the digits alone",
    "contains(text, part)": "yes or no",
    "number(text), text(value)": "the same as a number, as a text",
    "round(number, 2)": "half away from zero",
    "first(a, b, …)": "the first that is filled",
    "choose(a == b, yes, no)": "one or the other",
    "add_days(date, 14), year(date)": "another day; its year",
}


class Expression:
    """One expression, read once and evaluated for each record.

    Attributes:
        text: as it was written. fields: the fields it uses.
    """

    def __init__(self, text: str, schema: Schema) -> None:
        """Read an expression.

        Raises:
            Invalid: it cannot be read, or uses a field or a function that is not there.
        """
        self.text = text.strip()
        if len(self.text) > _MAX_LENGTH:
            raise Invalid(sentence("An expression holds at most {max_length} characters.", max_length=_MAX_LENGTH))
        try:
            tree = ast.parse(self.text, mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            raise Invalid(sentence("This expression cannot be read. {example}", example=EXAMPLE), str(error)) from error
        calls = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        if unknown := sorted(calls - FUNCTIONS.keys()):
            raise Invalid(sentence("There is no function {unknown}. {example}", unknown=unknown[0], example=EXAMPLE))
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        names = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]
        known = {str(field.name) for field in schema.fields}
        if missing := sorted(set(names) - known):
            raise Invalid(
                sentence(
                    "{records} have no field {missing}. {example}",
                    records=schema.module.label_plural,
                    missing=missing[0],
                    example=EXAMPLE,
                )
            )
        if any(isinstance(node, _FORBIDDEN) for node in ast.walk(tree)):
            raise Invalid(
                sentence("An expression holds fields, texts, numbers and functions only. {example}", example=EXAMPLE)
            )
        self.fields = tuple(FieldName(name) for name in dict.fromkeys(names))
        self._evaluator = _evaluator()
        self._tree = tree.body

    def __call__(self, values: Mapping[FieldName, Value]) -> Value:
        """The value for one record.

        Raises:
            NotAValue: with a sentence.
        """
        import simpleeval

        self._evaluator.names = {str(name): _given(values.get(name)) for name in self.fields}
        try:
            found = self._evaluator.eval(self.text, previously_parsed=self._tree)
        except NotAValue:
            raise
        except ZeroDivisionError:
            raise NotAValue(sentence("This divides by zero.")) from None
        except (simpleeval.InvalidExpression, DecimalException, ArithmeticError) as error:
            raise NotAValue(
                sentence("This cannot be computed here: {first_line}.", first_line=_first_line(error))
            ) from None
        except (TypeError, ValueError, AttributeError, IndexError, KeyError, OverflowError) as error:
            raise NotAValue(
                sentence("This cannot be computed from these values: {first_line}.", first_line=_first_line(error))
            ) from None
        return _taken(found)


_FORBIDDEN = (ast.Attribute, ast.Subscript, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
              ast.NamedExpr, ast.JoinedStr, ast.Starred, ast.Dict, ast.List, ast.Set, ast.Tuple, ast.Pow,
              ast.LShift, ast.RShift, ast.BitXor)  # fmt: skip


def _evaluator() -> Any:
    import simpleeval

    class Exact(simpleeval.SimpleEval):  # type: ignore[misc]  # simpleeval has no types
        """Numbers with a point are decimals."""

        def __init__(self) -> None:
            super().__init__(functions=dict(FUNCTIONS), names={})
            self.operators.update(_ARITHMETIC)
            self.nodes[ast.Constant] = _constant

    return Exact()


def _constant(node: ast.Constant) -> object:
    if isinstance(node.value, float):
        return Decimal(repr(node.value))
    if node.value is None or isinstance(node.value, (str, bool, int)):
        return node.value
    raise NotAValue(sentence("An expression holds texts and numbers only."))


def _plus(left: object, right: object) -> object:
    if isinstance(left, str) or isinstance(right, str):
        joined = _text(left) + _text(right)
        if len(joined) > _MAX_TEXT:
            raise NotAValue(sentence("This text would be longer than {max_text} characters.", max_text=_MAX_TEXT))
        return joined
    return _number(left) + _number(right)


_ARITHMETIC: Mapping[type[ast.AST], Callable[[object, object], object]] = {
    ast.Add: _plus,
    ast.Sub: lambda a, b: _number(a) - _number(b),
    ast.Mult: lambda a, b: _number(a) * _number(b),
    ast.Div: lambda a, b: _number(a) / _number(b),
    ast.Mod: lambda a, b: _number(a) % _number(b),
}
"""In place of simpleeval's own."""


def _given(value: Value) -> object:
    """An empty field is an empty text; a reference is its id."""
    return "" if value is None else value.key if isinstance(value, RecordId) else value


def _taken(found: object) -> Value:
    if found is None or found == "":
        return None
    if isinstance(found, (str, bool, int, Decimal, date, time)):
        if isinstance(found, Decimal) and not found.is_finite():
            raise NotAValue(sentence("This is not a number."))
        return found
    raise NotAValue(sentence("This gives neither a text nor a number nor a date."))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__
