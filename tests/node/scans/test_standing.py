"""A hit on an entry that is disputed, or was recalled, makes no finding known: it is looked at as anything new."""

from __future__ import annotations

import itertools
import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.node.scans.worlds import WHY, World, make_world

from vaern.formats import findings
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.scans import exports, known, presenters, queries, standing
from vaern.node.scans.actions import say_same
from vaern.node.scans.models import Finding, FindingMatch, Scan
from vaern.node.scans.results import read_lines
from vaern.node.scans.rules import COUNTED
from vaern.node.victims.grouping.takes import take_scan
from vaern.records import Finding as Found
from vaern.records import Match, Media, Signal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def line(verdict: str, number: int, *hits: tuple[str, str, bool]) -> bytes:
    """A line of a scan: of each hit the kind, the entry, and whether that is disputed."""
    digest = Signal("md5", bytes([number]) * 16)
    matches = tuple(Match(kind, "", entry, 0, "one", "7", disputed=no) for kind, entry, no in hits)
    return findings.encode(Found(Media("", 9, "image/jpeg", (digest,)), verdict, matches))


def test_the_database_knows_what_the_rule_knows(world: World) -> None:
    scan = Scan.everywhere.create(organisation=world.police, reference="r", review_date=date(2031, 1, 1))
    cases = itertools.product(
        ("known", "near", "new"), ("", "md5", "pdq"), (None, True, False), ("", "disputed", "recalled")
    )
    for number, (verdict, kind, same, fallen) in enumerate(cases, start=1):
        given = {"verdict": verdict, "matched_kind": kind, "same": same, "fallen": fallen}
        made = Finding.everywhere.create(scan=scan, number=number, **given)
        found = Finding.everywhere.filter(pk=made.pk)
        met, exact = verdict != "new", kind == "md5" or (verdict == "known" and not kind)
        assert found.filter(known.KNOWN).exists() == (met and not fallen and (exact or same is True)), given
        assert found.filter(known.ASKED).exists() == (met and not fallen and not exact and same is None), given


HITS = st.lists(
    st.tuples(st.sampled_from(["md5", "pdq"]), st.sampled_from("abc"), st.booleans()),
    max_size=3,
    unique_by=lambda one: one[1],
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["", "disputed", "recalled"])),
        st.tuples(st.integers(1, 4), st.booleans()),
    ),
    max_size=6,
)


@pytest.mark.once
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(HITS, min_size=1, max_size=4), steps=STEPS)
def test_a_scan_counts_what_is_known_of_it_now(world: World, files: list[Any], steps: list[Any]) -> None:
    """Worked out of every finding anew, after whatever became of entries and whatever people said of near findings."""
    lines = [line(_verdict(hits), n, *sorted(hits, key=_nearness)) for n, hits in enumerate(files, start=1)]
    scan = world.scan(f"r{Scan.everywhere.count()}", read_lines(b"".join(lines)))
    for what, how in [("", ""), *steps]:
        if isinstance(what, int):
            with viewing(world.police.id), suppress(Refusal):
                say_same(world.viewer, WHY, scan, what, same=how)
        else:
            rows = FindingMatch.everywhere.filter(finding__scan=scan, entry=what)
            rows.update(fallen=how, fallen_at=timezone.now() if how else None)
            ids = list(rows.values_list("finding", flat=True))
            standing.follow(ids, standing.locked(ids))
        now = Scan.everywhere.get(pk=scan.pk)
        found = list(Finding.everywhere.filter(scan=scan))
        for code, column in COUNTED.items():
            assert getattr(now, column) == Finding.everywhere.filter(known.counted(code), scan=scan).count()
            assert getattr(now, column) == sum(known.counted_as(one) == code for one in found), code
        assert now.known_or_same == Finding.everywhere.filter(known.KNOWN, scan=scan).count()
        assert now.total == len(files)
        assert all((one.fallen == "") == (one.fallen_at is None) for one in found)


def _nearness(hit: tuple[str, str, bool]) -> tuple[bool, bool]:
    return hit[2], hit[0] == "pdq"


def _verdict(hits: list[tuple[str, str, bool]]) -> str:
    """As `vaern scan` gives it: known by an exact hit that nobody disputes."""
    return ("known" if ("md5", False) in {(kind, no) for kind, _entry, no in hits} else "near") if hits else "new"


def test_a_disputed_hit_is_shown_as_such_asked_of_nobody_and_goes_where_new_files_go(world: World) -> None:
    lines = line("near", 1, ("md5", "doubted", True)) + line("known", 2, ("md5", "sure", False), ("pdq", "d", True))
    scan = world.scan("r", read_lines(lines + line("near", 3, ("pdq", "alike", False))))
    doubted, sure, alike = Finding.everywhere.filter(scan=scan).order_by("number")
    assert [one.fallen for one in (doubted, sure, alike)] == ["disputed", "", ""]
    assert dict(FindingMatch.everywhere.values_list("entry", "fallen")) == {
        "doubted": "disputed",
        "sure": "",
        "d": "disputed",
        "alike": "",
    }
    assert set(Finding.everywhere.filter(known.KNOWN)) == {sure}
    with viewing(world.police.id):
        page = queries.opened(world.viewer, scan, WHY, "", {})
        first, second, third = (str(row.cells[6]) for row in presenters.findings_table(scan, page).rows)
        assert page.near == [alike]
        with pytest.raises(Refusal):
            say_same(world.viewer, WHY, scan, doubted.number, same=True)
        assert [row[:3] for row in queries.said(world.viewer, scan)] == [("one", "7", "")]
        take = take_scan(world.viewer, WHY, scan)
        scan.refresh_from_db()
        assert presenters.head(scan).title == "r · 3 findings: known 1, near 1, fallen 1"
        assert [row.number for row in queries.findings(world.viewer, scan, WHY, "fallen", {}).rows] == [1]
        _sight, out = queries.export(world.viewer, scan, WHY, ["known", "fallen"])
    told = [one["match"] for one in json.loads(exports.as_json("", scan, out))["findings"]]
    assert [(one["fallen"], one["fallen_at"] is None) for one in told] == [("disputed", False), (None, True)]
    table = exports.as_csv("", out).splitlines()
    assert table[1].endswith(",match_fallen,match_fallen_at")
    assert [(row.split(",")[-2], bool(row.split(",")[-1])) for row in table[2:]] == [("disputed", True), ("", False)]
    assert "Disputed entry" in first
    assert second.index("<details>") < second.index("Disputed entry"), "beneath the nearest"
    assert "Disputed entry" not in third
    assert (take.total, take.known) == (2, 1)
