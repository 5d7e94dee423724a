# SPDX-License-Identifier: MIT
"""A server whose clock is hours off ours: what changes there is followed all the same, on every vendor's demo."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Delete, Update
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType, Module, Operation, Schema
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.profiles import Profile
from tests.engine.bench import run

VENDORS = ("crmplus", "crmservice", "opencrm", "sugarsoap", "webcrm")
HOURS_S = 5 * 3600
_WITHIN_S = 60


@pytest.fixture(params=[-HOURS_S, HOURS_S], ids=["slow", "fast"])
def server(request: pytest.FixtureRequest) -> Iterator[DemoServer]:
    """A demo server hours behind us, or ahead."""
    made = DemoServer(rows=12, clock=lambda: time.time() + request.param).start(warm=False)
    yield made
    made.stop()


async def opened(server: DemoServer, vendor: str, folder: Path) -> tuple[Desk, Account]:
    """The demo's account of a vendor."""
    told, desk = server.account(vendor), Desk(folder / "config", folder / "data")
    profile = Profile(
        id=AccountId(vendor), name=vendor, vendor=VendorName(vendor), url=told["url"], settings=told["set"],
        temporary=True,
    )  # fmt: skip
    for name, secret in told["secrets"].items():
        desk.secrets.keep_for_this_run(profile.id, name, secret)
    return desk, await desk.open(profile)


async def companies(account: Account) -> tuple[Module, Schema]:
    """The first module that may be copied and changed."""
    wanted = {Operation.READ, Operation.UPDATE}
    for module in await account.session.modules():
        if wanted <= module.operations and not account.mirror.why_not(module) and not module.is_sales_document:
            return module, await account.session.schema(module.name)
    raise AssertionError("no such module")


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_changes_on_another_clock_is_followed(server: DemoServer, vendor: str, tmp_path: Path) -> None:
    async def work() -> None:
        desk, account = await opened(server, vendor, tmp_path / "ours")
        others, other = await opened(server, vendor, tmp_path / "others")
        try:
            module, schema = await companies(account)
            (done,) = await account.mirror.update(account.session, [module.name])
            assert (done.trouble, done.whole) == ("", True)
            texts = [f for f in schema.fields if f.type is FieldType.TEXT and not f.read_only and not f.choices]
            field = schema.field(schema.title_field) or texts[0]
            view = await account.mirror.view(Query(module.name))
            changed, gone = view.read(0, 2)
            wanted = f"Moved {field.name}"
            for _ in range(2):  # two saves of one record, a moment apart
                fresh = await other.session.fetch(changed.id)
                await other.session.update(Update(fresh, {field.name: wanted}))
                wanted += "!"
            may_delete = Operation.DELETE in module.operations
            if may_delete:
                await other.session.delete(Delete(await other.session.fetch(gone.id)))
            (done,) = await account.mirror.update(account.session)
            assert done.trouble == ""
            found = await account.mirror.record(changed.id)
            assert isinstance(found, Record)
            assert found.values[field.name] == wanted[:-1]
            assert (await account.mirror.record(gone.id) is None) == may_delete
        except CrmError as error:  # its sentence says more than its trace
            raise AssertionError(error.user_text) from error
        finally:
            others.close(2)
            desk.close(2)

    run(work(), _WITHIN_S)
