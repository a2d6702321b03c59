"""Hashes that whoever made an image wrote into it, compared with what is there."""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING

from vaern.scanning.members import DamagedError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ALGORITHMS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512", "Blake2b": "blake2b"}
"""Names in libewf and in AFF4, and in hashlib."""

_CHUNK = 1 << 20


def compare(stream: IO[bytes], kept: Mapping[str, str]) -> None:
    """Read all of a stream, once, and compare it with its kept hashes.

    Args:
        stream: read from its beginning.
        kept: hashes in hexadecimal by their names in `ALGORITHMS`.

    Raises:
        DamagedError: one differs; which.
        OSError: the stream cannot be read.
    """
    if not kept:
        return
    digests = {name: hashlib.new(ALGORITHMS[name]) for name in kept}
    stream.seek(0)
    while data := stream.read(_CHUNK):
        for digest in digests.values():
            digest.update(data)
    for name, digest in digests.items():
        if digest.hexdigest() != kept[name].lower():
            raise DamagedError(f"the disk does not have the {name} that the image keeps: it was changed or damaged")


def remark(names: Collection[str]) -> str:
    """What is said of an image of which all is as these hashes say."""
    if not names:
        return "the image keeps no hash of its disk"
    return f"verified: the disk has the {' and the '.join(names)} that the image keeps"
