"""Addresses of what is to be scanned in a store: `s3://bucket/prefix`, `az://container/prefix`."""

from __future__ import annotations

import re
from typing import NamedTuple

from vaern.scanning.names import printable
from vaern.scanning.walk import Refusal

GOOGLE = "https://storage.googleapis.com"
"""Where Google Cloud Storage answers as S3 does (its XML API, with HMAC keys)."""

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_CONTAINER = re.compile(r"[a-z0-9](-?[a-z0-9]){2,62}|\$root|\$web")  # 63 at most, which the store says better
_READ = {"s3", "gs", "az"}
_OTHERS = {"azure", "abfs", "abfss", "wasb", "wasbs"}


class Address(NamedTuple):
    """What of a store is to be scanned.

    Attributes:
        scheme: `s3`, `gs` or `az`.
        bucket: its name; that of a container of Azure, whose account the environment names.
        prefix: an object, or what stands before `/` in the keys of all that are meant; with `/` at its end these alone;
            empty for all.
    """

    scheme: str
    bucket: str
    prefix: str

    def __str__(self) -> str:
        """As it is written, printable."""
        return self.name(self.prefix)

    def name(self, key: str) -> str:
        """The printable name of an object."""
        return f"{self.scheme}://{self.bucket}/{printable(key)}"


def is_address(text: str) -> bool:
    """Whether this names something in a store, or tries to: no path begins so, unless it is written with `./`."""
    found = _SCHEME.fullmatch(text)
    return found is not None and found["scheme"].lower() in _READ | _OTHERS


def address_of(text: str) -> Address:
    """Read an address. Nothing of it is decoded: a key may hold any character, `%`, `?` and `#` too.

    Raises:
        Refusal: it is none, or of a store that is not read here. The message repeats nothing that could be a secret.
    """
    found = _SCHEME.fullmatch(text)
    scheme = found["scheme"].lower() if found else ""
    if found is None or scheme not in _READ:
        raise Refusal(
            f"{f'{scheme}://' if found else 'this'}: no store that is read here; name s3://bucket/prefix, "
            "gs://bucket/prefix or az://container/prefix, or a folder into which all was copied"
        )
    bucket, _, prefix = found["rest"].partition("/")
    if scheme == "az" and not _CONTAINER.fullmatch(bucket):
        raise Refusal(
            "az://: what follows is no name of a container; name az://container/prefix, and give the account and its "
            "credentials in the environment, never in an address"
        )
    if scheme != "az" and not _BUCKET.fullmatch(bucket):
        raise Refusal(
            f"{scheme}://: what follows is no name of a bucket; name {scheme}://bucket/prefix, and give credentials in "
            "the environment or in the files of AWS, never in an address"
        )
    try:
        prefix.encode()
    except UnicodeEncodeError:
        raise Refusal(f"{scheme}://{bucket}/{printable(prefix)}: keys are UTF-8, and this is not") from None
    return Address(scheme, bucket, prefix)
