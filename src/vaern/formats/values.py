"""Values that a list can hold and that are no hash of a file, each in one form: addresses, domains, keywords, wallets.

    normal("domain", "BÜCHER.example.")       # b"xn--bcher-kva.example"
    digest("address", "HTTP://host.example:80/%7Ea#x")     # SHA-256 of its normal form: what is compared

Two spellings of the same meet, and bringing into one form what is in it changes nothing. Addresses are parsed as
browsers do (WHATWG URL, ada-url); beyond the standard, user information and fragment are dropped, percent-encodings
follow RFC 3986 section 6.2.2, and a host has no trailing dot. A keyword is only ever its digest.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from contextlib import suppress

import ada_url

from vaern.formats.checksums import base58check, bech32
from vaern.records import VALUE_KINDS

LONGEST = 2_000
"""Characters of a value."""

_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class ValueRefused(ValueError):
    """A text is no value of this kind; the message says why and repeats nothing of it."""


def normal(kind: str, text: str) -> bytes:
    """Return a value in its normal form: UTF-8; of a keyword, the SHA-256 of that.

    Args:
        kind: one of `records.VALUE_KINDS`.
        text: as somebody wrote it; a keyword may be given as its digest, 64 hexadecimal digits.

    Raises:
        ValueRefused: it is none.
    """
    if kind not in VALUE_KINDS:
        raise ValueRefused(f"{kind!r} is no kind of value; there are {', '.join(VALUE_KINDS)}")
    bare = text.encode("utf-8", "replace").decode().strip()
    if not 0 < len(bare) <= LONGEST:
        raise ValueRefused(f"a value has 1 to {LONGEST} characters")
    if kind == "keyword":
        return _keyword(bare)
    return {"address": _address, "domain": _domain, "wallet": wallet}[kind](bare).encode()


def digest(kind: str, value: bytes) -> bytes:
    """Return what is compared of a value in its normal form: its SHA-256; a keyword is one already."""
    return value if kind == "keyword" else hashlib.sha256(value).digest()


def wallet(text: str) -> str:
    """Return a payment address in one form; where its checksum is known it has to hold.

    Raises:
        ValueRefused: the checksum is wrong, or it is none.
    """
    bare = re.sub(r"\A(?:(?:bitcoin|ethereum|litecoin):\s*)+", "", text, flags=re.IGNORECASE).partition("?")[0].strip()
    if re.fullmatch(r"(?i)(bc|tb|ltc|bcrt)1[a-z0-9]+", bare):
        if bech32(bare) is None:
            raise ValueRefused("the checksum of that payment address is wrong")
        return bare.lower()
    if re.fullmatch(r"[13][1-9A-HJ-NP-Za-km-z]{25,34}", bare):
        if base58check(bare) is None:
            raise ValueRefused("the checksum of that payment address is wrong")
        return bare
    if re.fullmatch(r"(?i)0x[0-9a-f]{40}", bare):
        return bare.lower()
    if not bare or re.search(r"[\s\x00-\x1f\x7f]", bare):
        raise ValueRefused("that is no payment address")
    return bare


def one_form(found: ada_url.URL) -> str:
    """Return a parsed address without what does not change the place."""
    host = found.hostname or ""
    if host.endswith(".") and host.strip("."):
        with suppress(ValueError):
            found.hostname = host.rstrip(".")
    for part in ("username", "password", "hash"):
        if getattr(found, part):
            with suppress(ValueError):  # an address without a host has none of them to take away
                setattr(found, part, "")
    href = str(found.href).removesuffix("#").removesuffix("?")
    return _ENCODED.sub(_plainest, _BARE_PERCENT.sub("%25", href))


def _plainest(found: re.Match[str]) -> str:
    letter = chr(int(found[0][1:], 16))
    return letter if _UNRESERVED.match(letter) else found[0].upper()


def _address(text: str) -> str:
    """An address of the web; http and https lead to the same place."""
    href, before = text if _SCHEME.match(text) else f"https://{text}", ""
    while before != href:  # dropping one thing may uncover another
        try:
            found = ada_url.URL(href)
        except ValueError:
            raise ValueRefused("that is no address of the web") from None
        before, href = href, one_form(found)
    if found.protocol not in {"http:", "https:"} or not found.hostname:
        raise ValueRefused("that is no address of the web")
    return "https:" + href.partition(":")[2]


def _domain(text: str) -> str:
    if re.search(r"[\s/?#@:\\%\[\]]", text):
        raise ValueRefused("that is no domain: give the name alone, without address or port")
    try:
        host = (ada_url.URL(f"http://{text}/").hostname or "").rstrip(".")
    except ValueError:
        host = ""
    if "." not in host or re.fullmatch(r"[0-9.]+", host):
        raise ValueRefused("that is no domain")
    return host


def _keyword(text: str) -> bytes:
    if re.fullmatch(r"[0-9A-Fa-f]{64}", text):
        return bytes.fromhex(text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return hashlib.sha256(" ".join(folded.split()).encode()).digest()
