# SPDX-License-Identifier: MIT
"""Where this program keeps its files: settings in one folder, each account's data in another."""

import os
from pathlib import Path

from platformdirs import user_config_path, user_data_path


def config_dir() -> Path:
    """The folder of ``accounts.json`` and the window's settings; ``CRMDESK_CONFIG_DIR`` moves it. It may not exist yet."""
    return _moved("CRMDESK_CONFIG_DIR") or user_config_path("crmdesk", appauthor=False)


def data_dir() -> Path:
    """The folder of the accounts' files (staged edits, journal); ``CRMDESK_DATA_DIR`` moves it. It may not exist yet."""
    return _moved("CRMDESK_DATA_DIR") or user_data_path("crmdesk", appauthor=False)


def _moved(name: str) -> Path | None:
    text = os.environ.get(name, "")
    return Path(text).expanduser().absolute() if text else None
