# SPDX-License-Identifier: MIT
"""Names of files as a server tells them; `tests/injection/test_attachments.py` saves and opens such files."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.file_names import is_program, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("offer.pdf", "offer.pdf"),
        ("../../.bashrc", "bashrc"),
        ("C:\\temp\\a.txt", "a.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("...", "document"),
        ("", "document"),
        ("nul", "_nul"),
        ("CON .txt", "_CON.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("LPT³.doc", "_LPT³.doc"),
        ("console.txt", "console.txt"),
        ("offer\u202efdp.exe", "offer_fdp.exe"),
        ("a\x00\r\n\tb\u200b.txt", "a____b_.txt"),
        ("Angebot für Köln (2).pdf", "Angebot für Köln (2).pdf"),
        ("Ko\u0308ln.pdf", "Köln.pdf"),
        ("offer.pdf ", "offer.pdf"),
        ("half \ud800.pdf", "half _.pdf"),
    ],
)
def test_nothing_but_a_name_is_left(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_an_overlong_name_keeps_its_ending() -> None:
    assert safe_name("x" * 400 + ".pdf") == "x" * 146 + ".pdf"
    assert safe_name("ü" * 400 + ".pdf").endswith("ü.pdf")
    assert len(safe_name("字" * 400 + ".docx").encode()) <= 200
    assert len(safe_name("a." + "y" * 400)) == 150


@given(st.text(st.characters(codec=None, categories=None), max_size=300))
def test_any_name_can_be_written_into_a_folder_and_stays_there(name: str) -> None:
    safe = safe_name(name)
    assert Path(safe).name == safe
    assert safe not in ("", ".", "..")
    assert safe[0] != "."
    assert safe[-1] not in " ."
    assert len(os.fsencode(safe)) <= 255
    assert safe.isprintable()
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("offer.pdf", False),
        ("offer.pdf.exe", True),
        ("OFFER.EXE", True),
        ("photo.jpg.lnk", True),
        ("letter.docx", False),
        ("README", False),
        ("start.desktop", True),
        ("page.hta", True),
    ],
)
def test_programs_are_known_by_their_last_ending(name: str, runs: bool) -> None:
    assert is_program(name) is runs
