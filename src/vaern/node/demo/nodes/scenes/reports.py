"""Scenes about reports: one comes from a platform, goes abroad, is recalled, and its outcome comes home."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.arrivals import Account, Arrival, File, Location
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.recalls.actions import acknowledge
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.demo.nodes.cast import (
    FREJA,
    GROUND,
    HOTLINE,
    ILSE,
    LOOK,
    MIKKEL,
    POLICE,
    SAFELINE,
    TAMSIN,
    organisation,
    viewer,
)
from vaern.node.demo.nodes.parts import NORDHAVIA, VESTROVIA
from vaern.node.demo.nodes.scenes.scene import Scene, Seen
from vaern.node.demo.tour import Place
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.forwarding import actions as forwarding
from vaern.node.reports.models import Report, Told
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.outcomes import Outcome
from vaern.records import Signal

REFERENCE = "MP-204411"
FILE = sha256(b"synthetic series 31 file 0").digest()
"""A file of the series that both countries have: nobody has a picture of it."""


def arrived_at(host: str) -> Report | None:
    """Return the report of the story as an organisation has it; None while it has none."""
    found = Report.everywhere.filter(organisation__name=organisation(host).name, synthetic=True)
    return found.order_by("-created_at").first()


def _place(host: str) -> Place | None:
    found = arrived_at(host)
    return Place(reverse("reports:report", args=[found.pk]), found) if found else None


def _comes() -> None:
    """Morrowpost sends what it found to the hotline of Nordhavia."""
    tamsin, to, now = viewer(TAMSIN), organisation(HOTLINE), timezone.now()
    arrival = Arrival(
        "cybertipline",
        reference=REFERENCE,
        offence="material",
        incident_at=now - timedelta(hours=3),
        locations=(Location(url="https://cdn.morrowpost.example/u/31", seen_at=now - timedelta(hours=3)),),
        files=(File((Signal("sha256", FILE),), size=412_000, mime="image/jpeg", viewed="whole"),),
        accounts=(Account("suspect", service="Morrowpost", identifier="u-31077", screen_name="amber_sail"),),
    )
    with viewing(to.id):
        intake.receive(tamsin, Reason(Why.REMOVAL), to, arrival, sender=tamsin.organisation, synthetic=True)


def _is_assessed() -> None:
    """The hotline acts on it: to the police at home, and to the hotline of the country where the service is."""
    freja, report = viewer(FREJA), arrived_at(HOTLINE)
    assert report is not None  # the scene before
    until = timezone.now() + timedelta(days=120)
    sure = Judgement(actionable=True, baseline=True, value="n1", extent=Extent.PART, files=1, severity=2)
    with viewing(freja.organisation.id):
        assess(freja, LOOK, report, sure)
        for host, words in ((POLICE, "the uploader is in Nordhavia"), (SAFELINE, "the service is in Vestrovia")):
            terms = Terms(Handling.AMBER_STRICT, until, GROUND)
            forwarding.forward(freja, Reason(Why.OTHER, words), report, [organisation(host).pk], terms)


def _comes_home() -> None:
    """The police say what came of it; the hotline's report, and the platform's, have it by themselves."""
    mikkel, report = viewer(MIKKEL), arrived_at(POLICE)
    assert report is not None
    with viewing(mikkel.organisation.id):
        forwarding.return_outcome(mikkel, LOOK, report, Outcome.VICTIM_SAFEGUARDED)


def _told() -> Place | None:
    """Return what the platform reads of its report once it was told that a child is safe."""
    report = arrived_at(HOTLINE)
    told = Told.everywhere.filter(report=report, outcome=Outcome.VICTIM_SAFEGUARDED.value)
    return Place(reverse("reports:sent")) if report is not None and told.exists() else None


def _recalled() -> None:
    """The service turned out to have moved: the hotline recalls what it sent to Vestrovia."""
    freja, report = viewer(FREJA), arrived_at(HOTLINE)
    assert report is not None
    with viewing(freja.organisation.id):
        words = Reason(Why.OTHER, "the service is in another country")
        releases.recall(freja, report, organisation(SAFELINE).pk, words)


def _recall(**fields: object) -> Release | None:
    """Return the recall of the story: what Safe Line was sent and is not to have."""
    found = Release.everywhere.filter(kind=Report.KIND, recipient=organisation(SAFELINE), **fields)
    return found.exclude(recalled_at=None).first()


def _waits() -> Place | None:
    found = _recall(acknowledged_at=None)
    return Place(reverse("casework:recalls")) if found else None


def _acknowledges() -> None:
    """Safe Line destroys its copy and says so."""
    ilse, waiting = viewer(ILSE), _recall(acknowledged_at=None)
    assert waiting is not None
    with viewing(ilse.organisation.id):
        acknowledge(ilse, LOOK, waiting.pk, Report.KIND)


def _is_acknowledged() -> Place | None:
    found = _recall(acknowledged_at__isnull=False)
    return Place(reverse("reports:forwarded")) if found else None


COMES = (
    Scene(
        "report",
        _("A platform reports"),
        _(
            "Morrowpost found a picture that was uploaded, and sends a report to the hotline of Nordhavia: hashes and "
            "metadata, never the picture."
        ),
        NORDHAVIA,
        _comes,
        (Seen(NORDHAVIA, FREJA, _("The report at the hotline"), lambda: _place(HOTLINE)),),
    ),
    Scene(
        "forward",
        _("To the right desks, also abroad"),
        _(
            "An analyst concludes that it is an offence, and forwards the report to the police at home and to the "
            "hotline of Vestrovia, whose node is another: signed, sealed to it, and kept there before it is told so."
        ),
        NORDHAVIA,
        _is_assessed,
        (
            Seen(NORDHAVIA, FREJA, _("Sent and delivered, as the sender sees it"), lambda: _place(HOTLINE)),
            Seen(VESTROVIA, ILSE, _("The report at the desk abroad"), lambda: _place(SAFELINE)),
        ),
    ),
)

HOME = (
    Scene(
        "home",
        _("The outcome comes home"),
        _(
            "The police tell what came of the report. It goes back the way that the report came, a coarse word at a "
            "time, to the moderator who found the picture: a child is safe."
        ),
        NORDHAVIA,
        _comes_home,
        (
            Seen(NORDHAVIA, FREJA, _("At the hotline"), lambda: _place(HOTLINE)),
            Seen(NORDHAVIA, TAMSIN, _("At the platform"), _told),
        ),
    ),
)

RECALL = (
    Scene(
        "recall",
        _("A recall"),
        _(
            "The service is in another country than was thought: the hotline recalls what it sent to Vestrovia. It is "
            "out of sight there at once, and waits to be acknowledged."
        ),
        NORDHAVIA,
        _recalled,
        (Seen(VESTROVIA, ILSE, _("A recall waits"), _waits),),
    ),
    Scene(
        "acknowledge",
        _("Acknowledged everywhere"),
        _("Vestrovia Safe Line destroys its copy and says so. Whoever does not is named as overdue, on both nodes."),
        VESTROVIA,
        _acknowledges,
        (Seen(NORDHAVIA, FREJA, _("Acknowledged"), _is_acknowledged),),
    ),
)
