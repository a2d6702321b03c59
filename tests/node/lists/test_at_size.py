"""Votes are found by the entries that they are on: never by a join, whose cost the database is free to square."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list, send, vics
from tests.node.lists.test_intake import md5, medium

from vaern.node.base.scope import viewing
from vaern.node.lists.base import disk
from vaern.node.lists.intake import actions, taking
from vaern.node.lists.models import ListEntry
from vaern.node.lists.votes.actions import Ballot, vote

if TYPE_CHECKING:
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)


def joined(asked: CaptureQueriesContext) -> list[str]:
    """What asked for votes and for the entries of a list in one statement."""
    tables = ('"lists_entryvote"', '"lists_listentry"')
    return [one["sql"] for one in asked if all(table in one["sql"] for table in tables)]


def voted_on(viewer: Viewer, hash_list: HashList, *texts: str) -> None:
    with viewing(viewer.organisation.id):
        rows = ListEntry.of(list=hash_list).filter(ident__in=[md5(text) for text in texts])
        for row in rows.select_related("list__organisation"):
            vote(viewer, QUALITY, row, Ballot("positive", "independent"))


def test_a_file_with_entries_on_which_somebody_voted_is_taken_without_a_join():
    viewer = curator()
    made = make_list(viewer)
    send(viewer, made, vics([medium("a"), medium("b"), medium("c")]))
    voted_on(viewer, made, "a", "b")
    intake = send(viewer, made, vics([medium(text, Category=2) for text in "acd"]), take=False)
    with viewing(viewer.organisation.id):
        actions.take(viewer, QUALITY, intake)
    with CaptureQueriesContext(connection) as asked:
        assert taking.take(intake.pk) == 3
    assert not joined(asked)
    counted = dict(ListEntry.of(list=made).values_list("ident", "positive"))
    assert counted == {md5("a"): 1, md5("b"): 1, md5("c"): 0, md5("d"): 0}


def test_a_list_is_written_anew_with_its_votes_without_a_join(monkeypatch):
    monkeypatch.setattr(disk, "AT_ONCE", 2)
    viewer = curator()
    made = make_list(viewer)
    send(viewer, made, vics([medium(text) for text in "abcdefg"]))
    voted_on(viewer, made, *"bcg")
    shutil.rmtree(disk.folder_of(made.name))
    with CaptureQueriesContext(connection) as asked:
        assert disk.follow(made.pk) == 7
    assert not joined(asked)
    (found, _aside) = disk.on_disk(made.name)
    name = viewer.organisation.name
    assert {one.id for one in found.live() if name in [vote.organisation for vote in one.votes]} == {
        md5(text) for text in "bcg"
    }


def test_whose_entries_somebody_voted_on_is_found_by_their_ids(monkeypatch):
    monkeypatch.setattr(disk, "AT_ONCE", 3)
    viewer = curator()
    rows = add(viewer, make_list(viewer), *(entry_of(f"{number}") for number in range(8)))
    with viewing(viewer.organisation.id):
        for row in rows[::3]:
            vote(viewer, QUALITY, row, Ballot("positive", "independent"))
    assert sorted(disk.voted([row.pk for row in rows])) == [row.pk for row in rows[::3]]
    assert disk.voted([rows[1].pk]) == disk.voted([]) == []
