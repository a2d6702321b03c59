"""What a fresh process knows of the alliance's jobs: the worker imports no pages, and a job that it lacks fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from vaern.node import alliance
from vaern.node.alliance.apps import ROOMS

SAYS = """
import django
django.setup()
from procrastinate.contrib.django import app
from vaern.node.nightly import NIGHTLY
app.perform_import_paths()
print(*app.tasks, *NIGHTLY, sep="\\n")
"""


def test_a_process_without_pages_knows_every_job_and_what_ends_at_night():
    said = subprocess.run([sys.executable, "-c", SAYS], check=True, capture_output=True, text=True)
    known = set(said.stdout.splitlines())
    assert {"alliance.preview", "alliance.rounds", "vaern.node.alliance.indicators.jobs.values"} <= known
    assert {"spreadsheets of replies", "previews of releases"} <= known


def test_every_room_that_brings_something_is_made_known():
    here = Path(alliance.__file__).parent
    rooms = {".".join(path.parent.relative_to(here).parts) for path in here.rglob("registering.py")}
    assert rooms == set(ROOMS)
