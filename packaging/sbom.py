# SPDX-License-Identifier: MIT
"""The software bill of materials of a build: CycloneDX 1.5 as JSON, from the lock and from what is installed.

    python3 packaging/run.py sbom [FILE]       of the lock alone, into dist/crmdesk.cdx.json

A bundle brings its own beside its licences. The serial number comes from the content, so that the same build has the
same bill.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from importlib.metadata import distributions
from pathlib import Path
from uuid import UUID

from lockfile import Pin, pins

ROOT = Path(__file__).resolve().parents[1]


def main(argv: list[str]) -> int:
    """Write it; return the exit code."""
    target = Path(argv[0]) if argv else ROOT / "dist" / "crmdesk.cdx.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    write(target)
    print(f"{target}: {len(json.loads(target.read_text('utf-8'))['components'])} components")
    return 0


def write(target: Path, site: str = "", lock: Path = ROOT / "packaging" / "requirements" / "run.txt") -> None:
    """Write the bill of the lock's packages; of those in ``site`` alone where one is given, with their licences.

    Raises:
        OSError, ValueError: as ``lockfile.pins``.
    """
    target.write_text(json.dumps(bill(pins(lock), licences(site)), indent=1, sort_keys=True) + "\n", encoding="utf-8")


def bill(listed: tuple[Pin, ...], known: dict[str, str] | None) -> dict[str, object]:
    """The bill; ``known``: name -> licence of what is installed, None = everything locked."""
    shipped = [pin for pin in listed if known is None or normal(pin.name) in known]
    components = [_component(pin, (known or {}).get(normal(pin.name), "")) for pin in shipped]
    version = re.search(r'__version__ = "([^"]+)"', (ROOT / "crmdesk" / "__init__.py").read_text("utf-8"))
    told = version[1] if version is not None else "0"
    digest = hashlib.sha256(json.dumps([told, components], sort_keys=True).encode()).digest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{UUID(bytes=digest[:16], version=5)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "name": "crmdesk", "version": told, "bom-ref": f"crmdesk@{told}",
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": f"crmdesk@{told}", "dependsOn": [str(one["bom-ref"]) for one in components]}],
    }  # fmt: skip


def _component(pin: Pin, licence: str) -> dict[str, object]:
    address = f"pkg:pypi/{normal(pin.name)}@{pin.version}"
    found: dict[str, object] = {
        "type": "library",
        "name": pin.name,
        "version": pin.version,
        "purl": address,
        "bom-ref": address,
    }
    if licence:
        found["licenses"] = [{"license": {"name": licence}}]
    # Each hash belongs to one file of the release; which one was installed depends on the system.
    found["properties"] = [
        *({"name": "crmdesk:locked-sha256", "value": one} for one in pin.hashes),
        *([{"name": "crmdesk:marker", "value": pin.marker}] if pin.marker else []),
    ]
    return found


def licences(site: str) -> dict[str, str] | None:
    """Name -> licence of everything in a folder of packages, None where none is given."""
    if not site:
        return None
    found: dict[str, str] = {}
    for one in distributions(path=[site]):
        head = one.metadata
        told = next((str(head[name]) for name in ("License-Expression", "License") if name in head), "")
        found[normal(head["Name"])] = told.split("\n")[0][:100]
    return found


def normal(name: str) -> str:
    """As PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
