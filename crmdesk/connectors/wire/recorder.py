# SPDX-License-Identifier: MIT
"""Writes each request with its reply as one line of JSON, secrets taken out: material for tests.

One object a line: ``note``, ``method``, ``url``, ``request_headers``, ``request_body``, ``status``,
``response_headers``, ``response_body``, ``ms``. A body that is no UTF-8 stands base64-coded in
``response_body_base64``; an exchange without a reply has ``status`` null and an ``error``.
"""

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode

from crmdesk.connectors.port import Http, Reply
from crmdesk.domain.errors import CrmError


class Recorder:
    """An ``Http`` that passes everything on to another one and writes it down.

    Attributes:
        note: written with every exchange from now on, to find it again.
    """

    def __init__(self, http: Http, file: Path) -> None:
        self._http = http
        self._file = file
        self.note = ""

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        """As ``Http.get``."""
        address = url if not params else f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        return self._recorded(
            "GET", address, None, headers, lambda: self._http.get(url, params, headers=headers, write=write)
        )

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        """As ``Http.post_form``; of a file only its name, type and length are written."""
        parts = {name: f"[{shown}, {kind}, {len(data)} bytes]" for name, (shown, data, kind) in (files or {}).items()}
        return self._recorded(
            "POST",
            url,
            urlencode({**form, **parts}),
            headers,
            lambda: self._http.post_form(url, form, files=files, headers=headers, write=write),
        )

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool,
    ) -> Reply:
        """As ``Http.request``; a body that is no text is written by its length."""
        address = url if not params else f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        return self._recorded(
            method,
            address,
            None if body is None else _shown(body),
            headers,
            lambda: self._http.request(method, url, params=params, body=body, headers=headers, write=write),
        )

    def add_secret(self, secret: str) -> None:
        """As ``Http.add_secret``."""
        self._http.add_secret(secret)

    def redacted(self, text: str) -> str:
        """As ``Http.redacted``."""
        return self._http.redacted(text)

    def abort(self) -> None:
        """As ``Http.abort``."""
        self._http.abort()

    def close(self) -> None:
        """As ``Http.close``."""
        self._http.close()

    def _recorded(
        self, method: str, url: str, body: str | None, headers: Mapping[str, str] | None, send: Callable[[], Reply]
    ) -> Reply:
        line: dict[str, object] = {
            "note": self.note,
            "method": method,
            "url": self.redacted(url),
            "request_headers": self._headers(headers or {}),
            "request_body": None if body is None else self.redacted(body),
        }
        try:
            reply = send()
        except CrmError as error:
            self._write({**line, "status": None, "error": f"{type(error).__name__}: {error.user_text} {error.detail}"})
            raise
        self._write(
            {
                **line,
                "status": reply.status,
                "response_headers": self._headers(reply.headers),
                **self._body(reply.body),
                "ms": round(reply.elapsed_ms, 1),
            }
        )
        return reply

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        lines = {name: self.redacted(f"{name}: {value}") for name, value in headers.items()}
        return {name: line.partition(": ")[2] for name, line in lines.items()}

    def _body(self, body: bytes) -> dict[str, str]:
        try:
            return {"response_body": self.redacted(body.decode())}
        except UnicodeDecodeError:
            return {"response_body_base64": base64.b64encode(body).decode()}

    def _write(self, line: Mapping[str, object]) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _shown(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"[{len(body)} bytes]"
