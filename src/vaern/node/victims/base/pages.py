"""What every page of a series needs: the series or 404, its address, and what a decision says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import own_or_404
from vaern.node.victims.base import labels
from vaern.node.victims.models import Series
from vaern.node.web.components import Definitions

if TYPE_CHECKING:
    from django.http import HttpRequest


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
    current = own_or_404(Series, series.pk)
    return current.version, about(current)["subject"]
