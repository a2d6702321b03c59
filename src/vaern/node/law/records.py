"""What every dated row of law says of itself. Pure; no Django."""

from __future__ import annotations

import enum
from typing import Any, Protocol

Words = dict[str, str]
"""A text in the languages of the pages: `{"en": …, "da": …}`."""


class Basis(enum.StrEnum):
    """How a statement came about: read in its source, recalled, or a figure to plan by that no law gives."""

    READ = "read"
    RECALLED = "recalled"
    ASSUMED = "assumed"


class Content(Protocol):
    """What a row has to have beside what its table is about; a `msgspec.Struct` in each case.

    Attributes:
        day: on which somebody read the row in its source or, where nobody read all of it, wrote it down.
    """

    basis: Any
    source: Any
    day: Any
