"""Our own PostgreSQL 18 in the data folder: created, started, joined, restarted, and stopped by its last user.

Which programs run, `postgresql.py` says. The wheel's own starter gives up on a recovery of more than ten seconds,
believes a stale `postmaster.pid`, and opens the folders above the data to everybody (docs/decisions/0015).

Who uses the server holds a shared `flock` on a file beside it; the kernel lets go of it when a process dies, however it
dies. Whoever leaves tries for the exclusive lock: the one who gets it was the last, and stops the server.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from vaern.node.runtime import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator

SYSTEM_USER = "vaern"
"""Runs the server when we are root: PostgreSQL refuses to."""

LONGEST_SOCKET = 100
"""Bytes of a socket's path; Linux takes 107."""

START_SECONDS = 3600
"""For a start with recovery after a crash; the server works on all that time, so waiting is right."""

STOP_SECONDS = 60.0
"""For a shutdown with its checkpoint; after that the next start recovers."""

MEMORY_KEPT_SECONDS = 30
"""For the last processes of a server that was killed to notice it and let go of its memory."""

# No value that people typed reaches the server's own log: neither statements, parameters and details, nor the text of
# errors (`invalid input syntax for type uuid: "…"`); the node logs their codes itself (`logs.py`).
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_min_messages": "log",  # above `error`
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_checkpoints": "off",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "jit": "off",  # our queries are short
}


class DatabaseError(Exception):
    """The embedded server cannot be used; the message is one sentence that says what to do."""


def binaries() -> Path:
    """Return the folder of the programs that run the embedded server."""
    return postgresql.server().folder


