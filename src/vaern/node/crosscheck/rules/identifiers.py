"""Identifiers of people and devices on the network, brought into one form, so that two spellings meet. Pure.

    one = normalised(Kind.EMAIL, "A.B@Bücher.example")
    one.value                                   # "a.b@xn--bcher-kva.example"
    keys_of(one)                                # what is compared between organisations (`crosscheck.base.keys`)

Normalising what is normal changes nothing. What a provider needs to find a subscriber and is not there is named: behind
address sharing an IP address without time, zone and port finds nobody.
"""

from __future__ import annotations

import enum
import ipaddress
import re
import unicodedata
from datetime import UTC, datetime

import ada_url
import msgspec
import phonenumbers

from vaern.formats.values import ValueRefused, wallet

LONGEST = 500
"""Characters of an identifier."""


class Kind(enum.StrEnum):
    """What an identifier is."""

    ACCOUNT = "account"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    WALLET = "wallet"
    DEVICE = "device"


MISSING = ("time", "zone", "port")
"""What an address may lack."""


class BadIdentifier(ValueError):
    """A text is not an identifier of this kind; the message is one of PROBLEMS and repeats nothing of the text."""


EMPTY = "it is empty or too long"
NO_SERVICE = "an account needs the service that it is on"
NOT_EMAIL = "that is not an address of e-mail"
NOT_PHONE = "that is not a telephone number: begin with + and the country's code"
NOT_ADDRESS = "that is not an IP address"
NOT_PORT = "a port is a number from 1 to 65535"
NOT_WALLET = "the checksum of that payment address is wrong"
NOT_DEVICE = "a device is named as make|model|serial number"
PROBLEMS = tuple(value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str))


class Identifier(msgspec.Struct, frozen=True, omit_defaults=True):
    """One identifier in one form.

    Attributes:
        kind: what it is.
        value: in one form: an account without @, an e-mail address with an ASCII host, a number as E.164, an IP address
            as RFC 5952 writes it, a payment address as its network does, `make|model|serial`.
        service: of an account, folded.
        port, at: of an address: 1 to 65535, and when it was seen; a moment without a zone is kept as it was said.
        missing: some of `MISSING`.
    """

    kind: Kind
    value: str
    service: str = ""
    port: int | None = None
    at: datetime | None = None
    missing: tuple[str, ...] = ()


def normalised(
    kind: Kind, value: str, *, service: str = "", port: int | None = None, at: datetime | None = None
) -> Identifier:
    """Return an identifier in one form.

    Args:
        kind: what it is.
        value: as somebody wrote it.
        service: of an account.
        port, at: of an address.

    Raises:
        BadIdentifier: it is none of this kind.
    """
    text = _cleaned(value)
    if not 0 < len(text) <= LONGEST:
        raise BadIdentifier(EMPTY)
    if kind is Kind.ADDRESS:
        return _address(text, port, at)
    if kind is Kind.ACCOUNT:
        where = _service(service)
        if not where:
            raise BadIdentifier(NO_SERVICE)
        name = text.lstrip("@ ").casefold()
        if not name:
            raise BadIdentifier(EMPTY)
        return Identifier(kind, unicodedata.normalize("NFKC", name), service=where)
    one_form = {Kind.EMAIL: _email, Kind.PHONE: _phone, Kind.WALLET: _wallet, Kind.DEVICE: _device}[kind]
    return Identifier(kind, one_form(text))


def _cleaned(text: str) -> str:
    """Bring a text to one form of Unicode, without what cannot be seen and without space around it."""
    found = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode())
    return " ".join("".join(c if c.isprintable() else " " for c in found).split())


def _service(text: str) -> str:
    """A service by its host where it has one, else by its name, folded."""
    found = _cleaned(text).casefold()
    bare = re.sub(r"\A[a-z]+://", "", found).split("/", 1)[0].removeprefix("www.")
    host = _host(bare) if "." in bare and " " not in bare else ""
    return unicodedata.normalize("NFKC", (host or found).strip("."))


def _host(text: str) -> str:
    try:
        found = ada_url.URL(f"http://{text}/").hostname or ""
    except ValueError:
        return ""
    return found.rstrip(".")


def _email(text: str) -> str:
    named = re.fullmatch(r"[^<>]*<([^<>]+)>", text)  # as a mail program copies it
    bare = re.sub(r"\Amailto:([^?]*).*", r"\1", named[1].strip() if named else text, flags=re.IGNORECASE)
    local, sign, domain = bare.rpartition("@")
    local = local.strip('" ')
    host = _host(domain.strip()) if not re.search(r"[\s/:?#@\[\]\\%]", domain.strip()) else ""
    if not sign or not local or "." not in host or re.search(r"[\s@<>,;:\"]", local):
        raise BadIdentifier(NOT_EMAIL)
    return f"{unicodedata.normalize('NFKC', local.casefold())}@{host}"


def _phone(text: str) -> str:
    international = re.sub(r"\A(?:tel:)?(?:00)?", "", text).lstrip("(+ ")
    kept = international.startswith(("39", "378"))  # where the 0 is dialled from abroad too
    try:
        found = phonenumbers.parse(re.sub(r"\A00", "+", text).replace("(0)", "0" if kept else ""))
    except phonenumbers.NumberParseException:
        raise BadIdentifier(NOT_PHONE) from None
    if not phonenumbers.is_possible_number(found):
        raise BadIdentifier(NOT_PHONE)
    number = phonenumbers.PhoneNumber(
        country_code=found.country_code,
        national_number=found.national_number,
        italian_leading_zero=found.italian_leading_zero,
        number_of_leading_zeros=found.number_of_leading_zeros,
    )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


_WITH_PORT = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[0-9.]+)):(?P<port>[0-9]{1,5})")


def _address(text: str, port: int | None, at: datetime | None) -> Identifier:
    if written := _WITH_PORT.fullmatch(text):
        text, beside = written["six"] or written["four"], int(written["port"])
        if port not in (None, beside):
            raise BadIdentifier(NOT_PORT)
        port = beside
    try:
        found = ipaddress.ip_address(text.strip("[] ").partition("%")[0])
    except ValueError:
        raise BadIdentifier(NOT_ADDRESS) from None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if port is not None and not 0 < port < 65536:
        raise BadIdentifier(NOT_PORT)
    lacks = {"time": at is None, "zone": at is None or at.tzinfo is None, "port": port is None}
    missing = tuple(what for what in MISSING if lacks[what])
    moment = at.astimezone(UTC) if at and at.tzinfo else at
    return Identifier(Kind.ADDRESS, str(found), port=port, at=moment, missing=missing)


def _wallet(text: str) -> str:
    """A payment address whose checksum is known has to hold it; one of another network is kept as it is."""
    try:
        return wallet(text)
    except ValueRefused:
        raise BadIdentifier(NOT_WALLET) from None


def _device(text: str) -> str:
    parts = [" ".join(part.split()).casefold() for part in text.split("|")]
    if len(parts) != 3 or not all(parts):
        raise BadIdentifier(NOT_DEVICE)
    return unicodedata.normalize("NFKC", "|".join(parts))
