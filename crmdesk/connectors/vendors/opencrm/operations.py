# SPDX-License-Identifier: MIT
"""Every method of the vendor's guide (16 June 2022): its parameters, and which of them change data.

Every call is a POST with a form, also where the guide allows a GET: a GET would carry the keys in its address.
``edit_ticket`` is not in the guide; a public client found that it works where ``edit_helpdesk`` does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.connectors.port import OperationInfo
from crmdesk.domain.sentence import sentence

PLAIN = ("activity", "asset", "company", "contact", "contract", "lead", "opportunity", "product", "project", "ticket")
SALES = ("quote", "salesorder", "invoice", "purchaseorder")
LISTED = (*PLAIN, *SALES)

REPORT, LINK, CAMPAIGN, LOGIN = "get_record_list_from_report", "edit_record_link", "add_to_campaign", "login"


@dataclass(frozen=True, slots=True)
class Spec:
    """One method. ``open_ended``: any field name is a parameter too."""

    name: str
    is_write: bool
    summary: str
    parameters: Mapping[str, str]
    open_ended: bool = False


_KEYWORDS = {"keywords": sentence("Words to look for; which fields are searched depends on the module.")}
_WINDOW = {
    "query_string": sentence("FIELD|OPERATOR|VALUE; the operators are =, LIKE, BEGINS, ENDS, CONTAINS. One condition."),
    "limit_start": sentence("How many rows to skip."),
    "limit_end": sentence("The number of the last row: the end, not how many."),
    **_KEYWORDS,
}
_ALL = {
    "dateTimeOverride": sentence("Date format of PHP for date-times, for example c; blank is _, slash is *."),
    "dateOverride": sentence("The same for dates without a time."),
    "change_assignedidtouser": sentence("Fields, parted by commas, whose user numbers come as names."),
}
_CRMID = {"crmid": sentence("The record's number; 0 makes a new one.")}
_REPORT = {
    "reportid": sentence("The report's number."),
    "isCustomReport": sentence("true for a report that was built for you."),
    "limit_start": _WINDOW["limit_start"],
    "limit_end": _WINDOW["limit_end"],
}
_LINK = {"parent_id": sentence("The main record."), "child_id": sentence("The record to link to it.")}
_CAMPAIGN = {
    "campaignid": sentence("The campaign's number."),
    "recordid": sentence("The record to add."),
    "relationship": sentence("The relationship to set."),
    "status": sentence("The status to set."),
    "probability": sentence("The probability to set."),
}
_PRODUCTS = {"products": sentence("JSON: EVERY line of the document; a line that is left out is deleted for good.")}


def _edit(name: str, **more: str) -> Spec:
    what = name.removeprefix("edit_")
    return Spec(
        name, True, sentence("Makes or changes a record: {what}.", what=what), {**_CRMID, **more}, open_ended=True
    )


def _reads() -> list[Spec]:
    specs = [Spec(f"get_{m}_list_count", False, sentence("How many: {module}.", module=m), _WINDOW) for m in LISTED]
    specs += [
        Spec(f"get_{m}_list", False, sentence("Rows, some fields: {module}.", module=m), {**_WINDOW, **_ALL})
        for m in (*LISTED, "user")
    ]
    specs += [
        Spec(f"get_{m}_list_full", False, sentence("Rows, every field: {module}.", module=m), {**_WINDOW, **_ALL})
        for m in LISTED
    ]
    return specs + [Spec(f"get_{m}", False, _one_record(m), {**_CRMID, **_ALL}) for m in LISTED]


def _one_record(module: str) -> str:
    if module in SALES:
        return sentence("One record with its lines: {module}.", module=module)
    return sentence("One record: {module}.", module=module)


EDITS: Mapping[str, tuple[str, ...]] = {
    **{m: (f"edit_{m}",) for m in LISTED},
    # The guide contradicts itself (its contents and its text); what works is found out once in a session.
    "ticket": ("edit_ticket", "edit_helpdesk"),
    "contract": ("edit_contract", "edit_contracts"),
}
"""Module -> the names its edit may have, the likeliest first."""

CONTACT_EDITS = ("edit_contact", "edit_contact_custom1", "edit_contact_custom2")
_PLAIN_EDITS = sorted({n for m in PLAIN for n in EDITS[m]} | set(CONTACT_EDITS))

DOCUMENTED: tuple[Spec, ...] = (
    Spec(
        LOGIN,
        False,
        sentence("Answers an access key, which stands for both keys."),
        {"key": sentence("API key."), "passkey": sentence("Pass key.")},
    ),
    *_reads(),
    *(_edit(name) for name in _PLAIN_EDITS),
    *(_edit(f"edit_{m}", **_PRODUCTS) for m in SALES),
    Spec(REPORT, False, sentence("The rows of a report."), {**_REPORT, **_ALL}),
    Spec(LINK, True, sentence("Links two records (beta)."), _LINK),
    Spec(CAMPAIGN, True, sentence("Adds a record to a campaign (beta)."), _CAMPAIGN),
)

_BY_NAME = {spec.name: spec for spec in DOCUMENTED}


def spec_of(operation: str) -> Spec | None:
    """The method of that name, None where there is none."""
    return _BY_NAME.get(operation)


def infos() -> tuple[OperationInfo, ...]:
    """The documented methods as ``crmdesk call`` lists them."""
    return tuple(OperationInfo(s.name, s.is_write, s.parameters, s.summary) for s in DOCUMENTED)
