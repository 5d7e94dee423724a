# SPDX-License-Identifier: MIT
"""Data fixes: a thousand on a server 50 ms away and back again, beside what the network alone would take; staging."""

import json
from collections.abc import Iterator
from typing import Any

from tests.bench.children import Children
from tests.bench.table import Line, at_most, told
from tests.demo_process import demo_server

_LATENCY_MS, _WORKERS, _SHARE = 50, 4, 1.2
_BACK_S, _STAGE_S, _GAP_MS = 2.0, 10.0, 100


def figures(children: Children, fixes: int, back: int, staged: int) -> Iterator[Line]:
    """Apply and undo of ``fixes`` one-field fixes; ``back`` staged edits read back, ``staged`` staged in one step."""
    with demo_server("--latency-ms", str(_LATENCY_MS), environ=children.environment("offscreen")) as account:
        said = children.run(
            "fixes_child", "wire", json.dumps(account), str(fixes), str(_WORKERS), str(_LATENCY_MS),
        )  # fmt: skip
    what = f"{said['applied']:,} fixes, {_WORKERS} workers, {_LATENCY_MS} ms"
    yield _share(f"{what}: check, write, read back", said["apply"], said["applied"])
    yield _share(f"{what}: the review's own check", said["check"], said["applied"])
    yield _share(f"{what}: plan of the undo", said["plan"], said["applied"])
    yield _share(f"{what}: undo, check, write, read back", said["undo_apply"], said["applied"])
    yield Line(
        f"undo of {said['applied']:,}: not as before",
        "none",
        f"{said['wrong']} ({said['restored']} fields back, {said['blanks']} records with blanks)",
        said["wrong"] == 0 and said["applied"] == fixes and said["restored"] == fixes,
    )
    yield told("longest work of the loop in one go meanwhile", f"{said['stall_ms']:.0f} ms")
    disk = children.run("fixes_child", "disk", str(back), str(staged))
    yield at_most(f"{back:,} staged edits back", disk["back_load_s"], _BACK_S, "s", f"{disk['back_found']:,} found")
    yield at_most(f"{staged:,} edits staged in one step", disk["many_stage_s"], _STAGE_S, "s")
    yield at_most("longest work of the loop in one go meanwhile", disk["many_stage_gap_ms"], _GAP_MS, "ms")
    yield told(
        f"{staged:,} taken back in one step; read back", f"{disk['many_undo_s']:.1f} s; {disk['many_load_s']:.1f} s"
    )


def _share(figure: str, phase: dict[str, Any], records: int) -> Line:
    each = phase["cpu_s"] * 1000 / max(1, records)
    alone = f"a bare loop {phase['bound_s']:.1f} s, by the latency {phase['ideal_s']:.1f} s"
    detail = f"{phase['s']:.1f} s for {phase['requests']:,} requests, {alone}"
    return at_most(figure, phase["s"] / phase["bound_s"], _SHARE, "x", f"{detail}, {each:.1f} ms of ours a record")
