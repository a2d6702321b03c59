"""`run.json`: all that is needed to understand a scan, to repeat it, and to go on with one that was stopped."""

from __future__ import annotations

import os
import platform
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

import vaern
from vaern.scanning.names import printable
from vaern.scanning.options import ScanOptions
from vaern.scanning.output_files import replacing
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from vaern.matching import List, Matcher
    from vaern.scanning.sources import Source
    from vaern.scanning.summary import Summary

LIMITS = (
    "max_pixels",
    "memory_limit",
    "cpu_seconds",
    "wall_seconds",
    "seconds_per_megabyte",
    "video_seconds",
    "archive_depth",
    "archive_members",
    "archive_bytes",
    "archive_ratio",
    "archive_free",
    "archive_failures",
    "spool",
)
"""Options that say where reading ends: with others what was not read can be tried again."""

FORMAT = 1
"""Of `run.json`; raised when an older program could misread it."""


class ListUse(msgspec.Struct, frozen=True):
    """A list package that was matched against; see `matching.Manifest`.

    Attributes:
        verified: what a check of all of it during the last session came to, see `checking`.
        created, checked: when it was made, and when it was last compared with its source (empty for one that was not
            fetched), as the scan began; ISO 8601 in UTC.
        changes: it is a list that changes: the scan goes on with each later state of it.
        states: how many states of it were matched against; each match names the release that it is of.
        last_release, last_checked: of the last of them.
        behind: why a later state could not be taken up; empty for none.
    """

    name: str
    release: str
    purpose: str
    distance: int
    entries: int
    checksum: str
    verified: str = ""
    created: str = ""
    checked: str = ""
    changes: bool = False
    states: int = 1
    last_release: str = ""
    last_checked: str = ""
    behind: str = ""


class Session(msgspec.Struct, omit_defaults=True):
    """One stretch of work: a scan that was stopped and resumed has several.

    Attributes:
        started, ended: ISO 8601 in UTC; `ended` is missing when the scan was killed.
        seconds: on the clock.
        versions: of the program, its decoders and libraries.
        sandbox: state of each layer around the workers.
        retried: how many files that were not read, or not to their end, it looked at again.
        limits: in which options it differed from the first.
    """

    started: str
    ended: str | None = None
    seconds: float = 0.0
    retried: int = 0
    limits: dict[str, float] = {}
    versions: dict[str, str] = {}
    sandbox: dict[str, str] = {}


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """Of a rematch, the run whose findings were matched anew.

    Attributes:
        run: its identifier.
        scan: of the scan that looked at the files, the same unless that run was a rematch too.
        scanned: when that scan ended.
        findings: how many findings of it were matched anew.
        sha256: of these lines of its `findings.jsonl`, hexadecimal.
        lists, distance, min_quality, stills_in_videos: with what it was matched.
        versions, sandbox: of the programs that computed the signals, and around them.
        only_new: no finding was written that is as it was.
        new: how many are not as they were: another verdict, or a hit with an entry that they had none with.
        changed: how many have another verdict, by `before → now`.
        unreadable: how many files it could not read, so that they are compared by nothing, or by digests alone.
    """

    run: str
    scan: str
    scanned: str | None
    findings: int
    sha256: str
    lists: list[ListUse]
    distance: int | None
    min_quality: int
    stills_in_videos: bool = False
    versions: dict[str, str]
    sandbox: dict[str, str]
    only_new: bool
    new: int
    changed: dict[str, int]
    unreadable: int


class Run(msgspec.Struct, kw_only=True):
    """The content of `run.json`.

    Attributes:
        format: see `FORMAT`.
        run: identifier, random.
        watched: it was looked at again and again: a thing may be among the findings in several states.
        synthetic: a demonstration or a test: nothing of it is real.
        complete: everything was scanned.
        started, finished: ISO 8601 in UTC, of the first session and of the last.
        seconds: on the clock, all sessions together.
        paths: as they were named.
        folders: the same, absolute and without links.
        left_out: the results folder, which is never scanned.
        lists: what was matched against.
        distance, min_quality, video_share, stills_in_videos: how it was matched, see `matching.Matcher`; programs that
            did not say `stills_in_videos` did not compare them.
        options: how it was scanned.
        machine: system, processor and number of cores.
        versions, sandbox: of the last session.
        verdicts, files, members, bytes, skipped: as in `Summary`.
        sessions: each stretch of work.
        before: of a rematch, what it matched anew; no rematch has none. What was scanned and how is as that run has it.
    """

    format: int = FORMAT
    run: str
    watched: bool = False
    synthetic: bool = False
    complete: bool = False
    started: str
    finished: str | None = None
    seconds: float = 0.0
    paths: list[str]
    folders: list[str]
    left_out: str
    lists: list[ListUse]
    distance: int | None
    min_quality: int
    video_share: float
    stills_in_videos: bool = False
    options: ScanOptions
    machine: dict[str, str | int]
    versions: dict[str, str] = {}
    sandbox: dict[str, str] = {}
    verdicts: dict[str, int] = {}
    files: int = 0
    members: int = 0
    bytes: int = 0
    skipped: dict[str, int] = {}
    sessions: list[Session] = []
    before: Before | UnsetType = UNSET

    def begin(self, options: ScanOptions, retried: int = 0) -> None:
        """Note that a session begins.

        Args:
            options: its own; in limits it may differ from the first, see `check_same`.
            retried: as of `Session`.
        """
        limits = {name: getattr(options, name) for name in LIMITS}
        differ = {name: limit for name, limit in limits.items() if limit != getattr(self.options, name)}
        self.complete, self.finished = False, None
        self.sessions.append(Session(started=now(), retried=retried, limits=differ))

    def know(self, versions: dict[str, str], sandbox: dict[str, str]) -> None:
        """Note what the first worker of this session reported."""
        self.versions = {"vaern": vaern.__version__, **versions}
        self.sandbox = sandbox
        self.sessions[-1].versions, self.sessions[-1].sandbox = self.versions, sandbox

    def know_lists(self, outcomes: Sequence[str]) -> None:
        """Note what the check of each list has come to."""
        self.lists = [replace(used, verified=outcome) for used, outcome in zip(self.lists, outcomes, strict=True)]

    def know_states(self, lists: Sequence[List], problems: Mapping[str, str]) -> None:
        """Note in which states the lists are now; a later one counts."""
        used = []
        for before, now_ in zip(self.lists, lists, strict=True):
            last = before.last_release, before.last_checked
            after = now_.release, now_.checked
            states = before.states + (last != after)
            behind = problems.get(now_.name, "")
            used.append(replace(before, states=states, last_release=after[0], last_checked=after[1], behind=behind))
        self.lists = used

    def end(self, summary: Summary, seconds: float) -> None:
        """Note that the session ends.

        Args:
            summary: counts so far.
            seconds: length of this session.
        """
        session = self.sessions[-1]
        session.ended, session.seconds = now(), seconds
        self.finished, self.complete, self.seconds = session.ended, summary.finished, summary.seconds
        self.verdicts, self.skipped = summary.verdicts, summary.skipped
        self.files, self.members, self.bytes = summary.files, summary.members, summary.bytes


