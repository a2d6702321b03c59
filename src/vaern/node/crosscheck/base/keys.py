"""Keys: keyed digests of identifiers and signals, by which equal values are found and none can be read.

    key_of("email", "a@b.example")
    keys_of_ip("192.0.2.1", seen_at)

Equal values have equal keys on one node only: each is the digest that every node would compute (`common_digest`),
enciphered with the node's own secret. The node can turn it back into that digest, by which it compares with other nodes
(`commons_of`), and into nothing more: who has the secret can test guesses either way, who has it not can do neither.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from vaern.node.base.sealing import deciphered, enciphered
from vaern.node.crosscheck.rules.identifiers import Identifier, Kind
from vaern.node.crosscheck.rules.registry import KINDS, LONGEST_VALUE, common_digest, ip_windows

if TYPE_CHECKING:
    from datetime import datetime

PURPOSE = "crosscheck key"
"""For which common digests are enciphered (`base.sealing`)."""


class Key(NamedTuple):
    """What is compared: the kind (of `rules.KINDS`) and the 32 bytes of the keyed digest."""

    kind: str
    digest: bytes

    @property
    def justifies(self) -> bool:
        """Whether sharing it is enough for a meeting."""
        return KINDS[self.kind].justifies


def key_of(kind: str, value: str | bytes) -> Key:
    """Return the key of a value.

    Args:
        kind: of `rules.KINDS`.
        value: as the table says; text is brought to one form of Unicode, and folded where case does not matter. What
            further makes two spellings equal (of a URL, of a telephone number) is the caller's.

    Raises:
        ValueError: no such kind, or no value, or one that is too long. The message does not repeat it.
    """
    rule = KINDS.get(kind)
    if rule is None:
        raise ValueError(f"{kind!r} is not a kind of key")
    if isinstance(value, str):
        value = unicodedata.normalize("NFKC", value).strip()
        value = value.casefold() if rule.folds else value
    if not 0 < len(value) <= LONGEST_VALUE:
        raise ValueError(f"a value of the kind {kind} has between 1 and {LONGEST_VALUE} characters, not {len(value)}")
    data = value.encode() if isinstance(value, str) else value
    return Key(kind, enciphered(common_digest(kind, data), PURPOSE))


def commons_of(digests: bytes) -> bytes:
    """Return the common digests of keys, 32 bytes each, of the digests of as many keys as stand one after another."""
    return deciphered(digests, PURPOSE)


def keys_of_ip(address: str, at: datetime | None) -> list[Key]:
    """Return the keys of an IP address that was seen at a moment; without one it justifies no meeting."""
    if at is None:
        return [key_of("ip_alone", address)]
    return [key_of("ip", f"{address}|{window}") for window in ip_windows(at)] + [key_of("ip_alone", address)]


def keys_of(identifier: Identifier) -> list[Key]:
    """Return the keys by which an identifier is found in the records of others."""
    kind, value = identifier.kind, identifier.value
    if kind is Kind.ADDRESS:
        with_zone = identifier.at if identifier.at and identifier.at.tzinfo else None
        return keys_of_ip(value, with_zone)
    if kind is Kind.ACCOUNT:
        return [key_of("account", f"{identifier.service}|{value}")]
    if kind is Kind.PHONE:
        return [key_of("phone", value.removeprefix("+"))]
    return [key_of({Kind.EMAIL: "email", Kind.WALLET: "wallet", Kind.DEVICE: "camera_serial"}[kind], value)]
