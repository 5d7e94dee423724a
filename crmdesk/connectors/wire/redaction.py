# SPDX-License-Identifier: MIT
"""Takes secrets out of texts that people, logs and recordings may see."""

import base64
import json
import re
from functools import lru_cache
from html import escape
from threading import Lock
from urllib.parse import quote, quote_plus

MASK = "•••"

_SHORTEST = 4
"""Characters. A shorter secret would mask half of every text; its parameter's name still guards it."""

# Whole parameter names: "key" alone would mask half of every reply.
_NAMES = (
    r"(?:[a-z]*_?(?:password|passwd|passkey|accesskey|access_key|authcode|auth_code|api_?key|secret|passphrase)"
    r"|(?:access|refresh|auth|id|csrf|bearer|security)_?token|token|session_?name|session_?id|sid|session|pwd|pass|passw)"
)
_NAME = re.compile(rf"(?i){_NAMES}")
_IN_QUERY = re.compile(rf"(?i)(?<![\w-])({_NAMES}=)[^&\s\"'<>]*")
_IN_JSON = re.compile(rf'(?i)(["\']{_NAMES}["\']\s*:\s*)("(?:[^"\\]|\\.)*"?|\'[^\']*\'?|[^\s,}}\]]+)')
_IN_XML = re.compile(rf"(?i)(<(?:[\w-]+:)?{_NAMES}(?:\s[^<>]*)?>)[^<]+")
_IN_HEADER = re.compile(r"(?im)((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)([\"']?\s*:\s*)[^\r\n]+")
_IN_ADDRESS = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^\s/?#@]+@")

# Every exchange is masked for the report of trouble, and hardly one holds a secret: these find out quickly whether it may.
_KEYS_IN_QUERY = re.compile(r"(?<![\w-])([\w-]+)=")
_KEYS_IN_JSON = re.compile(r"(?i)[\"']([a-z_]+)[\"']\s*:")
_KEYS_IN_XML = re.compile(r"(?i)<(?:[\w-]+:)?([a-z_]+)[\s>]")
_LOGIN_IN_ADDRESS = re.compile(r"://[^\s/?#@]+@")
_HEADERS = ("authorization", "cookie", "x-api-key")


class Redactor:
    """Knows the secrets of one account and how parameters that carry secrets are called."""

    def __init__(self) -> None:
        self._spellings: tuple[str, ...] = ()  # longest first; replaced, not changed: other threads look through it
        self._learning = Lock()

    def knows(self, secret: str) -> bool:
        """Whether this text is masked already, or too short to be."""
        return len(secret) < _SHORTEST or secret in self._spellings

    def add(self, secret: str) -> None:
        """Mask this text from now on, in every spelling it may travel in; very short texts are left alone."""
        if self.knows(secret):
            return
        raw = secret.encode(errors="replace")
        spelt = {
            secret,
            quote(raw, safe=""),
            quote(raw),
            quote_plus(raw),
            json.dumps(secret)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
            escape(secret),
            base64.b64encode(raw).decode(),
        }
        with self._learning:
            self._spellings = tuple(sorted({*self._spellings, *spelt}, key=len, reverse=True))

    def redacted(self, text: str) -> str:
        """The text with known secrets, and whatever stands behind a secret's name, masked."""
        for spelling in self._spellings:  # no pattern of all: each new session would compile one, larger than the last
            if spelling in text:
                text = text.replace(spelling, MASK)
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


def _has_secrets(keys: re.Pattern[str], text: str) -> bool:
    """Whether a parameter in the text is called as secrets are."""
    return any(map(_is_secret, set(keys.findall(text))))


@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    return _NAME.fullmatch(name) is not None
