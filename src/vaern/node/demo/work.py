"""A few days' work of the alliance, done by its people through the real actions."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.casework.releases.transfers import Code
from vaern.node.casework.sheets import find
from vaern.node.demo import (
    assistance,
    cases,
    commitments,
    crosscheck,
    domains,
    evidence,
    flagging,
    mappings,
    meetings,
    national,
    numbers,
    press,
    publishing,
    reports,
    series,
    signed,
    station,
)
from vaern.node.demo.lists import story as lists
from vaern.node.demo.results import invented, of_folder
from vaern.node.demo.stories import Beside, by_day
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations import account_actions, people_actions
from vaern.node.organisations.rules import Permission, Role
from vaern.node.oversight import actions as oversight_actions
from vaern.node.oversight.subject_actions import open_subject
from vaern.node.oversight.subject_rules import Identity, Right
from vaern.node.scans import actions, queries
from vaern.node.scans.models import Scan
from vaern.node.scans.results import read_lines, read_run
from vaern.node.scans.rules import ReviewOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer

SCANS = (
    ("police.nordhavia", Role.INVESTIGATOR, "NH-0412 drive 1", 420),
    ("police.nordhavia", Role.INVESTIGATOR, "NH-0412 drive 2", 160),
    ("police.nordhavia", Role.IDENTIFIER, "NH-0398 telephone", 90),
    ("police.vestrovia", Role.INVESTIGATOR, "V/77/1183", 260),
    ("police.thalvia", Role.IDENTIFIER, "TH-VI-0091", 140),
    ("hotline.nordhavia", Role.ANALYST, "Report 0407-3", 24),
    ("hotline.nordhavia", Role.ANALYST, "Report 0409-1", 11),
    ("safeline.vestrovia", Role.ANALYST, "SL 5521", 18),
    ("helpline.ilvania", Role.ANALYST, "H-0312", 7),
    ("morrowpost", Role.MODERATOR, "Uploads of one night", 310),
    ("brindlecast", Role.MODERATOR, "Batch 118", 130),
    ("hub", Role.ANALYST, "Cross-check of the month", 380),
)
"""Whose, brought in by whom, called what, with how many findings. The first gets the demonstration's own scan."""

WHYS = {
    Role.ANALYST: Reason(Why.ASSESSMENT),
    Role.INVESTIGATOR: Reason(Why.INVESTIGATION, "preparation of the interview"),
    Role.IDENTIFIER: Reason(Why.VICTIM_IDENTIFICATION, "same series as before?"),
    Role.MODERATOR: Reason(Why.REMOVAL),
    Role.CURATOR: Reason(Why.LIST_QUALITY, "two votes disagree"),
    Role.LEGAL: Reason(Why.LEGAL_ASSISTANCE, "request in preparation"),
}


def prepare(alliance: Alliance) -> None:
    """What stands from the beginning: the desks' settings, tables of law, the award to a hotline."""
    reports.open_desks(alliance)
    assistance.table(alliance)
    flagging.award(alliance)
    national.record(alliance)


def stories(alliance: Alliance, results: Path | None) -> Iterator[Story]:
    """Yield what happens in the last weeks, and what happens beside it over a longer time."""
    yield by_day(_weeks(alliance, results), random.Random(2013))  # noqa: S311 - a demonstration
    yield commitments.do(alliance)
    yield press.do(alliance)
    yield meetings.do(alliance)
    yield station.do(alliance)
    yield lists.do(alliance)
    yield signed.do(alliance)
    yield _last(alliance)


