"""What graded VICS says: categories with their scheme.

No category is converted: it stays the value of the scheme that the document names. One that comes from a list
(precategorised) is nobody's view, and grades nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.records import Entry

LONGEST_WORDS = 200
LONGEST_PART = 60
"""Characters that are kept of a scheme, and of a value."""


class Category(msgspec.Struct, frozen=True):
    """A category with its scheme, as the document says them; `value` is empty where nobody graded."""

    scheme: str
    value: str
    listed: bool = False

    @property
    def grades(self) -> bool:
        """Whether somebody looked and graded."""
        return bool(self.value) and not self.listed

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}" if self.value else ""


class Counted(msgspec.Struct):
    """A category, and how many of a record's media have it.

    Attributes:
        media: in all.
        same: how many had it already when the document was read.
        other: how many had another.
        said: what else the document says of them (`said`) and is not taken, and of how many, by the name of the field.
        kept: the same of what is kept with the grade.
    """

    category: Category
    media: int = 0
    same: int = 0
    other: int = 0
    said: dict[str, int] = msgspec.field(default_factory=dict)
    kept: dict[str, int] = msgspec.field(default_factory=dict)

    @property
    def new(self) -> int:
        """How many had none."""
        return self.media - self.same - self.other


def category_of(medium: Entry) -> Category:
    """Return the category that a document gives to a medium."""
    listed = medium.extra.get("IsPrecategorized", "").lower() == "true"
    return Category((medium.scheme or "")[:LONGEST_PART], (medium.classification or "")[:LONGEST_PART], listed)


def examiner_of(contacts: Iterable[str]) -> str:
    """Return who graded, as the cases of a document name their contact."""
    plain = ", ".join(dict.fromkeys(name for name in contacts if name.isprintable() and name))
    return plain[:LONGEST_WORDS]
