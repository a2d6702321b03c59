"""Whom a case is about: categories of LED article 6, who sees which, how long they are kept."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Collection


class Category(enum.StrEnum):
    """What somebody is in a case: Directive (EU) 2016/680 (LED), article 6 (a) to (d); victims stand first."""

    VICTIM = "victim"
    WITNESS = "witness"
    SUSPECT = "suspect"
    CONVICTED = "convicted"
    OTHER = "other"


@dataclass(frozen=True)
class CategoryRule:
    """One row of the table.

    Attributes:
        seen_by: a person with one of these sees the reference; others see that there is somebody.
        kept_for: from the day on which they came into the category; at most as long as the case.
        travels: whether the reference goes along when the case is handed over.
    """

    seen_by: frozenset[Permission]
    kept_for: timedelta
    travels: bool = True


_WORKERS = frozenset({Permission.CASE_WORK})
_READERS = frozenset({Permission.CASE_WORK, Permission.CASE_VIEW})
CATEGORIES: dict[Category, CategoryRule] = {
    Category.VICTIM: CategoryRule(frozenset({Permission.CASE_WORK, Permission.SERIES_WORK}), timedelta(days=5 * 365)),
    Category.WITNESS: CategoryRule(_WORKERS, timedelta(days=365)),
    Category.SUSPECT: CategoryRule(_READERS, timedelta(days=3 * 365)),
    Category.CONVICTED: CategoryRule(_READERS, timedelta(days=5 * 365)),
    Category.OTHER: CategoryRule(_WORKERS, timedelta(days=180), travels=False),
}


def sees(category: Category, permissions: Collection[Permission]) -> bool:
    """Whether somebody with these permissions sees the reference of a person of this category."""
    return bool(CATEGORIES[category].seen_by & set(permissions))


def kept_until(category: Category, since: date, case_until: date) -> date:
    """Return the day on which a reference is erased, by its category, never after the case itself."""
    return min(since + CATEGORIES[category].kept_for, case_until)


REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9/.:_-]{2,59}\Z")
_LONG_WORD = re.compile(r"[A-Z]{5}")

NOT_A_REFERENCE = "case.not_a_reference"
LOOKS_LIKE_A_NAME = "case.looks_like_a_name"


def reference_of(text: str) -> str:
    """Return a reference in one form.

    Raises:
        Refusal: it is none, or it looks like a name; it does not repeat it.
    """
    found = "".join(text.split()).upper()
    if not REFERENCE.match(found):
        raise Refusal(NOT_A_REFERENCE, field="reference")
    if _LONG_WORD.search(found) or sum(character.isdigit() for character in found) < 2:
        raise Refusal(LOOKS_LIKE_A_NAME, field="reference")
    return found
