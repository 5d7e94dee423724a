# SPDX-License-Identifier: MIT
"""Addresses, labels and groups; values as both interfaces spell them; secrets."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from crmdesk.connectors.vendors.crmservice import names, values
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.schema import Field, FieldType


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("acme.crmservice.fi", "https://acme.crmservice.fi"),
        (" https://acme.crmservice.fi/ ", "https://acme.crmservice.fi"),
        ("https://acme.crmservice.fi/api/v1/", "https://acme.crmservice.fi"),
        ("https://acme.crmservice.fi/crm/CrmIntegrationWebservice/", "https://acme.crmservice.fi/crm"),
        (
            "https://acme.crmservice.fi/CrmIntegrationWebservice/service.php?class=accountManager&wsdl",
            "https://acme.crmservice.fi",
        ),
        ("http://127.0.0.1:8080/crmservice", "http://127.0.0.1:8080/crmservice"),
    ],
)
def test_an_address_in_any_form_leads_to_the_crm(typed: str, root: str) -> None:
    assert names.root_url(typed) == root


def test_what_is_no_address_is_refused() -> None:
    for typed in ("", "ftp://acme.crmservice.fi", "https://user:secret@acme.crmservice.fi", "https://a b"):
        with pytest.raises(ProfileError):
            names.root_url(typed)


def test_labels_are_words() -> None:
    labels = {"bill_city": "Bill city", "account_id": "Account", "cf_customer_since": "Customer since", "id": "Id",
              "billCity": "Bill city", "portal_id": "Portal", "apiKey": "Api key", "": ""}  # fmt: skip
    assert {name: names.label_of(name) for name in labels} == labels
    both = {"sales_orders": ("Sales order", "Sales orders"), "activities": ("Activity", "Activities"),
            "Leads": ("Lead", "Leads"), "status": ("Status", "Statuses"), "price_books": ("Price book", "Price books")}  # fmt: skip
    assert {name: (names.singular_label(name), names.plural_label(name)) for name in both} == both


def test_modules_stand_in_their_groups() -> None:
    groups = {"accounts": "sales", "sales_orders": "inventory", "SalesOrder": "inventory", "HelpDesk": "support",
              "price_books": "inventory", "activities": "projects", "users": "system", "widgets": "other", "": "other"}  # fmt: skip
    assert {name: names.group_of(name) for name in groups} == groups


def test_people_know_records_by_their_names() -> None:
    assert names.title_among(["id", "title", "first_name", "last_name"], "contacts") == "last_name"
    assert names.title_among(["id", "accountname", "name2"], "account") == "accountname"
    assert names.title_among(["id", "product_no", "productname"], "product") == "productname"
    assert names.title_among(["id", "companyname"], "x") == "companyname"
    assert names.title_among(["id", "colour"], "x") == ""
    assert names.number_among(["id", "salesorder_no"], "salesorder") == "salesorder_no"
    assert names.number_among(["id"], "x") == ""


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (FieldType.TEXT, "0", "0"),
        (FieldType.TEXT, "", None),
        (FieldType.TEXT, None, None),
        (FieldType.TEXT, {"id": "7"}, '{"id": "7"}'),
        (FieldType.INTEGER, "5.000", 5),
        (FieldType.INTEGER, "5.5", Decimal("5.5")),
        (FieldType.INTEGER, "many", "many"),
        (FieldType.MONEY, Decimal("1.10"), Decimal("1.10")),
        (FieldType.BOOLEAN, True, True),
        (FieldType.BOOLEAN, "0", False),
        (FieldType.DATE, "2026-01-31", date(2026, 1, 31)),
        (FieldType.DATE, "0000-00-00", None),
        (FieldType.DATE, "soon", "soon"),
        (FieldType.DATETIME, "2026-01-31 08:00:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        (FieldType.DATETIME, "0000-00-00 00:00:00", None),
        (FieldType.TIME, "07:30", time(7, 30)),
        (FieldType.REFERENCE, 7, RecordId(ModuleName("users"), "7")),
        (FieldType.REFERENCE, "0", None),
        (FieldType.MULTI_CHOICE, "a |##| b", ("a", "b")),
        (FieldType.MULTI_CHOICE, ["a", "b"], ("a", "b")),
        (FieldType.MULTI_CHOICE, [], None),
    ],
)
def test_values_are_read_by_their_type(kind: FieldType, raw: Any, value: Any) -> None:
    field = Field(name=FieldName("x"), label="X", type=kind)
    found = values.value_of(raw, field, UTC, ModuleName("users"))
    assert found == value
    assert type(found) is type(value)


def test_secrets_are_known_by_their_names() -> None:
    assert all(
        values.is_secret(name)
        for name in (
            "password",
            "api_token",
            "sessionID",
            "session_id",
            "api_key",
            "apikey",
            "portalPassword",
            "accessToken",
        )
    )
    assert not any(values.is_secret(name) for name in ("name", "passport_no", "hashtag", "keyboard", "sessions"))
    masked = values.masked({"a": [{"password": "x", "city": "Oslo"}], "token": "", "secret": {"id": 1}})
    assert masked == {"a": [{"password": "•••", "city": "Oslo"}], "token": "", "secret": "•••"}
