# SPDX-License-Identifier: MIT
"""A module with a field of every type, for the tests of filters and cells."""

from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import Op
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema

MODULE = Module(name=ModuleName("Things"), label="Thing", label_plural="Things")
CHOICES = (Choice("new", "New"), Choice("won", "Won"), Choice("lost", "Lost"))
FIELDS = tuple(
    Field(
        name=FieldName(kind.name.lower()),
        label=kind.name.replace("_", " ").capitalize(),
        type=kind,
        choices=CHOICES if kind in (FieldType.CHOICE, FieldType.MULTI_CHOICE) else (),
        refers_to=(ModuleName("Things"),) if kind is FieldType.REFERENCE else (),
    )
    for kind in FieldType
)
SCHEMA = Schema(MODULE, FIELDS, FieldName("text"))
CAN = Capabilities(filters=frozenset(Op) - {Op.IS_EMPTY, Op.NE}, can_or=True, can_nest=True)


def field(name: str) -> Field:
    """A field of that schema."""
    found = SCHEMA.field(name)
    assert found is not None
    return found
