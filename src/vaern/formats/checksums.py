"""Checksums in the addresses of payment networks: a mistyped one is refused, and one in two spellings is one. Pure.

Base58Check as Bitcoin defined it; Bech32 and Bech32m after BIP-173 and BIP-350. Written out here because these are
forty lines, and what is packaged for them has not been kept up or brings a wallet with it.
"""

from __future__ import annotations

import hashlib

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_CONSTANT, BECH32M_CONSTANT = 1, 0x2BC830A3
LONGEST_BECH32 = 90
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def base58check(text: str) -> bytes | None:
    """Return version and payload of a Base58Check text, or None where it is none or its checksum is wrong."""
    number = 0
    for character in text:
        digit = BASE58.find(character)
        if digit < 0:
            return None
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip(BASE58[0]))
    found = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, check = found[:-4], found[-4:]
    twice = hashlib.sha256(hashlib.sha256(payload).digest()).digest()
    return payload if len(found) > 4 and twice[:4] == check else None


def bech32(text: str) -> tuple[str, list[int]] | None:
    """Return the readable part and the values of a Bech32 or Bech32m text, or None where it is none.

    Upper or lower case, not both; the checksum has to hold.
    """
    if text not in {text.lower(), text.upper()} or len(text) > LONGEST_BECH32:
        return None
    readable, sign, data = text.lower().rpartition("1")
    values = [BECH32.find(character) for character in data]
    if not sign or not readable or len(values) < 6 or -1 in values or any(not 33 <= ord(c) <= 126 for c in readable):
        return None
    expanded = [ord(c) >> 5 for c in readable] + [0] + [ord(c) & 31 for c in readable]
    if _polymod(expanded + values) not in {BECH32_CONSTANT, BECH32M_CONSTANT}:
        return None
    return readable, values[:-6]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check
