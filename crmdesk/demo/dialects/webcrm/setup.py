# SPDX-License-Identifier: MIT
"""How this company has set up its webCRM: custom fields, lists, lengths, which linked data fields are in use.

The letters of the display types are the vendor's; what each means is not public. Read here: C checkbox, L list,
ML list with several, I integer, D double, T text, M memo, DT date-time, EMA mail, TELE telephone, HX web page, UI user.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CustomField:
    """One custom field or list: display type, label, choices, longest text (0: no limit)."""

    kind: str
    label: str
    choices: tuple[str, ...] = ()
    max_length: int = 0


def _fields(entity: str, fields: Mapping[str, CustomField]) -> dict[str, CustomField]:
    return {f"{entity}{name}": field for name, field in fields.items()}


INDUSTRIES = ("", "Machinery", "Retail", "Engineering", "Shipping", "Electronics", "Utilities", "Food", "Chemicals", "Construction", "Healthcare", "Energy", "Education")  # fmt: skip
KINDS = ("", "Customer", "Prospect", "Partner", "Inactive", "Reseller", "Competitor")
RATINGS = ("A", "B", "C", "a")  # the last one tells apart who compares without case
LEVELS = ("", "Prospecting", "Qualification", "Needs Analysis", "Proposal or Price Quote", "Negotiation or Review", "Closed Won", "Closed Lost")  # fmt: skip

_FIELDS: Mapping[str, CustomField] = {
    **_fields("Organisation", {
        "Name": CustomField("T", "Name", (), 200), "City": CustomField("T", "City", (), 50), "Country": CustomField("T", "Country", (), 50),
        "Telephone": CustomField("TELE", "Telephone", (), 50), "Www": CustomField("HX", "Web page", (), 50),
        "Industry": CustomField("L", "Industry", INDUSTRIES), "Type": CustomField("L", "Type", KINDS),
        "Custom1": CustomField("L", "Rating", RATINGS), "Custom2": CustomField("C", "Newsletter"), "Custom3": CustomField("I", "Employees"),
        "Custom4": CustomField("D", "Discount %"), "Custom5": CustomField("T", "Customer number", (), 20),
        "Custom6": CustomField("ML", "Interests", ("Newsletter", "Pumps", "Seals & Gaskets", "Service contract", "Änderungsdienst")),
        "Plus1": CustomField("T", "Carrier", (), 50), "Plus2": CustomField("C", "Key account"),
    }),
    **_fields("Person", {
        "FirstName": CustomField("T", "First name", (), 50), "LastName": CustomField("T", "Last name", (), 50),
        "Email": CustomField("EMA", "E-mail", (), 100), "DirectPhone": CustomField("TELE", "Direct phone", (), 50),
        "MobilePhone": CustomField("TELE", "Mobile", (), 50), "Custom1": CustomField("T", "Department", (), 50),
        "Custom2": CustomField("L", "Source", ("", "Cold Call", "Trade Show", "Web Site", "Word of mouth")), "Custom3": CustomField("C", "Do not call"),
    }),
    **_fields("Opportunity", {"Custom1": CustomField("L", "Kind", ("", "New Business", "Existing Business")), "Custom2": CustomField("C", "Tender")}),
    **_fields("Delivery", {"Custom1": CustomField("T", "Carrier", (), 50), "Custom2": CustomField("C", "Partial delivery")}),
    **_fields("SupportCase", {"Custom1": CustomField("L", "Severity", ("", "Minor", "Major", "Critical")), "Custom2": CustomField("D", "Hours")}),
    **_fields("Activity", {"Custom1": CustomField("C", "Reminder")}),
    **_fields("Product", {"Custom1": CustomField("T", "Serial number", (), 30), "Custom2": CustomField("T", "Article", (), 100)}),
}  # fmt: skip


def custom_field(name: str) -> CustomField | None:
    """Return how a field is set up, None where nothing was said about it."""
    return _FIELDS.get(name)


def set_up(entity: str) -> tuple[str, ...]:
    """Return the fields of an entity about which something was said, in that order."""
    return tuple(name for name in _FIELDS if name.removeprefix(entity)[:1].isupper() and name.startswith(entity))


# What the nine data fields of a price list entry hold here: number, name, unit, group.
LINE_DATA = ("number", "name", "unit", "group")
