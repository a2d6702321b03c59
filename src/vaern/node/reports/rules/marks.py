"""Marks on files of a report: that somebody watches for them, and what a survivor wishes of them. Pure; no Django."""

from __future__ import annotations

import enum
from typing import NamedTuple


class Wished(enum.StrEnum):
    """Whether a survivor asks for an item to be removed, by a hash of it that came through a public page.

    Such a hash is no knowledge: whoever sent it may be anybody, and may have made the file. It is confirmed once a
    person looked at what has it and concluded that it is an offence, or a list at hand has it.
    """

    UNVERIFIED = "unverified"
    CONFIRMED = "confirmed"


class Mark(NamedTuple):
    """That somebody watches for a file.

    Attributes:
        wished: whether the hash was confirmed.
        by: kind of the hash.
        bits: by which it differs; 0 for a digest.
    """

    wished: Wished
    by: str
    bits: int = 0
