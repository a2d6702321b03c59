"""How entries are found: by their number, by their hash, with their votes, in the viewer's scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vaern.formats.signals import LENGTHS, render
from vaern.formats.values import ValueRefused, normal
from vaern.matching import Matcher
from vaern.node.base.rows import one_or_none
from vaern.node.lists.base.disk import on_disk
from vaern.node.lists.models import EntryFeedback, EntryVote, HashList, ListEntry
from vaern.node.lists.rules.lists import Holds, told
from vaern.node.organisations.rules import OrganisationKind, Permission, may_somebody
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


class Found(NamedTuple):
    """An entry that a hash led to.

    Attributes:
        distance: bits; 0 for the same.
        kind: of the signals that met.
    """

    entry: ListEntry
    distance: int
    kind: str


def entry_of(hash_list: HashList, number: int) -> ListEntry | None:
    """Return an entry of a list that the viewer was given, by its number."""
    found: ListEntry | None = one_or_none(ListEntry.of(list=hash_list).filter(pk=number))
    if found is not None:
        found.list = hash_list
    return found


def votes_of(entry: ListEntry) -> list[EntryVote]:
    """Return the votes that were given here on an entry, the oldest first."""
    return list(EntryVote.of(entry=entry).select_related("organisation__member", "person").order_by("at", "id"))


def own_vote(viewer: Viewer, entry: ListEntry) -> EntryVote | None:
    """Return the vote of the viewer's organisation on an entry."""
    vote: EntryVote | None = EntryVote.of(entry=entry).filter(organisation=viewer.organisation).first()
    return vote


def unseen(viewer: Viewer, entries: Iterable[ListEntry]) -> set[int]:
    """Return of entries those on whose votes the viewer's organisation may vote, and has not: they are blind to it.

    Nobody of the organisation sees them, whether they may vote themselves or not.
    """
    if not may_somebody(OrganisationKind(viewer.organisation.kind), Permission.HASHLIST_VOTE):
        return set()
    found = list(entries)
    voted = EntryVote.of(entry__in=found).filter(organisation=viewer.organisation)
    return {entry.pk for entry in found} - set(voted.values_list("entry", flat=True))


def own_contest(entry: ListEntry) -> EntryFeedback | None:
    """Return how the viewer's organisation contests an entry, or contested it last; None where it never did."""
    found = EntryFeedback.objects.filter(list=entry.list.name, entry=entry.ident).exclude(claim="")
    contest: EntryFeedback | None = found.select_related("answered_by").order_by("-at", "-id").first()
    return contest


def signals_of(text: str) -> tuple[Signal, ...]:
    """Return what a hash in hexadecimal can stand for; nothing for any other text. 64 digits are two kinds."""
    try:
        raw = bytes.fromhex(text.strip())
    except ValueError:
        return ()
    return tuple(Signal(kind, raw) for kind, length in LENGTHS.items() if length == len(raw))


def asked_of(hash_list: HashList, text: str) -> tuple[Signal, ...]:
    """Return what a text can stand for on a list: a hash, or an address, domain, keyword or wallet in any spelling.

    Nothing for any other text; every text is a keyword.
    """
    kind = told(Holds(hash_list.holds))
    if not kind:
        return signals_of(text)
    try:
        return (Signal(kind, normal(kind, text)),)
    except ValueRefused:
        return ()


def recorded(hash_list: HashList, text: str, *, named: bool) -> str:
    """Return what the ledger says was looked for: of a keyword its digest alone.

    Args:
        hash_list: on which.
        text: as it was typed.
        named: it is the id of an entry, or what another system calls one.
    """
    if named or Holds(hash_list.holds) is not Holds.KEYWORDS:
        return text
    return " ".join(render(one) for one in asked_of(hash_list, text))


def by_hash(hash_list: HashList, signals: Sequence[Signal]) -> list[Found]:
    """Return the entries of a list that have a signal, or are near to it, nearest first; in whichever state they are.

    The list on disk finds them: the same exact search by which everything else is matched.
    """
    opened = on_disk(hash_list.name)
    if not opened or not signals:
        return []
    nearest: dict[str, tuple[int, str]] = {}
    for one in opened:
        for answer in Matcher([one]).match_signals(signals):
            for match in answer.matches:
                known = nearest.get(match.entry)
                if known is None or match.distance < known[0]:
                    nearest[match.entry] = (match.distance, match.kind)
    rows = ListEntry.of(list=hash_list).filter(ident__in=nearest)
    found = [Found(row, *nearest[row.ident]) for row in rows]
    return sorted(found, key=lambda one: (one.distance, one.entry.pk))


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return how people call lists, by id; those of the viewer's organisation alone."""
    return dict(HashList.own.filter(pk__in=list(ids)).values_list("pk", "title"))
