# SPDX-License-Identifier: MIT
"""Runs hostile inputs through a decoder, with bounds on time and memory for each."""

import gc
import sys
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase

from tests.fuzz.decoders import Decoder
from tests.fuzz.mutate import grown
from tests.fuzz.planted import planted

MOST_S, MOST_MB, MOST_EACH_MB = 3.0, 300, 200
"""Of the processor's time for one input; that the process may grow over all of them; and at the height of one."""
_MANY, _GROWN = 1000, 7
"""From so many inputs on, each that is drawn is spoilt so often again: drawing takes half of the time."""


@dataclass(slots=True)
class Result:
    """One decoder's run. ``slowest_s``: of the processor's time. ``grown_mb``: of the process. ``largest_mb``: of one input."""

    name: str
    inputs: int = 0
    slowest_s: float = 0.0
    grown_mb: float = 0.0
    largest_mb: float = 0.0
    seconds: float = 0.0
    trouble: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not self.trouble


def resident_mb() -> float:
    """Memory of this process, 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096 / 1e6
    except OSError:
        return 0.0


def forget_peak() -> float:
    """Let the system begin anew to note the most memory that this process has; what it has now (proc(5), clear_refs)."""
    with suppress(OSError), open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    return resident_mb()


def peak_mb() -> float:
    """The most memory since then, 0 where the system does not tell."""
    with suppress(OSError), open("/proc/self/status", encoding="ascii") as file:
        return next((int(line.split()[1]) * 1024 / 1e6 for line in file if line.startswith("VmHWM:")), 0.0)
    return 0.0


def run(decoder: Decoder, count: int, number: int) -> Result:
    """Give a decoder the large shapes, then so many inputs; the first that breaks it ends the run, made as small as may be."""
    result = Result(decoder.name)
    inputs = decoder.inputs()
    before_mb, begun = resident_mb(), time.perf_counter()
    told = ["", "", ""]
    more = _GROWN if count > _MANY else 0

    def one(data: bytes, number: int) -> None:
        for text in (data, *grown(data, number, more, decoder.header)):
            check(text)

    def check(data: bytes) -> None:
        result.inputs += 1
        before_one_mb, start = forget_peak(), time.process_time()
        try:
            decoder.check(data)
        except Exception as error:
            told[:] = [f"{type(error).__name__}: {error}".splitlines()[0][:300], _where(error), repr(data[:600])]
            raise
        took = time.process_time() - start
        most_mb = peak_mb() - before_one_mb
        result.slowest_s, result.largest_mb = max(result.slowest_s, took), max(result.largest_mb, most_mb)
        if took >= MOST_S or most_mb >= MOST_EACH_MB:
            told[:] = [f"{took:.1f} s, {most_mb:.0f} MB", "", repr(data[:300])]
            raise AssertionError(told[0])
        if result.inputs % 250 == 0:
            gc.collect()

    work = seed(number)(
        settings(
            max_examples=count // (1 + more), deadline=None, database=InMemoryExampleDatabase(), phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck), report_multiple_bugs=False, print_blob=False,
        )(given(inputs, st.integers(0, 2**64 - 1))(one))
    )  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for text in planted([*decoder.seeds(), *decoder.found()], number, decoder.header):
                check(text)
            work()
    except (Exception, RecursionError) as error:  # noqa: BLE001  whatever came out is the finding
        first = told[0] or f"{type(error).__name__}: {error}".splitlines()[0][:300]
        result.trouble = f"{first}\n    {told[1]}\n    input {told[2]}"
    gc.collect()
    result.grown_mb, result.seconds = resident_mb() - before_mb, time.perf_counter() - begun
    if not result.trouble and result.grown_mb > MOST_MB:
        result.trouble = f"the process has grown by {result.grown_mb:.0f} MB"
    return result


def _where(error: BaseException) -> str:
    """The last of our own lines."""
    place, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "crmdesk" in code.co_filename.replace("\\", "/").rsplit("/tests/", 1)[-1]:
            place = f"{code.co_filename.rpartition('crmdesk/')[2]}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return place or str(sys.exc_info()[0])
