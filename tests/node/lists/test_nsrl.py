"""The NSRL database on its way into a node: refused as it is, and whole as the table that the commands write of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.formats.test_nsrl import MINIMAL, ROWS, database
from tests.node.factories import sign_in
from tests.node.lists.factories import curator, make_list, send

from vaern.cli.commands import cli
from vaern.matching import List, Matcher
from vaern.node.lists.base.disk import folder_of
from vaern.node.lists.models import ListEntry, ListIntake
from vaern.records import Signal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: object) -> None:
    result = CliRunner().invoke(cli, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output


@pytest.mark.once
def test_a_database_is_known_in_a_node_by_every_digest_that_it_has(tmp_path: Path) -> None:
    path = database(tmp_path / "rds.db", MINIMAL, rows=ROWS)
    run("lists", "build", tmp_path / "nsrl", "--from", path, "--known-good")
    run("lists", "export", tmp_path / "nsrl", "--format", "csv", "--out", tmp_path / "nsrl.csv")
    viewer = curator()
    intake = send(viewer, make_list(viewer, purpose="known-good"), (tmp_path / "nsrl.csv").read_bytes())
    assert (intake.state, intake.faults, intake.added) == ("taken", 0, len(ROWS))
    asked = [Signal(kind, bytes.fromhex(row[n])) for row in ROWS for n, kind in enumerate(("sha256", "sha1", "md5"))]  # type: ignore[call-overload]
    answers = Matcher([List.open(folder_of("known"))]).match_signals(asked)
    met = [[match.entry for match in answer.matches] for answer in answers]
    assert met == [[row[0].lower()] for row in ROWS for _ in range(3)]  # type: ignore[attr-defined]


def test_a_database_as_it_is_never_reaches_a_list(tmp_path: Path) -> None:
    """It may hold anything beside its table of digests: the guard lets no binary file in."""
    content = database(tmp_path / "rds.db", MINIMAL, rows=ROWS).read_bytes()
    viewer = curator()
    hash_list = make_list(viewer, purpose="known-good")
    client = Client()
    sign_in(client, viewer.person)
    file = SimpleUploadedFile("rds.db", content)
    fields = {"file": file, "whole": "changes", "why": "list_quality", "words": "in a test"}
    answer = client.post(reverse("lists:send", args=[hash_list.pk]), fields)
    assert answer.status_code == 415
    assert not ListIntake.everywhere.exists()
    assert not ListEntry.everywhere.exists()
