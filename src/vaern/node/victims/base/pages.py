"""What every page of a series needs: the series or 404, its address, and what a decision says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.base import labels, queries
from vaern.node.web.components import Definitions

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.victims.models import Series


def found_or_404(request: HttpRequest, id: UUID) -> Series:
    """Return a series that the viewer may see.

    Raises:
        Http404: there is none, or the viewer may not know of it; both look alike.
    """
    series = queries.find(viewer_of(request), id)
    if series is None:
        raise Http404
    return series


def own_or_404(request: HttpRequest, id: UUID) -> Series:
    """Return a series of the viewer's own organisation, for what only its owner does.

    Raises:
        Http404: it is another's, or there is none.
    """
    series = found_or_404(request, id)
    if series.organisation_id != viewer_of(request).organisation.id:
        raise Http404
    return series


def at(series: Series, part: str = "") -> str:
    """Return the address of a series' page, or of a part of it."""
    return reverse("victims:series", args=[series.pk]) + (f"#{part}" if part else "")


def about(series: Series, part: str = "") -> dict[str, Any]:
    """Return what `decide` says of the series that it is about: as the work list tells it, and no file."""
    facts = [
        (_("Code"), series.code),
        (_("State"), labels.state(series.state)),
        (_("Owner"), series.organisation.name),
        (_("Files"), series.members_total),
    ]
    here = reverse("victims:series", args=[series.pk])
    return {
        "subject": Definitions(facts),
        "crumbs": [(_("Series"), reverse("victims:series-list")), (series.code, here)],
        "back": at(series, part),
    }


def now_of(request: HttpRequest, series: Series) -> tuple[int, object]:
    """Return the version of a series that is there now, and what a page shows of it."""
    current = own_or_404(request, series.pk)
    return current.version, about(current)["subject"]
