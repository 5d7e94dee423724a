# SPDX-License-Identifier: MIT
"""What every vendor's scripted server does alike as a ``port.Http``: secrets, closing, answers of any form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from crmdesk.connectors.port import Reply


class Asked(Protocol):
    """A request as it left."""

    @property
    def operation(self) -> str:
        """What it asks for."""
        ...


S = TypeVar("S", bound=Asked)


@dataclass(kw_only=True)
class FakeHttp:
    """The base: a way of sending that a vendor does not override is one it must not use."""

    secrets: list[str] = field(default_factory=list)
    closed: int = 0

    @property
    def is_closed(self) -> bool:
        return self.closed > 0

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        raise AssertionError(f"a GET would carry the keys in its address: {url}")

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        raise AssertionError(f"no forms are sent here: {url}")

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool,
    ) -> Reply:
        raise AssertionError(f"only forms are sent here: {method} {url}")

    def add_secret(self, secret: str) -> None:
        self.secrets.append(secret)

    def redacted(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "•••") if secret else text
        return text

    def abort(self) -> None:
        raise AssertionError("nobody aborts here")

    def close(self) -> None:
        self.closed += 1


def resolved(answer: object, told: object) -> object:
    """What a scripted answer gives: an iterator its next, a function what it makes of ``told``; an exception is raised."""
    if isinstance(answer, Iterator):
        answer = next(answer)
    if callable(answer):
        answer = answer(told)
    if isinstance(answer, Exception):
        raise answer
    return answer


def last_of(sent: Sequence[S], operation: str) -> S:
    """The last request of an operation."""
    return next(one for one in reversed(sent) if one.operation == operation)


def all_of(sent: Sequence[S], operation: str) -> list[S]:
    """Every request of an operation, in order."""
    return [one for one in sent if one.operation == operation]
