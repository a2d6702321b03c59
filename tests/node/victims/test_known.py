"""*Look up a hash* says how a signal stands, and by whom only to those who may know: against a slow, plain answer."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.node.factories import make_key, make_person, terms
from tests.node.victims.factories import FINDING, add_file, digest, make_desk, make_series, make_specialist

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Permission, Role
from vaern.node.victims.models import Member, Openness, Series
from vaern.node.victims.rules import sharing as rules
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Standing
from vaern.node.victims.sharing import hash_checks
from vaern.node.victims.sharing.hash_checks import TooOftenError, known
from vaern.records import Signal

pytestmark = pytest.mark.django_db


def sha(number: int) -> Signal:
    return Signal("sha256", digest(number))


def plainly(viewer: Any, signal: Signal, named: set[Any], released: set[Any]) -> tuple[Standing, set[str], bool]:
    """Answer by looking at every file of every series."""
    owners, others, standing = set(), False, Standing.UNKNOWN
    for member in Member.everywhere.filter(sha256=signal.value).select_related("series__organisation"):
        series = member.series
        own = rules.standing_of(
            State(series.state),
            identified=series.identified_on is not None,
            safeguarded=series.safeguarded_on is not None,
        )
        standing = min(standing, own, key=list(Standing).index)
        if series.organisation == viewer.organisation or series.pk in released or series.organisation_id in named:
            owners.add(series.organisation.name)
        else:
            others = True
    return standing, owners, others


@pytest.mark.once
def test_the_answer_is_the_plain_one() -> None:
    draw = random.Random(5)
    desks = [make_desk() for _ in range(4)]
    viewer = make_specialist(desks[0])
    today = timezone.localdate()
    named, released = {desks[1].pk}, set()
    Openness.everywhere.create(organisation=desks[1], named=True)
    for n in range(14):
        owner = draw.choice(desks)
        fields: dict[str, Any] = draw.choice(
            [
                {},
                {"state": "disseminated"},
                {"state": "stopped"},
                {"state": "closed"},
                {"state": "identified", "identified_on": today, "identified_by": owner},
                {"state": "safeguarded", "identified_on": today, "identified_by": owner, "safeguarded_on": today},
            ]
        )
        series = make_series(owner, tuple(draw.sample(range(12), 3)), **fields)
        if n % 3 == 0 and owner != viewer.organisation:
            until = timezone.now() + timedelta(days=9)
            with viewing(owner.pk):
                giver = make_specialist(owner)
                releases.release(giver, series, [viewer.organisation.pk], FINDING, terms(Handling.RED, until))
            released.add(series.pk)
    with viewing(viewer.organisation.pk):
        answers = known(viewer, FINDING, [sha(n) for n in range(14)])
        for answer in answers:
            standing, owners, others = plainly(viewer, answer.signal, named, released)
            assert (answer.standing, {one.name for one in answer.by}, answer.others) == (standing, owners, others)
            seen = {one.pk for one in Series.objects.filter(members__sha256=answer.signal.value)}
            assert {one.pk for one in answer.series} == seen
    entry = Entry.objects.filter(act="victims.known.asked").get()
    assert (entry.count, entry.why, entry.verb) == (14, "victim_identification", "consultation")


def test_a_picture_that_looks_alike_is_known_too() -> None:
    owner, viewer = make_desk(), make_specialist()
    value = bytes([0xF0] * 32)
    add_file(make_series(owner), 900, pdq=value)
    near = bytes([0xF1] * 15 + [0xF0] * 17)
    far = bytes([0xF3] * 32)
    with viewing(viewer.organisation.pk):
        close, away = known(viewer, FINDING, [Signal("pdq", near), Signal("pdq", far)])
    assert (close.standing, close.near, close.others, close.by) == (Standing.WORKED_ON, True, True, ())
    assert (away.standing, away.near) == (Standing.UNKNOWN, False)


def test_what_was_erased_is_not_known_any_more() -> None:
    viewer, series = make_specialist(), make_series(make_desk(), (77,))
    add_file(series, 901, pdq=bytes([0x0F] * 32))
    with viewing(viewer.organisation.pk):
        asked = [sha(77), Signal("pdq", bytes([0x0F] * 32))]
        assert all(one.standing is Standing.WORKED_ON for one in known(viewer, FINDING, asked))
        Series.everywhere.filter(pk=series.pk).delete()
        assert all(one.standing is Standing.UNKNOWN for one in known(viewer, FINDING, asked))


def test_nobody_asks_for_a_list_of_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hash_checks.rules, "ASKED_OF_PERSON", (1 / 3_600, 2.0))
    viewer = make_specialist()
    with viewing(viewer.organisation.pk):
        for _ in range(2):
            known(viewer, FINDING, [sha(1)])
        with pytest.raises(TooOftenError):
            known(viewer, FINDING, [sha(1)])
        with pytest.raises(Refusal):
            known(viewer, FINDING, [])
        with pytest.raises(Refusal):
            known(viewer, FINDING, [sha(1)] * (rules.MOST_ASKED + 1))


def test_a_program_asks_too(client: Any) -> None:
    person = make_person(Role.IDENTIFIER, make_desk())
    _key, header = make_key(person, Permission.SERIES_VIEW)
    make_series(make_desk(), (5,))
    asked = {"signals": [{"kind": "sha256", "value": digest(n).hex()} for n in (5, 6)]}
    headers = {"Authorization": f"Bearer {header}", "Vaern-Reason": "victim_identification"}
    answer = client.post("/api/series/known", asked, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    first, second = answer.json()["items"]
    assert (first["standing"], first["by"], first["others"], first["series"]) == ("worked_on", [], True, [])
    assert (second["standing"], second["others"]) == ("unknown", False)
