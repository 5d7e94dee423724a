# SPDX-License-Identifier: MIT
"""Locks: what opens them, how often one may try, what goes and what waits meanwhile, and who is never locked."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest

from crmdesk.domain.changes import Applied, Outcome, Skipped, Update
from crmdesk.domain.errors import BadCredentials, NotPermitted
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.locking import PASSPHRASE, Answer, Idle, Locks, Proof, Rule, fits, hashed
from crmdesk.engine.profiles import Profile
from crmdesk.engine.secrets import SERVICE
from crmdesk.engine.staging import Edit
from tests.engine.bench import began, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, FakeHttp, FakeServer, plugin_of
from tests.engine.test_secrets import Keychain

KEY = "k3y-of-the-account"
PROFILE = Profile(id=AccountId("acc"), name="Bench", vendor=VendorName("fake"), url="https://fake.invalid")


class Ticking:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def chain() -> Iterator[Keychain]:
    """A keychain that knows the account's key."""
    before, keychain = keyring.get_keyring(), Keychain()
    keychain.kept[SERVICE, "acc/key"] = KEY
    keyring.set_keyring(keychain)
    yield keychain
    keyring.set_keyring(before)


class Place:
    """A desk whose locks are on, over a fake server and a clock of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.server, self.clock = FakeServer(), Ticking()
        self.desk = Desk(folder / "config", folder / "data", make_http=lambda _: FakeHttp())
        vars(self.desk)["plugins"] = {VendorName("fake"): plugin_of(self.server)}  # a cached property

        async def off_loop(work):  # type: ignore[no-untyped-def]
            return await asyncio.to_thread(work)

        desk = self.desk
        desk.locks = Locks(desk.secrets, lambda: desk.plugins, off_loop, desk.test, self.clock)
        desk.locks.is_on = True

    @property
    def locks(self) -> Locks:
        return self.desk.locks

    async def opened(self, profile: Profile = PROFILE) -> Account:
        return await self.desk.open(profile)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    for gate in made.server.gates.values():
        gate.set()
    made.desk.close(2)


# ---- when --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "rule", "minutes"),
    [
        (None, Rule(), 0),
        (None, Rule(15), 15),
        (0, Rule(15), 0),
        (30, Rule(15), 30),
        (0, Rule(15, is_bound=True), 15),
        (30, Rule(15, is_bound=True), 15),
        (5, Rule(15, is_bound=True), 5),
        (30, Rule(0, is_bound=True), 30),
    ],
)
def test_an_account_says_how_long_unless_an_administrator_says_less(own: int | None, rule: Rule, minutes: int) -> None:
    assert rule.minutes_of(replace(PROFILE, lock_after_min=own)) == minutes


def test_idle_minutes_begin_anew_with_each_touch() -> None:
    clock = Ticking()
    idle = Idle(clock)
    clock.at += 300
    assert idle.minutes == 5
    idle.touched()
    clock.at += 30
    assert idle.minutes == 0.5


def test_a_start_is_no_way_around_a_lock(place: Place, chain: Keychain) -> None:
    kept = replace(PROFILE, lock_after_min=10)
    assert place.locks.is_locked(kept)
    assert not place.locks.is_locked(PROFILE), "without minutes nobody is asked"
    place.locks.begin_locked(PROFILE.id)
    assert place.locks.is_locked(PROFILE), "it was locked when the last run ended"


def test_the_demo_and_the_command_line_are_never_locked(place: Place) -> None:
    place.locks.begin_locked(PROFILE.id)
    assert not place.locks.is_locked(replace(PROFILE, temporary=True, lock_after_min=1))
    place.locks.is_on = False
    assert not place.locks.is_locked(PROFILE)


# ---- what opens it -----------------------------------------------------------------------------------------------------


def test_the_accounts_own_key_opens_it_and_the_server_is_not_asked(place: Place, chain: Keychain) -> None:
    async def go() -> None:
        account = await place.opened()
        await place.locks.lock(account)
        question = await place.locks.question(PROFILE)
        assert (question.proof, question.label) == (Proof.SECRET, "Key")
        place.server.log.clear()
        assert await place.locks.unlock(PROFILE, "something else", Proof.SECRET) is Answer.WRONG
        assert place.locks.is_locked(PROFILE)
        assert await place.locks.unlock(PROFILE, "", Proof.SECRET) is Answer.WRONG
        assert await place.locks.unlock(PROFILE, KEY, Proof.SECRET) is Answer.RIGHT
        assert not place.locks.is_locked(PROFILE)
        assert place.server.log == []

    run(go())


def test_a_passphrase_opens_it_and_is_nowhere_but_as_a_hash(place: Place, chain: Keychain) -> None:
    async def go() -> None:
        assert await place.locks.keep_passphrase(PROFILE, "Käse & Brot")
        await place.locks.lock(await place.opened())
        assert (await place.locks.question(PROFILE)).proof is Proof.PASSPHRASE
        assert (await place.locks.question_of_secret(PROFILE)).proof is Proof.SECRET, "whoever forgot it has the key"
        assert await place.locks.unlock(PROFILE, "kase & brot", Proof.PASSPHRASE) is Answer.WRONG
        assert await place.locks.unlock(PROFILE, "Käse & Brot", Proof.PASSPHRASE) is Answer.RIGHT

    run(go())
    kept = chain.kept[SERVICE, f"acc/{PASSPHRASE}"]
    assert kept.startswith("scrypt$")
    assert "Käse" not in kept
    run(place.locks.keep_passphrase(PROFILE, ""))
    assert (SERVICE, f"acc/{PASSPHRASE}") not in chain.kept


def test_where_the_keychain_knows_nothing_the_server_says_whether_the_key_is_right(
    place: Place, chain: Keychain
) -> None:
    chain.kept.clear()

    async def go() -> None:
        place.locks.begin_locked(PROFILE.id)
        place.server.fail("login", BadCredentials("The key is not known."))
        assert await place.locks.unlock(PROFILE, "wrong", Proof.SECRET) is Answer.WRONG
        assert await place.locks.unlock(PROFILE, KEY, Proof.SECRET) is Answer.RIGHT

    run(go())
    assert chain.kept[SERVICE, "acc/key"] == KEY, "what the server takes is kept from now on"


def test_wrong_tries_have_to_wait_longer_and_longer(place: Place, chain: Keychain) -> None:
    async def go() -> None:
        place.locks.begin_locked(PROFILE.id)
        for _ in range(3):
            assert await place.locks.unlock(PROFILE, "guess", Proof.SECRET) is Answer.WRONG
        assert place.locks.pause_s(PROFILE.id) == 1
        assert await place.locks.unlock(PROFILE, KEY, Proof.SECRET) is Answer.TOO_SOON
        place.clock.at += 1
        assert await place.locks.unlock(PROFILE, "guess", Proof.SECRET) is Answer.WRONG
        assert place.locks.pause_s(PROFILE.id) == 2
        for _ in range(12):
            place.clock.at += 60
            assert await place.locks.unlock(PROFILE, "guess", Proof.SECRET) is Answer.WRONG
        assert place.locks.pause_s(PROFILE.id) == 60
        place.clock.at += 60
        assert await place.locks.unlock(PROFILE, KEY, Proof.SECRET) is Answer.RIGHT
        assert place.locks.pause_s(PROFILE.id) == 0

    run(go())


@pytest.mark.parametrize("kept", ["", "scrypt", "scrypt$15$zz$aa", "scrypt$15$aa$", "md5$15$aa$bb", "scrypt$-1$aa$bb"])
def test_a_hash_that_cannot_be_read_fits_nothing(kept: str) -> None:
    assert not fits("", kept)
    assert not fits("x", kept)


def test_a_letter_with_an_accent_is_one_letter_however_it_was_typed() -> None:
    assert fits("K\u00e4se", hashed("Ka\u0308se"))
    assert hashed("x") != hashed("x"), "each has a salt of its own"


# ---- what a lock takes away --------------------------------------------------------------------------------------------


def test_sessions_and_keys_leave_the_memory(place: Place, chain: Keychain) -> None:
    async def go() -> None:
        account = await place.opened()
        made: list[weakref.ref[object]] = []
        await account.session.ask(lambda connector: made.append(weakref.ref(connector)))
        assert place.desk.secrets.read(PROFILE.id, "key") == KEY
        asked = chain.asked
        await place.locks.lock(account)
        async with asyncio.timeout(5):
            while not place.server.left:
                await asyncio.sleep(0.01)
        assert account.session.known_identity is None
        async with asyncio.timeout(5):
            while made[0]() is not None:
                gc.collect()
                await asyncio.sleep(0.01)
        assert place.desk.secrets.read(PROFILE.id, "key") == KEY
        assert chain.asked > asked, "it was not remembered here any more"

    run(go())


def test_reads_wait_until_it_is_unlocked_and_writes_are_refused(place: Place, chain: Keychain) -> None:
    async def go() -> None:
        account = await place.opened()
        place.server.add("a1", bill_city="Espoo")
        await place.locks.lock(account)
        place.server.log.clear()
        reading = asyncio.ensure_future(account.session.modules(fresh=True))
        asking = asyncio.ensure_future(account.session.identity(fresh=True))
        with pytest.raises(NotPermitted, match="locked"):
            await account.session.tell(lambda connector: connector.list_modules())
        with pytest.raises(NotPermitted, match="locked"):
            await account.applier.confirm_identity()  # what every write begins with
        await asyncio.sleep(0.05)
        assert not reading.done()
        assert not asking.done()
        assert place.server.log == []
        await place.locks.unlock(PROFILE, KEY, Proof.SECRET)
        assert [module.name for module in await reading] == ["Accounts"]
        assert (await asking).user == "admin"

    run(go())


def test_a_batch_finishes_what_is_on_the_wire_and_keeps_the_rest(tmp_path: Path, chain: Keychain) -> None:
    place = Place(tmp_path)
    place.server.capabilities = replace(place.server.capabilities, max_sessions=1)
    vars(place.desk)["plugins"] = {VendorName("fake"): plugin_of(place.server)}
    told: list[Outcome] = []

    async def go() -> None:
        account = await place.opened()
        records = [place.server.add(f"a{n}", "1", accountname=f"N{n}", bill_city="Espoo") for n in range(4)]
        await account.staged.edit(Edit(one, CITY, "Turku", title=one.id.key) for one in records)
        checked = await account.applier.check(account.staged.all())
        gate = place.server.hold("update")
        sending = asyncio.ensure_future(
            account.applier.apply(checked, {}, ApplyOptions(), lambda _, outcome: told.append(outcome))
        )
        await began(place.server.begun["update"])
        locking = asyncio.ensure_future(place.locks.lock(account))
        await asyncio.sleep(0.05)
        assert not locking.done(), "the change on the wire is waited for"
        assert place.locks.is_locked(PROFILE), "but nobody sees anything any more"
        gate.set()
        assert await locking is True
        result = await sending
        assert [type(one) for one in result.outcomes] == [Applied, Skipped, Skipped, Skipped]
        assert account.staged.count == 3
        assert isinstance(result.outcomes[0].change, Update)

    run(go())
    place.desk.close(2)


def test_a_copy_is_not_searched_while_its_account_is_locked(place: Place, chain: Keychain) -> None:
    kept = replace(PROFILE, lock_after_min=10)

    async def go() -> None:
        await place.desk.save(kept, {})
        account = await place.opened(kept)
        await account.mirror.update(account.session, [ACCOUNTS])
        assert [one.profile.id for one in place.desk.open_mirrors()] == ["acc"]
        await place.locks.lock(account)
        assert place.desk.open_mirrors() == ()
        assert [one.profile.id for one in place.desk.mirrors()] == ["acc"]
        await place.locks.unlock(kept, KEY, Proof.SECRET)
        assert len(place.desk.open_mirrors()) == 1

    run(go())


def test_what_is_known_for_this_run_only_survives_a_lock(place: Place) -> None:
    async def go() -> None:
        place.desk.secrets.keep_for_this_run(PROFILE.id, "key", KEY)
        await place.locks.lock(await place.opened())
        assert await place.locks.unlock(PROFILE, KEY, Proof.SECRET) is Answer.RIGHT

    run(go())
