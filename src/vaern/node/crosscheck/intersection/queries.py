"""What an organisation sees of its private comparisons: with whom, each run, and its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from vaern.node.crosscheck.intersection import outlook
from vaern.node.crosscheck.intersection.pairs import nodes
from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun
from vaern.node.crosscheck.rules.disclosures import RevealState
from vaern.node.crosscheck.rules.registry import TAKING_PART
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.crosscheck.intersection.outlook import Outlook
    from vaern.node.organisations.viewers import Viewer

MOST_SHOWN = 500
"""Organisations that the page lists, by name."""

MOST_RUNS_SHOWN = 50


class Partner(NamedTuple):
    """Another organisation, and how it stands with it.

    Attributes:
        organisation: the other.
        ours, theirs: whether each side has it on.
        pair: id of the pair, if there is one.
    """

    organisation: Organisation
    ours: bool
    theirs: bool
    pair: UUID | None


def partners(viewer: Viewer) -> list[Partner]:
    """Return all organisations with which the viewer's could compare, by name."""
    own = viewer.organisation.id
    pairs = {one.partner_of(own).pk: one for one in pairs_of(viewer)}
    found = _reachable(viewer, list(pairs)).select_related("member").order_by("name", "pk")
    return [_partner(one, pairs.get(one.pk), own) for one in found[:MOST_SHOWN]]


def _reachable(viewer: Viewer, known: list[UUID]) -> QuerySet[Organisation]:
    """Return with whom a pair can be, here and on other nodes, and those with whom there is one."""
    there = Q(node__in=nodes()) | Q(pk__in=known)
    found: QuerySet[Organisation] = Organisation.all_nodes.filter(there, active=True, kind__in=sorted(TAKING_PART))
    return found.exclude(pk=viewer.organisation.id)


def _partner(organisation: Organisation, pair: ComparisonPair | None, own: UUID) -> Partner:
    if pair is None:
        return Partner(organisation, ours=False, theirs=False, pair=None)
    since = (pair.one_since, pair.other_since)
    ours, theirs = since if pair.one_id == own else since[::-1]
    return Partner(organisation, ours is not None, theirs is not None, pair.pk)


def find_partner(viewer: Viewer, id: UUID) -> Partner | None:
    """Return an organisation with which the viewer's could compare."""
    pair = pairs_of(viewer).filter(Q(one=id) | Q(other=id)).first()
    found = _reachable(viewer, [id] if pair else [])
    one = found.filter(pk=id).select_related("member").first()
    return _partner(one, pair, viewer.organisation.id) if one else None


def pairs_of(viewer: Viewer) -> QuerySet[ComparisonPair]:
    """Return the pairs of the viewer's organisation."""
    found: QuerySet[ComparisonPair] = ComparisonPair.objects.select_related("one__member", "other__member")
    return found.order_by("id")


def find_pair(viewer: Viewer, id: UUID) -> ComparisonPair | None:
    """Return a pair of the viewer's organisation."""
    return pairs_of(viewer).filter(pk=id).first()


def prospect(viewer: Viewer, pair: ComparisonPair) -> Outlook:
    """Return what a question of the viewer's organisation would be about now."""
    return outlook.of(pair, viewer.organisation, timezone.now())


def runs_of(viewer: Viewer, pair: ComparisonPair) -> list[ComparisonRun]:
    """Return the runs of a pair, the latest first."""
    return list(_runs().filter(pair=pair).order_by("-asked_at", "id")[:MOST_RUNS_SHOWN])


def find_run(viewer: Viewer, id: UUID) -> ComparisonRun | None:
    """Return a run of which the viewer's organisation is a side."""
    return _runs().filter(pk=id).first()


def to_answer(viewer: Viewer) -> QuerySet[ComparisonRun]:
    """Return the proposals that wait for the viewer's organisation, the first to expire first."""
    waiting = _runs().filter(state=RevealState.ASKED.value, expires_at__gt=timezone.now())
    return waiting.exclude(proposing=viewer.organisation).order_by("expires_at", "id")


def _runs() -> Any:
    return ComparisonRun.objects.select_related("pair__one", "pair__other", "asking", "asked")
