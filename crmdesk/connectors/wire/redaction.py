# SPDX-License-Identifier: MIT
"""Takes secrets out of texts that people, logs and recordings may see."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import Lock

from crmdesk.connectors.wire.spellings import Spelt, spelt

MASK = "•••"

_SHORTEST = 4
"""Characters. A shorter secret would mask half of every text; its parameter's name still guards it."""

# Whole parameter names: "key" alone would mask half of every reply.
_NAMES = (
    r"(?:[a-z]*_?(?:password|passwd|passkey|accesskey|access_key|authcode|auth_code|api_?key|secret|passphrase)"
    r"|(?:access|refresh|auth|id|csrf|bearer|security)_?token|token|session_?name|session_?id|sid|session|pwd|pass|passw)"
)
_NAME = re.compile(rf"(?i){_NAMES}")
_FIELD = re.compile(
    r"(?i)[a-z0-9]*_?(?:password|passwd|passkey|access_?key|auth_?code|api_?key|secret|passphrase"
    r"|(?:access|refresh|auth|id|csrf|bearer|security)_?token)"
)
"""Fields of records: “session” or “pass” may be a date or a ski pass there."""
_IN_QUERY = re.compile(rf"(?i)(?<![\w-])({_NAMES}=)[^&\s\"'<>]*")
_IN_JSON = re.compile(rf'(?i)(["\']{_NAMES}["\']\s*:\s*)("(?:[^"\\]|\\.)*"?|\'[^\']*\'?|[^\s,}}\]]+)')
_IN_XML = re.compile(rf"(?i)(<(?:[\w-]+:)?{_NAMES}(?:\s[^<>]*)?>)[^<]+")
_IN_HEADER = re.compile(r"(?im)((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)([\"']?\s*:\s*)[^\r\n]+")
_IN_ADDRESS = re.compile(r"(?i)([a-z][a-z0-9+.-]{0,20}://)[^\s/?#@]+@")  # bounded: "a.a.a…" would cost its square

# Every exchange is masked for the report of trouble, and hardly one holds a secret: these find out quickly whether it may.
_KEYS_IN_QUERY = re.compile(r"(?<![\w-])([\w-]+)=")
_KEYS_IN_JSON = re.compile(r"(?i)[\"']([a-z_]+)[\"']\s*:")
_KEYS_IN_XML = re.compile(r"(?i)<(?:[\w-]+:)?([a-z_]+)[\s>]")
_LOGIN_IN_ADDRESS = re.compile(r"://[^\s/?#@]+@")
_HEADERS = ("authorization", "cookie", "x-api-key")


class Redactor:
    """Knows the secrets of one account and how parameters that carry secrets are called."""

    def __init__(self) -> None:
        self._secrets: dict[str, Spelt] = {}  # longest first; replaced, not changed: other threads look through it
        self._learning = Lock()

    def knows(self, secret: str) -> bool:
        """Whether this text is masked already, or too short to be."""
        return len(secret) < _SHORTEST or secret in self._secrets

    def add(self, secret: str) -> None:
        """Mask this text from now on, in every spelling it may travel in; very short texts are left alone."""
        if self.knows(secret):
            return
        one = spelt(secret)
        with self._learning:
            known = sorted({**self._secrets, secret: one}.items(), key=lambda pair: len(pair[0]), reverse=True)
            self._secrets = dict(known)

    def redacted(self, text: str) -> str:
        """The text with known secrets, and whatever stands behind a secret's name, masked."""
        # No pattern of all: each new session would compile one, larger than the last.
        for secret in self._secrets.values():
            text = secret.masked_in(text, MASK)
        if _LOGIN_IN_ADDRESS.search(text):
            text = _IN_ADDRESS.sub(rf"\1{MASK}@", text)
        if _has_secrets(_KEYS_IN_QUERY, text):
            text = _IN_QUERY.sub(rf"\1{MASK}", text)
        if _has_secrets(_KEYS_IN_JSON, text):
            text = _IN_JSON.sub(rf'\1"{MASK}"', text)
        if _has_secrets(_KEYS_IN_XML, text):
            text = _IN_XML.sub(rf"\1{MASK}", text)
        small = text.lower()
        return _IN_HEADER.sub(rf"\1\2{MASK}", text) if any(one in small for one in _HEADERS) else text


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether a parameter of this name carries a secret."""
    return _NAME.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def is_secret_field(name: str) -> bool:
    """Whether a record's field of this name holds one, with whatever vendor."""
    return _FIELD.fullmatch(name) is not None


def without_secrets(value: object, is_own: Callable[[str], bool], mask: str = MASK) -> object:
    """A JSON value with those of secret fields masked.

    Args:
        is_own: names that mean a secret with this vendor, beside those that do with every one.
    """
    if isinstance(value, Mapping):
        return {
            name: mask
            if one not in (None, "", 0) and (is_secret_field(str(name)) or is_own(str(name)))
            else without_secrets(one, is_own, mask)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(one, is_own, mask) for one in value]
    return value


def _has_secrets(keys: re.Pattern[str], text: str) -> bool:
    """Whether a parameter in the text is called as secrets are."""
    return any(map(is_secret, set(keys.findall(text))))
