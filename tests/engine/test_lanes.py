# SPDX-License-Identifier: MIT
"""Lanes: order, cancelling, threads, and the end."""

import asyncio
import gc
import subprocess
import sys
import threading
import time

import pytest

from crmdesk.engine.lanes import Lanes, LanesClosed
from tests.engine.bench import began, run


class Line:
    """What a lane talks over: remembers its thread, and waits until let go or interrupted."""

    def __init__(self) -> None:
        self.made_on = threading.get_ident()
        self.used_on: set[int] = set()
        self.closed_on = 0
        self.free = threading.Event()
        self.begun = threading.Event()

    def quick(self, answer: object = None) -> object:
        self.used_on.add(threading.get_ident())
        return answer

    def unhurried(self) -> None:
        time.sleep(0.005)
        self.quick()

    def slow(self, within_s: float = 10) -> str:
        self.used_on.add(threading.get_ident())
        self.begun.set()
        self.free.wait(within_s)
        return "late"

    def close(self) -> None:
        self.closed_on = threading.get_ident()


def one_lane(line: Line, *, interrupt: bool = False) -> Lanes[Line]:
    return Lanes(
        lambda: line, Line.close, count=1, name="t", interrupt=(lambda one: one.free.set()) if interrupt else None
    )


def test_a_lane_without_calls_rests_once_on_its_thread_and_takes_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmdesk.engine.lanes.REST_S", 0.05)
    rested: list[int] = []

    async def until_rested(times: int) -> None:
        for _ in range(500):
            if len(rested) >= times:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it never rested")

    async def go() -> None:
        line = Line()
        lanes = Lanes(lambda: line, Line.close, count=1, name="t", rest=lambda _: rested.append(threading.get_ident()))
        assert await lanes.call(lambda one: one.quick(1)) == 1
        await until_rested(1)
        await asyncio.sleep(0.2)
        assert len(rested) == 1
        assert await lanes.call(lambda one: one.quick(2)) == 2
        await until_rested(2)
        assert set(rested) == line.used_on
        assert lanes.alive == 1
        lanes.close()
        lanes.join(2)
        assert lanes.alive == 0

    run(go())


