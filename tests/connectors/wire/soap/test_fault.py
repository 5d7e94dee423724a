# SPDX-License-Identifier: MIT
"""Faults: the sentence for the person, the trace in the details."""

import pytest

from crmdesk.connectors.wire.soap import SoapFault, SoapVersion, decode
from crmdesk.connectors.wire.soap.fault import useful_part
from tests.connectors.wire.soap.support import envelope

CHAIN = (
    "System.Web.Services.Protocols.SoapException: Server was unable to process request. ---> System.Exception: SOAP: "
    "Failed list ---> System.Data.EvaluateException: Cannot find column [A.NAME].\n  at System.Data.NameNode.Bind ()\n"
    "   --- End of inner exception stack trace ---"
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (CHAIN, "Cannot find column [A.NAME]."),
        ("Invalid Session ID", "Invalid Session ID"),
        ("  two \n lines  ", "two lines"),
        ("Error: as it is", "Error: as it is"),
        ("System.Exception: No way.\n  at A.B ()\n  at C.D ()", "No way."),
        ("X ---> Sys.Com (0x80004005): Time is up: wait\r\n at A", "Time is up: wait"),
        ("A.B: outer ---> ", "outer"),
        ("A ---> no class here", "no class here"),
        ("", ""),
    ],
)
def test_the_sentence_that_says_something(text: str, wanted: str) -> None:
    assert useful_part(text) == wanted


def test_a_fault_of_soap_1_1() -> None:
    text = CHAIN.replace("<", "&lt;").replace(">", "&gt;")
    inside = f"<s:Fault><faultcode>s:Server</faultcode><faultstring>{text}</faultstring><detail><x>more</x></detail></s:Fault>"
    fault = decode(envelope(inside)).fault
    assert fault is not None
    assert (fault.code, fault.text, fault.subcode) == ("Server", "Cannot find column [A.NAME].", "")
    assert fault.user_text == "The server refused: Cannot find column [A.NAME]."
    assert "at System.Data" in fault.detail
    assert fault.detail.endswith("more")
    assert not fault.is_ours


def test_a_fault_of_soap_1_2() -> None:
    inside = (
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>t:Locked</s:Value></s:Subcode></s:Code>"
        '<s:Reason><s:Text xml:lang="en">Locked out</s:Text><s:Text xml:lang="de">Gesperrt</s:Text></s:Reason>'
        "<s:Detail><x>7</x></s:Detail></s:Fault>"
    )
    fault = decode(envelope(inside, SoapVersion.V12)).fault
    assert fault is not None
    assert (fault.code, fault.subcode, fault.text, fault.is_ours) == ("Sender", "Locked", "Locked out", True)


@pytest.mark.parametrize("inside", ["<s:Fault/>", "<s:Fault>text</s:Fault>", "<s:Fault><faultcode/><x/></s:Fault>"])
def test_a_fault_that_says_nothing(inside: str) -> None:
    fault = decode(envelope(inside)).fault
    assert isinstance(fault, SoapFault)
    assert fault.user_text == "The server refused: no reason given"


def test_a_fault_is_found_behind_its_reference_and_as_a_long_text() -> None:
    fault = decode(
        envelope(f"<s:Fault><faultcode>9</faultcode><faultstring>{'x' * 300_000}</faultstring></s:Fault>")
    ).fault
    assert fault is not None
    assert len(fault.text) <= 500
    assert len(fault.detail) <= 4000
