"""Look up the host of a location by a plug-in. The node itself asks nobody; without a plug-in a person types it in.

A plug-in is an entry point of the group `vaern.tracers`; `VAERN_TRACER` names the one that may be used. It is given the
host's name or address and never the URL: what is asked of others says where we look, so it says as little as can be.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol

from django.conf import settings

GROUP = "vaern.tracers"
LONGEST_EVIDENCE = 4_000


@dataclass(frozen=True)
class Traced:
    """What a tracer found of a host.

    Attributes:
        ip: its address; "" if unknown.
        network: name or number of the network (`AS64496`), "" if unknown.
        country: ISO 3166-1 alpha-2; "" if unknown.
        host: name of the provider, "" if unknown.
        abuse: mail address for notices; "" if unknown.
        evidence: on what this rests, in words: the answers of registries, with their time.
    """

    ip: str = ""
    network: str = ""
    country: str = ""
    host: str = ""
    abuse: str = ""
    evidence: str = ""


class Tracer(Protocol):
    """The function that a plug-in provides."""

    def __call__(self, host: str) -> Traced:
        """Return what is known of a host's name or address. It may raise: the person then types it in."""


class TraceFailed(Exception):
    """The plug-in did not answer, or its answer is not valid."""


def tracer() -> Tracer | None:
    """Return the tracer that the operator configured, or None: there is no default.

    Raises:
        TraceFailed: the configured one is missing or cannot be loaded.
    """
    name = settings.CONFIGURATION.tracer
    if not name:
        return None
    for found in entry_points(group=GROUP, name=name):
        try:
            loaded: Tracer = found.load()
        except Exception as error:
            raise TraceFailed(name) from error
        return loaded
    raise TraceFailed(name)


def trace(host: str) -> Traced:
    """Ask the look-up about a host, outside any transaction, and return its validated answer.

    Raises:
        TraceFailed: there is none, it failed, or its answer is not valid.
    """
    plugin = tracer()
    if plugin is None:
        raise TraceFailed("none")
    try:
        return checked(plugin(host))
    except TraceFailed:
        raise
    except Exception as error:
        raise TraceFailed(type(error).__name__) from error


def checked(traced: Traced) -> Traced:
    """Validate a plug-in's answer and return it as our tables hold it.

    Raises:
        TraceFailed: it is not valid.
    """
    if not isinstance(traced, Traced):
        raise TraceFailed("not a Traced")
    texts = (traced.ip, traced.network, traced.country, traced.host, traced.abuse, traced.evidence)
    if any(not isinstance(text, str) for text in texts):
        raise TraceFailed("not text")
    try:
        ip = str(ipaddress.ip_address(traced.ip)) if traced.ip else ""
    except ValueError:
        raise TraceFailed("ip") from None
    if traced.country and not re.fullmatch("[A-Z]{2}", traced.country):
        raise TraceFailed("country")
    evidence = "".join(c for c in traced.evidence if c.isprintable() or c == "\n")[:LONGEST_EVIDENCE]
    return Traced(
        ip, _line(traced.network, 40), traced.country, _line(traced.host, 200), _line(traced.abuse, 254), evidence
    )


def _line(text: str, longest: int) -> str:
    return "".join(c for c in text if c.isprintable()).strip()[:longest]
