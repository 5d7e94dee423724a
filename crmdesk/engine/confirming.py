# SPDX-License-Identifier: MIT
"""Who and where we write: asked from the server within the last minute, and compared with what it always was."""

import asyncio
import re
from time import monotonic
from urllib.parse import urlsplit

from crmdesk.domain.errors import NotPermitted
from crmdesk.domain.identity import Identity
from crmdesk.domain.sentence import sentence
from crmdesk.engine.codec import dumps
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.engine.saved_text import read_json
from crmdesk.engine.session import AccountSession

ASK_AGAIN_S = 60.0
TYPED_ABOVE = 50
"""Records in a production account above which their number must be confirmed."""
KNOWN, HOST, _OLD = "identity", "host", "user"
IDENTITY = (KNOWN, _OLD)
"""Names under which the account's file remembers who we are; ``HOST`` where that was."""


def number_to_confirm(environment: Environment, records: int) -> int:
    """The number that somebody must confirm before so many records are sent, 0 = none."""
    return records if environment is Environment.PRODUCTION and records > TYPED_ABOVE else 0


def host_of(profile: Profile) -> str:
    """The server's name as the account's address has it, with its port, without a password."""
    return urlsplit(profile.url).netloc.rpartition("@")[2].lower()


def server_line(identity: Identity, profile: Profile) -> str:
    """What the journal says of the server: what it is, and where."""
    host = host_of(profile)
    return identity.server if not host or host in identity.server else f"{identity.server} at {host}".strip()


class Confirmation:
    """Asks one account's server who we are, as often as writing needs it. Used on the loop's thread."""

    def __init__(self, session: AccountSession) -> None:
        self._session = session
        self._asked: tuple[float, Identity] | None = None
        self._turn = asyncio.Lock()

    async def recent(self) -> Identity:
        """Who we write as; the server was asked at most a minute ago.

        Raises:
            NotPermitted: as ``ask``. CrmError.
        """
        async with self._turn:  # several workers: one asks
            if self._asked is not None and monotonic() - self._asked[0] < ASK_AGAIN_S:
                return self._asked[1]
            return await self._ask()

    async def ask(self) -> Identity:
        """Who we write as, asked from the server now.

        Raises:
            NotPermitted: the account answers as somebody else or from somewhere else than it always did, or may not
                write. CrmError.
        """
        async with self._turn:
            return await self._ask()

    async def _ask(self) -> Identity:
        self._asked = None
        profile, storage = self._session.profile, self._session.storage
        if not profile.may_write:
            raise NotPermitted(
                sentence("This account is set to read only. Change its environment in the account's settings.")
            )
        self._session.refuse_while_locked()
        began = monotonic()
        identity = await self._session.identity(fresh=True)
        host, known = await storage.recall(HOST), await storage.recall(KNOWN)
        if host is not None and host != host_of(profile):
            raise NotPermitted(
                sentence(
                    "These changes were begun on {host}, the account now points to {host_of}. Nothing was sent. Discard them and open the account again, or change its address back.",
                    host=host,
                    host_of=host_of(profile),
                )
            )
        _compare(_known(known, await storage.recall(_OLD)), identity)
        if known is None:
            await storage.remember(KNOWN, dumps(_shape(identity)))
        if host is None:
            await storage.remember(HOST, host_of(profile))
        self._asked = began, identity
        return identity


def _shape(identity: Identity) -> dict[str, str]:
    return {"user": identity.user, "user_id": identity.user_id, "product": _product(identity.server)}


def _product(server: str) -> str:
    """Without its version: an update of the server is no other server."""
    return re.sub(r"\s*v?\d[\d.]*\s*$", "", server).strip()


def _known(text: str | None, old: str | None) -> dict[str, str]:
    """What is remembered; an older version remembered the user alone."""
    if text is None:
        return {} if old is None else {"user": old}
    data = read_json(text)
    return {str(name): str(value) for name, value in data.items()} if isinstance(data, dict) else {}


def _compare(known: dict[str, str], identity: Identity) -> None:
    now = _shape(identity)
    next_step = sentence(
        "Nothing was sent. Check the account's address and user; if the server is right, save the account's settings once more."
    )
    if known.get("user", now["user"]) != now["user"]:
        raise NotPermitted(
            sentence(
                "This account used to sign in as {known}, the server now says {now}. {next_step}",
                known=known["user"],
                now=now["user"],
                next_step=next_step,
            )
        )
    if known.get("user_id") and now["user_id"] and known["user_id"] != now["user_id"]:
        raise NotPermitted(
            sentence(
                "{now} had the id {known} on this server and now has {now_2}: it may be another installation. {next_step}",
                now=now["user"],
                known=known["user_id"],
                now_2=now["user_id"],
                next_step=next_step,
            )
        )
    if known.get("product") and now["product"] and known["product"] != now["product"]:
        raise NotPermitted(
            sentence(
                "This server was {known}, it now says {now}. {next_step}",
                known=known["product"],
                now=now["product"],
                next_step=next_step,
            )
        )
