"""Where shares are handed out: what every such place can do.

A place has the jobs of some scans; each job has shares that wait, shares that a machine has leased, and results. Only
the machine where the scan runs takes a lease away: it hears of each that is renewed, and compares no clocks.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

import msgspec

import vaern
from vaern.scanning.options import ScanOptions
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from vaern.cluster.shares import Share

FORMAT = 1
"""Of jobs, shares and results; raised when an older program could misread them."""

ATTEMPTS = 5
"""Machines that may be lost over a share, until the scan ends and says so."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What machines have to know of a scan.

    Attributes:
        format: see `FORMAT`.
        run: identifier of the scan.
        program: version of Værn that runs it.
        options: how files are read.
        paths: what is scanned, as it was named, so that names begin as they do there.
        places: the same, each in the one way to name it; a machine needs the same under the same name.
        lease: seconds after which a machine that was not heard of has lost its shares.
    """

    format: int = FORMAT
    run: str
    program: str
    options: ScanOptions
    paths: list[str]
    places: list[str]
    lease: float


def check_known(job: Job) -> None:
    """Refuse a job of another version: it may hash otherwise.

    Raises:
        Refusal: it is one.
    """
    if (job.format, job.program) != (FORMAT, vaern.__version__):
        raise Refusal(
            f"the scan {job.run} is of Værn {job.program}, and this is {vaern.__version__}: install the same everywhere"
        )


class Lease(NamedTuple):
    """A share that a machine has until it is not heard of for too long.

    Attributes:
        share: what it is to read.
        attempt: how many machines were lost over it before.
        machine: whose it is.
    """

    share: Share
    attempt: int
    machine: str


class LostError(Exception):
    """The machine has not this lease any more, or the job is gone."""


class Coordinated(Protocol):
    """A job as the machine has it where the scan runs. `OSError` and `Refusal` end the scan, to be gone on with."""

    def begin(self, job: Job) -> Sequence[int]:
        """Begin the job, or go on with the one that is there if it is the same; what shares there are, in order."""
        ...

    def put(self, share: Share) -> None:
        """Hand out a share."""
        ...

    def share(self, number: int) -> Share:
        """A share that is there."""
        ...

    def done(self) -> Collection[int]:
        """Of which shares there is a result."""
        ...

    def result(self, number: int) -> Iterable[bytes]:
        """The result of a share that is done."""
        ...

    def again(self, number: int) -> None:
        """Hand out a share again whose result is of no use, which is deleted."""
        ...

    def drop(self, number: int) -> None:
        """Delete a share and its result."""
        ...

    def expire(self) -> Sequence[Lease]:
        """Hand out again what machines had that were not heard of; whose leases these were, their shares empty."""
        ...

    def machines(self) -> Mapping[str, int]:
        """How many shares each machine has that has some."""
        ...

    def pause(self) -> None:
        """Hand out nothing more, and let machines give back what they have, until `begin`."""
        ...

    def end(self) -> None:
        """Delete the job.

        Raises:
            Refusal: it cannot be deleted.
        """
        ...

    def close(self) -> None:
        """Be done with it."""
        ...


class Taken(Protocol):
    """A job as a machine has it that reads for it."""

    job: Job

    @property
    def is_open(self) -> bool:
        """Whether the job is there, and not paused."""
        ...

    def lease(self, machine: str) -> Lease | None:
        """A share that waits, the first there is; `None` if none does."""
        ...

    def renew(self, lease: Lease) -> None:
        """Let it be heard that the machine is at it.

        Raises:
            LostError: it has it no more.
        """
        ...

    def finish(self, lease: Lease, result: IO[bytes]) -> None:
        """Hand in a result. It is there whole, or not at all.

        Raises:
            LostError: it has it no more.
        """
        ...

    def give_back(self, lease: Lease) -> None:
        """Let another machine have it, at once; nothing was lost."""
        ...


class Place(Protocol):
    """Where shares are handed out."""

    def __str__(self) -> str:
        """As it is named."""
        ...

    def coordinate(self, run: str) -> Coordinated:
        """The job of a scan, for the machine where it runs."""
        ...

    def jobs(self) -> Sequence[Taken]:
        """The jobs that there are, for a machine that reads.

        Raises:
            Refusal: one of them is of another version.
        """
        ...

    def close(self) -> None:
        """Be done with the jobs that it gave to whoever reads."""
        ...
