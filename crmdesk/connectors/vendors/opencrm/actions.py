# SPDX-License-Identifier: MIT
"""What can be done with a record there: it can be added to a campaign (guide, "Campaigns", beta)."""

from collections.abc import Mapping

from crmdesk.connectors.port import Part, RecordAction
from crmdesk.connectors.vendors.opencrm import parse
from crmdesk.connectors.vendors.opencrm.operations import CAMPAIGN
from crmdesk.connectors.vendors.opencrm.session import Session
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import Invalid, OutcomeUnclear, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.sentence import sentence

_JOINING = ("company", "contact", "lead")
"""GUESS: the guide names no module; these are what campaigns hold in the server's relatives."""
_JOIN = RecordAction(
    key=CAMPAIGN,
    label=sentence("Add to a campaign…"),
    question=sentence("The record is added to a campaign. It cannot be taken out again from here."),
    parts=(
        Part(
            name="campaignid",
            label=sentence("Campaign's number"),
            required=True,
            hint=sentence("It stands in the address when you open the campaign in the browser."),
        ),
        Part(name="relationship", label=sentence("Relationship")),
        Part(name="status", label=sentence("Status")),
        Part(name="probability", label=sentence("Probability")),
    ),
)


def list_actions(module: ModuleName) -> tuple[RecordAction, ...]:
    """Campaigns, for those who can be in one."""
    return (_JOIN,) if module in _JOINING else ()


def act(session: Session, record: RecordId, action: str, arguments: Mapping[str, str]) -> None:
    """Add a record to a campaign: the server answers "Success", or a sentence why not.

    Raises:
        Unsupported: another action. Invalid: no such campaign number, or the server says why not.
        OutcomeUnclear: the answer says neither.
    """
    if action != CAMPAIGN:
        raise Unsupported(action)
    campaign = arguments.get("campaignid", "").strip()
    if not parse.is_id(campaign):
        why = sentence(
            "“{campaign}” is no campaign's number. It stands in the address when you open the campaign.",
            campaign=campaign,
        )
        raise Invalid(why, per_field={FieldName("campaignid"): why})
    more = ("relationship", "status", "probability")
    told = {name: arguments[name] for name in more if arguments.get(name)}
    answer = to_text(session.call(CAMPAIGN, {"campaignid": campaign, "recordid": record.key} | told)).strip()
    if answer.lower() == "success":
        return
    if not answer or answer.isdigit():
        raise OutcomeUnclear(
            sentence("The server did not say whether the record was added. Look at the campaign first.")
        )
    raise Invalid(sentence("The record was not added to the campaign: {answer}", answer=answer[:300]), answer)
