"""Report codes: eight letters and digits that are hard to confuse when spoken."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L."""

LENGTH = 8


def fresh_code() -> str:
    """Return a random report code; of 31⁸ ≈ 8.5 × 10¹¹ codes a collision is very unlikely."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
