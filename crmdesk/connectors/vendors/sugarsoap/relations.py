# SPDX-License-Identifier: MIT
"""Related records: the pairs that the servers' own switches know, and the links that records carry themselves.

SplendidCRM's pairs are those of its ``get_relationships`` and ``SetRelationship`` (public source of the Community
Edition, soap.asmx.cs, commit 482cee5; 62 ordered pairs of the latter). What those switches do beside linking is out of
reach here: a task linked to an empty user is deleted, a contact linked to an empty user is no longer synchronised,
Bugs, Cases, Quotes and Orders answer "No Error" to pairs they do not know (sugarsoap.md 7). SuiteCRM's pairs are those
of SugarCRM's public vardefs. Neither tells how many there are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crmdesk.connectors.port import Relation
from crmdesk.connectors.vendors.sugarsoap import catalog, parse
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.modules import Modules
from crmdesk.connectors.vendors.sugarsoap.payload import is_key
from crmdesk.connectors.vendors.sugarsoap.session import Session
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    NotFound,
    OutcomeUnclear,
    ServerFault,
    SessionExpired,
    Unsupported,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

Pairs = Mapping[str, tuple[str, ...]]


def _pairs(text: str) -> Pairs:
    lines = (line.partition(":") for line in text.strip().splitlines())
    return {first.strip(): tuple(rest.split()) for first, _, rest in lines}


_SPLENDID_READ = _pairs("""
    Contacts: Calls Meetings Users
    Users: Calls Meetings Contacts Tasks
    Tasks: Users
    Meetings: Leads Contacts Users
    Calls: Leads Contacts Users
    Accounts: Contacts Users
    Opportunities: Accounts Contacts
""")
_SPLENDID_LINK = _pairs("""
    Contacts: Calls Meetings Users Emails Accounts Bugs Cases Contracts Opportunities Project Quotes
    Users: Calls Meetings Contacts Emails
    Meetings: Contacts Users
    Calls: Contacts Users
    Accounts: Contacts Emails Bugs Opportunities Project Quotes
    Leads: Emails
    Tasks: Emails
    Opportunities: Accounts Contacts Contracts Emails Project Quotes
    Project: Accounts Contacts Opportunities Quotes Emails
    Emails: Accounts Bugs Cases Contacts Opportunities Project Quotes Tasks Users
    Bugs: Accounts Contacts Emails
    Cases: Contacts Emails
    Quotes: Accounts Contacts Emails Opportunities Project
    Orders: Accounts Contacts Emails Opportunities
""")
"""All but Tasks to Users, which does nothing or deletes the task."""
_SPELLED: Mapping[tuple[str, str], str] = {
    ("Contacts", "Contracts"): "Contract",
    ("Quotes", "Contacts"): "Contact",
    ("Orders", "Contacts"): "Contact",
}
"""How SplendidCRM's switch spells the second module there; under its own name nothing would happen."""
_SUGAR = _pairs("""
    Accounts: Contacts Opportunities Cases Leads Bugs Calls Meetings Tasks Notes Documents Project
    Contacts: Accounts Opportunities Cases Leads Bugs Calls Meetings Tasks Notes Documents Project
    Leads: Calls Meetings Tasks Notes
    Opportunities: Accounts Contacts Leads Calls Meetings Tasks Notes Documents Project
    Cases: Contacts Bugs Calls Meetings Tasks Notes Documents Project
    Bugs: Accounts Contacts Cases Calls Meetings Tasks Notes Documents
    Calls: Contacts Leads Users Notes
    Meetings: Contacts Leads Users Notes
    Project: Accounts Contacts Opportunities Cases Bugs ProjectTask Calls Meetings Tasks Notes
    Documents: Accounts Contacts Opportunities Cases Bugs
    ProspectLists: Contacts Leads Prospects Users Accounts Campaigns
    Campaigns: ProspectLists
""")

