"""From what the node set aside to what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from vaern.node.lists.base import labels
from vaern.node.lists.rules.floods import Cause
from vaern.node.web.charts import Lines
from vaern.node.web.components import Definitions, Empty, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from vaern.node.lists.models import EntryQuarantine, ListEntry, LookupHit
    from vaern.node.lists.quarantine.queries import Aside
    from vaern.node.web.paging import Page


def in_words(found: EntryQuarantine) -> str:
    """Return in a sentence why an entry was set aside."""
    cause = Cause(found.cause)
    if cause is Cause.FLOOD:
        return _("Hit %(hits)s times in an hour by %(callers)s programs; usual on this list is %(usual)s.") % {
            "hits": number_format(found.hits, force_grouping=True),
            "callers": found.callers,
            "usual": number_format(found.usual, force_grouping=True),
        }
    if cause is Cause.NEGATIVE:
        return _("The list %(list)s, of what is never to be listed, has it or one near to it.") % {
            "list": found.against
        }
    if cause is Cause.KNOWN_GOOD:
        return _("The list %(list)s, of harmless files, has the same digest.") % {"list": found.against}
    return _("One of its hashes would match at random.")


def aside_context(entry: ListEntry, aside: Aside | None) -> dict[str, Any]:
    """Return what the page of an entry shows of why it was set aside."""
    if aside is None:
        return {"aside": None}
    found = aside.quarantine
    facts: list[tuple[object, object]] = [(_("Cause"), labels.CAUSES[Cause(found.cause)]), (_("Why"), in_words(found))]
    if found.cause == Cause.FLOOD.value:
        facts.append((_("A flood from so many hits in an hour on"), found.bound))
    if found.since:
        facts.append((_("Its hits are in doubt since"), When(found.since)))
    facts.append((_("In quarantine since"), When(found.at)))
    points = [(date_format(timezone.localtime(hour), "D H:i"), hits) for hour, hits in aside.hours]
    return {
        "aside": Definitions(facts),
        "hits": Lines(_("Hits by hour"), points, _("Hits")) if any(hits for _hour, hits in aside.hours) else None,
        "answers_url": reverse("lists:answers", args=[entry.list_id, entry.pk]),
    }


def answers_table(page: Page[LookupHit]) -> Table:
    """Return what programs were answered with an entry."""
    return Table(
        caption=_("What was answered with it"),
        columns=[
            Column(_("Answered")),
            Column(_("Organisation")),
            Column(_("Kind")),
            Column(_("Bits"), numeric=True),
            Column(_("What followed")),
        ],
        rows=[
            Row(
                [
                    When(one.answered.at),
                    one.answered.organisation.name,
                    one.kind,
                    one.distance,
                    labels.ACTS.get(one.act, one.act) or "–",
                ]
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(_("Nothing was answered with it"), _("No program here had a match with this entry.")),
        id="answers",
    )
