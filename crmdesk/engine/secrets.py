# SPDX-License-Identifier: MIT
"""Secrets: the system's keychain behind a few functions, and memory where there is none. Blocking; call from a lane."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import AccountId
from crmdesk.domain.sentence import joined, sentence

SERVICE = "crmdesk"


class Secrets:
    """Keeps each account's secrets. One object for the whole program; safe from any thread.

    Attributes:
        learned: told every secret that comes to be known here, so that nothing ever shows it.
        keychain_trouble: why the keychain could not be used, "" = it works or was not asked yet.
    """

    def __init__(self) -> None:
        self._memory: dict[tuple[AccountId, str], str] = {}
        self._kept: set[tuple[AccountId, str]] = set()  # those of them that the keychain holds, too
        self.learned: Callable[[str], None] = lambda _: None
        self.keychain_trouble = ""
        _no_core_dumps()

    def read(self, account: AccountId, name: str) -> str | None:
        """The secret, None where nobody knows it. A keychain that fails counts as empty."""
        if (account, name) in self._memory:
            return self._memory[account, name]
        import keyring  # 140-280 ms: only when a secret is needed
        import keyring.errors

        try:
            secret = keyring.get_password(SERVICE, f"{account}/{name}")
        except (keyring.errors.KeyringError, RuntimeError) as error:
            self.keychain_trouble = _trouble(error)
            return None
        if secret is not None:
            self._know(account, name, secret)
            self._kept.add((account, name))
        return secret

    def keep_for_this_run(self, account: AccountId, name: str, secret: str) -> None:
        """Remember it until the program ends, nowhere else."""
        self._know(account, name, secret)
        self._kept.discard((account, name))

    def let_go(self, account: AccountId) -> None:
        """Forget here what the keychain keeps anyway; what is known for this run only stays, since it is nowhere else."""
        for place in [place for place in tuple(self._kept) if place[0] == account]:
            self._memory.pop(place, None)
            self._kept.discard(place)

    def _know(self, account: AccountId, name: str, secret: str) -> None:
        self._memory[account, name] = secret
        self.learned(secret)

    def write(self, account: AccountId, name: str, secret: str) -> bool:
        """Keep it in the keychain and for this run.

        Returns:
            False where there is no keychain, so that it lasts for this run only.
        """
        self._know(account, name, secret)
        self._kept.discard((account, name))
        import keyring
        import keyring.errors

        try:
            keyring.set_password(SERVICE, f"{account}/{name}", secret)
            stored = keyring.get_password(SERVICE, f"{account}/{name}") == secret  # a null keychain forgets
        except (keyring.errors.KeyringError, RuntimeError) as error:
            self.keychain_trouble = _trouble(error)
            return False
        if not stored:
            self.keychain_trouble = sentence("The system's keychain does not keep what it is given.")
        else:
            self._kept.add((account, name))
        return stored

    def forget(self, account: AccountId, name: str) -> None:
        """Remove it everywhere."""
        self._memory.pop((account, name), None)
        self._kept.discard((account, name))
        import keyring
        import keyring.errors

        try:
            keyring.delete_password(SERVICE, f"{account}/{name}")
        except keyring.errors.PasswordDeleteError:
            pass  # it was not there
        except (keyring.errors.KeyringError, RuntimeError) as error:
            self.keychain_trouble = _trouble(error)

    def needed(self, account: AccountId, name: str, label: str) -> str:
        """The secret.

        Raises:
            ProfileError: nobody knows it.
        """
        secret = self.read(account, name)
        if not secret:
            reason = joined(" ", self.keychain_trouble, between="") if self.keychain_trouble else ""
            raise ProfileError(
                sentence(
                    "The {label} of this account is missing; type it in the account's settings.{reason}",
                    label=label.lower(),
                    reason=reason,
                )
            )
        return secret


def _no_core_dumps() -> None:
    """A crash must not write this process's memory, which holds secrets, to a disk.

    The limit alone does not bind a program that the kernel hands the memory to (core_pattern with a pipe); an empty
    filter does (Linux, core(5)). Not dumpable at all would be stronger, but desktop portals refuse such processes.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with suppress(OSError):
        Path("/proc/self/coredump_filter").write_text("0", "ascii")
    with suppress(ImportError, AttributeError, OSError):
        import ctypes

        # Windows: reports leave the heap out (WerSetFlags, WER_FAULT_REPORTING_FLAG_NOHEAP = 1).
        getattr(ctypes, "windll").kernel32.WerSetFlags(1)  # noqa: B009  there is none elsewhere


def _trouble(error: Exception) -> str:
    """A sentence; keyring's own texts speak of D-Bus and backends."""
    kind = type(error).__name__
    if kind == "NoKeyringError":
        return sentence("This system offers no keychain.")
    if kind in ("InitError", "KeyringLocked"):
        return sentence("The system's keychain is locked.")
    return sentence("The system's keychain could not be used.")
