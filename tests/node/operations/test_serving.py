"""`vaern serve`: one at a time, stopped in order, started again after any death, leaving nothing behind."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from tests.node.operations.nodes import Node, alive, vaern, wait_until

from vaern.node.operations.queries import has_room
from vaern.node.runtime.serving import lifecycle
from vaern.node.runtime.serving.lifecycle import fresh_counters
from vaern.node.runtime.serving.supervisor import LONGEST_WAIT, Program, Supervisor, wait_before

pytestmark = pytest.mark.once


@given(st.integers(0, 10_000))
def test_the_waits_grow_to_a_limit(deaths: int) -> None:
    assert 0 <= wait_before(deaths) <= wait_before(deaths + 1) <= LONGEST_WAIT
    assert (wait_before(deaths) == 0) == (deaths == 0)


def test_a_worker_puts_what_its_first_pages_loaded_beyond_the_search_for_garbage_and_nothing_later(
    tmp_path: Path,
) -> None:
    code = """
import gc
from types import SimpleNamespace
from vaern.node.runtime.serving.web_server import SETTLED, post_request

counts, kept, worker = [], [], SimpleNamespace(nr=SETTLED - 1, settled=False)
for _request in range(3):
    kept.append([[] for _ in range(10_000)])
    post_request(worker, None)
    counts.append(gc.get_freeze_count())
    worker.nr += 1
assert counts[0] == 0 and counts[1] > 20_000 and counts[2] <= counts[1], counts
"""
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "VAERN_HOME": str(tmp_path)})


def test_a_program_that_dies_is_started_again_and_is_stopped_at_the_end(tmp_path: Path) -> None:
    code = f"import os, time; open({str(tmp_path)!r} + f'/{{os.getpid()}}', 'w'); time.sleep(60)"
    supervisor = Supervisor([Program("sleeper", [sys.executable, "-c", code])], os.environ)
    seen: list[int] = []

    def well() -> bool:
        started = sorted(int(path.name) for path in tmp_path.iterdir())
        for pid in started:
            if pid not in seen:
                seen.append(pid)
                os.kill(pid, signal.SIGKILL) if len(seen) < 3 else None
        return len(seen) == 3

    # To this thread: pytest-xdist's others do not block the signal, as those of a node do.
    supervisor.run(well, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM))
    assert len(seen) == 3
    assert not any(map(alive, seen))


def test_counters_lie_in_memory_in_an_empty_folder_of_our_own_or_beside_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, memory = tmp_path / "home", tmp_path / "memory"
    home.mkdir()
    memory.mkdir()
    monkeypatch.setattr(lifecycle, "MEMORY", memory)
    found = fresh_counters(home)
    assert (found.parent, found.stat().st_mode & 0o777) == (memory, 0o700)
    (found / "left").touch()
    assert fresh_counters(home) == found
    assert not any(found.iterdir())
    found.rmdir()
    found.symlink_to(home)  # somebody else was there first
    assert fresh_counters(home) == home / "metrics"
    monkeypatch.setattr(lifecycle, "MEMORY", tmp_path / "none")
    assert fresh_counters(home) == home / "metrics"


def test_the_programs_find_the_folder_of_the_counters_in_their_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it each process counts for itself, and the metrics are those of whichever answers."""
    monkeypatch.setattr(lifecycle, "MEMORY", tmp_path / "none")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/elsewhere")
    found = lifecycle._environment(replace(settings.CONFIGURATION, home=tmp_path))
    assert found["PROMETHEUS_MULTIPROC_DIR"] == str(tmp_path / "metrics")
    assert (tmp_path / "metrics").is_dir()
    assert found["VAERN_HOME"] == str(tmp_path)


@given(st.integers(0, 1 << 50), st.integers(0, 1 << 50))
def test_a_disk_has_room_while_a_twentieth_or_two_gigabytes_are_free(free: int, total: int) -> None:
    assert has_room(free, total) == (20 * free >= total or free >= 2 * 1024**3)


