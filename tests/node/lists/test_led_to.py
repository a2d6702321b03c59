"""What rests on matches with a list is counted, each thing once, whatever path leads to it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, terms, viewer_for
from tests.node.lists.factories import QUALITY, curator, make_list
from tests.node.lists.worlds import make_world

from vaern.node.base.jobs import NIGHTLY
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.curation import queries
from vaern.node.lists.curation.presenters import page_context
from vaern.node.lists.models import HashList
from vaern.node.lists.recalls.counting import led_to
from vaern.node.lists.recalls.tracing import Rested, rested_on
from vaern.node.lists.rules.effects import EffectKind
from vaern.node.organisations.rules import OrganisationKind, Role

pytestmark = pytest.mark.django_db(transaction=True)

COUNTED = {"scan", "report", "notice", "block", "domain", "series", "case", "lookup"}


@pytest.mark.once
@pytest.mark.parametrize("seed", range(4))
def test_each_thing_is_counted_once_and_followed_to_whose_it_is(seed: int) -> None:
    names, entries = [f"{seed}-{word}" for word in ("one", "two")], ["a", "b", "c"]
    world = make_world(Random(seed), names, entries)
    for name in names:
        facts = [one for one in world.facts if one.list == name]
        expected = {kind: len({one.thing for one in facts if one.kind == kind}) for kind in COUNTED}
        assert led_to(name) == expected
        for entry in entries:
            rows = {(o.organisation, o.kind, o.record, o.host, o.row) for o in facts if o.entry == entry}
            found = list(rested_on(HashList(name=name), entry))
            assert {told(one): one.matches for one in found} == Counter(row[:-1] for row in rows)
            assert len(found) == len({told(one) for one in found})
            assert all(one.code or one.kind in {"lookup", "domain"} for one in found)


def told(one: Rested) -> tuple[Any, ...]:
    """Return whom one effect concerns and of what; a notice also with the host."""
    host = one.code.partition(", ")[2] if one.kind is EffectKind.NOTICE else ""
    return one.organisation, one.kind, one.record, host


def test_the_night_counts_every_list_and_its_owner_alone_reads_the_numbers() -> None:
    owner = curator()
    hash_list = make_list(owner, f"known-{uuid4().hex[:8]}")
    assert (hash_list.led_to, shown(owner, hash_list)) == ({}, False)
    world = make_world(Random(7), [hash_list.name], ["a"])
    NIGHTLY["what lists led to"]()
    hash_list.refresh_from_db()
    assert hash_list.led_to_on == timezone.localdate()
    assert set(hash_list.led_to) == COUNTED <= set(EffectKind)
    assert hash_list.led_to["scan"] == len({one.thing for one in world.facts if one.kind == "scan"}) > 0
    assert shown(owner, hash_list)
    recipient = viewer_for(make_person(Role.CURATOR, make_organisation(OrganisationKind.HOTLINE)))
    with viewing(owner.organisation.id):
        until = timezone.now() + timedelta(days=30)
        curation.release(owner, QUALITY, hash_list, [recipient.organisation.pk], terms(Handling.AMBER, until))
    assert not shown(recipient, hash_list)


def shown(viewer: Any, hash_list: HashList) -> bool:
    """Whether the page of a list shows to somebody what it led to."""
    with viewing(viewer.organisation.id):
        page = queries.opened(viewer, hash_list, QUALITY, queries.EntrySearch(), {})
        return page_context(viewer, page)["led_to"] is not None
