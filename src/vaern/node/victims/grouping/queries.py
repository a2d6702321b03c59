"""Reads of merge proposals, decisions and takes, for a viewer; reading the list is recorded."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CharField, Q, Value

from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.victims.grouping import acts
from vaern.node.victims.models import Link, Member, Merge, MergeProposal, Separation, Series, Take
from vaern.node.web.paging import SIZE, Page
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report
    from vaern.node.scans.models import Scan

TO_WORK = Reason(Why.VICTIM_IDENTIFICATION)
MOST_SHOWN = 50
"""Rows of each kind on the page of one series."""

MOST_SUGGESTED = 10
"""Other series at which a person is asked to look: those that share what is rarest. What many share is noise."""

MOST_SHARING = 1_000
"""Files with one kind of trait that are looked at."""

WEAK = ("lens_key", "folder_key", "name_key", "place_key")


@dataclass(frozen=True)
class Suggestion:
    """Another series at which a person should look.

    Attributes:
        traits: the weak traits that both have, that of the fewest series first.
        files: how many of its files have one of them.
    """

    series: Series
    traits: tuple[str, ...]
    files: int


@dataclass(frozen=True)
class Standing:
    """How a series relates to others of its organisation.

    Attributes:
        proposals: merges that wait for a person. merges: those that can be undone, the latest first.
        separations: series that it is kept apart from.
        links: links of its files to files at home elsewhere, and of others to its files.
        suggested: other series that share weak traits.
    """

    proposals: list[MergeProposal]
    merges: list[Merge]
    separations: list[Separation]
    links: list[Link]
    suggested: list[Suggestion]


def standing(viewer: Viewer, series: Series) -> Standing | None:
    """Return how a series relates to others; None for another organisation's, as relations are not released.

    A part of the page of the series, whose opening was recorded.
    """
    if series.organisation_id != viewer.organisation.id:
        return None
    either = Q(one=series) | Q(other=series)
    proposals = MergeProposal.objects.filter(either, answer="").select_related("one", "other")
    of_each = [f"{which}__{field}" for which in ("one", "other") for field in ("code", "members_total")]
    proposals = proposals.only("rule", "distance", "raised_at", *of_each)
    merges = Merge.objects.filter(kept=series, undone_at=None).select_related("absorbed", "merged_by")
    merges = merges.only("rule", "distance", "moved", "merged_at", "absorbed__code", "merged_by__name")
    separations = Separation.objects.filter(either, lifted_at=None).select_related("one", "other", "separated_by")
    separations = separations.only("separated_at", "one__code", "other__code", "separated_by__name")
    links = Link.objects.filter(Q(member__series=series) | Q(other__series=series))
    return Standing(
        list(proposals.order_by("-raised_at", "id")[:MOST_SHOWN]),
        list(merges.order_by("-merged_at", "id")[:MOST_SHOWN]),
        list(separations.order_by("-separated_at", "id")[:MOST_SHOWN]),
        list(
            links.select_related("member__series", "other__series")
            .only("rule", "distance", "member__series__code", "other__series__code")
            .order_by("-at", "-id")[:MOST_SHOWN]
        ),
        _suggested(series),
    )


def _suggested(series: Series) -> list[Suggestion]:
    """Return series of the same organisation that share weak traits, of the first files of each; the rarest first.

    Whatever a person ruled out is left out, and what waits for one stands above.
    """
    rarity: dict[UUID, dict[str, int]] = defaultdict(dict)
    files: dict[UUID, set[int]] = defaultdict(set)
    for column, rows in _sharing(series).items():
        for id, (members, holders) in _by_series(rows).items():
            rarity[id][column.removesuffix("_key")] = holders
            files[id] |= members
    if not rarity:
        return []
    others = Series.objects.filter(organisation=series.organisation_id, absorbed_into=None)
    known = others.exclude(pk__in=_decided(series)).only("code").in_bulk(list(rarity))
    found = [
        (
            sorted(rarity[id].values()),
            Suggestion(other, tuple(sorted(rarity[id], key=rarity[id].__getitem__)), len(files[id])),
        )
        for id, other in known.items()
    ]
    found.sort(key=lambda each: (each[0][0], -len(each[0]), each[0], -each[1].files, each[1].series.code))
    return [one for _rarity, one in found[:MOST_SUGGESTED]]


def _sharing(series: Series) -> dict[str, list[tuple[UUID, bytes, int]]]:
    """Return which files of other series have a weak trait of a series' files: series, value and file, by the trait.

    All traits are read in one statement, and so are the files that have them: of each the first.
    """
    own = Member.objects.filter(series=series)
    values: dict[str, list[bytes]] = defaultdict(list)
    for column, value in _together(
        own.exclude(**{column: None}).values_list(_trait(column), column).distinct()[:MOST_SHOWN] for column in WEAK
    ):
        values[column].append(value)
    found: dict[str, list[tuple[UUID, bytes, int]]] = defaultdict(list)
    for column, id, value, member in _together(
        Member.objects.filter(**{f"{column}__in": of_it})
        .exclude(series=series)
        .values_list(_trait(column), "series", column, "pk")[:MOST_SHARING]
        for column, of_it in values.items()
    ):
        found[column].append((id, bytes(value), member))
    return found


def _trait(column: str) -> Value:
    return Value(column, CharField())


def _together(parts: Iterable[QuerySet[Any, Any]]) -> Iterable[Any]:
    """Return the rows of several queries, each with its own limit, in one statement."""
    first, *rest = [*parts] or [Member.objects.none()]
    return first.union(*rest, all=True) if rest else first


def _by_series(rows: list[tuple[UUID, bytes, int]]) -> dict[UUID, tuple[set[int], int]]:
    """Return which files of which series have a trait, and how many series have the rarest of it."""
    holders = Counter(value for _id, value in {(id, value) for id, value, _member in rows})
    found: dict[UUID, tuple[set[int], int]] = {}
    for id, value, member in rows:
        members, rarest = found.get(id, (set(), holders[value]))
        found[id] = (members | {member}, min(rarest, holders[value]))
    return found


def _decided(series: Series) -> set[UUID]:
    """Return the series that a person keeps apart from a series, or is asked about."""
    either = Q(one=series) | Q(other=series)
    apart = Separation.objects.filter(either, lifted_at=None).values_list("one", "other")
    asked = MergeProposal.objects.filter(either, answer="").values_list("one", "other")
    return {id for pair in apart.union(asked) for id in pair}


ORDER = Order("-raised_at", "id", series="one__code", rule="rule", files="one__members_total", since="raised_at")


@transaction.atomic
def proposals(viewer: Viewer, parameters: Mapping[str, Any], size: int = SIZE) -> Page[MergeProposal]:
    """Return a page of the merges that wait for a person of the viewer's organisation, the latest first; recorded."""
    found = MergeProposal.objects.filter(answer="").select_related("one", "other")
    return listings.read(
        viewer,
        found,
        ORDER,
        parameters,
        size,
        act=acts.PROPOSALS_READ,
        subject=Subject(Series.KIND, None, viewer.organisation.id),
        reason=TO_WORK,
        looked="proposals",
        came="raised_at",
    )


