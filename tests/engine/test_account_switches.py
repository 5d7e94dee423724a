# SPDX-License-Identifier: MIT
"""Many accounts open side by side, their records alike: what is staged in one is never written to another."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest

from crmdesk.connectors.port import Endpoint, Http, VendorPlugin
from crmdesk.domain.changes import Applied, Skipped
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.profiles import Profile
from crmdesk.engine.staging import Edit
from tests.engine.bench import profile_of, run
from tests.engine.fake_vendor import CITY, FakeConnector, FakeHttp, FakeServer, plugin_of

SWITCHES = 500
KEYS = [f"A{n}" for n in range(8)]
"""The same on every server, as are the user and the product: only the wiring tells the accounts apart."""


@dataclass
class Chain:
    """Four accounts of one vendor on one desk. ``wanted``: what was applied last, by account and record."""

    place: Path
    random: Random
    servers: dict[str, FakeServer] = field(default_factory=dict)
    profiles: list[Profile] = field(default_factory=list)
    wanted: dict[tuple[str, str], str] = field(default_factory=dict)
    applies: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.desk = Desk(self.place / "settings", self.place / "data", make_http=lambda profile: FakeHttp())
        for name in ("north", "south", "east", "west"):
            self.servers[f"http://{name}.invalid"] = server = FakeServer()
            self.profiles.append(replace(profile_of(), id=AccountId(name), name=name, url=f"http://{name}.invalid"))
            self.desk.secrets.keep_for_this_run(AccountId(name), "key", f"key of {name}")
            for key in KEYS:
                server.add(key, accountname="Same everywhere", bill_city=f"{name} at first")
        plugin = plugin_of(FakeServer())
        plugins: dict[VendorName, VendorPlugin] = {plugin.vendor: replace(plugin, connect=self._connect)}
        self.desk.__dict__["plugins"] = plugins  # what the cached property would hold

    def _connect(self, endpoint: Endpoint, http: Http) -> FakeConnector:
        name = endpoint.url.removeprefix("http://").removesuffix(".invalid")
        assert endpoint.secrets["key"] == f"key of {name}"
        return FakeConnector(self.servers[endpoint.url], http)

    async def switch(self, number: int) -> None:
        """To another account, and something there: an edit, an undo, an apply that goes on behind, a closing."""
        profile = self.random.choice(self.profiles)
        account = await self.desk.open(profile)
        what = self.random.choices(["edit", "undo", "apply", "close", "look"], [60, 10, 15, 5, 10])[0]
        self.done[what] += 1
        if what == "edit":
            key = self.random.choice(KEYS)
            record = await account.session.fetch(self.servers[profile.url].records[key].id)
            await account.staged.edit([Edit(record, CITY, f"{profile.name} {number}")])
        elif what == "undo":
            await account.staged.undo()
        elif what == "apply" and profile.name not in self.applies:
            self.applies[profile.name] = asyncio.ensure_future(self.apply(account))
        elif what == "close" and profile.name not in self.applies:
            before = {one.id.key: one.values for one in account.staged.all()}
            self.desk.close_account(profile.id)
            again = await self.desk.open(profile)
            assert {one.id.key: one.values for one in again.staged.all()} == before
        for one in self.desk.open_accounts:  # whatever was done, nobody holds what belongs to another
            cities = [str(staged.values[CITY]) for staged in one.staged.all()]
            assert all(city.startswith(f"{one.profile.name} ") for city in cities)

    async def apply(self, account: Account) -> None:
        """Send what waits in an account; the switching goes on meanwhile."""
        try:
            checked = await account.applier.check(account.staged.all())
            result = await account.applier.apply(checked, {}, ApplyOptions(), lambda at, outcome: None)
            for one, outcome in zip(checked, result.outcomes, strict=True):
                # Skipped: it was typed over before its turn came, so that it is no longer what was looked at.
                assert isinstance(outcome, Applied | Skipped), outcome
                self.done["skipped" if isinstance(outcome, Skipped) else "applied"] += 1
                if isinstance(outcome, Applied):
                    self.wanted[account.profile.name, one.staged.id.key] = str(one.staged.values[CITY])
        finally:
            del self.applies[account.profile.name]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_staged_in_one_account_is_never_written_to_another(tmp_path: Path, seed: int) -> None:
    async def go() -> Chain:
        chain = Chain(tmp_path, Random(seed))
        try:
            for number in range(SWITCHES):
                await chain.switch(number)
            await asyncio.gather(*chain.applies.values())
        finally:
            chain.desk.close(2)
        return chain

    chain = run(go(), within_s=60)
    assert chain.done["applied"] > 50
    assert chain.done["close"] > 10
    for profile in chain.profiles:
        server = chain.servers[profile.url]
        held = {key: str(record.values[CITY]) for key, record in server.records.items()}
        assert all(
            city == chain.wanted.get((profile.name, key), f"{profile.name} at first") for key, city in held.items()
        )
        assert all(city.startswith(f"{profile.name} ") for city in held.values())
    assert sum(server.did("update") for server in chain.servers.values()) == chain.done["applied"]
