"""How people call a report: eight letters and digits that nobody confuses when they say them aloud."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L."""

LENGTH = 8


def fresh_code() -> str:
    """Return a code that says nothing of its report: 31⁸ ≈ 8.5 × 10¹¹ of them, so one is hardly ever taken."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
