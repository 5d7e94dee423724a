# SPDX-License-Identifier: MIT
"""The question for a new version: once a day, within the host, bounded, and what makes no sense is no news."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.port import Reply
from crmdesk.domain.errors import NotReachable, Redirected
from crmdesk.engine.updates import Update, UpdateCheck, newer, read
from tests.engine.fake_vendor import FakeHttp

ADDRESS = "https://intra.example/crmdesk.json"
NEWS = {"version": "9.1", "url": "https://intra.example/get", "notes": "Faster."}


class Server(FakeHttp):
    """Answers by address: a text, or an error."""

    def __init__(self, answers: dict[str, object]) -> None:
        super().__init__()
        self.answers, self.asked = answers, list[str]()

    def get(self, url: str, params: object, **_: object) -> Reply:
        self.asked.append(url)
        answer = self.answers[url]
        if isinstance(answer, Exception):
            raise answer
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return Reply(status=200, headers={}, body=body.encode(), url=url, elapsed_ms=1, received_at=datetime.now(UTC))


def look(folder: Path, server: Server, at: datetime, address: str = ADDRESS) -> Update | None:
    check = UpdateCheck(folder / "updates.json", "1.0", make_http=lambda: server, now=lambda: at)
    try:
        return asyncio.run(check.look(address))
    finally:
        check.close()


NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_it_asks_once_a_day_and_tells(tmp_path: Path) -> None:
    server = Server({ADDRESS: NEWS})
    assert look(tmp_path, server, NOON) == Update("9.1", "https://intra.example/get", "Faster.")
    assert look(tmp_path, server, NOON + timedelta(hours=23)) is None
    assert len(server.asked) == 1
    assert look(tmp_path, server, NOON + timedelta(hours=25)) is not None
    assert look(tmp_path, server, NOON - timedelta(days=400)) is not None  # the clock was set back


def test_a_failure_is_silent_and_not_repeated_all_day(tmp_path: Path) -> None:
    server = Server({ADDRESS: NotReachable("No.")})
    assert look(tmp_path, server, NOON) is None
    assert look(tmp_path, server, NOON + timedelta(minutes=1)) is None
    assert len(server.asked) == 1


def test_what_was_dismissed_is_not_told_again(tmp_path: Path) -> None:
    check = UpdateCheck(tmp_path / "updates.json", "1.0")
    check.dismiss("9.1")
    check.close()
    server = Server({ADDRESS: NEWS})
    assert look(tmp_path, server, NOON) is None
    assert look(tmp_path, Server({ADDRESS: {**NEWS, "version": "9.2"}}), NOON + timedelta(days=2)) is not None


@pytest.mark.parametrize(
    "address", ["", "http://intra.example/x", "https://user:pw@intra.example/x", "file:///x", "nonsense"]
)
def test_nobody_is_asked_without_a_safe_address(tmp_path: Path, address: str) -> None:
    server = Server({})
    assert look(tmp_path, server, NOON, address) is None
    assert server.asked == []


def test_an_answer_from_elsewhere_is_no_news(tmp_path: Path) -> None:
    """The client follows redirects within the host; any other ends here."""
    server = Server({ADDRESS: Redirected("It moved.", f"GET {ADDRESS}: HTTP 301, Location: https://evil.example/n")})
    assert look(tmp_path, server, NOON) is None
    assert server.asked == [ADDRESS]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"version": "9"}', '{"version": "9", "url": "http://x.example"}', '{"version": "9", "url": "javascript:x"}',
     '{"version": "0.9", "url": "https://x.example"}', '{"version": "latest", "url": "https://x.example"}', "[" * 9000],
)  # fmt: skip
def test_what_makes_no_sense_is_no_news(text: str) -> None:
    assert read(text, "1.0") is None


@given(st.text(max_size=200))
def test_any_answer_is_read(text: str) -> None:
    assert read(text, "1.0") is None


def test_versions_are_numbers() -> None:
    assert newer("1.10", "1.9")
    assert newer("2", "1.9.9")
    assert not newer("1.0", "1")
    assert not newer("1.0.0", "1.0")
    assert not newer("0.9", "1.0")
