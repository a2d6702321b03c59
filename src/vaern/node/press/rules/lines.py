"""Text from outside: one line of it, and one plain mail address. Pure; no Django."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+\Z")


def one_line(text: str) -> str:
    """Return text in one line, without signs that cannot be shown: nothing in it can become a header or a command."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def plain_address(text: str) -> str:
    """Return a mail address without its name and brackets; "" if it is not one plain address (RFC 5321, no quotes)."""
    found = text.strip()
    return found if len(found) <= LONGEST_ADDRESS and _ADDRESS.match(found) else ""
