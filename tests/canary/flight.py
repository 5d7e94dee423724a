# SPDX-License-Identifier: MIT
"""One flight of the canaries: the account dialog of every vendor, errors, a lock, crashes, log, report, command line."""

import asyncio
import contextlib
import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.errors
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from crmdesk.connectors.port import Http, ProfileField
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import CrmError
from crmdesk.engine import support
from crmdesk.engine.call_log import LoggedHttp
from crmdesk.engine.calls import Calls, is_secret_part, parts_of
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.locking import Answer, Proof
from crmdesk.engine.logs import Log
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.engine.settings import Settings
from crmdesk.ui.accounts.choice_buttons import Card
from crmdesk.ui.accounts.profile_dialog import ProfileDialog
from crmdesk.ui.messages import Messages
from crmdesk.ui.theme import Theme
from tests.canary.crashes import Crash, break_windows, family
from tests.canary.searching import Place, place, searched
from tests.ui.house import press
from tests.ui.waiting import host, until

ROOT = Path(__file__).resolve().parents[2]
PROXY_CANARY = "2024#Canary-Proxy-7c1e!ä"
CALL_CANARY = "'Canary-Call-4d07<& +"
"""Begins with what ends a value in many patterns."""
LOCK_CANARY = "Canary-Lock-91ab <"
SESSION_CANARY = "0123456789abcdef"
"""Stands behind ``sessionName=`` in the text of every crash."""
_FAULTS = (FaultKind.HTML_NOISE, FaultKind.HALF_PAGE, FaultKind.HTTP500, FaultKind.SESSION_GONE, FaultKind.REDIRECT,
           FaultKind.RESET_BODY, FaultKind.HTML_LOGIN)  # fmt: skip
_TOKEN = re.compile(
    r"(?:sessionName|session|token|access_?token|accesskey)[=\"'>:\s]+([A-Za-z0-9._-]{12,})|Bearer ([A-Za-z0-9._-]{12,})"
)