def _weeks(alliance: Alliance, results: Path | None) -> Story:
    """Let the people work; the same work at each first start."""
    draw = random.Random(2012)  # noqa: S311 - a demonstration
    own = of_folder(results) if results else None
    scans: dict[str, Scan] = {}
    yield alliance.ago(timedelta(days=25))
    yield timedelta()  # at whatever hour it is shown: the first drive, too, waits for people to be at their desks
    for number, (host, role, reference, count) in enumerate(SCANS):
        viewer = alliance.someone(host, role)
        run, findings = own if own and number == 0 else invented(number + 1, count)
        with viewing(viewer.organisation.id):
            scan, _made = actions.receive(
                viewer, WHYS[role], reference, read_run(run), read_lines(findings), finished=number != 8
            )
        scans[reference] = scan
        _read(viewer, role, scan)
        yield timedelta(hours=7)
    _decide(alliance, scans)
    yield timedelta(hours=3)
    _share(alliance, scans)
    yield Beside([_look(alliance, scans, draw)])
    yield timedelta(hours=20)
    yield from reports.do(alliance)
    yield timedelta(hours=18)
    yield from domains.do(alliance)
    flagging.report(alliance)
    yield timedelta(hours=5)
    yield from series.do(alliance)
    yield from cases.do(alliance)
    yield timedelta(hours=4)
    evidence.do(alliance)
    numbers.do(alliance)
    yield timedelta(hours=6)
    assistance.do(alliance)
    yield timedelta(hours=3)
    crosscheck.do(alliance)
    yield timedelta(hours=2)
    mappings.do(alliance)


def _last(alliance: Alliance) -> Story:
    """What an administrator and an overseer did today, and the release of figures."""
    yield alliance.ago(timedelta(minutes=100))
    numbers.of_entries(alliance)
    _administer(alliance)
    yield timedelta(minutes=20)
    _ask(alliance)
    yield timedelta(minutes=15)
    publishing.do(alliance)


def _read(viewer: Viewer, role: Role, scan: Scan) -> None:
    """Open the list, then a scan, then its first findings, each with its reason."""
    with viewing(viewer.organisation.id):
        queries.scans(viewer, queries.Search(), {})
        found = find(Scan, scan.pk)
        if found is not None:
            queries.sheet(viewer, found, WHYS[role])
            queries.findings(viewer, found, WHYS[role], "known", {})


def _decide(alliance: Alliance, scans: dict[str, Scan]) -> None:
    """A person concludes on some of them."""
    for reference, host, role, outcome in (
        ("NH-0412 drive 1", "police.nordhavia", Role.INVESTIGATOR, ReviewOutcome.CONFIRMED),
        ("V/77/1183", "police.vestrovia", Role.INVESTIGATOR, ReviewOutcome.CONFIRMED),
        ("Report 0407-3", "hotline.nordhavia", Role.ANALYST, ReviewOutcome.CONFIRMED),
        ("TH-VI-0091", "police.thalvia", Role.IDENTIFIER, ReviewOutcome.UNCLEAR),
    ):
        viewer = alliance.someone(host, role)
        with viewing(viewer.organisation.id):
            actions.review(viewer, WHYS[role], scans[reference], outcome)


def _share(alliance: Alliance, scans: dict[str, Scan]) -> None:
    """Release some, and recall one, which its recipient has yet to acknowledge."""
    until = timezone.now() + timedelta(days=90)
    convention = "Cross-Check Convention, article 9 (invented)"
    for reference, host, role, recipients, terms in (
        (
            "NH-0412 drive 1",
            "police.nordhavia",
            Role.INVESTIGATOR,
            ("hub", "police.vestrovia", "authority.nordhavia"),
            Terms(Handling.AMBER, until, convention, "led-37-1-a", frozenset({Code.H1})),
        ),
        (
            "TH-VI-0091",
            "police.thalvia",
            Role.IDENTIFIER,
            ("hub", "police.nordhavia"),
            Terms(Handling.RED, until, convention, "led-37-1-a", frozenset({Code.H1, Code.H2})),
        ),
        (
            "Report 0409-1",
            "hotline.nordhavia",
            Role.ANALYST,
            ("safeline.vestrovia", "police.nordhavia"),
            Terms(Handling.AMBER, until, "Hotline Act of Nordhavia, section 4 (invented)"),
        ),
        (
            "Uploads of one night",
            "morrowpost",
            Role.MODERATOR,
            ("police.vestrovia",),
            Terms(Handling.AMBER_STRICT, until, "Reporting Act of Vestrovia, section 11 (invented)"),
        ),
    ):
        viewer = alliance.someone(host, role)
        with viewing(viewer.organisation.id):
            ids = [alliance.organisations[recipient].pk for recipient in recipients]
            actions.release(viewer, WHYS[role], scans[reference], ids, terms)
    _read(alliance.someone("hub", Role.IDENTIFIER), Role.IDENTIFIER, scans["TH-VI-0091"])
    _read(alliance.someone("police.vestrovia", Role.IDENTIFIER), Role.IDENTIFIER, scans["NH-0412 drive 1"])
    _read(alliance.someone("authority.nordhavia", Role.LEGAL), Role.LEGAL, scans["NH-0412 drive 1"])
    viewer = alliance.someone("hotline.nordhavia", Role.ANALYST)
    with viewing(viewer.organisation.id):
        wrong = Reason(Why.OTHER, "released to the wrong organisation")
        actions.recall(viewer, wrong, scans["Report 0409-1"], alliance.organisations["safeline.vestrovia"].pk)


