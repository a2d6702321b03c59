"""A mirror of a repository of lists over HTTP; what it serves is verified by `vaern.trust`, so it needs no key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.client.http import LATER, ClientError, Http, Limits
from vaern.trust.faults import MirrorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMITS = Limits(read=30.0, whole=6 * 3600.0)
"""A file of a list may be gigabytes; a mirror that sends nothing for half a minute is given up."""


def mirror_at(
    address: str, *, authorities: str | None = None, limits: Limits = LIMITS
) -> Callable[[str], Iterator[bytes]]:
    """Reads what lies under an address; `https` beyond this machine.

    Raises:
        ClientError: the address is not valid.
    """
    http = Http(address, limits=limits, authorities=authorities)

    def pieces(url: str) -> Iterator[bytes]:
        try:
            yield from http.pieces(url)
        except ClientError as error:
            said = error.what if error.advice == LATER else f"{error.what}. {error.advice.rstrip('.')}"
            raise MirrorError(said, error.status) from error

    return pieces
