# SPDX-License-Identifier: MIT
"""The guide tells the truth: its pages, links, pictures, menu entries and keys exist."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from crmdesk.assets import resource
from crmdesk.translation import LANGUAGES, speak
from crmdesk.ui.guide.open_guide import ABOUT_KIND
from crmdesk.ui.guide.pages import (
    FIRST,
    GuidePage,
    as_html,
    page_of_link,
    picture,
    read_pages,
    search,
)
from crmdesk.ui.key_map import key_lines, sequences
from crmdesk.ui.languages import Spoken
from crmdesk.ui.menu_entries import Entry, all_menus
from crmdesk.ui.page_kinds import RESTORED

PAGES = {page.name: page for page in read_pages()}
_ENTRY = re.compile(r"\*\*([^*›]+) › ([^*]+)\*\*(?:\s+\(`([^`]+)`\))?")
_LINK, _PICTURE = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)"), re.compile(r"!\[[^\]]*\]\(([^)\s]+)")
_KEY = re.compile(r"`((?:Ctrl|Shift|Alt)\+[^`]+|F\d+)`")


WRITTEN = {path.name for path in resource("help").iterdir() if path.is_dir()} & set(LANGUAGES)
"""Languages that have pages of their own."""
EVERY = [(code, page) for code in sorted(WRITTEN) for page in read_pages(code)]


@pytest.fixture(params=EVERY, ids=lambda one: f"{one[0]}-{one[1].name}")
def page(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[GuidePage]:
    """A page, with the window speaking its language."""
    code, found = request.param
    before = speak(Spoken(code))
    yield found
    speak(before)


def _entries() -> dict[str, Entry]:
    """As the guide writes them: "Data › Import…"."""
    menus = all_menus()
    return {
        f"{title.replace('&', '')} › {entry.text}": entry
        for title, lines in menus
        for entry in lines
        if entry is not None
    }


def test_it_begins_with_the_first_minutes() -> None:
    assert next(iter(PAGES)) == FIRST
    assert len(PAGES) >= 15


def test_every_page_has_a_title_and_text(page: GuidePage) -> None:
    assert page.text.startswith("# ")
    assert page.title
    assert len(page.text.split()) > 40


def test_links_lead_to_pages(page: GuidePage) -> None:
    assert [link for link in _LINK.findall(page.text) if page_of_link(link) not in PAGES] == []


def test_pictures_are_there_and_have_words_for_those_who_cannot_see_them(page: GuidePage) -> None:
    for name in _PICTURE.findall(page.text):
        assert picture(name).is_file()
    assert "![](" not in page.text


def test_menu_entries_and_their_keys_are_those_of_the_menus(page: GuidePage) -> None:
    entries = _entries()
    for menu, text, keys in _ENTRY.findall(" ".join(page.text.split())):
        entry = entries.get(f"{menu} › {text}")
        assert entry is not None, f"{menu} › {text}"
        if keys:
            assert QKeySequence(keys) in sequences(entry.keys), f"{text}: {keys}"


def test_keys_are_keys_of_the_program(page: GuidePage) -> None:
    known = [QKeySequence(key) for line in key_lines() for key in line.keys.split(", ") if key]
    assert [key for key in _KEY.findall(page.text) if QKeySequence(key) not in known] == []


def test_every_tab_has_a_page() -> None:
    assert set(ABOUT_KIND) == set(RESTORED)
    assert set(ABOUT_KIND.values()) <= set(PAGES)


def test_the_page_that_speaks_most_of_it_comes_first() -> None:
    assert search(list(PAGES.values()), "duplicates")[0].name == "clean-up"
    assert search(list(PAGES.values()), "CONFLICT decide")[0].name == "review"
    assert search(list(PAGES.values()), "zzyzx") == []
    assert search(list(PAGES.values()), "  ") == list(PAGES.values())


def test_keys_are_written_as_the_system_does(qapp: QApplication) -> None:
    html = as_html(PAGES["find"], 400, keys=lambda keys: f"<{keys}>")
    assert "&lt;Ctrl+K&gt;" in html
    assert 'width="400"' in html
    assert "crmdesk query" in as_html(PAGES["command-line"], 400, keys=lambda _: "?")


def test_a_page_without_translation_is_english() -> None:
    assert [page.name for page in read_pages("xx")] == list(PAGES)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_has_every_page(code: str) -> None:
    own = {path.name for path in (resource("help") / code).glob("*.md")}
    assert own == {path.name for path in (resource("help") / "en").glob("*.md")}
