# SPDX-License-Identifier: MIT
"""The shape of each of the 25 requests, written down by us: what holds also where the vendor's document is not at hand."""

from collections.abc import Mapping

import pytest

from tests.connectors.crmplus.seed import HEADINGS
from tests.connectors.crmplus.test_seed_examples import ASK

S = "sessionName"
SHAPES = {
    "Getchallenge": ("GET", "getchallenge", {"username"}),
    "Login": ("POST", "login", {"username", "accessKey"}),
    "Create": ("POST", "create", {S, "elementType", "element", "options"}),
    "Retrieve": ("GET", "retrieve", {S, "id"}),
    "Update": ("POST", "update", {S, "element", "options"}),
    "Delete": ("POST", "delete", {S, "id"}),
    "Sync": ("GET", "sync", {S, "elementType", "modifiedTime", "options"}),
    "Query": ("GET", "query", {S, "query"}),
    "Listtypes": ("GET", "listtypes", {S}),
    "Describe": ("GET", "describe", {S, "elementType"}),
    "GetAccessList": ("GET", "getaccesslist", {S, "elementType"}),
    "Updateaccess": ("POST", "updateaccess", {S, "elementType", "element"}),
    "ChangePassword": ("POST", "changePassword", {S, "oldPassword", "newPassword", "confirmPassword", "id"}),
    "DeleteUser": ("POST", "deleteUser", {S, "id", "newOwnerId"}),
    "UploadDocument": ("POST", "uploadDocument", {S, "attachment", "element"}),
    "AddRelatedRecord": ("POST", "addRelatedRecord", {S, "sourceId", "targetId"}),
    "GetAllRelations": ("GET", "getAllRelations", {S, "sourceId"}),
    "GetRelatedRecords": ("GET", "getRelatedRecords", {S, "sourceId", "moduleName"}),
    "AddLineItems": ("POST", "addLineItem", {S, "recordId", "attributes", "options"}),
    "GetLineItems": ("GET", "getLineItems", {S, "recordId"}),
    "UpdateLineItem": ("POST", "updateLineItem", {S, "recordId", "lineItemId", "fields", "options"}),
    "DeleteLineItem": ("GET", "deleteLineItem", {S, "recordId", "lineItemId", "options"}),
    "GetStreamProperties": ("GET", "getStreamProperties", {S}),
    "GetStreamData": ("GET", "getStreamData", {S, "filter"}),
    "Logout": ("POST", "logout", {S}),
}
JSON: Mapping[str, Mapping[str, object]] = {
    "Create": {"options": {"events": False}},
    "Update": {"options": {"patch": True, "events": False}},
    "Sync": {"options": {"onlyOwn": False}},
    "DeleteLineItem": {"options": {"recalculate": True}},
    "UpdateLineItem": {"options": {"recalculate": True}},
    "GetStreamData": {"filter": {"modules": "7"}},
    "AddRelatedRecord": {"targetId": ["4x2"]},
}


def test_every_operation_has_its_shape() -> None:
    assert set(SHAPES) == set(HEADINGS.split()) == set(ASK)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_shape_of_a_request(name: str) -> None:
    verb, operation, parameters = SHAPES[name]
    sent = ASK[name]()
    assert (sent.verb, sent.operation, set(sent.params)) == (verb, operation, parameters | {"operation"})
    for key, value in JSON.get(name, {}).items():
        assert sent.json(key) == value
