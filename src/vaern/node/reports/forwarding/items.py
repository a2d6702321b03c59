"""What the front page says of forwards, outcomes and end dates, and of reports that were sent elsewhere."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.labels import called
from vaern.node.reports.base.pages import at
from vaern.node.reports.forwarding import queries, sent
from vaern.node.reports.forwarding.labels import OUTCOMES
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.web.items import NEWS_LASTS, Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.reports.models import Forward, Report, Told


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for a viewer who works with reports."""
    if not viewer.may(Permission.REPORT_VIEW):
        return []
    found, here = queries.waiting(viewer, timezone.now() - NEWS_LASTS), reverse("reports:forwarded")
    ending = f"{reverse('reports:worklist')}?urgent=yes"
    return [
        *items_of(found.ending, _ending, _("Urgent reports close to their end date"), ending),
        *items_of(found.overdue, _overdue, _("Outcomes that are overdue to us"), f"{here}?which=overdue"),
        *items_of(found.to_return, _to_return, _("Outcomes that others wait for"), here),
        *items_of(found.home, _home, _("Outcomes that came"), f"{here}?which=home"),
    ]


def sent_items(viewer: Any) -> list[Item]:
    """Return what became of reports that the viewer's organisation sent, for those who may read it there."""
    if not viewer.may(Permission.REPORT_SENT):
        return []
    told = sent.told_since(viewer, timezone.now() - NEWS_LASTS)
    return items_of(told, _told, _("What became of reports that you sent"), reverse("reports:sent"))


def _ending(report: Report) -> Item:
    return Item(
        name=called(report),
        what=_("It is urgent, open, and close to its end date. Decide whether it is still needed."),
        button=Button(_("Keep longer"), reverse("reports:keep", args=[report.pk])),
        about=f"report/{report.pk}",
        tone="bad",
        due_at=timezone.make_aware(datetime.combine(report.review_date, time.max)),
    )


def _of_forward(forward: Forward, what: str, label: str, **more: Any) -> Item:
    report = forward.report
    return Item(
        name=called(report) if report else _("A report that was erased"),
        what=what,
        button=Button(label, at(report) if report else reverse("reports:forwarded")),
        about=f"report/{report.pk}" if report else f"forward/{forward.pk}",
        **more,
    )


def _overdue(forward: Forward) -> Item:
    what = _("%(who)s should have told the outcome.") % {"who": forward.recipient.name}
    return _of_forward(forward, what, pgettext("button", "Open"), tone="warning", due_at=forward.due_at)


def _home(forward: Forward) -> Item:
    outcome, tone = OUTCOMES[Outcome(forward.outcome)]
    what = _("%(who)s: %(outcome)s.") % {"who": forward.recipient.name, "outcome": outcome}
    news = f"forward/{forward.pk}/{forward.outcome}"
    return _of_forward(forward, what, pgettext("button", "Open"), tone=tone, since=forward.outcome_at, news=news)


def _to_return(forward: Forward) -> Item:
    report = forward.arrived
    assert report is not None  # as the query asks
    return Item(
        name=called(report),
        what=_("%(who)s waits for the outcome.") % {"who": forward.organisation.name},
        button=Button(_("Tell the outcome"), reverse("reports:outcome", args=[report.pk])),
        about=f"report/{report.pk}",
        tone="info",
        due_at=forward.due_at,
    )


def _told(told: Told) -> Item:
    report = told.report
    assert report is not None  # as the query asks
    outcome, tone = OUTCOMES[Outcome(told.outcome)]
    return Item(
        name=report.sender_reference,
        what=_("%(who)s: %(outcome)s.") % {"who": told.organisation.name, "outcome": outcome},
        button=Button(pgettext("button", "Open"), reverse("reports:sent-report", args=[report.pk])),
        about=f"sent/{report.pk}",
        tone=tone,
        since=told.at,
        news=f"told/{told.pk}",
    )