class Embedded:
    """The server of one folder, as one process sees it.

    Attributes:
        folder: PostgreSQL's data folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._used: int | None = None

    @property
    def sockets(self) -> Path:
        """The folder of the Unix socket: the data folder, or where its name is too long, a short one of our own."""
        if len(os.fsencode(self.folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"vaern-{name}"  # noqa: S108 - made for us alone, or refused: `_private`

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"postgresql://postgres@/postgres?host={quote(str(self.sockets), safe='')}"

    def start(self) -> str:
        """Start the server or join the one that runs, and return its address.

        Raises:
            DatabaseError: it does not start.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if self._used is None:
                self._used = os.open(self.folder.with_name(f"{self.folder.name}.users"), os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._used, fcntl.LOCK_SH)
            if not (self.folder / "PG_VERSION").exists():
                self._make()
            if not self.running():
                self._belongs()
                self._start()
        return self.url

    def stop(self) -> bool:
        """Leave the server, and stop it if nobody else uses it; return whether it was stopped."""
        if self._used is None:
            return False
        with self._alone():
            try:
                fcntl.flock(self._used, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            else:
                self._stop()
                return True
            finally:
                os.close(self._used)
                self._used = None

    def stop_abandoned(self) -> bool:
        """Stop a server that runs although whoever started it was killed; return whether there was one."""
        if self._used is not None or not self.running():
            return False
        self._used = os.open(self.folder.with_name(f"{self.folder.name}.users"), os.O_RDWR | os.O_CREAT, 0o600)
        return self.stop()

    def running(self) -> bool:
        """Whether the server's first process lives: the one that its file names, and it works in the data folder."""
        pid = self.pid()
        if pid is None:
            return False
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self.folder.resolve()  # a dead one's cannot be read
        except OSError:
            return False

    def pid(self) -> int | None:
        """Return what `postmaster.pid` says; it may be stale."""
        try:
            return int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        lock = os.open(self.folder.with_name(f"{self.folder.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _make(self) -> None:
        """Make the data folder, beside its place first: after a crash there is a whole one or none."""
        if self.folder.exists() and any(self.folder.iterdir()):
            raise DatabaseError(f"{self.folder} holds something that is not a database: move it away.")
        fresh = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give(fresh)
        self._run(
            "initdb",
            "-D",
            str(fresh),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-instructions",
        )
        if self.folder.exists():
            self.folder.rmdir()
        fresh.rename(self.folder)

    def _belongs(self) -> None:
        """Refuse data that the server's user may not read, as after a copy by somebody else."""
        user = _system_user(self.folder)
        right = pwd.getpwnam(user).pw_uid if user else os.geteuid()
        if (self.folder / "PG_VERSION").stat().st_uid != right:
            raise DatabaseError(
                f"The data in {self.folder} do not belong to the user {user or right} who runs PostgreSQL: "
                f"give them to that user with `chown -R {user or right} {self.folder}`."
            )

    def _start(self) -> None:
        """Start the server; after its predecessor was killed, as soon as that one's memory is free."""
        if not self._anybody_works():
            for stale in (self.folder / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
                stale.unlink(missing_ok=True)  # the number in it may be another process's by now
        self._give(self.folder)
        self._private(self.sockets)
        settings = {**SETTINGS, "unix_socket_directories": str(self.sockets)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        arguments = ("-D", str(self.folder), "-l", str(self.folder / "server.log"), "-o", options, "-w")
        until = time.monotonic() + MEMORY_KEPT_SECONDS
        while True:
            try:
                self._run("pg_ctl", *arguments, "-t", str(START_SECONDS), "start")
            except DatabaseError:
                if time.monotonic() > until or not self._memory_is_kept():
                    raise
                time.sleep(0.2)
            else:
                return

    def _stop(self) -> None:
        """Ask the server for a fast shutdown (SIGINT), and for an immediate one (SIGQUIT) if it takes too long."""
        for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0)):
            pid, until = self.pid(), time.monotonic() + seconds
            if pid is None or not self.running():
                return
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            while self.running() and time.monotonic() < until:
                time.sleep(0.01)

    def _anybody_works(self) -> bool:
        """Whether a process works in the data folder: a server, or what a killed one left behind."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink() == self.folder.resolve():
                    return True
            except OSError:
                continue  # it ended, or is another user's
        return False

    def _memory_is_kept(self) -> bool:
        """Whether the last start failed because processes of the killed server still end."""
        try:
            with (self.folder / "server.log").open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - 2000))
                end = log.read()
        except OSError:
            return False
        return b"shared memory block" in end or b"lock file" in end

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the right user; what it says goes into the error only."""
        user = _system_user(self.folder)
        path = binaries() / program
        with tempfile.TemporaryFile() as said:  # a pipe would be held open by the server that pg_ctl leaves behind
            try:
                done = subprocess.run(  # noqa: S603 - our own arguments
                    [path, *arguments],
                    check=False,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    cwd="/",
                    user=user,
                    group=user and pwd.getpwnam(user).pw_gid,
                    extra_groups=[] if user else None,
                    start_new_session=True,  # Ctrl-C in the terminal is for the node, which stops the server last
                    env={"PATH": os.defpath, "LC_ALL": "C", "TZ": os.environ.get("TZ", "")},
                )
            except PermissionError as error:
                raise DatabaseError(
                    f"The user {user} may not run {path}: install Værn where everybody can read it, "
                    "or start the node as an ordinary user."
                ) from error
            said.seek(0)
            words = " ".join(said.read().decode("utf-8", "replace").split())[-300:]
        if done.returncode:
            raise DatabaseError(f"The embedded PostgreSQL does not do {program} in {self.folder}: {words}")

    def _give(self, folder: Path) -> None:
        """As root: make the folder the server's, and let its user pass, not read, the folders above it."""
        user = _system_user(self.folder)
        if user is None:
            return
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        for above in [*folder.resolve().parents, *binaries().resolve().parents, binaries().resolve()]:
            mode = above.stat().st_mode
            if not mode & 0o001:
                above.chmod(mode | 0o001)

    def _private(self, folder: Path) -> None:
        """Make the folder of the socket for the server alone, or refuse one that somebody else made."""
        if folder == self.folder:
            return
        user = _system_user(self.folder)
        owner = pwd.getpwnam(user).pw_uid if user else os.geteuid()
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, owner, -1)
        except FileExistsError:
            found = folder.lstat()
            if folder.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
                raise DatabaseError(f"{folder} was made by somebody else: remove it, or use a shorter path.") from None


def _system_user(folder: Path) -> str | None:
    """Return the user who runs the server: None for ourselves; as root, whoever owns the data, or one made for it."""
    if os.geteuid() != 0:
        return None
    if (folder / "PG_VERSION").exists() and (owner := folder.stat().st_uid) != 0:
        try:
            return pwd.getpwuid(owner).pw_name
        except KeyError:
            raise DatabaseError(
                f"{folder} belongs to the user number {owner}, whom this machine does not know: give it to one that it "
                f"knows, for example with `chown -R {SYSTEM_USER} {folder}`, or make a user with that number."
            ) from None
    try:
        return pwd.getpwnam(SYSTEM_USER).pw_name
    except KeyError:
        made = subprocess.run(  # noqa: S603
            ["/usr/sbin/useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=False,
            capture_output=True,
        )
        if made.returncode not in {0, 9}:  # 9: another process was first
            raise DatabaseError(
                f"PostgreSQL does not run as root, and the user {SYSTEM_USER} could not be made: make it with "
                f"`useradd --system {SYSTEM_USER}`, or start the node as an ordinary user."
            ) from None
        return SYSTEM_USER
