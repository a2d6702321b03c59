r"""Names as text that can be printed, kept in JSON and shown, without losing a byte.

A name on disk is any bytes but `/` and NUL; a name in an archive is whatever its author wrote. Bytes that are not
UTF-8, control characters and characters that reverse the direction of writing appear as `\xNN`, one for each byte of
UTF-8; a backslash that could be taken for such an escape appears as `\x5c`.
"""

from __future__ import annotations

import os
import re

_ESCAPED = re.compile(
    r"\\(?=x[0-9a-f]{2})"  # would read as an escape
    "|[\x00-\x1f\x7f-\x9f\u2028\u2029]"  # controls, and what Unicode counts as line ends
    "|[\u202a-\u202e\u2066-\u2069]"  # overrides that make gpj.exe look like exe.jpg
    "|[\ud800-\udfff]"  # bytes that were not UTF-8
)
_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")


def printable(name: str) -> str:
    """The printable form of a name as Python gives it (undecodable bytes as lone surrogates, PEP 383)."""
    return name if _is_plain(name) else _ESCAPED.sub(_escape, name)


def original(name: str) -> bytes:
    """The bytes that `printable` was made from, for a name on disk."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name.encode())


def is_printable(name: str) -> bool:
    """Whether `printable` could have returned this."""
    return _is_plain(name) or printable(os.fsdecode(original(name))) == name


def _is_plain(name: str) -> bool:
    """Whether nothing in it can need an escape, as in most names: a parent looks at every name there is."""
    return name.isascii() and name.isprintable() and "\\" not in name


def _escape(found: re.Match[str]) -> str:
    try:
        raw = found[0].encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte; only an archive can hold one
        raw = found[0].encode("utf-8", "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in raw)