REFUSED = [
    ({"VAERN_ADDRESS": "ftp://node.example"}, "VAERN_ADDRESS"),
    ({"VAERN_ADRESS": "https://node.example"}, "did you mean VAERN_ADDRESS?"),
    ({"DATABASE_URL": "mysql://u:tagged-password@h/d"}, "DATABASE_URL"),
    ({"VAERN_MAIL": "tagged-password"}, "VAERN_MAIL"),
    ({"DATABASE_URL": "postgresql://u:tagged-password@127.0.0.1:1/d"}, "The database does not answer"),
]


@pytest.mark.parametrize(("environment", "says"), REFUSED)
def test_wrong_configuration_is_refused_in_one_sentence(environment: dict[str, str], says: str, tmp_path: Path) -> None:
    done = vaern("serve", "--home", tmp_path / "home", "--bind", "127.0.0.1:0", **environment)
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert done.returncode == 2
    assert len(said) == 1
    assert said[0].startswith("Error: ")
    assert says in said[0]
    assert "tagged-password" not in done.stdout + done.stderr


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from vaern.cli.commands import cli

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "django" else found(name, *a))
    done = CliRunner().invoke(cli, ["serve"])
    assert done.exit_code == 2
    assert "pip install vaern-node" in done.output


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = vaern("serve", "--home", tmp_path / "home", "--bind", f"127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 2
    assert "set VAERN_BIND" in done.stderr
    assert not (tmp_path / "home" / "database").exists()


def test_two_on_one_folder_the_second_is_refused(node: Node) -> None:
    done = vaern("serve", "--home", node.home, "--bind", "127.0.0.1:0")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("Error: Another `vaern serve` runs in")
    assert "Traceback" not in done.stderr
    assert node.health()[0] == 200


def test_the_first_start_prints_one_link_and_the_folder_is_the_owners(node: Node) -> None:
    said = node.log.read_text()
    assert said.count("/invitation/") == 1
    for name in ("keys", "keys/secret", "keys/ledger.key", "database"):
        assert (node.home / name).stat().st_mode & 0o077 == 0, name
    assert node.home.stat().st_mode & 0o066 == 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_in_order_and_starts_again(own_node: Node, number: signal.Signals) -> None:
    own_node.start()
    database, programs = own_node.database_pid(), own_node.programs()
    assert set(programs) == {"sequencer", "worker", "web"}
    assert own_node.stop(number) == 0, own_node.log.read_text()
    stopped = [event.get("program", event["event"]) for event in own_node.events() if "stopped" in event["event"]]
    assert stopped == ["web", "worker", "sequencer", "database_stopped", "node_stopped"]
    assert not any(map(alive, [database, *programs.values()]))
    assert "Traceback" not in own_node.log.read_text()
    own_node.log.write_text("")
    own_node.start()
    assert "/invitation/" in own_node.log.read_text(), "nobody has come yet, so there is a link again"
    assert "Bringing the database" not in own_node.log.read_text()


@pytest.mark.slow
def test_a_killed_supervisor_leaves_nothing_that_breaks_the_next_start(own_node: Node) -> None:
    own_node.start()
    programs = own_node.programs()
    children = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _parent(path) == programs["web"]]
    assert own_node.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: not any(map(alive, [*programs.values(), *children])))
    own_node.start()
    assert own_node.stop() == 0, own_node.log.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["web", "worker", "sequencer", "database"])
def test_what_is_killed_is_started_again(own_node: Node, victim: str) -> None:
    own_node.start()
    before = own_node.programs()
    os.kill(own_node.database_pid() if victim == "database" else before[victim], signal.SIGKILL)
    if victim == "database":
        wait_until(lambda: any(event["event"] == "database_started" for event in own_node.events()))
    else:
        wait_until(lambda: own_node.programs()[victim] != before[victim])
        assert {name for name, pid in own_node.programs().items() if pid != before[name]} == {victim}
    own_node.wait()
    assert own_node.stop() == 0, own_node.log.read_text()


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
