"""Hash lists of the demonstration: the hub keeps the shared one, others vote, an entry is recalled, platforms ask.

Every hash is random. The files come in through the same door as real ones, and what programs were told comes through
the look-up service's spool.
"""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.casework.releases.transfers import Code
from vaern.node.demo.lists import archive, asking, reach, values, voices
from vaern.node.demo.lists.files import take
from vaern.node.demo.lists.invented import LAW, QUALITY, SCHEME, table
from vaern.node.demo.results import ENTRIES, LIST
from vaern.node.demo.stories import Beside, by_day
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.actions import ListTerms
from vaern.node.lists.feedback.actions import Answer, answer, contest
from vaern.node.lists.figures import actions as figures
from vaern.node.lists.figures.counting import count
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.intake import taking
from vaern.node.lists.models import EntryFeedback, HashList, ListEntry, RecallEffect
from vaern.node.lists.quarantine import watching
from vaern.node.lists.recalls import actions as recalls
from vaern.node.lists.recalls import tracing
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.feedback import Claim, Outcome
from vaern.node.lists.rules.lists import Holds, Purpose, Wishes
from vaern.node.lists.rules.subsets import Selection
from vaern.node.lists.subsets import actions as subsets
from vaern.node.organisations.rules import Role
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer

WRONG = 13
"""The entry that is recalled; `random-13` is in the findings of several scans."""

RECEIVE = {
    "led-37-1-a": ("police.nordhavia", "police.vestrovia", "police.thalvia"),
    "own-law": ("hotline.nordhavia", "safeline.vestrovia", "morrowpost", "brindlecast"),
}
"""Who receives the shared list, by the ground on which it goes to their countries."""


def do(alliance: Alliance) -> Story:
    """Let the hub's curator keep the shared list for some months."""
    draw = random.Random(2014)  # noqa: S311 - invented hashes, the same at each start
    aoife = alliance.someone("hub", Role.CURATOR)
    yield alliance.ago(timedelta(days=140))
    shared = _found(aoife)
    _wished(alliance)
    yield timedelta(hours=2)
    take(aoife, shared, table(draw, range(ENTRIES)))
    yield timedelta(days=2)
    _let_have(alliance, aoife, shared)
    asking.begin(alliance)
    values.do(aoife, random.Random(2016))  # noqa: S311 - as above
    yield timedelta(days=4)
    yield from voices.vote_on(alliance, shared)
    yield Beside(
        [
            archive.do(alliance),
            voices.settle(alliance, aoife, shared),
            by_day(reach.do(alliance, aoife), random.Random(2017)),  # noqa: S311 - as above
        ]
    )
    for night in asking.NIGHTS:
        yield alliance.ago(timedelta(days=night.ago))
        asking.look_up(alliance, random.Random(night.ago), night, WRONG)  # noqa: S311 - as above
    yield timedelta(days=4)
    _recall(alliance, aoife)
    yield timedelta(days=2, hours=3)
    _acknowledge(alliance)
    yield timedelta(days=3)
    yield from _contest(alliance, aoife)
    yield Beside([_lose(alliance, aoife)])
    yield alliance.ago(timedelta(hours=20))
    _quarantine(aoife)
    _publish(aoife, shared)
    yield timedelta(hours=15)
    take(aoife, shared, table(draw, range(200, ENTRIES + 60), faults=True), take=False)
    asking.by_hand(alliance)


def _found(viewer: Viewer) -> HashList:
    with viewing(viewer.organisation.id):
        never = actions.make(
            viewer,
            QUALITY,
            "never-listed",
            Holds.FILES,
            Purpose.NEGATIVE,
            ListTerms(title="Never to be listed (synthetic)", source="Cross-Check Hub of the Alliance"),
        )
        blank = Entry("blank", (Signal("md5", bytes(range(16))),))
        actions.add_entry(viewer, QUALITY, never, blank)
        return actions.make(
            viewer,
            QUALITY,
            LIST,
            Holds.FILES,
            Purpose.KNOWN,
            ListTerms(
                title="Alliance shared (synthetic)",
                scheme=SCHEME,
                source="Members of the alliance",
                basis=LAW,
                licence="alliance-shared",
                licence_words="To recognise known material, and to report it. Not to be passed on (invented).",
                hosted=True,
            ),
        )


def _wished(alliance: Alliance) -> None:
    """A hotline keeps what survivors ask it to look for as a list of its own, and lets platforms have it."""
    curator = alliance.someone("hotline.nordhavia", Role.CURATOR)
    terms = ListTerms(
        title="What survivors wish to have removed (synthetic)",
        source="Survivors, through the Nordhavia Hotline",
        basis="Survivors Act of Nordhavia, section 2 (invented)",
        licence="removal-alone",
        licence_words="To remove and to keep from coming back; not to find people by, not to pass on (invented).",
        hosted=True,
    )
    until, law = timezone.now() + timedelta(days=300), "Survivors Act of Nordhavia, section 2 (invented)"
    with viewing(curator.organisation.id):
        made = actions.make(curator, QUALITY, "survivors", Holds.FILES, Purpose.SURVIVORS, terms, Wishes.OWN)
        ids = [alliance.organisations[host].pk for host in ("morrowpost", "brindlecast")]
        actions.release(curator, QUALITY, made, ids, Terms(Handling.AMBER, until, law, "own-law"))


