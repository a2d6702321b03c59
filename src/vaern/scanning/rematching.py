"""Old findings against other lists, without media: lists change daily, and what was hashed stays hashed.

A results folder has every signal that its scan computed, so another list is asked by these. What that scan could not
see stays unseen: files that it could not read, turns of a picture that it did not hash, frames that it left out.

The results come about in a folder beside the one that was asked for, which takes that name when all is there. Whoever
is killed meanwhile leaves no results, and the next rematch clears away what is left.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Literal

from msgspec import UNSET
from msgspec.structs import replace

import vaern
from vaern.formats import findings
from vaern.formats.findings import FindingsError
from vaern.matching import SearchStopped
from vaern.records import MATERIAL, Finding
from vaern.scanning.list_checks import Check
from vaern.scanning.output_files import PARTIAL, replacing
from vaern.scanning.record import Before, Run, now, read_run, str_of, use_of, write_run
from vaern.scanning.report import write_report
from vaern.scanning.report.page import ROWS
from vaern.scanning.report.tally import Tally as Page
from vaern.scanning.results import FINDINGS, RECORD, REPORT, TABLE
from vaern.scanning.summary import Summary, Tally
from vaern.scanning.table import Table
from vaern.scanning.verdicts import finding
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from vaern.matching import Answer, Matcher

AT_ONCE = 2048
"""Findings that are matched together."""

Told = Callable[[Literal["findings", "report"], int, float], None]
"""Told now and then how far it is: what is done (findings are matched, or the report is written), of how many findings,
and what share of that is done, 0 to 1."""


def rematch(  # noqa: PLR0913 - the three that it needs, and what may be said besides
    results: Path,
    matcher: Matcher,
    out: Path,
    *,
    only_new: bool = False,
    stop: threading.Event | None = None,
    on_progress: Told = lambda _stage, _done, _share: None,
) -> tuple[Summary, Before]:
    """Match the findings of a results folder anew, into another results folder.

    Args:
        results: of a scan, or of a rematch; read and never changed.
        matcher: the lists.
        out: the new results folder; it must not be there, or be empty.
        only_new: write only the findings that are not as they were, see `is_new`.
        stop: when set, it ends soon and leaves nothing.
        on_progress: see `Told`.

    Returns:
        Counts of what was written, and what is said of the run before.

    Raises:
        Refusal: it cannot run, the old results are damaged or still being written, a list is damaged, or it was
            stopped; the message says why and what to do.
        OSError: the results cannot be written.
    """
    began = time.monotonic()
    old = read_run(results / RECORD, "match")
    if old.before is not UNSET and old.before.only_new:
        raise Refusal(f"{results} holds only what was new against {old.before.run}: name the results of that scan")
    with _opened(results / FINDINGS) as lines, _folder(out) as made:
        check = Check(matcher.lists)
        check.start()
        work = _Rematch(matcher, lines, on_progress, only_new=only_new)
        run = _new_run(old, out, matcher, now())
        try:
            with replacing(made / FINDINGS) as stream, replacing(made / TABLE) as table:
                work.table = Table(table)
                work.write(stream, whole=old.complete, stopped=lambda: stop is not None and stop.is_set())
        except SearchStopped:
            raise Refusal(f"stopped: nothing was written to {out}") from None
        check.join()
        check.raise_damage()
        run.know_lists(check.outcomes)
        run.before = work.about(old, only_new=only_new)
        summary = work.tally.summary(time.monotonic() - began, finished=old.complete)
        run.end(summary, summary.seconds)
        write_run(run, made / RECORD)
        on_progress("report", 0, 0.0)
        write_report(made, tally=work.page)
        on_progress("report", work.tally.findings, 1.0)
    return summary, run.before


def is_new(old: Finding, new: Finding) -> bool:
    """Whether a finding is not as it was: another verdict, or a hit with an entry that it had none with."""
    if old.verdict != new.verdict:
        return True
    return bool({(hit.list, hit.entry) for hit in new.matches} - {(hit.list, hit.entry) for hit in old.matches})


class _Rematch:
    """One pass over the old findings.

    Attributes:
        tally: of what was written.
        page: what the report says of it; so the findings are not read once more.
        table: gets each finding that is written.
    """

    def __init__(self, matcher: Matcher, lines: BinaryIO, on_progress: Told, *, only_new: bool) -> None:
        self.tally = Tally()
        self._on_progress = on_progress
        self._bytes, self._size = 0, os.fstat(lines.fileno()).st_size
        self._lines, self._only_new = lines, only_new
        self._matcher = matcher
        self._known_good = {list_.name for list_ in matcher.lists if list_.purpose not in MATERIAL}
        self.page = Page(self._known_good, ROWS)
        self.table: Table | None = None
        self._digest = hashlib.sha256()
        self._read = self._new = self._unreadable = 0
        self._changed: Counter[str] = Counter()

    def write(self, stream: BinaryIO, *, whole: bool, stopped: Callable[[], bool]) -> None:
        """Match all of them and write those that are wanted.

        Args:
            stream: where to.
            whole: the old run is complete; of one that was killed the last line may be torn, and is left out.
            stopped: asked now and then.
        """
        threads = len(os.sched_getaffinity(0))
        with ThreadPoolExecutor(threads) as pool:
            waiting: deque[tuple[list[Finding], Future[list[Answer]]]] = deque()
            try:
                for batch in self._batches(whole=whole):
                    if stopped():
                        raise SearchStopped
                    media = [old.media for old in batch]
                    waiting.append((batch, pool.submit(self._matcher.match_many, media, stopped)))
                    if len(waiting) > threads:
                        self._take(stream, *waiting.popleft())
                while waiting:
                    self._take(stream, *waiting.popleft())
            finally:
                for _, answers in waiting:
                    answers.cancel()

    def about(self, old: Run, *, only_new: bool) -> Before:
        """What the record says of the run before."""
        return Before(
            run=old.run,
            scan=old.before.scan if old.before is not UNSET else old.run,
            scanned=old.before.scanned if old.before is not UNSET else old.finished,
            findings=self._read,
            sha256=self._digest.hexdigest(),
            lists=old.lists,
            distance=old.distance,
            min_quality=old.min_quality,
            stills_in_videos=old.stills_in_videos,
            versions=old.versions,
            sandbox=old.sandbox,
            only_new=only_new,
            new=self._new,
            changed=dict(sorted(self._changed.items())),
            unreadable=self._unreadable,
        )

    def _take(self, stream: BinaryIO, batch: Sequence[Finding], answers: Future[list[Answer]]) -> None:
        stream.writelines(self._judged(batch, answers.result()))
        self._on_progress("findings", self._read, min(1.0, self._bytes / max(self._size, 1)))

    def _judged(self, batch: Sequence[Finding], answers: Sequence[Answer]) -> Iterator[bytes]:
        for old, answer in zip(batch, answers, strict=True):
            new = finding(old.media, answer.matches, self._known_good, answer.more, self._matcher.checked)
            news = is_new(old, new)
            self._new += news
            self._unreadable += bool(old.media.unreadable)
            if old.verdict != new.verdict:
                self._changed[f"{old.verdict} → {new.verdict}"] += 1
                new = replace(new, before=old.verdict)
            if news or not self._only_new:
                self.tally.add_finding(new)
                self.page.add(self.tally.findings, new)
                if self.table:
                    self.table.add(new)
                yield findings.encode(new)

    def _batches(self, *, whole: bool) -> Iterator[list[Finding]]:
        batch: list[Finding] = []
        for number, line in enumerate(self._lines, 1):
            if not (line.endswith(b"\n") or whole):
                break
            try:
                batch.append(findings.decode(line))
            except ValueError as error:
                raise FindingsError(f"{self._lines.name}, line {number}: {error}") from None
            self._digest.update(line)
            self._bytes += len(line)
            self._read += 1
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
        yield batch


def _new_run(old: Run, out: Path, matcher: Matcher, started: str) -> Run:
    """The record: of what was scanned and how as the old run has it, of the lists and how they were matched anew."""
    run = replace(
        old,
        run=os.urandom(8).hex(),
        started=started,
        left_out=str_of(out.resolve()),
        lists=[use_of(list_) for list_ in matcher.lists],
        distance=matcher.distance,
        min_quality=matcher.min_quality,
        video_share=matcher.video_share,
        stills_in_videos=matcher.stills_in_videos,
        versions={"vaern": vaern.__version__},
        sandbox={},
        sessions=[],
    )
    run.begin(run.options)
    return run


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The old findings, which no scan writes meanwhile."""
    with path.open("rb") as lines:
        try:
            fcntl.flock(lines, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"a scan is writing to {path.parent}; wait for it, or stop it") from None
        yield lines


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """A folder that becomes `out` when all went well, and is gone otherwise.

    Raises:
        Refusal: `out` is something else, or another rematch is at it.
    """
    if out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        raise Refusal(f"{out} exists and is not empty; name another folder")
    made = out.with_name(out.name + PARTIAL)
    try:
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"{made}: the results folder cannot be made: {error.strerror}") from None
    if strange := {path.name for path in made.iterdir()} - _OURS:
        raise Refusal(f"{made} is no rest of an earlier rematch: it holds {str_of(made / min(strange))}; remove it")
    descriptor = os.open(made, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"another rematch is writing to {out}; wait for it or choose another folder") from None
        try:
            _clear(made)
            yield made
            made.rename(out)
        except BaseException:
            _clear(made)
            made.rmdir()
            raise
    finally:
        os.close(descriptor)


_OURS = {name + end for name in (FINDINGS, RECORD, TABLE, REPORT) for end in ("", PARTIAL)}


def _clear(folder: Path) -> None:
    for name in _OURS:
        (folder / name).unlink(missing_ok=True)
