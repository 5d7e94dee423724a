# SPDX-License-Identifier: MIT
"""The notes of activities. They have no ids: their place names them, and only the newest can be removed."""

from collections.abc import Mapping

from crmdesk.connectors.vendors.webcrm import paging
from crmdesk.connectors.vendors.webcrm.catalog import Catalog
from crmdesk.connectors.vendors.webcrm.operations import spec
from crmdesk.connectors.vendors.webcrm.resources import ACTIVITIES, NOTES
from crmdesk.connectors.vendors.webcrm.session import Session, rows, unclear
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import Invalid, NotFound
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

_PATH = "/Activities/{id}/Notes"
_ACTIVITY = FieldName("ActivityId")


def notes_of(session: Session, catalog: Catalog, activity: RecordId) -> tuple[Record, ...]:
    """The notes of an activity, newest first."""
    reader = catalog.reader(NOTES)
    found = sorted(_rows(session, activity.key), key=_when, reverse=True)
    return tuple(
        Record(
            RecordId(NOTES, f"{activity.key}-{len(found) - place}"),
            {**(made := reader.record(row, key="note")).values, _ACTIVITY: RecordId(ACTIVITIES, activity.key)},
            made.labels,
            None,
            made.raw,
        )
        for place, row in enumerate(found)
    )


def _rows(session: Session, key: str) -> tuple[Mapping[str, object], ...]:
    """The description declares a single note where a page of them is asked for: both are taken."""

    def window(page: int, size: int) -> tuple[Mapping[str, object], ...]:
        return rows(session.get(_PATH, key, Page=str(page), Size=str(size)), _PATH)

    return paging.everything(window)


def _when(row: Mapping[str, object]) -> str:
    return to_text(row.get("CreatedAt")) or to_text(row.get("DateTime"))


def fetch(session: Session, catalog: Catalog, record: RecordId) -> Record:
    """One note.

    Raises:
        NotFound.
    """
    activity = RecordId(ACTIVITIES, record.key.partition("-")[0])
    for one in notes_of(session, catalog, activity):
        if one.id.key == record.key:
            return Record(one.id, one.values, one.labels, one.version, one.raw or "{}")
    raise NotFound(sentence("The note is not there any more. Reload the list."))


def create(session: Session, catalog: Catalog, values: Mapping[FieldName, Value]) -> Record:
    """Add a note to an activity.

    Raises:
        Invalid: the text or the activity is missing.
    """
    activity, comment = values.get(_ACTIVITY), values.get(FieldName("Comment"))
    problems: dict[FieldName, str] = {}
    if activity is None or not plain(activity).isdecimal():
        problems[_ACTIVITY] = sentence("Activity must be filled.")
    if comment is None or not plain(comment).strip():
        problems[FieldName("Comment")] = sentence("Comment must be filled.")
    if problems:
        raise Invalid(sentence("{next} Nothing was sent.", next=next(iter(problems.values()))), per_field=problems)
    owner = RecordId(ACTIVITIES, plain(activity))
    session.call(spec("POST", _PATH), {"id": owner.key}, body={"Comment": plain(comment)})
    found = notes_of(session, catalog, owner)
    made = next((one for one in found if one.values.get(FieldName("Comment")) == comment), None)
    if made is None:
        raise unclear(sentence("The server took the note, but it is not in the list."))
    return Record(made.id, made.values, made.labels, made.version, made.raw or "{}")


def delete(session: Session, catalog: Catalog, note: Record) -> None:
    """Remove a note, where it is the newest one.

    Raises:
        Invalid: it is not. NotFound.
    """
    activity = RecordId(ACTIVITIES, note.id.key.partition("-")[0])
    found = notes_of(session, catalog, activity)
    if not found:
        raise NotFound(sentence("The note is not there any more. Reload the list."))
    names = (FieldName("Comment"), FieldName("CreatedAt"))
    if any(found[0].values.get(name) != note.values.get(name) for name in names):
        raise Invalid(
            sentence("Only an activity's newest note can be removed, and this is not the newest. Nothing was sent.")
        )
    session.call(spec("DELETE", "/Activities/{id}/NewestNote"), {"id": activity.key})
