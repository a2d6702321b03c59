"""Shares that are handed out in PostgreSQL, whose clock says which machine was not heard of.

Everything lies in the schema `vaern_cluster`, which the first scan makes; whoever reads needs no more than its tables.
A password comes from where libpq reads it (`PGPASSFILE`, `PGPASSWORD`, a service), never from the address.
"""

from __future__ import annotations

import threading
import time
from typing import IO, TYPE_CHECKING, Any, TypeVar

import msgspec

from vaern.cluster.places import Job, Lease, LostError, check_known
from vaern.cluster.shares import Share
from vaern.scanning.walk import Refusal

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
except ImportError as error:
    raise Refusal(
        "handing out shares in PostgreSQL needs the extra `cluster`, which is not installed; install it by: "
        "pip install 'vaern[cluster]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

T = TypeVar("T")
_Cursor = psycopg.Cursor[Any]

PATIENCE = 60.0
"""Seconds for which a database that does not answer is asked again and again."""

_RETRY_SECONDS = 0.5
_PIECE = 4 << 20
_TABLES = """
    CREATE SCHEMA IF NOT EXISTS vaern_cluster;
    CREATE TABLE IF NOT EXISTS vaern_cluster.job (
        run text PRIMARY KEY, data bytea NOT NULL, paused boolean NOT NULL DEFAULT false);
    CREATE TABLE IF NOT EXISTS vaern_cluster.share (
        run text REFERENCES vaern_cluster.job ON DELETE CASCADE, number bigint, data bytea NOT NULL,
        attempt integer NOT NULL DEFAULT 0, machine text NOT NULL DEFAULT '', heard timestamptz,
        done boolean NOT NULL DEFAULT false, PRIMARY KEY (run, number));
    CREATE INDEX IF NOT EXISTS share_waiting ON vaern_cluster.share (run, number) WHERE machine = '' AND NOT done;
    CREATE TABLE IF NOT EXISTS vaern_cluster.piece (
        run text, number bigint, part integer, data bytea NOT NULL, PRIMARY KEY (run, number, part),
        FOREIGN KEY (run, number) REFERENCES vaern_cluster.share ON DELETE CASCADE);
"""
_job = msgspec.msgpack.Decoder(Job)


class Database:
    """A database where shares are handed out; see `Place`.

    Args:
        address: as libpq takes it, `postgresql://host/name`.

    Raises:
        Refusal: it holds a password, or is none.
    """

    def __init__(self, address: str) -> None:
        try:
            known = conninfo_to_dict(address)
        except psycopg.ProgrammingError:
            raise Refusal("this is no address of a database; name postgresql://HOST/NAME") from None
        if known.get("password"):
            raise Refusal(
                "a password never stands in an address: give it in the file that PGPASSFILE names, or in PGPASSWORD"
            )
        self._address = address
        self._line = _Line(address)

    def __str__(self) -> str:
        return self._address

    def coordinate(self, run: str) -> CoordinatedRows:
        """See `Place`."""
        return CoordinatedRows(_Line(self._address), run)

    def jobs(self) -> Sequence[TakenRows]:
        """See `Place`."""
        if self._line.rows("SELECT to_regclass('vaern_cluster.job')")[0][0] is None:
            return []
        found = self._line.rows("SELECT data FROM vaern_cluster.job ORDER BY run")
        return [TakenRows(self._line, _known(data)) for (data,) in found]

    def close(self) -> None:
        """See `Place`."""
        self._line.close()


class CoordinatedRows:
    """See `Coordinated`."""

    def __init__(self, line: _Line, run: str) -> None:
        self._line, self._run = line, run
        self._lease = 0.0

    def begin(self, job: Job) -> Sequence[int]:
        """See `Coordinated`."""
        self._lease = job.lease
        data = msgspec.msgpack.encode(job)

        def begun(cursor: _Cursor) -> list[int]:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('vaern_cluster'))")  # two may make the tables at once
            cursor.execute(_TABLES)
            cursor.execute("DELETE FROM vaern_cluster.job WHERE run = %s AND data <> %s", (self._run, data))
            cursor.execute(
                "INSERT INTO vaern_cluster.job (run, data) VALUES (%s, %s) "
                "ON CONFLICT (run) DO UPDATE SET paused = false",
                (self._run, data),
            )
            cursor.execute("SELECT number FROM vaern_cluster.share WHERE run = %s ORDER BY number", (self._run,))
            return [number for (number,) in cursor.fetchall()]

        return self._line.atomically(begun)

    def put(self, share: Share) -> None:
        """See `Coordinated`."""
        self._line.rows(
            "INSERT INTO vaern_cluster.share (run, number, data) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (self._run, share.number, share.data),
        )

    def share(self, number: int) -> Share:
        """See `Coordinated`."""
        found = self._line.rows(
            "SELECT data FROM vaern_cluster.share WHERE run = %s AND number = %s", (self._run, number)
        )
        return Share(number, bytes(found[0][0]))

    def done(self) -> Collection[int]:
        """See `Coordinated`."""
        found = self._line.rows("SELECT number FROM vaern_cluster.share WHERE run = %s AND done", (self._run,))
        return {number for (number,) in found}

    def result(self, number: int) -> Iterable[bytes]:
        """See `Coordinated`."""
        part = 0
        while found := self._line.rows(
            "SELECT data FROM vaern_cluster.piece WHERE run = %s AND number = %s AND part = %s",
            (self._run, number, part),
        ):
            yield bytes(found[0][0])
            part += 1

    def again(self, number: int) -> None:
        """See `Coordinated`."""

        def undo(cursor: _Cursor) -> None:
            cursor.execute("DELETE FROM vaern_cluster.piece WHERE run = %s AND number = %s", (self._run, number))
            cursor.execute(
                "UPDATE vaern_cluster.share SET done = false, machine = '' WHERE run = %s AND number = %s",
                (self._run, number),
            )

        self._line.atomically(undo)

    def drop(self, number: int) -> None:
        """See `Coordinated`."""
        self._line.rows("DELETE FROM vaern_cluster.share WHERE run = %s AND number = %s", (self._run, number))

    def expire(self) -> Sequence[Lease]:
        """See `Coordinated`."""
        found = self._line.rows(
            "WITH lost AS (SELECT number, machine FROM vaern_cluster.share WHERE run = %(run)s AND NOT done "
            "AND machine <> '' AND heard < clock_timestamp() - make_interval(secs => %(lease)s) FOR UPDATE) "
            "UPDATE vaern_cluster.share s SET machine = '', attempt = attempt + 1 FROM lost "
            "WHERE s.run = %(run)s AND s.number = lost.number RETURNING s.number, s.attempt - 1, lost.machine",
            {"run": self._run, "lease": self._lease},
        )
        return [Lease(Share(number, b""), attempt, machine) for number, attempt, machine in found]

    def machines(self) -> Mapping[str, int]:
        """See `Coordinated`."""
        return dict(
            self._line.rows(
                "SELECT machine, count(*) FROM vaern_cluster.share WHERE run = %s AND NOT done AND machine <> '' "
                "GROUP BY machine",
                (self._run,),
            )
        )

    def pause(self) -> None:
        """See `Coordinated`."""
        self._line.rows("UPDATE vaern_cluster.job SET paused = true WHERE run = %s", (self._run,))

    def end(self) -> None:
        """See `Coordinated`."""
        self._line.rows("DELETE FROM vaern_cluster.job WHERE run = %s", (self._run,))

    def close(self) -> None:
        """See `Coordinated`."""
        self._line.close()


