"""Keys that sign releases: Ed25519, one file for the organisation alone, one beside it for everybody.

The public half says whose it is and of which country. Whoever signs the root metadata answers for that being true.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from vaern.trust.faults import TrustError

if TYPE_CHECKING:
    from pathlib import Path

ORGANISATION, COUNTRY = "x-vaern-organisation", "x-vaern-country"
"""Fields of a public key in the metadata (TUF lets a key have fields of its own)."""

PUBLIC = ".pub.json"


def make(path: Path, organisation: str, country: str) -> Key:
    """Make a key, and write both of its files.

    Args:
        path: for the private half, readable by its owner alone; the public one lies beside it, as `FILE.pub.json`.
        organisation: whose it is.
        country: of the organisation, two letters of ISO 3166-1.

    Raises:
        TrustError: the organisation or the country is none, or a file is there already.
        OSError: it could not be written.
    """
    if not organisation.strip() or not re.fullmatch("[A-Z]{2}", country):
        raise TrustError(
            str(path),
            f"a key of {organisation!r} in {country!r}",
            "Name it, and its country as two letters.",
        )
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = CryptoSigner(private).public_key
    key.unrecognized_fields |= {ORGANISATION: organisation.strip(), COUNTRY: country}
    public = path.with_name(path.name + PUBLIC)
    if public.exists():
        raise TrustError(str(public), "this is there already", "Choose another name: no key is ever written over.")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except FileExistsError:
        raise TrustError(
            str(path), "this is there already", "Choose another name: no key is ever written over."
        ) from None
    public.write_bytes(msgspec.json.format(msgspec.json.encode({"keyid": key.keyid, **key.to_dict()})) + b"\n")
    return key


def read_private(path: Path) -> CryptoSigner:
    """The private half.

    Raises:
        TrustError: the file holds none.
        OSError: it could not be read.
    """
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise TrustError(str(path), "this is no private key", "`vaern lists key` makes one.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise TrustError(str(path), "this is a key of another kind than Ed25519", "`vaern lists key` makes one.")
    return CryptoSigner(private)


def read_public(path: Path) -> Key:
    """The public half.

    Raises:
        TrustError: the file holds none, or not whose it is.
        OSError: it could not be read.
    """
    return public_of(path.read_bytes(), str(path))


def public_of(data: bytes, where: str) -> Key:
    """The public half, out of bytes that came from somewhere.

    Its id is that of the key itself: nobody calls a key by the name of another, or by that of a path.

    Raises:
        TrustError: it is none, or does not say whose it is.
    """
    advice = f"`vaern lists key` writes one, as FILE{PUBLIC}."
    try:
        found = msgspec.json.decode(data, type=dict[str, Any])
        key = Key.from_dict(str(found.pop("keyid")), found)
        raw = bytes.fromhex(key.keyval["public"])
        itself = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(raw))
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise TrustError(where, "this is no public key", advice) from error
    if (key.keyid, key.keyval) != (itself.keyid, itself.keyval):
        raise TrustError(where, "the key is not the one that it is called by", advice)
    if not organisation_of(key) or not country_of(key):
        raise TrustError(where, "the key does not say whose it is, or of which country", advice)
    return key


def organisation_of(key: Key) -> str:
    """Whose a key is; empty where nobody said."""
    return str(key.unrecognized_fields.get(ORGANISATION, ""))


def country_of(key: Key) -> str:
    """Of which country a key is; empty where nobody said."""
    found = str(key.unrecognized_fields.get(COUNTRY, ""))
    return found if re.fullmatch("[A-Z]{2}", found) else ""


def said(key: Key) -> str:
    """A key as a person calls it."""
    return f"{organisation_of(key) or 'nobody named'} ({country_of(key) or 'no country'}, key {key.keyid[:8]})"
