"""What came of acts on a location, on its blocks and on those who are notified: what happened, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.takedown import MISSES_NEEDED
from vaern.node.web.items import Button
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.reports.models import Block, Host, Location, Notice


def named(location: Location) -> str:
    """Return what people call a location: the code of its report and its number there. Never its address."""
    return _("Location %(number)s of %(code)s") % {"number": location.item.number, "code": location.report.code}


def traced(location: Location) -> Result:
    """Return what came of a trace: who is notified next."""
    if location.host is None:
        words = _("%(place)s is traced, and no host is known yet. Choose one before it can be notified.")
        return Result(words % {"place": named(location)})
    words = _("%(place)s lies with %(host)s. The host can be notified now, until the trace is a day old.")
    if location.police_told_at is None and desk_of(location.organisation).police_first:
        words = _("%(place)s lies with %(host)s. The police are informed next, then the host is notified.")
    return Result(words % {"place": named(location), "host": location.host.name})


def checked(location: Location) -> Result:
    """Return what came of a re-check: still there, missed so often, or offline."""
    place = named(location)
    if location.state == LocationState.OFFLINE:
        return Result(
            _("%(place)s is offline: it was missed three times. No more reminders are sent.") % {"place": place}
        )
    if location.misses:
        left = MISSES_NEEDED - location.misses
        words = ngettext(
            "%(place)s was missed. Check once more, after three minutes or later: then it counts as offline.",
            "%(place)s was missed. Check %(n)s more times, three minutes or more apart: then it counts as offline.",
            left,
        )
        return Result(words % {"place": place, "n": left})
    words = _("%(place)s is still there.")
    if location.next_step_at:
        words = _("%(place)s is still there. The node reminds or escalates by itself on %(day)s.")
    day = date_format(location.next_step_at) if location.next_step_at else ""
    return Result(words % {"place": place, "day": day})


def followed(made: Location) -> Result:
    """Return what came of following material to its new address: a further location, which is traced next."""
    there = reverse("reports:location", args=[made.report_id, made.pk])
    words = _("%(place)s begins at the new address. It is traced next.")
    return Result(words % {"place": named(made)}, then=Button(_("Go to it"), there))


def corrected(notices: Sequence[Notice]) -> str:
    """Return what came of a correction: who was told."""
    names = ", ".join(notice.host.name for notice in notices)
    return _(
        "The correction went to %(names)s. The takedown is no longer pursued, and begins anew if it is found there."
    ) % {"names": names}


def blocked(block: Block) -> Result:
    """Return what came of a block: until when it stands."""
    words = _(
        "%(place)s is on the blocking list until %(day)s. Whoever answers for it was told why, and how to appeal."
    )
    there = reverse("reports:block", args=[block.pk])
    said = words % {"place": named(block.location), "day": date_format(block.review_date)}
    return Result(said, then=Button(_("Go to the block"), there))


def renewed(block: Block) -> str:
    """Return what came of renewing a block."""
    words = _("The block of %(place)s stands until %(day)s. It is lifted then, unless somebody renews it.")
    return words % {"place": named(block.location), "day": date_format(block.review_date)}


def lifted(block: Block) -> Result:
    """Return what came of lifting a block."""
    words = _("%(place)s is off the blocking list, and to be worked on again. Hand out the next list.")
    return Result(
        words % {"place": named(block.location)}, then=Button(_("Export the list"), reverse("reports:export-blocks"))
    )


def appeal_decided(block: Block) -> str:
    """Return what came of an appeal."""
    words = _("The appeal is rejected. %(place)s stays on the blocking list; whoever appealed reads that.")
    if block.appeal_upheld:
        words = _("The appeal is upheld. %(place)s is off the blocking list; whoever appealed reads that.")
    return words % {"place": named(block.location)}


def host_kept(host: Host) -> str:
    """Return what came of adding or changing somebody who can be notified."""
    words = _("%(name)s is in the list. Without an abuse contact no notice can be sent.")
    if host.abuse:
        words = _("%(name)s is in the list. Notices go to %(mail)s.")
    return words % {"name": host.name, "mail": host.abuse}
