# SPDX-License-Identifier: MIT
"""Types known secrets into every field that takes one, exercises the program, and looks for them: ``python -m tests.canary``.

Prints every place searched with the number of hits; 1 where there is one. Everything happens in a folder of its own,
against demo servers whose keys are the canaries.
"""

import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run and print the places."""
    with tempfile.TemporaryDirectory(prefix="crmdesk-canary-") as place:
        home = Path(place)
        os.environ.update(
            HOME=place, USERPROFILE=place, TMPDIR=str(home / "tmp"), CRMDESK_CONFIG_DIR=str(home / "config"),
            CRMDESK_DATA_DIR=str(home / "data"), QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        )  # fmt: skip
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = str(home / f"xdg-{name.lower()}")
        (home / "tmp").mkdir()
        tempfile.tempdir = None  # from now on everything temporary lies here, too
        from tests.canary.flight import fly

        found = fly(home)
        for place_name, looked_at, hits in found:
            print(f"{place_name:<58}{looked_at:>8}{len(hits):>6} hits")
            for hit in hits[:5]:
                print(f"    {hit}")
        total = sum(len(hits) for _, _, hits in found)
        print(f"{total} hits")
        return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
