"""What ends by the clock: typed words and answered requests go, entries and proofs stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.factories import viewer_for
from tests.node.oversight.worlds import make_world

from vaern.node.base.jobs import NIGHTLY
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Entry, Note
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.verify import verify_ledger
from vaern.node.oversight import actions, rules

pytestmark = pytest.mark.django_db


def test_words_go_after_their_time_and_the_ledger_still_verifies() -> None:
    world = make_world()
    for number in range(3):
        actions.open_request(viewer_for(world.overseers[0]), world.people[0], timezone.localdate(), f"file {number}")
    entries, notes = Entry.objects.count(), Note.objects.count()
    assert notes >= 3
    now = timezone.now()
    assert actions.erase_old_words(now + rules.WORDS_KEPT - timedelta(minutes=1)) == 0
    assert actions.erase_old_words(now + rules.WORDS_KEPT + timedelta(minutes=1)) == notes
    assert Entry.objects.count() == entries + 1, "the erasure is an entry too"
    assert list(Note.objects.values_list("words", flat=True)) == [""], "only the erasure's own list of numbers is left"
    assert actions.erase_old_words(now + 2 * rules.WORDS_KEPT) == 0, "the note of an erasure stays"
    sequence_once()
    assert not verify_ledger(verifier_key()).findings


def test_an_answered_request_goes_at_its_end_date_and_an_open_one_waits() -> None:
    world = make_world()
    viewer = viewer_for(world.overseers[0])
    answered, waiting = (
        actions.open_request(viewer, world.people[0], timezone.localdate(), f"file {number}") for number in range(2)
    )
    type(answered).everywhere.filter(pk=answered.pk).update(answered_at=timezone.now())
    assert actions.erase_old_requests(answered.review_date) == 0
    assert actions.erase_old_requests(answered.review_date + timedelta(days=1)) == 1
    assert list(type(answered).everywhere.values_list("pk", flat=True)) == [waiting.pk]
    assert Entry.objects.filter(act="oversight.request.expired", subject=world.people[0].id).count() == 1


def test_both_run_each_night() -> None:
    assert {"words", "requests", "scans", "sessions", "attempts", "failed_jobs"} <= NIGHTLY.keys()
