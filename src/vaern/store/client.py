"""What is asked of a store, whichever it is, and what it answers.

Nothing that a store or a library says is repeated but the code of an error (`AccessDenied`): their messages hold names
of keys, addresses and parts of signatures.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple, Protocol

from vaern.scanning.walk import Refusal
from vaern.store.answers import UnreadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.store.address import Address

CONNECTIONS = 8
"""Objects fetched at once."""

ATTEMPTS = 8
"""Of a request that a store is too busy for, with a growing wait in between; half a minute in all, or a little more."""

PAGE = 1000
"""Objects in one answer of a listing: all that is held of it."""

_FROM = re.compile(r"bytes (\d+)-", re.ASCII)


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


class Body(Protocol):
    """What comes of an object."""

    def read(self, size: int) -> bytes:
        """Up to `size` bytes more; none at its end.

        Raises:
            BrokenError: the connection broke.
            UnreadError: all of it came, and it is not what the store has a checksum of.
        """
        ...

    def close(self) -> None:
        """Want no more of it."""
        ...


class Begun(NamedTuple):
    """What a store says of an object that it begins to send.

    Attributes:
        body: what comes.
        length: bytes that it will be, if that was said.
        part: which they are of the object, where a part was asked for (`Content-Range`).
        modified: as of `Listed`.
        etag: as of `Listed`.
    """

    body: Body
    length: int | None
    part: str
    modified: datetime | None
    etag: str


class Answer(NamedTuple):
    """An object that began to come; as `Listed`, with what comes from here on."""

    body: Body
    size: int
    modified: datetime | None
    etag: str


class BrokenError(Exception):
    """The connection broke while the object came."""


class Store(ABC):
    """One bucket or container, with the credentials and the endpoint of the environment. Any thread may ask.

    Attributes:
        address: what of it is meant.
        endpoint: who answers for it.
    """

    endpoint: str

    def __init__(self, address: Address) -> None:
        """Read the configuration; asks nothing yet.

        Raises:
            Refusal: it is incomplete or wrong.
        """
        self.address = address

    def pages(self) -> Iterator[list[Listed]]:
        """All objects of the address, in the order of the store, a thousand with each request.

        Raises:
            Refusal: it cannot be listed, or not further.
        """
        prefix = self.address.prefix
        if prefix and not prefix.endswith("/"):
            found, is_leaf = self._named(prefix)
            yield found
            if is_leaf:
                return
            prefix += "/"
        token = ""
        while True:
            listed, after = self._page(prefix, token)
            yield listed
            if after is None:
                return
            if after in {"", token}:
                raise Refusal("the store lists the same objects again and again; nothing can be scanned further")
            token = after

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
        begun = self._begun(key, etag, start)
        found = _FROM.match(begun.part)
        if start and (found is None or int(found[1]) != start):
            begun.body.close()
            raise UnreadError("the store broke off while it was read, and does not go on where it was")
        if begun.length is None:
            begun.body.close()
            raise UnreadError("the store does not say how large it is")
        return Answer(begun.body, start + begun.length, begun.modified, begun.etag)

    @abstractmethod
    def close(self) -> None:
        """Close the connections that nobody uses."""

    @abstractmethod
    def _named(self, key: str) -> tuple[list[Listed], bool]:
        """The object of just this name, if there is one, and whether that means that there is nothing below it."""

    @abstractmethod
    def _page(self, prefix: str, token: str) -> tuple[list[Listed], str | None]:
        """Objects whose keys begin so, and the token that the next ask for; `None` if there are no more."""

    @abstractmethod
    def _begun(self, key: str, etag: str, start: int) -> Begun:
        """See `get`."""


def store_of(address: Address) -> Store:
    """The store that an address is of.

    Raises:
        Refusal: as of `Store`, or the extra is not installed.
    """
    kind: type[Store]
    try:
        if address.scheme == "az":
            from vaern.store.azure import Container as kind  # noqa: N813, PLC0415 - needs the extra
        else:
            from vaern.store.s3 import Bucket as kind  # noqa: N813, PLC0415
    except ImportError as error:
        raise Refusal(
            "scanning a store needs the extra `store`, which is not installed; install it by: "
            "pip install 'vaern[store]'"
        ) from error
    return kind(address)
