# SPDX-License-Identifier: MIT
"""What can be done with a record there: opportunities become deliveries and back, records move to an organisation."""

from collections.abc import Mapping

from crmdesk.connectors.port import Part, RecordAction
from crmdesk.connectors.vendors.webcrm import relations
from crmdesk.connectors.vendors.webcrm.operations import spec
from crmdesk.connectors.vendors.webcrm.resources import ACTIVITIES, DELIVERIES, OPPORTUNITIES, ORGANISATIONS
from crmdesk.connectors.vendors.webcrm.session import Session, unclear
from crmdesk.connectors.wire.text import to_int
from crmdesk.domain.errors import Invalid, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.sentence import sentence

_TO_DELIVERY, _TO_OPPORTUNITY, _MOVE = "ConvertToDelivery", "ConvertToOpportunity", "Move"
_LEVEL, _ORGANISATION = "level", "NewOrganisationId"

_MOVING = RecordAction(
    key=_MOVE,
    label=sentence("Move to an organisation…"),
    question=sentence(
        "The record goes to another organisation. Its person belongs to the former one and is not taken along."
    ),
    parts=(
        Part(name=_ORGANISATION, label=sentence("Organisation"), kind="record", required=True, module=ORGANISATIONS),
    ),
)
_ACTIONS: Mapping[ModuleName, tuple[RecordAction, ...]] = {
    OPPORTUNITIES: (
        RecordAction(
            key=_TO_DELIVERY,
            label=sentence("Convert to a delivery"),
            question=sentence(
                "The server makes a delivery of this opportunity, with its lines; the opportunity may be gone then."
            ),
            makes=DELIVERIES,
        ),
        _MOVING,
    ),
    DELIVERIES: (
        RecordAction(
            key=_TO_OPPORTUNITY,
            label=sentence("Convert to an opportunity…"),
            question=sentence(
                "The server makes an opportunity of this delivery, with its lines; the delivery may be gone then."
            ),
            makes=OPPORTUNITIES,
            parts=(
                Part(
                    name=_LEVEL,
                    label=sentence("Pipeline level"),
                    kind="integer",
                    required=True,
                    hint=sentence(
                        "The number of the level that the opportunity begins at, as in an opportunity's Level."
                    ),
                ),
            ),
        ),
        _MOVING,
    ),
    ACTIVITIES: (_MOVING,),
}


def list_actions(module: ModuleName) -> tuple[RecordAction, ...]:
    """The conversions and moves of a module."""
    return _ACTIONS.get(module, ())


def act(session: Session, record: RecordId, action: str, arguments: Mapping[str, str]) -> RecordId | None:
    """Do it; the delivery or opportunity that was made, None after a move.

    Raises:
        Unsupported: no such action in this module. Invalid: a level or organisation is missing or no number.
        OutcomeUnclear: converted, but the server did not tell into what.
    """
    if all(one.key != action for one in list_actions(record.module)):
        raise Unsupported(sentence("{action} in {module}", action=action, module=record.module))
    if action == _MOVE:
        organisation = arguments.get(_ORGANISATION, "")
        if (to_int(organisation) or 0) <= 0:
            raise Invalid(sentence("Choose the organisation that it moves to. Nothing was sent."),
                          per_field={FieldName(_ORGANISATION): sentence("Choose an organisation.")})  # fmt: skip
        relations.move(session, record.module, record.key, organisation)
        return None
    if action == _TO_DELIVERY:
        one, values, into = spec("POST", "/Opportunities/{id}/ConvertToDelivery"), {"id": record.key}, DELIVERIES
    else:
        one, into = spec("POST", "/Deliveries/{id}/ConvertToOpportunity/{level}"), OPPORTUNITIES
        values = {"id": record.key, "level": _level(arguments.get(_LEVEL, ""))}
    made = to_int(session.call(one, values))
    if made is None or made <= 0:
        raise unclear(sentence("The server converted the record without telling which one it made."))
    return RecordId(into, str(made))


def _level(text: str) -> str:
    number = to_int(text.strip())
    if number is None or not 0 <= number <= 99:
        told = sentence("The pipeline level is a whole number, such as 1.")
        raise Invalid(sentence("{told} Nothing was sent.", told=told), per_field={FieldName(_LEVEL): told})
    return str(number)
