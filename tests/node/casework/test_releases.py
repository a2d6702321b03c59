"""Who sees a record over time: releases, recalls, expiry, erasure and closing, against a brute-force oracle."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from unittest import mock
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.node.factories import make_organisation, make_person, terms, viewer_for
from tests.node.scans.worlds import HEADER, WHY

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.recalls import actions as recalls
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.models import Entry
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.scans import actions
from vaern.node.scans.models import Scan

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SIZE = 4


class Sight(RuleBasedStateMachine):
    """Four organisations, the first owns a scan. The oracle is a list of facts and one loop over all of them."""

    @initialize()
    def begin(self) -> None:
        self.inside = transaction.atomic()
        self.inside.__enter__()
        self.clock = mock.patch("django.utils.timezone.now", lambda: self.now)  # noqa: PT008 - it moves
        self.now = BEGIN
        self.clock.start()
        kinds = [OrganisationKind.POLICE, OrganisationKind.HOTLINE, OrganisationKind.HUB, OrganisationKind.POLICE]
        self.organisations = [make_organisation(kind) for kind in kinds]
        roles = [Role.INVESTIGATOR, Role.ANALYST, Role.ANALYST, Role.INVESTIGATOR]
        self.people = [make_person(r, o) for r, o in zip(roles, self.organisations, strict=True)]
        self.scan, _made = actions.receive(self.viewer(0), WHY, "r", HEADER, finished=True)
        self.facts: list[dict[str, object]] = []
        self.closed: set[int] = set()
        self.erased = False

    def teardown(self) -> None:
        if hasattr(self, "inside"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.inside.__exit__(None, None, None)

    def viewer(self, number: int) -> Viewer:
        person = self.people[number]
        person.organisation.refresh_from_db()
        return viewer_for(person)

    def allowed(self, number: int) -> bool:
        """The oracle: by every fact in turn, whether an organisation sees the scan now."""
        if self.erased:
            return False
        if number == 0:
            return True
        return any(
            fact["to"] == number and not fact["recalled"] and self.now < fact["until"]  # type: ignore[operator]
            for fact in self.facts
        ) and not ({0, number} & self.closed)

    @rule(
        number=st.integers(0, SIZE - 1), days=st.integers(-1, 400), actor=st.integers(0, SIZE - 1), ground=st.booleans()
    )
    def release(self, number: int, days: int, actor: int, ground: bool) -> None:
        until = self.now + timedelta(days=days)
        crosses = self.organisations[number].regime != self.organisations[0].regime
        right = (
            actor == 0
            and number != 0
            and not self.erased
            and number not in self.closed
            and 0 < days <= 366
            and (ground or not crosses)
            and not self.allowed(number)
        )
        try:
            with viewing(self.organisations[actor].id):
                actions.release(
                    self.viewer(actor),
                    WHY,
                    self.scan,
                    [self.organisations[number].id],
                    terms(Handling.RED, until, "a law (synthetic)" if ground else ""),
                )
        except Refusal:
            # An owner that was closed still sees its own; nothing else of it is seen, so nothing else can be refused.
            assert not right
        else:
            assert right
            for fact in self.facts:
                fact["recalled"] = fact["recalled"] or fact["to"] == number
            self.facts.append({"to": number, "until": until, "recalled": False})

    @rule(number=st.integers(0, SIZE - 1), actor=st.integers(0, SIZE - 1))
    def recall(self, number: int, actor: int) -> None:
        there = any(fact["to"] == number and not fact["recalled"] for fact in self.facts)
        try:
            actions.recall(self.viewer(actor), WHY, self.scan, self.organisations[number].id)
        except Refusal:
            assert not (actor == 0 and there and not self.erased)
        else:
            assert actor == 0
            for fact in self.facts:
                fact["recalled"] = fact["recalled"] or fact["to"] == number

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(number=st.integers(0, SIZE - 1))
    def close_or_open(self, number: int) -> None:
        self.closed ^= {number}
        Organisation.objects.filter(pk=self.organisations[number].pk).update(active=number not in self.closed)

    @rule(actor=st.integers(0, SIZE - 1), really=st.integers(0, 9))
    def erase(self, actor: int, really: int) -> None:
        if really:
            return
        try:
            retention.erase(self.viewer(actor), WHY, self.scan)
        except Refusal:
            assert actor != 0 or self.erased
        else:
            assert actor == 0
            self.erased = True

    @rule(actor=st.integers(0, SIZE - 1))
    def acknowledge(self, actor: int) -> None:
        for waiting in list(Release.everywhere.filter(acknowledged_at=None).exclude(recalled_at=None)):
            try:
                recalls.acknowledge(self.viewer(actor), WHY, waiting.pk, Scan.KIND)
            except Refusal:
                assert waiting.recipient_id != self.organisations[actor].pk
            else:
                assert waiting.recipient_id == self.organisations[actor].pk

    @invariant()
    def everybody_sees_what_the_oracle_says(self) -> None:
        if not hasattr(self, "facts"):
            return
        for number, organisation in enumerate(self.organisations):
            with viewing(organisation.id):
                assert Scan.objects.filter(pk=self.scan.pk).exists() == self.allowed(number), number
                assert bool(Scan.objects.count()) == self.allowed(number)

    @invariant()
    def each_release_is_a_disclosure_with_its_recipient(self) -> None:
        if hasattr(self, "facts"):
            entries = Entry.objects.filter(act="organisations.release.made", subject=self.scan.pk)
            told = [entry.recipient for entry in entries.order_by("id")]
            assert told == [self.organisations[int(str(fact["to"]))].pk for fact in self.facts]


Sight.TestCase.settings = settings(max_examples=6, stateful_step_count=15, deadline=None)


@pytest.mark.once
@pytest.mark.django_db
class TestSight(Sight.TestCase):  # type: ignore[name-defined,misc]
    """The machine, with a database."""


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_release_recall_and_erasure_at_one_moment_leave_no_foreign_sight() -> None:
    police, hotline = make_organisation(OrganisationKind.POLICE), make_organisation(OrganisationKind.POLICE)
    officer = make_person(Role.INVESTIGATOR, police)
    viewer = viewer_for(officer)
    until = datetime.now(UTC) + timedelta(days=3)
    for _round in range(8):
        scan, _made = actions.receive(viewer, WHY, f"round {_round}", HEADER, finished=True)
        gate = threading.Barrier(4)
        failed: list[BaseException] = []

        def run(do: object, gate: threading.Barrier = gate, failed: list[BaseException] = failed) -> None:
            try:
                gate.wait()
                do()  # type: ignore[operator]
            except Refusal:
                pass
            except BaseException as error:
                failed.append(error)
            finally:
                connection.close()

        def give(scan: Scan = scan) -> None:
            releases.release(viewer, scan, [hotline.id], WHY, terms(Handling.RED, until))

        def take(scan: Scan = scan) -> None:
            releases.recall(viewer, scan, hotline.id, WHY)

        def erase(scan: Scan = scan) -> None:
            retention.erase(viewer, WHY, scan)

        threads = [threading.Thread(target=run, args=(do,)) for do in (give, give, take, erase)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        assert not Scan.everywhere.filter(pk=scan.pk).exists()
        open_ones = Release.everywhere.filter(record=scan.pk, recalled_at=None)
        assert not open_ones.exists(), "a release outlived its record"
        made = Entry.objects.filter(act="organisations.release.made", subject=scan.pk).count()
        assert made == Release.everywhere.filter(record=scan.pk).count()


@pytest.mark.django_db
def test_a_key_releases_nothing() -> None:
    from vaern.node.organisations.viewers import Viewer

    police = make_organisation(OrganisationKind.POLICE)
    officer = make_person(Role.INVESTIGATOR, police)
    scan, _made = actions.receive(viewer_for(officer), WHY, "r", HEADER, finished=True)
    key = Viewer(police, viewer_for(officer).permissions)
    other = make_organisation(OrganisationKind.HUB)
    with pytest.raises(Refusal):
        releases.release(
            key, scan, [other.id], WHY, terms(Handling.RED, datetime.now(UTC) + timedelta(days=1), "a law")
        )
    with pytest.raises(Refusal):
        releases.release(
            viewer_for(officer), scan, [UUID(int=1)], WHY, terms(Handling.RED, datetime.now(UTC) + timedelta(days=1))
        )
