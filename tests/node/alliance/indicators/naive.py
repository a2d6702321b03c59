"""Every indicator a second time: record by record, from the list of entries, as the definition's words say it.

Nothing of `vaern.node.alliance.indicators` is used here but the names of the results.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERRALS = {
    "referral_suspect": {"suspect_identified", "charged", "convicted"},
    "referral_charged": {"charged", "convicted"},
    "referral_convicted": {"convicted"},
    "referral_child": {"victim_safeguarded"},
}

CASES = {
    "suspects_identified": {"suspect_identified", "charged", "convicted"},
    "suspects_charged": {"charged", "convicted"},
    "suspects_convicted": {"convicted"},
}

Key = tuple[str, Any, str, date, str]
"""Code, member (None: all), period, first day, split."""


@dataclass
class Event:
    act: str
    at: datetime
    subject: Any
    owner: Any
    organisation: Any
    count: int | None = None
    tags: dict[str, str] = field(default_factory=dict)


def first(events: list[Event], *acts: str) -> Event | None:
    return next((event for event in events if event.act in acts), None)


def moment(events: list[Event], *acts: str) -> datetime | None:
    found = first(events, *acts)
    return found.at if found else None


def last(events: list[Event], *acts: str) -> Event | None:
    return first(events[::-1], *acts)


def first_said(events: list[Event], act: str, tag: str) -> str | None:
    return next((event.tags[tag] for event in events if event.act == act and tag in event.tags), None)


def stands(events: list[Event], acts: str | tuple[str, ...], taken_back: str | tuple[str, ...]) -> bool:
    said, back = ((one,) if isinstance(one, str) else one for one in (acts, taken_back))
    found = last(events, *said, *back)
    return found is not None and found.act in said


def start(period: str, at: datetime) -> date:
    month = {"month": at.month, "quarter": (at.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return date(at.year, month, 1)


class Naive:
    """Values by key: (numerator, denominator) of shares, a number of counts, seconds of medians."""

    def __init__(self, events: list[Event], member_of: dict[Any, Any], joined: dict[Any, date]) -> None:
        self.member_of, self.joined = member_of, joined
        self.now = max(event.at for event in events)
        self.shares: dict[Key, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        self.counts: dict[Key, int] = defaultdict(int)
        self.times: dict[Key, list[float]] = defaultdict(list)
        self.flows: dict[Any, list[tuple[date, int]]] = defaultdict(list)
        self.began = events[0].at.astimezone(UTC).date()
        by_subject: dict[Any, list[Event]] = defaultdict(list)
        for event in events:
            by_subject[event.subject].append(event)
        for found in by_subject.values():
            self.series(found)
            self.report(found)
            self.case(found)
            self.request(found)
            for item in {event.tags.get("item", "0") for event in found}:
                of_item = [event for event in found if event.tags.get("item", "0") == item]
                self.location(of_item)
                self.preservation(of_item)

    # Putting one record into its periods -----------------------------------------------------------------------------

    def keys(self, code: str, at: datetime, organisation: Any, split: str = "") -> list[Key]:
        member = self.member_of.get(organisation)
        return [
            (code, who, period, start(period, at.astimezone(UTC)), part)
            for who in {member, None}
            for period in PERIODS
            for part in ({"", split} if who is None else {""})
        ]

    def share(
        self,
        code: str,
        at: datetime,
        owner: Any,
        hit: bool,
        *,
        of: int = 1,
        hits: int | None = None,
        split: str = "",
        source: str = "",
    ) -> None:
        for key in self.keys(code, at, owner, split):
            pair = self.shares[key][source]
            pair[0] += (of if hits is None else hits) if hit else 0
            pair[1] += of

    def count(self, code: str, at: datetime, owner: Any, number: int) -> None:
        for key in self.keys(code, at, owner):
            self.counts[key] += number

    def flow(self, at: datetime, organisation: Any, children: int) -> None:
        for who in {self.member_of.get(organisation), None}:
            self.flows[who].append((at.astimezone(UTC).date(), children))

    # The populations -------------------------------------------------------------------------------------------------

    def series(self, events: list[Event]) -> None:
        rooms = ("victims.series.", "victims.country.", "victims.copy.")
        owner = next((e.owner for e in events if e.act.startswith(rooms)), None)
        said = last(events, *IDENTIFIED)
        numbers = [e.tags["children"] for e in events if e.act in IDENTIFIED and "children" in e.tags]
        children = int(numbers[-1]) if numbers else 1
        merged = [e for e in events if e.act in (ABSORBED, RESTORED)]
        twice = [e.tags["twice"] for e in merged if "twice" in e.tags]
        known = said if stands(events, IDENTIFIED, RETRACTED) and twice[-1:] != ["1"] else None
        made_safe = last(events, *SAFEGUARDED)
        safe = made_safe.at if made_safe and known and made_safe.at >= known.at else None
        if known:
            self.count("identified_flow", known.at, known.organisation, children)
            self.flow(known.at, known.organisation, children)
            self.share("safeguarded_share", known.at, known.organisation, safe is not None, of=children)
            if safe:
                self.count("safeguarded_flow", safe, known.organisation, children)
        opened = moment(events, "victims.series.opened")
        if opened and not stands(events, ABSORBED, RESTORED):
            self.share("country_share", opened, owner, stands(events, PROPOSED, "victims.country.dropped"))
        given = moment(events, "victims.series.disseminated")
        if given:
            accepted = stands(events, "victims.series.accepted", "victims.series.given_back")
            self.share("country_accepted_share", given, owner, accepted)

    def report(self, events: list[Event]) -> None:
        arrival = first(events, "reports.report.received")
        if arrival is None:
            return
        owner = next(
            e.owner
            for e in events
            if e.act.startswith(("reports.report", "reports.outcome", "reports.assess", "reports.law"))
        )
        touched = moment(
            events,
            "reports.report.claimed",
            *(f"reports.assessment.{act}" for act in ("made", "concluded", "nothing", "second_asked")),
        )
        urgent, copy, new = (first_said(events, arrival.act, tag) for tag in ("urgent", "copy", "new"))
        items = next((e.count for e in events if e.act == arrival.act and e.count is not None), None)
        if urgent == "1" and arrival.at + timedelta(minutes=15) <= self.now:
            soon = touched is not None and touched - arrival.at <= timedelta(minutes=15)
            self.share("urgent_triage", arrival.at, owner, soon)
            if touched is not None:
                for key in self.keys("urgent_triage", arrival.at, owner):
                    self.times[key].append((touched - arrival.at).total_seconds())
        if first_said(events, arrival.act, "from") == "public":
            self.count("public_reports", arrival.at, owner, 1)
        said = [e.tags["outcome"] for e in events if e.act.startswith("reports.outcome.") and "outcome" in e.tags]
        final = [code for code in said if code not in ("in_progress", "opened", "joined", "passed_on")]
        if copy == "1":
            self.share("forwarded_with_outcome", arrival.at, owner, bool(final))
            if final:
                dropped = said[-1] in ("needs_more", "not_an_offence_here", "dropped")
                self.share("dropped_by_receiver", arrival.at, owner, dropped)
            for code, meant in REFERRALS.items():
                self.share(code, arrival.at, owner, bool(meant & set(said)))
        elif items and new is not None:
            self.share("known_material_share", arrival.at, owner, True, of=items, hits=items - int(new))

    def location(self, events: list[Event]) -> None:
        owner = next(
            (e.owner for e in events if e.act.startswith(("reports.location", "reports.notice", "reports.hold"))), None
        )
        traced = moment(events, "reports.location.traced", "reports.location.host_changed")
        told = moment([e for e in events if "told" in e.tags], POLICE_TOLD, "reports.location.followed")
        if traced:
            self.share("held_share", traced, owner, moment(events, "reports.hold.begun") is not None)
            if traced + timedelta(hours=24) <= self.now:
                soon = told is not None and told - traced <= timedelta(hours=24)
                self.share("police_notice_24h", traced, owner, soon)
        notice, gone = first(events, NOTIFIED), moment(events, "reports.location.offline")
        country, host = (first_said(events, NOTIFIED, tag) or "" for tag in ("country", "host"))
        if notice and not (gone and gone < notice.at):
            for code, hours in (("removal_24h", 24), ("removal_72h", 72), ("removal_7d", 168)):
                limit = timedelta(hours=hours)
                if notice.at + limit <= self.now:
                    self.share(
                        code,
                        notice.at,
                        owner,
                        gone is not None and gone - notice.at <= limit,
                        split=country,
                        source=host,
                    )
        if gone:
            seen = [e for e in events if e.tags.get("back") == "1" and e.act in BACK]
            self.share("reappearance", gone, owner, bool(seen) and seen[-1].at > gone)

    def case(self, events: list[Event]) -> None:
        own = [e for e in events if e.act.startswith(("cases.outcome", "cases.case"))]
        silence = [
            e.act for e in own if e.act in ("cases.case.silenced", "cases.case.spoke", "cases.case.silence_ended")
        ]
        if not own or silence[-1:] == ["cases.case.silenced"]:
            return
        if stands(own, "cases.case.merged", "cases.case.separated"):
            return
        for code, meant in CASES.items():
            when = next((e.at for e in own if e.act == "cases.outcome.said" and e.tags.get("outcome") in meant), None)
            if when:
                self.count(code, when, own[0].owner, 1)

    def request(self, events: list[Event]) -> None:
        sent = first(events, "cases.assistance.sent")
        if sent is None:
            return
        owner = next(e.owner for e in events if e.act.startswith("cases.assistance."))
        answered = moment(events, "cases.assistance.answered")
        if first_said(events, sent.act, "kind") not in ("produce", "mla"):
            return
        split = first_said(events, sent.act, "instrument") or ""
        self.share("assistance_days", sent.at, owner, answered is not None, split=split)
        if answered is not None:
            for key in self.keys("assistance_days", sent.at, owner, split):
                self.times[key].append((answered - sent.at).total_seconds())

    def preservation(self, events: list[Event]) -> None:
        lapsed = moment(events, "cases.clock.lapsed")
        came = [e for e in events if e.tags.get("how") == "answered"]
        answered = moment(came, "cases.clock.settled")
        if lapsed or answered:
            owner = next(e.owner for e in events if e.act.startswith("cases.clock."))
            ended = min(at for at in (lapsed, answered) if at)
            self.share("preservations_lapsed", ended, owner, lapsed is not None and (not answered or lapsed < answered))

    # Results ---------------------------------------------------------------------------------------------------------

    def values(self) -> dict[Key, tuple[Any, ...]]:
        """Value (or why there is none), numerator, denominator, what is without the largest source, what is beside."""
        found: dict[Key, tuple[Any, ...]] = {}
        for key, number in self.counts.items():
            found[key] = (float(number), number, None, None, None)
        for key, parts in self.shares.items():
            top, of = (sum(pair[n] for pair in parts.values()) for n in (0, 1))
            found[key] = (percent(top, of), top, of, self.rest(key, parts, top, of), None)
        for key in [key for key in found if key[0] in ("urgent_triage", "assistance_days")]:
            unit = 60 if key[0] == "urgent_triage" else 86_400
            took = self.times.get(key)
            _value, top, of, *_rest = found[key]
            beside = {"hits": top, "of": of, "share": percent(top, of)}
            value = (round(median(took) / unit, 2), None, len(took)) if took else ("nothing", None, None)
            found[key] = (*value, None, beside)
        return found | dict(self.derived())

    def rest(self, key: Key, parts: dict[str, list[int]], top: int, of: int) -> dict[str, Any] | None:
        if not key[0].startswith("removal") or len(parts) < 2:
            return None
        largest = min(parts, key=lambda source: (-parts[source][1], source))
        left = top - parts[largest][0], of - parts[largest][1]
        share = round(100 * parts[largest][1] / of, 2)
        return {"value": percent(*left), "numerator": left[0], "denominator": left[1], "largest": share}

    def derived(self) -> Iterator[tuple[Key, tuple[Any, ...]]]:
        """Stock and growth, day by day."""
        today = self.now.astimezone(UTC).date()
        for who, days in self.flows.items():
            for period in PERIODS:
                for begins, ends in whole_periods(period, self.began, today):
                    stock = sum(n for day, n in days if day < ends)
                    yield ("identified_stock", who, period, begins, ""), (float(stock), stock, None, None, None)
                    if period == "month" or ends > today:
                        continue
                    year = begins.replace(year=begins.year - 1), ends.replace(year=ends.year - 1)
                    flow, then = (sum(n for day, n in days if a <= day < b) for a, b in ((begins, ends), year))
                    before = sum(n for day, n in days if day < year[1])
                    covered = year[0] > start(period, datetime(self.began.year, self.began.month, 1, tzinfo=UTC))
                    for code, new, old in (("flow", flow, then), ("stock", stock, before)):
                        key = (f"identified_{code}_growth", who, period, begins, "")
                        if who in self.late(year[0]):
                            yield key, ("joined_meanwhile", None, None, None, None)
                        elif not covered:
                            yield key, ("no_comparison", None, None, None, None)
                        elif old == 0:
                            yield key, ("from_zero", new, 0, None, None)
                        else:
                            yield key, (round(100 * (new - old) / old, 2), new, old, None, None)

    def late(self, begins: date) -> set[Any]:
        return {who for who, joined in self.joined.items() if joined > begins}


def percent(top: int, of: int) -> float | None:
    return round(100 * top / of, 2) if of else None


def whole_periods(period: str, first: date, last: date) -> Iterator[tuple[date, date]]:
    """First day of each period and of the next, from that of one day to that of another."""
    day, begins = first, start(period, datetime(first.year, first.month, 1, tzinfo=UTC))
    while True:
        day += timedelta(days=1)
        ends = start(period, datetime(day.year, day.month, 1, tzinfo=UTC))
        if ends != begins:
            yield begins, ends
            if ends > last:
                return
            begins = ends


PERIODS = ("month", "quarter", "year")
IDENTIFIED, RETRACTED, SAFEGUARDED = (
    (f"victims.series.{act}", f"victims.copy.{act}") for act in ("identified", "retracted", "safeguarded")
)
RETRACTED += ("victims.copy.overruled",)
SAFEGUARDED += ("victims.copy.safe",)
ABSORBED, RESTORED, PROPOSED = "victims.series.absorbed", "victims.series.restored", "victims.country.proposed"
NOTIFIED, POLICE_TOLD = "reports.notice.sent", "reports.location.police_told"
BACK = ("reports.location.reappeared", "reports.location.reported_again")
