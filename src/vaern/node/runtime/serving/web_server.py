"""gunicorn's configuration module: address, threads and process hooks."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn.glogging import Logger

from vaern.node.runtime import logs
from vaern.node.runtime.configuration import read_configuration
from vaern.node.runtime.serving.supervisor import die_with

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

    from vaern.node.runtime.serving.worker import Deadlines


SETTLED = 200
"""Answers after which a worker has loaded what it keeps: most routes and templates come with the first pages."""


class Quiet(Logger):  # type: ignore[misc]
    """Adds no handlers of its own: what gunicorn says goes where all libraries' words go (`logs.py`)."""

    def setup(self, cfg: Any) -> None:
        """Set up nothing."""
        self.cfg = cfg
        self._access_log_enabled = False
        logs.configure()

    def access(self, *_args: Any, **_kwargs: Any) -> None:
        """Write no line: `RequestLog` does."""


_configuration = read_configuration()
_host, _port = _configuration.bind

bind = [f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"]
worker_class = "vaern.node.runtime.serving.worker.Deadlines"
workers = _configuration.workers
threads = _configuration.threads
timeout = 60
graceful_timeout = 5
keepalive = 5
control_socket_disable = True
forwarder_headers = ""  # no proxy of ours sends SCRIPT_NAME or PATH_INFO, and a stranger's made a 500 of each answer
logger_class = Quiet
accesslog = None
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes its own file there
proc_name = "vaern"


def post_fork(server: Arbiter, worker: Worker) -> None:
    """In a new worker: it ends with the master."""
    die_with(server.pid)
    logs.take_over()
    worker.log.cfg = server.cfg


def post_worker_init(worker: Worker) -> None:
    """In a worker that has loaded the node: no request waits while what it loaded is looked through for garbage."""
    del worker
    gc.collect()
    gc.freeze()


def post_request(worker: Deadlines, _request: object) -> None:
    """In a worker that has settled: no page waits while what the first pages loaded is looked through for garbage."""
    if worker.nr >= SETTLED and not worker.settled:
        worker.settled = True
        gc.collect()
        gc.freeze()


def child_exit(server: Arbiter, worker: Worker) -> None:
    """In the master: forget the gauges of a worker that ended."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)
