"""Tags of an entry: a few codes for statistics, written as one text without escaping. Pure.

    urgent=1;from=xv            of an arrival
    outcome=convicted           of an outcome that was returned
    reason=default              of a reason that role and place gave; =chosen where the person chose it

They are in the hashed part, so that statistics can always be recomputed from the ledger. So they must contain nothing
that could ever have to be erased: no id, no name, no free text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 9
GIVEN = "reason"
"""The tag that says how a person gave the reason of an entry."""

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
VALUE = re.compile(r"[a-z0-9_.:-]{1,40}\Z")


def written(tags: Mapping[str, str | int | None]) -> str | None:
    """Return tags as stored, sorted by name and without those that are None; None if none remain.

    Raises:
        ValueError: a name or value is not a code, or there are too many.
    """
    said = {name: str(value) for name, value in tags.items() if value is not None}
    for name, value in said.items():
        if not NAME.match(name) or not VALUE.match(value):
            raise ValueError(f"a tag is a code, not {name!r}={value!r}")
    if len(said) > MOST:
        raise ValueError(f"an entry has at most {MOST} tags")
    return ";".join(f"{name}={said[name]}" for name in sorted(said)) or None


def read(text: str | None) -> dict[str, str]:
    """Return the tags of an entry by name; the inverse of `written`."""
    return dict(part.split("=", 1) for part in text.split(";")) if text else {}
