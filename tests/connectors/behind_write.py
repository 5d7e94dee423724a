# SPDX-License-Identifier: MIT
"""A session that ends right behind a write, for the conformance suite."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.errors import CrmError, SessionExpired


@contextmanager
def no_reads_behind_a_write(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """From the first write on, nothing is answered any more: the session is over. Yields what was written."""
    writes: list[str] = []

    def watched(name: str, *, is_write: bool) -> None:
        straight = getattr(HttpClient, name)

        def send(self: HttpClient, *told: Any, **named: Any) -> Reply:
            if writes:
                raise SessionExpired("The session on the server is over. Sign in again.")
            reply: Reply = straight(self, *told, **named)
            if named.get("write", is_write):
                writes.append(str(told))
            return reply

        patch.setattr(HttpClient, name, send)

    with monkeypatch.context() as patch:
        watched("get", is_write=False)
        watched("post_form", is_write=True)
        watched("request", is_write=False)
        yield writes


def must_not_look_refused(write: Callable[[], object]) -> None:
    """Whatever the write raises, it says that it may have been carried out."""
    try:
        write()
    except CrmError as error:
        if not error.may_be_done:
            raise AssertionError(f"a write that was carried out is told as refused: {error!r}") from error