_BACK: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Accounts": (("Cases", "account_id"), ("Accounts", "parent_id")),
    "Contacts": (("Tasks", "contact_id"), ("Notes", "contact_id"), ("Contacts", "reports_to_id")),
    "Project": (("ProjectTask", "project_id"),),
    "Campaigns": (("Leads", "campaign_id"), ("Contacts", "campaign_id"), ("Opportunities", "campaign_id")),
}
"""Module -> (module, field) of records whose own link leads to it."""
_ACTIVITIES = ("Calls", "Meetings", "Tasks", "Notes")
_BACK_LABELS: Mapping[tuple[str, str], str] = {
    ("Accounts", "parent_id"): sentence("Member organisations"),
    ("Contacts", "reports_to_id"): sentence("Reports to this contact"),
}
_MOST = 2000
"""Rows that are looked through where the server cannot filter by a link."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What related lists are read and made with.

    Attributes:
        holding: (module, field, key) -> the records whose link leads there; at most ``_MOST`` rows are looked through.
        save: changes some fields of a record that is there.
    """

    session: Session
    modules: Modules
    holding: Callable[[ModuleName, FieldName, RecordId, int], tuple[Record, ...]]
    save: Callable[[RecordId, Mapping[FieldName, Value]], object]


def list_relations(session: Session, modules: Modules, record: RecordId) -> tuple[Relation, ...]:
    """The related lists of a record, without counts; only of modules that the user may see."""
    table = _SPLENDID_READ if session.family is Family.SPLENDID else _SUGAR
    seen = set(modules.names())
    found = [_relation(name, name) for name in table.get(record.module, ()) if name in seen]
    told = {relation.module for relation in found}
    for name, field in _own_links(record.module):
        if name in seen and not (name in told and session.family is Family.SUGAR):
            found.append(_relation(f"{name}.{field}", name, _BACK_LABELS.get((name, field), "")))
    return tuple(found)


def _own_links(module: str) -> tuple[tuple[str, str], ...]:
    own = _BACK.get(module, ())
    if module in catalog.FLEXIBLE_PARENTS:
        own += tuple((name, "parent_id") for name in _ACTIVITIES if name != module)
    return own


def _relation(key: str, name: str, label: str = "") -> Relation:
    plural = catalog.KINDS.get(name, ("", name, ""))[1]
    return Relation(key, label or plural, ModuleName(name), None)


def list_related(desk: Desk, record: RecordId, relation: Relation) -> tuple[Record, ...]:
    """The records of one related list."""
    module, _, field = relation.key.partition(".")
    if field:
        return desk.holding(ModuleName(module), FieldName(field), record, _MOST)
    keys = _related_keys(desk.session, record, relation)
    reader = desk.modules.reader(relation.module)
    return desk.modules.with_names([reader.record(one) for one in desk.modules.entries(relation.module, keys)])


def _related_keys(session: Session, record: RecordId, relation: Relation) -> tuple[str, ...]:
    _check_keys(session, record)
    try:
        result = session.read(
            "get_relationships",
            {
                "module_name": record.module,
                "module_id": record.key,
                "related_module": relation.module,
                "related_module_query": "",  # refused, or ignored although it looks like a filter (sugarsoap.md 7)
                "deleted": 0,
            },
        )
    except Invalid:
        return ()  # this server knows no such pair
    return parse.related_ids(result)


