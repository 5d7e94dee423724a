# SPDX-License-Identifier: MIT
"""A vendor's own operations, and what it can do with a record: guarded like every other write, and noted.

An operation that changes data is sent once. Nothing undoes it; when its answer is lost, only the person can find out
on the server what became of it, so nothing here sends it again.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from crmdesk.connectors.port import ActsOnRecords, CallsDocumented, OperationInfo, Part, RecordAction
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.connectors.wire.redaction import is_secret
from crmdesk.domain.errors import CrmError, Invalid, UnknownOperation
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.sentence import joined, sentence, trimmed
from crmdesk.engine.desk import Account

T = TypeVar("T")
_SHOWN = 120  # characters of an argument in the journal


@dataclass(frozen=True, slots=True)
class CallDone:
    """What an operation answered: plain dicts, lists, texts and numbers."""

    operation: OperationInfo
    result: object
    elapsed_ms: float


class Calls:
    """One account's operations and actions. Used on the loop's thread."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._operations: tuple[OperationInfo, ...] | None = None
        self._actions: dict[ModuleName, tuple[RecordAction, ...]] = {}

    async def operations(self, *, fresh: bool = False) -> tuple[OperationInfo, ...]:
        """What can be called; kept after the first time.

        Raises:
            CrmError; Unsupported: this vendor has no such thing.
        """
        if self._operations is None or fresh:
            asked = await self._account.session.ask_role(CallsDocumented, lambda server: server.operations())
            self._operations = asked
            return asked
        return self._operations

    async def operation(self, name: str) -> OperationInfo:
        """One operation, upper and lower case alike.

        Raises:
            UnknownOperation: there is none of that name. CrmError.
        """
        found = next((o for o in await self.operations() if o.name.casefold() == name.casefold()), None)
        if found is None:
            raise UnknownOperation(sentence("There is no operation “{name}” on this server.", name=name))
        return found

    async def call(self, name: str, arguments: Mapping[str, str]) -> CallDone:
        """Call an operation; whether it writes is looked up here, not believed of the caller.

        Raises:
            NotPermitted: it writes, and the account is read only or answers as somebody else; nothing was sent.
            Invalid: an argument is missing or unknown; nothing was sent.
            CrmError; where ``may_be_done`` is set, the server may have carried it out.
        """
        operation = await self.operation(name)
        _check(operation.name, parts_of(operation), arguments, also=operation.parameters)
        self._account.session.mask(secrets_of(parts_of(operation), arguments))
        session, began = self._account.session, monotonic()
        if operation.is_write:
            told = _told(sentence("Called {name}", name=operation.name), parts_of(operation), arguments)
            result = await self._write(
                operation.name,
                told,
                lambda: session.tell_role(CallsDocumented, lambda server: server.call(operation.name, arguments)),
            )
        else:
            result = await session.ask_role(CallsDocumented, lambda server: server.call(operation.name, arguments))
        return CallDone(operation, result, (monotonic() - began) * 1000)

    async def actions(self, module: ModuleName) -> tuple[RecordAction, ...]:
        """What can be done with a record of a module beside changing its fields; empty where the vendor has no role."""
        if module not in self._actions:
            session = self._account.session
            if not session.offers(ActsOnRecords):
                return ()
            self._actions[module] = await session.ask_role(ActsOnRecords, lambda server: server.list_actions(module))
        return self._actions[module]

    def known_actions(self, module: ModuleName) -> tuple[RecordAction, ...]:
        """The actions if they were listed in this session."""
        return self._actions.get(module, ())

    async def act(
        self, record: RecordId, title: str, action: RecordAction, arguments: Mapping[str, str]
    ) -> RecordId | None:
        """Do something with a record; the record it led to, None = the same one.

        Raises:
            As ``call``.
        """
        _check(action.label, action.parts, arguments)
        self._account.session.mask(secrets_of(action.parts, arguments))
        session, label = self._account.session, trimmed(action.label, "…")
        what = joined(joined(label, ":", between=""), f"{title} ({record.module} {record.key})")
        told = _told(what, action.parts, arguments)
        return await self._write(
            label, told, lambda: session.tell_role(ActsOnRecords, lambda s: s.act(record, action.key, arguments))
        )

    async def _write(self, name: str, told: str, send: Callable[[], Awaitable[T]]) -> T:
        """Guard, note, send, note. From the moment it is sent nothing interrupts it."""
        identity = await self._account.applier.confirm_identity()
        journal = self._account.journal
        batch = await journal.begin((), user=identity.user, server=identity.server, summary=told)

        async def sent() -> T:
            try:
                result = await send()
            except CrmError as error:
                became = (
                    sentence("It is not known whether {name} was done", name=name)
                    if error.may_be_done
                    else sentence("{name} was refused", name=name)
                )
                await journal.end(batch, joined(joined(became, ":", between=""), error.user_text))
                raise
            await journal.end(batch)
            return result

        sending = asyncio.ensure_future(sent())
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:
            while not sending.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait({sending})
            raise


def parts_of(operation: OperationInfo) -> tuple[Part, ...]:
    """The values an operation takes; texts where the vendor tells only their names."""
    if operation.parts:
        return operation.parts
    return tuple(Part(name=name, label=name, hint=sentence) for name, sentence in operation.parameters.items())


def _check(what: str, parts: Sequence[Part], given: Mapping[str, str], also: Iterable[str] = ()) -> None:
    """Raises Invalid where an argument is unknown (``also`` names some without a part), or a required one is missing."""
    known = {part.name for part in parts} | set(also)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise Invalid(
            sentence(
                "{what} takes no “{unknown}”. It takes: {known}.",
                what=what,
                unknown=unknown[0],
                known=", ".join(sorted(known)) or sentence("nothing"),
            )
        )
    missing = [part for part in parts if part.required and not given.get(part.name, "").strip()]
    if missing:
        sentences = {
            FieldName(part.name): sentence("Fill in {part}.", part=part.label or part.name) for part in missing
        }
        raise Invalid(sentence("{why} Nothing was sent.", why=joined(*sentences.values())), per_field=sentences)


def _told(what: str, parts: Sequence[Part], given: Mapping[str, str]) -> str:
    """A line for the journal; secrets and files are not in it."""
    words = []
    for part in parts:
        text = given.get(part.name, "")
        if text:
            shown = "…" if is_hidden(part) else text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
            words.append(f"{part.name} = {shown}")
    return joined(what, ", ".join(words), between="; ")


def secrets_of(parts: Sequence[Part], given: Mapping[str, object]) -> frozenset[str]:
    """The texts among the arguments that are secrets, those within structures, too."""
    found: set[str] = set()
    for part in parts:
        value = given.get(part.name)
        if part.parts:
            for inner in _structures(value):
                found |= secrets_of(part.parts, inner)
        elif value and is_secret_part(part):
            found.add(str(value))
    return frozenset(found)


def _structures(value: object) -> list[Mapping[str, object]]:
    """What is written as JSON, one or many."""
    try:
        told = json.loads(value, cls=Decoder) if isinstance(value, str) else value
    except ValueError:
        return []
    return [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, Mapping)]


def is_secret_part(part: Part) -> bool:
    """Whether its value is a secret, by what the vendor says or by its name."""
    return part.secret or is_secret(part.name)


def is_hidden(part: Part) -> bool:
    """Whether its value is never shown or noted: secrets and files."""
    return is_secret_part(part) or part.kind == "binary" or any(is_hidden(inner) for inner in part.parts)
