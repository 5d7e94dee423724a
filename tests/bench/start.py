# SPDX-License-Identifier: MIT
"""How soon the window is usable, beside a bare Qt window started in turns with it."""

import json
import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench.children import Children
from tests.bench.table import Line, at_most, spread, told

_BOUND = 1.25


def figures(children: Children, rounds: int) -> Iterator[Line]:
    """Start both by turns, ``rounds`` times each after one that does not count."""
    kinds = {"bare": "", "welcome": _settings(children, saved=False), "account": _settings(children, saved=True)}
    for platform in children.platforms:
        runs: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
        for number in range(rounds + 1):
            for kind, folder in kinds.items():
                what = "bare" if kind == "bare" else "ours"
                said = children.run("start_child", what, platform=platform, CRMDESK_CONFIG_DIR=folder)
                if number:
                    runs[kind].append(said)
        yield from _lines(platform, runs)
        for kind in ("welcome", "account"):
            yield _quiet(children, platform, kind, kinds[kind])


def _lines(platform: str, runs: dict[str, list[dict[str, Any]]]) -> Iterator[Line]:
    answered = {kind: [run["answered"] for run in of_kind] for kind, of_kind in runs.items()}
    bare = statistics.median(answered["bare"])
    for kind, title in (("welcome", "first start"), ("account", "with a saved account")):
        ratio = statistics.median(answered[kind]) / bare
        note = f"{spread(answered[kind])}, bare {spread(answered['bare'])}"
        yield at_most(f"window usable, {title}, {platform}", ratio, _BOUND, "x", note)
    ready = [run["ready"] for run in runs["account"]]
    stall = [run["stall"] for run in runs["account"]]
    yield told(f"engine and loop loaded, {platform}", f"{spread(ready)}; longest stall till then {spread(stall)}")


def _quiet(children: Children, platform: str, kind: str, folder: str) -> Line:
    """Nothing slow imported and nothing asked of a network at the first painting."""
    said = children.run("start_child", "watched", platform=platform, CRMDESK_CONFIG_DIR=folder)
    found = [*said["slow"], *said["network"]]
    seen = ", ".join(found) or "none"
    bound = "none"
    return Line(f"slow imports and network before first paint, {kind}, {platform}", bound, seen, not found)


def _settings(children: Children, *, saved: bool) -> str:
    """A folder of settings: empty, or with an account that was open last."""
    folder = children.folder / ("settings-account" if saved else "settings-none")
    folder.mkdir(exist_ok=True)
    if saved:
        account = {
            "id": "bench",
            "name": "Bench",
            "vendor": "crmplus",
            "url": "http://127.0.0.1:9",
            "settings": {"user": "admin"},
        }
        (folder / "accounts.json").write_text(json.dumps({"accounts": [account]}), encoding="utf-8")
        (folder / "window.ini").write_text("[General]\naccount=bench\n", encoding="utf-8")
    return str(folder)
