"""Media of a workstation as entries of a list, and what an organisation has said of them before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.matching import Matcher
from vaern.node.lists.base.disk import on_disk
from vaern.node.lists.models import EntryVote
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.casework.workstations.graded import Category, Graded
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry

AT_ONCE = 2_000


def entries_of(hash_list: HashList, media: Sequence[Entry]) -> list[set[str]]:
    """Return of each medium the ids of the entries that have one of its exact digests, in whichever state they are."""
    asked = [(place, one) for place, row in enumerate(media) for one in row.signals if one.kind in DIGEST_KINDS]
    found: list[set[str]] = [set() for _row in media]
    for one in on_disk(hash_list.name) if asked else ():
        answers = Matcher([one]).match_signals([signal for _place, signal in asked])
        for (place, _signal), answer in zip(asked, answers, strict=True):
            found[place].update(match.entry for match in answer.matches)
    return found


def before(viewer: Viewer, hash_list: HashList, graded: Graded) -> dict[Category, tuple[int, int]]:
    """Return of each category how many entries the viewer's organisation graded so before, and how many otherwise."""
    found = {}
    for category in graded.categories:
        if not category.grades:
            continue
        idents, same, other = graded.of(category), 0, 0
        for at in range(0, len(idents), AT_ONCE):
            votes = EntryVote.of(entry__list=hash_list).filter(
                organisation=viewer.organisation, entry__ident__in=idents[at : at + AT_ONCE]
            )
            for said in votes.values_list("scheme", "classification"):
                same, other = (same + 1, other) if said == (category.scheme, category.value) else (same, other + 1)
        found[category] = (same, other)
    return found
