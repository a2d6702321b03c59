"""Whoever has every released file of a year can not narrow one number below five; without the guards they can."""

from __future__ import annotations

from functools import partial

import pytest
from tests.node.alliance.publishing.worlds import Attacker, an_alliance, file_of, released, secretariat

from vaern.node.alliance.publishing import preview_computation
from vaern.node.alliance.rules.releases import Scope
from vaern.node.alliance.rules.suppression.protection import protect

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_one_release_gives_no_small_number_away():
    an_alliance(seed=3, codes=("XA", "XV"))
    one = released(secretariat(), Scope(2025, 2025))
    tried, narrowed = Attacker([file_of(one)]).narrowed(every=6)
    assert tried > 5
    assert narrowed == []


def test_without_guards_the_attacker_succeeds(monkeypatch):
    an_alliance(seed=3, codes=("XA", "XV"))
    monkeypatch.setattr(preview_computation, "protect", partial(protect, guard=False))
    one = released(secretariat(), Scope(2025, 2025))
    _tried, narrowed = Attacker([file_of(one)]).narrowed(every=6)
    assert narrowed != []


@pytest.mark.slow
def test_all_releases_of_a_year_together_give_none_away():
    """Years first, then quarters, then months: each says more of the same."""
    an_alliance(seed=8, codes=("XA", "XV"), largest=4.0)
    viewer = secretariat()
    scopes = [Scope(2024, 2025, "years"), Scope(2025, 2025), Scope(2025, 2025, "months")]
    files = [file_of(released(viewer, scope)) for scope in scopes]
    tried, narrowed = Attacker(files).narrowed(every=4)
    assert tried > 50
    assert narrowed == []