def waiting(viewer: Viewer) -> int:
    """Return how many merges wait for a person. A number only, so nothing is recorded."""
    count: int = MergeProposal.objects.filter(answer="").count()
    return count


def take_of(viewer: Viewer, *, scan: Scan | None = None, report: Report | None = None) -> Take | None:
    """Return the last take of a scan or a report of the viewer's organisation."""
    of = {"scan": scan} if scan else {"report": report}
    found: Take | None = Take.objects.filter(**of).order_by("-begun_at").first()
    return found


def find_take(viewer: Viewer, id: UUID) -> Take | None:
    """Return a take of the viewer's organisation."""
    found: Take | None = Take.objects.select_related("scan", "report").filter(pk=id).first()
    return found


def find_proposal(viewer: Viewer, id: UUID) -> MergeProposal | None:
    """Return a proposal of the viewer's organisation, to answer it."""
    found: MergeProposal | None = MergeProposal.objects.select_related("one", "other").filter(pk=id).first()
    return found


def find_merge(viewer: Viewer, id: UUID) -> Merge | None:
    """Return a merge of the viewer's organisation, to undo it."""
    found: Merge | None = Merge.objects.select_related("kept", "absorbed").filter(pk=id).first()
    return found


def find_separation(viewer: Viewer, id: UUID) -> Separation | None:
    """Return a separation of the viewer's organisation, to lift it."""
    found: Separation | None = Separation.objects.select_related("one", "other").filter(pk=id).first()
    return found


def find_member(viewer: Viewer, id: int) -> Member | None:
    """Return a file of a series of the viewer's organisation, to move it."""
    found: Member | None = Member.objects.select_related("series").filter(pk=id).first()
    return found


def by_code(viewer: Viewer, code: str) -> Series | None:
    """Return the viewer's own series of this code."""
    wanted = code.strip().upper().replace("\0", "")
    found: Series | None = Series.objects.filter(organisation=viewer.organisation, code=wanted).first()
    return found