class TakenRows:
    """See `Taken`."""

    def __init__(self, line: _Line, job: Job) -> None:
        self._line, self.job = line, job

    @property
    def is_open(self) -> bool:
        """See `Taken`."""
        found = self._line.rows("SELECT paused FROM vaern_cluster.job WHERE run = %s", (self.job.run,))
        return bool(found) and not found[0][0]

    def lease(self, machine: str) -> Lease | None:
        """See `Taken`."""
        found = self._line.rows(
            "UPDATE vaern_cluster.share SET machine = %(machine)s, heard = clock_timestamp() WHERE run = %(run)s "
            "AND number = (SELECT number FROM vaern_cluster.share JOIN vaern_cluster.job USING (run) "
            "WHERE run = %(run)s AND machine = '' AND NOT done AND NOT paused ORDER BY number LIMIT 1 "
            "FOR UPDATE OF share SKIP LOCKED) RETURNING number, data, attempt",
            {"machine": machine, "run": self.job.run},
        )
        return next((Lease(Share(number, bytes(data)), attempt, machine) for number, data, attempt in found), None)

    def renew(self, lease: Lease) -> None:
        """See `Taken`."""
        if not self._line.rows(
            "UPDATE vaern_cluster.share SET heard = clock_timestamp() WHERE run = %s AND number = %s "
            "AND machine = %s AND NOT done RETURNING 1",
            (self.job.run, lease.share.number, lease.machine),
        ):
            raise LostError

    def finish(self, lease: Lease, result: IO[bytes]) -> None:
        """See `Taken`."""
        place = (self.job.run, lease.share.number)

        def hand_in(cursor: _Cursor) -> None:
            cursor.execute(
                "UPDATE vaern_cluster.share SET done = true WHERE run = %s AND number = %s AND machine = %s "
                "AND NOT done",
                (*place, lease.machine),
            )
            if not cursor.rowcount:
                raise LostError
            result.seek(0)
            part = 0
            while piece := result.read(_PIECE):
                cursor.execute(
                    "INSERT INTO vaern_cluster.piece (run, number, part, data) VALUES (%s, %s, %s, %s)",
                    (*place, part, piece),
                )
                part += 1

        self._line.atomically(hand_in)

    def give_back(self, lease: Lease) -> None:
        """See `Taken`."""
        self._line.rows(
            "UPDATE vaern_cluster.share SET machine = '' WHERE run = %s AND number = %s AND machine = %s AND NOT done",
            (self.job.run, lease.share.number, lease.machine),
        )


