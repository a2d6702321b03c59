"""What is exported is checked by an outsider's script, and holds what the viewer may see and nothing more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import sign_in
from tests.node.oversight.worlds import fill, make_world

from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Entry
from vaern.node.ledger.sequencer import sequence_once

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "check_proof.py"
FORM = {"purpose": "The supervisory authority, file 12"}


def exported(client: Client, person: Person, **form: Any) -> list[bytes]:
    client.logout()
    sign_in(client, person)
    response = client.post(reverse("oversight:export"), {**FORM, **form})
    assert response.status_code == 200
    return b"".join(response.streaming_content).splitlines(keepends=True)


def check(lines: list[bytes], folder: Path) -> subprocess.CompletedProcess[str]:
    """Let the outsider's script check the file, in a process of its own."""
    file = folder / "export.ndjson"
    file.write_bytes(b"".join(lines))
    command = [sys.executable, "-I", str(SCRIPT), str(file), str(verifier_key())]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.once
def test_the_export_of_each_overseer_is_proven_and_theirs(client: Client, tmp_path: Path) -> None:
    world = make_world()
    fill(world, 300)
    sequence_once()
    fill(world, 5)  # without a place yet: not under the checkpoint, so not in the file
    for person in (world.overseer, *world.overseers):
        lines = exported(client, person)
        checked = check(lines, tmp_path)
        assert (checked.returncode, checked.stdout.count("The proof holds")) == (0, len(lines)), checked.stderr
        covered = Entry.objects.filter(leaf__isnull=False).order_by("id")
        expected = [
            entry.id
            for entry in covered
            if person == world.overseer or person.organisation_id in {entry.organisation, entry.owner}
        ]
        assert [json.loads(json.loads(line)["leaf"])["entry"] for line in lines] == expected
        recorded = Entry.objects.filter(act="oversight.ledger.exported").order_by("-id")[0]
        assert (recorded.verb, recorded.count, recorded.person) == ("disclosure", len(expected), person.id)


def test_a_changed_line_is_found(client: Client, tmp_path: Path) -> None:
    world = make_world()
    fill(world, 20)
    sequence_once()
    lines = exported(client, world.overseer)
    lines[3] = lines[3].replace(b"investigation", b"administration")
    checked = check(lines, tmp_path)
    assert (checked.returncode, checked.stdout.count("The proof holds")) == (1, 3)


def test_days_narrow_the_export(client: Client) -> None:
    world = make_world()
    fill(world, 4)
    sequence_once()
    today = timezone.localdate().isoformat()
    assert len(exported(client, world.overseer, since=today, until=today)) == 4
    assert exported(client, world.overseer, until="2020-01-01") == []


def test_an_empty_ledger_exports_nothing(client: Client) -> None:
    world = make_world()
    assert exported(client, world.overseer) == []


def test_the_proof_of_one_entry_is_checked_too(client: Client, tmp_path: Path) -> None:
    world = make_world()
    fill(world, 9)
    sign_in(client, world.people[0])
    own = Entry.objects.filter(person=world.people[0].id).first()
    foreign = Entry.objects.filter(person=world.people[1].id).first()
    assert own is not None
    assert foreign is not None
    address = reverse("oversight:proof", args=[own.id])
    assert client.get(address).status_code == 404, "it has no place yet"
    sequence_once()
    response = client.get(address)
    assert check([json.dumps(response.json()).encode()], tmp_path).returncode == 0
    assert client.get(reverse("oversight:proof", args=[foreign.id])).status_code == 404
