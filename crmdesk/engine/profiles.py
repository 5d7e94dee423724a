# SPDX-License-Identifier: MIT
"""Account profiles on disk: JSON, never a secret."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from pathlib import Path

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.domain.sentence import sentence
from crmdesk.engine.logins import holds_password

_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
MOST_LOCK_MIN = 480
"""Minutes: a working day. Whoever may be away for longer has no lock."""
_OF_THE_RUN = ("temporary", "scratch")


class Environment(Enum):
    """How careful to be with an account."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"
    READ_ONLY = "read-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One account.

    Attributes:
        settings: the vendor's profile fields that are no secrets.
        colour: green, blue, orange or red.
        proxy: address of a proxy, "" = as the system says, "none" = no proxy.
        ca_file: extra certificates to trust.
        pinned: SHA-256 fingerprint of the one certificate that is accepted, in hex, "" = the system's authorities decide.
        lock_after_min: minutes without key and mouse after which it is locked, 0 = never, None = as the settings say.
        temporary: not among the saved accounts (the demo, and accounts named on the command line).
        scratch: its file goes with the program as well (the demo).
    """

    id: AccountId
    name: str
    vendor: VendorName
    url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    environment: Environment = Environment.PRODUCTION
    colour: str = "green"
    proxy: str = ""
    ca_file: str = ""
    pinned: str = ""
    lock_after_min: int | None = None
    temporary: bool = False
    scratch: bool = False

    @property
    def may_write(self) -> bool:
        """False for read-only accounts, which cannot write at all."""
        return self.environment is not Environment.READ_ONLY


def new_account_id() -> AccountId:
    """An id nobody else has."""
    from uuid import uuid4  # the window's start needs this room, but no new id

    return AccountId(uuid4().hex[:12])


def unsaved_account_id(vendor: str, url: str, user: str) -> AccountId:
    """The same id for the same vendor, address and user, so that an unsaved account keeps its journal."""
    from hashlib import sha256

    return AccountId("unsaved-" + sha256(f"{vendor}\n{url}\n{user}".encode()).hexdigest()[:16])


class Profiles:
    """The saved accounts, in one file that is replaced whole.

    Args:
        folder: where ``accounts.json`` lives.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "accounts.json"

    def all(self) -> tuple[Profile, ...]:
        """Every saved account, in the person's order.

        Raises:
            ProfileError: the file cannot be read.
        """
        try:
            data = json.loads(self._path.read_text("utf-8"))
            return tuple(_from_json(item) for item in data["accounts"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise ProfileError(
                sentence("Your accounts could not be read from {path}. Mend or remove that file.", path=self._path),
                str(error),
            ) from error

    def find(self, name: str) -> Profile:
        """The account of that name or id.

        Raises:
            ProfileError: no such account, or the name is not unique.
        """
        hits = [p for p in self.all() if name in (p.name, p.id)]
        if len(hits) == 1:
            return hits[0]
        known = ", ".join(p.name for p in self.all()) or sentence("none yet")
        if hits:
            raise ProfileError(
                sentence("Several accounts have the name “{name}”. Known accounts: {known}.", name=name, known=known)
            )
        raise ProfileError(
            sentence("No account has the name “{name}”. Known accounts: {known}.", name=name, known=known)
        )

    def save(self, profile: Profile) -> None:
        """Add or replace an account; temporary ones are not kept."""
        if profile.temporary:
            return
        rest = list(self.all())
        place = next((i for i, p in enumerate(rest) if p.id == profile.id), len(rest))
        rest[place : place + 1] = [profile]
        self._write(rest)

    def remove(self, account: AccountId) -> None:
        """Forget an account; its secrets are the caller's."""
        self._write([p for p in self.all() if p.id != account])

    def _write(self, profiles: list[Profile]) -> None:
        """Whole or not at all: a new file takes the old one's place."""
        import tempfile

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            text = json.dumps({"version": 1, "accounts": [_to_json(p) for p in profiles]}, indent=2, ensure_ascii=False)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix="accounts", suffix=".new")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self._path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise ProfileError(
                sentence("Your accounts could not be saved to {path}.", path=self._path), str(error)
            ) from error


def checked(profile: Profile) -> Profile:
    """The profile with blanks trimmed.

    Raises:
        ProfileError: no name, or an address that holds a password.
    """
    url = profile.url.strip()
    if not profile.name.strip():
        raise ProfileError(sentence("Give the account a name."))
    if not url:
        raise ProfileError(sentence("Fill in the address of the CRM."))
    if holds_password(url):
        raise ProfileError(
            sentence("Take the user name and password out of the address; they have fields of their own.")
        )
    trimmed = {name: text.strip() for name, text in profile.settings.items()}
    return replace(profile, name=profile.name.strip(), url=url, settings=trimmed)


def _to_json(profile: Profile) -> dict[str, object]:
    data = asdict(profile)
    del data["temporary"], data["scratch"]
    return {**data, "environment": profile.environment.value}


def _from_json(data: dict[str, object]) -> Profile:
    """Raises KeyError, TypeError, ValueError: a part is missing or is what it cannot be."""
    known = {name: data[name] for name in Profile.__dataclass_fields__ if name in data and name not in _OF_THE_RUN}
    settings = known.pop("settings", {})
    if not isinstance(settings, dict):
        raise TypeError("settings")
    lock = known.pop("lock_after_min", None)
    if lock is not None and (isinstance(lock, bool) or not isinstance(lock, int)):
        raise TypeError("minutes")
    if not all(isinstance(text, str) for text in (*known.values(), *settings, *settings.values())):
        raise TypeError("a text is none")
    if not _ID.fullmatch(str(known["id"])):  # it is a folder's name
        raise ValueError(f"id {known['id']}")
    known["environment"] = Environment(known["environment"])
    minutes = None if lock is None else min(max(lock, 0), MOST_LOCK_MIN)
    return Profile(**known, settings=settings, lock_after_min=minutes)  # type: ignore[arg-type]  # looked at above
