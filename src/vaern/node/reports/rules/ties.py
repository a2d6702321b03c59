"""The identifiers of an arrival that are compared, normalised: accounts, mail, telephones, addresses, devices.

Spellings of one identifier are unified (`crosscheck.rules.identifiers`) without guessing: a suffix after + in a mail
address stays, a telephone number needs its country code, and an account needs its service. Pure.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, NamedTuple

from vaern.arrivals import uploaders
from vaern.node.crosscheck.rules.identifiers import BadIdentifier, Kind, normalised
from vaern.node.crosscheck.rules.registry import ip_windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Address, IPv6Address

    from vaern.arrivals import Account, Arrival, IpEvent, Location

KINDS = ("account", "email", "phone", "device", "address")
"""What is compared, what says most first."""

MOST = 200
"""Identifiers of one report that are compared, those that say most first."""

EVERYBODYS_BOXES = frozenset(
    {
        "abuse",
        "do-not-reply",
        "donotreply",
        "hostmaster",
        "mailer-daemon",
        "no-reply",
        "noreply",
        "postmaster",
        "security",
        "support",
        "webmaster",
    }
)
"""Mail boxes of a service and not of a person (RFC 2142, and those that only send)."""

EVERYBODYS_NETWORKS = tuple(
    ipaddress.ip_network(one) for one in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
"""Networks that each house and each provider has for itself (RFC 1918, 6598, 4193): equal addresses are two places."""

ROOMS = frozenset({"newsgroup", "chat", "peer_to_peer", "offline"})
"""Kinds of places whose `account` is the name of a room, where many are."""

SHORTEST_DEVICE = 6
"""Letters and digits of a device's identifier; a shorter one, or one sign over and over, stands for *unknown*."""

NAMES_ITS_OWN = frozenset({"api", "form", "csv", "cybertipline", "xarf"})
"""Documents whose sender is the service itself, so that an account without a service is one of the sender's."""


class Tied(NamedTuple):
    """One normalised identifier.

    Attributes:
        kind: one of `KINDS`.
        value: the value compared.
        weak: equality means little.
        said: as the sender wrote it.
    """

    kind: str
    value: str
    weak: bool
    said: str


def tied(arrival: Arrival, sender: str = "") -> list[Tied]:
    """Return the identifiers of an arrival that are compared, each once, the strong ones first.

    Reporters are not compared: they have only reported.

    Args:
        arrival: the report.
        sender: who sent it, if that is known.
    """
    services = {place.service for place in arrival.locations if place.service}
    service = services.pop() if len(services) == 1 else ""
    if not service and sender and arrival.document in NAMES_ITS_OWN:
        service = f"sender {sender}"
    found: dict[tuple[str, str], Tied] = {}
    for one in _all(arrival, service):
        earlier = found.get((one.kind, one.value))
        if earlier is None or earlier.weak > one.weak:
            found[one.kind, one.value] = one
    return sorted(found.values(), key=lambda one: (one.weak, KINDS.index(one.kind)))[:MOST]


def compared(kind: Kind, text: str) -> str:
    """Return the value under which a mail address, a telephone or a network address is compared; "" if it is none."""
    try:
        value = normalised(kind, text).value
    except BadIdentifier:
        return ""
    return _network(ipaddress.ip_address(value)) if kind is Kind.ADDRESS else value


def _all(arrival: Arrival, service: str) -> Iterator[Tied]:
    for place in (*arrival.locations, *(file.location for file in arrival.files if file.location)):
        yield from _of_place(place)
    for account in (*arrival.accounts, *uploaders(arrival)):
        if account.role != "reporter":
            yield from _of_account(account, service)


def _of_place(place: Location) -> Iterator[Tied]:
    if not place.account.strip() or place.medium in ROOMS:
        return
    if place.medium == "email":
        yield from _mail(place.account)
    elif place.medium == "telephone":
        yield from _one(Kind.PHONE, place.account)
    else:
        yield from _one(Kind.ACCOUNT, place.account, place.service or place.url)


def _of_account(account: Account, service: str) -> Iterator[Tied]:
    for name in (account.identifier, account.screen_name):
        yield from _one(Kind.ACCOUNT, name, account.service or service)
    for mail in account.emails:
        yield from _mail(mail)
    for phone in account.phones:
        yield from _one(Kind.PHONE, phone)
    for device in account.devices:
        yield from _device(device)
    yield from _addresses(account.ip_events)


def _one(kind: Kind, text: str, service: str = "") -> Iterator[Tied]:
    try:
        found = normalised(kind, text, service=service)
    except BadIdentifier:
        return
    yield Tied(kind.value, f"{found.service}|{found.value}" if found.service else found.value, weak=False, said=text)


def _mail(text: str) -> Iterator[Tied]:
    for found in _one(Kind.EMAIL, text):
        if found.value.partition("@")[0] not in EVERYBODYS_BOXES:
            yield found


def _device(text: str) -> Iterator[Tied]:
    plain = " ".join(text.casefold().split())
    signs = [sign for sign in plain.rpartition(": ")[2] if sign.isalnum()]
    if len(signs) >= SHORTEST_DEVICE and len(set(signs)) > 1:
        yield Tied("device", plain, weak=False, said=text)


def _addresses(events: Iterable[IpEvent]) -> Iterator[Tied]:
    for event in events:
        try:
            address = ipaddress.ip_address(normalised(Kind.ADDRESS, event.ip).value)
        except BadIdentifier:
            continue
        if not _everybodys(address):
            yield from _address(address, event)


def _address(address: IPv4Address | IPv6Address, event: IpEvent) -> Iterator[Tied]:
    """An address says something at about one time alone; an IPv4 address without a port may be shared by many then.

    Of IPv6 the first 64 bits are compared: a connection has them, and its devices change the rest.
    """
    six, value = address.version == 6, _network(address)
    if event.at is not None and event.at.tzinfo is not None:
        weak = bool(event.proxy) or (not six and event.port is None)
        yield from (Tied("address", f"{value}|{window}", weak, event.ip) for window in ip_windows(event.at))
    yield Tied("address", value, weak=True, said=event.ip)


def _network(address: IPv4Address | IPv6Address) -> str:
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def _everybodys(address: IPv4Address | IPv6Address) -> bool:
    special = address.is_loopback or address.is_unspecified or address.is_multicast or address.is_link_local
    return special or any(address.version == one.version and address in one for one in EVERYBODYS_NETWORKS)
