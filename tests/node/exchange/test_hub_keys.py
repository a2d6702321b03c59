"""The key of the members: made by one, on all, replaced with overlap; and how soon who met is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.exchange import hubs, nodes
from tests.node.exchange.hubs import Trio, file_key, mail_key
from tests.node.factories import sign_in

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.elsewhere import secrets
from vaern.node.crosscheck.models import HeldRecord, HeldValue, HubRecord, SharedSecret
from vaern.node.crosscheck.rules import hub as rules
from vaern.node.exchange.calls import courier
from vaern.node.exchange.peers import actions as peers

if TYPE_CHECKING:
    from tests.node.exchange.conftest import Begin
    from tests.node.exchange.nodes import Node

pytestmark = pytest.mark.once  # several whole nodes each


@pytest.fixture
def trio(begin: Begin) -> Trio:
    return hubs.trio(*begin(*hubs.names()))


def known(node: Node) -> list[bytes]:
    with node.on():
        return [one.secret for one in secrets.in_force()]


def renew(trio: Trio) -> None:
    """Let the north make the next key, three days later."""
    for node in (trio.north.node, trio.south.node):
        with node.on():
            SharedSecret.objects.update(made_at=timezone.now() - timedelta(days=3))
    with trio.north.node.on():
        secrets.make(trio.north.node.administrator, nodes.REASON)
    trio.rest()


def kept(trio: Trio) -> int:
    with trio.hub.on():
        return HeldValue.objects.count()


def test_all_members_have_it_and_the_hub_has_not(trio: Trio) -> None:
    assert len(known(trio.north.node)) == 1
    assert known(trio.north.node) == known(trio.south.node)
    assert known(trio.hub) == []


def test_what_was_there_before_the_key_or_the_hub_is_told_by_the_clock(begin: Begin) -> None:
    trio = hubs.trio(*begin(*hubs.names()), secret=False)
    trio.meet()
    assert trio.north.meetings() == []
    with trio.south.node.on():
        secrets.make(trio.south.node.administrator, nodes.REASON)
    trio.rest()
    trio.clock()
    assert len(trio.north.meetings()) == len(trio.south.meetings()) == 1
    with trio.hub.on():
        assert HeldRecord.objects.count() == 2


def test_a_new_key_comes_with_overlap_and_then_the_old_values_go(trio: Trio) -> None:
    trio.meet()
    renew(trio)
    trio.clock()
    assert len(known(trio.south.node)) == 2
    assert kept(trio) == 4
    trio.south.enrol(mail_key)
    trio.rest()
    assert len(trio.north.meetings()) == 2
    for node in (trio.north.node, trio.south.node):
        with node.on():
            SharedSecret.objects.filter(ends_at__isnull=False).update(ends_at=timezone.now())
    trio.clock()
    assert kept(trio) == 3
    assert len(trio.north.meetings()) == 2
    with trio.north.node.on():
        assert SharedSecret.objects.count() == 1


def test_two_keys_at_once_become_one(begin: Begin) -> None:
    trio = hubs.trio(*begin(*hubs.names()), secret=False)
    for node in (trio.north.node, trio.south.node):
        with node.on():
            secrets.make(node.administrator, nodes.REASON)
    trio.rest()
    assert known(trio.north.node)[0] == known(trio.south.node)[0]


def test_nobody_makes_the_others_key_anew_all_day(trio: Trio) -> None:
    with trio.north.node.on(), pytest.raises(Refusal):
        secrets.make(trio.north.node.administrator, nodes.REASON)
    with trio.hub.on(), pytest.raises(Refusal):
        secrets.make(trio.hub.administrator, nodes.REASON)
    newest = (5, b"m" * 16)
    offered = ((5, b"n" * 16), (5, b"l" * 16), (4, b"n" * 16), (6, b"a" * 16))
    assert [rules.follows(*one, newest) for one in offered] == [True, False, False, True]
    assert not rules.follows(5 + rules.MOST_AHEAD + 1, b"a" * 16, newest)


def test_a_hub_that_was_suspended_is_told_what_it_missed(trio: Trio) -> None:
    trio.north.enrol(file_key)
    trio.rest()
    with trio.north.node.on():
        peers.suspend(trio.north.node.administrator, nodes.REASON, trio.north.node.peer(trio.hub))
    trio.north.enrol(mail_key)
    trio.south.enrol(mail_key)
    trio.line.settle((trio.south.node, trio.hub))
    with trio.north.node.on():
        assert HubRecord.objects.filter(under=[]).count() == 1
        peers.resume(trio.north.node.administrator, nodes.REASON, trio.north.node.peer(trio.hub))
    trio.clock()
    assert len(trio.north.meetings()) == 1


def test_a_record_with_more_values_than_a_message_holds_goes_in_several(trio: Trio) -> None:
    with mock.patch.object(rules, "MOST_VALUES", 1):
        trio.north.enrol(mail_key, file_key)
        trio.rest()
    assert kept(trio) == 2


def test_both_are_told_within_two_seconds_also_where_nodes_may_only_call_outward() -> None:
    """A look on each node on the way, and at worst a second until a node that cannot be called asks."""
    looks = 4  # of the member that brings the value, twice of the hub, of the member that is told
    assert looks * courier.TICK + courier.POLLED < 2.0


def test_administrators_see_what_a_hub_knows_and_never_the_key(trio: Trio) -> None:
    trio.meet()
    for node, said in ((trio.north.node, "Matches elsewhere"), (trio.hub, "Members of this hub")):
        with node.on():
            client = Client()
            sign_in(client, node.administrator.person)
            page = client.get(reverse("crosscheck:hub"), HTTP_HOST="localhost").content.decode()
        assert said in page
        assert not any(secret.hex() in page for secret in known(trio.north.node))
