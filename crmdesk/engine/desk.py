# SPDX-License-Identifier: MIT
"""The desk: saved accounts, open accounts, and what the ui and the command line are given."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from time import monotonic

from crmdesk.connectors.port import Endpoint, Http, ProfileField, VendorPlugin
from crmdesk.connectors.registry import find_plugins, plugin_for
from crmdesk.domain.identity import Identity
from crmdesk.domain.labels import Told
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.applying import Applier
from crmdesk.engine.clients import Clients, client_proxy
from crmdesk.engine.confirming import HOST, IDENTITY
from crmdesk.engine.journal import Journal
from crmdesk.engine.lanes import Lanes
from crmdesk.engine.locking import PASSPHRASE, Locks
from crmdesk.engine.logins import PROXY_PASSWORD, split_login, with_login
from crmdesk.engine.mirror import DEFAULT_LIMIT_BYTES, Mirror, MirrorSearch
from crmdesk.engine.network import check_encryption
from crmdesk.engine.profiles import Environment, Profile, Profiles, checked
from crmdesk.engine.reading import Reading
from crmdesk.engine.secrets import Secrets
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staging import StagedChanges
from crmdesk.engine.storage import Storage


@dataclass(frozen=True, slots=True)
class Account:
    """An open account and all that belongs to it."""

    profile: Profile
    session: AccountSession
    storage: Storage
    staged: StagedChanges
    journal: Journal
    applier: Applier
    mirror: Mirror

    @property
    def reading(self) -> Reading:
        """What can be read now, be the server there or away; one for each task."""
        return Reading(self.session, self.mirror)

    def close(self, wait_s: float = 0.0) -> None:
        """Abandon reads and go; the caller has waited for writes. Blocks at most ``wait_s`` for each to be told."""
        self.session.close(wait_s)
        self.storage.close(wait_s)


@dataclass(frozen=True, slots=True)
class TestResult:
    """A connection that worked."""

    elapsed_ms: float
    modules: int
    identity: Identity


class Desk:
    """Everything the window and the command line start from. Used on the loop's thread.

    Args:
        config_dir: where profiles live. data_dir: where each account's file lives.
        make_http: makes the HTTP client for a profile, on a lane's thread.
        told: gives labels that are ours in the person's language.
        scratch_dir: where the files of scratch accounts live; asked only when one is opened.

    Attributes:
        language: code of the person's language (de), for servers that have labels in several; "" = the server's own.
            It counts from the next time somebody signs in.
        search: search as you type over every local copy that is not locked. locks: which accounts are locked.
        mirror_limit_bytes: how large each local copy may grow, from now on, those that are open too.
    """

    def __init__(
        self,
        config_dir: Path,
        data_dir: Path,
        *,
        secrets: Secrets | None = None,
        make_http: Callable[[Profile], Http] | None = None,
        scratch_dir: Callable[[], Path] | None = None,
        told: Told = lambda text: text,
    ) -> None:
        self.profiles = Profiles(config_dir)
        self.secrets = secrets or Secrets()
        self._data_dir = data_dir
        self._told = told
        self._scratch_dir = scratch_dir or (lambda: data_dir)
        self.clients = Clients()
        self.secrets.learned = self.clients.calls.learn
        self._make_http = make_http or self.clients.make
        self._mirror_limit_bytes = DEFAULT_LIMIT_BYTES
        self.language = ""
        self.search = MirrorSearch(self.open_mirrors)
        self._open: dict[AccountId, Account] = {}
        self._mirrors: dict[AccountId, Mirror] = {}
        self._opening = asyncio.Lock()
        self._helpers: Lanes[None] = Lanes(lambda: None, lambda _: None, count=1, name="helper")
        self.locks = Locks(
            self.secrets, lambda: self.plugins, lambda work: self._helpers.call(lambda _: work()), self.test
        )

    @cached_property
    def plugins(self) -> Mapping[VendorName, VendorPlugin]:
        """Every vendor, in the order they are offered."""
        return find_plugins()

    @property
    def open_accounts(self) -> tuple[Account, ...]:
        """In the order they were opened."""
        return tuple(self._open.values())

    async def open(self, profile: Profile, *, staging: bool = True) -> Account:
        """Open an account, or give the one that is open. The server is not asked yet.

        Args:
            staging: have its pending changes, which nobody else may have at the same time. A command that stages
                nothing goes without: its ``staged`` is empty, and what waits on disk is not touched.

        Raises:
            ProfileError: unknown vendor, the account's file cannot be used, or another window has it open.
        """
        async with self._opening:  # two that ask at once get the same one: a file has one StagedChanges
            if profile.id not in self._open:
                self._open[profile.id] = await self._made(profile, staging)
            return self._open[profile.id]

    async def _made(self, profile: Profile, staging: bool) -> Account:
        plugin = plugin_for(profile.vendor, self.plugins)
        storage = Storage(self._file_of(profile))
        session = self._session(profile, plugin, storage, {})
        staged, journal = StagedChanges(storage), Journal(storage)
        mirror = self.mirror(profile)
        account = Account(profile, session, storage, staged, journal, Applier(session, staged, journal), mirror)
        try:
            await session.recall()
            if staging:
                await storage.claim()
                await staged.load()
                if not staged.all():  # nothing waits that was begun on another server
                    await storage.forget(HOST)
        except BaseException:
            account.close()
            raise
        mirror.follow(session)
        self.locks.admit(profile.id)
        return account

    def mirror(self, profile: Profile) -> Mirror:
        """An account's local copy, which needs no open account to be read. It stays the same one."""
        if profile.id not in self._mirrors:
            path = self._file_of(profile).with_suffix(".mirror.sqlite")
            self._mirrors[profile.id] = Mirror(profile, path, limit_bytes=self._mirror_limit_bytes)
        return self._mirrors[profile.id]

    @property
    def mirror_limit_bytes(self) -> int:
        """As told above."""
        return self._mirror_limit_bytes

    @mirror_limit_bytes.setter
    def mirror_limit_bytes(self, most: int) -> None:
        self._mirror_limit_bytes = most
        for mirror in self._mirrors.values():
            mirror.limit_bytes = most

    def mirrors(self) -> tuple[Mirror, ...]:
        """Every local copy that there is, of saved accounts and of open ones.

        Raises:
            ProfileError: the accounts cannot be read.
        """
        profiles = {one.id: one for one in (*self.profiles.all(), *(opened.profile for opened in self.open_accounts))}
        return tuple(mirror for one in profiles.values() if (mirror := self.mirror(one)).exists)

    def open_mirrors(self) -> tuple[Mirror, ...]:
        """Those of accounts that are not locked.

        Raises:
            ProfileError: as ``mirrors``.
        """
        return tuple(mirror for mirror in self.mirrors() if not self.locks.is_locked(mirror.profile))

    def _file_of(self, profile: Profile) -> Path:
        folder = self._scratch_dir() if profile.scratch else self._data_dir
        return folder / "accounts" / str(profile.id) / "account.sqlite"

    async def test(self, profile: Profile, secrets: Mapping[str, str]) -> TestResult:
        """Sign in and list the modules, with settings that are not saved; secrets not given come from the keychain.

        Raises:
            CrmError.
        """
        check_encryption(profile.url, is_production=profile.environment is Environment.PRODUCTION)
        plugin = plugin_for(profile.vendor, self.plugins)
        storage = Storage(self._data_dir / "testing.sqlite")
        session = self._session(checked(profile), plugin, storage, secrets)
        began = monotonic()
        try:
            modules = await session.ask(lambda c: c.list_modules())
            identity = await session.identity()
            return TestResult((monotonic() - began) * 1000, sum(m.is_listed for m in modules), identity)
        finally:
            session.close()
            storage.close()

    async def save(self, profile: Profile, secrets: Mapping[str, str]) -> bool:
        """Save an account and its secrets; one with an open session must be opened again by the caller.

        Returns:
            False where the system has no keychain, so that the secrets last for this run only.

        Raises:
            ProfileError: a field is missing or the file cannot be written.
        """
        good = checked(profile)
        check_encryption(good.url, is_production=good.environment is Environment.PRODUCTION)
        proxy, password = split_login(good.proxy)
        if password:  # a profile is a file that anybody who sits here may read
            good, secrets = replace(good, proxy=proxy), {**secrets, PROXY_PASSWORD: password}
        before = next((one.proxy for one in self.profiles.all() if one.id == good.id), "")
        self.profiles.save(good)
        self.mirror(good).profile = good
        await self._forget_identity(good)
        if good.temporary:
            for name, secret in secrets.items():
                self.secrets.keep_for_this_run(good.id, name, secret)
            return True

        def write(_: None) -> bool:
            if "@" in before and before != proxy and not password:  # it is that of another proxy, or of another user
                self.secrets.forget(good.id, PROXY_PASSWORD)
            kept = [self.secrets.write(good.id, name, secret) for name, secret in secrets.items() if secret]
            return all(kept)

        return await self._helpers.call(write, abandon=False)

    async def _forget_identity(self, profile: Profile) -> None:
        """Whoever saves the settings has looked at them: who the server says we are is learnt anew."""
        opened, path = self._open.get(profile.id), self._file_of(profile)
        if opened is None and not path.exists():
            return
        storage = opened.storage if opened is not None else Storage(path)
        try:
            await storage.forget(*IDENTITY)
        finally:
            if opened is None:
                storage.close()

    async def remove(self, profile: Profile) -> None:
        """Forget an account, its local copy and its secrets; its journal stays on disk.

        Raises:
            ProfileError: the accounts cannot be written, or another window has the copy open.
        """
        self.close_account(profile.id)
        if self.mirror(profile).exists:
            await self.mirror(profile).drop_all()
        self.profiles.remove(profile.id)
        fields = plugin_for(profile.vendor, self.plugins).profile_fields
        names = [field.name for field in fields if field.secret]
        names += [PASSPHRASE, PROXY_PASSWORD]

        def forget(_: None) -> None:
            for name in names:
                self.secrets.forget(profile.id, name)

        await self._helpers.call(forget, abandon=False)

    async def certificate(self, profile: Profile) -> str:
        """The SHA-256 fingerprint, in hex, of the certificate that an account's server shows now, by the account's way.

        Raises:
            CrmError: there is none, or the server cannot be reached.
        """
        from crmdesk.connectors.wire.certificates import shown_certificate

        def look(_: None) -> str:
            proxy = client_proxy(self._with_proxy_login(profile))
            return shown_certificate(profile.url, proxy=proxy).fingerprint

        return await self._helpers.call(look)

    async def has_secret(self, profile: Profile, field: ProfileField) -> bool:
        """Whether the keychain knows this field of the account."""
        return await self._helpers.call(lambda _: bool(self.secrets.read(profile.id, field.name)))

    def close_account(self, account: AccountId) -> None:
        """Close an open account; does nothing for others."""
        opened = self._open.pop(account, None)
        if opened is not None:
            opened.close()

    def close(self, wait_s: float = 0.0) -> None:
        """Close everything; a program that ends at once gives the servers ``wait_s`` to hear of it, blocking."""
        for account in tuple(self._open.values()):
            account.close(wait_s)
        self._open.clear()
        self.search.stop()
        for mirror in self._mirrors.values():
            mirror.close(wait_s)
        self._mirrors.clear()
        self._helpers.close()

    def _session(
        self, profile: Profile, plugin: VendorPlugin, storage: Storage, given: Mapping[str, str]
    ) -> AccountSession:
        def endpoint() -> Endpoint:
            secrets = {
                field.name: given.get(field.name) or self._secret(profile, field)
                for field in plugin.profile_fields
                if field.secret
            }
            return Endpoint(
                url=profile.url,
                settings=dict(profile.settings),
                secrets=secrets,
                language=self.language,
                cache_dir=str(storage.path.parent / "descriptions"),
            )

        def http() -> Http:
            return self._make_http(self._with_proxy_login(profile))

        return AccountSession(profile, plugin, endpoint, http, storage, self._told)

    def _with_proxy_login(self, profile: Profile) -> Profile:
        """On a lane: with the proxy's password out of the keychain where it wants one."""
        if "@" not in profile.proxy:
            return profile
        proxy, typed = split_login(profile.proxy)
        password = typed or self.secrets.read(profile.id, PROXY_PASSWORD) or ""
        return replace(profile, proxy=with_login(proxy, password))

    def _secret(self, profile: Profile, field: ProfileField) -> str:
        if field.required:
            return self.secrets.needed(profile.id, field.name, field.label)
        return self.secrets.read(profile.id, field.name) or ""
