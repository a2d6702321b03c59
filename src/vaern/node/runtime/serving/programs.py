"""The programs of the node's processes, run as `python -m … worker` and supervised by `supervisor.py`."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from typing import TYPE_CHECKING

from vaern.node.runtime.serving.supervisor import Program

if TYPE_CHECKING:
    from collections.abc import Callable

JOB_SECONDS = 6.0
"""For jobs to end when the worker is told to stop; those that do not are run again after the next start."""


def programs(*, press_mail: bool = False, lookup: bool = False) -> list[Program]:
    """Return the node's processes in the order in which they start; they are stopped from the end.

    Args:
        press_mail: whether one of them takes registrations for press events by mail.
        lookup: whether one of them is the look-up service.
    """
    here = [sys.executable, "-m"]
    return [
        Program("sequencer", [*here, "vaern.node.runtime.serving.programs", "sequencer"]),
        Program("worker", [*here, "vaern.node.runtime.serving.programs", "worker"]),
        Program("courier", [*here, "vaern.node.runtime.serving.programs", "courier"]),
        *([Program("press-mail", [*here, "vaern.node.runtime.serving.programs", "press-mail"])] if press_mail else []),
        *([Program("lookup", [*here, "vaern.node.runtime.serving.programs", "lookup"])] if lookup else []),
        Program(
            "web",
            [
                *here,
                "gunicorn",
                "--config",
                "python:vaern.node.runtime.serving.web_server",
                "vaern.node.wsgi:application",
            ],
        ),
    ]


def run_worker() -> None:
    """Run jobs until SIGTERM."""
    from procrastinate.contrib.django import app

    gc.collect()
    gc.freeze()  # what it loaded is no garbage, and a job that goes through a million rows would look each time
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(
            concurrency=4,
            delete_jobs="successful",
            shutdown_graceful_timeout=JOB_SECONDS,
            fetch_job_polling_interval=2.0,
            update_heartbeat_interval=5.0,
        )


def run_sequencer() -> None:
    """Order the ledger's entries into its tree, and enter what the look-up service answered, until SIGTERM."""
    from vaern.node.ledger.last import last_path
    from vaern.node.ledger.sequencer import run_sequencer as sequence
    from vaern.node.lists.lookups import draining

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    answered = threading.Thread(target=draining.run, args=(stop,), name="lookups")
    answered.start()
    try:
        sequence(stop, last=last_path())
    finally:
        stop.set()  # a program that goes on without what it is for is never started again
        answered.join()


def run_courier() -> None:
    """Carry messages to and from other nodes until SIGTERM."""
    from vaern.node.exchange.calls.courier import run

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop)


def run_press_mail() -> None:
    """Take registrations for press events by mail until SIGTERM."""
    from django.conf import settings

    from vaern.node.press.intake.server import serve

    listens = settings.CONFIGURATION.press_smtp
    assert listens is not None  # else the program is not started
    serve(*listens)


def run_lookup() -> None:
    """Answer look-ups until SIGTERM: the service itself, which knows no database and of the node only its folder."""
    from django.conf import settings

    from vaern.lookup.serving import Place, serve
    from vaern.node.lists.lookups import callers

    listens = settings.CONFIGURATION.lookup_bind
    assert listens is not None  # else the program is not started
    settings.LISTS.mkdir(parents=True, exist_ok=True)
    callers.write()
    serve(Place(settings.LISTS, *listens), settings.CONFIGURATION.workers, lambda _address: None)


PROGRAMS: dict[str, Callable[[], None]] = {
    "lookup": run_lookup,
    "worker": run_worker,
    "courier": run_courier,
    "sequencer": run_sequencer,
    "press-mail": run_press_mail,
}


def main() -> None:
    """Run the named program."""
    from vaern.node.runtime import logs

    logs.take_over()
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaern.node.settings")
    import django

    django.setup()
    PROGRAMS[sys.argv[1]]()


if __name__ == "__main__":
    main()
