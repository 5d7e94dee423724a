# SPDX-License-Identifier: MIT
"""The guide's pages: Markdown files of resources/help, in the person's language where there is one, as HTML."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from crmdesk.assets import resource

FIRST = "first-minutes"
_KEY = re.compile(r"^(?:(?:Ctrl|Shift|Alt)\+)*(?:F\d{1,2}|Return|PgUp|PgDown|Del|Up|Down|[A-Z0-9,?])$")


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One page.

    Attributes:
        name: what links and the window's ``open_page`` call it; the file's name without its number.
        text: the Markdown.
    """

    name: str
    title: str
    text: str

    def finds(self, wanted: str) -> int:
        """How well it answers a search: 0 = not at all; a word in the title counts more than many in the text."""
        words = wanted.casefold().split()
        title, text = self.title.casefold(), self.text.casefold()
        if not all(word in text for word in words):
            return 0
        return sum(100 * (word in title) + min(text.count(word), 20) for word in words)


def read_pages(language: str = "en") -> Sequence[GuidePage]:
    """Every page, in the order of their numbers; a page without a translation is English."""
    folder = resource("help")
    pages = []
    for path in sorted((folder / "en").glob("*.md")):
        own = folder / language / path.name
        pages.append(_page(own if own.is_file() else path))
    return pages


def search(pages: Sequence[GuidePage], wanted: str) -> list[GuidePage]:
    """Those that hold every word, best first; all of them where nothing is searched."""
    if not wanted.strip():
        return list(pages)
    return sorted((page for page in pages if page.finds(wanted)), key=lambda page: -page.finds(wanted))


def as_html(page: GuidePage, picture_width: int, *, keys: Callable[[str], str] = str) -> str:
    """The page as QTextBrowser shows it.

    Args:
        picture_width: in pixels; wider ones are shown smaller.
        keys: writes a key as this system does ("⌘K").
    """
    tokens = _markdown().parse(page.text)
    for before, token in pairwise(tokens):
        children = token.children or ()
        for child in children:
            _dress(child, picture_width, keys)
        if [child.type for child in children] == ["image"]:
            before.attrSet("style", "line-height: 100%")  # a share of the picture's height would stand below it
    return str(_markdown().renderer.render(tokens, _markdown().options, {}))


def picture(name: str) -> Path:
    """The file of a picture.

    Raises:
        FileNotFoundError: There is none of that name.
    """
    return resource("help", "pictures", f"{name}.png")


def page_of_link(link: str) -> str:
    """``02-account.md`` -> ``account``; "" for what is no page of the guide."""
    found = re.fullmatch(r"\d\d-([a-z-]+)\.md", link)
    return found[1] if found else ""


def _dress(token: Token, picture_width: int, keys: Callable[[str], str]) -> None:
    if token.type == "image":
        token.attrSet("src", picture(str(token.attrGet("src"))).as_uri())
        token.attrSet("width", str(picture_width))
    elif token.type == "code_inline" and _KEY.match(token.content):
        token.content = keys(token.content)


def _page(path: Path) -> GuidePage:
    text = path.read_text("utf-8")
    return GuidePage(path.stem.partition("-")[2], text.partition("\n")[0].removeprefix("# "), text)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
