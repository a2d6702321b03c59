"""Response policy zones (draft-vixie-dnsop-dns-rpz-00): a list of domains for resolvers. Pure.

Each domain and all below it (`*.domain`) is answered with the stop page: by a CNAME to its host, or by its addresses.
Only queried names trigger it (QNAME), never a name server, an address or a client. It holds no comment: nothing but
the names.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from vaern.node.base.refusals import Refusal
from vaern.node.reports.rules.domains import is_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

TTL = 300
"""Seconds that an answer is kept: what is lifted is reached again within minutes of the next list."""

REFRESH, RETRY, EXPIRE = 3600, 600, 604_800
MOST_ADDRESSES = 8

STOPPED = "domains.stop-page-stopped"
"""Why a stop page is refused whose own domain is stopped; the room's labels say it."""


class Unusable(Refusal):
    """The host of the stop page is neither a name nor addresses, or lies on a blocked domain."""


def next_serial(last: int, today: date) -> int:
    """Return the serial of the next list: day and number (RFC 1912, 2.2), always greater than the last."""
    return max(last + 1, int(f"{today:%Y%m%d}00"))


def answers(stop: str) -> list[str]:
    """Return the records that answer for a blocked name: one CNAME, or A and AAAA.

    Args:
        stop: the name of the stop page's host, or its addresses, separated by spaces or commas.

    Raises:
        Unusable: it is neither.
    """
    given = stop.replace(",", " ").lower().split()
    addresses = [found for one in given if (found := _address(one)) is not None]
    if given and len(addresses) == len(given) <= MOST_ADDRESSES:
        ordered = sorted(set(addresses), key=lambda one: (one.version, one.packed))
        return [f"{'A' if one.version == 4 else 'AAAA'} {one}" for one in ordered]
    if len(given) == 1 and is_name(given[0].rstrip(".")):
        return [f"CNAME {given[0].rstrip('.')}."]
    raise Unusable(stop)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def written(domains: Iterable[str], stop: str, serial: int) -> str:
    """Return the zone; its names are relative, so that the resolver chooses the zone's name.

    Args:
        domains: lower case, ASCII; in any order.
        stop: as in `answers`.
        serial: of this list.

    Raises:
        Unusable: as in `answers`, or the stop page would be blocked itself.
    """
    records, names = answers(stop), sorted(set(domains))
    target = records[0].removeprefix("CNAME ").rstrip(".") if records[0].startswith("CNAME ") else ""
    if any(target == name or target.endswith(f".{name}") for name in names):
        raise Unusable(STOPPED, field="stop")
    lines = [f"$TTL {TTL}", f"@ SOA localhost. root.localhost. {serial} {REFRESH} {RETRY} {EXPIRE} {TTL}"]
    lines.append("@ NS localhost.")
    lines += [f"{name} {record}" for domain in names for name in (domain, f"*.{domain}") for record in records]
    return "\n".join(lines) + "\n"
