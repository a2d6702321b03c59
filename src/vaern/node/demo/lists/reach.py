"""How far a recall reaches: an upload is near to an entry whose hash was another picture's, and much rests on it.

A report, a domain that is stopped in two countries, a series, a case about it and the case beside that one, what a
platform's program heard, and what it did to accounts.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from vaern.arrivals import File
from vaern.node.base.scope import viewing
from vaern.node.cases.work import actions as cases
from vaern.node.cases.work import links
from vaern.node.demo import domains, series
from vaern.node.demo.lists import asking
from vaern.node.demo.lists.invented import near
from vaern.node.demo.reports import Day
from vaern.node.demo.results import LIST
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.curation import actions
from vaern.node.lists.models import ListEntry, RecallEffect
from vaern.node.lists.recalls import actions as recalls
from vaern.node.lists.recalls import tracing
from vaern.node.lists.rules.effects import Accounts, EffectKind, RecallReason
from vaern.node.organisations.rules import Role
from vaern.node.scans import actions as scans
from vaern.node.scans.results import read_lines, read_run
from vaern.node.victims.grouping import actions as grouping
from vaern.node.victims.grouping import takes
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer

WORK = Reason(Why.INVESTIGATION, "who put the pictures there?")
NUMBER = 17
ENTRY = f"random-{NUMBER}"
SITE = domains.Site(
    "lanternfish-board.example",
    "boards/12",
    "MP-120044",
    "Gravel Bank Servers (synthetic)",
    "abuse@gravel-bank.example",
    "AS64507",
    "198.51.100.77",
)
MADE = series.Made(18, 7, "Brennick", "C5", near=ENTRY)
LAST_NIGHT = asking.Night(6, 44, 3)


def do(alliance: Alliance, curator: Viewer) -> Story:
    """Let some weeks rest on an entry, and recall it."""
    day = Day(alliance)
    yield alliance.ago(timedelta(days=24))
    yield timedelta()  # until people are at their desks
    yield from domains.stop(day, replace(SITE, file=_file()))
    yield timedelta(hours=6)
    _build(alliance)
    yield alliance.ago(timedelta(days=LAST_NIGHT.ago))
    draw = random.Random(LAST_NIGHT.ago)  # noqa: S311 - invented hashes, the same at each start
    asking.look_up(alliance, draw, LAST_NIGHT, NUMBER, (asking.PURPOSE, asking.AGAIN))
    yield alliance.ago(timedelta(days=3))
    _recall(curator)
    yield alliance.ago(timedelta(days=2))
    _answer(alliance)


def _file() -> File:
    """A file that is near to the entry."""
    pdq = next(
        one for one in ListEntry.everywhere.get(list__name=LIST, ident=ENTRY).record.signals if one.kind == "pdq"
    )
    signals = (Signal("sha256", sha256(b"synthetic upload").digest()), Signal("pdq", near(pdq.value, 18), quality=90))
    return File(signals=signals, size=812_004, mime="image/jpeg", viewed="whole")


def _build(alliance: Alliance) -> None:
    """A drive has a file that is near to it too: a series, a case about it, and one beside that."""
    yasmin = alliance.someone("police.nordhavia", Role.IDENTIFIER)
    mikkel = alliance.someone("police.nordhavia", Role.INVESTIGATOR)
    with viewing(yasmin.organisation.id):
        run, findings = series.drive("NH-0571", (MADE,))
        scan, _made = scans.receive(
            yasmin, series.LOOK, "NH-0571 telephone", read_run(run), read_lines(findings), finished=True
        )
        takes.take_scan(yasmin, series.LOOK, scan)
        found = series.of(yasmin.organisation.id, MADE)
        grouping.confirm(yasmin, series.LOOK, found)
        case = cases.open_case(mikkel, WORK, reference="NH-0461")
        links.link_series(mikkel, WORK, case, found)
        beside = cases.open_case(mikkel, WORK, reference="NH-0463")
        links.link_case(mikkel, WORK, case, beside)


def _recall(curator: Viewer) -> None:
    with viewing(curator.organisation.id):
        row = ListEntry.objects.select_related("list").get(list__name=LIST, ident=ENTRY)
        why = "Its PDQ is that of a wallpaper of telephones, and not of the file (invented)"
        made = actions.recall(curator, Reason(Why.LIST_QUALITY, why), row, RecallReason.WRONG_HASH)
    tracing.trace(made.pk)


def _answer(alliance: Alliance) -> None:
    """The platform has lifted two measures of three; the hotline has looked at its report, and not at the domain."""
    tamsin = alliance.someone("morrowpost", Role.MODERATOR)
    amal = alliance.someone("hotline.nordhavia", Role.CURATOR)
    for viewer, kind, words, accounts in (
        (tamsin, EffectKind.LOOKUP, "Two accounts are open again, the third is looked at (invented)", Accounts(3, 2)),
        (amal, EffectKind.REPORT, "Its finding stands on what we viewed, not on the match (invented)", Accounts()),
    ):
        with viewing(viewer.organisation.id):
            mine = RecallEffect.objects.select_related("recall__list").filter(recall__ident=ENTRY, kind=kind.value)
            for effect in mine:
                recalls.acknowledge(viewer, Reason(Why.LIST_QUALITY, words), effect, accounts)