def _lose(alliance: Alliance, viewer: Viewer) -> Story:
    """A feed, part of which platforms may have, comes without many of its entries: a second person looks, and agrees.

    The next time nobody has yet.
    """
    terms = ListTerms(title="Feed of a partner (synthetic)", source="A partner of the alliance", scheme=SCHEME)
    with viewing(viewer.organisation.id):
        feed = actions.make(viewer, QUALITY, "partner-feed", Holds.FILES, Purpose.KNOWN, terms)
    draw = random.Random(2015)  # noqa: S311 - as above
    rows = table(draw, range(1_000, 1_060), licences=("exchange", "exchange", "police-alone")).split(b"\n")
    take(viewer, feed, b"\n".join(rows))
    until, law = timezone.now() + timedelta(days=300), LAW
    with viewing(viewer.organisation.id):
        selection, title = Selection(frozenset({"exchange"})), "Feed of a partner, for exchange (synthetic)"
        part = subsets.make(viewer, QUALITY, feed, "partner-feed-exchange", title, selection)
        ids = [alliance.organisations["morrowpost"].pk]
        subsets.release(viewer, QUALITY, part, ids, Terms(Handling.AMBER, until, law, "own-law"))
    yield timedelta(days=2)
    held = take(viewer, feed, b"\n".join(rows[:41]), whole=True)
    yield timedelta(hours=3)
    second = alliance.someone("hub", Role.CURATOR, 1)
    why = Reason(Why.LIST_QUALITY, "The partner told us: withdrawn by its court (invented)")
    with viewing(second.organisation.id):
        intakes.confirm(second, why, held)
        taking.take(held.pk)
    yield timedelta(days=3)
    take(viewer, feed, b"\n".join(rows[:20]), whole=True)


def _let_have(alliance: Alliance, viewer: Viewer, hash_list: HashList) -> None:
    until, law = timezone.now() + timedelta(days=300), LAW
    for ground, hosts in RECEIVE.items():
        codes = frozenset({Code.H1}) if ground.startswith("led") else frozenset()
        with viewing(viewer.organisation.id):
            ids = [alliance.organisations[host].pk for host in hosts]
            actions.release(viewer, QUALITY, hash_list, ids, Terms(Handling.AMBER, until, law, ground, codes))


def _recall(alliance: Alliance, viewer: Viewer) -> None:
    with viewing(viewer.organisation.id):
        row = ListEntry.objects.select_related("list").get(list__name=LIST, ident=f"random-{WRONG}")
        why = "A stock photograph of a beach: two members looked again (invented)"
        made = actions.recall(viewer, Reason(Why.LIST_QUALITY, why), row, RecallReason.NOT_CSAM)
    tracing.trace(made.pk)


def _acknowledge(alliance: Alliance) -> None:
    """The police of Nordhavia have looked at what rested on it; the others have yet to."""
    police = alliance.someone("police.nordhavia", Role.CURATOR)
    with viewing(police.organisation.id):
        for effect in RecallEffect.objects.select_related("recall__list").filter(recall__ident=f"random-{WRONG}"):
            recalls.acknowledge(police, Reason(Why.LIST_QUALITY, "Finding marked as another, examiner told"), effect)


def _contest(alliance: Alliance, curator: Viewer) -> Story:
    """Two platforms contest entries: one has its answer, which nobody there has read, the other waits."""
    for host, ident, claim, words in (
        ("morrowpost", "random-8", Claim.WRONG_CLASS, "By the notes of the scheme this is the next class (invented)"),
        ("brindlecast", "random-21", Claim.WRONG_HIT, "An advertisement that hundreds of users shared (invented)"),
    ):
        moderator = alliance.someone(host, Role.MODERATOR)
        with viewing(moderator.organisation.id):
            row = ListEntry.objects.select_related("list").get(list__name=LIST, ident=ident)
            contest(moderator, Reason(Why.LIST_QUALITY, words), row, claim)
        yield timedelta(hours=7)
    with viewing(curator.organisation.id):
        first = EntryFeedback.everywhere.get(list=LIST, entry="random-8")
        said = Reason(Why.LIST_QUALITY, "Two members looked again: its class is right (invented)")
        answer(curator, said, first, Answer(Outcome.KEPT))


def _quarantine(viewer: Viewer) -> None:
    with viewing(viewer.organisation.id):
        row = ListEntry.objects.select_related("list").get(list__name=LIST, ident="random-77")
        why = "Near to very many uploads of one night; somebody has to look (invented)"
        actions.quarantine(viewer, Reason(Why.LIST_QUALITY, why), row)
        empty = Entry("empty-file", (Signal("md5", hashlib.md5(b"", usedforsecurity=False).digest()),))
        actions.add_entry(viewer, QUALITY, row.list, empty)
    watching.check(row.list_id)  # what the node does each minute: it sets the empty file aside


def _publish(viewer: Viewer, hash_list: HashList) -> None:
    """Publish the error rates of a list, after a night in which they were counted."""
    count(hash_list.pk)
    with viewing(viewer.organisation.id):
        figures.publish(viewer, Reason(Why.LIST_QUALITY, "As the members agreed (invented)"), hash_list)
