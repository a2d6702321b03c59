"""Packages and answers under whatever order of acts: the laws hold after each of them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.node.reports.viewing.worlds import REASON, answer, confirm, make_terms, make_world

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.reports.desk.actions import claim, give_back
from vaern.node.reports.models import Assessment, PackedItem, Report, StationAnswer, ViewingStation, WorkPackage
from vaern.node.reports.rules.stations import Door, Standing
from vaern.node.reports.viewing import packages, stations

GIVEN = "reports.report.packaged"


class Packages(RuleBasedStateMachine):
    """Two people, two stations that come and go, three reports, and all that can be done to a package."""

    @initialize()
    def begin(self) -> None:
        self.world = make_world()
        self.stations = [self.world.station]
        self.reports = [self.world.report(f"https://h{n}.example/exact", claimed=False) for n in range(3)]
        self.packages: list[WorkPackage] = []
        self.sent: set[tuple[Any, ...]] = set()
        self.moment = timezone.now()

    def viewer(self, who: int) -> Any:
        return (self.world.viewer, self.world.second)[who]

    def package(self, n: int) -> WorkPackage:
        wanted = self.packages[n % len(self.packages)].pk
        return WorkPackage.everywhere.select_related("station__terms").get(pk=wanted)

    @rule(who=st.integers(0, 1), report=st.integers(0, 2))
    def claims(self, who: int, report: int) -> None:
        with suppress(Refusal):
            claim(self.viewer(who), REASON, self.reports[report])

    @rule(who=st.integers(0, 1), report=st.integers(0, 2))
    def gives_back(self, who: int, report: int) -> None:
        with suppress(Refusal):
            give_back(self.viewer(who), REASON, self.reports[report])

    @rule(who=st.integers(0, 1), chosen=st.sets(st.integers(0, 2)), station=st.integers(0, 3))
    def makes(self, who: int, chosen: set[int], station: int) -> None:
        viewer, at = self.viewer(who), self.stations[station % len(self.stations)]
        before = Entry.objects.filter(act=GIVEN).count()
        valid = ViewingStation.everywhere.select_related("terms").get(pk=at.pk).standing is Standing.VALID
        rows = Report.everywhere.filter(pk__in=[self.reports[n].pk for n in chosen])
        mine = rows.filter(claimed_by=viewer.person, claimed_until__gt=timezone.now()).count() == len(chosen)
        try:
            with viewing(self.world.desk.id):
                made = packages.make(viewer, REASON, at, [self.reports[n] for n in sorted(chosen)], 3)
        except Refusal:
            assert not (valid and mine and chosen)
            assert Entry.objects.filter(act=GIVEN).count() == before
            return
        assert valid
        assert mine
        assert Entry.objects.filter(act=GIVEN).count() == before + len(chosen)
        assert PackedItem.everywhere.filter(package=made).count() == len(chosen)
        self.packages.append(made)

    @rule(
        n=st.integers(0, 5), report=st.integers(0, 2), value=st.sampled_from(["a", "b", "z"]), by=st.sampled_from("AB")
    )
    def answers(self, n: int, report: int, value: str, by: str) -> None:
        if not self.packages:
            return
        package = WorkPackage.everywhere.select_related("station__terms").get(
            pk=self.packages[n % len(self.packages)].pk
        )
        given = answer(self.reports[report], value=value, by=by, at=self.moment + timedelta(minutes=1))
        packed = PackedItem.everywhere.filter(package=package, report=self.reports[report]).exists()
        before = StationAnswer.everywhere.count()
        try:
            (outcome,) = self.world.answer(package, given, door=Door.API)
        except Refusal:
            assert not package.open
            assert StationAnswer.everywhere.count() == before
            return
        assert package.open
        key = (package.pk, report, value, by)
        assert bool(outcome.faults) == (not packed or value == "z")
        assert outcome.made == (not outcome.faults and key not in self.sent)
        assert StationAnswer.everywhere.count() == before + outcome.made
        if outcome.made:
            self.sent.add(key)

    @rule(n=st.integers(0, 5), who=st.integers(0, 1))
    def takes(self, n: int, who: int) -> None:
        if not self.packages:
            return
        package = WorkPackage.everywhere.select_related("station__terms").get(
            pk=self.packages[n % len(self.packages)].pk
        )
        may = package.open and package.made_by_id == self.viewer(who).person.pk
        try:
            with viewing(self.world.desk.id):
                assert packages.take(self.viewer(who), package)
        except Refusal:
            assert not may
        else:
            assert may

    @rule(n=st.integers(0, 5))
    def ends(self, n: int) -> None:
        if self.packages:
            with suppress(Refusal):
                packages.end(self.world.viewer, REASON, self.packages[n % len(self.packages)])

    @rule(n=st.integers(0, 3))
    def revokes(self, n: int) -> None:
        with suppress(Refusal):
            stations.revoke(self.world.viewer, REASON, self.stations[n % len(self.stations)])

    @rule(confirmed=st.booleans())
    def registers(self, confirmed: bool) -> None:
        if len(self.stations) < 4:
            name = f"Room {len(self.stations)}"
            made = stations.register(self.world.viewer, REASON, name, "The desk", make_terms())
            if confirmed:
                confirm(self.world.second, made)
            self.stations.append(made)

    @invariant()
    def nothing_is_decided_and_no_address_is_told(self) -> None:
        if not hasattr(self, "world"):
            return
        assert not Assessment.everywhere.exists()
        for package in WorkPackage.everywhere.all():
            assert b"example" not in bytes(package.file)
            reports = PackedItem.everywhere.filter(package=package).values_list("report").distinct().count()
            assert package.reports == reports


@pytest.mark.slow
class TestPackages(TestCase):
    """Runs the machine, each run in a transaction of its own."""

    def test_walk(self) -> None:
        run_state_machine_as_test(
            Packages,
            settings=settings(
                max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
