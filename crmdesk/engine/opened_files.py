# SPDX-License-Identifier: MIT
"""Documents that were loaded to be looked at: a folder for each list of them, private, gone with it or at the next start.

<temporary folder>/crmdesk-opened-<process>-XXXXXX/    0700, removed by its owner; what a killed process left is swept
"""

import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

_DAY_S: Final = 86_400
_NAME: Final = re.compile(r"crmdesk-opened-(\d{1,10})-\w{6}")


def template() -> str:
    """For Qt's temporary folders, which are private and are removed with the object that made them."""
    return str(Path(tempfile.gettempdir()) / f"crmdesk-opened-{os.getpid()}-XXXXXX")


def sweep() -> int:
    """Remove what processes that are gone have left; how many folders. A process of another person's is none of ours."""
    swept = 0
    for path in Path(tempfile.gettempdir()).glob("crmdesk-opened-*"):
        named = _NAME.fullmatch(path.name)
        if named is None or path.is_symlink() or not _is_ours(path) or _may_be_used(path, int(named[1])):
            continue
        shutil.rmtree(path, ignore_errors=True)
        swept += 1
    return swept


def _is_ours(path: Path) -> bool:
    try:
        return path.is_dir() and (os.name == "nt" or path.stat().st_uid == os.getuid())
    except OSError:
        return False


def _may_be_used(path: Path, process: int) -> bool:
    """Whether its process may run; in doubt nothing is removed. Windows has no harmless question: there a day decides."""
    if process == os.getpid():
        return True
    try:
        if os.name == "nt":
            return time.time() - path.stat().st_mtime < _DAY_S
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
