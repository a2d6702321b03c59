"""What the members of the demonstration commit themselves to, and two rounds: one closed, one open with one reply in.

By the real actions. Countries, authorities, figures and words are invented, and have nothing to do with real members.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils import timezone

from vaern.node.alliance.commitments import actions, queries, reply_intake, reply_steps, round_queries, rounds
from vaern.node.alliance.maturity import actions as maturity
from vaern.node.alliance.membership import actions as membership
from vaern.node.alliance.models import RoundReply
from vaern.node.alliance.rules import periods
from vaern.node.alliance.rules.contents import ActionLine, Baseline, Content, DeclaredValue, Evidence, Target
from vaern.node.alliance.rules.maturity import Phase
from vaern.node.alliance.rules.membership import Backing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Member
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.alliance.models import Commitment, Round
    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer

PLAIN = Reason(Why.ADMINISTRATION)
ENDORSED = {
    "XA": ("Liv Andersholt (synthetic)", "Minister of Justice", "XA-J 2012/17"),
    "XV": ("Corneel Dijkgraaf (synthetic)", "Minister of Justice", "XV-MJ 881"),
    "XT": ("Anca Morarescu (synthetic)", "Minister of the Interior", "TH 44/2012"),
    "XL": ("Stavros Kallergis (synthetic)", "Ambassador", "IL-A 5"),
    "XQ": ("Amara Nwosu-Quell (synthetic)", "Attorney General", "QU 2012-09"),
}
"""Who endorsed the principles for a country, in which office and document."""

FIGURES = {"justice.nordhavia": 61.0, "justice.vestrovia": 48.0, "justice.thalvia": 35.5}
"""What each ministry declares for removal within three days, in per cent."""

IDENTIFIED = {"justice.nordhavia": (40.0, 52.0), "justice.vestrovia": (47.0, 45.0), "justice.thalvia": (54.0, 78.0)}
"""And of identified children in the two years before this one: on the way, further from it, and there.