def _look(alliance: Alliance, scans: dict[str, Scan], draw: random.Random) -> Story:
    """People open what they may see, with their reasons."""
    readers = [
        (host, role)
        for host in alliance.organisations
        for role in WHYS
        if any(role in roles for roles in _roles_at(host))
    ]
    for _ in range(60):
        yield timedelta(hours=6)
        host, role = draw.choice(readers)
        _read(alliance.someone(host, role), role, scans[draw.choice(list(scans))])


def _roles_at(host: str) -> list[tuple[Role, ...]]:
    from vaern.node.demo.alliance import BODIES

    return [roles for body in BODIES if body.host == host for _name, roles in body.people]


def _administer(alliance: Alliance) -> None:
    """One administrator's session that is over and one that is open, a key, and an account that was erased."""
    for host, reason in (
        ("hotline.nordhavia", "Ticket 118: an analyst cannot open a report"),
        ("police.nordhavia", "Ticket 2207: check that the import of last night is whole"),
    ):
        viewer = alliance.someone(host, Role.ADMINISTRATOR)
        session = account_actions.open_admin_session(viewer, reason=reason, lasts=timedelta(hours=2))
        within = alliance.someone(host, Role.ADMINISTRATOR)
        with viewing(within.organisation.id):
            for scan in queries.scans(within, queries.Search(), {}).rows[:1]:
                queries.sheet(within, scan, Reason(Why.ADMINISTRATION, reason))
        if host == "hotline.nordhavia":
            account_actions.close_admin_session(within, session)
    maker = alliance.someone("morrowpost", Role.MODERATOR)
    account_actions.make_api_key(
        maker,
        Reason(Why.ADMINISTRATION, "nightly upload"),
        name="Nightly upload",
        scopes=[Permission.SCAN_ADD, Permission.SCAN_VIEW],
        lasts=timedelta(days=180),
    )
    administrator = alliance.someone("hotline.nordhavia", Role.ADMINISTRATOR)
    leaver = alliance.someone("hotline.nordhavia", Role.PRESS)
    with viewing(administrator.organisation.id):
        left = Reason(Why.ADMINISTRATION, "left the hotline")
        people_actions.deactivate(administrator, left, leaver.person)  # type: ignore[arg-type]
        people_actions.erase_person(administrator, left, leaver.person)  # type: ignore[arg-type]


def _ask(alliance: Alliance) -> None:
    """Two data subjects ask the police what it holds: one with an account, and one without."""
    overseer = alliance.someone("police.nordhavia", Role.OVERSIGHT)
    subject = alliance.someone("police.nordhavia", Role.CURATOR)
    with viewing(overseer.organisation.id):
        received = timezone.localdate() - timedelta(days=9)
        oversight_actions.open_request(overseer, subject.person, received, "J. no. 114 (synthetic)")  # type: ignore[arg-type]
        open_subject(
            overseer, Right.ACCESS, Identity.NOT, "somebody@mail.example", received, "J. no. 117 (synthetic)", "da"
        )
