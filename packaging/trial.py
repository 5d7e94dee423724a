# SPDX-License-Identifier: MIT
"""Uses an installed crmdesk as a person and a script would, on its own demo server: what every installer must pass.

The program may live in another root (a chroot): `Program.command` says how it is reached.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple

PICTURES = 8  # fewer would mean that the tour stopped on its way
# One module of each kind of vendor that every demo site has, by the words it may go by.
_COMPANIES = ("Accounts", "accounts", "company", "Organisations")


class Program(NamedTuple):
    """How to run crmdesk: the command's first words, its whole environment, and where its paths are seen from here.

    Attributes:
        root: "" on this system; else the folder that is "/" for the program.
    """

    command: tuple[str, ...]
    environ: dict[str, str]
    root: str = ""

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of crmdesk; `more` is added to its environment."""
        return subprocess.run(
            [*self.command, *arguments],
            env={**self.environ, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )


class Finding(NamedTuple):
    """One thing tried: what it claims, whether it held, how long it took, and what was printed where it did not."""

    claim: str
    holds: bool
    took_s: float
    output: str = ""


def findings(program: Program, version: str, folder: str) -> Iterator[Finding]:
    """Try everything, one finding after the other.

    Args:
        version: what `crmdesk --version` must say.
        folder: an empty folder as the program sees it; it gets the pictures.
    """
    began = time.monotonic()
    done = program.run("--version")
    yield _found("crmdesk --version", done.stdout.strip() == f"crmdesk {version}", began, done)
    began = time.monotonic()
    done = program.run("vendors", "--json")
    vendors = _json(done.stdout)
    yield _found(f"vendors --json lists {len(vendors)} vendors", len(vendors) >= 5, began, done)
    with demo_server(program) as accounts:
        for account in accounts:
            yield _asked(program, account)
        yield from _over_tls(program, accounts[0] if accounts else None)
    began = time.monotonic()
    done = program.run("--demo", "--screenshots", folder, QT_QPA_PLATFORM="offscreen")
    seen = program.root + folder
    names = sorted(os.listdir(seen)) if os.path.isdir(seen) else []
    whole = [name for name in names if _is_picture(os.path.join(seen, name))]
    claim = f"without a display, --demo --screenshots writes {len(whole)} pictures"
    yield _found(claim, done.returncode == 0 and len(whole) == len(names) >= PICTURES, began, done)


def _asked(program: Program, account: dict[str, Any]) -> Finding:
    """List the modules of a demo account and ask for three companies."""
    began = time.monotonic()
    words, secrets = how_to_sign_in(account)
    done = program.run("modules", "--json", *words, **secrets)
    names = [str(module["name"]) for module in _json(done.stdout)]
    module = next((name for name in _COMPANIES if name in names), names[0] if names else "Accounts")
    done = program.run("query", module, "--limit", "3", "--format", "json", *words, **secrets)
    rows = len(_json(done.stdout))
    return _found(
        f"{account['vendor']}: {len(names)} modules, 3 rows of {module}", bool(names) and rows == 3, began, done
    )


def how_to_sign_in(account: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Return the words and the environment by which the command line reaches an account of the demo server."""
    words = ["--vendor", account["vendor"], "--url", account["url"]]
    for name, value in account["set"].items():
        words += ["--set", f"{name}={value}"]
    secrets = {}
    for number, (name, value) in enumerate(account["secrets"].items()):
        secrets[f"CRMDESK_TRIAL_{number}"] = value
        words += ["--secret-env", f"{name}=CRMDESK_TRIAL_{number}"]
    return words, secrets


@contextmanager
def demo_server(program: Program) -> Iterator[list[dict[str, Any]]]:
    """The program's own demo server on a free port; the accounts it names. No account where it does not start."""
    server = subprocess.Popen(
        [*program.command, "demo-server", "--port", "0", "--rows", "200"],
        env=program.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        yield _json(line).get("accounts", []) if line.startswith("{") else []
    finally:
        if sys.platform == "win32":
            server.terminate()
        else:
            os.killpg(server.pid, signal.SIGTERM)  # with whatever children it has
        server.wait()
        server.stdout.close()


def _over_tls(program: Program, account: dict[str, Any] | None) -> Iterator[Finding]:
    """Speak to a server with a certificate that only --ca-file vouches for, and see it refused without."""
    if account is None or not shutil.which("openssl"):
        return
    began = time.monotonic()
    with tempfile.TemporaryDirectory(
        prefix="crmdesk-tls-", dir=f"{program.root}/var/tmp" if program.root else None
    ) as folder:
        key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        make += ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
        subprocess.run(make, check=True, capture_output=True)
        os.chmod(folder, 0o755)
        with _tls_front(account["url"], key, certificate) as url:
            words, secrets = how_to_sign_in({**account, "url": url})
            refused = program.run("modules", "--json", *words, **secrets)
            trusted = certificate.removeprefix(program.root) if program.root else certificate
            done = program.run("modules", "--json", *words, "--ca-file", trusted, **secrets)
    yield _found(
        "an unknown certificate is refused", refused.returncode == 1 and "ertificate" in refused.stderr, began, refused
    )
    yield _found("a certificate given with --ca-file is trusted", len(_json(done.stdout)) > 0, began, done)


@contextmanager
def _tls_front(url: str, key: str, certificate: str) -> Iterator[str]:
    """A server that speaks TLS and passes every request on to the demo server; its address."""
    import http.client
    from urllib.parse import urlsplit

    behind = urlsplit(url)

    class Front(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            connection = http.client.HTTPConnection(str(behind.hostname), behind.port or 80)
            connection.request(self.command, self.path, body, dict(self.headers))
            reply = connection.getresponse()
            content = reply.read()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.headers.get("Content-Type") or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            connection.close()

        do_GET = do_POST = _pass_on  # noqa: N815  names of http.server

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, *_: object) -> None:  # a client that refuses our certificate
            pass

    server = Quiet(("127.0.0.1", 0), Front)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"https://localhost:{server.server_port}{behind.path}"
    finally:
        server.shutdown()
        server.server_close()


def _is_picture(path: str) -> bool:
    """Tell whether a file is a PNG with something in it."""
    with open(path, "rb") as file:
        return file.read(8) == b"\x89PNG\r\n\x1a\n" and os.path.getsize(path) > 2000


def _json(text: str) -> Any:  # Any: what a command printed; each caller knows its shape
    try:
        return json.loads(text)
    except ValueError:
        return {}


def _found(claim: str, holds: bool, began: float, done: subprocess.CompletedProcess[str]) -> Finding:
    output = "" if holds else f"exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return Finding(claim, holds, time.monotonic() - began, output)


def tell(finding: Finding) -> bool:
    """Print one finding; return whether it held."""
    print(f"{'ok    ' if finding.holds else 'FAILED'} {finding.took_s:6.1f} s  {finding.claim}", flush=True)
    for line in finding.output.splitlines():
        print(f"          {line}")
    return finding.holds