def new_run(source: Source, out: Path, matcher: Matcher, options: ScanOptions, *, synthetic: bool = False) -> Run:
    """The record of a scan that is about to begin."""
    return Run(
        run=secrets.token_hex(8),
        watched=source.changes,
        synthetic=synthetic,
        started=now(),
        paths=source.paths,
        folders=source.places,
        left_out=str_of(out.resolve()),
        lists=[use_of(list_) for list_ in matcher.lists],
        distance=matcher.distance,
        min_quality=matcher.min_quality,
        video_share=matcher.video_share,
        stills_in_videos=matcher.stills_in_videos,
        options=options,
        machine={
            "system": platform.platform(),
            "processor": platform.machine(),
            "cores": len(os.sched_getaffinity(0)),
        },
    )


def read_run(path: Path, to: str = "resume") -> Run:
    """Read `run.json`.

    Args:
        path: the file.
        to: what it is read for, as a refusal says it.

    Raises:
        Refusal: it is missing, or of a program that we do not know.
    """
    try:
        run = msgspec.json.decode(path.read_bytes(), type=Run)
    except (OSError, msgspec.MsgspecError, ValueError) as error:  # ValueError: text that is not UTF-8
        raise Refusal(f"{path}: not the record of a scan ({error}); there is nothing to {to}") from None
    if run.format != FORMAT:
        raise Refusal(f"{path}: format {run.format}, this program knows {FORMAT}; scan anew into another folder")
    return run


def write_run(run: Run, path: Path) -> None:
    """Replace `run.json` as a whole: it is never half written."""
    with replacing(path) as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")


def check_same(old: Run, new: Run, *, limits: bool = True) -> None:
    """Refuse to go on with a scan that was another one.

    Args:
        old: as it began.
        new: as it is to go on.
        limits: whether those of time, memory and size have to be the same, too.

    Raises:
        Refusal: what differs.
    """
    ours, theirs = _essence(new), _essence(old)
    free = set() if limits else {f"the option {name}" for name in LIMITS}
    different = [name for name in ours if ours[name] != theirs[name] and name not in free]
    if different:
        name = different[0]
        raise Refusal(
            f"cannot resume: {name} was {theirs[name]} when the scan began and is {ours[name]} now; "
            "name the same, or scan anew into another folder"
        )


def now() -> str:
    """The time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def str_of(path: Path) -> str:
    """A path as text that JSON can hold."""
    return printable(str(path))


def _essence(run: Run) -> dict[str, object]:
    """All that decides what a scan finds, and whether that is real."""
    options = msgspec.to_builtins(run.options)
    del options["jobs"]
    return {
        "the set of folders": run.folders,
        "the way to name them": run.paths,
        "the set of lists": [
            (used.name, used.purpose) if used.changes else (used.name, used.release, used.purpose, used.checksum)
            for used in run.lists
        ],
        "the distance": run.distance,
        "the least quality": run.min_quality,
        "the share of video frames": run.video_share,
        "the comparison of stills with frames": run.stills_in_videos,
        "the mark as synthetic": run.synthetic,
        "the mark as watched": run.watched,
        "the run that was matched anew": "" if run.before is UNSET else run.before.run,
        **{f"the option {name}": value for name, value in options.items()},
    }


def use_of(list_: List) -> ListUse:
    """A list as it is when it begins to be matched against."""
    return ListUse(
        name=list_.name,
        release=list_.release,
        purpose=list_.purpose,
        distance=list_.distance,
        entries=sum(part.package.manifest.entries for part in list_.parts),
        checksum=list_.checksum,
        created=list_.created,
        checked=list_.checked,
        changes=list_.current is not None,
        last_release=list_.release,
        last_checked=list_.checked,
    )
