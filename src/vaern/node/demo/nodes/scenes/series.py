"""Scenes about a series: two countries have it, and neither knows; then one child is found, and both know that."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.demo.nodes.cast import FIND, GROUND, POLICE, PRIYA, THEIR_POLICE, YASMIN, organisation, viewer
from vaern.node.demo.nodes.parts import NORDHAVIA, VESTROVIA
from vaern.node.demo.nodes.scenes.hub import met_at
from vaern.node.demo.nodes.scenes.reports import arrived_at
from vaern.node.demo.nodes.scenes.scene import Scene, Seen
from vaern.node.demo.series import Made, drive
from vaern.node.demo.tour import Place
from vaern.node.organisations.models import Organisation
from vaern.node.scans import actions as scans
from vaern.node.scans.results import read_lines, read_run
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.grouping import actions as grouping
from vaern.node.victims.grouping import takes
from vaern.node.victims.models import Dissemination, Series
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Nature
from vaern.node.victims.rules.sharing import Answer, Recorded
from vaern.node.victims.sharing import actions as sharing
from vaern.node.victims.sharing import outcomes

THEIRS = Made(31, 9, "Halden", "P77")
"""What Vestrovia found on a drive. Its first file is the one that the platform reports."""


def _series(host: str, *, came: bool = False) -> Series | None:
    """Return the series of the story that an organisation opened itself, or the one that came to it."""
    own = organisation(host)
    if came:
        sent = Dissemination.everywhere.filter(recipient=own).order_by("-sent_at").first()
        return sent.series if sent else None
    return Series.everywhere.filter(organisation=own, absorbed_into=None).order_by("-created_at").first()


def _page(found: Series | None) -> Place | None:
    return Place(reverse("victims:series", args=[found.pk]), found) if found else None


def _answered(answer: Answer) -> Place | None:
    """Return the page of Nordhavia's series once the desk abroad has answered so."""
    found = _series(POLICE)
    sent = Dissemination.everywhere.filter(series=found, answer=answer.value).exists() if found else False
    return _page(found) if sent else None


def _confirmed() -> Place | None:
    """Return the page of what came to Vestrovia once Nordhavia's node has said that the desk was first."""
    found = _series(THEIR_POLICE, came=True)
    return _page(found) if found and found.accepted_by_id else None


def _their_work() -> None:
    """Vestrovia's police take a seized drive in: its unknown files become a series."""
    priya = viewer(PRIYA)
    with viewing(priya.organisation.id):
        run, findings = drive("V-88-0117", (THEIRS,))
        scan, _made = scans.receive(priya, FIND, "V/88/0117", read_run(run), read_lines(findings), finished=True)
        takes.take_scan(priya, FIND, scan)
        own = _series(THEIR_POLICE)
        assert own is not None  # the files are new to them
        grouping.confirm(priya, FIND, own)
        outcomes.analyse(priya, FIND, own)


def _our_work() -> None:
    """Nordhavia's police take the report into a series of their own, and look at what it shows."""
    yasmin, report = viewer(YASMIN), arrived_at(POLICE)
    assert report is not None  # the scene before
    with viewing(yasmin.organisation.id):
        takes.take_report(yasmin, FIND, report)
        own = _series(POLICE)
        assert own is not None
        grouping.confirm(yasmin, FIND, own)
        outcomes.analyse(yasmin, FIND, own)
        clues.add(
            yasmin,
            FIND,
            own,
            ClueKind.PACKAGING,
            "A carton of milk with a blue swan",
            nature=Nature.FACT,
            confidence=Confidence.HIGH,
            circle=Circle.RECIPIENTS,
            countries=["XV"],
            against=[],
        )


def _disseminate() -> None:
    """Nordhavia's desk sends its series to the desk of the country that the clue points to."""
    yasmin, own = viewer(YASMIN), _series(POLICE)
    assert own is not None
    with viewing(yasmin.organisation.id):
        clues.propose(yasmin, FIND, own, "XV")
        there = Organisation.all_nodes.get(member__code="XV", kind="police")
        terms = Terms(Handling.RED, timezone.now() + timedelta(days=180), GROUND)
        sharing.disseminate(yasmin, FIND, own, [there.pk], terms)


