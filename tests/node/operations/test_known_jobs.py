"""What a fresh process knows: the worker imports no pages, and a job that it lacks fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from vaern import node
from vaern.node.base import jobs
from vaern.node.web.rooms import AppWithRooms

pytestmark = pytest.mark.once

SAYS = """
import django
django.setup()
from procrastinate.contrib.django import app
from vaern.node.base.jobs import NIGHTLY
app.perform_import_paths()
print(*app.tasks, *NIGHTLY, sep="\\n")
"""
HERE = Path(node.__file__).parent
DECLARES = re.compile(r"@app\.task\(|@by_clock\(")


def test_a_process_without_pages_knows_every_job_and_what_ends_at_night():
    said = subprocess.run([sys.executable, "-c", SAYS], check=True, capture_output=True, text=True)
    known = set(said.stdout.splitlines())
    declared = {
        name
        for path in HERE.rglob("jobs.py")
        for name in re.findall(r'(?:@by_clock\(|@app\.task\(\s*name=)"([^"]+)"', path.read_text())
    }
    assert len(declared) > 10
    assert declared | {"web.mail"} <= known
    assert {"spreadsheets of replies", "previews of releases"} <= known


def test_jobs_stand_where_the_worker_looks():
    elsewhere = [path for path in HERE.rglob("*.py") if DECLARES.search(path.read_text()) and path.name != "jobs.py"]
    assert [str(path.relative_to(HERE)) for path in elsewhere] == ["web/mail.py"], "the settings name it"


def test_every_room_that_brings_something_is_made_known():
    configs = [config for config in apps.get_app_configs() if isinstance(config, AppWithRooms)]
    assert len(configs) == 8
    for config in configs:
        here = Path(config.path)
        bringing = {".".join(path.parent.relative_to(here).parts) for path in here.rglob("room.py")}
        assert bringing <= set(config.rooms), config.name


def test_a_job_is_logged_with_how_many_things_it_did_and_nothing_is_silence(capfd: pytest.CaptureFixture[str]):
    for counts in ([0], [], [2, 3]):
        with jobs.logged("tests.job") as ended:
            for count in counts:
                ended(count)
    with pytest.raises(ZeroDivisionError), jobs.logged("tests.failing") as ended:
        ended(1 // 0)
    lines = [line for line in capfd.readouterr().err.splitlines() if "job_ended" in line]
    assert len(lines) == 1
    assert '"count": 5' in lines[0]
    assert '"task": "tests.job"' in lines[0]
