# SPDX-License-Identifier: MIT
"""Taxes of lines chosen by name and percentage, from what the server tells and what lines and products were seen with."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineItem, LineShape
from crmdesk.domain.schema import Choice, Field, FieldType
from crmdesk.domain.values import plain
from crmdesk.ui.formats import Formats
from crmdesk.ui.wording import tr


def seen_classes(shape: LineShape, lines: Iterable[LineItem]) -> dict[str, Decimal]:
    """Tax classes and their percentages, as lines of documents and products name them; the first one seen counts."""
    name, found = shape.tax_field, dict[str, Decimal]()
    for line in lines if name is not None else ():
        told = plain(line.extras.get(FieldName(str(name))))
        if told and line.taxes:
            found.setdefault(told, line.taxes[0].percent)
    return found


def class_field(field: Field, classes: Mapping[str, Decimal], formats: Formats) -> Field:
    """The field of the tax class as a choice: "Standard · 20 %"; classes that were only seen stand behind."""
    known = {choice.value: choice.label for choice in field.choices}
    known |= {name: name for name in classes if name not in known}
    choices = tuple(
        Choice(name, f"{label} · {formats.number(classes[name])} %" if name in classes else label)
        for name, label in known.items()
    )
    return replace(field, type=FieldType.CHOICE, choices=choices) if choices else field


def rate_field(key: str, label: str, rates: Iterable[Decimal], formats: Formats) -> Field:
    """A tax of which the server knows some percentages, as a choice."""
    choices = tuple(Choice(plain(rate.normalize() + 0), f"{formats.number(rate)} %") for rate in rates if rate)
    return Field(name=FieldName(key), label=label, type=FieldType.CHOICE, choices=choices)


def rates_words(what: str, rates: Iterable[Decimal], formats: Formats) -> str:
    """Why a percentage is none that the server knows."""
    told = ", ".join(f"{formats.number(rate)} %" for rate in rates)
    return tr("{what} is one of these there: {rates}.", what=what, rates=told)
