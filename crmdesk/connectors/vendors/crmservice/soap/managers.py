# SPDX-License-Identifier: MIT
"""The managers of an installation: found by trying, each with its own WSDL, and remembered with the account.

``<root>/CrmIntegrationWebservice/service.php?class=accountManager&wsdl``. The names in ``_DOCUMENTED`` stand in the
vendor's documents; those in ``_LIKELY`` are tried because installations have more than the documents tell. The page
``/CrmIntegrationWebservice/`` lists an installation's own, where it may be read.
"""

import json
import os
import re
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from crmdesk.connectors.port import Http
from crmdesk.connectors.wire.soap import SoapService, Wsdl, load_wsdl
from crmdesk.domain.errors import (
    ConnectionFailed,
    CrmError,
    NotACrm,
    NotReachable,
    RateLimited,
    ServerFault,
    TlsRefused,
    UnknownOperation,
)
from crmdesk.domain.sentence import sentence

FOLDER = "/CrmIntegrationWebservice"
_DOCUMENTED = [
    "sessionManager",
    "accountManager",
    "contactManager",
    "productManager",
    "salesorderManager",
    "fieldManager",
    "entityManager",
    "picklistManager",
]
_LIKELY = [
    "invoice",
    "quote",
    "lead",
    "potential",
    "ticket",
    "purchaseorder",
    "project",
    "campaign",
    "document",
    "user",
    "activity",
    "pricebook",
    "vendor",
]
_SPELLINGS = {
    "salesorderManager": ("salesOrderManager", "SalesOrderManager"),
    "purchaseorderManager": ("purchaseOrderManager",),
    "ticketManager": ("helpdeskManager", "helpDeskManager"),
    "activityManager": ("calendarManager",),
    "pricebookManager": ("priceBookManager",),
}
_NAME = re.compile(r"(?<![\w-])([A-Za-z]\w{1,40}Manager)(?![\w-])")
_MEMORY_S = 7 * 86400.0
_FILE = "managers.json"


def is_passing(error: CrmError) -> bool:
    """Whether an error says nothing about what is there: the server is away or busy. PHP answers an unknown class with 500."""
    busy = isinstance(error, ServerFault) and error.code in ("502", "503", "504")
    return busy or isinstance(error, (ConnectionFailed, RateLimited))


class Managers:
    """Owned by one connector. Reads a WSDL when it is first needed.

    Args:
        cache_dir: "" = remember nothing.
    """

    def __init__(self, http: Http, root: str, cache_dir: str, *, clock: Callable[[], float] = time.time) -> None:
        self._http, self._url, self._cache_dir, self._clock = http, f"{root}{FOLDER}", cache_dir, clock
        self._wsdls: dict[str, Wsdl | None] = {}
        self._services: dict[str, SoapService] = {}
        self._names: tuple[str, ...] | None = None
        self._unlisted: frozenset[str] | None = None

    def wsdl(self, name: str) -> Wsdl | None:
        """A manager's WSDL; None = the installation has no such manager.

        Raises:
            ConnectionFailed, RateLimited, ServerFault: it cannot be told now.
        """
        if name not in self._wsdls:
            try:
                self._wsdls[name] = self._load(name)
            except CrmError as error:
                if is_passing(error):
                    raise
                self._wsdls[name] = None
        return self._wsdls[name]

    def needed(self, name: str) -> Wsdl:
        """A manager's WSDL, and the reason where there is none."""
        found = self._wsdls.get(name)
        if found is None:
            found = self._wsdls[name] = self._load(name)
        return found

    def _load(self, name: str) -> Wsdl:
        wsdl = load_wsdl(
            self._http,
            f"{self._url}/service.php",
            params={"class": name, "wsdl": ""},
            cache_dir=self._cache_dir,
        )
        if not wsdl.operations:
            raise NotACrm(sentence("The server has no {name}.", name=name))
        return wsdl

    def service(self, name: str) -> SoapService:
        """A manager ready to be called.

        Raises:
            UnknownOperation: there is no such manager.
        """
        if name not in self._services:
            wsdl = self.wsdl(name)
            if wsdl is None:
                raise UnknownOperation(sentence("This server has no {name}.", name=name), name)
            self._services[name] = SoapService(self._http, f"{self._url}/service.php?class={name}", wsdl)
        return self._services[name]

    def named(self, stem: str) -> str:
        """The manager of this stem in the spelling that answers, "" = there is none: ``named("salesorder")``."""
        usual = f"{stem}Manager"
        known = self._remembered_names()
        spellings = (usual, *_SPELLINGS.get(usual, ()))
        if known:
            return next((name for name in spellings if name in known), "")
        return next((name for name in spellings if self.wsdl(name) is not None), "")

    def names(self) -> tuple[str, ...]:
        """Every manager that answers.

        Raises:
            ConnectionFailed.
        """
        if self._names is None:
            self._names = self._remembered_names() or self._found()
        return self._names

    def _found(self) -> tuple[str, ...]:
        told = self._told_by_page()
        tried = dict.fromkeys([*_DOCUMENTED, *told])
        if not told:
            tried |= dict.fromkeys(f"{stem}Manager" for stem in _LIKELY)
        found: list[str] = []
        for usual in tried:
            spellings = (usual, *(() if told else _SPELLINGS.get(usual, ())))
            name = next((name for name in spellings if self.wsdl(name) is not None), "")
            if name and name.lower() not in {one.lower() for one in found}:
                found.append(name)
        names = tuple(found)
        self._remember(names=names)
        return names

    def _told_by_page(self) -> list[str]:
        """The names on the installation's own page; most ask for a login of another kind there, then none."""
        try:
            reply = self._http.get(f"{self._url}/", {})
        except (NotReachable, TlsRefused):
            raise
        except CrmError:
            return []
        if reply.status != 200:
            return []
        text = reply.body[:500_000].decode("utf-8", "replace")
        return list(dict.fromkeys(_NAME.findall(text)))[:60]

    # What is remembered with the account

    def unlisted(self) -> frozenset[str] | None:
        """The managers whose search finds nothing without a condition; None = not tried yet."""
        if self._unlisted is None:
            told = self._memory().get("unlisted")
            self._unlisted = frozenset(map(str, told)) if isinstance(told, list) else None
        return self._unlisted

    def remember_unlisted(self, names: frozenset[str]) -> None:
        """Keep what the trial said."""
        self._unlisted = names
        self._remember(unlisted=sorted(names))

    def _remembered_names(self) -> tuple[str, ...]:
        if self._names:
            return self._names
        told = self._memory().get("names")
        return tuple(map(str, told)) if isinstance(told, list) else ()

    def _memory(self) -> dict[str, object]:
        if not self._cache_dir:
            return {}
        try:
            held = json.loads((Path(self._cache_dir) / _FILE).read_text(encoding="utf-8"))
            fresh = isinstance(held, dict) and 0 <= self._clock() - float(held.get("at", 0)) < _MEMORY_S
        except (OSError, ValueError, TypeError):
            return {}
        return held if fresh and held.get("url") == self._url else {}

    def _remember(self, **more: object) -> None:
        if not self._cache_dir:
            return
        held = {"at": self._clock(), **self._memory(), "url": self._url, **more}
        with suppress(OSError, TypeError, ValueError):
            folder = Path(self._cache_dir)
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, prefix=".managers")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(held, file)
            Path(name).replace(folder / _FILE)

    def forget(self) -> None:
        """Ask everything anew at the next occasion."""
        self._names = self._unlisted = None
        self._wsdls.clear()
        self._services.clear()
