"""Beside a match that fell stands since when, and why in words: to whoever reads the report or the scan that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.node.factories import make_organisation, make_person
from tests.node.lists.factories import add, curator, digest, entry_of, make_list
from tests.node.lists.matched import add_finding, give_matches
from tests.node.reports.assessment.test_pages import opened
from tests.node.reports.factories import make_report
from tests.node.scans.worlds import WHY, make_world

from vaern.node.base.scope import viewing
from vaern.node.casework.standing import FALLEN, Fallen
from vaern.node.ledger.rules import Reason
from vaern.node.ledger.rules import Why as Purpose
from vaern.node.lists.base import standing
from vaern.node.lists.curation import actions
from vaern.node.lists.models import ListEntry
from vaern.node.lists.quarantine import watching
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.reports.models import Item
from vaern.node.scans import presenters, queries
from vaern.node.scans.models import Finding

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)
SAID = Reason(Purpose.LIST_QUALITY, "seen by two people")


@pytest.mark.once
@pytest.mark.parametrize(
    ("code", "told"),
    [
        (Fallen.RECALLED, "It is no child sexual abuse material. seen by two people"),
        (Fallen.QUARANTINED, "On a list of what is never to be listed"),
        (Fallen.DISPUTED, ""),
    ],
)
def test_pages_say_since_when_a_match_does_not_stand_and_why(client: Client, code: Fallen, told: str) -> None:
    owner, desk = curator(), make_organisation("hotline")
    hash_list = make_list(owner, "known")
    (row, _other) = add(owner, hash_list, entry_of("a"), entry_of("b"))
    report, world = make_report(desk), make_world()
    scan = world.scan("r", [])
    give_matches(Item.everywhere.get(report=report), [("known", "a")])
    add_finding(scan, 1, [("known", "a")])
    add_finding(scan, 2, [("known", "b"), ("known", "a")])
    if code is Fallen.QUARANTINED:
        add(owner, make_list(owner, "never", purpose="negative"), entry_of("n", digest("a")))
        watching.watch()
    else:
        with viewing(owner.organisation.id):
            found = ListEntry.everywhere.select_related("list__organisation").get(pk=row.pk)
            if code is Fallen.RECALLED:
                actions.recall(owner, SAID, found, RecallReason.NOT_CSAM)
            else:
                vote(owner, SAID, found, Ballot("negative", "independent"))
    standing.follow(hash_list.pk)
    person = make_person("analyst", desk)
    pages = [client.get(opened(client, person, report)).content.decode()]
    pages.append(client.get(reverse("reports:report", args=[report.pk])).content.decode())
    with viewing(scan.organisation_id):
        page = queries.opened(world.viewer, scan, WHY, "", {})
        pages += [str(one.cells[6]) for one in presenters.findings_table(scan, page).rows]
    for text in pages:
        after = text[text.index(str(FALLEN[code])) :][:700]
        assert "since" in after
        assert "<time" in after
        assert told in after
        assert code is Fallen.RECALLED or SAID.words not in text, "what a vote says is for whoever has voted"


def test_a_page_asks_why_once_for_all_that_fell_and_not_at_all_where_all_stands() -> None:
    owner, world = curator(), make_world()
    hash_list = make_list(owner, "known")
    rows = add(owner, hash_list, *(entry_of(str(n)) for n in range(6)))
    scan = world.scan("r", [])
    for n in range(6):
        add_finding(scan, n + 1, [("known", str(n)), ("known", str((n + 1) % 6))])
    asked = []
    for recalled in (0, 2, 4):
        with viewing(owner.organisation.id):
            for row in rows[:recalled]:
                found = ListEntry.everywhere.select_related("list__organisation").get(pk=row.pk)
                if found.state == "live":
                    actions.recall(owner, SAID, found, RecallReason.NOT_CSAM)
        standing.follow(hash_list.pk)
        with viewing(world.police.id), CaptureQueriesContext(connection) as context:
            queries.opened(world.viewer, scan, WHY, "", {})
        asked.append(len(context))
    assert Finding.everywhere.exclude(fallen="").exists()
    assert asked[1] == asked[2] == asked[0] + 2
