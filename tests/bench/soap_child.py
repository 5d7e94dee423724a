# SPDX-License-Identifier: MIT
"""A child that decodes one SOAP reply, or opens a service with a WSDL on disk, and tells seconds and memory.

Seconds of the processor: nothing here waits for anybody, and other work on the machine does not count.

``python -m tests.bench.soap_child <now> decode|zeep FILE WSDL OPERATION VERSION``
``python -m tests.bench.soap_child <now> open FOLDER OPERATION``
``python -m tests.bench.soap_child <now> hostile NAME``
"""

import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from tests.bench.memory import rss_mb


def forget_most() -> float:
    """Let the system begin anew to note the most memory held; MB held now."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return rss_mb()


def most_mb() -> float:
    """The most MB held since; what is held now where the system does not tell."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    return rss_mb()


def decoded(path: str) -> dict[str, Any]:
    """Our own way, three times: the first in a fresh process, the others warm."""
    from crmdesk.connectors.wire.soap import decode

    body = Path(path).read_bytes()
    before, taken = forget_most(), []
    for _ in range(3):
        begun = time.process_time()
        found = decode(body)
        taken.append(time.process_time() - begun)
    result = found.result
    rows = result["entries"] if isinstance(result, dict) else None
    return {"seconds": taken, "mb": most_mb() - before, "rows": len(rows or ()), "bytes": len(body)}


def by_zeep(path: str, wsdl: str, operation: str, version: str) -> dict[str, Any]:
    """zeep's own parse of the same bytes, of what 1.2 puts before the result rid."""
    from lxml import etree

    from crmdesk.connectors.wire.soap import SoapVersion
    from crmdesk.connectors.wire.soap.description import describe
    from crmdesk.connectors.wire.soap.names import RPC_12

    binding = describe(Path(wsdl).read_bytes(), "bench").bindings[SoapVersion[version]]
    body = Path(path).read_bytes()
    before = forget_most()
    begun = time.process_time()
    root = etree.fromstring(body)
    for one in list(root.iter(f"{{{RPC_12}}}result")):
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    result = binding.get(operation).process_reply(root)
    taken = time.process_time() - begun
    rows = result.entries
    rows = getattr(rows, "_value_1", rows)
    return {"seconds": [taken], "mb": most_mb() - before, "rows": len(rows), "bytes": len(body)}


def opened(folder: str, operation: str) -> dict[str, Any]:
    """From nothing imported to the operations of a WSDL on disk and the bytes of a first request."""
    begun = time.process_time()
    from crmdesk.connectors.wire.soap import SoapService, load_wsdl

    imported = time.process_time()
    http: Any = _NoHttp()
    wsdl = load_wsdl(http, "https://bench.example/soap", params={"wsdl": ""}, cache_dir=folder)
    operations = len(wsdl.operations)
    service = SoapService(http, "https://bench.example/soap", wsdl)
    arguments: dict[str, Any] = {part.name: _EMPTY.get(part.kind, 0) for part in wsdl.operations[operation].parameters}
    length = len(service.build(operation, arguments))
    done = time.process_time()
    return {"seconds": [done - begun], "own": imported - begun, "operations": operations, "bytes": length}


_EMPTY: dict[str, Any] = {"text": "", "list": [], "group": {}}


class _NoHttp:
    """The disk must answer."""

    def get(self, *_: object, **__: object) -> NoReturn:
        raise RuntimeError("the WSDL was not on disk")


def hostile(name: str) -> dict[str, Any]:
    """One hostile reply."""
    from crmdesk.connectors.wire.soap import decode
    from crmdesk.domain.errors import CrmError
    from tests.connectors.wire.soap.hostile import HOSTILE

    body = HOSTILE[name]()
    before, begun = forget_most(), time.process_time()
    with contextlib.suppress(CrmError):
        decode(body)
    return {"seconds": [time.process_time() - begun], "mb": max(0.0, most_mb() - before)}


if __name__ == "__main__":
    kinds: dict[str, Any] = {"decode": decoded, "zeep": by_zeep, "open": opened, "hostile": hostile}
    print(json.dumps(kinds[sys.argv[2]](*sys.argv[3:])))
