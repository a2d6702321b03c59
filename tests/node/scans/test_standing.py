"""A hit on an entry that is disputed, or was recalled, makes no finding known: it is looked at as anything new."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from tests.node.scans.worlds import WHY, World, make_world

from vaern.formats import findings
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.scans import known, presenters, queries
from vaern.node.scans.actions import say_same
from vaern.node.scans.models import Finding, FindingMatch, Scan
from vaern.node.scans.results import read_lines
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
    assert "Disputed entry" in first
    assert second.index("<details>") < second.index("Disputed entry"), "beneath the nearest"
    assert "Disputed entry" not in third
    assert (take.total, take.known) == (2, 1)
