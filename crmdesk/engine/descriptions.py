# SPDX-License-Identifier: MIT
"""Descriptions: what an account consists of (modules, fields, lines): kept for a session, remembered for the next one.

While the server is away, and only then, what was remembered is given instead of an answer; it is asked anew as soon as
the server is back.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Protocol, TypeVar

from crmdesk.connectors import port
from crmdesk.connectors.port import Connector
from crmdesk.domain.errors import ConnectionFailed, ProfileError
from crmdesk.domain.identity import Identity
from crmdesk.domain.labels import Told, worded_module, worded_schema, worded_shape
from crmdesk.domain.names import ModuleName
from crmdesk.domain.sales import LineShape
from crmdesk.domain.schema import Module, Schema
from crmdesk.engine.codec import (
    UNREADABLE,
    dumps,
    loads,
    module_from_json,
    module_to_json,
    schema_from_json,
    schema_to_json,
)
from crmdesk.engine.line_codec import shape_from_json, shape_to_json
from crmdesk.engine.storage import Storage

T = TypeVar("T")
R = TypeVar("R")

_MODULES, _ROLES, _USER = "modules", "roles", "user id"


class Asks(Protocol):
    """As much of a session as is needed here."""

    roles: frozenset[type]

    @property
    def known_identity(self) -> Identity | None:
        """Who the server said we are."""

    @property
    def away(self) -> bool:
        """Whether the server is known to be out of reach."""

    async def ask(self, work: Callable[[Connector], T]) -> T:
        """Read something."""

    async def ask_role(self, role: type[R], work: Callable[[R], T]) -> T:
        """Read through a role."""


class Descriptions:
    """Owned by a session; used on the loop's thread."""

    def __init__(self, session: Asks, storage: Storage, told: Told) -> None:
        self._session, self._storage, self._told = session, storage, told
        self._modules: tuple[Module, ...] | None = None
        self._of_last_visit: tuple[Module, ...] = ()
        self._schemas: dict[ModuleName, Schema] = {}
        self._shapes: dict[ModuleName, LineShape] = {}

    def forget(self) -> None:
        """Everything is asked for anew and worded anew; what is remembered on disk stays."""
        self._modules = None
        self._schemas.clear()
        self._shapes.clear()

    # ---- modules ---------------------------------------------------------------------------------------------------

    @property
    def known_modules(self) -> tuple[Module, ...]:
        """The modules as they were listed last in this run, else those of the last visit where they were looked up."""
        return self._modules or self._of_last_visit

    async def modules(self, *, fresh: bool = False) -> tuple[Module, ...]:
        """The user's modules."""
        if self._modules is not None and not fresh:
            return self._modules
        remembered = await self._unless_there(fresh, self._ask_modules, self.remembered_modules)
        return self._modules or remembered or ()

    async def _ask_modules(self) -> None:
        found = await self._session.ask(lambda c: c.list_modules())
        self._modules = tuple(worded_module(module, self._told) for module in found)
        await self._remember(_MODULES, dumps([module_to_json(m) for m in found]))
        await self._remember(_ROLES, dumps(sorted(role.__name__ for role in self._session.roles)))
        if self._session.known_identity is not None:
            await self._remember(_USER, self._session.known_identity.user_id)

    async def remembered_modules(self) -> tuple[Module, ...]:
        """Those of the last visit; may be empty."""
        text = await self._storage.recall(_MODULES)
        try:
            found = [module_from_json(data) for data in loads(text)] if text else []
            self._of_last_visit = tuple(worded_module(module, self._told) for module in found)
            return self._of_last_visit
        except UNREADABLE:
            return ()  # written by another version; the server tells it again

    async def remembered_user_id(self) -> str:
        """Whose account it was at the last visit, "" = not known."""
        return await self._storage.recall(_USER) or ""

    async def remembered_roles(self) -> frozenset[type]:
        """What the server could do at the last visit."""
        text = await self._storage.recall(_ROLES)
        try:
            return named_roles(str(name) for name in loads(text)) if text else frozenset()
        except UNREADABLE:
            return frozenset()

    # ---- fields ----------------------------------------------------------------------------------------------------

    def known_schema(self, name: ModuleName) -> Schema | None:
        """The schema if it was read in this session."""
        return self._schemas.get(name)

    async def schema(self, name: ModuleName, *, fresh: bool = False) -> Schema:
        """A module's fields; where the server describes nothing, what earlier visits saw is joined to what is seen now."""
        if name not in self._schemas or fresh:
            remembered = await self._unless_there(
                fresh, lambda: self._ask_schema(name), lambda: self.remembered_schema(name)
            )
            if remembered is not None:
                return remembered
        return self._schemas[name]

    async def _ask_schema(self, name: ModuleName) -> None:
        schema = await self._session.ask(lambda c: c.describe(name))
        if not schema.is_complete and (earlier := await self._remembered_schema(name)) is not None:
            schema = schema.joined(earlier)
        self._schemas[name] = worded_schema(schema, self._told)
        await self._remember(f"schema:{name}", dumps(schema_to_json(schema)))

    async def remembered_schema(self, name: ModuleName) -> Schema | None:
        """That of the last visit."""
        schema = await self._remembered_schema(name)
        return None if schema is None else worded_schema(schema, self._told)

    async def _remembered_schema(self, name: ModuleName) -> Schema | None:
        text = await self._storage.recall(f"schema:{name}")
        try:
            return schema_from_json(loads(text)) if text else None
        except UNREADABLE:
            return None

    # ---- lines -----------------------------------------------------------------------------------------------------

    def known_line_shape(self, module: ModuleName) -> LineShape | None:
        """What lines can hold, if it was read in this session."""
        return self._shapes.get(module)

    async def line_shape(self, module: ModuleName) -> LineShape:
        """What the lines of a module's documents can hold."""
        if module not in self._shapes:
            remembered = await self._unless_there(
                False, lambda: self._ask_shape(module), lambda: self._remembered_shape(module)
            )
            if remembered is not None:
                return remembered
        return self._shapes[module]

    async def _ask_shape(self, module: ModuleName) -> None:
        shape = await self._session.ask_role(port.EditsLines, lambda server: server.line_shape(module))
        self._shapes[module] = worded_shape(shape, self._told)
        await self._remember(f"lines:{module}", dumps(shape_to_json(shape)))

    async def _remembered_shape(self, module: ModuleName) -> LineShape | None:
        text = await self._storage.recall(f"lines:{module}")
        try:
            return worded_shape(shape_from_json(loads(text)), self._told) if text else None
        except UNREADABLE:
            return None

    # ---- shared ----------------------------------------------------------------------------------------------------

    async def _unless_there(
        self, fresh: bool, ask: Callable[[], Awaitable[None]], remembered: Callable[[], Awaitable[T]]
    ) -> T | None:
        """Ask; None = it is known now. What is remembered, where the server is away and nobody wants it fresh."""
        if self._session.away and not fresh and (found := await remembered()):
            return found
        try:
            await ask()
        except ConnectionFailed:
            if self._session.away and not fresh and (found := await remembered()):
                return found  # that it is away was found out by this very question
            raise
        return None

    async def _remember(self, name: str, text: str) -> None:
        """For the next visit; a full disk does not keep anybody from reading."""
        with suppress(ProfileError):
            await self._storage.remember(name, text)


def all_roles() -> tuple[type, ...]:
    """The optional protocols of a connector."""
    known = (one for one in vars(port).values() if isinstance(one, type))
    return tuple(one for one in known if getattr(one, "_is_runtime_protocol", False))


def named_roles(names: Iterable[str]) -> frozenset[type]:
    """The protocols of these names; such as there are no more are left out."""
    wanted = frozenset(names)
    return frozenset(role for role in all_roles() if role.__name__ in wanted)
