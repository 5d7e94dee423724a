# SPDX-License-Identifier: MIT
"""Locking accounts: for how long nobody may be away, what a lock takes away, and what opens it again.

    open ──(idle for so many minutes, or by hand)──> locked: signed out, keys out of memory, nothing read or written
      ^                                                │
      └──(the lock's passphrase, or the account's own key)

It keeps out who sits down at somebody's desk, not who can run programs as that person: see packaging/README.md.
"""

import asyncio
import hashlib
import hmac
import os
import time
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from crmdesk.connectors.port import ProfileField, VendorPlugin
from crmdesk.domain.errors import BadCredentials
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.domain.sentence import sentence
from crmdesk.engine.applying import Applier
from crmdesk.engine.events import Event
from crmdesk.engine.profiles import Profile
from crmdesk.engine.secrets import Secrets
from crmdesk.engine.session import AccountSession

PASSPHRASE: Final = "lock"
"""The name under which the keychain has the passphrase's hash; no vendor's profile field is called so."""
_FREE_TRIES: Final = 3
_LONGEST_PAUSE_S: Final = 60.0
_COST: Final = 15  # scrypt's n is 2 to this: some 100 ms and 32 MB for each try
_MOST_MEMORY: Final = 128 * 2**20
_LOOK_S: Final = 0.02


class Answer(Enum):
    """What became of a try to unlock."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_SOON = "too soon"


class Proof(Enum):
    """What is asked for."""

    PASSPHRASE = "passphrase"
    SECRET = "secret"


@dataclass(frozen=True, slots=True)
class Question:
    """What opens a locked account.

    Attributes:
        label: what it is called; for a vendor's secret its own name of it. hint: where to find it, "" = nothing to say.
    """

    proof: Proof
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts for accounts that say nothing themselves: minutes, 0 = never.

    Attributes:
        is_bound: an administrator set it: an account may be locked earlier, not later.
    """

    minutes: int = 0
    is_bound: bool = False

    def minutes_of(self, profile: Profile) -> int:
        """After how many minutes without key and mouse an account is locked, 0 = never."""
        own = profile.lock_after_min
        if own is None:
            return self.minutes
        if self.is_bound and self.minutes:
            return min(own or self.minutes, self.minutes)
        return own


class Lockable(Protocol):
    """What of an open account a lock is about."""

    @property
    def profile(self) -> Profile:
        """Whose."""

    @property
    def session(self) -> AccountSession:
        """What is signed out."""

    @property
    def applier(self) -> Applier:
        """What may be sending."""


SignIn = Callable[[Profile, Mapping[str, str]], Awaitable[object]]
OffLoop = Callable[[Callable[[], bool]], Awaitable[bool]]


