"""Marks on files of a report: watched by another app, or asked to be removed by a survivor. Pure; no Django."""

from __future__ import annotations

import enum
from typing import NamedTuple


class Wished(enum.StrEnum):
    """Whether a survivor asks for an item to be removed, by a hash of it that came through a public page.

    Such a hash proves nothing: its sender may be anybody, and may have made the file. It is confirmed once a person
    viewed a file with it and concluded an offence, or a loaded list has it.
    """

    UNVERIFIED = "unverified"
    CONFIRMED = "confirmed"


class Mark(NamedTuple):
    """The mark of a watched file.

    Attributes:
        wished: whether removal is asked for, and whether the hash was confirmed.
        by: kind of the hash.
        bits: the distance in bits; 0 for a digest.
    """

    wished: Wished
    by: str
    bits: int = 0
