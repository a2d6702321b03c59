"""A store that speaks S3. The only module that knows the library, botocore."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlsplit

import botocore.exceptions as faults
from botocore.config import Config
from botocore.session import Session
from urllib3.exceptions import HTTPError

from vaern.scanning.walk import Refusal
from vaern.store.address import GOOGLE
from vaern.store.answers import UnreadError, error_of, unreachable
from vaern.store.client import ATTEMPTS, CONNECTIONS, Begun, BrokenError, Listed, Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.store.address import Address

_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


class Bucket(Store):
    """A bucket of S3, with the credentials and the endpoint of AWS's environment and files; see `Store`."""

    def __init__(self, address: Address) -> None:
        """See `Store`."""
        super().__init__(address)
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
        """See `Store`."""
        self._client.close()

    def _page(self, prefix: str, token: str) -> tuple[list[Listed], str | None]:
        """See `Store`."""
        more = {"ContinuationToken": token} if token else {}
        with explained():
            page = self._client.list_objects_v2(
                Bucket=self.address.bucket, Prefix=prefix, EncodingType="url", **more
            )  # a thousand at most
            goes_on = page["IsTruncated"]  # which no empty answer has: that is not an empty store
            listed = [_listed(one, encoded=page.get("EncodingType") == "url") for one in page.get("Contents", ())]
        return listed, page.get("NextContinuationToken", "") if goes_on else None

    def _named(self, key: str) -> tuple[list[Listed], bool]:
        """See `Store`."""
        with explained():
            try:
                found = self._client.head_object(Bucket=self.address.bucket, Key=key)
            except faults.ClientError as error:
                if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                    return [], False
                raise
            return [Listed(key, found["ContentLength"], found["LastModified"], found.get("ETag", ""))], False

    def _begun(self, key: str, etag: str, start: int) -> Begun:
        """See `Store`."""
        condition = {"IfMatch": etag} if etag else {}
        part = {"Range": f"bytes={start}-"} if start else {}
        with explained(one=True):
            answer = self._client.get_object(Bucket=self.address.bucket, Key=key, **condition, **part)
        return Begun(
            _Body(answer["Body"]),
            answer.get("ContentLength"),
            str(answer.get("ContentRange", "")),
            answer.get("LastModified"),
            answer.get("ETag", ""),
        )


class _Body:
    """What comes of an object; see `Body`."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        """See `Body`."""
        try:
            return bytes(self._stream.read(size))
        except faults.FlexibleChecksumError:
            raise UnreadError("what came is not what the store has a checksum of") from None
        except (faults.BotoCoreError, HTTPError, OSError):
            raise BrokenError from None

    def close(self) -> None:
        """See `Body`."""
        with suppress(faults.BotoCoreError, HTTPError, OSError):
            self._stream.close()


@contextmanager
def explained(*, one: bool = False) -> Iterator[None]:
    """Raise errors of the library as ours; `one` as of `error_of`."""
    try:
        yield
    except faults.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        raise error_of(code, status, one=one) from None
    except (faults.NoCredentialsError, faults.PartialCredentialsError, faults.CredentialRetrievalError):
        raise Refusal("there are no whole credentials for the store; renew them") from None
    except (faults.BotoCoreError, HTTPError, OSError, ValueError, KeyError) as error:
        raise unreachable(error) from None


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
