# SPDX-License-Identifier: MIT
"""Operations found by name are used where their shapes fit, and nowhere else."""

import pytest

from crmdesk.connectors.vendors.crmservice.soap.planner import ModulePlan, is_write, plan, session_name, stem_of
from crmdesk.connectors.wire.soap import SoapOperation, SoapPart

SESSION = SoapPart(
    name="session", type_name="CrmSession", kind="group", parts=(SoapPart(name="sessionID", type_name="string"),)
)


def group(name: str, *members: str, kind: str = "text", more: tuple[SoapPart, ...] = ()) -> SoapPart:
    parts = tuple(SoapPart(name=member, kind=kind) for member in members)
    return SoapPart(name=name, type_name=name.title(), kind="group", parts=(*parts, *more))


def many(name: str, inside: SoapPart) -> SoapPart:
    return SoapPart(name=name, type_name=f"{name}Array", kind="list", parts=(inside,))


def scalar(name: str, kind: str = "integer") -> SoapPart:
    return SoapPart(name=name, kind=kind, is_required=True)


def operation(name: str, *parameters: SoapPart, back: SoapPart | None = None, session: bool = True) -> SoapOperation:
    given = (SESSION, *parameters) if session else parameters
    return SoapOperation(
        name=name, style="rpc", use="encoded", parameters=given, outputs=(back,) if back is not None else ()
    )


def planned(manager: str, *operations: SoapOperation) -> ModulePlan:
    return plan(manager, {one.name: one for one in operations}, "CrmSession")


ACCOUNT = group("account", "id", "name", "city")
ACCOUNTS = many("accounts", ACCOUNT)
CRITERIA = group("criteria", "field", "value", "limit", "offset")


def test_the_documents_search_is_a_listing() -> None:
    found = planned("accountManager", operation("searchAccounts", CRITERIA, back=ACCOUNTS))
    listing = found.listing
    assert listing is not None
    assert (listing.field, listing.value, listing.limit, listing.offset) == ("field", "value", "limit", "offset")
    assert listing.is_search
    assert listing.in_group
    assert listing.call.subject == "criteria"
    assert listing.call.session == "session"
    assert (found.id_member, found.stem) == ("id", "account")
    assert found.fetch is found.create is found.update is found.delete is None


@pytest.mark.parametrize(
    ("name", "parameters", "wanted"),
    [
        ("getAccounts", (), ("", "", "", "")),
        ("listAccounts", (scalar("limit"), scalar("offset")), ("", "", "limit", "offset")),
        ("getAccountList", (scalar("start"), scalar("max_results")), ("", "", "max_results", "start")),
        ("getAllAccounts", (scalar("count"),), ("", "", "count", "")),
        ("findAccounts", (scalar("fieldName", "text"), scalar("search", "text")), ("fieldName", "search", "", "")),
    ],
)
def test_other_lists_are_told_by_their_parameters(
    name: str, parameters: tuple[SoapPart, ...], wanted: tuple[str, ...]
) -> None:
    listing = planned("accountManager", operation(name, *parameters, back=ACCOUNTS)).listing
    assert listing is not None
    assert (listing.field, listing.value, listing.limit, listing.offset) == wanted
    assert not listing.in_group


@pytest.mark.parametrize(
    "one",
    [
        operation("getAccounts", scalar("contact_id"), back=ACCOUNTS),
        operation("searchAccounts", group("criteria", "polygon"), back=ACCOUNTS),
        operation("searchAccounts", CRITERIA, scalar("must"), back=ACCOUNTS),
        operation("getAccounts", back=many("names", SoapPart(name="name"))),
        operation("getAccounts", back=many("nameless", group("account", "name"))),
        operation("getAccounts", back=scalar("count")),
        operation("getAccountPortals", back=ACCOUNTS),
        operation("countAccounts", back=ACCOUNTS),
    ],
    ids=lambda one: f"{one.name}/{len(one.parameters)}/{one.result.kind}",
)
def test_what_does_not_fit_is_no_listing(one: SoapOperation) -> None:
    assert planned("accountManager", one).listing is None


