# SPDX-License-Identifier: MIT
"""Whatever a server answers becomes values or one CrmError: random documents where JSON:API or SOAP is expected."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.connectors.port import Reply
from crmdesk.domain.changes import Create, SaveDocument
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from tests.connectors.crmservice.office import ACCOUNTS, NAME, ORDERS, Office
from tests.connectors.crmservice.support import Installation, Sent, rest_to, soap_to
from tests.connectors.crmservice.wsdls import reply

_WORDS = st.sampled_from(
    [
        "data",
        "attributes",
        "relations",
        "relationships",
        "links",
        "meta",
        "errors",
        "included",
        "id",
        "type",
        "name",
        "class",
        "hasMany",
        "accounts",
        "sales_orders",
        "detail",
        "source",
        "pointer",
        "page_size",
        "next",
        "count_value",
        "options",
        "values",
        "relationType",
        "relationModules",
        "relationName",
        "size",
        "nullable",
        "defaultValue",
        "label",
        "primaryKey",
        "rows",
        "0",
        "7",
        "1e400",
        "2026-01-01",
        "true",
    ]
)
_LEAVES = (
    st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats(allow_nan=False) | _WORDS | st.text(max_size=3)
)
DOCUMENTS = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS | st.text(max_size=2), inner, max_size=4),
    max_leaves=15,
)
PLACES = ("/user", "", "/schema/accounts", "/schema/sales_orders", "/accounts", "/accounts/1", "/reporting",
          "/sales_order_rows", "/sales_orders/21", "/accounts/1/files", "/accounts/1/contacts")  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), DOCUMENTS, st.sampled_from([200, 200, 200, 400, 404, 422, 500]))
def test_rest_survives_any_document(place: str, document: Any, status: int) -> None:
    office = Office()
    told: Reply = reply(document, status)
    for verb in ("GET", "POST", "PATCH"):
        if place or verb == "GET":
            office.answers[f"{verb} {place}"] = told
    record = RecordId(ACCOUNTS, "1")

    def work() -> None:
        crm, _ = rest_to(office)
        _each(
            crm.list_modules,
            lambda: crm.describe(ACCOUNTS),
            lambda: crm.fetch_page(Query(ACCOUNTS, where=Compare(NAME, Op.EQ, "Acme")), None, 5),
            lambda: crm.fetch(record),
            lambda: crm.count(Query(ACCOUNTS)),
            lambda: crm.create(Create("t", ACCOUNTS, {NAME: "Neu"})),
            lambda: crm.fetch_document(RecordId(ORDERS, "21")),
            lambda: crm.list_attachments(record),
            lambda: [crm.list_related(record, one) for one in crm.list_relations(record)],
            lambda: crm.line_shape(ORDERS),
            lambda: crm.find_products(ORDERS, "pump", 3),
            lambda: crm.call("list", {"module": "accounts"}),
        )

    with suppress(CrmError):
        work()


def _each(*works: Callable[[], object]) -> None:
    for work in works:
        with suppress(CrmError):
            work()


_MEMBERS = st.sampled_from(
    [
        "id",
        "name",
        "label",
        "active",
        "uitype",
        "picklist_id",
        "translations",
        "value",
        "required",
        "readonly",
        "lenght",
        "rows",
        "productid",
        "qty",
        "item",
    ]
)
_TEXTS = st.sampled_from(
    ["", "0", "1", "true", "[1]", "[]", '{"en_us": 1}', "Lead", "1e999", "no JSON", "[[[]]]", '[{"id": {}}]']
)
VALUES = st.recursive(
    st.none() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_MEMBERS, inner, max_size=4),
    max_leaves=10,
)
OPERATIONS = ("createSession", "getCrmFields", "getPicklistValues", "searchProducts", "bulkEntitySave",
              "createSalesOrder", "authenticatePortalUser")  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(OPERATIONS), VALUES)
def test_soap_survives_any_value(operation: str, value: Any) -> None:
    def empty(_: Sent) -> object:
        return None

    handlers: dict[str, Callable[[Sent], object]] = dict.fromkeys(OPERATIONS[1:], empty)
    handlers["getCrmFields"] = lambda _: [{"name": "lastname", "uitype": "15", "picklist_id": "7"}]
    handlers[operation] = lambda _: value
    leads, products = ModuleName("Leads"), ModuleName("Products")

    def work() -> None:
        crm, _ = soap_to(Installation(handlers=handlers))
        _each(
            crm.list_modules,
            lambda: crm.describe(leads),
            lambda: crm.fetch_page(Query(products, where=Compare(FieldName("product_no"), Op.EQ, "1")), None, 5),
            lambda: crm.fetch(RecordId(products, "1")),
            lambda: crm.create(Create("t", leads, {FieldName("lastname"): "Neu"})),
            lambda: crm.save_document(_order()),
            lambda: crm.check_portal_login("a@b.example", "s3cret", "7"),
            lambda: crm.call("productManager.searchProducts", {"searchCriteria": "{}"}),
        )

    with suppress(CrmError):
        work()


def _order() -> SaveDocument:
    from tests.connectors.crmservice.test_seed_examples import the_order

    return the_order()