def test_answers_and_errors_come_back() -> None:
    async def go() -> None:
        lanes = one_lane(Line())
        assert await lanes.call(lambda one: one.quick(7)) == 7
        with pytest.raises(ZeroDivisionError):
            await lanes.call(lambda _: 1 // 0)
        assert await lanes.call(lambda one: one.quick(8)) == 8
        lanes.close()

    run(go())


def test_made_used_and_closed_on_its_own_thread() -> None:
    made: list[Line] = []

    def enter() -> Line:
        made.append(Line())
        return made[-1]

    async def go() -> None:
        lanes = Lanes(enter, Line.close, count=3, name="t")
        await asyncio.gather(*(lanes.call(Line.unhurried) for _ in range(30)))
        lanes.close()
        lanes.join(2)

    run(go())
    assert 1 <= len(made) <= 3
    for line in made:
        assert line.used_on == {line.made_on}
        assert line.closed_on == line.made_on
        assert line.made_on != threading.get_ident()


def test_one_lane_is_enough_for_calls_one_after_another() -> None:
    async def go() -> int:
        lanes = Lanes(Line, Line.close, count=3, name="single")
        for _ in range(20):
            await lanes.call(Line.quick)
            await asyncio.sleep(0.002)
        lanes.close()
        return sum(thread.name.startswith("single-") for thread in threading.enumerate())

    assert run(go()) == 1


def test_a_failed_enter_is_told_and_tried_again() -> None:
    attempts: list[int] = []

    def enter() -> Line:
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("no")
        return Line()

    async def go() -> None:
        lanes = Lanes(enter, Line.close, count=1, name="t")
        with pytest.raises(OSError, match="no"):
            await lanes.call(Line.quick)
        assert await lanes.call(lambda one: one.quick("yes")) == "yes"
        lanes.close()

    run(go())


def test_a_queued_call_that_is_cancelled_is_never_sent() -> None:
    line, sent = Line(), []

    async def go() -> None:
        lanes = one_lane(line)
        first = asyncio.ensure_future(lanes.call(Line.slow))
        await began(line.begun)
        second = asyncio.ensure_future(lanes.call(lambda _: sent.append(1)))
        await asyncio.sleep(0.01)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        line.free.set()
        assert await first == "late"
        await lanes.call(Line.quick)
        lanes.close()

    run(go())
    assert sent == []


def test_a_running_call_is_broken_off_and_the_lane_is_free_at_once() -> None:
    line = Line()

    async def go() -> float:
        lanes = one_lane(line, interrupt=True)
        hung = asyncio.ensure_future(lanes.call(Line.slow))
        await began(line.begun)
        start = time.monotonic()
        hung.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hung
        assert await lanes.call(lambda one: one.quick("next")) == "next"
        lanes.close()
        return time.monotonic() - start

    assert run(go()) < 1


def test_a_write_is_not_broken_off() -> None:
    line = Line()

    async def go() -> None:
        lanes = one_lane(line, interrupt=True)
        write = asyncio.ensure_future(lanes.call(Line.slow, abandon=False))
        await began(line.begun)
        write.cancel()
        await asyncio.sleep(0.02)
        assert not line.free.is_set()
        assert lanes.busy == 1
        line.free.set()
        lanes.close()

    run(go())


def test_an_interrupt_meets_only_the_call_it_was_meant_for() -> None:
    """The cancelled call has just ended; the next one on the lane must not be broken off in its place."""
    line, interrupted = Line(), []

    async def go() -> None:
        lanes = Lanes(lambda: line, Line.close, count=1, name="t", interrupt=lambda _: interrupted.append(1))
        first = asyncio.ensure_future(lanes.call(Line.quick))
        await first
        second = asyncio.ensure_future(lanes.call(Line.slow))
        await began(line.begun)
        first.cancel()
        await asyncio.sleep(0.01)
        assert interrupted == []
        line.free.set()
        await second
        lanes.close()

    run(go())


@pytest.mark.filterwarnings("error")
def test_an_answer_after_the_loop_is_gone_is_harmless() -> None:
    line = Line()

    async def go() -> None:
        lanes = one_lane(line)
        task = asyncio.ensure_future(lanes.call(Line.slow))
        await began(line.begun)
        task.cancel()
        lanes.close()
        kept.append(lanes)

    kept: list[Lanes[Line]] = []
    run(go())
    line.free.set()
    kept[0].join(2)
    gc.collect()
    assert line.closed_on != 0


def test_close_refuses_new_calls_and_frees_waiting_threads() -> None:
    async def go() -> None:
        lanes = one_lane(Line())
        await lanes.call(Line.quick)
        lanes.close()
        with pytest.raises(LanesClosed):
            await lanes.call(Line.quick)
        lanes.join(2)
        assert not any(thread.name == "t-0" and thread.is_alive() for thread in threading.enumerate())

    run(go())


def test_close_breaks_off_what_is_running() -> None:
    line = Line()

    async def go() -> None:
        lanes = one_lane(line, interrupt=True)
        task = asyncio.ensure_future(lanes.call(Line.slow))
        await began(line.begun)
        lanes.close()
        await task
        lanes.join(2)

    run(go(), 5)
    assert line.closed_on != 0


def test_the_lane_keeps_no_answer_alive_while_it_waits() -> None:
    class Big:
        alive = 0

        def __init__(self) -> None:
            Big.alive += 1

        def __del__(self) -> None:
            Big.alive -= 1

    async def go() -> None:
        lanes = one_lane(Line())
        answer = await lanes.call(lambda _: Big())
        assert Big.alive == 1
        del answer
        for _ in range(100):
            if Big.alive == 0:
                break
            await asyncio.sleep(0.005)
        assert Big.alive == 0
        lanes.close()

    run(go())


def test_calls_one_after_another_need_one_lane() -> None:
    """A lane is free before its answer is told: nobody signs in a second time for the next call."""

    async def go() -> None:
        lanes = Lanes(Line, Line.close, count=4, name="t")
        for number in range(300):
            assert await lanes.call(lambda one, n=number: one.quick(n)) == number  # type: ignore[misc]
        assert lanes.alive == 1
        lanes.close()

    run(go())


def test_the_process_ends_at_once_with_a_call_that_hangs() -> None:
    program = """
import asyncio, threading, time
from crmdesk.engine.lanes import Lanes
begun = threading.Event()
async def main():
    lanes = Lanes(lambda: None, lambda _: None, count=1, name="t")
    task = asyncio.ensure_future(lanes.call(lambda _: (begun.set(), time.sleep(60))))
    while not begun.is_set():
        await asyncio.sleep(0.005)
    task.cancel()
    lanes.close()
start = time.monotonic()
asyncio.run(main())
print("took", time.monotonic() - start)
"""
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - start < 10