def test_the_listing_that_says_most_is_taken() -> None:
    found = planned(
        "accountManager",
        operation("getAccounts", back=ACCOUNTS),
        operation("listAccounts", scalar("limit"), scalar("offset"), back=ACCOUNTS),
        operation("searchAccounts", CRITERIA, back=ACCOUNTS),
    )
    assert found.listing is not None
    assert found.listing.call.operation.name == "searchAccounts"


def test_single_records_are_read_made_changed_and_removed() -> None:
    found = planned(
        "accountManager",
        operation("getAccountById", scalar("accountId"), back=ACCOUNT),
        operation("createAccount", ACCOUNT, back=ACCOUNT),
        operation("updateAccount", ACCOUNT, back=ACCOUNT),
        operation("deleteAccount", scalar("id")),
    )
    assert found.fetch is not None
    assert found.fetch.key == "accountId"
    assert found.create is not None
    assert found.create.subject == "account"
    assert found.update is not None
    assert (found.update.subject, found.update.key) == ("account", "")
    assert found.delete is not None
    assert found.delete.key == "id"
    assert found.can_read


def test_an_update_may_take_the_id_beside_the_record() -> None:
    changed = planned("accountManager", operation("updateAccount", scalar("id"), group("account", "name"))).update
    assert changed is not None
    assert (changed.key, changed.subject) == ("id", "account")
    assert planned("accountManager", operation("updateAccount", group("account", "name"))).update is None
    assert planned("accountManager", operation("updateAccount", scalar("id"), scalar("flag"))).update is None


def test_saving_makes_and_changes() -> None:
    found = planned("leadManager", operation("saveLead", group("lead", "id", "lastname")))
    assert found.create is found.update is not None
    only = planned("leadManager", operation("updateLead", group("lead", "id", "lastname")))
    assert only.create is None


def test_an_id_of_another_kind_is_not_a_fetch() -> None:
    assert planned("accountManager", operation("getAccount", scalar("name", "text"), back=ACCOUNT)).fetch is None
    assert planned("accountManager", operation("getAccount", back=ACCOUNT)).fetch is None
    assert planned("accountManager", operation("getAccount", scalar("id"), back=scalar("name"))).fetch is None


def test_orders_are_found_whatever_their_spelling_and_their_rows_too() -> None:
    row = group("row", "productid", "qty")
    order = group("salesOrder", "id", "subject", more=(many("rows", row),))
    for manager in ("salesorderManager", "salesOrderManager", "SalesOrderManager"):
        found = planned(manager, operation("createSalesOrder", order, back=order))
        assert found.create is not None
        assert (found.stem, found.rows) == ("salesorder", "rows")
    notes = group("salesOrder", "id", more=(many("notes", group("note", "text")),))
    assert planned("salesorderManager", operation("createSalesOrder", notes)).rows == ""


def test_the_session_is_known_by_its_type_wherever_it_stands() -> None:
    last = SoapOperation(name="getX", style="rpc", use="encoded", parameters=(scalar("id"), SESSION))
    assert session_name(last, "CrmSession") == "session"
    text = SoapOperation(name="getX", style="rpc", use="encoded", parameters=(scalar("sessionId", "text"),))
    assert session_name(text, "") == "sessionId"
    other = SoapPart(name="auth", type_name="Other", kind="group", parts=(SoapPart(name="sessionID"),))
    assert session_name(operation("getX", other, session=False), "CrmSession") == "auth"
    assert session_name(operation("createSession", scalar("apiKey", "text"), session=False), "CrmSession") == ""


def test_what_is_not_known_to_read_may_write() -> None:
    reads = ("getAccount", "searchProducts", "authenticatePortalUser", "isActive", "exportOrders")
    assert not any(is_write(operation(name)) for name in reads)
    assert all(is_write(operation(name)) for name in ("createX", "bulkEntitySave", "sendMail", "approve", "x"))


def test_the_modules_name_comes_from_the_managers() -> None:
    assert stem_of("salesorderManager") == stem_of("SalesOrderManager") == "salesorder"
    assert stem_of("AccountService") == "accountservice"
    assert not planned("helperManager", operation("ping")).is_anything
