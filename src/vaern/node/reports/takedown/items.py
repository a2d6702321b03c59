"""What the front page says of the takedown: what waits for the viewer, and which hosts answered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.labels import named
from vaern.node.reports.takedown import queries
from vaern.node.web.items import NEWS_LASTS, Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.reports.models import Block, Notice


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for a viewer who works on takedowns."""
    if not viewer.may(Permission.REPORT_TAKEDOWN):
        return []
    found, here, blocks = queries.waiting(viewer), reverse("reports:still-up"), reverse("reports:blocks")
    items: list[Item] = []
    for need, (title, what, label, route, tone) in _needs().items():
        filtered = f"{here}?{'state' if need in queries.OF_STATE else 'waits'}={need}"
        each = partial(_location, what=what, label=label, route=route, tone=tone)
        items += items_of(found.locations[need], each, title, filtered)
    items += items_of(found.appeals, _appeal, _("Appeals against blocks"), f"{blocks}?appeal=waits")
    items += items_of(found.blocks, _wrong, _("Blocks whose conclusion was wrong"), f"{blocks}?conclusion=wrong")
    answered = queries.answered(viewer, timezone.now() - NEWS_LASTS)
    return items + items_of(answered, _answered, _("Hosts answered"), here)


def _needs() -> dict[str, tuple[str, str, str, str, str]]:
    """Return for each need of a location: of many, of one, the button, where it leads, the tone."""
    return {
        "police": (
            _("Locations with the police channel"),
            _("%(host)s did not act: the police channel is next."),
            pgettext("button", "Open"),
            "location",
            "bad",
        ),
        "overdue": (
            _("Steps that could not be taken"),
            _("A step could not be taken: trace it anew."),
            _("Trace"),
            "trace",
            "bad",
        ),
        "to_correct": (
            _("Notices whose conclusion was wrong"),
            _("The conclusion was wrong: take the notice to %(host)s back."),
            _("Take back"),
            "correct",
            "bad",
        ),
        "need_more": (
            _("Hosts that need to know more"),
            _("%(host)s needs to know more."),
            _("Answer"),
            "location",
            "warning",
        ),
        "to_check": (
            _("Hosts that say it is gone"),
            _("%(host)s says it is gone: check."),
            _("Check"),
            "check",
            "warning",
        ),
        "moved": (_("Locations that moved"), _("It moved: trace where it is now."), _("Trace"), "trace", "warning"),
        "untraced": (_("Locations to trace"), _("Trace where it is."), _("Trace"), "trace", "warning"),
        "traced": (_("Locations to notify of"), _("Notify %(host)s."), _("Notify"), "notify", "warning"),
    }


def _location(row: dict[str, Any], what: str, label: str, route: str, tone: str) -> Item:
    return Item(
        name=named(row["report__offence"], row["report__code"]),
        what=what % {"host": row["host__name"] or _("the host")},
        button=Button(label, reverse(f"reports:{route}", args=[row["report_id"], row["id"]])),
        about=f"report/{row['report_id']}",
        tone=tone,
        since=row["created_at"],
        urgent=row["report__urgent"] and tone == "bad",
    )


def _block(block: Block, what: str, label: str, route: str, since: Any) -> Item:
    report = block.location.report
    url = reverse(f"reports:{route}", args=[block.pk])
    name = named(report.offence, report.code)
    return Item(name, what, Button(label, url), about=f"report/{report.pk}", tone="bad", since=since)


def _appeal(block: Block) -> Item:
    what = _("Somebody appeals against the block: decide.")
    return _block(block, what, _("Decide"), "decide-appeal", block.appealed_at)


def _wrong(block: Block) -> Item:
    return _block(block, _("The conclusion was wrong: lift the block."), _("Lift"), "lift-block", block.made_at)


def _answered(notice: Notice) -> Item:
    says = {
        "removed": _("%(host)s said it is gone, and it is."),
        "moved": _("%(host)s said that it moved."),
        "need_more": _("%(host)s asked for more."),
    }
    report = notice.location.report
    return Item(
        name=named(report.offence, report.code),
        what=says.get(notice.answer, _("%(host)s answered.")) % {"host": notice.host.name},
        button=Button(pgettext("button", "Open"), reverse("reports:location", args=[report.pk, notice.location_id])),
        about=f"report/{report.pk}",
        tone="good",
        since=notice.answer_at,
        news=f"notice/{notice.pk}/{notice.answers}",
    )