class Locks:
    """Which accounts are locked. Owned by the desk; used on the loop's thread.

    Args:
        plugins: every vendor. off_loop: does something slow on a thread.
        sign_in: signs in at the server with secrets that were just typed; raises CrmError.
        now: seconds of a clock that goes on while the computer sleeps.

    Attributes:
        is_on: whether accounts are locked at all; the window switches it on, the command line has none.
        rule: what counts for accounts that say nothing themselves.
        changed: emitted with an account that was locked or unlocked.
    """

    def __init__(
        self,
        secrets: Secrets,
        plugins: Callable[[], Mapping[VendorName, VendorPlugin]],
        off_loop: OffLoop,
        sign_in: SignIn,
        now: Callable[[], float] | None = None,
    ) -> None:
        self.is_on = False
        self.rule = Rule()
        self.changed: Event[AccountId] = Event()
        self._secrets, self._plugins, self._off_loop, self._sign_in = secrets, plugins, off_loop, sign_in
        self._now = now or wide_awake_s
        self._locked: set[AccountId] = set()
        self._admitted: set[AccountId] = set()
        self._sessions: dict[AccountId, AccountSession] = {}
        self._tries: dict[AccountId, tuple[int, float]] = {}

    # ---- asking ------------------------------------------------------------------------------------------------------

    def can_lock(self, profile: Profile) -> bool:
        """Whether there is anything that could open it again; what goes with the run is never locked."""
        return not profile.temporary and bool(self._secret_fields(profile))

    def is_locked(self, profile: Profile) -> bool:
        """Whether somebody has to unlock it first. An account with a time is locked until it is unlocked in this run."""
        waits = self.rule.minutes_of(profile) > 0 and profile.id not in self._admitted
        return self.is_on and (waits or profile.id in self._locked) and self.can_lock(profile)

    @property
    def locked(self) -> frozenset[AccountId]:
        """Those that were locked by hand or for idleness."""
        return frozenset(self._locked)

    def pause_s(self, account: AccountId) -> float:
        """Seconds until the next try counts; they grow with each wrong one."""
        count, at = self._tries.get(account, (0, 0.0))
        if count < _FREE_TRIES:
            return 0.0
        return max(0.0, at + min(2.0 ** (count - _FREE_TRIES), _LONGEST_PAUSE_S) - self._now())

    async def question(self, profile: Profile) -> Question:
        """What the person is asked for first."""
        if await self.has_passphrase(profile):
            return Question(Proof.PASSPHRASE, sentence("Passphrase"))
        return await self.question_of_secret(profile)

    async def question_of_secret(self, profile: Profile) -> Question:
        """The same for somebody who has no passphrase, or forgot it."""
        field = await self._asked_field(profile)
        return Question(Proof.SECRET, field.label, field.hint)

    async def has_passphrase(self, profile: Profile) -> bool:
        """Whether the account has one of its own."""
        return await self._off_loop(lambda: bool(self._secrets.read(profile.id, PASSPHRASE)))

    # ---- changing ----------------------------------------------------------------------------------------------------

    def admit(self, account: AccountId) -> None:
        """Who is here has just shown that they may: they typed the account's key, or use it already."""
        self._admitted.add(account)

    def begin_locked(self, account: AccountId) -> None:
        """It was locked when the last run ended."""
        self._locked.add(account)

    async def lock(self, account: Lockable) -> bool:
        """Take an open account's sessions and keys away; what is on the wire is finished first, and nothing after it.

        Reads that are asked for meanwhile wait until it is unlocked; writes are refused.

        Returns:
            Whether a batch was being sent: what of it had not left waits on the disk as before.
        """
        profile = account.profile
        self._locked.add(profile.id)
        self._admitted.discard(profile.id)
        self._sessions[profile.id] = account.session
        self.changed.emit(profile.id)
        was_sending = account.applier.running
        account.applier.stop()
        while account.applier.running:
            await asyncio.sleep(_LOOK_S)
        if self.is_locked(profile):  # nobody was quicker
            account.session.sign_out()
            self._secrets.let_go(profile.id)
        return was_sending

    async def unlock(self, profile: Profile, typed: str, proof: Proof) -> Answer:
        """Try to open a locked account.

        Raises:
            CrmError: the keychain does not know the key and the server could not be asked.
        """
        if self.pause_s(profile.id):
            return Answer.TOO_SOON
        count = self._tries.get(profile.id, (0, 0.0))[0]
        self._tries[profile.id] = count + 1, self._now()  # before anything is awaited: two tries at once are two
        check = self._is_passphrase if proof is Proof.PASSPHRASE else self._is_secret
        if not typed or not await check(profile, typed):
            counted = self._tries.get(profile.id, (count + 1, 0.0))[0]
            self._tries[profile.id] = counted, self._now()  # the pause begins with the answer
            return Answer.WRONG
        del self._tries[profile.id]
        self._locked.discard(profile.id)
        self._admitted.add(profile.id)
        session = self._sessions.pop(profile.id, None)
        if session is not None:
            session.sign_in_again()
        self.changed.emit(profile.id)
        return Answer.RIGHT

    async def keep_passphrase(self, profile: Profile, passphrase: str) -> bool:
        """Keep its hash in the keychain, "" = forget it; False where it lasts for this run only."""

        def keep() -> bool:
            if not passphrase:
                self._secrets.forget(profile.id, PASSPHRASE)
                return True
            return self._secrets.write(profile.id, PASSPHRASE, hashed(passphrase))

        return await self._off_loop(keep)

    # ---- inside ------------------------------------------------------------------------------------------------------

    async def _is_passphrase(self, profile: Profile, typed: str) -> bool:
        return await self._off_loop(lambda: fits(typed, self._secrets.read(profile.id, PASSPHRASE) or ""))

    async def _is_secret(self, profile: Profile, typed: str) -> bool:
        """Against the keychain; where it knows nothing the server tells. A known key is never tried out at the server."""
        field = await self._asked_field(profile)
        known: list[str] = []

        def compare() -> bool:
            known.append(self._secrets.read(profile.id, field.name) or "")
            return bool(known[0]) and hmac.compare_digest(known[0].encode(), typed.encode())

        if await self._off_loop(compare):
            return True
        if known[0]:
            return False
        try:
            await self._sign_in(profile, {field.name: typed})
        except BadCredentials:
            return False
        await self._off_loop(lambda: self._secrets.write(profile.id, field.name, typed))
        return True

    async def _asked_field(self, profile: Profile) -> ProfileField:
        """The first secret that the keychain knows, else the first that the vendor has."""
        fields, found = self._secret_fields(profile), list[ProfileField]()

        def look() -> bool:
            found.extend(field for field in fields if self._secrets.read(profile.id, field.name))
            return True

        await self._off_loop(look)
        return (found or list(fields))[0]

    def _secret_fields(self, profile: Profile) -> tuple[ProfileField, ...]:
        plugin = self._plugins().get(profile.vendor)
        return tuple(field for field in plugin.profile_fields if field.secret) if plugin is not None else ()


class Idle:
    """How long nobody was there. ``now``: as for ``Locks``."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._now = now or wide_awake_s
        self._last = self._now()

    def touched(self) -> None:
        """A key or the mouse."""
        self._last = self._now()

    @property
    def minutes(self) -> float:
        """Since then."""
        return (self._now() - self._last) / 60


def hashed(passphrase: str) -> str:
    """What is kept of a passphrase: how, salt, hash."""
    salt = os.urandom(16)
    return f"scrypt${_COST}${salt.hex()}${_digest(passphrase, salt, _COST).hex()}"


def fits(passphrase: str, kept: str) -> bool:
    """Whether it is the passphrase that was kept, in the same time for any; what cannot be read fits nothing."""
    try:
        kind, cost, salt, digest = kept.split("$")
        wanted, asked = bytes.fromhex(digest), _digest(passphrase, bytes.fromhex(salt), int(cost))
    except (ValueError, OverflowError, MemoryError):
        return False
    return kind == "scrypt" and bool(wanted) and hmac.compare_digest(wanted, asked)


def _digest(passphrase: str, salt: bytes, cost: int) -> bytes:
    """Keyboards spell a letter with an accent in two ways: both are the same passphrase."""
    text = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=1 << min(max(cost, 1), 16), r=8, p=1, maxmem=_MOST_MEMORY, dklen=32)


def wide_awake_s() -> float:
    """Seconds of a clock that never goes back and counts the computer's sleep, where the system has one."""
    clock = getattr(time, "CLOCK_BOOTTIME", None) or getattr(time, "CLOCK_MONOTONIC", None)
    return time.clock_gettime(clock) if clock is not None else time.monotonic()