class Keychain(keyring.backend.KeyringBackend):
    """A keychain in memory, the only place where a secret may be."""

    priority = 9.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """As told."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not there")


def fly(home: Path) -> list[Place]:
    """Everything, then the search."""
    keys = Keychain()
    keyring.set_keyring(keys)
    plain = DemoServer(rows=20)
    canaries = {user: f"Canary-{user}-{os.urandom(6).hex()}-ä&<'" if user != "x" else "" for user in plain.keys}
    canaries = {user: text.encode("ascii", "ignore").decode() for user, text in canaries.items()}
    said, printed = io.StringIO(), io.StringIO()
    with DemoServer(rows=20, keys=canaries, options={"calls_per_minute": None}) as server, contextlib.redirect_stderr(said), \
            contextlib.redirect_stdout(printed):  # fmt: skip
        log = Log(home / "data" / "logs")
        _window(home, server, log)
        log.close()
        crashes = _crashed(home, keys)
        commands = _command_line(home, server)
        tokens = _tokens(server)
        typed = [text for given in server.accounts() for text in given["secrets"].values()]
        own = [PROXY_CANARY, CALL_CANARY, LOCK_CANARY, SESSION_CANARY]
        secrets = list(dict.fromkeys([*canaries.values(), *own, *typed, *tokens]))
        places = [*searched(home, secrets, commands), *_of_crashes(crashes, secrets)]
    places.append(place("what the window printed", [said.getvalue(), printed.getvalue()], secrets))
    clipboard = QGuiApplication.clipboard().text()
    places.append(place("clipboard", [clipboard], secrets))
    places.append(("secrets that were typed or handed out (0 would prove nothing)", len(secrets), []))
    kept = sum(text in secrets for text in keys.kept.values())
    places.append(("of them in the keychain, where they belong", kept, [] if kept >= 6 else ["too few were kept"]))
    return places


# ---- the window ------------------------------------------------------------------------------------------------------


def _window(home: Path, server: DemoServer, log: Log) -> None:
    import qasync

    app = QApplication.instance() or QApplication(["canary"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    Theme(app)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(_sit(home, server, log))


async def _sit(home: Path, server: DemoServer, log: Log) -> None:
    def http(profile: Profile) -> Http:
        client = HttpClient(deadline_s=5, proxy="" if "@" in profile.proxy or not profile.proxy else profile.proxy)
        return LoggedHttp(client, desk.clients.calls, profile.name)

    desk = Desk(home / "config", home / "data", make_http=http)
    desk.clients.calls.redactor = log.redactor  # as the window does it
    errors: list[BaseException] = []
    with host() as window:
        messages = Messages(window)
        for number, given in enumerate(server.accounts()):
            dialog = ProfileDialog(desk, errors.append, None, given["vendor"])
            dialog.open_in(window)
            await _type(dialog, given, desk.plugins[given["vendor"]].profile_fields, proxy=number == 0)
            saved: list[Profile] = []
            dialog.saved.connect(saved.append)
            press(dialog, "Save and open")
            await until(lambda s=saved: bool(s), 20)  # type: ignore[misc]
            await _use(desk, saved[0], server, messages, log)
        await _report(home, desk, log)
    await asyncio.to_thread(desk.close, 3)


async def _type(dialog: ProfileDialog, given: dict[str, Any], fields: Sequence[ProfileField], *, proxy: bool) -> None:
    form = dialog.form
    for card in dialog.findChildren(Card):
        if card.key == given["vendor"]:
            card.click()
    form.name.setText(f"Canary {given['vendor']}")
    form.environment[Environment.SANDBOX].setChecked(True)
    form.address.setText(str(given["url"]))
    wanted = {**given["set"], **given["secrets"]}
    for name in wanted.keys() & {field.name for field in fields}:
        editor, text = form.line_of(f"field:{name}"), str(wanted[name])
        if isinstance(editor, QLineEdit):
            editor.clear()
            QTest.keyClicks(editor, text)
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(text)))
    form.show_network(True)
    QTest.keyClicks(form.lock.passphrase, LOCK_CANARY)
    if proxy:
        form.network.kind.setCurrentIndex(2)
        form.network.proxy.setText(f"http://anna:{PROXY_CANARY}@proxy.invalid:3128")
    await asyncio.sleep(0.05)


async def _use(desk: Desk, profile: Profile, server: DemoServer, messages: Messages, log: Log) -> None:
    """Read, with every kind of trouble; what a person is told goes to the message bar and to the log."""
    account = await desk.open(profile)
    for kind in (None, *_FAULTS):
        if kind is not None:
            server.faults.add(kind, 1)
        try:
            modules = await account.session.modules(fresh=True)
            await account.session.schema(modules[0].name, fresh=True)
        except CrmError as error:
            messages.show_error(error)
            logging.getLogger("canary").warning("%s %s", error.user_text, error.detail)
        server.faults.clear()
    server.faults.clear()
    await _call(account)
    await account.mirror.update(account.session, [modules[0].name])
    await desk.locks.lock(account)
    for typed, proof in (("Canary-wrong-password", Proof.PASSPHRASE), (LOCK_CANARY, Proof.PASSPHRASE)):
        answer = await desk.locks.unlock(profile, typed, proof)
    assert answer is Answer.RIGHT
    await account.session.modules(fresh=True)
    wrong = {field.name: "Canary-wrong-password" for field in account.session.plugin.profile_fields if field.secret}
    with contextlib.suppress(CrmError):
        await desk.test(profile, wrong)


async def _call(account: Account) -> None:
    """An operation that takes passwords, where the vendor has one."""
    calls = Calls(account)
    with contextlib.suppress(CrmError):
        for operation in await calls.operations():
            parts = parts_of(operation)
            hidden = [part for part in parts if is_secret_part(part) and not part.choices]
            if hidden and operation.name.lower() != "login":
                given = {part.name: "1" for part in parts if part.required}
                with contextlib.suppress(CrmError):
                    await calls.call(operation.name, {**given, **{part.name: CALL_CANARY for part in hidden}})


async def _report(home: Path, desk: Desk, log: Log) -> None:
    parts = support.parts_of(
        settings=Settings(None),
        profiles=desk.profiles.all(),
        calls=desk.clients.calls.all(),
        log_folder=home / "data" / "logs",
        trouble="An unexpected error",
        redactor=desk.clients.calls.redactor,
    )
    support.write(home / "data" / "report.zip", parts)


# ---- crashes and the command line ------------------------------------------------------------------------------------


def _crashed(home: Path, keys: Keychain) -> list[Crash]:
    """Windows that break with every key in the text of what went wrong."""
    known = {name: text for (_, name), text in keys.kept.items() if not text.startswith("scrypt$")}
    return break_windows(home / "data" / "crashes", known)


def _of_crashes(crashes: list[Crash], secrets: list[str]) -> Iterator[Place]:
    for crash in crashes:
        yield place(f"window ended by “{crash.how}”: what it printed", [crash.printed], secrets)
    seen = [text for crash in crashes for text in crash.seen]
    yield place("arguments and environment of these windows and their children", seen, secrets)
    if sys.platform == "linux":
        memory = {one for crash in crashes for one in crash.memory}
        open_ = [f"limit {soft}, filter {chosen}" for soft, chosen in memory if soft != "0" or int(chosen, 16)]
        yield (
            "core dumps of these windows: limit 0 and empty filter",
            len(memory),
            open_ or ([] if memory else ["unseen"]),
        )


def _command_line(home: Path, server: DemoServer) -> list[Place]:
    """Commands with their secrets on standard input; arguments and environment of the process and its children."""
    hits: list[str] = []
    texts: list[str] = []
    looked = 0
    for given in server.accounts():
        sets = [part for name, text in given["set"].items() for part in ("--set", f"{name}={text}")]
        account = ["--vendor", given["vendor"], "--url", given["url"], *sets, "--secret-stdin", "--verbose"]
        for more in (["modules"], ["describe", "Nonsense"]):
            arguments = [sys.executable, "-m", "crmdesk", more[0], *account, *more[1:]]
            child = subprocess.Popen(
                arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
            )  # fmt: skip
            seen: list[str] = []
            watching = threading.Thread(target=_watch, args=(child, seen), daemon=True)
            watching.start()
            out, err = child.communicate("\n".join(given["secrets"].values()) + "\n", timeout=120)
            watching.join(5)
            texts += [out, err]
            looked += len(seen)
            hits += [f"process of {more[0]}" for text in seen for secret in given["secrets"].values() if secret in text]
    secrets = [secret for given in server.accounts() for secret in given["secrets"].values()]
    return [
        ("arguments and environment of commands and their children", looked, hits),
        place("what commands printed", texts, secrets),
    ]


def _watch(child: "subprocess.Popen[str]", seen: list[str]) -> None:
    """/proc of a process and of everything below it, until it ends."""
    while child.poll() is None:
        for number in family(child.pid):
            for name in ("cmdline", "environ"):
                with contextlib.suppress(OSError):
                    seen.append(Path(f"/proc/{number}/{name}").read_text("utf-8", "replace"))
        threading.Event().wait(0.02)


# ---- what servers handed out ------------------------------------------------------------------------------------------------------


def _tokens(server: DemoServer) -> list[str]:
    """Session names and tokens that the servers were sent."""
    found: set[str] = set()
    for seen in server.seen:
        text = f"{seen.request.query}\n{seen.request.body.decode('latin-1')}\n{json.dumps(dict(seen.request.headers))}"
        found |= {one for groups in _TOKEN.findall(text) for one in groups if one and not one.isalpha()}
    return sorted(one for one in found if len(set(one)) > 6)[:400]
