"""From error rates to what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from vaern.node.lists.base import labels
from vaern.node.lists.base.pages import at_list, crumbs
from vaern.node.organisations.rules import Permission
from vaern.node.web.charts import Lines
from vaern.node.web.components import Chip, Empty
from vaern.node.web.records import Offer
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.lists.figures.queries import Month
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer


def offers(viewer: Viewer, hash_list: HashList) -> Iterable[Offer]:
    """Return the way to the error rates of a list of the viewer's organisation."""
    if hash_list.organisation_id == viewer.organisation.id and viewer.may(Permission.HASHLIST_WORK):
        yield Offer(_("Error rates"), reverse("lists:figures", args=[hash_list.pk]), in_place=False)


def own_context(viewer: Viewer, hash_list: HashList, found: Sequence[Month]) -> dict[str, Any]:
    """Return what the page of a list's error rates shows to whoever keeps it."""
    route = "lists:withdraw-figures" if hash_list.figures else "lists:publish-figures"
    return {
        "hash_list": hash_list,
        "crumbs": crumbs(hash_list),
        "back": at_list(hash_list),
        "state": Chip(_("Published"), "good") if hash_list.figures else Chip(_("Not published"), "neutral"),
        "table": months_table(hash_list, found),
        "chart": chart(found),
        "decide_url": reverse(route, args=[hash_list.pk]) if viewer.may(Permission.HASHLIST_RELEASE) else "",
    }


def public_list(hash_list: HashList, found: Sequence[Month]) -> dict[str, Any]:
    """Return what the public page shows of a list."""
    return {
        "title": hash_list.title,
        "name": hash_list.name,
        "kept_by": hash_list.organisation.name,
        "purpose": labels.purpose(hash_list),
        "table": months_table(hash_list, found),
        "chart": chart(found),
    }


def months_table(hash_list: HashList, found: Sequence[Month]) -> Table:
    """Return the months of a list, the latest first."""
    return Table(
        caption=_("Hits and false hits of %(list)s by month") % {"list": hash_list.title},
        columns=[
            Column(_("Month")),
            Column(_("Hits"), numeric=True),
            Column(_("False hits"), numeric=True),
            Column(_("Error rate"), numeric=True),
            Column(_("95 % confidence interval"), numeric=True),
            Column(_("Entries with a hit"), numeric=True),
        ],
        rows=[
            Row([_month(one), one.hits, one.false, per_cent(one.rate.rate), _between(one), one.entries])
            for one in found
            if one.rate
        ],
        empty=Empty(_("No month yet"), _("A month with a hit stands here three days after its end.")),
        id=f"months-{hash_list.name}",
        fixed=True,
    )


def chart(found: Sequence[Month]) -> Lines | None:
    """Return the error rate over the months with a hit; None for fewer than two."""
    points = [(_month(one), round(100 * one.rate.rate, 2)) for one in reversed(found) if one.rate]
    return Lines(_("Error rate by month"), points, _("per cent")) if len(points) > 1 else None


def per_cent(share: float) -> str:
    """Return a share in per cent, with two decimals: rates of lists are small."""
    return _("%(n)s %%") % {"n": number_format(round(100 * share, 2), 2)}


def _between(one: Month) -> str:
    assert one.rate is not None
    return f"{per_cent(one.rate.lower)} – {per_cent(one.rate.upper)}"


def _month(one: Month) -> str:
    return date_format(one.month, "YEAR_MONTH_FORMAT")
