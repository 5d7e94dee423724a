# SPDX-License-Identifier: MIT
"""The SOAP door: sessions and their hour, keys and rights, PHP's replies, references and faults."""

import re

import pytest
from lxml import etree

from crmdesk.demo.dialects.crmservice import LIMITED, LOCKED
from crmdesk.demo.faults import FaultKind
from tests.demo.conftest import Clock
from tests.demo.dialects.crmservice.conftest import ENVELOPE, NAMESPACE, SERVICE, XSI, Caller, Open, read_fault

_ENC = "{http://schemas.xmlsoap.org/soap/encoding/}"
_PRODUCTS = "<criteria><field>product_no</field><value>{}</value><limit>{}</limit><offset>{}</offset></criteria>"
PRODUCTS = _PRODUCTS.format("PRO2%", 20, 0)


# ---- sessions and keys -------------------------------------------------------------------------------------------


def test_session_lives_an_hour_after_its_last_call(crm: Caller, clock: Clock) -> None:
    for _ in range(3):
        clock.now += 3599
        crm.call("productManager", "searchProducts", PRODUCTS)
    clock.now += 3600
    assert crm.fault("productManager", "searchProducts", PRODUCTS) == ("SERVER", "Invalid or expired session")
    assert crm.site.doorman.sessions_open() == 0
    crm.open_session().call("productManager", "searchProducts", PRODUCTS)


def test_destroyed_session_is_over(crm: Caller) -> None:
    assert crm.site.doorman.sessions_open() == 1
    assert crm.call("sessionManager", "destroySession").text == "true"
    assert crm.site.doorman.sessions_open() == 0
    assert crm.fault("sessionManager", "destroySession")[1] == "Invalid or expired session"


def test_session_is_an_object_and_the_first_argument(crm: Caller) -> None:
    missing = crm.fault("productManager", "searchProducts", PRODUCTS, session=False)
    assert missing == ("SERVER", "Invalid or expired session")
    as_text = crm.envelope("searchProducts", f"<session>{crm.session}</session>{PRODUCTS}", session=False)
    assert read_fault(*crm.post("productManager", as_text)) == ("SOAP-ENV:Server", "SOAP-ERROR: Encoding: Violation of encoding rules")  # fmt: skip
    header = crm.envelope("searchProducts", PRODUCTS, session=False).replace(
        "<s:Body>", f"<s:Header><session><sessionID>{crm.session}</sessionID></session></s:Header><s:Body>"
    )
    assert read_fault(*crm.post("productManager", header))[1] == "Invalid or expired session"


def test_wrong_and_locked_keys_open_nothing(opened: Open) -> None:
    crm = opened()
    assert crm.fault("sessionManager", "createSession", "<apiKey>no</apiKey>", session=False)[1] == "Invalid API key"
    assert crm.fault("sessionManager", "createSession", session=False)[1] == "Invalid API key"
    locked = Caller(crm.server, LOCKED)
    assert locked.fault("sessionManager", "createSession", f"<apiKey>{locked.key}</apiKey>", session=False)[1] == "API key is locked"  # fmt: skip
    crm.open_session().site.doorman.locked.add("crmservice")
    assert crm.fault("productManager", "searchProducts", PRODUCTS)[1] == "API key is locked"
    crm.connection.close()
    locked.connection.close()


def test_limited_key_may_search_products_and_not_order(opened: Open, clock: Clock) -> None:
    shop = opened(LIMITED).open_session()
    assert shop.site.doorman.last_used == {LIMITED: clock.now}
    assert len(shop.call("productManager", "searchProducts", PRODUCTS)) == 20
    order = "<salesOrder><account_id>10000</account_id><subject>x</subject></salesOrder>"
    code, text = shop.fault("salesorderManager", "createSalesOrder", order)
    assert code == "SERVER"
    assert text == "Permission denied: the API key is not allowed to call salesorderManager.createSalesOrder"
    assert len(shop.call("productManager", "searchProducts", PRODUCTS)) == 20  # the session goes on


@pytest.mark.parametrize("kind", [FaultKind.SESSION_EXPIRED, FaultKind.SESSION_IDLE, FaultKind.SESSION_GONE])
def test_session_faults_end_the_session_of_the_envelope(crm: Caller, kind: FaultKind) -> None:
    crm.server.faults.add(kind, operation="soap productmanager.searchproducts")
    assert crm.fault("productManager", "searchProducts", PRODUCTS)[1] == "Invalid or expired session"
    assert crm.open_session().call("productManager", "searchProducts", PRODUCTS) is not None


