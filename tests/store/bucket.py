"""A bucket of S3 in the test's process: it lists in the order of bytes, page by page, and can be made to misbehave.

It answers as Amazon documents it (S3 API Reference: ListObjectsV2, GetObject, HeadObject).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote_to_bytes
from xml.sax.saxutils import escape

from tests.client.serving import Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.serving import Asked

NAME = "uploads"
KEY, SECRET, TOKEN = "AKIDEXAMPLE0000TEST0", "a/secret+that/nobody+may/see/again0000000", "a-session-token-likewise"
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

    objects: dict[bytes, bytes] = field(default_factory=dict)
    page: int = 1000
    before: Callable[[Asked], Said | None] = lambda _: None
    modified: str = MODIFIED

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        if f"Credential={KEY}/" not in asked.headers.get("authorization", ""):
            return refusal(403, "InvalidAccessKeyId")
        if not asked.headers["authorization"].endswith(f"Signature={signature(asked)}"):
            return refusal(403, "SignatureDoesNotMatch")
        said = self.before(asked)
        if said is not None:
            return said
        bucket, _, key = asked.path.removeprefix("/").partition("/")
        if bucket != NAME:
            return refusal(404, "NoSuchBucket")
        return self._get(unquote_to_bytes(key), asked) if key else self._listing(asked.query)

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
    """An error, whose message holds what must not be repeated."""
    message = f"<Message>{code}: {SECRET} of {KEY}</Message><StringToSign>{SECRET}</StringToSign>"
    return Said(f"<Error><Code>{code}</Code>{message}</Error>".encode(), status)
