# SPDX-License-Identifier: MIT
"""A site whose data is built once, when it is first asked for."""

from threading import Lock

from crmdesk.demo.seed import World, build_world


class WarmSite:
    """The base of a dialect's site; `fill` is what each does in its own way."""

    def __init__(self, rows: int | None) -> None:
        self._rows = rows
        self._filled = False
        self._filling = Lock()

    def warm_up(self) -> None:
        """Build the data once; others wait meanwhile."""
        if self._filled:
            return
        with self._filling:
            if not self._filled:
                self._fill(build_world(self._rows))
                self._filled = True

    def _fill(self, world: World) -> None:
        """Put the world into the dialect's own tables."""
        raise NotImplementedError
