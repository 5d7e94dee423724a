# SPDX-License-Identifier: MIT
"""Children that are killed at a random moment. Forked from a process that has everything imported and no thread."""

import os
import random
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

Body = Callable[["Teller"], None]


class Teller:
    """A child's way to say what it has done; one line, written at once."""

    def __init__(self, end: int) -> None:
        self._end = end

    def __call__(self, text: str) -> None:
        os.write(self._end, f"{text}\n".encode())


@dataclass(frozen=True, slots=True)
class Said:
    """What a child said, and whether it was killed or came to its end."""

    lines: tuple[str, ...]
    killed: bool


def run(body: Body, *, within_s: float | None = None, after: str = "", draw: random.Random | None = None) -> Said:
    """Fork a child that does ``body``.

    Args:
        within_s: kill it at a random moment of this long; None lets it come to its end.
        after: count from when it has said this line.
        draw: where the moment comes from.

    Raises:
        RuntimeError: it was to end by itself and failed.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        try:
            body(Teller(theirs))
        except BaseException as error:  # noqa: BLE001  a forked child must never go on as its parent
            os.write(theirs, f"failed: {error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    os.close(theirs)
    said = b""
    if within_s is not None:
        said = _until(ours, after)
        said += _for(ours, (draw or random).uniform(0, within_s))
        os.kill(child, signal.SIGKILL)
    while more := os.read(ours, 65536):
        said += more
    os.close(ours)
    _, status = os.waitpid(child, 0)
    whole = said.decode().split("\n")[:-1]  # what was being written when it died is no line
    failed = next((line for line in whole if line.startswith("failed: ")), None)
    if failed is not None or (within_s is None and status):
        raise RuntimeError(failed or f"the child ended with {status}")
    return Said(tuple(whole), os.WIFSIGNALED(status))


def _until(end: int, line: str) -> bytes:
    said = b""
    while line and f"{line}\n".encode() not in said:
        more = os.read(end, 65536)
        if not more:
            break
        said += more
    return said


def _for(end: int, seconds: float) -> bytes:
    said, over = b"", time.monotonic() + seconds
    while (left := over - time.monotonic()) > 0:
        if select.select([end], [], [], left)[0]:
            more = os.read(end, 65536)
            if not more:
                break
            said += more
    return said
