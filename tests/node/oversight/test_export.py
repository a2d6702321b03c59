"""What is exported is checked by an outsider's script, and holds what the viewer may see and nothing more."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import sign_in
from tests.node.oversight.worlds import fill, make_world

from vaern.node.ledger.checkpoints import VerifierKey, open_checkpoint
from vaern.node.ledger.merkle import verify_inclusion
from vaern.node.ledger.models import Entry
from vaern.node.ledger.sequencer import sequence_once

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db
FORM = {"purpose": "The supervisory authority, file 12"}


def exported(client: Client, person: Person, **form: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    client.logout()
    sign_in(client, person)
    response = client.post(reverse("oversight:export"), {**FORM, **form})
    assert response.status_code == 200
    first, *rest = b"".join(response.streaming_content).splitlines()
    return json.loads(first), [json.loads(line) for line in rest]


def check(head: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    checkpoint = open_checkpoint(head["checkpoint"], VerifierKey.parse(head["key"]))
    for line in lines:
        leaf = hashlib.sha256(b"\0" + line["leaf"].encode()).digest()
        proof = [base64.b64decode(hash_) for hash_ in line["proof"]]
        assert verify_inclusion(leaf, line["position"], checkpoint.size, proof, checkpoint.root)


def test_the_export_of_each_overseer_is_proven_and_theirs(client: Client) -> None:
    world = make_world()
    fill(world, 300)
    sequence_once()
    fill(world, 5)  # without a place yet: not under the checkpoint, so not in the file
    for person in (world.overseer, *world.overseers):
        head, lines = exported(client, person)
        check(head, lines)
        covered = Entry.objects.filter(leaf__isnull=False).order_by("id")
        expected = [
            entry.id
            for entry in covered
            if person == world.overseer or person.organisation_id in {entry.organisation, entry.owner}
        ]
        assert [json.loads(line["leaf"])["entry"] for line in lines] == expected
        recorded = Entry.objects.filter(act="oversight.ledger.exported").order_by("-id")[0]
        assert (recorded.verb, recorded.count, recorded.person) == ("disclosure", len(expected), person.id)


def test_a_changed_line_is_found(client: Client) -> None:
    world = make_world()
    fill(world, 20)
    sequence_once()
    head, lines = exported(client, world.overseer)
    lines[3]["leaf"] = lines[3]["leaf"].replace("investigation", "administration")
    with pytest.raises(AssertionError):
        check(head, lines)


def test_days_narrow_the_export(client: Client) -> None:
    world = make_world()
    fill(world, 4)
    sequence_once()
    today = timezone.localdate().isoformat()
    assert len(exported(client, world.overseer, since=today, until=today)[1]) == 4
    assert exported(client, world.overseer, until="2020-01-01")[1] == []


def test_an_empty_ledger_exports_its_key(client: Client) -> None:
    world = make_world()
    head, lines = exported(client, world.overseer)
    assert head["checkpoint"] is None
    assert lines == []
    VerifierKey.parse(head["key"])
