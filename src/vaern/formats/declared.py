"""Encodings that an XML document may declare. Pure.

In most encodings ASCII is ASCII, so that a guard who looks at the bytes sees what a reader sees. In UTF-7 or HZ other
letters stand behind ASCII: nobody writes them, and who does wants to be read otherwise than looked at.
"""

from __future__ import annotations

import re

_ASCII = bytes(range(0x20, 0x7F))
_NATIONAL = {0x5C: "¥", 0x7E: "‾"}
"""What Japanese encodings have in the place of two signs."""
_ESCAPES = (rb"\u0041", b"xn--80ak6aa92e")
"""ASCII that codecs of Python's own read as other letters: they are no encodings of documents."""
_WIDE = re.compile(r"utf-?(?:16|32)(?:[lb]e)?|ucs-?[24]|iso-10646-ucs-[24]", re.IGNORECASE)


def keeps_ascii(encoding: str) -> bool:
    """Whether bytes of printable ASCII mean ASCII in an encoding; False if it is not known."""
    try:  # one by one: what is an escape alone is no letter, and together some codecs warn of it
        alone = all(bytes([sign]).decode(encoding) in {chr(sign), _NATIONAL.get(sign)} for sign in _ASCII)
        return alone and all(len(escape.decode(encoding)) == len(escape) for escape in _ESCAPES)
    except (LookupError, UnicodeError, ValueError):
        return False


def is_read(encoding: str) -> bool:
    """Whether an XML document in this encoding is read: as `keeps_ascii`, or UTF-16 or UTF-32."""
    return not encoding or bool(_WIDE.fullmatch(encoding)) or keeps_ascii(encoding)
