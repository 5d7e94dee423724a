# SPDX-License-Identifier: MIT
"""Labels of ours in a person's language; those that a server gave stay as they are. What needs nothing is handed back."""

from collections.abc import Callable
from dataclasses import replace

from crmdesk.domain.sales import LineShape
from crmdesk.domain.schema import Choice, Field, Module, Schema
from crmdesk.domain.sentence import Sentence

Told = Callable[[str], str]
"""Gives a ``Sentence`` in the person's language, any other text as it is."""


def worded_module(module: Module, told: Told) -> Module:
    """The module with its labels and its notice in the person's language."""
    if not any(isinstance(text, Sentence) for text in (module.label, module.label_plural, module.notice)):
        return module
    return replace(module, label=told(module.label), label_plural=told(module.label_plural), notice=told(module.notice))


def worded_field(field: Field, told: Told) -> Field:
    """The field with label, heading and choices in the person's language."""
    texts = (field.label, field.block, *(choice.label for choice in field.choices))
    if not any(isinstance(text, Sentence) for text in texts):
        return field
    choices = tuple(Choice(choice.value, told(choice.label)) for choice in field.choices)
    return replace(field, label=told(field.label), block=told(field.block), choices=choices)


def worded_schema(schema: Schema, told: Told) -> Schema:
    """The schema with every label in the person's language."""
    module = worded_module(schema.module, told)
    fields = tuple(worded_field(field, told) for field in schema.fields)
    if module is schema.module and all(new is old for new, old in zip(fields, schema.fields, strict=True)):
        return schema
    return replace(schema, module=module, fields=fields)


def worded_shape(shape: LineShape, told: Told) -> LineShape:
    """What lines can hold, with the names of their parts in the person's language."""
    taxes = {name: told(label) for name, label in shape.taxes.items()}
    fields = tuple(worded_field(field, told) for field in shape.fields)
    return replace(shape, taxes=taxes, text_label=told(shape.text_label), fields=fields)
