"""Network addresses as data: normalised, flagged where they are suspicious, compared by keyed digests.

Nothing here opens a connection. Parsing follows the WHATWG URL standard (ada-url), so that an address means the same
as to a browser. Beyond the standard, spellings of the same place are unified: user information and fragment are
dropped, percent-encodings follow RFC 3986 section 6.2.2, and a host has no trailing dot.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple

import ada_url

from vaern.formats.values import one_form
from vaern.node.base.sealing import keyed
from vaern.node.reports.rules.lookalikes import looks_like_another

LONGEST = 8_000
"""Characters of a URL that are looked at; the rest is cut off and flagged."""

FLAGS = (
    "user_info",
    "fragment",
    "no_scheme",
    "other_scheme",
    "port",
    "trailing_dot",
    "idn",
    "homograph",
    "ip",
    "odd_ip",
    "not_public",
    "onion",
    "bad_percent",
    "defanged",
    "odd_characters",
    "too_long",
    "unparsable",
)
"""What may be odd: user name or password in it; a fragment; no scheme (`http` is assumed); a scheme other than http and
https; a port of its own; a dot after the host; a host of other letters than ASCII; a host that looks like another; an
IP address; one in an unusual form; a host that is not on the public network; a hidden service; a percent sign that
encodes nothing; sent defanged; letters that are none; cut off; not understood (then `url` is the text itself)."""


class Address(NamedTuple):
    """A normalised address.

    Attributes:
        url: normalised; the cleaned text if it could not be parsed.
        host: ASCII, lower case, an IPv6 address without brackets; "" if there is none.
        flags: some of `FLAGS`, in their order.
    """

    url: str
    host: str
    flags: tuple[str, ...] = ()


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HOST_AND_PORT = re.compile(r"[^\s/?#@:]*\.[^\s/?#@:]+:\d{1,5}(?:[/?#]|\Z)|localhost:\d")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FANGLESS = re.compile(r"^h(?:xx|tt|\*\*)p(s?)(?:\[:\]//|:\[//\]|\[://\]|://)", re.IGNORECASE)
_DOT = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)", re.IGNORECASE)
_HEAD = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:(?:\[?//\]?))?[^/?#]*")
"""Scheme and authority, defanged or not."""

_HTTP = re.compile("http", re.IGNORECASE)
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[/\\]{0,8}([^/\\?#]*)")
_END_OF_HOST = re.compile(r"[/?]")
_LOCAL = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


@lru_cache(maxsize=256)  # of a report that comes it is asked for the item, its host and its ties
def normalised(url: str) -> Address:
    """Normalise an address. Never raises: suspicious parts are flagged, and text that is not a URL stays as it is."""
    flags: set[str] = set()
    text = _with_scheme(_cleaned(url, flags), flags)
    found = _parsed(text)
    if found is None:
        return Address(text, "", _ordered({*flags, "unparsable"}))
    flags |= _flags_of(text, found)
    before, href = "", one_form(found)
    while before != href and (again := _parsed(href)) is not None:  # dropping one thing may uncover another
        before, found, href = href, again, one_form(again)
    host = (found.hostname or "").removeprefix("[").removesuffix("]")
    return Address(href, host, _ordered(flags | _flags_of_host(host)))


def url_key(url: str) -> bytes:
    """Return a keyed digest, 32 bytes, equal for addresses of the same place; http and https count as the same."""
    found = normalised(url).url
    if found.startswith("http://"):
        found = "https://" + found.removeprefix("http://")
    return keyed(found, "url")


def host_key(host: str) -> bytes:
    """Return a keyed digest, 32 bytes, equal for equal hosts, however they are written."""
    text = host.strip().removeprefix("[").removesuffix("]")
    found = normalised(f"http://[{text}]/" if text.count(":") > 1 else f"http://{text}")
    return keyed(found.host or found.url, "host")


def keys_of(text: str) -> tuple[bytes, bytes]:
    """Return the keyed digests of an address and of its host, by which what somebody looks for is found."""
    return url_key(text), host_key(normalised(text).host)


def defanged(url: str) -> str:
    """Return the address as shown to people, unclickable: `hxxps://host[.]example/a#b`, without user information.

    The fragment stays: on some sites it names the page.
    """
    shown, host, flags = normalised(url)
    if "unparsable" in flags or not host:
        text = shown.replace(".", "[.]").replace(":", "[:]")
    else:
        before, _, rest = shown.partition("://")
        authority = _END_OF_HOST.split(rest, maxsplit=1)[0]
        text = f"{before}://{authority.replace('.', '[.]')}{rest[len(authority) :]}"
        if "fragment" in flags:
            text += "#" + _cleaned(url, set()).partition("#")[2]
        if before not in {"http", "https"}:
            text = text.replace("://", "[://]", 1)
    return _toothless(text)


def _toothless(text: str) -> str:
    visible = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return _HTTP.sub(lambda found: "HXXP" if found[0].isupper() else "hxxp", visible)


def _cleaned(url: str, flags: set[str]) -> str:
    """Take away what surrounds an address, or hides in it; undo a defanging."""
    text = url.encode("utf-8", "replace").decode("utf-8").strip()
    text = "".join(c for c in text if c.isprintable() or c in " \u00ad")
    if text != url:
        flags.add("odd_characters")
    if len(text) > LONGEST:
        text = text[:LONGEST]
        flags.add("too_long")
    text = text.strip().lstrip("/ ")
    plain = _FANGLESS.sub(lambda found: f"http{found[1].lower()}://", text)
    plain = _HEAD.sub(lambda found: _DOT.sub(".", found[0]), plain, count=1)
    if plain.lower() != text.lower():
        flags.add("defanged")
    return plain


def _with_scheme(text: str, flags: set[str]) -> str:
    if text and (not _SCHEME.match(text) or _HOST_AND_PORT.match(text)):
        flags.add("no_scheme")
        return "http://" + text
    return text


def _parsed(text: str) -> ada_url.URL | None:
    try:
        return ada_url.URL(text)
    except ValueError:
        return None


def _flags_of(text: str, found: ada_url.URL) -> set[str]:
    """What is odd about the parts of an address, before it is brought into one form."""
    authority = _AUTHORITY.match(text)
    typed = authority[1].rpartition("@")[2] if authority else ""
    host = found.hostname or ""
    odd = {
        "user_info": bool(found.username or found.password),
        "fragment": bool(found.hash),
        "other_scheme": found.protocol not in {"http:", "https:"},
        "port": bool(found.port),
        "trailing_dot": host.endswith("."),
        "bad_percent": bool(_BARE_PERCENT.search(text)),
        "odd_ip": found.host_type != ada_url.HostType.DEFAULT and not typed.lower().startswith(host.lower()),
    }
    return {flag for flag, holds in odd.items() if holds}


def _flags_of_host(host: str) -> set[str]:
    """What is odd about a host in one form."""
    flags = set()
    if any(label.startswith("xn--") for label in host.split(".")):
        flags.add("idn")
        if looks_like_another(_unicode(host)):
            flags.add("homograph")
    if host.endswith((".onion", ".i2p")):
        flags.add("onion")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith(_LOCAL) or (host and "." not in host):
            flags.add("not_public")
        return flags
    return flags | {"ip"} | (set() if address.is_global else {"not_public"})


def _unicode(host: str) -> str:
    try:
        return str(ada_url.idna_to_unicode(host))
    except (ValueError, UnicodeError):
        return host


def _ordered(flags: set[str]) -> tuple[str, ...]:
    return tuple(flag for flag in FLAGS if flag in flags)
