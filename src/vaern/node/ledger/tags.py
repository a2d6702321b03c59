"""Tags of an entry: a few codes that numbers are counted by, written as one text that needs no escape. Pure.

    urgent=1;from=xv            of an arrival
    outcome=convicted           of an outcome that was returned

They stand in the hashed part, so that a number computed from the ledger can be computed again from it for ever. So they
hold nothing that could ever have to be erased: no id, no name, nothing typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 8
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
VALUE = re.compile(r"[a-z0-9_.:-]{1,40}\Z")


def written(tags: Mapping[str, str | int | None]) -> str | None:
    """Return tags as an entry keeps them, sorted by name; what is None is left out; None if nothing is left.

    Raises:
        ValueError: a name or a value is no code, or there are too many.
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
