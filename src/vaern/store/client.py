"""What is asked of a store, and what its answers mean. The only module that knows the library, botocore.

Nothing that a store or the library says is repeated but the code of an error (`AccessDenied`): their messages hold
names of keys, addresses and parts of signatures.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_plus, urlsplit

from vaern.scanning.walk import Refusal
from vaern.store.address import GOOGLE

try:
    import botocore.exceptions as faults
    from botocore.config import Config
    from botocore.session import Session
    from urllib3.exceptions import HTTPError
except ImportError as error:
    raise Refusal(
        "scanning a store needs the extra `store`, which is not installed; install it by: pip install 'vaern[store]'"
    ) from error

from vaern.store.answers import UnreadError, explained

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.store.address import Address

CONNECTIONS = 8
"""Objects fetched at once."""

ATTEMPTS = 8
"""Of a request that a store is too busy for, with a growing wait in between; half a minute in all, or a little more."""

_FROM = re.compile(r"bytes (\d+)-", re.ASCII)
_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


class Listed(NamedTuple):
    """An object as it was listed.

    Attributes:
        key: as Python gives a name on disk: bytes that are not UTF-8 are lone surrogates (PEP 383).
        size: bytes.
        modified: when it was last written.
        etag: what tells this content from any other under the key; empty where the store has none.
    """

    key: str
    size: int
    modified: datetime
    etag: str


class Answer(NamedTuple):
    """An object that began to come; as `Listed`, with what `read` gives from here on."""

    body: Any
    size: int
    modified: datetime | None
    etag: str

    def close(self) -> None:
        """Want no more of it."""
        with suppress(faults.BotoCoreError, HTTPError, OSError):
            self.body.close()


class BrokenError(Exception):
    """The connection broke while the object came."""


class Store:
    """One bucket, with the credentials and the endpoint of AWS's environment and files. Any thread may ask.

    Attributes:
        endpoint: who answers for it.
    """

    def __init__(self, address: Address) -> None:
        """Read the configuration; asks nothing yet.

        Raises:
            Refusal: it is incomplete or wrong.
        """
        self.address = address
        with explained():
            session = Session()
            google = {"endpoint_url": os.environ.get("AWS_ENDPOINT_URL") or GOOGLE, "region_name": "auto"}
            more = google if address.scheme == "gs" else {}
            client = session.create_client("s3", config=_config(session), **more)
            if not str(urlsplit(client.meta.endpoint_url).hostname).endswith(_AWS):
                client.close()  # of others, few answer under a name for each bucket
                client = session.create_client("s3", config=_config(session, by_path=True), **more)
            if session.get_credentials() is None:
                raise Refusal(
                    "there are no credentials for the store; give them as AWS's own programs read them: "
                    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role of the machine"
                )
        if address.scheme == "gs":
            client.meta.events.register("before-sign.s3", _unsigned)
            client.meta.events.register("before-send.s3", _as_stored)
        self._client = client
        where = urlsplit(str(client.meta.endpoint_url))
        if "@" in where.netloc:
            raise Refusal("the endpoint of the store names a user; credentials never stand in an address")
        self.endpoint = f"{where.scheme}://{where.netloc}{where.path}"

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._client.close()

    def pages(self) -> Iterator[list[Listed]]:
        """All objects of the address, in the order of the store, a thousand with each request.

        Raises:
            Refusal: it cannot be listed, or not further.
        """
        prefix = self.address.prefix
        if prefix and not prefix.endswith("/"):
            yield self._named(prefix)
            prefix += "/"
        token = ""
        while True:
            more = {"ContinuationToken": token} if token else {}
            with explained():
                page = self._client.list_objects_v2(
                    Bucket=self.address.bucket, Prefix=prefix, EncodingType="url", **more
                )
                goes_on = page["IsTruncated"]  # which no empty answer has: that is not an empty store
                listed = [_listed(one, encoded=page.get("EncodingType") == "url") for one in page.get("Contents", ())]
            yield listed
            before, token = token, page.get("NextContinuationToken", "")
            if not goes_on:
                return
            if not token or token == before:
                raise Refusal("the store lists the same objects again and again; nothing can be scanned further")

    def get(self, key: str, etag: str, start: int = 0) -> Answer:
        """Begin to fetch an object.

        Args:
            key: as it was listed.
            etag: which content is meant; empty for any.
            start: bytes that are there already.

        Raises:
            ChangedError: it has other content now.
            UnreadError: the store does not give it.
            Refusal: the store cannot be reached, or takes no request of ours.
        """
        try:
            key.encode()
        except UnicodeEncodeError:
            raise UnreadError("its key is no text, and nothing else can be asked for") from None
        condition = {"IfMatch": etag} if etag else {}
        part = {"Range": f"bytes={start}-"} if start else {}
        with explained(one=True):
            answer = self._client.get_object(Bucket=self.address.bucket, Key=key, **condition, **part)
        found = _FROM.match(str(answer.get("ContentRange", "")))
        if start and (found is None or int(found[1]) != start):
            raise UnreadError("the store broke off while it was read, and does not go on where it was")
        if "ContentLength" not in answer:
            raise UnreadError("the store does not say how large it is")
        size = start + answer["ContentLength"]
        return Answer(answer["Body"], size, answer.get("LastModified"), answer.get("ETag", ""))

    def _named(self, key: str) -> list[Listed]:
        """The object of just this name, if there is one."""
        with explained():
            try:
                found = self._client.head_object(Bucket=self.address.bucket, Key=key)
            except faults.ClientError as error:
                if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                    return []
                raise
            return [Listed(key, found["ContentLength"], found["LastModified"], found.get("ETag", ""))]


def read(answer: Answer, size: int) -> bytes:
    """Up to `size` bytes more of an object; none at its end.

    Raises:
        BrokenError: the connection broke.
        UnreadError: all of it came, and it is not what the store has a checksum of.
    """
    try:
        return bytes(answer.body.read(size))
    except faults.FlexibleChecksumError:
        raise UnreadError("what came is not what the store has a checksum of") from None
    except (faults.BotoCoreError, HTTPError, OSError):
        raise BrokenError from None


def _config(session: Any, *, by_path: bool = False) -> Any:
    """How to ask, but for what the user's own configuration says."""
    said = session.get_scoped_config().get("s3") or {}
    attempts = {} if session.get_config_variable("max_attempts") else {"total_max_attempts": ATTEMPTS}
    return Config(
        retries={"mode": "standard", **attempts},
        max_pool_connections=CONNECTIONS + 2,  # those that list, too
        connect_timeout=10,
        read_timeout=60,
        user_agent_extra="vaern",
        **({"s3": {"addressing_style": "path"}} if by_path and not said else {}),
    )


def _listed(one: dict[str, Any], *, encoded: bool) -> Listed:
    key = unquote_plus(one["Key"], errors="surrogateescape") if encoded else one["Key"]
    return Listed(key, one["Size"], one["LastModified"], one.get("ETag", ""))


def _unsigned(request: Any, **_: object) -> None:
    """Leave out of the signature what Google's servers change on the way."""
    del request.headers["Accept-Encoding"]


def _as_stored(request: Any, **_: object) -> None:
    """Take what was stored as gzip as it was: else Google unpacks it, and sizes and digests are of something else."""
    request.headers["Accept-Encoding"] = "gzip"
