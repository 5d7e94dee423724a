# SPDX-License-Identifier: MIT
"""WSDLs: what is read of them, how they are fetched and kept, and that nothing else is ever opened."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.wire.soap import SoapOperation, SoapPart, SoapVersion, Wsdl, load_wsdl
from crmdesk.connectors.wire.soap import wsdl as module
from crmdesk.connectors.wire.soap.description import check_root
from crmdesk.domain.errors import MalformedReply, NotACrm, NotPermitted, ServerFault, UnknownOperation
from tests.connectors.wire.soap.support import ADDRESS, FakeHttp, exchanges, reply, text_of, wsdl

PARAMS = {"wsdl": "", "key": "very secret"}


def described(name: str, operation: str) -> SoapOperation:
    return wsdl(name).operations[operation]


def test_operations_versions_and_namespace() -> None:
    found = wsdl("encoded")
    assert found.target_namespace == "urn:example:desk"
    assert found.versions == {SoapVersion.V11, SoapVersion.V12}
    assert list(found.operations) == ["login", "get_list", "set_many", "set_folder", "set_everything", "ping"]
    assert [one.name for one in found.matching("SET_", "pin")] == ["set_many", "set_folder", "set_everything", "ping"]
    assert found.soap_action("login", SoapVersion.V12) == "urn:example:desk/login"


def test_styles_uses_and_documentation() -> None:
    login, create, save = (
        described("encoded", "login"),
        described("manager", "createOrder"),
        described("literal", "save"),
    )
    assert (login.style, login.use, login.documentation) == ("rpc", "encoded", "Begin a session.")
    assert (create.style, create.use, create.documentation) == ("rpc", "encoded", "Stores an order. Köln")
    assert (save.style, save.use, save.documentation) == ("document", "literal", "")


@pytest.mark.parametrize(
    "flood",
    [
        "".join(f" a{n}='1'" for n in range(300)),
        "".join(f" xmlns:p{n}='u'" for n in range(150)),
    ],
)
def test_a_flood_of_attributes_or_namespaces_is_refused_before_anybody_reads_it(flood: str) -> None:
    body = text_of("encoded").replace(b"<wsdl:types", f"<wsdl:types{flood}".encode())
    assert body != text_of("encoded")
    with pytest.raises(MalformedReply):
        check_root(body, ADDRESS)


def test_parameters_and_results() -> None:
    login = described("encoded", "login")
    text = SoapPart(name="user", type_name="string", is_required=True)
    assert login.parameters[0].kind == "group"
    assert login.parameters[0].parts[0] == text
    assert login.parameters[1] == SoapPart(name="client", type_name="string", is_required=True)
    assert login.result is not None
    assert (login.result.name, login.result.kind) == ("loginResult", "text")
    assert login.parameter("nope") is None
    lists = described("encoded", "set_many").parameters[1]
    assert (lists.kind, lists.parts[0].kind, lists.parts[0].parts[0].kind) == ("list", "list", "group")
    assert [part.name for part in lists.parts[0].parts[0].parts] == ["name", "value"]
    assert described("encoded", "set_folder").result is None
    assert [part.name for part in described("encoded", "set_everything").outputs] == ["is_done", "note"]
    assert described("encoded", "ping").parameters == ()


def test_kinds() -> None:
    everything = described("encoded", "set_everything").parameters[0]
    assert {part.name: part.kind for part in everything.parts} == {
        "amount": "decimal",
        "many": "integer",
        "is_open": "boolean",
        "day": "date",
        "moment": "datetime",
        "file": "binary",
        "hex": "binary",
        "colour": "choice",
        "whatever": "any",
    }
    colour = everything.member("colour")
    assert colour is not None
    assert colour.choices == ("red", "green")


def test_a_type_that_holds_itself_ends_in_any() -> None:
    folder = described("encoded", "set_folder").parameters[0]
    inside = folder.member("inside")
    assert inside is not None
    assert inside.parts[0].kind == "any"


def test_literal_lists_and_choices() -> None:
    save = described("literal", "save")
    kinds = {part.name: (part.kind, part.is_required) for part in save.parameters}
    assert kinds["rows"] == ("list", True)
    assert kinds["grid"] == ("list", False)
    assert kinds["tag"] == ("list", False)
    assert kinds["by_id"] == ("integer", False)
    assert kinds["when"] == ("datetime", False)


def test_a_wsdl_that_explodes_into_parts_stays_small() -> None:
    member = "<s:element name='{0}' type='t:x{1}'/>"
    types = "".join(
        f"<s:complexType name='x{n}'><s:all>{''.join(member.format(f'm{k}', n + 1) for k in range(12))}</s:all></s:complexType>"
        for n in range(12)
    )
    text = text_of("encoded").decode()
    text = text.replace(
        '<s:complexType name="credentials">', f"{types}<s:complexType name='x12'/><s:complexType name='credentials'>"
    )
    text = (
        text.replace('type="tns:credentials"', 'type="tns:x0"')
        .replace("t:x", "tns:x")
        .replace('<s:sequence>\n        <s:element name="user"', '<s:sequence>\n        <s:element name="user"')
    )
    found = Wsdl(text.encode(), address=ADDRESS, fetched_at=datetime.now(UTC)).operations["login"].parameters[0]
    assert 0 < _count(found) < 20_000


def _count(part: SoapPart) -> int:
    return 1 + sum(map(_count, part.parts))


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (b"", NotACrm, "nothing"),
        (b"<!DOCTYPE html><html></html>", NotACrm, "web page"),
        (b"hello", NotACrm, "web page"),
        (b"<a/>", NotACrm, "no description"),
        (b"<a>", MalformedReply, "cannot be read"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>", MalformedReply, "damaged"),
        (b"<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'/>", NotACrm, "no SOAP interface"),
        (text_of("encoded").replace(b"tns:ArrayOfString", b"tns:Nowhere"), MalformedReply, "cannot be read"),
        (
            text_of("encoded").replace(b'message="tns:loginIn"', b'message="tns:nowhere"'),
            MalformedReply,
            "cannot be read",
        ),
    ],
)
def test_what_is_no_wsdl(body: bytes, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        load_wsdl(FakeHttp([reply(body)]).http, ADDRESS, params={})


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:9/types.xsd", "types.xsd", "file:///etc/hostname", "/etc/hostname"]
)
def test_other_documents_are_not_opened(place: str) -> None:
    body = text_of("encoded").replace(
        b'<s:import namespace="http://schemas.xmlsoap.org/soap/encoding/" />',
        f'<s:import namespace="urn:other" schemaLocation="{place}" />'.encode(),
    )
    fake = FakeHttp([reply(body)])
    with pytest.raises(ServerFault, match="refers to another document"):
        load_wsdl(fake.http, ADDRESS, params={})
    assert len(fake.asked) == 1


def test_imports_of_what_is_bundled_are_answered_from_here() -> None:
    body = text_of("encoded").replace(
        b'<s:import namespace="http://schemas.xmlsoap.org/soap/encoding/" />',
        b'<s:import namespace="http://schemas.xmlsoap.org/soap/encoding/" schemaLocation="http://schemas.xmlsoap.org/soap/encoding/"/>'
        b'<s:import namespace="http://schemas.xmlsoap.org/wsdl/" schemaLocation="http://schemas.xmlsoap.org/wsdl/"/>'
        b'<s:import namespace="http://www.w3.org/2003/05/soap-encoding"/>',
    )
    assert load_wsdl(FakeHttp([reply(body)]).http, ADDRESS, params={}).operations


def test_the_request_and_a_refusal() -> None:
    fake = FakeHttp([reply(text_of("manager"))])
    found = load_wsdl(fake.http, f"{ADDRESS}?x=1", params=PARAMS, headers={"Cookie": "a=b"})
    assert fake.asked == [
        {"method": "GET", "url": f"{ADDRESS}?x=1", "params": PARAMS, "write": False, "headers": {"Cookie": "a=b"}}
    ]
    assert found.address == ADDRESS
    with pytest.raises(NotPermitted):
        load_wsdl(FakeHttp([reply("no", 403)]).http, ADDRESS, params={})
    with pytest.raises(NotACrm):
        load_wsdl(FakeHttp([reply("no", 404)]).http, ADDRESS, params={})


def test_an_unknown_operation() -> None:
    with pytest.raises(UnknownOperation, match="nope"):
        wsdl("encoded").build("nope", {}, SoapVersion.V11)


# ---- the cache ------------------------------------------------------------------------------------------------------


def load(fake: FakeHttp, folder: Path, **more: object) -> Wsdl:
    return load_wsdl(fake.http, ADDRESS, params=PARAMS, cache_dir=str(folder / "new"), **more)  # type: ignore[arg-type]


def test_the_second_time_the_disk_answers(tmp_path: Path) -> None:
    first = load(FakeHttp([reply(text_of("manager"))]), tmp_path)
    second = load(FakeHttp(), tmp_path)
    assert list(second.operations) == list(first.operations)
    assert (second.address, second.fetched_at) == (first.address, first.fetched_at)


def test_other_parameters_are_another_wsdl_and_secrets_are_not_on_disk(tmp_path: Path) -> None:
    load(FakeHttp([reply(text_of("manager"))]), tmp_path)
    fake = FakeHttp([reply(text_of("encoded"))])
    load_wsdl(fake.http, ADDRESS, params={"wsdl": ""}, cache_dir=str(tmp_path / "new"))
    assert len(fake.asked) == 1
    files = list((tmp_path / "new").iterdir())
    assert len(files) == 2
    assert all(b"secret" not in file.read_bytes() and "secret" not in file.name for file in files)


def test_too_old_or_from_the_future_or_unwanted_is_fetched_anew(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    for at in (now - timedelta(days=8), now + timedelta(days=1)):
        stamped = Reply(status=200, headers={}, body=text_of("manager"), url=ADDRESS, received_at=at)
        load(FakeHttp([stamped]), tmp_path, fresh=True)
        fake = FakeHttp([reply(text_of("manager"))])
        load(fake, tmp_path)
        assert len(fake.asked) == 1
    fake = FakeHttp([reply(text_of("manager"))])
    load(fake, tmp_path, fresh=True)
    assert len(fake.asked) == 1


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"{\n", b"[]\nx", b"\xff\n", None])
def test_a_damaged_file_is_fetched_anew(tmp_path: Path, damage: bytes | None) -> None:
    load(FakeHttp([reply(text_of("manager"))]), tmp_path)
    (file,) = (tmp_path / "new").iterdir()
    file.write_bytes(file.read_bytes()[:-10] if damage is None else damage)
    fake = FakeHttp([reply(text_of("manager"))])
    load(fake, tmp_path)
    assert len(fake.asked) == 1
    assert len(list((tmp_path / "new").iterdir())) == 1
    load(FakeHttp(), tmp_path)


def test_what_cannot_be_read_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(MalformedReply):
        load(FakeHttp([reply(b"<a>")]), tmp_path)
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("a file")
    assert load(FakeHttp([reply(text_of("manager"))]), tmp_path).operations


def test_a_real_wsdl_of_the_php_family() -> None:
    for _, exchange in exchanges("suitecrm"):
        if exchange["method"] == "GET":
            found = Wsdl(exchange["response_body"].encode(), address=ADDRESS, fetched_at=datetime.now(UTC))
            assert len(found.operations) == 27
            assert found.versions == {SoapVersion.V11}
            return
    pytest.fail("no WSDL among the recordings")


def test_the_wsdl_library_is_imported_when_it_is_needed_only() -> None:
    code = f"import {module.__name__}, sys; sys.exit('zeep' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[4], check=False).returncode == 0
