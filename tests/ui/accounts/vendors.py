# SPDX-License-Identifier: MIT
"""A desk with two invented vendors, whose answers the test scripts."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from crmdesk.connectors.port import Connector, Endpoint, Http, ProfileField, VendorPlugin
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.desk import Desk, TestResult
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.engine.secrets import Secrets

WORKED = TestResult(212, 34, Identity("anna.k", "Anna Koch", "x 1.0", clock_ahead_s=2.2))


class NoKeychain(Secrets):
    """Keeps secrets for the run; whether it counts as a keychain is the test's choice."""

    def __init__(self) -> None:
        super().__init__()
        self.works = True

    def write(self, account: AccountId, name: str, secret: str) -> bool:
        self.keep_for_this_run(account, name, secret)
        if not self.works:
            self.keychain_trouble = "This system offers no keychain."
        return self.works

    def read(self, account: AccountId, name: str) -> str | None:
        return self._memory.get((account, name))


def _connect(endpoint: Endpoint, http: Http) -> Connector:
    raise AssertionError("the desk of this test answers by itself")


def vendor(name: str, title: str, *fields: ProfileField) -> VendorPlugin:
    return VendorPlugin(
        vendor=VendorName(name),
        title=title,
        summary=f"{title} for short",
        profile_fields=fields,
        capabilities=Capabilities(),
        connect=_connect,
        url_hint=f"https://{name}.example.com",
    )


USER = ProfileField(name="user", label="User name", hint="As you sign in.", placeholder="admin")
KEY = ProfileField(name="key", label="Access key", secret=True, hint="Under My Preferences.")
REGION = ProfileField(name="region", label="Region", choices={"eu": "Europe", "us": "America"}, default="us")
NOTE = ProfileField(name="note", label="Note", required=False)
TOKEN = ProfileField(name="token", label="Token", secret=True)


class ScriptedDesk(Desk):
    """Tests a connection as told; saves for real, in the test's folder."""

    def __init__(self, folder: Path) -> None:
        self.keys = NoKeychain()
        super().__init__(folder / "config", folder / "data", secrets=self.keys)
        self.tested: list[tuple[Profile, dict[str, str]]] = []
        self.answer: Callable[[], TestResult] = lambda: WORKED
        self.gate: asyncio.Event | None = None

    @property
    def plugins(self) -> Mapping[VendorName, VendorPlugin]:
        made = (vendor("plus", "Plus", USER, KEY, REGION, NOTE), vendor("minus", "Minus", USER, TOKEN))
        return {plugin.vendor: plugin for plugin in made}

    async def test(self, profile: Profile, secrets: Mapping[str, str]) -> TestResult:
        self.tested.append((profile, dict(secrets)))
        if self.gate is not None:
            await self.gate.wait()
        return self.answer()


def saved(name: str, environment: Environment = Environment.PRODUCTION, colour: str = "green") -> Profile:
    return Profile(
        id=AccountId(f"id-{name}"),
        name=name,
        vendor=VendorName("plus"),
        url="https://crm.nordwind.example/",
        settings={"user": "anna.k", "region": "eu", "note": ""},
        environment=environment,
        colour=colour,
    )