class _Line:
    """A connection that is made anew when it broke, for a while. Any thread may use it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.RLock()
        self._connection: psycopg.Connection[Any] | None = None

    def close(self) -> None:
        """Close it; it is opened again when it is used."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def rows(self, query: str, values: tuple[object, ...] | dict[str, object] = ()) -> list[Any]:
        """Run one statement; its rows, if it has any.

        Raises:
            Refusal: the database cannot be reached, or does not take it.
        """

        def ask(cursor: _Cursor) -> list[Any]:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

        return self.atomically(ask)

    def atomically(self, work: Callable[[_Cursor], T]) -> T:
        """Do what happens whole or not at all, once more if the connection breaks: it may have happened then.

        Raises:
            Refusal: as of `rows`.
        """
        until = time.monotonic() + PATIENCE
        with self._lock:
            while True:
                try:
                    with self._open().transaction(), self._open().cursor() as cursor:
                        return work(cursor)
                except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                    self.close()
                    if time.monotonic() > until:
                        words = str(error).strip().partition("\n")[0]
                        raise Refusal(f"the database of the shares does not answer: {words}") from None
                    time.sleep(_RETRY_SECONDS)
                except psycopg.Error as error:
                    words = str(error).partition("\n")[0]
                    raise Refusal(f"the database of the shares does not take it: {words}") from None

    def _open(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._address, autocommit=True, connect_timeout=10)
        return self._connection


def _known(data: bytes) -> Job:
    """A job, if this program can read for it."""
    try:
        job = _job.decode(data)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refusal(f"the database holds a job that is none of Værn's ({error})") from None
    check_known(job)
    return job
