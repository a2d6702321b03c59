"""A store of blobs of Azure, asked by its own interface. The only module that knows it.

A client of our own, since Azure's library cannot ask for names with `.` and `..` in them and holds 32 MiB of each blob
(ADR 0144).
"""

from __future__ import annotations

import random
import time
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlencode, urlsplit

import urllib3
from lxml import etree
from urllib3.exceptions import HTTPError

from vaern.store.account import Request, account_of
from vaern.store.answers import UnreadError, error_of, is_busy, unreachable
from vaern.store.client import ATTEMPTS, CONNECTIONS, PAGE, Begun, BrokenError, Listed, Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.store.address import Address

VERSION = "2021-12-02"
"""Of the interface: new enough that a name which no XML can hold comes percent-encoded (`Encoded`)."""

_MOST_LISTED = 32 << 20  # bytes of one page; a thousand names of a thousand characters are 12 MB at most
_LONGEST_SECONDS = 20.0
_LIMITS = urllib3.Timeout(connect=10.0, read=60.0)


class Container(Store):
    """A container of an account that the environment names; see `Store`."""

    def __init__(self, address: Address) -> None:
        """See `Store`."""
        super().__init__(address)
        account = account_of()
        self.endpoint, self._proof = account.endpoint, account.proof
        where = urlsplit(self.endpoint)
        kind = urllib3.HTTPSConnectionPool if where.scheme == "https" else urllib3.HTTPConnectionPool
        # A pool is given paths as they are; asked by whole addresses, it would leave out `..` and `.`.
        self._pool = kind(where.hostname or "", where.port, maxsize=CONNECTIONS + 2, timeout=_LIMITS)
        self._container = f"{where.path}/{quote(address.bucket, safe='$')}"

    def close(self) -> None:
        """See `Store`."""
        self._pool.close()

    def _page(self, prefix: str, token: str) -> tuple[list[Listed], str | None]:
        """See `Store`."""
        return self._listed(prefix, token, PAGE)

    def _listed(self, prefix: str, token: str, most: int) -> tuple[list[Listed], str | None]:
        query = {"restype": "container", "comp": "list", "maxresults": str(most)}
        query |= {"prefix": prefix} if prefix else {}
        query |= {"marker": token} if token else {}
        response = self._asked("GET", self._container, query, {})
        try:
            if response.status != 200:
                raise error_of(_code(response), response.status, one=False)
            return _listing(response.read(_MOST_LISTED))
        except (HTTPError, OSError, ValueError, etree.XMLSyntaxError) as error:
            raise unreachable(error) from None
        finally:
            response.close()

    def _named(self, key: str) -> tuple[list[Listed], bool]:
        """See `Store`."""
        response = self._asked("HEAD", self._path(key), {}, {})
        response.close()
        if response.status == 404:
            return [], False
        if response.status != 200:
            raise error_of(_code(response), response.status, one=False)
        headers = response.headers
        kind = headers.get("x-ms-resource-type")  # of an account with a hierarchical namespace alone
        if kind == "directory":
            return [], False
        try:
            found = _object(key, headers["Content-Length"], headers["Last-Modified"], headers.get("ETag", ""))
        except (ValueError, KeyError) as error:
            raise unreachable(error) from None
        return [found], kind == "file"  # below which it answers with an error

    def _begun(self, key: str, etag: str, start: int) -> Begun:
        """See `Store`."""
        condition = {"If-Match": f'"{etag}"'} if etag else {}
        part = {"Range": f"bytes={start}-"} if start else {}
        response = self._asked("GET", self._path(key), {}, {**condition, **part})
        headers, code = response.headers, _code(response)
        if response.status not in {200, 206}:
            response.close()
            if code == "AuthenticationFailed":
                # A name that is changed on the way (`a/./b`, `a.`) is signed as another: it may end nothing for others.
                self._listed(self.address.prefix, "", 1)
                raise UnreadError(f"the store refuses to give it ({code})")
            raise error_of(code, response.status, one=True)
        try:
            length = int(headers["Content-Length"]) if "Content-Length" in headers else None
            modified = parsedate_to_datetime(headers["Last-Modified"]) if "Last-Modified" in headers else None
        except ValueError as error:
            response.close()
            raise unreachable(error) from None
        return Begun(_Body(response), length, headers.get("Content-Range", ""), modified, _tag(headers.get("ETag", "")))

    def _path(self, key: str) -> str:
        return f"{self._container}/{quote(key, safe='/~')}"

    def _asked(
        self, method: str, path: str, query: dict[str, str], headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        """Ask until it is answered, with growing waits where the store has no time."""
        for attempt in range(1, ATTEMPTS + 1):
            now = {"x-ms-date": format_datetime(datetime.now(UTC), usegmt=True), "x-ms-version": VERSION}
            request = self._proof.added(Request(method, path, query, {**headers, **now, "User-Agent": "vaern"}))
            target = f"{path}?{urlencode(request.query, quote_via=quote)}" if request.query else path
            try:
                response = self._pool.urlopen(
                    method,
                    target,
                    headers=request.headers,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                )
            except (HTTPError, OSError) as error:
                if attempt == ATTEMPTS:
                    raise unreachable(error) from None
                after = ""
            else:
                if attempt == ATTEMPTS or not is_busy(_code(response), response.status):
                    return response
                after = response.headers.get("Retry-After", "")
                response.close()
            _wait(attempt, after)
        raise AssertionError


class _Body:
    """What comes of a blob; see `Body`."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response

    def read(self, size: int) -> bytes:
        """See `Body`."""
        try:
            return self._response.read(size, decode_content=False)
        except (HTTPError, OSError):
            raise BrokenError from None

    def close(self) -> None:
        """See `Body`."""
        with suppress(HTTPError, OSError):
            self._response.close()


def _wait(attempt: int, after: str) -> None:
    """Wait as long as the store says, or longer each time, and not all who ask equally long."""
    longest = 2 ** (attempt - 1)
    spread = random.uniform(0.0, longest)  # noqa: S311 - it hides nothing
    time.sleep(min(float(after) if after.isascii() and after.isdigit() else spread, _LONGEST_SECONDS))


def _listing(body: bytes) -> tuple[list[Listed], str | None]:
    """What an answer lists.

    Raises:
        ValueError, XMLSyntaxError: it is no listing, or not whole: that is not an empty store.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(body, parser)
    blobs, marker = root.find("Blobs"), root.find("NextMarker")
    if root.tag != "EnumerationResults" or blobs is None or marker is None:
        raise ValueError
    listed = []
    for blob in blobs.iterfind("Blob"):
        name = blob.find("Name")
        if name is None:
            raise ValueError
        if blob.findtext("Properties/ResourceType") == "directory":
            continue  # of an account with a hierarchical namespace: no object, though it is listed as one
        key = name.text or ""
        key = unquote(key, errors="strict") if name.get("Encoded") == "true" else key
        said = [blob.findtext(f"Properties/{one}") for one in ("Content-Length", "Last-Modified", "Etag")]
        listed.append(_object(key, *(one or "" for one in said)))
    return listed, marker.text or None


def _object(key: str, size: str, modified: str, etag: str) -> Listed:
    return Listed(key, int(size), parsedate_to_datetime(modified), _tag(etag))


def _tag(etag: str) -> str:
    """As it is without quotes, which a listing leaves out."""
    return etag.strip('"')


def _code(response: urllib3.BaseHTTPResponse) -> str:
    return response.headers.get("x-ms-error-code", "")
