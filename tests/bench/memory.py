# SPDX-License-Identifier: MIT
"""How much memory this process holds."""

import sys
from pathlib import Path


def rss_mb() -> float:
    """Resident memory in MB; where the system does not tell what is held now, the most that was ever held."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return 0.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 / (1024 if sys.platform == "darwin" else 1)