The first is the baseline of its commitment, too: one report has one number of a year.
"""


def _year(this: int, years: int) -> date:
    return date(this + years, 12, 31)


def _more_victims(this: int, authority: str, before: float, target: float) -> Content:
    return Content(
        "2012",
        "g1.1",
        "We will identify more children in the material that reaches us, and protect each of them.",
        "Every series is worked on by specialists, and none waits because nobody is there.",
        Target(
            "identified_flow",
            "More children identified in a year",
            target,
            "children",
            "at_least",
            _year(this, 1),
            Baseline(before, _year(this, -2), f"{authority}, yearly report"),
        ),
        authority,
        (
            ActionLine("Two more victim identification specialists", "a1.1", "done", _year(this, -2)),
            ActionLine("A national image database, linked to the international one", "a1.4", "planned", _year(this, 1)),
        ),
        (Evidence("Budget of the year, section 12", "https://ministry.example/budget", _year(this, -2)),),
    )


def _quicker_removal(this: int, authority: str, before: float, target: float) -> Content:
    return Content(
        "2012",
        "g4.2",
        "We will have what is hosted in our country removed quickly, without harming investigations.",
        "Hosts are notified on the day of the assessment, unless the police hold the notice with a reason.",
        Target(
            "removal_72h",
            "More of what is notified is gone within three days",
            target,
            "percent",
            "at_least",
            _year(this, 1),
            Baseline(before, _year(this, -2), f"{authority}, statistics"),
        ),
        authority,
        (ActionLine("An agreement of police, hotline and hosts", "a4.6", "planned", _year(this, 0)),),
    )


def _joint_teams(this: int, authority: str) -> Content:
    """A commitment without a baseline: its progress is said to be not computable."""
    return Content(
        "2012",
        "g2.2",
        "We will take part in joint investigations.",
        "An investigator with languages is free for each joint team that asks.",
        Target(None, "Joint investigations in which we take part", 4, "investigations", "at_least", _year(this, 1)),
        authority,
        (ActionLine("A contact that answers day and night", "a2.6", "planned", _year(this, 0)),),
    )


def do(alliance: Alliance) -> Story:
    """Let the countries join, commit themselves, and report."""
    secretariat = alliance.someone("secretariat", Role.SECRETARIAT)
    _join(secretariat)
    yield timedelta(days=9)
    this = alliance.today.year
    ministries = {host: alliance.someone(host, Role.RAPPORTEUR) for host in FIGURES}
    made: dict[str, Commitment] = {}
    for number, (host, viewer) in enumerate(ministries.items()):
        authority = _police(viewer)
        more = _more_victims(this, authority, IDENTIFIED[host][0], 60.0 + 8 * number)
        made[host] = _publish(viewer, secretariat, more)
        _publish(viewer, secretariat, _quicker_removal(this, authority, 52.0 - 6 * number, 80.0))
        yield timedelta(days=4)
    thalvia = ministries["justice.thalvia"]
    _publish(thalvia, secretariat, _joint_teams(this, "National police of Thalvia"))
    if alliance.ends is not None:
        yield alliance.ago(timedelta(days=470))
        yield from _earlier(ministries, secretariat, "First round (synthetic)", 0.62)
        yield alliance.ago(timedelta(days=265))
        yield from _earlier(ministries, secretariat, "Second round (synthetic)", 0.8)
    yield alliance.ago(timedelta(days=75))
    yield from _yearly(alliance, ministries, secretariat)
    yield timedelta(days=1)
    _amend(ministries["justice.nordhavia"], secretariat, made["justice.nordhavia"])
    yield alliance.ago(timedelta(days=8))
    _draft(ministries["justice.nordhavia"])
    _hand_in(ministries["justice.vestrovia"], this)
    yield from _interim(ministries, secretariat)
    yield timedelta(days=1)
    for number, viewer in enumerate(ministries.values()):
        _capabilities(viewer, number)


def _earlier(ministries: dict[str, Viewer], secretariat: Viewer, name: str, share: float) -> Story:
    """A round of six weeks, about the quarter before it; the figures are so far from those of today."""
    today = timezone.localdate()
    ended = periods.before("quarter", today)
    period = f"{ended.year}-Q{(ended.month + 2) // 3}"
    one = _round(secretariat, name, today, today + timedelta(42), period)
    replies = []
    for host, viewer in ministries.items():
        yield timedelta(days=10)
        replies.append(
            _answer(viewer, one, round(FIGURES[host] * share, 1), "National hotline, figures of the quarter")
        )
    yield timedelta(days=5)
    for reply in replies:
        reply_steps.publish(secretariat, PLAIN, reply, reply.revision)
    rounds.close(secretariat, PLAIN, one)


def _capabilities(viewer: Viewer, number: int) -> None:
    """A ministry declares the capabilities of the third target, and one of them anew."""
    on = timezone.localdate() - timedelta(days=200)
    said = [(13, Phase.SECOND), (14, Phase.BUILDING), (20, Phase.THIRD), (13, Phase.THIRD)]
    for capability, phase in said[: 4 - number]:
        source = f"Self-assessment of {viewer.organisation.name}"
        maturity.declare(viewer, PLAIN, capability, phase, on + timedelta(days=30 * number), source)


def _police(ministry: Viewer) -> str:
    return f"National police of {ministry.organisation.member}"


def _join(secretariat: Viewer) -> None:
    joined = timezone.localdate() - timedelta(days=4 * 365)
    for code, (endorsed_by, office, document) in ENDORSED.items():
        member = Member.objects.get(code=code)
        made = membership.join(
            secretariat, PLAIN, member, joined=joined, endorsed_by=endorsed_by, office=office, document=document
        )
        if code in {"XA", "XV"}:
            membership.back(
                secretariat,
                PLAIN,
                made,
                kind=Backing.MINISTERIAL_ENDORSEMENT,
                day=joined + timedelta(30),
                document=f"{code} letter of endorsement",
            )
    first = Member.objects.get(code="XA").memberships.get()
    membership.back(
        secretariat,
        PLAIN,
        first,
        kind=Backing.COUNCIL_CONCLUSIONS,
        day=joined + timedelta(60),
        document="Conclusions of the Council of the North, item 7",
    )


def _publish(viewer: Viewer, secretariat: Viewer, content: Content, one: Commitment | None = None) -> Commitment:
    written = actions.write(viewer, PLAIN, content, one, one.revision if one else 0)
    handed_in = actions.submit(viewer, PLAIN, written, written.revision)
    return actions.publish(secretariat, PLAIN, handed_in, handed_in.revision)


def _yearly(alliance: Alliance, ministries: dict[str, Viewer], secretariat: Viewer) -> Story:
    """A round that is over: every ministry answers, and in each reply something is new."""
    today = timezone.localdate()
    days = (today - timedelta(60), today) if alliance.ends is None else (today, today + timedelta(62))
    one = _round(secretariat, "Yearly round (synthetic)", *days, str(alliance.today.year - 1))
    for host, viewer in ministries.items():
        yield timedelta(days=18)
        years = range(alliance.today.year - 2, alliance.today.year)
        identified = [
            DeclaredValue("identified_flow", str(year), value, "", f"{_police(viewer)}, yearly report")
            for year, value in zip(years, IDENTIFIED[host], strict=True)
        ]
        reply = _answer(viewer, one, FIGURES[host], "National hotline, yearly figures", identified)
        reply_steps.publish(secretariat, PLAIN, reply, reply.revision)
    rounds.close(secretariat, PLAIN, one)


def _interim(ministries: dict[str, Viewer], secretariat: Viewer) -> Story:
    """A round that opens after the other: one reply is handed in, one is begun, the others are missing."""
    today = timezone.localdate()
    one = _round(secretariat, "Interim round (synthetic)", today, today + timedelta(40), str(today.year))
    yield timedelta(days=3)
    _answer(ministries["justice.vestrovia"], one, 57.0, "National hotline, preliminary")
    begun = _reply(ministries["justice.thalvia"], one)
    lines = round_queries.lines_now(begun)
    reply_intake.take(ministries["justice.thalvia"], begun, begun.revision, lines, [], PLAIN)


def _round(secretariat: Viewer, name: str, opens: date, closes: date, period: str) -> Round:
    planned = rounds.plan(secretariat, PLAIN, name=name, opens=opens, closes=closes, reminders=(14, 3), period=period)
    return rounds.open_now(secretariat, PLAIN, planned)


def _reply(viewer: Viewer, one: Round) -> RoundReply:
    return RoundReply.objects.select_related("round").get(round=one, member=viewer.organisation.member_id)


def _answer(viewer: Viewer, one: Round, figure: float, source: str, more: Sequence[DeclaredValue] = ()) -> RoundReply:
    """Say of each commitment that one more action is done, declare values, and hand the reply in."""
    reply = _reply(viewer, one)
    lines = [
        msgspec.structs.replace(line, content=_further(line.content, one)) for line in round_queries.lines_now(reply)
    ]
    values = [
        DeclaredValue("removal_72h", one.period, figure, "", source),
        DeclaredValue("known_material_share", one.period, None, "The hosts of the country do not count it yet"),
        *more,
    ]
    taken = reply_intake.take(viewer, reply, reply.revision, lines, values, PLAIN)
    return reply_steps.submit(viewer, PLAIN, taken, taken.revision)


def _further(content: Content, one: Round) -> Content:
    done = ActionLine(f"Training of the desk, reported in the {one.name.lower()}", None, "done", timezone.localdate())
    return msgspec.structs.replace(content, actions=(*content.actions, done))


def _amend(viewer: Viewer, secretariat: Viewer, one: Commitment) -> None:
    """Publish a third version outside of a round: the target is raised and a new authority answers."""
    one.refresh_from_db()
    before = queries.shown_content(one)
    changed: dict[str, Any] = {
        "owner": "Agency for the Protection of Children, Nordhavia",
        "target": msgspec.structs.replace(before.target, value=72.0),
    }
    _publish(viewer, secretariat, msgspec.structs.replace(before, **changed), one)


def _hand_in(viewer: Viewer, this: int) -> None:
    """Hand a commitment in that waits for the secretariat."""
    written = actions.write(viewer, PLAIN, _joint_teams(this, "National police of Vestrovia"))
    actions.submit(viewer, PLAIN, written, written.revision)


def _draft(viewer: Viewer) -> None:
    """Begin a commitment that only its ministry sees."""
    actions.write(viewer, PLAIN, Content("2012", "g3.1", "We will speak with children and parents about the risks."))
