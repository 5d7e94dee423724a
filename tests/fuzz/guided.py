# SPDX-License-Identifier: MIT
"""Inputs that coverage chooses: atheris (libFuzzer for Python) over any decoder, from the kept corpus and back into it.

libFuzzer ends its process, so the hunt is a child; what it found to reach new lines is kept.
"""

import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.decoders import CORPUS, Decoder, chosen
from tests.fuzz.files import recordings

_LONGEST, _MOST_KEPT = 4096, 80
"""Bytes of an input; inputs kept of one decoder. What is kept is small, and made by us: never a recording."""


def guided(name: str, seconds: int) -> int:
    """Hunt, keep what reached new lines, say what was found; 1 where something broke."""
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: pip install .[fuzz]. It works on Linux and macOS.")
        return 2
    decoder = next((one for one in chosen(name) if one.name == name), chosen(name)[0])
    kept = CORPUS / decoder.name.replace("/", "-")
    with tempfile.TemporaryDirectory(prefix="crmdesk-guided-") as place:
        work, broken = Path(place) / "work", Path(place) / "broken-"
        work.mkdir()
        if kept.is_dir():
            for path in kept.iterdir():
                (work / path.name).write_bytes(path.read_bytes())
        for at, seed in enumerate(_own_seeds(decoder)):
            (work / f"seed-{at:03}").write_bytes(seed)
        options = [
            f"-max_len={_LONGEST}",
            "-timeout=10",
            "-rss_limit_mb=2048",
            f"-artifact_prefix={broken}",
            "-print_final_stats=1",
        ]
        code, said = _child(decoder.name, [str(work), f"-max_total_time={seconds}", *options], seconds + 120)
        print(_figures(said))
        if code:
            print(said[-3000:])
            for path in sorted(Path(place).glob("broken-*")):
                print(f"input {path.read_bytes()[:600]!r}")
            return 1
        _keep(work, kept)
    print(f"corpus: {len(list(kept.glob('*')))} inputs in {kept.relative_to(CORPUS.parents[2])}")
    return 0


def _own_seeds(decoder: Decoder) -> list[bytes]:
    """Ours alone: what grows out of a recording would be kept."""
    recorded = set(recordings("vtiger", "corebos", "splendid", "suitecrm"))
    own = [one for one in decoder.seeds() if len(one) <= _LONGEST and one[decoder.header :] not in recorded]
    return sorted(own, key=len)[:60]


def _child(name: str, options: list[str], within_s: int) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.guided", name, *options],
        capture_output=True, text=True, errors="replace", timeout=within_s, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr + done.stdout


def _figures(said: str) -> str:
    runs = re.findall(r"stat::number_of_executed_units:\s*(\d+)", said)
    cover = re.findall(r"cov: (\d+) ft: (\d+)", said)
    found = f"inputs: {runs[-1] if runs else '?'}"
    return found + (
        f", lines and branches reached: {cover[0][0]} at the start, {cover[-1][0]} at the end" if cover else ""
    )


def _keep(work: Path, kept: Path) -> None:
    """The shortest of what reached new lines, under names that say nothing."""
    kept.mkdir(parents=True, exist_ok=True)
    for path in kept.iterdir():
        path.unlink()
    for at, path in enumerate(sorted(_grown(work), key=lambda one: one.stat().st_size)[:_MOST_KEPT]):
        (kept / f"{at:03}").write_bytes(path.read_bytes())


def _grown(work: Path) -> list[Path]:
    return [path for path in work.iterdir() if not path.name.startswith("seed-")]


def _hunt(name: str, options: list[str]) -> None:
    """In the child: instrument our own code, then give libFuzzer the decoder."""
    import logging
    import warnings

    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    with atheris.instrument_imports(include=["crmdesk"], enable_loader_override=False):
        import crmdesk.connectors.wire.soap
        import crmdesk.engine.sheets  # noqa: F401

        for vendor in ("crmplus", "crmservice", "opencrm", "sugarsoap", "webcrm"):
            __import__(f"crmdesk.connectors.vendors.{vendor}.connector")
    decoder = next(one for one in chosen(name) if one.name == name)
    decoder.seeds()  # signs in once, before anything is counted
    atheris.Setup([sys.argv[0], *options], decoder.check)
    atheris.Fuzz()


if __name__ == "__main__":
    _hunt(sys.argv[1], sys.argv[2:])
