"""Why something that should be media has no perceptual signal."""

from __future__ import annotations

import re
import struct


class UnreadableError(Exception):
    """The content could not be decoded; the message is the reason, for a person."""


def check_pixels(width: int, height: int, limit: int) -> None:
    """Refuse a picture or frame by its header, before memory is spent on it.

    Raises:
        UnreadableError: no pixels at all, or more than the limit.
    """
    if width <= 0 or height <= 0:
        raise UnreadableError("the picture has no pixels")
    if width * height > limit:
        raise UnreadableError(f"too many pixels: {width} × {height} is more than the limit of {limit:,}")


_STUMBLED = (UnicodeError, LookupError, ArithmeticError, AssertionError, AttributeError, TypeError, struct.error)
"""What a parser written in Python raises when it trusted the content: its words are about the parser."""

_TOO_LONG = "Exceeds the limit ("
"""What Python says of a number that it will not write out, such as one that the content made absurd."""


def reason_of(error: Exception) -> str:
    """A decoder's complaint as one short line for a person."""
    if isinstance(error, _STUMBLED) or str(error).startswith(_TOO_LONG):
        return f"the content is malformed ({type(error).__name__})"
    text = " ".join(str(getattr(error, "strerror", None) or error).split())
    if number := re.fullmatch(r"(?:broken\sdata\sstream|(?:image\s)?decoder\serror\s(-?\d+)).*", text):
        return f"the content is malformed (decoder error {number[1]})" if number[1] else "the content is malformed"
    return "".join(c for c in text if c.isprintable())[:200] or type(error).__name__
