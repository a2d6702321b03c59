"""Who sees which commitments: published ones everybody; a draft its ministry, and the secretariat once handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.alliance.models import Commitment, CommitmentVersion
from vaern.node.alliance.rules import contents
from vaern.node.alliance.rules.commitments import State
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.alliance.rules.contents import Content
    from vaern.node.organisations.viewers import Viewer


def visible(viewer: Viewer) -> QuerySet[Commitment]:
    """Return every commitment that the viewer may know of."""
    seen = Q(current__isnull=False)
    if viewer.may(Permission.COMMITMENT_REPORT):
        seen |= Q(member=viewer.organisation.member_id)
    if viewer.may(Permission.ALLIANCE_MANAGE):
        seen |= Q(state=State.SUBMITTED.value)
    return Commitment.objects.filter(seen).select_related("member", "current").order_by("member__name", "goal", "pk")


def find(viewer: Viewer, id: UUID) -> Commitment | None:
    """Return one commitment; None if there is none that the viewer may know of."""
    return visible(viewer).filter(pk=id).first()


def is_own(viewer: Viewer, commitment: Commitment) -> bool:
    """Whether the viewer writes it."""
    own = viewer.organisation.member_id
    return viewer.may(Permission.COMMITMENT_REPORT) and own is not None and own == commitment.member_id


def sees_draft(viewer: Viewer, commitment: Commitment) -> bool:
    """Whether the viewer may read what is not published yet."""
    if commitment.draft is None or commitment.state == State.WITHDRAWN.value:
        return False
    handed_in = commitment.state == State.SUBMITTED.value and viewer.may(Permission.ALLIANCE_MANAGE)
    return is_own(viewer, commitment) or handed_in


def shown_state(viewer: Viewer, commitment: Commitment) -> State:
    """Return the state as the viewer sees it: for others what is published stays so, whatever is drafted."""
    state = State(commitment.state)
    hidden = state in {State.DRAFT, State.SUBMITTED, State.RETURNED} and not sees_draft(viewer, commitment)
    return State.PUBLISHED if hidden else state


def shown_content(commitment: Commitment, *, draft: bool = False) -> Content:
    """Return the content: the version in force, or the draft if there is none yet or it is asked for."""
    if commitment.current is not None and not (draft and commitment.draft):
        return contents.loaded(commitment.current.content)
    return contents.loaded(commitment.draft)


def number_of(commitment: Commitment) -> int:
    """Return the number of the version in force; 0 for none."""
    return commitment.current.number if commitment.current else 0


@dataclass(frozen=True)
class Sheet:
    """One commitment.

    Attributes:
        content: of the version in force; None before the first.
        draft: what is not published yet; None where there is none, or the viewer may not see it.
        versions: the latest first.
        state: as the viewer may know it.
        own: the viewer writes it.
    """

    commitment: Commitment
    content: Content | None
    draft: Content | None
    versions: Sequence[CommitmentVersion]
    state: State
    own: bool


def sheet(viewer: Viewer, id: UUID) -> Sheet | None:
    """Return one commitment with its versions; None if there is none that the viewer may know of."""
    found = find(viewer, id)
    if found is None:
        return None
    versions = found.versions.select_related("published_by__organisation", "round").order_by("-number")
    return Sheet(
        found,
        contents.loaded(found.current.content) if found.current else None,
        contents.loaded(found.draft) if sees_draft(viewer, found) else None,
        list(versions),
        shown_state(viewer, found),
        is_own(viewer, found),
    )


def version(viewer: Viewer, id: UUID, number: int) -> CommitmentVersion | None:
    """Return one published version."""
    found = CommitmentVersion.objects.filter(commitment__in=visible(viewer).filter(pk=id).values("pk"), number=number)
    return found.select_related("commitment__member", "round").first()


def handed_in(viewer: Viewer) -> QuerySet[Commitment]:
    """Return what waits for the secretariat."""
    return visible(viewer).filter(state=State.SUBMITTED.value)


def returned(viewer: Viewer) -> QuerySet[Commitment]:
    """Return what the secretariat returned to the viewer's ministry."""
    return visible(viewer).filter(state=State.RETURNED.value, member=viewer.organisation.member_id)


def published_since(viewer: Viewer, since: datetime) -> QuerySet[CommitmentVersion]:
    """Return the versions of the viewer's ministry that were published since a moment, the latest first."""
    own = CommitmentVersion.objects.filter(commitment__member=viewer.organisation.member_id, published_at__gte=since)
    return own.select_related("commitment__member").order_by("-published_at", "-pk")
