# SPDX-License-Identifier: MIT
"""The kinds of module that every CRM has under some name, and which of their fields say what a figure needs. Pure."""

import re
from collections.abc import Iterable
from enum import Enum

from crmdesk.domain.schema import Field, FieldType, Module, Schema


class Usual(Enum):
    """What a salesperson works with."""

    COMPANIES = "companies"
    PEOPLE = "people"
    LEADS = "leads"
    OPPORTUNITIES = "opportunities"
    QUOTES = "quotes"
    ORDERS = "orders"
    INVOICES = "invoices"


# A module's name without its blanks and marks, whole: helpers such as "Opportunities linked data" are none of these.
_NAMES = {
    Usual.COMPANIES: r"accounts?|compan(y|ies)|organi[sz]ations?|customers?",
    Usual.PEOPLE: r"contacts?|persons?|people",
    Usual.LEADS: r"leads?",
    Usual.OPPORTUNITIES: r"potentials?|opportunit(y|ies)|deals?",
    Usual.QUOTES: r"(aos)?(quotes?|quotations?|offers?)",
    Usual.ORDERS: r"(sales)?orders?|deliver(y|ies)",
    Usual.INVOICES: r"(aos)?invoices?",
}
_STAGE = re.compile(r"stage|status|phase|level", re.I)
_NO_STAGE = re.compile(r"invoicestatus|erp", re.I)
_TOTALS = (r"grand_?total$", r"^total$", r"^amount$", r"total_?amount$", r"order_?value$", r"^value$|expectedvalue")
_DATES = (r"order_?date$", r"invoice_?date$", r"closing_?date$|date_closed$", r"created(_?time|_?at)?$|date_entered$")
_LOST = re.compile(
    r"lost|reject|cancel|dead|expired|declin|verloren|abgelehnt|storniert|h[aä]vitty|hyl[aä]tty|tabt|afvist|annull",
    re.I,
)
_WON = re.compile(
    r"closed|won|accept|deliver|invoiced|paid|complete|archiv"
    r"|gewonnen|abgeschlossen|angenommen|voitettu|hyv[aä]ksytty|vundet|afsluttet|accepteret",
    re.I,
)


class Standing(Enum):
    """How a stage stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


def usual_kind(module: Module) -> Usual | None:
    """What a module is by its name, None = something else."""
    name = re.sub(r"[^a-z]", "", module.name.lower())
    return next((kind for kind, words in _NAMES.items() if re.fullmatch(words, name)), None)


def stage_field(schema: Schema) -> Field | None:
    """The field of the stage a deal or document is in, None where there is none."""
    named = [f for f in schema.fields if _STAGE.search(f.name) and not _NO_STAGE.search(f.name)]
    lists = [f for f in named if f.type is FieldType.CHOICE]
    texts = [f for f in named if f.type is FieldType.TEXT]
    own = [f for f in schema.fields if _STAGE.search(f.name) and f.type is FieldType.CHOICE]
    return next(iter((*lists, *texts, *own)), None)


def total_field(schema: Schema) -> Field | None:
    """The field of what it is worth."""
    return _by_names((f for f in schema.fields if f.type.is_number), _TOTALS)


def date_field(schema: Schema) -> Field | None:
    """The field of the month it belongs to: its own date before the moment it was typed in."""
    return _by_names((f for f in schema.fields if f.type in (FieldType.DATE, FieldType.DATETIME)), _DATES)


def owner_field(schema: Schema) -> Field | None:
    """The field of the user whose it is."""
    references = (f for f in schema.fields if f.type is FieldType.REFERENCE)
    return _by_names(references, (r"assigned_?(user_?id|to)$", r"owner(_?id)?$", r"responsible$"))


def currency_field(schema: Schema) -> Field | None:
    """The field of the currency its sums are in."""
    return _by_names(schema.fields, (r"currency(_?id|_?name|_?code)?$",))


def company_field(schema: Schema) -> Field | None:
    """The reference to the customer."""
    references = [f for f in schema.fields if f.type is FieldType.REFERENCE]
    return _by_names(references, (r"account_?(id|name)?$", r"compan(y|yid|y_id)$", r"organi[sz]ation_?(id)?$"))


def standing(stage: str) -> Standing:
    """What a stage's name says; an unknown one is open."""
    if _LOST.search(stage):
        return Standing.LOST
    return Standing.WON if _WON.search(stage) else Standing.OPEN


def _by_names(fields: Iterable[Field], patterns: Iterable[str]) -> Field | None:
    known = list(fields)
    for pattern in patterns:
        found = next((field for field in known if re.search(pattern, field.name, re.I)), None)
        if found is not None:
            return found
    return None
