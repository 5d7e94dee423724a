# SPDX-License-Identifier: MIT
"""Requests that carry the bearer token, and their answers decoded.

Sources: the vendor's command line client (``internal/api/api.go``, ``reporting.go``, ``cmd/whoami.go``).
"""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from crmdesk.connectors.port import Endpoint, Http, Reply
from crmdesk.connectors.vendors.crmservice.names import root_url
from crmdesk.connectors.vendors.crmservice.rest import faults
from crmdesk.connectors.wire.json_text import beginning, dumped, json_of
from crmdesk.connectors.wire.refusals import guarded
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    MalformedReply,
    NotACrm,
    ProfileError,
    UnknownOperation,
)
from crmdesk.domain.sentence import sentence

JSON_API = "application/vnd.api+json"
_WHO = "id,name,email,is_admin,first_name,last_name"

Resource = Mapping[str, object]
"""``{"type", "id", "attributes", "relationships"}`` as it came."""


class RestSession:
    """One token and one server. Owned by one connector, used on its thread only."""

    def __init__(self, endpoint: Endpoint, http: Http) -> None:
        self.root = root_url(endpoint.url)
        self.url = f"{self.root}/api/v1"
        self.http = http
        own, key = (endpoint.secrets.get(name, "").strip() for name in ("token", "api_key"))
        self._token = own or key
        if self._token:
            http.add_secret(self._token)

    @property
    def host(self) -> str:
        """The server's name."""
        return urlsplit(self.url).netloc

    def who(self) -> Resource:
        """The user whose token it is: ``GET /user``.

        Raises:
            ProfileError: there is no token. BadCredentials: it is refused. NotACrm: this interface is not there.
        """
        if not self._token:
            raise ProfileError(
                sentence("The account has neither a bearer token nor an API key. Open its settings and fill in one.")
            )
        reply = self._send("GET", "/user", {"fields[users]": _WHO}, None, write=False)
        body = json_of(reply)
        message = faults.message_of(body, beginning(reply))
        if reply.status in (401, 403):
            raise self._guarded(
                BadCredentials(
                    sentence("The server refuses the token. Copy it anew from CRM-service."),
                    f"HTTP {reply.status}. {message}",
                )
            )
        data = body.get("data") if isinstance(body, dict) else None
        if reply.status == 200 and isinstance(data, dict):
            return data
        if reply.status in (429, 502, 503, 504):
            raise self._failed("GET", "/user", reply, body, write=False)
        raise self._guarded(
            NotACrm(
                sentence(
                    "The newer interface (/api/v1) does not answer at {host}. Check the address, or choose SOAP.",
                    host=self.host,
                ),
                f"HTTP {reply.status}. {message}",
            )
        )

    def get(self, path: str, params: Mapping[str, str] | None = None, *, names_one: bool = False) -> dict[str, object]:
        """Read a document.

        Raises:
            SessionExpired: the token is over. Any other CrmError.
        """
        reply = self._send("GET", path, params or {}, None, write=False)
        return self._document("GET", path, reply, write=False, names_one=names_one)

    def write(self, method: str, path: str, body: object, *, names_one: bool = False) -> dict[str, object]:
        """Send a change; an answer without a body is an empty document."""
        reply = self._send(method, path, {}, body, write=True)
        if 200 <= reply.status < 300 and not reply.body.strip():
            return {}
        return self._document(method, path, reply, write=True, names_one=names_one)

    def upload(self, path: str, file: tuple[str, bytes, str], attributes: Mapping[str, str]) -> dict[str, object]:
        """Send a file: multipart, ``file`` and ``attributes[name]`` (``internal/api/upload.go``)."""
        form = {f"attributes[{name}]": text for name, text in attributes.items()}
        reply = self.http.post_form(
            self.url + path, form, files={"file": file}, headers=self._headers(None), write=True
        )
        return self._document("POST", path, reply, write=True, names_one=True)

    def report(self, body: Mapping[str, object]) -> object:
        """Ask ``/reporting``, which speaks plain JSON (``reporting.go``): rows, in an envelope or without."""
        headers = {"Accept": "application/json", "Content-Type": "application/json", **self._authorization()}
        reply = self.http.request("POST", f"{self.url}/reporting", body=dumped(body), headers=headers, write=False)
        rows = json_of(reply)
        if isinstance(rows, list) and 200 <= reply.status < 300:
            return rows
        return self._document("POST", "/reporting", reply, write=False, names_one=False)

    def download(self, url: str) -> bytes:
        """The bytes at an address of this server.

        Raises:
            MalformedReply: the address leads to another server; the token is not carried there.
        """
        there = url if "://" in url else f"{self.root}/{url.lstrip('/')}"
        if urlsplit(there).netloc != self.host or urlsplit(there).scheme != urlsplit(self.url).scheme:
            raise MalformedReply(
                sentence("The file lies on another server. Open the record in the browser."), where="links"
            )
        reply = self.http.request("GET", there, headers={"Accept": "*/*", **self._authorization()}, write=False)
        if 200 <= reply.status < 300:
            return reply.body
        raise self._failed("GET", urlsplit(there).path, reply, json_of(reply), write=False, names_one=True)

    def raw(self, method: str, path: str, params: Mapping[str, str], body: object) -> object:
        """Any request, its decoded body; None where it has none."""
        is_write = method != "GET" and path != "/reporting"
        if path == "/reporting":
            return self.report(body if isinstance(body, dict) else {})
        reply = self._send(method, path, params, body, write=is_write)
        if 200 <= reply.status < 300 and not reply.body.strip():
            return None
        return self._document(method, path, reply, write=is_write, names_one=False)

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def _headers(self, body: object) -> dict[str, str]:
        headers = {"Accept": JSON_API, **self._authorization()}
        return headers if body is None else {**headers, "Content-Type": JSON_API}

    def _send(self, method: str, path: str, params: Mapping[str, str], body: object, *, write: bool) -> Reply:
        sent = None if body is None else dumped(body)
        return self.http.request(
            method, self.url + path, params=params, body=sent, headers=self._headers(body), write=write
        )

    def _document(self, method: str, path: str, reply: Reply, *, write: bool, names_one: bool) -> dict[str, object]:
        body = json_of(reply)
        if not 200 <= reply.status < 300:
            raise self._failed(method, path, reply, body, write=write, names_one=names_one)
        if not isinstance(body, dict):
            raise self._guarded(
                MalformedReply(
                    sentence("The server's answer is not what it should be. Try again."),
                    f"{method} {path}: {beginning(reply)}",
                    where=path,
                )
            )
        if "errors" in body and "data" not in body:
            raise self._failed(method, path, reply, body, write=write, names_one=names_one, status=400)
        return body

    def _failed(
        self,
        method: str,
        path: str,
        reply: Reply,
        body: object,
        *,
        write: bool,
        names_one: bool = False,
        status: int = 0,
    ) -> CrmError:
        return self._guarded(
            faults.fault(
                status or reply.status,
                body,
                beginning(reply),
                what=f"{method} {path}",
                write=write,
                headers=reply.headers,
                names_one=names_one,
            )
        )

    def _guarded(self, error: CrmError) -> CrmError:
        return guarded(error, self.http.redacted)


def place(*parts: str) -> str:
    """A path of these parts, each quoted.

    Raises:
        UnknownOperation: one of them is empty or leads elsewhere.
    """
    if any(part in ("", ".", "..") for part in parts):
        raise UnknownOperation(sentence("There is no such place on the server."), "/".join(parts))
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def resources(document: Mapping[str, object], where: str) -> tuple[Resource, ...]:
    """The resources under ``data``; a single one counts as a list of one, null as none.

    Raises:
        MalformedReply: it is something else.
    """
    data = document.get("data")
    if data is None and "data" in document:
        return ()
    found = data if isinstance(data, list) else [data]
    if all(isinstance(one, dict) for one in found):
        return tuple(found)
    raise MalformedReply(sentence("The server's list is not what it should be. Try again."), where=where)


def text_at(resource: Resource, *names: str) -> str:
    """The first of these attributes that is filled, as text."""
    attributes = resource.get("attributes")
    if not isinstance(attributes, dict):
        return ""
    return next((to_text(attributes[name]).strip() for name in names if attributes.get(name) not in (None, "")), "")
