# SPDX-License-Identifier: MIT
"""The 25 documented operations: which verb, which parameters; the family's own names for what the document lacks.

GET operations read the URL only, POST operations the body only (seen on two servers): the verb is not a matter of
taste. Source: the vendor's web service document, its "HTTP-Type" lines; where its curl examples contradict those
(sync by POST, logout by GET) the lines are right (recorded: both fail as in the example).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.connectors.port import OperationInfo, Part
from crmdesk.domain.sentence import sentence


@dataclass(frozen=True, slots=True)
class Spec:
    """One operation on the wire. ``is_write`` also for the one GET that changes data (deleteLineItem)."""

    name: str
    verb: str
    is_write: bool
    summary: str
    parameters: Mapping[str, str]


_RECORD = sentence("Full id of the record, for example 3x17.")
_MODULE = sentence("Name of the module, for example Leads.")
_EVENTS = sentence('JSON: {"events": false} does not run workflows and handlers.')
_RECALCULATE = sentence('JSON: {"recalculate": true} computes the totals anew; recommended.')


def _spec(name: str, verb: str, summary: str, *, write: bool = False, **parameters: str) -> Spec:
    return Spec(name, verb, write, summary, parameters)


DOCUMENTED: tuple[Spec, ...] = (
    _spec("getchallenge", "GET", sentence("A one-time token for the login."), username=sentence("The user's name.")),
    _spec(
        "login",
        "POST",
        sentence("Begins a session."),
        username=sentence("The user's name."),
        accessKey=sentence("MD5 of token and access key, in lower-case hex."),
    ),
    _spec(
        "create",
        "POST",
        sentence("Adds a record."),
        write=True,
        elementType=_MODULE,
        element=sentence("JSON: field -> value."),
        options=_EVENTS,
    ),
    _spec(
        "retrieve",
        "GET",
        sentence("One record."),
        id=_RECORD,
        options=sentence(
            'JSON: {"withPermissions": true} adds rights, {"withAttachment": true} adds a document\'s file as base64.'
        ),
    ),
    _spec(
        "update",
        "POST",
        sentence("Changes a record."),
        write=True,
        element=sentence("JSON: field -> value, with id."),
        options=sentence('JSON: {"patch": true} leaves out fields alone; {"events": false} does not run workflows.'),
    ),
    _spec("delete", "POST", sentence("Removes a record."), write=True, id=_RECORD),
    _spec(
        "sync",
        "GET",
        sentence("What changed since a moment."),
        elementType=_MODULE,
        modifiedTime=sentence("Unix seconds; begin with 1."),
        options=sentence('JSON: {"onlyOwn": false} takes everybody\'s records.'),
    ),
    _spec("query", "GET", sentence("Rows of a module."), query="select … from … where … order by … limit … ;"),
    _spec("listtypes", "GET", sentence("The modules.")),
    _spec("describe", "GET", sentence("The fields of a module."), elementType=_MODULE),
    _spec(
        "getaccesslist",
        "GET",
        sentence("Which modules or languages are active."),
        elementType=sentence("Modules or Languages."),
    ),
    _spec(
        "updateaccess",
        "POST",
        sentence("Switches modules or languages."),
        write=True,
        elementType=sentence("Modules or Languages."),
        element=sentence('JSON: {"de_de": {"active": "1"}}.'),
    ),
    _spec(
        "changePassword",
        "POST",
        sentence("Sets a user's password."),
        write=True,
        id=sentence("Full id of the user."),
        oldPassword=sentence("The old password."),
        newPassword=sentence("The new password."),
        confirmPassword=sentence("The new password once more."),
    ),
    _spec(
        "deleteUser",
        "POST",
        sentence("Removes a user; the records go to another."),
        write=True,
        id=sentence("Full id of the user."),
        newOwnerId=sentence("Full id of the user who takes over."),
    ),
    _spec(
        "uploadDocument",
        "POST",
        sentence("Stores a file as a document."),
        write=True,
        attachment=sentence('JSON: {"stream": base64, "mime_type": …}.'),
        element=sentence('JSON: {"notes_title": …, "filename": …}.'),
    ),
    _spec(
        "addRelatedRecord",
        "POST",
        sentence("Relates records."),
        write=True,
        sourceId=_RECORD,
        targetId=sentence('JSON list of full ids, ["4x2"].'),
    ),
    _spec("getAllRelations", "GET", sentence("A record's related lists with counts."), sourceId=_RECORD),
    _spec(
        "getRelatedRecords",
        "GET",
        sentence("The records of one related list."),
        sourceId=_RECORD,
        moduleName=sentence("Name of the list."),
    ),
    _spec(
        "addLineItem",
        "POST",
        sentence("Adds a line to a sales document."),
        write=True,
        recordId=_RECORD,
        attributes=sentence("JSON: the line's fields."),
        options=_RECALCULATE,
    ),
    _spec("getLineItems", "GET", sentence("The lines of a sales document."), recordId=_RECORD),
    _spec(
        "updateLineItem",
        "POST",
        sentence("Changes a line."),
        write=True,
        recordId=_RECORD,
        lineItemId=sentence("The line's own id."),
        fields=sentence("JSON: the fields to change."),
        options=_RECALCULATE,
    ),
    _spec(
        "deleteLineItem",
        "GET",
        sentence("Removes a line."),
        write=True,
        recordId=_RECORD,
        lineItemId=sentence("The line's own id."),
        options=_RECALCULATE,
    ),
    _spec("getStreamProperties", "GET", sentence("What the history can be asked for.")),
    _spec(
        "getStreamData",
        "GET",
        sentence("The history of changes."),
        filter=sentence(
            "JSON with any of: modules, assignment, timestamp, timeframe, maxchanges, maxrecords, withchanges, withpagecount, recordid, pagenumber."
        ),
    ),
    _spec("logout", "POST", sentence("Ends the session.")),
)

FAMILY: tuple[Spec, ...] = (
    # What the open-source relatives have instead (recorded on vtiger 8 and coreBOS, 2026-11).
    _spec(
        "revise",
        "POST",
        sentence("Changes some fields of a record."),
        write=True,
        element=sentence("JSON: field -> value, with id."),
    ),
    _spec("relatedtypes", "GET", sentence("The related lists of a module."), elementType=_MODULE),
    _spec(
        "retrieve_related",
        "GET",
        sentence("The records of one related list."),
        id=_RECORD,
        relatedType=_MODULE,
        relatedLabel=sentence("Label of the list."),
    ),
    _spec(
        "add_related",
        "POST",
        sentence("Relates two records."),
        write=True,
        sourceRecordId=_RECORD,
        relatedRecordId=_RECORD,
        relationIdLabel=sentence("Label of the list."),
    ),
    _spec(
        "SetRelation",
        "POST",
        sentence("Relates records."),
        write=True,
        relate_this_id=_RECORD,
        with_these_ids=sentence("JSON list of full ids."),
    ),
    _spec(
        "getRelatedRecordsPosted",
        "POST",
        sentence(
            "coreBOS: the records of one related list; its operation shares the documented one's name, not its verb."
        ),
        id=_RECORD,
        module=_MODULE,
        relatedModule=_MODULE,
        queryParameters=sentence("JSON: columns, limit, offset."),
    ),
    _spec("files_retrieve", "GET", sentence("The file of a document."), id=sentence("Full id of the attachment.")),
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
