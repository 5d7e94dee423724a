# SPDX-License-Identifier: MIT
"""A keychain for starts that are measured: a JSON file, named by ``BENCH_KEYCHAIN``; demo secrets only."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class FileKeychain(KeyringBackend):
    """Chosen by ``PYTHON_KEYRING_BACKEND``."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """As every keychain."""
        return self._known().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """As every keychain."""
        self._path().write_text(json.dumps({**self._known(), f"{service}/{username}": password}), encoding="utf-8")

    def delete_password(self, service: str, username: str) -> None:
        """As every keychain."""
        known = self._known()
        known.pop(f"{service}/{username}", None)
        self._path().write_text(json.dumps(known), encoding="utf-8")

    @staticmethod
    def _path() -> Path:
        return Path(os.environ["BENCH_KEYCHAIN"])

    def _known(self) -> dict[str, str]:
        path = self._path()
        known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return known
