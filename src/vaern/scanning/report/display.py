"""Values as a reader sees them: hostile text made visible, figures that read the same in every language.

Names come from seized drives and may hold anything. HTML escaping is Jinja's work; this module deals with
what escaping leaves alone: characters that are invisible, or that turn the order of their neighbours.
"""

from __future__ import annotations

import unicodedata

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories without a glyph of their own: controls, bidirectional and zero-width signs, lone
surrogates, private and unassigned code points, line and paragraph separators."""

THIN_SPACE = "\u202f"
"""Groups thousands: the SI brochure (section 5.4.4) and both languages' readers understand it."""

LONGEST = 4096
"""Characters of a text that the page keeps: the longest path Linux has."""


def visible(text: str) -> str:
    """The text with its invisible characters shown as code points, `⟨U+202E⟩`, and cut if endless."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + " ⟨…⟩"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_code(sign) if unicodedata.category(sign) in HIDDEN else sign for sign in text)


def _code(sign: str) -> str:
    return f"⟨U+{ord(sign):04X}⟩"


def number(value: int) -> str:
    """Thousands set apart with a thin space from 10,000 on: `9999`, `10 000`."""
    return f"{value:,}".replace(",", THIN_SPACE) if abs(value) >= 10_000 else str(value)


def size(count: int) -> str:
    """Bytes in the first unit (powers of 1,000) that needs four digits at most; no decimal sign."""
    unit, scale = "B", 1
    for unit, scale in (("B", 1), ("kB", 10**3), ("MB", 10**6), ("GB", 10**9), ("TB", 10**12)):  # noqa: B007
        if count < 10_000 * scale:
            break
    return f"{number(round(count / scale))}{THIN_SPACE}{unit}"


def percent(part: int, whole: int) -> str:
    """Whole per cent; `<1` and `>99` where rounding would say none or all."""
    if not whole or not part:
        return f"0{THIN_SPACE}%"
    if part == whole:
        return f"100{THIN_SPACE}%"
    share = 100 * part / whole
    if share < 1:
        return f"<1{THIN_SPACE}%"
    return f">99{THIN_SPACE}%" if share > 99 else f"{int(share + 0.5)}{THIN_SPACE}%"


def duration(seconds: float) -> str:
    """Hours, minutes and seconds: `1:02:03`."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def moment(text: str) -> str:
    """An ISO 8601 time, to the second, with a space for the T and `UTC` for the offset zero."""
    day, separator, clock = text.partition("T")
    if not separator:
        return visible(text)
    for zero in ("Z", "+00:00", "-00:00"):
        if clock.endswith(zero):
            clock, zone = clock.removesuffix(zero), " UTC"
            break
    else:
        sign = max(clock.find("+"), clock.find("-"))
        clock, zone = (clock[:sign], f" {clock[sign:]}") if sign > 0 else (clock, "")
    return visible(f"{day} {clock.partition('.')[0]}{zone}")
