"""Who asks Azure: the account, where it is, and what proves that the request is of someone it knows.

All of it comes from the environment, under the names that Azure's own programs read, and none of it is repeated.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit

from vaern.scanning.walk import Refusal
from vaern.store.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[a-z0-9]{3,24}")
_HERE = {"localhost", "127.0.0.1", "::1"}
_STRING = "AZURE_STORAGE_CONNECTION_STRING"
_SIGNED = (  # of HTTP's own headers, in their order
    *("Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date"),
    *("If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range"),
)


class Request(NamedTuple):
    """What is to be asked.

    Attributes:
        method: of HTTP.
        path: as it is on the wire, percent-encoded.
        query: decoded.
        headers: by name.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


class Proof(Protocol):
    """Makes a request one of somebody whom the store knows."""

    def added(self, request: Request) -> Request:
        """The same request, with what proves it."""
        ...


class Account(NamedTuple):
    """An account, and who asks for it.

    Attributes:
        endpoint: address of its blobs, without `/` at its end.
        proof: see `Proof`.
    """

    endpoint: str
    proof: Proof


class _Said(NamedTuple):
    """What the environment says; empty where it says nothing."""

    name: str
    endpoint: str
    key: str
    token: str


class SharedKey:
    """A key of the account: each request is signed with it, and it stays here."""

    def __init__(self, name: str, key: str) -> None:
        self._name = name
        try:
            self._key = base64.b64decode(key, validate=True)
        except (binascii.Error, ValueError):
            raise Refusal("the key of the account is not whole: it is base64, as Azure shows it") from None

    def added(self, request: Request) -> Request:
        """See `Proof`."""
        digest = hmac.digest(self._key, self._told(request).encode(), "sha256")
        signature = base64.b64encode(digest).decode()
        return request._replace(
            headers={**request.headers, "Authorization": f"SharedKey {self._name}:{signature}"},
        )

    def _told(self, request: Request) -> str:
        """What is signed (*Authorize with Shared Key*, Blob service)."""
        headers = [request.headers.get(name, "") for name in _SIGNED]
        own = sorted((name.lower(), value) for name, value in request.headers.items() if name.startswith("x-ms-"))
        asked = sorted((name.lower(), value) for name, value in request.query.items())
        return "\n".join(
            [
                request.method,
                *headers,
                *(f"{name}:{value}" for name, value in own),
                f"/{self._name}{request.path}",
                *(f"{name}:{value}" for name, value in asked),
            ]
        )


class SharedAccess:
    """A shared access signature (SAS), which stands in the query of each request."""

    def __init__(self, token: str) -> None:
        self._query = dict(parse_qsl(token.strip().removeprefix("?"), keep_blank_values=True))
        if "sig" not in self._query:
            raise Refusal("the shared access signature is not whole: it has no sig=")

    def added(self, request: Request) -> Request:
        """See `Proof`."""
        return request._replace(query={**request.query, **self._query})


class Bearer:
    """An identity of the machine, whose token stands in a header."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._identity.token()  # else each object would say what only the first should

    def added(self, request: Request) -> Request:
        """See `Proof`."""
        return request._replace(
            headers={**request.headers, "Authorization": f"Bearer {self._identity.token()}"},
        )


def account_of(environment: Mapping[str, str] = os.environ) -> Account:
    """The account that the environment names.

    Raises:
        Refusal: it names none, or not wholly; the message repeats nothing of it.
    """
    said = _of_string(environment[_STRING]) if environment.get(_STRING) else _of_names(environment)
    where = urlsplit(said.endpoint)
    if where.scheme not in {"http", "https"} or not where.hostname or where.query or where.fragment:
        raise Refusal("the endpoint of the store is no address: https://ACCOUNT.blob.core.windows.net is one")
    if "@" in where.netloc:
        raise Refusal("the endpoint of the store names a user; credentials never stand in an address")
    if said.key:
        proof: Proof = SharedKey(said.name, said.key)
    elif where.scheme == "http" and where.hostname not in _HERE:
        raise Refusal("the endpoint of the store is http://, where anybody on the way could read the credentials")
    elif said.token:
        proof = SharedAccess(said.token)
    else:
        proof = Bearer(Identity(environment))
    return Account(f"{where.scheme}://{where.netloc}{where.path}".rstrip("/"), proof)


def _of_string(text: str) -> _Said:
    """What a connection string says, as Azure's portal gives it to be copied."""
    pairs = [part.partition("=") for part in text.strip().split(";") if part.strip()]
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    name = parts.get("AccountName", "")
    endpoint = parts.get("BlobEndpoint", "")
    if not (endpoint or name) or (name and not _NAME.fullmatch(name)):
        raise Refusal("AZURE_STORAGE_CONNECTION_STRING is not whole: it has no AccountName= and no BlobEndpoint=")
    scheme, suffix = parts.get("DefaultEndpointsProtocol", "https"), parts.get("EndpointSuffix", "core.windows.net")
    key = parts.get("AccountKey", "")
    if key and not name:
        raise Refusal("AZURE_STORAGE_CONNECTION_STRING is not whole: it has AccountKey= and no AccountName=")
    return _Said(
        name, endpoint or f"{scheme}://{name}.blob.{suffix}", key, "" if key else parts.get("SharedAccessSignature", "")
    )


def _of_names(environment: Mapping[str, str]) -> _Said:
    """What the other variables say; some have two names, one of the command `az` and one of its libraries."""

    def first(*names: str) -> str:
        return next((environment[name].strip() for name in names if environment.get(name, "").strip()), "")

    name = first("AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_ACCOUNT_NAME")
    if not name:
        raise Refusal(
            "nothing says which account of Azure is meant; give it as Azure's own programs read it: "
            "AZURE_STORAGE_ACCOUNT, or AZURE_STORAGE_CONNECTION_STRING"
        )
    if not _NAME.fullmatch(name):
        raise Refusal("AZURE_STORAGE_ACCOUNT is no name of an account: it has 3 to 24 small letters and digits")
    return _Said(
        name,
        first("AZURE_STORAGE_SERVICE_ENDPOINT") or f"https://{name}.blob.core.windows.net",
        first("AZURE_STORAGE_KEY", "AZURE_STORAGE_ACCOUNT_KEY"),
        first("AZURE_STORAGE_SAS_TOKEN"),
    )
