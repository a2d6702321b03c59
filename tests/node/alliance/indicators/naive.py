"""Every indicator a second time: record by record, from the list of entries, as the definition's words say it.

Nothing of `vaern.node.alliance.indicators` is used here but the names of the results.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

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


def start(period: str, at: datetime) -> date:
    month = {"month": at.month, "quarter": (at.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return date(at.year, month, 1)


class Naive:
    """Values by key: (numerator, denominator) of shares, a number of counts, seconds of medians."""

    def __init__(self, events: list[Event], member_of: dict[Any, Any]) -> None:
        self.member_of = member_of
        self.now = events[-1].at if events else None
        self.shares: dict[Key, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        self.counts: dict[Key, int] = defaultdict(int)
        self.times: dict[Key, list[float]] = defaultdict(list)
        by_subject: dict[Any, list[Event]] = defaultdict(list)
        for event in events:
            by_subject[event.subject].append(event)
        for found in by_subject.values():
            self.series(found)
            self.report(found)
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
            for period in ("month", "quarter", "year")
            for part in {"", split}
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

    # The populations -------------------------------------------------------------------------------------------------

    def series(self, events: list[Event]) -> None:
        owner = next((e.owner for e in events if e.act.startswith("victims.series.")), None)
        said = [e.tags["children"] for e in events if e.act in (IDENTIFIED, SAFEGUARDED) and "children" in e.tags]
        children = int(said[-1]) if said else 1
        identified, safe = first(events, IDENTIFIED), moment(events, SAFEGUARDED)
        if identified:
            self.count("identified_flow", identified.at, identified.organisation, children)
            self.share("safeguarded_share", identified.at, identified.organisation, safe is not None)
        if safe:
            self.count("safeguarded_flow", safe, owner, children)
        opened = moment(events, "victims.series.opened")
        if opened and not moment(events, "victims.series.absorbed"):
            self.share("country_share", opened, owner, moment(events, "victims.series.country_proposed") is not None)
        given = moment(events, "victims.series.disseminated")
        if given:
            self.share("country_accepted_share", given, owner, moment(events, "victims.series.accepted") is not None)

    def report(self, events: list[Event]) -> None:
        arrival = first(events, "reports.report.received")
        if arrival is None:
            return
        owner = next(
            e.owner for e in events if e.act.startswith(("reports.report", "reports.outcome", "reports.assess"))
        )
        touched = moment(events, "reports.report.claimed", *(f"reports.assessment.{act}" for act in (
            "made", "concluded", "nothing", "second_asked")))  # fmt: skip
        if arrival.tags.get("urgent") == "1" and arrival.at + timedelta(minutes=15) <= self.now:
            soon = touched is not None and touched - arrival.at <= timedelta(minutes=15)
            self.share("urgent_triage", arrival.at, owner, soon)
            if touched is not None:
                for key in self.keys("urgent_triage", arrival.at, owner):
                    self.times[key].append((touched - arrival.at).total_seconds())
        said = [e.tags["outcome"] for e in events if e.act.startswith("reports.outcome.") and "outcome" in e.tags]
        final = [code for code in said if code not in ("in_progress", "opened", "joined", "passed_on")]
        if arrival.tags.get("copy") == "1":
            self.share("forwarded_with_outcome", arrival.at, owner, bool(final))
            if final:
                dropped = said[-1] in ("needs_more", "not_an_offence_here", "dropped")
                self.share("dropped_by_receiver", arrival.at, owner, dropped)
        elif arrival.count and "new" in arrival.tags:
            fresh = int(arrival.tags["new"])
            self.share("known_material_share", arrival.at, owner, True, of=arrival.count, hits=arrival.count - fresh)

    def location(self, events: list[Event]) -> None:
        owner = next(
            (e.owner for e in events if e.act.startswith(("reports.location", "reports.notice", "reports.hold"))), None
        )
        traced = moment(events, "reports.location.traced", "reports.location.host_changed")
        told = moment(events, "reports.location.police_told")
        if traced:
            self.share("held_share", traced, owner, moment(events, "reports.hold.begun") is not None)
            if traced + timedelta(hours=24) <= self.now:
                soon = told is not None and told - traced <= timedelta(hours=24)
                self.share("police_notice_24h", traced, owner, soon)
        notice, gone = first(events, "reports.notice.sent"), moment(events, "reports.location.offline")
        with_country = [e for e in events if e.act == "reports.notice.sent" and "country" in e.tags]
        with_host = [e for e in events if e.act == "reports.notice.sent" and "host" in e.tags]
        if notice:
            for code, hours in (("removal_24h", 24), ("removal_72h", 72), ("removal_7d", 168)):
                limit = timedelta(hours=hours)
                if notice.at + limit <= self.now:
                    self.share(
                        code, notice.at, owner, gone is not None and gone - notice.at <= limit,
                        split=with_country[0].tags["country"] if with_country else "",
                        source=with_host[0].tags["host"] if with_host else "",
                    )  # fmt: skip
        if gone:
            back = moment(events, "reports.location.reappeared", "reports.location.reported_again")
            self.share("reappearance", gone, owner, back is not None)

    def request(self, events: list[Event]) -> None:
        sent = first(events, "cases.assistance.sent")
        if sent is None:
            return
        owner = next(e.owner for e in events if e.act.startswith("cases.assistance."))
        answered = moment(events, "cases.assistance.answered")
        named = [e.tags["instrument"] for e in events if e.act == "cases.assistance.sent" and "instrument" in e.tags]
        split = named[0] if named else ""
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

    def values(self) -> dict[Key, tuple[float | None, int | None, int | None]]:
        """Value, numerator, denominator."""
        found: dict[Key, tuple[float | None, int | None, int | None]] = {}
        for key, number in self.counts.items():
            found[key] = (float(number), number, None)
        for key, parts in self.shares.items():
            top, of = (sum(pair[n] for pair in parts.values()) for n in (0, 1))
            found[key] = (round(100 * top / of, 2) if of else None, top, of)
        for key in [key for key in found if key[0] in ("urgent_triage", "assistance_days")]:
            unit = 60 if key[0] == "urgent_triage" else 86_400
            took = self.times.get(key)
            found[key] = (round(median(took) / unit, 2), None, len(took)) if took else (None, None, None)
        return found


IDENTIFIED, SAFEGUARDED = "victims.series.identified", "victims.series.safeguarded"