def link(desk: Desk, record: RecordId, relation: Relation, targets: Sequence[RecordId]) -> None:
    """Relate records, after looking that all of them are there, and see that it was done.

    Raises:
        Unsupported: no such pair. NotFound, Invalid: before anything was sent. OutcomeUnclear: after some were linked.
    """
    _check_keys(desk.session, record, *targets)
    module, _, field = relation.key.partition(".")
    if field:
        _each(targets, lambda target: desk.save(RecordId(ModuleName(module), target.key), {FieldName(field): record}))
        return
    first, second = _direction(desk.session.family, record.module, relation.module)
    _check_there(desk.modules, (record,))
    _check_there(desk.modules, [RecordId(relation.module, target.key) for target in targets])

    def send(target: RecordId) -> None:
        ids = (record.key, target.key) if first == record.module else (target.key, record.key)
        spelled = _SPELLED.get((first, second), second) if desk.session.family is Family.SPLENDID else second
        value = {"module1": first, "module1_id": ids[0], "module2": spelled, "module2_id": ids[1]}
        desk.session.write("set_relationship", {"set_relationship_value": value})

    _each(targets, send)
    linked = {key.lower() for key in _related_keys(desk.session, record, relation)}
    lost = [target.key for target in targets if target.key.lower() not in linked]
    if lost:
        raise ServerFault(
            sentence("The server said that the records are linked, but they are not. Link them in the CRM itself.")
        )


def unlink(desk: Desk, record: RecordId, relation: Relation, target: RecordId) -> None:
    """Take a relation away, where that truly is one operation: a record's own link; your own contacts to synchronise.

    Raises:
        Unsupported: anything else; neither server has an operation for it.
    """
    session = desk.session
    _check_keys(session, record, target)
    module, _, field = relation.key.partition(".")
    if field:
        desk.save(RecordId(ModuleName(module), target.key), {FieldName(field): None})
        return
    pair, me = (record.module, relation.module), session.user_id.lower()
    if session.family is Family.SPLENDID and pair == (catalog.CONTACTS, catalog.USERS) and target.key.lower() == me:
        value = {"module1": catalog.CONTACTS, "module1_id": record.key, "module2": catalog.USERS, "module2_id": ""}
        session.write("set_relationship", {"set_relationship_value": value})
        return
    raise Unsupported(sentence("taking this relation away"))


def _direction(family: Family, module: str, other: str) -> tuple[str, str]:
    table = _SPLENDID_LINK if family is Family.SPLENDID else _SUGAR
    if other in table.get(module, ()):
        return module, other
    if module in table.get(other, ()):
        return other, module
    raise Unsupported(sentence("linking these two kinds of records"))


def _check_keys(session: Session, *records: RecordId) -> None:
    if not all(is_key(one.key, session.family) for one in records):
        raise Invalid(sentence("One of the records has no id of this server. Reload the list."))


def _check_there(modules: Modules, records: Sequence[RecordId]) -> None:
    """The server links what does not exist, or deletes what it was not told."""
    keys = [one.key for one in records]
    there = {entry.key.lower() for entry in modules.entries(records[0].module, keys)} if keys else set()
    if any(key.lower() not in there for key in keys):
        raise NotFound(sentence("One of the records is no longer there. Reload the list. Nothing was linked."))


def _each(targets: Sequence[RecordId], send: Callable[[RecordId], object]) -> None:
    for done, target in enumerate(targets):
        try:
            send(target)
        except SessionExpired:
            raise  # signed in again, everything is linked anew: linking twice does no harm
        except CrmError as error:
            if done and not error.may_be_done:
                raise OutcomeUnclear(
                    sentence(
                        "{done} of {n} were linked, then: {reason}", done=done, n=len(targets), reason=error.user_text
                    )
                ) from error
            raise


def refuse_traps(operation: str, arguments: Mapping[str, object]) -> None:
    """Refuse the calls by name that would delete or unlink what was not asked for.

    Raises:
        Invalid.
    """
    if operation not in ("set_relationship", "set_relationships"):
        return
    told = arguments.get("set_relationship_value") or arguments.get("set_relationship_list")
    for one in told if isinstance(told, list) else [told]:
        value = one if isinstance(one, dict) else {}
        if (value.get("module1"), value.get("module2")) == ("Tasks", "Users"):
            raise Invalid(
                sentence("Linking a task to a user does nothing on this server, or deletes the task. It is not sent.")
            )
        if not str(value.get("module1_id") or "").strip("0- ") or not str(value.get("module2_id") or "").strip("0- "):
            raise Invalid(
                sentence("A link without both ids unlinks or deletes something else on this server. It is not sent.")
            )
