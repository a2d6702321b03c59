"""Subsets of a list: which of its entries go to a recipient, by the terms under which each of them stands."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vaern.records import Entry

LONGEST = 500
"""Characters of a licence or a legal basis as they are compared; what is longer is told apart by its digest."""

SMALL = 20_000
"""Entries of a list that are counted whenever somebody asks; of a larger one the last count is told."""

NUL, MARK = "\0", "\ufffd"


class Ground(enum.StrEnum):
    """By what entries of a list are told apart."""

    LICENCE = "licence"
    BASIS = "basis"
    JURISDICTION = "jurisdiction"


class Stands(NamedTuple):
    """Under which terms an entry, or a list, stands; "" where it does not say."""

    licence: str = ""
    basis: str = ""
    jurisdiction: str = ""

    def under(self, own: Stands) -> Stands:
        """The same of an entry of a list: what the entry does not say, its list says."""
        return Stands(*(said or of_list for said, of_list in zip(self, own, strict=True)))


def stands(said: Entry) -> Stands:
    """Return under which terms an entry stands, as its source says it."""
    return Stands(short(said.licence), short(said.basis), said.jurisdiction.replace(NUL, MARK)[:2])


def short(text: str) -> str:
    """Return a text, or what stands for it and for no other: of `LONGEST` characters, and as PostgreSQL takes it."""
    if len(text) <= LONGEST and NUL not in text:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text.replace(NUL, MARK)[: LONGEST - len(digest) - 1]}…{digest}"


@dataclass(frozen=True)
class Selection:
    """Which entries of a list a subset has: those that stand under one of the terms, of each kind that is asked for.

    Attributes:
        licences, bases, jurisdictions: any of these; "" for entries of which neither source nor list says it; none for
            all entries, whatever they say.
    """

    licences: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()

    @property
    def asked(self) -> dict[Ground, frozenset[str]]:
        """What is asked for, of each kind of terms for which anything is."""
        given = zip(Ground, (self.licences, self.bases, self.jurisdictions), strict=True)
        return {ground: values for ground, values in given if values}

    def lacks(self, entry: Stands, own: Stands) -> Ground | None:
        """Return by what an entry stays out first; None if the subset has it.

        Args:
            entry: how it stands.
            own: how its list stands.
        """
        under = entry.under(own)
        for ground, values in self.asked.items():
            if getattr(under, ground.value) not in values:
                return ground
        return None

    def columns(self, own: Stands) -> dict[str, list[str]]:
        """Return what the columns of entries of a list may say, by their names: a row that says one of each is in."""
        found = {}
        for ground, values in self.asked.items():
            of_list = getattr(own, ground.value)
            found[ground.value] = sorted((values - {""}) | ({""} if of_list in values else set()))
        return found

    def mark(self, own: Stands) -> str:
        """Return what tells this selection from others, among lists that stand otherwise too."""
        said = [sorted(values) for values in (self.licences, self.bases, self.jurisdictions)]
        return hashlib.sha256(repr((said, tuple(own))).encode()).hexdigest()


class Weighed(NamedTuple):
    """How many entries a subset would have, and how many stay out, by what keeps them out first."""

    goes: int
    stays: dict[Ground, int]


def weigh(selection: Selection, own: Stands, counted: Mapping[Stands, int]) -> Weighed:
    """Count the entries of a list that are in a subset, and those that are not.

    Args:
        selection: of the subset.
        own: how the list stands.
        counted: how many entries stand under which terms.
    """
    goes, stays = 0, dict.fromkeys(Ground, 0)
    for entry, count in counted.items():
        lacks = selection.lacks(entry, own)
        if lacks is None:
            goes += count
        else:
            stays[lacks] += count
    return Weighed(goes, {ground: count for ground, count in stays.items() if count})


def choices(ground: Ground, own: Stands, counted: Mapping[Stands, int], chosen: Iterable[str]) -> dict[str, int]:
    """Return what can be asked for of one kind of terms, and how many entries stand under each, the most first.

    Args:
        ground: the kind.
        own: how the list stands.
        counted: how many entries stand under which terms.
        chosen: what is asked for already, be it that any entry still stands under it.
    """
    found = dict.fromkeys(chosen, 0)
    for entry, count in counted.items():
        value = getattr(entry.under(own), ground.value)
        found[value] = found.get(value, 0) + count
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
