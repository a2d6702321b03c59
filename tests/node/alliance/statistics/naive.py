"""The statistics of one country and one year a second time: entry by entry, as the definitions' words say it.

Nothing of `vaern.node.alliance.statistics` is used here, and no table of tracks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.node.alliance.indicators.naive import Event

NAMED = {"public", "platform", "hotline", "police", "hub", "other", "own"}
SEX, AGE = ("girls", "boys", "others"), ("under3", "under14", "under18", "adult")


def numbers(events: Iterable[Event], own: set[Any], year: int) -> dict[tuple[str, str, str], int]:
    """Every number that is not zero, without totals of what has breakdowns."""
    found: Counter[tuple[str, str, str]] = Counter()
    of: dict[Any, list[Event]] = defaultdict(list)
    for event in events:
        of[event.subject].append(event)
    for said in of.values():
        _report(said, own, year, found)
        _child(said, own, year, found)
        _case(said, own, year, found)
        for item in {event.tags.get("item", "0") for event in said}:
            _location([event for event in said if event.tags.get("item", "0") == item], own, year, found)
    return {place: number for place, number in found.items() if number}


def _in(event: Event | None, year: int) -> bool:
    return event is not None and event.at.astimezone(UTC).year == year


def _first(said: list[Event], act: str) -> Event | None:
    return next((event for event in said if event.act == act), None)


def _last(said: list[Event], *acts: str) -> str:
    return next((event.act for event in said[::-1] if event.act in acts), "")


def _tag(said: list[Event], act: str, name: str) -> str | None:
    return next((event.tags[name] for event in said if event.act == act and name in event.tags), None)


def _report(said: list[Event], own: set[Any], year: int, found: Counter[tuple[str, str, str]]) -> None:
    act = "reports.report.received"
    came = _first(said, act)
    if came is None or not _in(came, year) or came.owner not in own:
        return
    if _tag(said, act, "copy") == "1" and _tag(said, act, "home") == "1":
        return
    source = _tag(said, act, "from")
    found["reports", "source", source if source in NAMED else "not_recorded"] += 1
    aside = _last(said, "reports.report.set_aside", "reports.report.separated")
    found["reports", "repetition", "again" if aside.endswith("set_aside") else "first"] += 1
    word = _last(
        said,
        "reports.assessment.concluded",
        "reports.assessment.nothing",
        "reports.law.closed",
        "reports.assessment.undone",
        "reports.report.reopened",
    )
    meant = {"concluded": "acted_on", "nothing": "nothing", "closed": "nothing"}
    found["reports", "conclusion", meant.get(word.rpartition(".")[2], "open")] += 1
    items = next((event.count for event in said if event.act == act and event.count is not None), 0)
    new = _tag(said, act, "new")
    if new is None:
        found["items", "novelty", "not_recorded"] += items
    else:
        found["items", "novelty", "new"] += min(int(new), items)
        found["items", "novelty", "known"] += items - min(int(new), items)


def _child(said: list[Event], own: set[Any], year: int, found: Counter[tuple[str, str, str]]) -> None:
    stands = [event for event in said if event.act in ("victims.series.identified", "victims.series.retracted")]
    if not stands or stands[-1].act.endswith("retracted"):
        return
    merges = [e.tags["twice"] for e in said if e.act in (ABSORBED, "victims.series.restored") and "twice" in e.tags]
    last = stands[-1]
    if merges[-1:] == ["1"] or last.organisation not in own:
        return
    children = int(last.tags["children"])
    if _in(last, year):
        for breakdown, names in (("sex", SEX), ("age", AGE)):
            counts = {name: int(last.tags[name]) for name in names}
            for name, number in counts.items():
                found["children", breakdown, name] += number
            found["children", breakdown, "not_recorded"] += children - sum(counts.values())
    safe = [event for event in said if event.act == "victims.series.safeguarded"]
    if safe and safe[-1].at >= last.at and _in(safe[-1], year):
        found["safeguarded", "", ""] += children


ABSORBED = "victims.series.absorbed"


def _case(said: list[Event], own: set[Any], year: int, found: Counter[tuple[str, str, str]]) -> None:
    case = [event for event in said if event.act.startswith(("cases.case", "cases.outcome"))]
    if not case or case[0].owner not in own:
        return
    quiet = _last(case, "cases.case.silenced", "cases.case.spoke", "cases.case.silence_ended")
    if quiet == "cases.case.silenced" or _last(case, "cases.case.merged", "cases.case.separated").endswith("merged"):
        return
    codes = ["suspect_identified", "charged", "convicted"]
    for number, statistic in enumerate(("suspects", "charged", "convicted")):
        told = [e for e in case if e.act == "cases.outcome.said" and e.tags.get("outcome") in codes[number:]]
        found[statistic, "", ""] += bool(told) and _in(told[0], year)


def _location(said: list[Event], own: set[Any], year: int, found: Counter[tuple[str, str, str]]) -> None:
    notice, gone = _first(said, "reports.notice.sent"), _first(said, "reports.location.offline")
    if notice is None or not _in(notice, year) or said[0].owner not in own:
        return
    if gone is None or gone.at >= notice.at:
        found["notified", "taken_down", "gone" if gone else "not_gone"] += 1
