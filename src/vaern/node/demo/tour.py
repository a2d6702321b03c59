"""The tour for a minister: nine stops on real pages of the demonstration, each as whoever works there.

A stop finds its record when it is opened, so that it shows what is there. The stop at which somebody is stands in a
cookie; the strip above the page is drawn from it (`context.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.models import PublicRelease
from vaern.node.cases.models import AssistanceRequest
from vaern.node.demo.alliance import address
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Person
from vaern.node.reports.models import Location, Notice, Report
from vaern.node.reports.public import tokens as receipts
from vaern.node.reports.rules.locations import LOCATION_DONE, LocationState
from vaern.node.reports.takedown import tokens as notices
from vaern.node.reports.takedown.acts import OFFLINE
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.casework.models import Casework

COOKIE = "tour"
SHOWN = Reason(Why.OVERSIGHT, "shown on the tour of the demonstration")
AT_THE_HOST = 1
"""The level of a location that was never escalated (`Location.level`)."""


@dataclass(frozen=True)
class Place:
    """Where a stop leads.

    Attributes:
        url: of the page.
        record: that it is about, so that the tour gives the reason for opening it; None for a public page.
    """

    url: str
    record: Casework | None = None


@dataclass(frozen=True)
class Stop:
    """One stop.

    Attributes:
        title: what one sees, in a few words.
        text: two sentences: what one sees, and why it matters.
        who: first name and place of whoever works there; None for the public.
        place: finds the page; None if the demonstration has no such record.
        part: the address names a part of the page, which the browser goes to, and not to the button of the strip.
    """

    title: Any
    text: Any
    who: tuple[str, str] | None
    place: Callable[[], Place | None]
    part: bool = False

    def person(self) -> Person | None:
        """Return who is signed in at this stop."""
        if self.who is None:
            return None
        found: Person | None = Person.everybody.filter(email=address(*self.who), is_active=True).first()
        return found


def _form() -> Place:
    return Place(reverse("reports:report-form", args=["nordhavia"]))


def _receipt() -> Place | None:
    answered = Report.everywhere.filter(document="public", receipt__isnull=False, messages__by__isnull=False)
    found = answered.filter(organisation__name="Nordhavia Hotline").order_by("-created_at").first()
    return Place(reverse("demo:tour-receipt", args=[receipts.opened(found.pk)])) if found else None


def _urgent() -> Place | None:
    mine = Report.everywhere.filter(organisation__name="Nordhavia Hotline", urgent=True)
    found = mine.order_by("-created_at").first()
    return Place(reverse("reports:report", args=[found.pk]), found) if found else None


def _host() -> Place | None:
    open_now = Notice.everywhere.exclude(location__state__in=[state.value for state in LOCATION_DONE])
    found = open_now.filter(corrected_at=None).order_by("-answer", "-sent_at").first()
    if found is None:
        return None
    # A host's page speaks the host's language; whoever is shown it reads their own, as in the strip above it.
    url = reverse("reports:portal", args=[notices.token_of(found.pk, notices.NOTICE)])
    return Place(f"{url}?language={get_language()}")


def _removed() -> Place | None:
    found = (
        Location.everywhere.filter(
            state=LocationState.OFFLINE.value, organisation__name="Nordhavia Hotline", level=AT_THE_HOST
        )
        .select_related("report")
        .order_by("-offline_at")
        .first()
    )
    if found is None:
        return None
    url = reverse("reports:location", args=[found.report_id, found.pk])
    return Place(f"{url}#tab-history", found.report)  # where each look stands


def _series() -> Place | None:
    mine = Series.everywhere.filter(organisation__name__startswith="National Police of Nordhavia", absorbed_into=None)
    found = mine.filter(safeguarded_on__isnull=False, disseminations__isnull=False).order_by("-safeguarded_on").first()
    return Place(reverse("victims:series", args=[found.pk]), found) if found else None


def _request() -> Place | None:
    asked = AssistanceRequest.everywhere.filter(authority__name="Central Authority of Nordhavia")
    found = asked.exclude(answered_at=None).order_by("-answered_at").first()
    return Place(reverse("cases:request", args=[found.pk]), found) if found else None


def _proof() -> Place | None:
    found = Entry.objects.filter(act=OFFLINE.code).order_by("-pk").first()
    return Place(reverse("oversight:entry", args=[found.pk])) if found else None


def _progress() -> Place | None:
    return Place(reverse("alliance:public-progress")) if PublicRelease.objects.exists() else None


HOTLINE, POLICE, AUTHORITY, BOARD = "hotline.nordhavia", "police.nordhavia", "authority.nordhavia", "oversight"

STOPS = (
    Stop(
        _("Anybody reports"),
        _(
            "This is all that somebody needs who came upon such material: no name, no account, no upload. Nothing of "
            "the reporter is kept, and a child in danger is told first whom to call."
        ),
        None,
        _form,
    ),
    Stop(
        _("The receipt"),
        _(
            "With the code of a receipt a reporter comes back, reads the hotline's answer and can add words. So the "
            "desk can ask without ever knowing who reported."
        ),
        None,
        _receipt,
    ),
    Stop(
        _("The desk"),
        _(
            "A child who may be in danger stands above everything else, and a clock runs. An analyst decides here; the "
            "software sorts, explains, and never decides."
        ),
        ("Freja", HOTLINE),
        _urgent,
    ),
    Stop(
        _("The host removes it"),
        _(
            "The host was sent this page and answers here, without an account. The address is shown to the host "
            "alone, and each look at it is recorded."
        ),
        None,
        _host,
    ),
    Stop(
        _("It is gone, and somebody looked"),
        _(
            "The hotline traced the place, told the police, notified the host, and looked three times before it calls "
            "it gone. A child's pictures do not stay up because a mail was forgotten."
        ),
        ("Freja", HOTLINE),
        _removed,
        part=True,
    ),
    Stop(
        _("A child is found"),
        _(
            "Files that belong together became a series; clues pointed to a country, and its police found the child. "
            "Safeguarding comes first: the day on which the child was safe is what this page is for."
        ),
        ("Yasmin", POLICE),
        _series,
    ),
    Stop(
        _("Across a border"),
        _(
            "A central authority asks another country for data before they are erased, under the treaty that binds "
            "both. The page says which, who has to answer, and by when."
        ),
        ("Karoline", AUTHORITY),
        _request,
    ),
    Stop(
        _("Everything can be proven"),
        _(
            "Each reading and each release stands in a ledger that nobody can change, not even an administrator. This "
            "is the proof of one entry; anybody can check it without trusting us."
        ),
        ("Ragnhild", BOARD),
        _proof,
    ),
    Stop(
        _("What the alliance has reached"),
        _(
            "The figures are computed from that ledger and released to everybody, with how each is defined; small "
            "numbers are left out, so that no child can be recognised. The factsheet says the same on paper."
        ),
        None,
        _progress,
    ),
)
