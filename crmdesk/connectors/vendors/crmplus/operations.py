# SPDX-License-Identifier: MIT
"""The 25 documented operations: which verb, which parameters; the family's own names for what the document lacks.

GET operations read the URL only, POST operations the body only (seen on two servers): the verb is not a matter of
taste. Source: the vendor's web service document, its "HTTP-Type" lines; where its curl examples contradict those
(sync by POST, logout by GET) the lines are right (recorded: both fail as in the example).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.connectors.port import OperationInfo, Part


@dataclass(frozen=True, slots=True)
class Spec:
    """One operation on the wire. ``is_write`` also for the one GET that changes data (deleteLineItem)."""

    name: str
    verb: str
    is_write: bool
    summary: str
    parameters: Mapping[str, str]


_RECORD = "Full id of the record, for example 3x17."
_MODULE = "Name of the module, for example Leads."
_EVENTS = 'JSON: {"events": false} does not run workflows and handlers.'
_RECALCULATE = 'JSON: {"recalculate": true} computes the totals anew; recommended.'


def _spec(name: str, verb: str, summary: str, *, write: bool = False, **parameters: str) -> Spec:
    return Spec(name, verb, write, summary, parameters)


DOCUMENTED: tuple[Spec, ...] = (
    _spec("getchallenge", "GET", "A one-time token for the login.", username="The user's name."),
    _spec(
        "login",
        "POST",
        "Begins a session.",
        username="The user's name.",
        accessKey="MD5 of token and access key, in lower-case hex.",
    ),
    _spec(
        "create",
        "POST",
        "Adds a record.",
        write=True,
        elementType=_MODULE,
        element="JSON: field -> value.",
        options=_EVENTS,
    ),
    _spec(
        "retrieve",
        "GET",
        "One record.",
        id=_RECORD,
        options='JSON: {"withPermissions": true} adds rights, {"withAttachment": true} adds a document\'s file as base64.',
    ),
    _spec(
        "update",
        "POST",
        "Changes a record.",
        write=True,
        element="JSON: field -> value, with id.",
        options='JSON: {"patch": true} leaves out fields alone; {"events": false} does not run workflows.',
    ),
    _spec("delete", "POST", "Removes a record.", write=True, id=_RECORD),
    _spec(
        "sync",
        "GET",
        "What changed since a moment.",
        elementType=_MODULE,
        modifiedTime="Unix seconds; begin with 1.",
        options='JSON: {"onlyOwn": false} takes everybody\'s records.',
    ),
    _spec("query", "GET", "Rows of a module.", query="select … from … where … order by … limit … ;"),
    _spec("listtypes", "GET", "The modules."),
    _spec("describe", "GET", "The fields of a module.", elementType=_MODULE),
    _spec("getaccesslist", "GET", "Which modules or languages are active.", elementType="Modules or Languages."),
    _spec(
        "updateaccess",
        "POST",
        "Switches modules or languages.",
        write=True,
        elementType="Modules or Languages.",
        element='JSON: {"de_de": {"active": "1"}}.',
    ),
    _spec(
        "changePassword",
        "POST",
        "Sets a user's password.",
        write=True,
        id="Full id of the user.",
        oldPassword="The old password.",
        newPassword="The new password.",
        confirmPassword="The new password once more.",
    ),
    _spec(
        "deleteUser",
        "POST",
        "Removes a user; the records go to another.",
        write=True,
        id="Full id of the user.",
        newOwnerId="Full id of the user who takes over.",
    ),
    _spec(
        "uploadDocument",
        "POST",
        "Stores a file as a document.",
        write=True,
        attachment='JSON: {"stream": base64, "mime_type": …}.',
        element='JSON: {"notes_title": …, "filename": …}.',
    ),
    _spec(
        "addRelatedRecord",
        "POST",
        "Relates records.",
        write=True,
        sourceId=_RECORD,
        targetId='JSON list of full ids, ["4x2"].',
    ),
    _spec("getAllRelations", "GET", "A record's related lists with counts.", sourceId=_RECORD),
    _spec(
        "getRelatedRecords", "GET", "The records of one related list.", sourceId=_RECORD, moduleName="Name of the list."
    ),
    _spec(
        "addLineItem",
        "POST",
        "Adds a line to a sales document.",
        write=True,
        recordId=_RECORD,
        attributes="JSON: the line's fields.",
        options=_RECALCULATE,
    ),
    _spec("getLineItems", "GET", "The lines of a sales document.", recordId=_RECORD),
    _spec(
        "updateLineItem",
        "POST",
        "Changes a line.",
        write=True,
        recordId=_RECORD,
        lineItemId="The line's own id.",
        fields="JSON: the fields to change.",
        options=_RECALCULATE,
    ),
    _spec(
        "deleteLineItem",
        "GET",
        "Removes a line.",
        write=True,
        recordId=_RECORD,
        lineItemId="The line's own id.",
        options=_RECALCULATE,
    ),
    _spec("getStreamProperties", "GET", "What the history can be asked for."),
    _spec(
        "getStreamData",
        "GET",
        "The history of changes.",
        filter="JSON with any of: modules, assignment, timestamp, timeframe, maxchanges, maxrecords, withchanges, "
        "withpagecount, recordid, pagenumber.",
    ),
    _spec("logout", "POST", "Ends the session."),
)

FAMILY: tuple[Spec, ...] = (
    # What the open-source relatives have instead (recorded on vtiger 8 and coreBOS, 2026-11).
    _spec("revise", "POST", "Changes some fields of a record.", write=True, element="JSON: field -> value, with id."),
    _spec("relatedtypes", "GET", "The related lists of a module.", elementType=_MODULE),
    _spec(
        "retrieve_related",
        "GET",
        "The records of one related list.",
        id=_RECORD,
        relatedType=_MODULE,
        relatedLabel="Label of the list.",
    ),
    _spec(
        "add_related",
        "POST",
        "Relates two records.",
        write=True,
        sourceRecordId=_RECORD,
        relatedRecordId=_RECORD,
        relationIdLabel="Label of the list.",
    ),
    _spec(
        "SetRelation",
        "POST",
        "Relates records.",
        write=True,
        relate_this_id=_RECORD,
        with_these_ids="JSON list of full ids.",
    ),
    _spec(
        "getRelatedRecordsPosted",
        "POST",
        "coreBOS: the records of one related list; its operation shares the documented one's name, not its verb.",
        id=_RECORD,
        module=_MODULE,
        relatedModule=_MODULE,
        queryParameters="JSON: columns, limit, offset.",
    ),
    _spec("files_retrieve", "GET", "The file of a document.", id="Full id of the attachment."),
)

WITHOUT_SESSION = frozenset({"getchallenge", "login"})
"""A dead session name sent with getchallenge makes getchallenge fail (recorded)."""

ONLY_CRMPLUS = frozenset(
    {
        "getaccesslist",
        "updateaccess",
        "uploadDocument",
        "addRelatedRecord",
        "getAllRelations",
        "getRelatedRecords",
        "addLineItem",
        "getLineItems",
        "updateLineItem",
        "deleteLineItem",
        "getStreamProperties",
        "getStreamData",
    }
)
"""What both relatives lack (recorded): vtiger 8 answers an empty HTTP 500, as it does where it breaks down."""

_BY_NAME = {spec.name.lower(): spec for spec in (*DOCUMENTED, *FAMILY)}


def spec_of(operation: str) -> Spec | None:
    """The operation of that name, whatever its case; None where there is none."""
    return _BY_NAME.get(operation.lower())


def infos() -> tuple[OperationInfo, ...]:
    """The documented operations as ``crmdesk call`` lists them; the session's name is filled in and not asked for."""
    return tuple(
        OperationInfo(
            s.name,
            s.is_write,
            s.parameters,
            s.summary,
            tuple(_part(name, sentence) for name, sentence in s.parameters.items()),
        )
        for s in DOCUMENTED
    )


def _part(name: str, sentence: str) -> Part:
    """A parameter as a form shows it."""
    kind = "lines" if sentence.startswith("JSON") or name == "query" else "text"
    secret = "assword" in name or name == "accessKey"
    return Part(name=name, label=name, kind=kind, hint=sentence, secret=secret)
