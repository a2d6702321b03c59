"""The results folder: what lies in it, when it can be begun, and when nothing in it needs to be written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import vaern
from vaern.scanning.list_checks import DAMAGED, damaged
from vaern.scanning.output_files import PARTIAL
from vaern.scanning.record import Run, check_same, read_run
from vaern.scanning.report.run import checksums
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from pathlib import Path

FINDINGS, TABLE, RECORD, REPORT = "findings.jsonl", "findings.csv", "run.json", "report.html"


def open_results(out: Path, run: Run, *, resume: bool, retry: bool = False) -> Run:
    """Make the results folder, or check that it holds the same scan; the record to go on with.

    Args:
        out: the folder.
        run: what is to be done.
        resume: it has begun there.
        retry: the limits may be others now.

    Raises:
        Refusal: it cannot be made, holds something else, or another scan; what to do.
    """
    if resume:
        if is_unbegun(out):
            raise Refusal(f"{out}: no scan has begun here, so there is nothing to resume; start it without --resume")
        old = read_run(out / RECORD)
        check_same(old, run, limits=not retry)
        for used in old.lists:
            if used.verified.startswith(DAMAGED):
                raise damaged(used.verified.removeprefix(f"{DAMAGED}: "))
        return old
    if not is_unbegun(out):
        raise Refusal(f"{out} exists and is not empty; go on with its scan by --resume, or name another folder")
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"{out}: the results folder cannot be made: {error.strerror}") from None
    return run


def is_unbegun(out: Path) -> bool:
    """Whether no scan has begun there: nothing is there, or what is left of one that was killed before its record."""
    if not out.exists():
        return True
    if not out.is_dir():
        return False
    there = {path.name: path for path in out.iterdir()}
    journal = there.pop(FINDINGS, None)
    there.pop(RECORD + PARTIAL, None)
    return not there and (journal is None or journal.stat().st_size == 0)


def is_complete(out: Path, run: Run) -> bool:
    """Whether the table and the report were made from just these findings and this record, by this version."""
    if not run.complete or run.versions.get("vaern") != vaern.__version__ or not (out / REPORT).is_file():
        return False
    page = (out / REPORT).read_text("utf-8")
    return all(digest and digest in page for _, digest in checksums(out))
