"""Codes for copying by hand, typing and reading aloud. Pure; no Django."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code can be read aloud and copied by hand."""

CODE_LENGTH = 20
"""Characters of a receipt code: 100 bits, in five groups."""

_LOOKALIKES = str.maketrans("ILO", "110")


def code_from(secret: bytes, length: int = CODE_LENGTH) -> str:
    """Return a code of the first bits of a secret, five per character, ungrouped."""
    number = int.from_bytes(secret, "big") >> (8 * len(secret) - 5 * length)
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(length)))


def grouped(code: str) -> str:
    """Return a code grouped for reading: `ABCD-EFGH-JKMN-PQRS-TVWX`."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(typed: str, length: int = CODE_LENGTH) -> str:
    """Normalise a typed code, ignoring case, spaces and dashes; return "" if it cannot be one."""
    code = "".join(sign for sign in typed.upper() if not (sign.isspace() or sign in "-–—.")).translate(_LOOKALIKES)
    return code if len(code) == length and set(code) <= set(ALPHABET) else ""
