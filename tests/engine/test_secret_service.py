# SPDX-License-Identifier: MIT
"""A real Secret Service: written, read and forgotten by our own code, over D-Bus, in a session of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_WORK = """
from crmdesk.domain.names import AccountId
from crmdesk.engine.secrets import Secrets
account, text = AccountId("round"), "p\\u00e4ss & w\\u00f6rd"
assert Secrets().write(account, "key", text), Secrets().keychain_trouble
assert Secrets().read(account, "key") == text
again = Secrets()
again.forget(account, "key")
assert Secrets().read(account, "key") is None
print("round trip")
"""


@pytest.mark.skipif(
    shutil.which("dbus-run-session") is None or shutil.which("gnome-keyring-daemon") is None,
    reason="dbus-run-session or gnome-keyring is not installed",
)
def test_a_secret_makes_its_round_trip_through_gnome_keyring(tmp_path: Path) -> None:
    pytest.importorskip("secretstorage", reason="keyring's Secret Service backend is not installed")
    script = (
        'eval "$(printf "canary\\n" | gnome-keyring-daemon --unlock --components=secrets)"; '
        f'exec "{sys.executable}" -c "$CRMDESK_WORK"'
    )
    (tmp_path / "run").mkdir(mode=0o700)
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script],
        cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, timeout=90, check=False,
        env={**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share"), "XDG_RUNTIME_DIR": str(tmp_path / "run"),
             "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring", "CRMDESK_WORK": _WORK},
    )  # fmt: skip
    assert "round trip" in done.stdout, done.stdout + done.stderr[-2000:]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert "wörd".encode() not in path.read_bytes()