def _accept() -> None:
    """Vestrovia's desk takes it on."""
    priya = viewer(PRIYA)
    sent = Dissemination.everywhere.get(recipient=priya.organisation, answer=Answer.AWAITED.value)
    with viewing(priya.organisation.id):
        sharing.accept(priya, FIND, sent)


def _identify() -> None:
    """Its police find the child."""
    priya, found = viewer(PRIYA), _series(THEIR_POLICE, came=True)
    assert found is not None
    with viewing(priya.organisation.id):
        recorded = Recorded(girls=1, under14=1)
        outcomes.identify(priya, FIND, found, timezone.localdate(), "V-VI-31", recorded=recorded)


def _safeguard() -> None:
    """The child is safe."""
    priya, found = viewer(PRIYA), _series(THEIR_POLICE, came=True)
    assert found is not None
    with viewing(priya.organisation.id):
        outcomes.safeguard(priya, FIND, found, timezone.localdate())


def _known_here(column: str) -> Place | None:
    """Return the page of Nordhavia's series once it has a day for what happened abroad."""
    found = _series(POLICE)
    return _page(found) if found and getattr(found, column) else None


BEFORE = (
    Scene(
        "drive",
        _("Vestrovia works on a series"),
        _(
            "A seized drive held files that nobody knows: the police of Vestrovia group them into a series by hashes, "
            "cameras and places. Nordhavia knows nothing of it."
        ),
        VESTROVIA,
        _their_work,
        (Seen(VESTROVIA, PRIYA, _("The series in Vestrovia"), lambda: _page(_series(THEIR_POLICE))),),
    ),
)

TAKEN = (
    Scene(
        "series",
        _("The hub says: somebody else works on this"),
        _(
            "A specialist takes the report into a series, and writes down what she sees: a carton of milk that is sold "
            "in Vestrovia. Both nodes have told the hub keyed values of what they hold, which it can compare and not "
            "read: it tells both that somebody else works on this."
        ),
        NORDHAVIA,
        _our_work,
        (
            Seen(NORDHAVIA, YASMIN, _("The series in Nordhavia"), lambda: _page(_series(POLICE))),
            Seen(NORDHAVIA, YASMIN, _("Somebody else works on this"), lambda: met_at(YASMIN)),
            Seen(VESTROVIA, PRIYA, _("Somebody else works on this"), lambda: met_at(PRIYA)),
        ),
    ),
)

FOUND = (
    Scene(
        "disseminate",
        _("To the country where the child may be"),
        _("The series goes to the desk of Vestrovia under its terms, and waits there for an answer."),
        NORDHAVIA,
        _disseminate,
        (
            Seen(NORDHAVIA, YASMIN, _("Sent, with its terms"), lambda: _page(_series(POLICE))),
            Seen(VESTROVIA, PRIYA, _("It waits for an answer"), lambda: _page(_series(THEIR_POLICE, came=True))),
        ),
    ),
    Scene(
        "accept",
        _("Accepted"),
        _("The desk of Vestrovia takes it on; Nordhavia reads so on its own page."),
        VESTROVIA,
        _accept,
        (
            Seen(NORDHAVIA, YASMIN, _("Accepted abroad"), lambda: _answered(Answer.ACCEPTED)),
            Seen(VESTROVIA, PRIYA, _("First to accept, says its owner's node"), _confirmed),
        ),
    ),
    Scene(
        "identify",
        _("A child is identified, and everybody stops"),
        _(
            "The police of Vestrovia find the child. Whoever else searched is told to stop, on every node: nobody "
            "looks at these pictures once more for nothing."
        ),
        VESTROVIA,
        _identify,
        (
            Seen(VESTROVIA, PRIYA, _("Identified"), lambda: _page(_series(THEIR_POLICE, came=True))),
            Seen(NORDHAVIA, YASMIN, _("Identified abroad: stop"), lambda: _known_here("identified_on")),
        ),
    ),
    Scene(
        "safeguard",
        _("The child is safe"),
        _("The day on which the child was safe stands on both nodes; who the child is, on neither."),
        VESTROVIA,
        _safeguard,
        (Seen(NORDHAVIA, YASMIN, _("Safe"), lambda: _known_here("safeguarded_on")),),
    ),
)
