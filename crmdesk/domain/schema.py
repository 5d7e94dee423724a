# SPDX-License-Identifier: MIT
"""What a server says about its modules and their fields."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from crmdesk.domain.names import FieldName, ModuleName


class FieldType(Enum):
    """How a field's values look and compare."""

    TEXT = auto()
    LONG_TEXT = auto()
    INTEGER = auto()
    DECIMAL = auto()
    MONEY = auto()
    PERCENT = auto()
    BOOLEAN = auto()
    DATE = auto()
    DATETIME = auto()
    TIME = auto()
    CHOICE = auto()
    MULTI_CHOICE = auto()
    REFERENCE = auto()
    EMAIL = auto()
    PHONE = auto()
    URL = auto()
    OPAQUE = auto()

    @property
    def is_text(self) -> bool:
        """Compared as text."""
        return self in _TEXTS

    @property
    def is_number(self) -> bool:
        """Compared as a number; values are ``int`` or ``Decimal``."""
        return self in _NUMBERS

    @property
    def is_moment(self) -> bool:
        """Compared on the clock or the calendar."""
        return self in _MOMENTS


_TEXTS = frozenset(
    {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.CHOICE,
        FieldType.EMAIL,
        FieldType.PHONE,
        FieldType.URL,
        FieldType.OPAQUE,
    }
)
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.PERCENT})
_MOMENTS = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.TIME})


class Operation(Enum):
    """What the signed-in user may do in a module."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list: ``value`` is stored, ``label`` is shown."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a module.

    Attributes:
        choices: the known values of a list; a server may hold others.
        refers_to: modules a reference may point to; empty = not told.
        block: heading under which a form shows it; empty = the module's own.
        max_length: characters the server stores, None = not told.
        default: what a new record starts with, in the server's spelling; empty = nothing.
        stores_astral: False where the server damages characters beyond U+FFFF (emoji).
    """

    name: FieldName
    label: str
    type: FieldType = FieldType.TEXT
    required: bool = False
    read_only: bool = False
    filterable: bool = True
    sortable: bool = True
    choices: tuple[Choice, ...] = ()
    refers_to: tuple[ModuleName, ...] = ()
    block: str = ""
    max_length: int | None = None
    default: str = ""
    stores_astral: bool = True

    def choice_label(self, value: str) -> str:
        """The label of a stored value, or the value itself where the list does not know it."""
        return next((c.label for c in self.choices if c.value == value), value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One kind of record the server offers.

    Attributes:
        group: heading in the module tree: sales, inventory, support, marketing, projects, system, other.
        is_listed: False for helpers such as line items that nobody browses.
        can_be_listed: False where the server gives no rows without a condition it can search for, or none at all.
        notice: a sentence for people on what the server does not offer here, "" = nothing to say.
    """

    name: ModuleName
    label: str
    label_plural: str
    operations: frozenset[Operation] = frozenset(Operation)
    is_sales_document: bool = False
    group: str = "other"
    is_listed: bool = True
    can_be_listed: bool = True
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of one module, in the server's order.

    Attributes:
        title_field: the field by which people know a record.
        number_field: the field of the record's number (``ACC17``), None where there is none.
        is_complete: False where the server describes nothing: the fields are those that were seen, there may be more.
    """

    module: Module
    fields: tuple[Field, ...]
    title_field: FieldName
    number_field: FieldName | None = None
    is_complete: bool = True

    def field(self, name: str) -> Field | None:
        """The field of that name, None where the module has none."""
        return next((f for f in self.fields if f.name == name), None)

    def beginning(self, name: str, default: str) -> "Schema":
        """The schema in which new records begin with a value in one field, where it has no default of its own."""
        fields = (replace(f, default=default) if f.name == name and not f.default else f for f in self.fields)
        return replace(self, fields=tuple(fields))

    def joined(self, earlier: "Schema") -> "Schema":
        """An incomplete schema with the fields that only an earlier look saw, behind its own; a complete one as it is."""
        if self.is_complete:
            return self
        own = {field.name for field in self.fields}
        return replace(self, fields=(*self.fields, *(field for field in earlier.fields if field.name not in own)))
