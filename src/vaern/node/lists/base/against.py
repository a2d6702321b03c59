"""What stands against an entry: a list of what is never to be listed, or of harmless files, or that it is junk."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from vaern.formats.signals import LENGTHS, Refused, refuse_junk
from vaern.matching import Matcher
from vaern.node.casework.models import Release
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.floods import Cause
from vaern.node.lists.rules.lists import Purpose
from vaern.node.reports.intake.lists import of_any_age
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from vaern.matching import List
    from vaern.records import Entry, Match, Signal

AGAINST = {Purpose.NEGATIVE.value: Cause.NEGATIVE, Purpose.KNOWN_GOOD.value: Cause.KNOWN_GOOD}
"""The purposes of lists that speak against an entry."""


class Doubt(NamedTuple):
    """Why an entry does not belong where it is.

    Attributes:
        cause: of which kind.
        against: the list that has it too; "" for junk.
    """

    cause: Cause
    against: str = ""

    @property
    def code(self) -> str:
        """As text, for a column."""
        return f"{self.cause.value} {self.against}".strip()


def doubt_of(code: str) -> Doubt:
    """Return what a text of `Doubt.code` says."""
    cause, _space, against = code.partition(" ")
    return Doubt(Cause(cause), against)


def lists_against(hash_list: HashList) -> list[List]:
    """Return the lists that speak against entries of a list: of its own organisation, released to it, or the machine's.

    Also those that are too old to be matched with. An entry that they have too waits for a person, who loses nothing by
    it; one that they were not asked about would never be asked about again.

    Another organisation's list does not: whoever keeps one would else take entries off the lists of all.
    """
    if hash_list.purpose in AGAINST:
        return []
    found = [one for one in of_any_age() if one.purpose in AGAINST and one.name != hash_list.name]
    kept = HashList.everywhere.filter(name__in=[one.name for one in found])
    strangers = set(kept.exclude(pk__in=kept_against(hash_list)).values_list("name", flat=True))
    return [one for one in found if one.name not in strangers]


def kept_against(hash_list: HashList) -> QuerySet[HashList]:
    """Return the lists of the node that speak against entries of a list."""
    given = Release.valid().filter(kind=HashList.KIND, recipient=hash_list.organisation_id).values("record")
    rows = HashList.everywhere.filter(purpose__in=AGAINST).exclude(pk=hash_list.pk)
    return rows.filter(Q(organisation=hash_list.organisation_id) | Q(pk__in=given))


def published_upto(lists: QuerySet[HashList]) -> dict[str, int]:
    """Return up to which change some lists are on disk, by name."""
    return dict(lists.order_by("name").values_list("name", "published"))


def are_there(kept: Mapping[str, int], found: Iterable[List]) -> bool:
    """Return whether lists are found as they were published; one that is damaged, or was lost, is found older, or not.

    Args:
        kept: as of `published_upto`, asked for before the lists were found.
        found: as of `of_any_age`.
    """
    releases = {one.name: int(one.release) for one in found if one.name in kept}
    return all(releases.get(name, 0) >= change for name, change in kept.items())


def states(against: Iterable[List]) -> dict[str, str]:
    """Return in which states some lists are: the checksum of each, by its name."""
    return {one.name: one.checksum for one in against}


def counts(cause: Cause, match: Match) -> bool:
    """Whether a hit on a list speaks against an entry: a harmless file is known by its digest alone."""
    return cause is Cause.NEGATIVE or (match.distance == 0 and match.kind in DIGEST_KINDS)


def is_junk(signals: Iterable[Signal]) -> bool:
    """Whether a signal would match at random: the digest of an empty file, a PDQ value of a picture without content."""
    for signal in signals:
        if signal.kind not in LENGTHS:
            continue
        if len(signal.value) != LENGTHS[signal.kind]:
            return True
        try:
            refuse_junk(signal.kind, signal.value)
        except Refused:
            return True
    return False


def doubts(entries: Sequence[Entry], against: Sequence[List]) -> dict[int, Doubt]:
    """Return of some entries those, by their places, against which something stands."""
    found = {place: Doubt(Cause.JUNK) for place, entry in enumerate(entries) if is_junk(entry.signals)}
    asked = [(place, signal) for place, entry in enumerate(entries) for signal in entry.signals] if against else []
    for one in against:
        cause = AGAINST[one.purpose]
        answers = Matcher([one]).match_signals([signal for _place, signal in asked])
        for (place, _signal), answer in zip(asked, answers, strict=True):
            if any(counts(cause, match) for match in answer.matches):
                found.setdefault(place, Doubt(cause, one.name))
    return found
