"""Classes that votes give an entry: two of one scheme contradict each other, two of different schemes say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from vaern.records import Vote


class Claim(NamedTuple):
    """Which class an organisation gives an entry: names as it wrote them."""

    organisation: str
    scheme: str
    classification: str


def claims(votes: Iterable[Vote]) -> Iterator[Claim]:
    """Yield the classes that votes give, of those who say that the entry belongs on the list.

    Args:
        votes: one an organisation.
    """
    for vote in votes:
        if vote.opinion == "positive" and vote.scheme and vote.classification:
            yield Claim(vote.organisation, vote.scheme, vote.classification)


def contradicting(
    own: tuple[str, str], given: Iterable[Claim], settled: Collection[Claim] = frozenset()
) -> list[Claim]:
    """Return the claims that a person has to look at: another gives the entry another class of the same scheme.

    A claim that agrees with the class that the entry has is none of these: what it contradicts is. Nor is one that
    whoever keeps the list has settled; a claim that is made afterwards contradicts it as before.

    Args:
        own: scheme and class of the entry itself; "" where it has none, or one without its scheme.
        given: one an organisation.
        settled: claims that a person has looked at.
    """
    its_own = _read(*own)
    every = [(one, _read(one.scheme, one.classification)) for one in given]
    classes: dict[str, set[str]] = {}
    for scheme, name in (its_own, *(said for _claim, said in every)):
        if scheme and name:
            classes.setdefault(scheme, set()).add(name)
    return [one for one, said in every if len(classes.get(said[0], ())) > 1 and said != its_own and one not in settled]


def _read(scheme: str, name: str) -> tuple[str, str]:
    """Return a class as it is compared: neither capitals nor blanks make it another."""
    return " ".join(scheme.split()).casefold(), " ".join(name.split()).casefold()
