# SPDX-License-Identifier: MIT
"""The replies that the vendor's document shows: every key of theirs is a key of ours."""

import re
from typing import Any

import pytest

from tests.demo.caller import Caller
from tests.demo.recordings import sentence_of_the_document

_HEADINGS = (
    "Getchallenge", "Login", "Create", "Retrieve", "Update", "Delete", "Sync", "Query", "Listtypes", "Describe", "GetAccessList", "Updateaccess", "ChangePassword",
    "DeleteUser", "UploadDocument", "AddRelatedRecord", "GetAllRelations", "GetRelatedRecords", "AddLineItems", "GetLineItems", "UpdateLineItem",
    "DeleteLineItem", "GetStreamProperties", "GetStreamData", "Logout",
)  # fmt: skip


def _shown(heading: str) -> set[str]:
    """Return all keys in the example reply of one operation."""
    document = sentence_of_the_document(heading)
    starts = [document.index(f"\n{name}\n") if name != "Getchallenge" else 0 for name in _HEADINGS] + [len(document)]
    place = _HEADINGS.index(heading)
    section = document[starts[place] : starts[place + 1]]
    reply = section[section.index('"success"') :]
    return {key for key in re.findall(r'"([\w ]+)"\s*:', reply) if not key.isdigit()} - {"success", "result"}


def _keys(value: Any) -> set[str]:
    """Return all keys anywhere in a reply."""
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def _reply(crm: Caller, heading: str) -> Any:
    lead = {"lastname": "Lastname via Webservice", "company": "Company via Webservice", "assigned_user_id": "19x1"}
    made = crm.done("create", elementType="Leads", element=lead, options={"events": False})
    order = crm.rows("select id from SalesOrder order by id limit 1;")[0]["id"]
    lines = list(crm.result("getLineItems", recordId=order))
    product = crm.rows("select id from Products order by id limit 1;")[0]["id"]
    extra = {"id": product, "alternativeParentId": lines[0]}
    match heading:
        case "Getchallenge":
            return crm.challenge("admin")
        case "Login":
            return crm.answer("admin", crm.challenge("admin")["token"])["result"]
        case "Create":
            return made
        case "Retrieve":
            return crm.result("retrieve", id=made["id"])
        case "Update":
            return crm.done("update", element={**lead, "id": made["id"]}, options={"patch": True, "events": False})
        case "Delete":
            return crm.done("delete", id=made["id"])
        case "Sync":
            return crm.result("sync", elementType="Leads", modifiedTime="1", options={"onlyOwn": False})
        case "Query":
            return crm.rows("select * from Accounts limit 1;")
        case "Listtypes":
            return crm.result("listtypes")
        case "Describe":
            return crm.result("describe", elementType="SalesOrder") | {
                "leads": crm.result("describe", elementType="Leads")
            }
        case "GetAccessList":
            return [crm.result("getaccesslist", elementType=kind) for kind in ("Modules", "Languages")]
        case "Updateaccess":
            element = {
                "de_de": {"active": "1"},
                "en_us": {"active": "1"},
                "Accounts": {"active": "1"},
                "Calendar": {"active": "1"},
            }
            return crm.done("updateaccess", elementType="Languages", element=element)
        case "UploadDocument":
            return crm.done(
                "uploadDocument",
                attachment={"stream": "QUJD", "mime_type": "image/jpg"},
                element={"notes_title": "test", "filename": "test"},
            )
        case "GetAllRelations":
            return crm.result("getAllRelations", sourceId="3x17")
        case "GetRelatedRecords":
            return crm.result("getRelatedRecords", sourceId="3x17", moduleName="Contacts")
        case "AddLineItems":
            return crm.done("addLineItem", recordId=order, attributes=extra, options={"recalculate": True})
        case "GetLineItems":
            return crm.result("getLineItems", recordId=order)
        case "UpdateLineItem":
            added = list(crm.done("addLineItem", recordId=order, attributes=extra))[-1]
            return crm.done("updateLineItem", recordId=order, lineItemId=added, fields={"quantity": 1})
        case "DeleteLineItem":
            crm.done("addLineItem", recordId=order, attributes=extra)
            return crm.result("deleteLineItem", recordId=order, lineItemId=lines[0], options={"recalculate": True})
        case "GetStreamProperties":
            return crm.result("getStreamProperties")
        case "GetStreamData":
            return crm.result("getStreamData", filter={"modules": "7"})
    return crm.done("logout")


@pytest.mark.parametrize(
    "heading", [name for name in _HEADINGS if name not in ("ChangePassword", "DeleteUser", "AddRelatedRecord")]
)
def test_reply_has_every_key_that_the_document_shows(crm: Caller, heading: str) -> None:
    shown = _shown(heading) - {"Assets"}  # a module that the demo has not
    if heading == "Updateaccess":
        shown -= {"active", "Accounts", "Calendar"}  # from the request examples in the same section
    assert shown - _keys(_reply(crm, heading)) == set()
    assert shown
