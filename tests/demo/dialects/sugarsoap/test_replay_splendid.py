# SPDX-License-Identifier: MIT
"""soap.asmx against what SplendidCRM's signatures on ASP.NET answered to the same requests (November 2026)."""

import re

import pytest

from tests.demo.dialects.sugarsoap.caller import Soap, decoded
from tests.demo.dialects.sugarsoap.conftest import Open
from tests.demo.dialects.sugarsoap.replay import Recorded, fault_text, innermost, recorded, send, shape

# What depends on the recorded server's data, put so that it finds something here.
_QUERIES = {
    "FIRST_NAME = 'Zoë'": "LAST_NAME &lt;> ''", "description = 'note 5'": "last_name &lt;> ''", "DESCRIPTION LIKE 'LINE1%'": "NAME LIKE '%'",
    "contact1@example.org;lead2@example.net": "{email}", ">mül<": ">a<",
}  # fmt: skip
_FILES = ("raw_soap11", "misc", "set_entries", "zeep_soap11", "zeep_soap11_plugin", "zeep_soap12", "zeep_soap12_plugin")
# Paging at the end of the recorded data; the pages of a web form; stacks of another database.
_ELSEWHERE = ("gel last page", "string ops via HTTP POST binding", "GET without wsdl", "content type json", "latin-1 bytes labelled utf-8", "utf-16 request")  # fmt: skip


def _changes(caller: Soap) -> dict[str, str]:
    first = {module: caller.rows(module, most=1)[0] for module in ("Accounts", "Contacts", "Notes", "Opportunities", "Leads", "Bugs")}  # fmt: skip
    will = caller.password("anna.k")
    return {
        "21232f297a57a5a743894a0e4a801fc3": caller.password("admin"), "21232F297A57A5A743894A0E4A801FC3": caller.password("admin").upper(),
        ">will<": ">anna.k<", ">WILL<": ">ANNA.K<", "18218139eec55d83cf82679934e5cd75": will,
        "00000001-0000-4000-8000-0000000fffff": "00000001-0000-4000-8000-0000000fffff",
        "00000001-0000-4000-8000-000000000000": first["Accounts"]["id"], "00000002-0000-4000-8000-000000000001": first["Contacts"]["id"],
        "00000007-0000-4000-8000-000000000000": first["Notes"]["id"], "00000004-0000-4000-8000-000000000001": first["Opportunities"]["id"],
        "00000006-0000-4000-8000-000000000001": first["Bugs"]["id"], **{old: new.format(email=first["Contacts"]["email1"]) for old, new in _QUERIES.items()},
    }  # fmt: skip


def _same(one: Recorded, status: int, body: str) -> str:
    """Return what differs, "" for nothing."""
    if status != one.status:
        return f"status {status} instead of {one.status}: {body[:200]}"
    if not one.body or not body:
        return "" if one.body == body else f"a body of {len(body)} instead of {len(one.body)}"
    if status == 200:
        return "" if shape(body) == shape(one.body) else f"shape {shape(body)} instead of {shape(one.body)}"
    if shape(body) != shape(one.body):
        return f"fault's shape {shape(body)} instead of {shape(one.body)}"
    ours, theirs = innermost(fault_text(body)), innermost(fault_text(one.body))
    if "System.Data." in theirs or "IndexOutOfRange" in theirs:  # the peer's stand-in for a database
        return (
            "" if "SOAP: Failed get_entry_list ---> System.Data.SqlClient.SqlException: " in fault_text(body) else ours
        )
    for text in ("will", "anna.k"):
        ours, theirs = ours.replace(text, "X"), theirs.replace(text, "X")
    places = re.compile(r"\(\d+, \d+\)")
    same = places.sub("", ours) == places.sub("", theirs)
    return "" if same else f"{ours!r} instead of {theirs!r}"


@pytest.mark.parametrize("name", _FILES)
def test_replies_have_the_recorded_shapes(opened: Open, name: str) -> None:
    caller = opened()
    changes, wrong, compared = _changes(caller), [], 0
    for one in recorded("splendid", name):
        if one.note in _ELSEWHERE or one.method != "POST":
            continue
        status, body = send(caller, one, changes)
        difference = _same(one, status, body)
        if difference:
            wrong.append(f"{one.note or one.operation}: {difference}")
        compared += 1
        if one.operation in ("set_entry", "set_note_attachment") and status == one.status == 200:
            old, new = decoded(one.body.encode())["id"], decoded(body.encode())["id"]
            if old and new and old != new:
                changes[old] = new
    assert wrong == []
    assert compared >= 2
