"""Turn what the queries return into what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.casework import kinds
from vaern.node.crosscheck.base import labels
from vaern.node.crosscheck.base.disclosures import Introduced
from vaern.node.crosscheck.desk.labels import BECAUSE
from vaern.node.crosscheck.registry import presenters
from vaern.node.crosscheck.rules.desk import Because
from vaern.node.crosscheck.rules.disclosures import Level, RevealState
from vaern.node.crosscheck.rules.registry import Update
from vaern.node.organisations.labels import KINDS as ORGANISATION_KINDS
from vaern.node.organisations.rules import OrganisationKind, Permission
from vaern.node.web.components import Clock, Definitions, Event, Timeline, When
from vaern.node.web.reasons import why_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.crosscheck.base.disclosures import Shown
    from vaern.node.crosscheck.models import Meeting, Nudge, Told
    from vaern.node.crosscheck.registry.queries import Met
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer


def meeting_context(
    viewer: Viewer, one: Met, reveals: Sequence[Shown], told: Sequence[Told], nudges: Sequence[Nudge]
) -> dict[str, Any]:
    """Return what the page of a meeting shows."""
    names = presenters.called([one])
    known = next((shown for shown in reveals if shown.partner is not None), None)
    waiting = next((shown for shown in reveals if shown.state is RevealState.ASKED), None)
    may = viewer.may(Permission.CROSSCHECK_REVEAL)
    return {
        "one": one,
        "own_name": presenters.own_name(one, names),
        "own_url": kinds.url_for(viewer, one.own),
        "facts": Definitions(
            [
                (_("Both hold the same"), labels.kinds(one.kinds)),
                (_("Since"), When(one.at)),
                (_("How it stands there"), labels.state(one.state)),
                (_("Who else"), presenters.who(viewer, one, presenters.partners_of(reveals), names)),
            ]
        ),
        "told": Timeline([Event(row.told_at, labels.UPDATES[_update(row)], tone="warning") for row in told]),
        "has_told": bool(told),
        "nudges": [(BECAUSE[Because(row.because)], When(row.at)) for row in nudges],
        "known": Definitions(learnt(known.partner, known.contact)) if known and known.partner else None,
        "recall": known.id if known and may else None,
        "waiting": waiting,
        "clock": Clock(waiting.expires_at) if waiting else None,
        "asks": waiting_facts(waiting) if waiting else None,
        "may_ask": may and waiting is None and not one.inside and not (known and known.level is Level.CONTACT),
        "may_answer": may,
        "past": Timeline([_event(shown) for shown in reveals], _("What was asked")) if reveals else None,
    }


def about(viewer: Viewer, meeting: Meeting) -> dict[str, Any]:
    """Return what `decide` says of the meeting that it is about: the viewer's own record, and since when."""
    here, own = reverse("crosscheck:meeting", args=[meeting.pk]), meeting.side_of(viewer.organisation.id)
    name = kinds.called([own.subject]).get(own.record) or _("A record of yours")
    facts = [(_("Your record"), name), (_("Both hold the same"), labels.kinds(meeting.kinds))]
    crumbs = [(_("Matches"), reverse("crosscheck:meetings")), (_("Match"), here)]
    return {"subject": Definitions([*facts, (_("Since"), When(meeting.met_at))]), "crumbs": crumbs, "back": here}


def would_learn(organisation: Organisation, contact: str) -> object:
    """Return what the other side would learn of an organisation, for whoever decides on it."""
    facts = Definitions(learnt(organisation, contact))
    return format_html("<h2>{}</h2>{}", _("The other side would learn"), facts)


def learnt(organisation: Organisation | Introduced, contact: str) -> list[tuple[object, object]]:
    """Return what the other side learns of an organisation: this and nothing else."""
    country = organisation.member or _("No country")
    found: list[tuple[object, object]] = [
        (_("Organisation"), organisation.name),
        (_("Country"), country),
        (_("Kind"), ORGANISATION_KINDS[OrganisationKind(organisation.kind)]),
    ]
    if isinstance(organisation, Introduced):
        found.append((_("Node"), organisation.node))
        if not organisation.checked:
            found.append((_("Checked"), _("No: that node is no peer of this one. Ask it by voice.")))
    return [*found, (_("How its desk is reached"), contact)] if contact else found


def waiting_facts(shown: Shown) -> Definitions:
    """Return what was asked, as either side sees it before the answer."""
    return Definitions(
        [
            (_("What would both sides learn?"), labels.LEVELS[shown.level][1]),
            (_("Why"), why_label(shown.why)),
            (_("Asked"), When(shown.asked_at)),
        ]
    )


def _event(shown: Shown) -> Event:
    whose = _("You asked") if shown.mine else _("The other side asked")
    note = labels.REFUSALS[shown.refusal] if shown.refusal else ""
    text = f"{whose}: {labels.LEVELS[shown.level][0]} – {labels.REVEALS[shown.state][0]}"
    return Event(shown.answered_at or shown.asked_at, text, note=note)


def _update(row: Told) -> Update:
    return Update(row.code)
