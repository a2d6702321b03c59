"""What the front page says of cases: what waits for this person, and what is new to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.cases.rules.case import RAISES_HAND_AFTER
from vaern.node.cases.work import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import MINE, NEWS_LASTS, NOBODY, Button, Item, items_of

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.cases.models import Case, Handover, Task
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return what waits for somebody who may see cases. What is to be done there is for those who work on them."""
    if not viewer.may(Permission.CASE_VIEW):
        return []
    found, here = queries.waiting(viewer, timezone.now() - NEWS_LASTS), reverse("cases:cases")

    def dropped(case: Case) -> Item:
        what = _("The other desk dropped it. It is yours again, and nobody has worked on it since.")
        return _item(viewer, case, what, tone="bad", since=case.touched_at)

    def raised(case: Case) -> Item:
        if timezone.now() - case.touched_at > RAISES_HAND_AFTER:
            return _item(
                viewer, case, _("Nobody has worked on it for two weeks."), tone="warning", since=case.touched_at
            )
        return _item(viewer, case, _("Something in it is overdue, or data are about to be lost."), tone="warning")

    def silent(case: Case) -> Item:
        what = _("Whoever reported is told nothing until then.")
        button = Button(pgettext("button", "Open"), reverse("cases:case", args=[case.pk]))
        return _item(viewer, case, what, due_at=_end(case.silent_until), button=button)

    def mine(case: Case) -> Item:
        return replace(_item(viewer, case, _("You lead it."), tone="neutral", since=case.touched_at), whose="")

    def task(found: Task) -> Item:
        what = _("Your task %(number)s in it.") % {"number": found.number}
        url = reverse("cases:task", args=[found.case_id, found.pk])
        return _item(
            viewer,
            found.case,
            what,
            tone="info",
            due_at=_end(found.due_on),
            button=Button(pgettext("button", "Open"), url),
        )

    return [
        *items_of(found.dropped, dropped, _("Cases that a receiver dropped"), f"{here}?hand=raised"),
        *items_of(found.arrived, _arrived, _("Cases that wait for your answer"), f"{here}?state=arrived"),
        *items_of(found.raised, raised, _("Cases that need attention"), f"{here}?hand=raised"),
        *items_of(found.tasks, task, _("Your tasks in cases"), f"{here}?whose=mine"),
        *items_of(found.silent, silent, _("Silent cases"), reverse("cases:outcomes")),
        *items_of(found.mine, mine, _("Cases that you lead"), f"{here}?whose=mine", few=1),
        *items_of(found.given, _given, _("Handovers that were answered"), reverse("cases:handed-over")),
        *_set_by_others(viewer, found.tasks.first),
    ]


def _item(viewer: Viewer, case: Case, what: str, **more: Any) -> Item:
    button = more.pop("button", None) or Button(pgettext("button", "Open"), reverse("cases:case", args=[case.pk]))
    lead = case.lead
    whose = NOBODY if lead is None else MINE if viewer.person and lead.pk == viewer.person.pk else lead.name
    return Item(
        _name(case), what, button, f"case/{case.pk}", whose=whose, urgent=case.urgent and _presses(more), **more
    )


def _presses(more: dict[str, Any]) -> bool:
    """Whether what is said of an urgent case is to be done now, and not merely that somebody works on it."""
    return more.get("tone") in {"bad", "warning"}


def _name(case: Case) -> str:
    return _("Case %(code)s") % {"code": case.code} + (f" · {case.reference}" if case.reference else "")


def _arrived(handover: Handover) -> Item:
    case = handover.arrived
    assert case is not None  # as the query asks
    return Item(
        name=_name(case),
        what=_("%(who)s hands it over: accept it, or drop it.") % {"who": handover.organisation.name},
        button=Button(_("Answer"), reverse("cases:case", args=[case.pk])),
        about=f"case/{case.pk}",
        tone="warning",
        due_at=handover.due_at,
        whose=NOBODY,
    )


def _given(handover: Handover) -> Item:
    case = handover.case
    url = reverse("cases:case", args=[case.pk]) if case else reverse("cases:handed-over")
    return Item(
        name=_name(case) if case else _("A case that was erased"),
        what=_("%(who)s accepted it.") % {"who": handover.recipient.name},
        button=Button(pgettext("button", "Open"), url),
        about=f"case/{case.pk}" if case else f"handover/{handover.pk}",
        tone="good",
        since=handover.answered_at,
        news=f"handover/{handover.pk}/{handover.answer}",
    )


def _set_by_others(viewer: Viewer, tasks: Any) -> list[Item]:
    """Return the news that somebody else gave the viewer a task."""
    me = viewer.person.pk if viewer.person else None
    recent = timezone.now() - NEWS_LASTS
    return [
        Item(
            name=_name(one.case),
            what=_("%(who)s gave you a task in it.") % {"who": one.made_by.name},
            button=Button(pgettext("button", "Open"), reverse("cases:task", args=[one.case_id, one.pk])),
            about=f"case/{one.case_id}",
            tone="info",
            since=one.made_at,
            whose=MINE,
            news=f"task/{one.pk}",
        )
        for one in tasks
        if one.made_by_id != me and one.made_at >= recent
    ]


def _end(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None
