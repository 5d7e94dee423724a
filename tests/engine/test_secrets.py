# SPDX-License-Identifier: MIT
"""Secrets: a keychain that works, one that fails, one that forgets, and none."""

import subprocess
import sys
from collections.abc import Iterator

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import AccountId
from crmdesk.engine.secrets import SERVICE, Secrets

ACCOUNT = AccountId("acc")


class Keychain(keyring.backend.KeyringBackend):
    """Keeps what it is given, or raises ``trouble``."""

    priority = 1.0

    def __init__(self, trouble: Exception | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.trouble, self.asked = trouble, 0

    def _check(self) -> None:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError("not there")
        del self.kept[service, username]


@pytest.fixture
def chain() -> Iterator[Keychain]:
    """The system's keychain for one test."""
    before = keyring.get_keyring()
    keychain = Keychain()
    keyring.set_keyring(keychain)
    yield keychain
    keyring.set_keyring(before)


def test_kept_in_the_keychain_and_found_by_the_next_program(chain: Keychain) -> None:
    assert Secrets().write(ACCOUNT, "key", "s3cret")
    assert chain.kept == {(SERVICE, "acc/key"): "s3cret"}
    later = Secrets()
    assert later.read(ACCOUNT, "key") == later.needed(ACCOUNT, "key", "Key") == "s3cret"
    assert chain.asked == 3  # written, checked, read once; then it is remembered
    later.forget(ACCOUNT, "key")
    later.forget(ACCOUNT, "key")
    assert (chain.kept, later.read(ACCOUNT, "key"), later.keychain_trouble) == ({}, None, "")


def test_for_this_run_only_never_reaches_the_keychain(chain: Keychain) -> None:
    secrets = Secrets()
    secrets.keep_for_this_run(ACCOUNT, "key", "s3cret")
    assert secrets.read(ACCOUNT, "key") == "s3cret"
    secrets.keep_for_this_run(ACCOUNT, "pin", "")
    assert secrets.read(ACCOUNT, "pin") == ""
    assert (chain.kept, chain.asked) == ({}, 0)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (keyring.errors.NoKeyringError("no backend"), "offers no keychain"),
        (keyring.errors.InitError("dbus"), "locked"),
        (keyring.errors.KeyringLocked("org.freedesktop"), "locked"),
        (keyring.errors.PasswordSetError("denied"), "could not be used"),
        (RuntimeError("odd"), "could not be used"),
    ],
)
def test_a_keychain_that_fails_is_a_sentence_and_memory_serves(chain: Keychain, trouble: Exception, says: str) -> None:
    chain.trouble = trouble
    secrets = Secrets()
    assert not secrets.write(ACCOUNT, "key", "s3cret")
    assert says in secrets.keychain_trouble
    assert secrets.read(ACCOUNT, "key") == "s3cret"
    other = Secrets()
    assert other.read(ACCOUNT, "key") is None
    with pytest.raises(ProfileError, match="access key of this account is missing") as caught:
        other.needed(ACCOUNT, "key", "Access key")
    assert says in caught.value.user_text
    assert str(trouble) not in caught.value.user_text
    other.forget(ACCOUNT, "key")


def test_no_backend_at_all(chain: Keychain) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    secrets = Secrets()
    assert not secrets.write(ACCOUNT, "key", "s3cret")
    assert secrets.keychain_trouble == "This system offers no keychain."
    assert Secrets().read(ACCOUNT, "key") is None
    secrets.forget(ACCOUNT, "key")


def test_a_keychain_that_forgets_is_noticed(chain: Keychain) -> None:
    keyring.set_keyring(keyring.backends.null.Keyring())  # type: ignore[no-untyped-call]
    secrets = Secrets()
    assert not secrets.write(ACCOUNT, "key", "s3cret")
    assert "does not keep" in secrets.keychain_trouble
    assert secrets.read(ACCOUNT, "key") == "s3cret"
    secrets.forget(ACCOUNT, "key")


def test_an_empty_secret_is_a_missing_one(chain: Keychain) -> None:
    secrets = Secrets()
    secrets.keep_for_this_run(ACCOUNT, "key", "")
    with pytest.raises(ProfileError):
        secrets.needed(ACCOUNT, "key", "Key")


@pytest.mark.skipif(sys.platform != "linux", reason="where the kernel hands memory out is a matter of its own")
def test_a_crash_writes_no_memory_to_the_disk() -> None:
    """A limit of 0 binds files alone; the filter binds a program that the kernel pipes the memory to, too."""
    code = (
        "import resource; from crmdesk.engine.secrets import Secrets; Secrets()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], int(open('/proc/self/coredump_filter').read(), 16))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0"]
