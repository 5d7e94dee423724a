# SPDX-License-Identifier: MIT
"""AccountSession: signing in, signing in again, roles, memory, health."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.connectors.port import ChoosesInterface, KeepsHistory, SwitchesWorkflows
from crmdesk.domain.changes import Create, Update
from crmdesk.domain.errors import BadCredentials, CrmError, NotReachable, SessionExpired, Unsupported
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Field, Module
from crmdesk.engine.codec import dumps, schema_to_json
from crmdesk.engine.session import Health
from tests.engine.bench import Bench, began, run
from tests.engine.fake_vendor import ACCOUNTS, MODULE, NAME, SCHEMA, FakeConnector, FakeServer


def test_signs_in_once_per_lane_before_the_first_call(bench: Bench) -> None:
    async def go() -> None:
        assert bench.session.roles == frozenset()
        assert await bench.session.modules() == (MODULE,)
        await bench.session.schema(ACCOUNTS)
        await bench.session.schema(ACCOUNTS)

    run(go())
    assert bench.server.did("login") == 1
    assert bench.server.log[0][0] == "login"
    assert bench.server.did("describe") == 1


def test_a_read_signs_in_again_once_when_the_session_is_over(bench: Bench) -> None:
    bench.server.add("a", accountname="Koch")

    async def go() -> None:
        record = bench.server.records["a"].id
        await bench.session.fetch(record)
        bench.server.expire()
        assert (await bench.session.fetch(record)).values[NAME] == "Koch"

    run(go())
    assert bench.server.did("login") == 2


def test_a_write_signs_in_again_and_is_carried_out_once(bench: Bench) -> None:
    before = bench.server.add("a", accountname="Koch")

    async def go() -> None:
        await bench.session.fetch(before.id)
        bench.server.expire()
        await bench.session.update(Update(before, {NAME: "Kochs"}))

    run(go())
    assert bench.server.records["a"].values[NAME] == "Kochs"
    assert bench.server.did("login") == 2
    assert bench.server.did("update") == 2  # the first was refused before anything was done


def test_a_session_that_is_over_twice_is_an_error(bench: Bench) -> None:
    bench.server.fail("list_modules", SessionExpired("over"), times=3)

    async def go() -> None:
        with pytest.raises(SessionExpired):
            await bench.session.modules()

    run(go())
    assert bench.server.did("list_modules") == 2


def test_a_wrong_key_is_told_and_tried_again_at_the_next_call(bench: Bench) -> None:
    bench.server.fail("login", BadCredentials("The key is wrong."))

    async def go() -> None:
        with pytest.raises(BadCredentials):
            await bench.session.modules()
        assert await bench.session.modules() == (MODULE,)

    run(go())
    assert [name for name, _ in bench.server.log] == ["login", "login", "list_modules"]


def test_logins_of_several_lanes_never_overlap(bench: Bench) -> None:
    async def go() -> None:
        gate = bench.server.hold("login")
        calls = [asyncio.ensure_future(bench.session.ask(lambda c: c.list_modules())) for _ in range(3)]
        await began(bench.server.begun["login"])
        await asyncio.sleep(0.05)
        gate.set()
        await asyncio.gather(*calls)

    run(go())
    assert bench.server.most_logins == 1
    assert 1 <= bench.server.did("login") <= 3


def test_every_connector_stays_on_its_thread(bench: Bench) -> None:
    async def go() -> None:
        await asyncio.gather(*(bench.session.ask(lambda c: c.list_modules()) for _ in range(40)))

    run(go())
    assert all(len(threads) == 1 for threads in bench.server.threads.values())


def test_health_is_told_after_every_exchange(bench: Bench) -> None:
    heard: list[Health] = []

    async def go() -> None:
        bench.session.health.connect(heard.append)
        await bench.session.modules()
        bench.server.fail("describe", NotReachable("away"))
        with pytest.raises(NotReachable):
            await bench.session.schema(ACCOUNTS)
        await bench.session.schema(ACCOUNTS)

    run(go())
    assert [type(one.error) for one in heard] == [type(None), NotReachable, type(None)]
    assert all(one.latency_ms >= 0 for one in heard)


def test_identity_is_kept_and_asked_anew_when_it_matters(bench: Bench) -> None:
    async def go() -> None:
        await bench.session.modules()
        first = await bench.session.identity()
        assert (first.user, bench.server.did("login")) == ("admin", 1)
        assert first.seen_at is not None
        bench.server.user = "somebody"
        assert (await bench.session.identity()).user == "admin"
        assert (await bench.session.identity(fresh=True)).user == "somebody"
        assert (await bench.session.identity()).user == "somebody"

    run(go())


def test_capabilities_are_those_after_login(bench: Bench) -> None:
    async def go() -> None:
        bench.server.capabilities = replace(bench.server.capabilities, max_page_size=3)
        assert bench.session.capabilities.max_page_size == 10
        await bench.session.modules()
        assert bench.session.capabilities.max_page_size == 3

    run(go())


def test_roles_are_found_and_missing_ones_refused(bench: Bench) -> None:
    async def go() -> None:
        await bench.session.modules()
        assert bench.session.offers(SwitchesWorkflows)
        assert not bench.session.offers(KeepsHistory)
        await bench.session.tell_role(SwitchesWorkflows, lambda c: c.run_workflows(True))
        with pytest.raises(Unsupported):
            await bench.session.ask_role(KeepsHistory, lambda c: c.history_properties())

    run(go())


def test_workflows_are_switched_off_for_one_write_only(bench: Bench) -> None:
    change = Create("t", ACCOUNTS, {NAME: "Koch"})

    async def go() -> None:
        await bench.session.create(change)
        assert bench.server.workflow_log == []
        await bench.session.create(change, workflows=False)
        assert bench.server.workflow_log == [False, True]
        bench.server.fail("create", NotReachable("away"))
        with pytest.raises(NotReachable):
            await bench.session.create(change, workflows=False)
        assert bench.server.workflow_log == [False, True, False, True]

    run(go())


def test_what_an_earlier_visit_saw_is_joined_where_the_server_describes_nothing(tmp_path: Path) -> None:
    custom = Field(name=FieldName("cf_7"), label="Custom field 7")
    seen_now = replace(SCHEMA, is_complete=False)

    async def go() -> None:
        bench = Bench(tmp_path, FakeServer(schema=seen_now))
        earlier = replace(seen_now, fields=(custom,))
        await bench.storage.remember(f"schema:{ACCOUNTS}", dumps(schema_to_json(earlier)))
        assert await bench.session.schema(ACCOUNTS) == replace(seen_now, fields=(*SCHEMA.fields, custom))
        assert await bench.session.remembered_schema(ACCOUNTS) == bench.session.known_schema(ACCOUNTS)
        bench.close()

    run(go())


def test_modules_and_schemas_are_remembered_for_the_next_visit(tmp_path: Path) -> None:
    async def visit() -> None:
        bench = Bench(tmp_path)
        assert await bench.session.remembered_modules() == ()
        assert await bench.session.remembered_schema(ACCOUNTS) is None
        await bench.session.modules()
        await bench.session.schema(ACCOUNTS)
        bench.close()

    async def later() -> None:
        bench = Bench(tmp_path)
        assert await bench.session.remembered_modules() == (MODULE,)
        assert await bench.session.remembered_schema(ACCOUNTS) == SCHEMA
        assert bench.session.known_schema(ACCOUNTS) is None
        assert bench.server.log == []
        bench.close()

    run(visit())
    run(later())


@pytest.mark.parametrize(
    "damaged", ["{", "[1]", "null", '"text"', "7", '{"fields":[{}]}', '[{"name":"x"}]', '{"module":[]}', '[{"new":1}]']
)
def test_a_damaged_memory_counts_as_none(bench: Bench, damaged: str) -> None:
    async def go() -> None:
        await bench.storage.remember("modules", damaged)
        await bench.storage.remember(f"schema:{ACCOUNTS}", damaged)
        assert await bench.session.remembered_modules() == ()
        assert await bench.session.remembered_schema(ACCOUNTS) is None

    run(go())


def test_a_memory_of_another_version_counts_as_none(bench: Bench) -> None:
    data = schema_to_json(SCHEMA)
    data["module"]["invented_later"] = True

    async def go() -> None:
        await bench.storage.remember(f"schema:{ACCOUNTS}", dumps(data))
        assert await bench.session.remembered_schema(ACCOUNTS) is None

    run(go())


def test_a_disk_that_is_full_does_not_keep_anybody_from_reading(bench: Bench) -> None:
    async def go() -> None:
        await bench.storage.recall("x")
        await bench.storage.read(lambda db: db.execute("PRAGMA query_only = ON"))
        assert await bench.session.modules() == (MODULE,)
        assert await bench.session.schema(ACCOUNTS) == SCHEMA

    run(go())


def test_an_unknown_module_is_named(bench: Bench) -> None:
    async def go() -> None:
        assert await bench.session.module(ACCOUNTS) == MODULE
        with pytest.raises(Unsupported, match="Nope"):
            await bench.session.module(ModuleName("Nope"))
        with pytest.raises(CrmError):
            await bench.session.schema(ModuleName("Nope"))

    run(go())


def test_closing_breaks_off_a_read_and_closes_every_connector(bench: Bench) -> None:
    async def go() -> None:
        await bench.session.modules()
        bench.server.hold("describe")
        read = asyncio.ensure_future(bench.session.schema(ACCOUNTS))
        await began(bench.server.begun["describe"])
        assert bench.session.busy == 1
        bench.session.close(2)
        with pytest.raises(CrmError):
            await read
        assert len(bench.server.left) == len(bench.server.threads)

    run(go())


def test_a_vendor_with_two_interfaces_works_through_the_chosen_one(tmp_path: Path) -> None:
    """Roles, capabilities and calls are those of what ``login`` found, not of what was connected."""

    class OneOfTwo(FakeConnector):
        """Signs in, then leads to another."""

        def login(self) -> Identity:
            self.chosen = FakeConnector(bench.server, self._http)
            return self.chosen.login()

        def list_modules(self) -> tuple[Module, ...]:
            raise AssertionError("nobody asks the one that was connected any more")

    bench = Bench(tmp_path)
    plain = bench.session.plugin
    bench.session.plugin = replace(plain, connect=lambda _, http: OneOfTwo(bench.server, http))

    async def go() -> None:
        assert await bench.session.modules() == (MODULE,)
        assert bench.session.offers(SwitchesWorkflows)
        assert not bench.session.offers(ChoosesInterface)
        bench.server.expire()
        assert (await bench.session.schema(ACCOUNTS)).module == MODULE

    run(go())
    assert bench.server.did("login") == 2
    bench.close()
