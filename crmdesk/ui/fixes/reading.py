# SPDX-License-Identifier: MIT
"""What the fixes that look through many records share: whom they read, with progress, and work off the Qt thread."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Filter, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.engine.bulk import BulkDesk
from crmdesk.engine.desk import Account
from crmdesk.engine.lanes import Lanes

T = TypeVar("T")


class Reader:
    """Reads a table's records whole and computes over them beside the window. Close it with its sheet."""

    def __init__(self, account: Account, schema: Schema, where: Filter | None) -> None:
        self._desk = BulkDesk(account.reading, account.staged)
        self._schema, self._where = schema, where
        self._lanes: Lanes[None] = Lanes(lambda: None, lambda _: None, count=1, name="fixes")

    async def records(self, fields: Sequence[FieldName], progress: Callable[[int], None]) -> tuple[Record, ...]:
        """Every record of the table's filter with these fields.

        Raises:
            CrmError.
        """
        query = Query(self._schema.module.name, (), self._where)
        return (await self._desk.matching(query, fields, progress)).records

    async def compute(self, work: Callable[[], T]) -> T:
        """Run what takes long beside the window."""
        return await self._lanes.call(lambda _: work())

    def close(self) -> None:
        """Nothing is wanted any more."""
        self._lanes.close()