def test_operations_are_named_by_manager_and_method(crm: Caller) -> None:
    crm.raw("GET", f"{SERVICE}?class=productManager&wsdl")
    crm.raw("GET", "/CrmIntegrationWebservice/")
    names = [seen.operation for seen in crm.server.seen]
    assert names == ["soap sessionmanager.createsession", "wsdl productmanager", "page"]


# ---- the shape of replies ----------------------------------------------------------------------------------------


def test_reply_is_phps(crm: Caller) -> None:
    _, body = crm.post("productManager", crm.envelope("searchProducts", _PRODUCTS.format("PRO2001", 5, 0)))
    head, _, rest = body.partition(b"<SOAP-ENV:Body>")
    assert head.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=')
    assert b'SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"' in head
    assert rest.startswith(b'<ns1:searchProductsResponse><searchProductsReturn SOAP-ENC:arrayType="ns1:Product[1]" xsi:type="ns1:ProductArray"><item xsi:type="ns1:Product">')  # fmt: skip
    assert body.endswith(b"</SOAP-ENV:Envelope>\n")


def test_object_that_repeats_comes_once_and_by_reference_from_then_on(crm: Caller) -> None:
    answer = crm.call("productManager", "searchProducts", PRODUCTS)
    vats = [item.find("vat") for item in answer]
    first = next(vat for vat in vats if vat.get("id") == "ref1")
    assert first.get(f"{XSI}type") == "ns1:Vat"
    assert first.findtext("percent")
    others = [vat for vat in vats if vat.get("href") == "#ref1"]
    assert others
    assert vats.index(first) < vats.index(others[0])
    assert all(len(vat) == 0 and not vat.get(f"{XSI}type") for vat in others)
    ids = {vat.get("id") for vat in vats if vat.get("id")}
    assert {vat.get("href").lstrip("#") for vat in vats if vat.get("href")} <= ids


def test_references_can_be_off_and_arrays_generic(opened: Open) -> None:
    crm = opened(multiref=False, array_type="generic").open_session()
    answer = crm.call("productManager", "searchProducts", PRODUCTS)
    assert not answer.xpath(".//@href")
    assert all(item.findtext("vat/percent") for item in answer)
    assert answer.get(f"{XSI}type") == "SOAP-ENC:Array"
    assert answer.get(f"{_ENC}arrayType") == "ns1:Product[20]"


def test_nothing_found_is_an_empty_array_and_one_is_an_array_of_one(reader: Caller) -> None:
    none = reader.call("productManager", "searchProducts", _PRODUCTS.format("nothing", 5, 0))
    assert (len(none), none.get(f"{_ENC}arrayType")) == (0, "ns1:Product[0]")
    one = reader.call("productManager", "searchProducts", _PRODUCTS.format("pro2001", 5, 0))
    assert [item.tag for item in one] == ["item"]


def test_empty_values_are_nil_and_text_areas_empty(reader: Caller) -> None:
    account = reader.call("accountManager", "getAccount", "<id>10000</id>")
    assert account.find("website").get(f"{XSI}nil") == "true"
    assert account.find("description").text is None
    assert account.find("description").get(f"{XSI}nil") is None
    assert account.findtext("emailoptout") == "false"


def test_document_style_has_no_types_and_qualified_names(opened: Open) -> None:
    crm = opened(style="document")
    _, body = crm.post("sessionManager", crm.envelope("createSession", f"<apiKey>{crm.key}</apiKey>", session=False))
    assert b"xsi:type" not in body
    assert b"encodingStyle" not in body
    root = etree.fromstring(body)
    number = root.find(f".//{{{NAMESPACE}}}createSessionReturn/{{{NAMESPACE}}}sessionID")
    assert number is not None
    crm.session = number.text or ""
    _, body = crm.post("productManager", crm.envelope("searchProducts", PRODUCTS))
    assert b"href=" not in body
    assert len(etree.fromstring(body).findall(f".//{{{NAMESPACE}}}item")) == 20


# ---- requests in other shapes ------------------------------------------------------------------------------------


def test_request_may_use_references_and_types(crm: Caller) -> None:
    inside = '<session href="#s"/><criteria href="#c"/></n:searchProducts><x id="s"><sessionID>{}</sessionID></x><x id="c"><field href="#f"/><value>PRO2001</value></x><x id="f">product_no</x><n:ignored>'
    envelope = f'<s:Envelope xmlns:s="{ENVELOPE}" xmlns:n="{NAMESPACE}"><s:Body><n:searchProducts>{inside.format(crm.session)}</n:ignored></s:Body></s:Envelope>'
    status, body = crm.post("productManager", envelope)
    assert status == 200, body
    assert b"<product_no" in body


