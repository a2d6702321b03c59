"""A store in the test's process: it lists in the order of bytes, page by page, and can be made to misbehave.

A `Bucket` answers as Amazon documents it (S3 API Reference: ListObjectsV2, GetObject, HeadObject), a `Container` as
Microsoft does (Blob service REST API: List Blobs, Get Blob, Get Blob Properties, Authorize with Shared Key).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote, quote_plus, unquote_to_bytes
from xml.sax.saxutils import escape

from tests.client.serving import Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.serving import Asked

NAME = "uploads"
KEY, SECRET, TOKEN = "AKIDEXAMPLE0000TEST0", "a/secret+that/nobody+may/see/again000000", "a-session-token-likewise"
ACCOUNT = "alliance"
MODIFIED = "2026-11-02T03:04:05.000Z"


@dataclass
class Bucket:
    """What it holds, and how it answers.

    Attributes:
        objects: content by key, as it is on the wire.
        page: keys in one answer of a listing.
        before: is asked first, and may answer in the place of the store.
        modified: when all was written.
    """

    SCHEME: ClassVar = "s3"
    ENDPOINT: ClassVar = "AWS_ENDPOINT_URL"
    MISSING: ClassVar = "NoSuchBucket"
    LISTING: ClassVar = b"<ListBucketResult><IsTruncated>false</IsTruncated>%s</ListBucketResult>"
    BARE: ClassVar = b"<ListBucketResult/>"
    NAMELESS: ClassVar = b"<Contents/>"
    NO_TEXT: ClassVar = {b"\xff": b"no text"}

    objects: dict[bytes, bytes] = field(default_factory=dict)
    page: int = 1000
    before: Callable[[Asked], Said | None] = lambda _: None
    modified: str = MODIFIED

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        said = self._unknown(asked) or self.before(asked)
        if said is not None:
            return said
        bucket, _, key = asked.path.removeprefix("/").partition("/")
        if bucket != NAME:
            return refusal(404, self.MISSING)
        return self._listing(asked.query) if self.lists(asked) else self._get(unquote_to_bytes(key), asked)

    @property
    def url(self) -> str:
        """The address of all of it."""
        return f"{self.SCHEME}://{NAME}"

    def environment(self, address: str) -> dict[str, str]:
        """AWS's variables for a store at this address, and for nothing else."""
        return environment(address)

    def lists(self, asked: Asked) -> bool:
        """Whether a listing is asked for, and no object."""
        return "list-type" in asked.query

    def after(self, asked: Asked) -> str:
        """Behind which key the listing is to go on, as hexadecimal digits."""
        return asked.query.get("continuation-token", "")

    def from_the_start(self, asked: Asked) -> Said:
        """A listing that does not go on."""
        return self._listing({**asked.query, "continuation-token": ""})

    def _unknown(self, asked: Asked) -> Said | None:
        """What is said to somebody who is not known."""
        if f"Credential={KEY}/" not in asked.headers.get("authorization", ""):
            return refusal(403, "InvalidAccessKeyId")
        if not asked.headers["authorization"].endswith(f"Signature={signature(asked)}"):
            return refusal(403, "SignatureDoesNotMatch")
        return None

    def _listing(self, query: dict[str, str]) -> Said:
        prefix, after = query.get("prefix", "").encode(), bytes.fromhex(query.get("continuation-token", ""))
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        page, rest = keys[: self.page], keys[self.page :]
        token = f"<NextContinuationToken>{page[-1].hex()}</NextContinuationToken>" if rest else ""
        assert query["encoding-type"] == "url"
        contents = "".join(
            f"<Contents><Key>{escape(quote_plus(key, safe='/'))}</Key><Size>{len(self.objects[key])}</Size>"
            f"<LastModified>{self.modified}</LastModified><ETag>{escape(etag(self.objects[key]))}</ETag></Contents>"
            for key in page
        )
        return Said(
            f"<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>{str(bool(rest)).lower()}</IsTruncated>"
            f"{token}{contents}</ListBucketResult>".encode()
        )

    def _get(self, key: bytes, asked: Asked) -> Said:
        if key not in self.objects:
            return refusal(404, "NoSuchKey")
        content = self.objects[key]
        if asked.headers.get("if-match", etag(content)) != etag(content):
            return refusal(412, "PreconditionFailed")
        more = {"ETag": etag(content), "Last-Modified": "Mon, 02 Nov 2026 03:04:05 GMT"}
        if (part := asked.headers.get("range", "")) and content:
            start = int(part.removeprefix("bytes=").removesuffix("-"))
            more["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            return Said(content[start:], 206, more)
        return Said(content, 200, more)


class Container(Bucket):
    """The same as a container of Azure."""

    SCHEME: ClassVar = "az"
    ENDPOINT: ClassVar = "AZURE_STORAGE_SERVICE_ENDPOINT"
    MISSING: ClassVar = "ContainerNotFound"
    LISTING: ClassVar = b"<EnumerationResults><Blobs>%s</Blobs><NextMarker/></EnumerationResults>"
    BARE: ClassVar = b"<EnumerationResults/>"
    NAMELESS: ClassVar = b"<Blob><Properties/></Blob>"
    NO_TEXT: ClassVar = dict[bytes, bytes]()  # names are text there

    def environment(self, address: str) -> dict[str, str]:
        """Azure's variables for a store at this address, and for nothing else."""
        return azure_environment(address)

    def lists(self, asked: Asked) -> bool:
        """As of `Bucket`."""
        return asked.query.get("comp") == "list"

    def after(self, asked: Asked) -> str:
        """As of `Bucket`."""
        return asked.query.get("marker", "")

    def from_the_start(self, asked: Asked) -> Said:
        """As of `Bucket`."""
        return self._listing({**asked.query, "marker": ""})

    def _unknown(self, asked: Asked) -> Said | None:
        assert asked.headers["x-ms-version"] >= "2021-02-12", "names that no XML can hold would be lost"
        said = asked.headers.get("authorization", "")
        known = {f"SharedKey {ACCOUNT}:{shared_key(asked)}", f"Bearer {TOKEN}"}
        if said in known or (not said and asked.query.get("sig") == SECRET):
            return None
        return refusal(403, "AuthenticationFailed")

    def _listing(self, query: dict[str, str]) -> Said:
        prefix, after = query.get("prefix", "").encode(), bytes.fromhex(query.get("marker", ""))
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        page, rest = keys[: self.page], keys[self.page :]
        assert query["restype"] == "container"
        modified = format_datetime(datetime.fromisoformat(self.modified), usegmt=True)
        blobs = "".join(
            f"<Blob>{_name(key.decode())}<Properties><Last-Modified>{modified}</Last-Modified>"
            f"<Etag>{etag(self.objects[key])[1:-1]}</Etag><Content-Length>{len(self.objects[key])}</Content-Length>"
            "<BlobType>BlockBlob</BlobType></Properties></Blob>"
            for key in page
        )
        marker = f"<NextMarker>{page[-1].hex()}</NextMarker>" if rest else "<NextMarker />"
        head = '\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults><MaxResults>1000</MaxResults>'
        return Said(f"{head}<Blobs>{blobs}</Blobs>{marker}</EnumerationResults>".encode())


def _name(key: str) -> str:
    """A name in a listing: percent-encoded where no XML can hold it."""
    if re.search("[\x00-\x1f\x7f\ufffe\uffff]", key):
        return f'<Name Encoded="true">{quote(key)}</Name>'
    return f"<Name>{escape(key)}</Name>"


def shared_key(asked: Asked) -> str:
    """What a request has to be signed with (*Authorize with Shared Key*, version 2015-02-21 and later)."""
    usual = "content-encoding content-language content-length content-md5 content-type date if-modified-since if-match"
    usual += " if-none-match if-unmodified-since range"
    lines = [asked.method, *(asked.headers.get(name, "") for name in usual.split())]
    lines += [f"{name}:{asked.headers[name]}" for name in sorted(asked.headers) if name.startswith("x-ms-")]
    lines += [f"/{ACCOUNT}{asked.path}", *(f"{name}:{asked.query[name]}" for name in sorted(asked.query))]
    digest = hmac.digest(base64.b64decode(SECRET), "\n".join(lines).encode(), "sha256")
    return base64.b64encode(digest).decode()


def environment(address: str) -> dict[str, str]:
    """AWS's variables for a store at this address, and for nothing else."""
    return {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": TOKEN,
        "AWS_REGION": "eu-north-1",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ENDPOINT_URL": address,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


def azure_environment(address: str) -> dict[str, str]:
    """Azure's variables, likewise; an empty one is none."""
    others = "CONNECTION_STRING ACCOUNT_NAME ACCOUNT_KEY SAS_TOKEN"
    return {
        **{f"AZURE_STORAGE_{name}": "" for name in others.split()},
        **dict.fromkeys(("AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_ID", "IDENTITY_ENDPOINT", "IDENTITY_HEADER"), ""),
        "AZURE_STORAGE_ACCOUNT": ACCOUNT,
        "AZURE_STORAGE_KEY": SECRET,
        "AZURE_STORAGE_SERVICE_ENDPOINT": address,
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": f"{address}/nothing",
    }


def signature(asked: Asked) -> str:
    """What a request has to be signed with (AWS Signature Version 4, *Create a signed AWS API request*)."""
    found = re.search(
        r"Credential=[^/]+/((\d+)/([^/]+)/s3/aws4_request), ?SignedHeaders=([^,]+)", asked.headers["authorization"]
    )
    assert found
    scope, day, region, names = found.groups()
    query = "&".join(sorted(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in asked.query.items()))
    headers = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names.split(";"))
    digest = asked.headers["x-amz-content-sha256"]
    request = "\n".join([asked.method, asked.path, query, headers, names, digest])
    key = f"AWS4{SECRET}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    told = "\n".join(
        ["AWS4-HMAC-SHA256", asked.headers["x-amz-date"], scope, hashlib.sha256(request.encode()).hexdigest()]
    )
    return hmac.digest(key, told.encode(), "sha256").hex()


def etag(content: bytes) -> str:
    """As a store tells contents apart."""
    return f'"{hashlib.md5(content).hexdigest()}"'


def refusal(status: int, code: str) -> Said:
    """An error of either store, whose message holds what must not be repeated; it may be asked again at once."""
    message = f"<Message>{code}: {SECRET} of {KEY}</Message><StringToSign>{SECRET}</StringToSign>"
    headers = {"x-ms-error-code": code, "Retry-After": "0"}
    return Said(f"<Error><Code>{code}</Code>{message}</Error>".encode(), status, headers)
