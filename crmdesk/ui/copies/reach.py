# SPDX-License-Identifier: MIT
"""Reach: whether an account's server can be asked, as its own exchanges tell; while it cannot, it is tried again.

unsure ──any answer──> online ──not reachable──> offline ──an answer, by itself or when tried──> online
"""

from enum import Enum

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain.errors import ConnectionFailed, CrmError, NotReachable, ProfileError
from crmdesk.engine.session import AccountSession, Health
from crmdesk.ui.tasks import TaskScope

WAITS_S = (5, 10, 20, 40, 60)
"""How long until the server is tried again; the last one counts from then on."""


class Standing(Enum):
    """What is known of the server."""

    UNSURE = "unsure"
    """Nothing was heard in this run."""
    ONLINE = "online"
    OFFLINE = "offline"


class Reach(QObject):
    """Owned by the account's copies; used on the loop's thread. It tells the session, too (``away``).

    Signals:
        changed(): it stands otherwise now.
    """

    changed = Signal()

    def __init__(self, session: AccountSession, parent: QObject, waits_s: tuple[float, ...] = WAITS_S) -> None:
        super().__init__(parent)
        self._session, self._waits_s = session, waits_s
        self._scope = TaskScope(lambda _: None, self)  # what goes wrong is the answer
        self._tried = 0
        self.standing = Standing.UNSURE
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.try_now)
        self._deaf = session.health.connect(self._on_health)

    @property
    def is_offline(self) -> bool:
        """Whether the server is known to be out of reach."""
        return self.standing is Standing.OFFLINE

    @property
    def is_online(self) -> bool:
        """Whether the server has answered, and nothing tells otherwise since."""
        return self.standing is Standing.ONLINE

    def try_now(self) -> None:
        """Ask the server; what it says comes by ``changed``. While it is being asked this changes nothing."""
        self._again.stop()
        if not self._scope.running("ask"):
            self._scope.start(self._ask(), slot="ask")

    async def aclose(self) -> None:
        """Listen and ask no more."""
        self._deaf()
        self._again.stop()
        await self._scope.aclose()

    async def _ask(self) -> None:
        """Sign in anew: the one exchange that every vendor's server has to answer itself."""
        try:
            await self._session.identity(fresh=True)
        except CrmError as error:
            self._heard(error)
        else:
            self._heard(None)

    def _on_health(self, health: Health) -> None:
        if isinstance(health.error, ConnectionFailed) and not isinstance(health.error, NotReachable):
            if not self.is_offline:
                self.try_now()  # one slow answer is not yet a server that is gone
        elif self.is_offline and not isinstance(health.error, (NotReachable, ProfileError)):
            self.try_now()  # it may be an answer from before the server went away
        else:
            self._heard(health.error)

    def _heard(self, error: CrmError | None) -> None:
        """Take an answer, be it a no, or the want of one."""
        if isinstance(error, ProfileError):
            return  # nothing was asked
        was = self.standing
        if isinstance(error, ConnectionFailed):
            self.standing = Standing.OFFLINE
            if not self._again.isActive():
                self._again.start(round(1000 * self._waits_s[min(self._tried, len(self._waits_s) - 1)]))
                self._tried += 1
        else:
            self.standing, self._tried = Standing.ONLINE, 0
            self._again.stop()
        self._session.away = self.is_offline
        if self.standing is not was:
            self.changed.emit()