def test_references_that_lead_nowhere_or_round_are_faults(crm: Caller) -> None:
    start = f'<s:Envelope xmlns:s="{ENVELOPE}" xmlns:n="{NAMESPACE}"><s:Body><n:searchProducts>'
    nowhere = f'{start}<session href="#gone"/></n:searchProducts></s:Body></s:Envelope>'
    assert "Unresolved reference" in read_fault(*crm.post("productManager", nowhere))[1]
    round_ = f'{start}<session href="#a"/></n:searchProducts><x id="a" href="#a"/></s:Body></s:Envelope>'
    assert read_fault(*crm.post("productManager", round_)) == ("SOAP-ENV:Client", "Bad Request")


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ("", "SOAP-ENV:Client", "Bad Request"),
        ("<a><b></a>", "SOAP-ENV:Client", "Bad Request"),
        ("<a/>", "SOAP-ENV:Client", 'looks like we got XML without "Envelope" element'),
        ('<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"/>', "SOAP-ENV:VersionMismatch", "Wrong Version"),
        (f'<Envelope xmlns="{ENVELOPE}"/>', "SOAP-ENV:Client", "Body must be present in a SOAP envelope"),
        (f'<Envelope xmlns="{ENVELOPE}"><Body/></Envelope>', "SOAP-ENV:Client", 'looks like we got "Body" without function call'),
        (f'<Envelope xmlns="{ENVELOPE}"><Body><nonsense/></Body></Envelope>', "SOAP-ENV:Server", "Procedure 'nonsense' not present"),
        (f'<!DOCTYPE a [<!ENTITY b "c">]><Envelope xmlns="{ENVELOPE}"/>', "SOAP-ENV:Server", "DTD are not supported by SOAP"),
        (
            f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Header><a e:mustUnderstand="1"/></e:Header><e:Body/></e:Envelope>',
            "SOAP-ENV:MustUnderstand", "Header not understood",
        ),
    ],
)  # fmt: skip
def test_what_is_no_call_is_phps_fault(reader: Caller, body: str, code: str, text: str) -> None:
    assert read_fault(*reader.post("productManager", body)) == (code, text)


def test_faults_of_the_managers_carry_the_stack_in_their_detail(opened: Open) -> None:
    crm = opened(fault_code="Server").open_session()
    status, body = crm.post("accountManager", crm.envelope("getAccount", "<id>1</id>"))
    assert read_fault(status, body) == ("SOAP-ENV:Server", "The requested resource accounts with id 1 doesn't exist")
    assert re.search(rb"<detail>Exception: .*accountManager\.php:118\nStack trace:\n#0 ", body)


# ---- classes and pages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?class=", "?class=ProductManager&wsdl", "?class=invoiceManager&wsdl", "?wsdl"])
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_unknown_class_is_a_sentence_and_no_fault(reader: Caller, verb: str, query: str) -> None:
    status, body = reader.raw(verb, f"{SERVICE}{query}")
    assert (status, body) == (200, b"No valid class selected")
    assert reader.headers["content-type"].startswith("text/html")


def test_pages_tell_people_what_there_is(reader: Caller) -> None:
    status, page = reader.raw("GET", "/CrmIntegrationWebservice/")
    assert status == 200
    assert b"salesorderManager</a>" in page
    assert b"password portal-10001" in page
    status, page = reader.raw("GET", f"{SERVICE}?class=productManager")
    assert b"Product[] searchProducts(CrmIntegrationWebserviceSession $session, ProductSearchCriteria $criteria)" in page  # fmt: skip
    assert reader.raw("GET", "/CrmIntegrationWebservice/other.php")[0] == 404


def test_poor_installation_lists_nothing(opened: Open) -> None:
    crm = opened(operations="poor").open_session()
    assert crm.fault("accountManager", "getAccount", "<id>10000</id>") == ("SOAP-ENV:Server", "Procedure 'getAccount' not present")  # fmt: skip
    assert crm.fault("productManager", "searchProducts", _PRODUCTS.replace("product_no", "").format("", 5, 0))[1] == "Search field missing"  # fmt: skip
    assert len(crm.call("productManager", "searchProducts", _PRODUCTS.format("PRO2124", 5, 0))) == 1
