"""Lists by the API: a file in pieces, and what of a look-up is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.node.factories import make_key
from tests.node.lists.factories import add, curator, entry_of, make_list, vics
from tests.node.lists.test_intake import medium

from vaern.node.lists.intake import reading
from vaern.node.lists.models import ListIntake
from vaern.node.organisations.rules import Permission

pytestmark = pytest.mark.django_db(transaction=True)


def program(person: Any, *scopes: Permission) -> Client:
    _key, text = make_key(person, *scopes)
    return Client(headers={"authorization": f"Bearer {text}", "vaern-reason": "list_quality"})


def test_a_file_comes_in_pieces_and_waits_for_a_person():
    viewer = curator()
    make_list(viewer)
    client = program(viewer.person, Permission.HASHLIST_WORK)
    content = vics([medium(str(number)) for number in range(30)])
    begun = client.post("/api/hash-lists/known/intakes", {"size": len(content)}, "application/json")
    assert begun.status_code == 201
    address = f"/api/hash-lists/known/intakes/{begun.json()['id']}"
    for at in range(0, len(content), 1000):
        piece = client.put(f"{address}/pieces?at={at}", content[at : at + 1000], content_type="text/plain")
        assert piece.status_code == 200
    assert piece.json() == {"received": len(content), "state": "reading"}
    reading.read(ListIntake.everywhere.get().pk)
    read = client.get(address).json()
    assert (read["state"], read["added"], read["faults"]) == ("ready", 30, 0)


def test_a_piece_out_of_order_is_refused_with_what_is_there():
    viewer = curator()
    make_list(viewer)
    client = program(viewer.person, Permission.HASHLIST_WORK)
    begun = client.post("/api/hash-lists/known/intakes", {"size": 100}, "application/json").json()
    answer = client.put(f"/api/hash-lists/known/intakes/{begun['id']}/pieces?at=50", b"x", content_type="text/plain")
    assert answer.status_code == 409
    assert "0 bytes are there" in answer.json()["detail"]


def test_media_in_a_piece_is_refused_unread():
    viewer = curator()
    make_list(viewer)
    client = program(viewer.person, Permission.HASHLIST_WORK)
    begun = client.post("/api/hash-lists/known/intakes", {"size": 100}, "application/json").json()
    png = b"\x89PNG\r\n\x1a\n" + bytes(40)
    answer = client.put(f"/api/hash-lists/known/intakes/{begun['id']}/pieces?at=0", png, content_type="text/plain")
    assert answer.status_code in {415, 422}
    assert ListIntake.everywhere.get().received == 0


def test_a_program_reads_which_lists_its_organisation_has():
    viewer = curator()
    hash_list = make_list(viewer, title="One list")
    add(viewer, hash_list, entry_of("a"))
    make_list(curator(), "of-others")
    answer = program(viewer.person, Permission.LOOKUP_LISTS).get("/api/hash-lists")
    assert [(one["name"], one["entries"], one["own"]) for one in answer.json()["items"]] == [("known", 1, True)]


def test_nobody_sends_a_file_for_the_list_of_another():
    make_list(curator())
    client = program(curator().person, Permission.HASHLIST_WORK)
    assert client.post("/api/hash-lists/known/intakes", {"size": 1}, "application/json").status_code == 404
