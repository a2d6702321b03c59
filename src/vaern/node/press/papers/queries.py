"""Reads of papers, by audience."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.press.base.events import named, papers_of
from vaern.node.press.models import Paper
from vaern.node.press.rules.deadlines import is_public
from vaern.node.press.rules.states import EventState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.press.models import PressEvent


def public_papers(event: PressEvent, now: datetime) -> list[Paper]:
    """Return the papers of an event whose embargo is over."""
    return [paper for paper in papers_of(event) if is_public(now, paper.embargo)]


def public_paper(id: UUID, now: datetime) -> Paper | None:
    """Return a paper that everybody may read."""
    found: Paper | None = (
        Paper.everywhere.filter(pk=id, withdrawn_at=None).select_related("event__organisation").first()
    )
    shown = found is not None and found.event.state != EventState.PLANNED.value and is_public(now, found.embargo)
    return found if shown else None


def with_papers(name: str) -> PressEvent | None:
    """Return an event whose papers may be looked at: any but one that is planned only."""
    found = named(name)
    return found if found is not None and found.state != EventState.PLANNED.value else None


def find(viewer: Viewer, id: UUID) -> Paper | None:
    """Return a paper of the viewer's organisation."""
    found: Paper | None = Paper.objects.filter(pk=id).select_related("event").first()
    return found
