"""A ministerial meeting of the demonstration, from its plan to a correction of its minutes, and the next one.

By the real actions. The topics are those of the source; countries, offices and words are invented.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.node.alliance.meetings import actions, queries
from vaern.node.alliance.rules.meetings import TOPICS, Effect, Event, How
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Member
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.alliance.models import MinisterialMeeting
    from vaern.node.alliance.rules.frame import Text
    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer

PLAIN = Reason(Why.ADMINISTRATION)
SAID = {
    "alliance": {
        "en": "The ministers heard the obligations, requirements and concrete targets. Speed is read beside quality.",
        "da": "Ministrene hørte forpligtelser, krav og konkrete mål. Hurtighed læses ved siden af kvalitet.",
    },
    "cybercrime": {
        "en": "A centre that cross-checks is there for all members.",
        "da": "Et center, der krydstjekker, er til for alle medlemmer.",
    },
    "legal_assistance": {
        "en": "Data are lost while requests are on their way. Each member names a contact that answers day and night.",
        "da": "Data går tabt, mens anmodninger er på vej. Hvert medlem udpeger en kontakt, der svarer døgnet rundt.",
    },
}
DECIDED: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "alliance",
        {
            "en": "Each member reports once a year what it did and what it reached.",
            "da": "Hvert medlem indberetter én gang om året, hvad det gjorde, og hvad det nåede.",
        },
    ),
    (
        "alliance",
        {
            "en": "The number of identified victims rises by at least ten per cent a year.",
            "da": "Antallet af identificerede ofre stiger med mindst ti procent om året.",
        },
    ),
    (
        "legal_assistance",
        {
            "en": "Each member asks for preservation first and for the data then.",
            "da": "Hvert medlem beder først om sikring og derefter om data.",
        },
    ),
)
COMMITS = {2: (Effect.MAKES, "g1.1"), 3: (Effect.CHANGES, "g4.2")}
"""What decisions do to the published commitments under a goal, by their number."""
PAPERS = {
    "alliance": {
        "reference": "VM-1",
        "title": "Requirements on members (draft)",
        "text": "Members commit themselves to clear requirements on identifying victims and on investigating cases.",
    },
    "legal_assistance": {"reference": "VM-2", "title": "How long requests take, and what is lost meanwhile"},
}
OFFICES = (
    ("XA", "Minister of Justice", How.PRESENT, ""),
    ("XV", "Minister of the Interior", How.PRESENT, ""),
    ("XT", "Minister of Justice", How.REPRESENTED, "Permanent Secretary of Justice"),
    ("XL", "Minister of Justice", How.EXCUSED, ""),
)


def do(alliance: Alliance) -> Story:
    """Hold one meeting, correct its minutes once, and convene the next."""
    viewer = alliance.someone("secretariat", Role.SECRETARIAT)
    yield alliance.ago(timedelta(days=120))
    day = alliance.today - timedelta(days=90)  # not the first: the members joined years before
    meeting = _invited(viewer, day)
    yield alliance.ago(timedelta(days=89))
    held = _held(viewer, meeting)
    yield timedelta(days=6)
    with viewing(viewer.organisation.id):
        wrong = Reason(Why.OTHER, "The second decision did not say that ten per cent is a least.")
        held = actions.move(viewer, wrong, held, Event.CORRECT)
        actions.put(viewer, held, "decisions", {"text": DECIDED[1][1]}, held.decisions.get(number=2))
        actions.move(viewer, PLAIN, held, Event.APPROVE)
    yield alliance.ago(timedelta(days=11))
    _convened(viewer)


def _invited(viewer: Viewer, day: date) -> MinisterialMeeting:
    """Plan a meeting, with its papers, and convene it."""
    name: Text = {"en": "Fourth meeting of ministers", "da": "Ministrenes fjerde møde"}
    meeting = actions.plan(viewer, name, "Fjordby, Nordhavia", _member("XA"), day, day, list(TOPICS))
    for topic, paper in PAPERS.items():
        actions.put(viewer, meeting, "papers", {**paper, "item": meeting.agenda.get(topic=topic)})
    return actions.move(viewer, PLAIN, meeting, Event.CONVENE)


def _held(viewer: Viewer, meeting: MinisterialMeeting) -> MinisterialMeeting:
    """Hold it, and approve its minutes."""
    for code, office, how, instead in OFFICES:
        values: dict[str, Any] = {
            "member": _member(code),
            "office": office,
            "how": how.value,
            "represented_by": instead,
        }
        actions.put(viewer, meeting, "attendance", values)
    observer = {"body": "Joint Oversight Board", "office": "Chair", "how": How.PRESENT.value}
    actions.put(viewer, meeting, "attendance", observer)
    meeting = actions.move(viewer, PLAIN, meeting, Event.HOLD)
    for item in meeting.agenda.filter(topic__in=SAID):
        actions.put(viewer, meeting, "discussion", {"discussion": SAID[item.topic]}, item)
    for number, (topic, text) in enumerate(DECIDED, 1):
        vague = {"en": "The number of identified victims rises.", "da": "Antallet af identificerede ofre stiger."}
        values = {"text": vague if number == 2 else text, "item": meeting.agenda.get(topic=topic)}
        if number in COMMITS:
            effect, goal = COMMITS[number]
            values["effects"] = {effect: list(queries.choosable().filter(goal=goal, current__isnull=False))}
        actions.put(viewer, meeting, "decisions", values)
    meeting = actions.move(viewer, PLAIN, meeting, Event.DRAFT_MINUTES)
    return actions.move(viewer, PLAIN, meeting, Event.APPROVE)


def _convened(viewer: Viewer) -> None:
    """Convene a meeting of two days that lies ahead."""
    first = timezone.localdate() + timedelta(days=60)
    name: Text = {"en": "Fifth meeting of ministers", "da": "Ministrenes femte møde"}
    topics = ["alliance", "cybercrime", "legal_assistance"]
    host = _member("XV")
    meeting = actions.plan(viewer, name, "Port Vestrov, Vestrovia", host, first, first + timedelta(days=1), topics)
    actions.put(viewer, meeting, "agenda", {"title": {"en": "Welcome", "da": "Velkomst"}, "position": 1})
    actions.move(viewer, PLAIN, meeting, Event.CONVENE)


def _member(code: str) -> Member:
    return Member.objects.get(code=code)
