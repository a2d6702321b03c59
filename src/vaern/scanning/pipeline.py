"""The scan: walk, hash in workers, match, write."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Self

from vaern.formats import findings
from vaern.matching import ListStoppedError, Renewing, SearchStopped
from vaern.records import MATERIAL, Media
from vaern.scanning.crews import Crew, Hire, Work, Workers
from vaern.scanning.journal import Journal
from vaern.scanning.list_checks import Check
from vaern.scanning.options import ScanOptions
from vaern.scanning.output_files import replacing
from vaern.scanning.process import WORKER
from vaern.scanning.progress import Count, Meter, Progress, Stage
from vaern.scanning.record import Run, new_run, write_run
from vaern.scanning.report import write_report
from vaern.scanning.report.page import ROWS
from vaern.scanning.report.tally import Tally as Page
from vaern.scanning.results import FINDINGS, RECORD, TABLE, is_complete, open_results
from vaern.scanning.retrying import put_back, take_back
from vaern.scanning.sources import Folders, Source
from vaern.scanning.table import write_table
from vaern.scanning.verdicts import finding
from vaern.scanning.walk import Item, Refusal

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vaern.matching import Matcher
    from vaern.scanning.summary import Summary

_BATCH = 256  # findings matched and written together
_BATCH_SECONDS = 0.5
_TICK_SECONDS = _TELL_SECONDS = 0.1
_DEFAULT = ScanOptions()


def scan(  # noqa: PLR0913 - the two that every scan needs, and what may be said besides
    paths: Sequence[Path] | Source,
    matcher: Matcher,
    out: Path,
    options: ScanOptions = _DEFAULT,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    resume: bool = False,
    retry: bool = False,
    synthetic: bool = False,
    stop: threading.Event | None = None,
    worker: Sequence[str] = WORKER,
    crew: Hire | None = None,
) -> Summary:
    """Scan folders and files, or another source, into a results folder.

    Args:
        paths: what to scan; read in place and never changed. A source is closed by the end of the scan.
        matcher: the lists. Those that change are matched as they are, batch by batch: what was recalled meanwhile is
            not found any more, and what was found before stays.
        out: the results folder: `findings.jsonl`, `findings.csv`, `run.json`, `report.html`. Never scanned itself.
        options: how to scan.
        on_progress: called in this thread about ten times a second.
        resume: go on with the scan that `out` holds: what is in its findings is not looked at again, even if it has
            changed since; what is new is scanned.
        retry: resume, and look again at what could not be read, or not to its end; the limits may be others.
        synthetic: mark the results as a demonstration or a test.
        stop: when set, the scan ends soon: files that are being read are given up, and come first when it is resumed.
            The table and the report are written of what is done.
        worker: how to start the process that forks workers of this machine.
        crew: who reads, in their place.

    Returns:
        Counts, of all sessions together. `finished` is false when it was stopped.

    Raises:
        Refusal: it cannot run, a list is damaged or became too old meanwhile, or the source cannot be read further; the
            message says why and what to do.
        OSError: the results cannot be written.
    """
    source = Folders(paths) if isinstance(paths, Sequence) else paths
    resume = resume or retry
    run = open_results(out, new_run(source, out, matcher, options, synthetic=synthetic), resume=resume, retry=retry)
    retried = take_back(out / FINDINGS) if retry else 0
    complete = (out / RECORD).read_bytes() if resume and is_complete(out, run) else b""
    _allow_descriptors()
    with Journal(out / FINDINGS, changes=source.changes) as journal:
        if not resume and (out / RECORD).exists():
            raise Refusal(f"another scan began in {out} just now; choose another folder")
        info, there = out.stat(), journal.tally.findings
        leave_out = frozenset({(info.st_dev, info.st_ino)})
        with _Scan(run, matcher, journal, Count(source, leave_out), on_progress, stop) as work:
            run.begin(options, retried)
            write_run(run, out / RECORD)
            hire = crew or partial(Workers, command=worker)
            job = Work(run.run, out, options, source, leave_out, journal, work.bell, work.written)
            finished = work.run(hire(job))
            put_back(journal, out / FINDINGS)
        earlier = sum(session.seconds for session in run.sessions)
        summary = journal.tally.summary(earlier + work.meter.seconds, finished=finished)
        if complete and finished and journal.tally.findings == there:
            with replacing(out / RECORD) as stream:  # nothing is new: the page and the table are those of this record
                stream.write(complete)
            return summary
        run.know_lists(work.check.outcomes)
        run.know_states(work.lists.matcher.lists, work.lists.problems)
        run.end(summary, work.meter.seconds)
        write_run(run, out / RECORD)
        work.check.raise_damage()
        page = Page(work.known_good, ROWS)
        write_table(page.counted(findings.read(out / FINDINGS, work.stage("table"))), out / TABLE)
        work.tell_now("report")
        write_report(out, tally=page)
        work.tell_now("report", 1.0)
    if work.ended:
        raise Refusal(f"{work.ended}, then go on with --resume; the report has what was done until then")
    return summary


class _Scan:
    """One session of a scan."""

    def __init__(  # noqa: PLR0913
        self,
        run: Run,
        matcher: Matcher,
        journal: Journal,
        count: Count,
        on_progress: Callable[[Progress], None] | None,
        stop: threading.Event | None,
    ) -> None:
        self.check = Check(matcher.lists)
        self._on_progress, self._stop = on_progress, stop
        self._told = 0.0
        self._run, self._journal = run, journal
        self.lists, self.too_old, self.cut_off = Renewing(matcher), "", ""
        self.known_good = {used.name for used in run.lists if used.purpose not in MATERIAL}
        self._count = count
        self._items: Iterator[Item | None] = iter(())
        self.meter = Meter(journal.tally, count)
        self._batch: list[Media] = []
        self._done = 0
        self._written = time.monotonic()
        self._last = ""
        self._gave_up = False

    def __enter__(self) -> Self:
        self.bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._count.start()
        self.check.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._count.source.close()
        self._count.stop()
        os.close(self.bell)

    def run(self, crew: Crew) -> bool:
        """Scan until all is done, until told to stop, or until a list is found damaged; whether all is done."""
        walking, finished = True, False
        with crew:
            self._items = crew.items()
            while walking or not crew.is_idle:
                if self._stopped():
                    break
                if walking and not self._feed(crew):
                    walking = False
                    crew.end()
                self._collect(crew)
                self._tell()
            else:
                finished = True
        self._write()
        self.tell_now()
        while finished and self.check.is_alive() and not self._stopped():
            self.check.join(_TICK_SECONDS)
            self._tell("lists", self.check.share)
        return finished and not self.cut_off and not self._gave_up and not self.check.damage

    @property
    def ended(self) -> str:
        """Why it could not go on, and what to do."""
        return self.too_old or self.cut_off

    def stage(self, name: Stage) -> Callable[[], None]:
        """What a writer of all findings calls after each."""
        total, done = self._journal.tally.findings, 0

        def one_more() -> None:
            nonlocal done
            done += 1
            self._tell(name, done / total)

        return one_more

    def tell_now(self, stage: Stage = "", share: float = 0.0) -> None:
        """Tell how far it is, however short a while it was told ago."""
        self._told = 0.0
        self._tell(stage, share)

    def _tell(self, stage: Stage = "", share: float = 0.0) -> None:
        """Tell how far it is, ten times a second at most."""
        if self._on_progress is not None and time.monotonic() - self._told > _TELL_SECONDS:
            self._told = time.monotonic()
            moment = self.meter.progress(self._last, self._run.sandbox)
            self._on_progress(replace(moment, stage=stage, share=share))

    def _stopped(self) -> bool:
        return bool(self.check.damage or self.too_old) or (self._stop is not None and self._stop.is_set())

    def written(self) -> int:
        """How many records of this session are in the journal."""
        return self._done

    def _feed(self, crew: Crew) -> bool:
        """Give the crew what it has room for, for a moment at most; whether there is more."""
        until = time.monotonic() + _TICK_SECONDS
        while crew.has_room and time.monotonic() < until:
            try:
                item = next(self._items)
            except StopIteration:
                return False
            except Refusal as error:
                self.cut_off = str(error)
                return False
            if item is None:
                return True
            if not self._journal.has(item):
                crew.take(item)
        return True

    def _collect(self, crew: Crew) -> None:
        """Take what was read."""
        known = crew.ready
        self._batch += crew.wait(_TICK_SECONDS)
        if crew.ready is not None and crew.ready is not known:
            self._run.know(crew.ready.versions, crew.ready.layers)
        if len(self._batch) >= _BATCH or time.monotonic() - self._written > _BATCH_SECONDS:
            self._write()

    def _write(self) -> None:
        """Match and write what has gathered."""
        self._written = time.monotonic()
        if not self._batch or self._gave_up:  # of an archive no member is written whose predecessor is not
            return
        batch, self._batch = self._batch, []
        try:
            matcher = self.lists.now()
            answers = matcher.match_many(batch, self._stopped)
        except SearchStopped:
            self._gave_up = True
            return
        except ListStoppedError as error:
            self._gave_up, self.too_old = True, str(error)
            return
        self._journal.write(
            finding(media, answer.matches, self.known_good, answer.more, matcher.checked)
            for media, answer in zip(batch, answers, strict=True)
        )
        self._done += len(batch)
        self._last = batch[-1].name


def _allow_descriptors() -> None:
    """As many open files as the system lets us have: a deep tree holds one for each level."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
