"""NCMEC's own client library, unchanged, in a process of its own against a node over loopback."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.node.factories import make_key, make_organisation, make_person

from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Report

PROGRAM = Path(__file__).with_name("platform_program.py")
LARGE = 3_000_000


@pytest.fixture
def python(foreign):
    return foreign("python", "ncmec_cybertip")


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_the_client_runs_unchanged_against_a_node(python, live_server, tmp_path):
    desk, moderator = make_organisation(OrganisationKind.HOTLINE), make_person(Role.MODERATOR)
    _, key = make_key(moderator, Permission.REPORT_SEND)
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0" + os.urandom(LARGE))
    done = subprocess.run(
        [python, PROGRAM, f"{live_server.url}/ispws/{desk.pk}", key, picture],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["status"], told["file1"], told["file2"], told["retracted"]) == (0, 0, 0, 0)
    assert told["upload"][0] == 3000
    assert "never taken" in told["upload"][1]
    assert told["finished"] == [told["opened"], ["ours-1", "ours-2"]]
    assert (told["again"], told["late"], told["stranger"]) == (5102, 5102, True)
    finished, retracted = Report.everywhere.filter(organisation=desk).order_by("created_at")
    assert (finished.submission.number, finished.sender) == (told["opened"], moderator.organisation)
    assert [file.viewed for file in arrival_of(finished).files] == ["whole", "whole"]
    assert retracted.submission.retracted_at is not None
