# SPDX-License-Identifier: MIT
"""A child that scrolls a table over a mirror: ``mirror_grid_child <now> ROWS FIELDS FOLDER FRAMES``; makes it if need be."""

import asyncio
import json
import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from crmdesk.domain.names import AccountId, VendorName
from crmdesk.domain.query import Query
from crmdesk.engine.mirror import Mirror, MirrorView
from crmdesk.engine.profiles import Profile
from crmdesk.ui.formats import Formats, local_zone
from crmdesk.ui.table.cells import PagedSource
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_rows import RowMaker, columns_of
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from tests.bench.grid_child import frames, shown
from tests.bench.memory import rss_mb
from tests.bench.mirror_child import make
from tests.bench.mirror_made import ACCOUNTS, schema_of


async def opened(mirror: Mirror) -> tuple[MirrorView, float, float]:
    """The view with every place known; ms to the first rows and to all."""
    begun = time.perf_counter()
    view = await mirror.view(Query(ACCOUNTS))
    view.read(0, 50)
    first = (time.perf_counter() - begun) * 1000
    await view.rest()
    return view, first, (time.perf_counter() - begun) * 1000


def grid_over(view: MirrorView, fields: int) -> RecordGrid:
    """The window's own grid, as a table shows the copy."""
    schema = schema_of(fields)
    names = [field.name for field in schema.fields]
    maker = RowMaker(schema, names, Formats(QLocale("en_SE"), local_zone()))

    def give(first: int, count: int) -> None:
        source.put(first, [maker.row(record) for record in view.read(first, count)])

    source = PagedSource(len(view), give)
    return RecordGrid(RecordTableModel(columns_of(schema, names, schema.module), source))


def main(rows: int, fields: int, folder: Path, count: int) -> None:
    """Measure and say it as JSON."""
    app = QApplication([])
    path = folder / f"made-{rows}-{fields}.mirror.sqlite"
    if not path.exists():
        asyncio.run(make(path, rows, fields))
    profile = Profile(id=AccountId("bench"), name="Bench", vendor=VendorName("fake"), url="http://fake.invalid")
    mirror = Mirror(profile, path)
    view, first_ms, all_ms = asyncio.run(opened(mirror))
    grid, chance = grid_over(view, fields), random.Random(7)
    theme().dress(grid)
    shown(grid)
    took: dict[str, list[float]] = {}
    cpus: dict[str, float] = {}
    for kind in ("wheel", "far"):
        frames(grid, kind, 20, chance)  # warms up
        cpu = time.thread_time()
        took[kind] = frames(grid, kind, count, chance)
        cpus[kind] = (time.thread_time() - cpu) * 1000 / count
    print(json.dumps({**took, "cpu": cpus, "first_ms": first_ms, "all_ms": all_ms, "rss_mb": rss_mb()}))
    app.closeAllWindows()
    mirror.close(1)


if __name__ == "__main__":
    main(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]))
