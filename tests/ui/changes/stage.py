# SPDX-License-Identifier: MIT
"""An account on the fake server with edits staged, as the review and the panel see it."""

from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QLocale

from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.desk import Account
from crmdesk.engine.mirror import Mirror
from crmdesk.engine.profiles import Environment
from crmdesk.engine.staging import Edit
from crmdesk.ui.formats import Formats
from crmdesk.ui.tasks import TaskScope
from tests.engine.bench import Bench, profile_of
from tests.engine.fake_vendor import ACCOUNTS, CAPABILITIES, CITY, FakeServer

REVENUE, INDUSTRY = FieldName("revenue"), FieldName("industry")
FORMATS = Formats(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom), UTC)


class Office:
    """The account, its server, the scope its applies run in, and what was reported."""

    def __init__(self, folder: Path, environment: Environment = Environment.SANDBOX) -> None:
        alone = replace(CAPABILITIES, max_sessions=1)  # one at a time, so that a test knows whom a fault strikes
        self.bench = Bench(folder, FakeServer(capabilities=alone), environment)
        self.server: FakeServer = self.bench.server
        bench = self.bench
        profile = profile_of(environment)
        mirror = Mirror(profile, folder / "copy.mirror.sqlite")
        self.account = Account(
            profile, bench.session, bench.storage, bench.staged, bench.journal, bench.applier, mirror
        )
        self.reports: list[BaseException] = []
        self.told: list[str] = []
        self.scope = TaskScope(self.reports.append)

    def start(self, work: Coroutine[object, object, object]) -> None:
        """As the account's own scope would."""
        self.scope.start(work)

    async def open(self) -> None:
        """Three companies, of which two have edits: city and revenue of the first, industry of the second."""
        self.first = self.server.add("A1", accountname="Aijala Oy", bill_city="Helsinki", revenue=Decimal(1250000))
        self.second = self.server.add("A2", accountname="O'Neill Ltd", industry="food", bill_city="Leeds")
        self.third = self.server.add("A3", accountname="Koch AG", bill_city="Bremen")
        await self.account.session.schema(ACCOUNTS)
        await self.edit(self.first, CITY, "Espoo")
        await self.edit(self.first, REVENUE, Decimal(1400000))
        await self.edit(self.second, INDUSTRY, "it")

    async def edit(self, record: Record, name: FieldName, value: Value) -> None:
        """Stage one value."""
        title = str(record.values.get(FieldName("accountname"), ""))
        await self.account.staged.edit([Edit(record, name, value, title=title)])

    def close(self) -> None:
        self.bench.close()
