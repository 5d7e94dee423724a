# SPDX-License-Identifier: MIT
"""The vendor's own examples, read from its document: each is what goes over the wire here."""

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from crmdesk.connectors.vendors.webcrm.sql_guard import checked_select
from crmdesk.domain.changes import Create, Update
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.values import Value
from tests.connectors.webcrm.support import CODE, URL, connector_to, small_office

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "seeds"
FILES = sorted(FOLDER.glob("004_*.txt")) if FOLDER.exists() else []
pytestmark = pytest.mark.skipif(not FILES, reason="the vendor's document is not on this machine")


@lru_cache(maxsize=1)
def document() -> str:
    return FILES[0].read_text(encoding="utf-8")


def test_the_login_is_the_documents() -> None:
    found = re.search(r"^POST (\S+) HTTP/1.1\n(\S+)$", document(), re.MULTILINE)
    assert found is not None
    office = small_office()
    connector_to(office, login=False).login()
    sent = office.sent[0]
    assert sent.path == found[1]
    assert urlencode(sent.form or {}) == found[2] == f"authCode={CODE}"


def test_the_token_travels_in_the_header() -> None:
    assert re.search(r"^Authorization: Bearer \S+", document(), re.MULTILINE)
    office = small_office()
    crm = connector_to(office)
    crm.fetch(RecordId(ModuleName("Persons"), "1"))
    assert all(one.headers["Authorization"].startswith("Bearer ") for one in office.sent)
    assert not any("67b91fd819c4" in f"{one.path}{one.params}" for one in office.sent)


def test_a_page_is_asked_for_as_shown() -> None:
    found = re.search(r"^GET (https://api\.webcrm\.com/Persons\?\S+)", document(), re.MULTILINE)
    assert found is not None
    office = small_office()
    office.no_query = None
    crm = connector_to(office)
    records = crm.fetch_page(Query(ModuleName("Persons")), None, 10).records
    sent = office.last("GET /Persons")
    shown = urlsplit(found[1])
    assert URL + sent.path == f"{shown.scheme}://{shown.netloc}{shown.path}"
    assert dict(sent.params) == dict(parse_qsl(shown.query)) == {"Page": "1", "Size": "10"}
    assert records[0].values[FieldName("PersonBlockMassEmail")] is None


def test_its_queries_run() -> None:
    scripts = re.findall(r"https://api\.webcrm\.com/[qQ]ueries\?script=(.+)", document())
    assert len(scripts) == 2
    office = small_office()
    crm = connector_to(office)
    office.answers["GET /Queries"] = [[{"PersonName": "Ada", "PersonPassword": "geheim"}], []]
    for script in scripts:
        assert checked_select(script) == script.strip()
    assert crm.run_query(scripts[0]) == ({"PersonName": "Ada", "PersonPassword": "•••"},)
    assert office.sent[-1].params == {"script": scripts[0].strip(), "Page": "2", "Size": "1000"}


def test_a_new_line_has_the_id_0_and_an_old_one_its_own() -> None:
    assert "When creating, QuotationLineId needs to be 0" in document()
    office = small_office()
    crm = connector_to(office)
    of: dict[FieldName, Value] = {FieldName("QuotationLineOpportunityId"): RecordId(ModuleName("Opportunities"), "1")}
    made = crm.create(Create("t", ModuleName("QuotationLines"), of))
    assert office.last("POST /QuotationLines").json["QuotationLineId"] == 0
    crm.update(Update(made, {FieldName("QuotationLineComment"): "x"}))
    assert office.last("PUT").json["QuotationLineId"] == int(made.id.key)
    assert office.last("PUT").path == f"/QuotationLines/{made.id.key}"


def test_the_linked_way_is_the_documents() -> None:
    """Its path lacks an s there; the description has it."""
    assert "/QuotationLine/LinkedData" in document()
    assert "Possible quotation not found" in document()
    office = small_office()
    office.linked = True
    crm = connector_to(office)
    of: dict[FieldName, Value] = {FieldName("QuotationLineOpportunityId"): RecordId(ModuleName("Opportunities"), "1")}
    crm.create(Create("t", ModuleName("QuotationLines"), of))
    assert "POST /QuotationLines/LinkedData" in office.lines()


def test_checkboxes_say_yes_and_no() -> None:
    """What is sent for them, see ``test_mistakes.test_8_custom_fields_are_text``."""
    assert re.search(r"\WYes\W+and\s+to\s+uncheck\s+you\s+input\W+No\W", document())
