"""Who is at the other end of a connection: this machine itself, or another.

A name that people set may lead anywhere, and elsewhere a moment later. So not the name is looked at, and not what it
resolved to before, but the peer of the connection that stands, before a byte is sent over it.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

if TYPE_CHECKING:
    import socket


class OfThisMachine(NewConnectionError):
    """The peer is this machine, or on its link."""


def is_here(peer: str, own: str = "") -> bool:
    """Whether an IP address is of this machine or its link, where other services than those of others listen.

    Addresses of private networks are not: the service of a partner may stand in one.

    Args:
        peer: of the other end; an IPv6 address may have a scope.
        own: of this end: whoever is connected to this very address is connected to itself.
    """
    try:
        found = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return mapped.is_loopback or mapped.is_link_local or mapped.is_unspecified or peer == own


def _checked(connection: HTTPConnection, made: socket.socket) -> socket.socket:
    peer, own = made.getpeername()[0], made.getsockname()[0]
    if is_here(peer, own):
        made.close()
        raise OfThisMachine(connection, "it leads to this machine")
    return made


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(self, super()._new_conn())


class _Encrypted(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(self, super()._new_conn())


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


ELSEWHERE: dict[str, type[HTTPConnectionPool]] = {"http": _PlainPool, "https": _EncryptedPool}
"""Pools, by scheme, whose connections lead to other machines alone."""

LOCALHOST, LOOPBACK = ".localhost", "127.0.0.1"


def reached(url: str) -> str:
    """Return the address to connect to: a name under `localhost` is this machine, whatever resolves names here.

    As RFC 6761, 6.3 has it and browsers do it; not every system's resolver does.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not (parts.hostname or "").endswith(LOCALHOST):
        return url
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{LOOPBACK}{port}"))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or number."""
    try:
        return host == "localhost" or host.endswith(LOCALHOST) or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
